"""What steers a terminal and prints nothing: colours, links, titles, overstrikes, and stray control characters.

Source: ECMA-48 (CSI, OSC, control functions); xterm, "Control Sequences"; OSC 8 for links. A command string's own text
(a link's address, a window's title) is text: only what opens and closes it is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import re2

from redaction.detector.canonical.scan import places
from redaction.detector.canonical.segments import Edit

# Of a parameter four digits at most: no number can hide in one. A CSI that is no colour moves the cursor.
_CSI = r"(?:\x1b\[|\x9b)[<=>?]?(?:[0-9]{0,4}[;:]){0,32}[0-9]{0,4}[ -/]{0,2}[@-~]"
_STRINGS = r"\x1b\](?:[0-9]{1,4};)?|\x1b[P_^X]|\x1b\\|\x07"
_OTHER = r"\x1b[()*+#% ][0-9A-Za-z@]|\x1b[78]|\x1b[=>c-oDEHMNOZ](?![A-Za-z0-9])"
# `N\bNA\bA`, `_\bN`: bold and underlined, as `man` prints.
_OVERSTRIKE = r"([^\n\x08])\x08(?=\1)|_\x08(?=[^\n\x08_])"
_CONTROL = r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]+"
_PAGE = r"[\x0b\x0c]"
# A colour whose ESC was lost in a log: `[31m`, `␛[0m`.
_STRAY = r"\u241b?\[[0-9]{1,3}(?:;[0-9]{1,3}){0,8}m"
_OVERSTRUCK = re.compile(_OVERSTRIKE)
_PATTERN = re.compile("|".join((_OVERSTRIKE, _CSI, _STRINGS, _OTHER, _CONTROL, _PAGE, _STRAY)))
# In RE2's syntax: where one may begin.
TRIGGER = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x{84}\x{86}-\x{9f}]|\x{241b}?\[[0-9]{1,3}(?:;[0-9]{1,3}){0,8}m"
STEERING = re2.compile(TRIGGER)


def terminal_edits(text: str) -> Iterator[Edit]:
    """Leave out what steers a terminal. What moves the cursor reads as a space, a page break as a line break."""
    done = 0
    for place in places(STEERING, text):
        if place < done:
            continue
        # An overstrike begins with the character in front of its backspace.
        if text[place] == "\x08" and place > done and _OVERSTRUCK.match(text, place - 1):
            place -= 1
        while (found := _PATTERN.match(text, place)) is not None:
            code = found.group()
            yield place, found.end(), _read(code), 0
            done = place = found.end()


def _read(code: str) -> str:
    if code in "\x0b\x0c":
        return "\n"
    if len(code) > 2 and code[0] in "\x1b\x9b" and (code[1] == "[" or code[0] == "\x9b"):
        return "" if code[-1] in "mK" else " "
    return " " if code[0] == "\x1b" and code[1:2] in tuple("]P_^X\\") else ""
