r"""Folded lines as their reader joins them: vCard, iCalendar, LDIF and the head of a mail.

A line break with one blank behind it goes on with the line before, in the middle of a word too: `jane@vic\r\n
tim.example`. Only between the lines that say such a format (`BEGIN:VCARD`, `dn:`, `From:`): elsewhere one blank is an
indent or the mark of a diff. Sources: RFC 6350 section 3.2, RFC 5545 section 3.1, RFC 2849, RFC 5322 section 2.2.3.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import re2

from redaction.detector.canonical.scan import places
from redaction.detector.canonical.segments import Edit

# In RE2's syntax: where one may begin.
TRIGGER = r"(?m)BEGIN:V[A-Z]{3,12}\r?$|^dn::? ?\S|^(?i:from|to|cc|bcc|reply-to|subject): "
_BEGINNING = re2.compile(TRIGGER)
_BEGIN = re.compile(r"BEGIN:(V[A-Z]{3,12})\r?$|^(?:(dn)::? ?\S|(?i:from|to|cc|bcc|reply-to|subject): )", re.MULTILINE)
_FOLD = re.compile(r"\r?\n[ \t](?=\S)")
_FOLD_OF_MAIL = re.compile(r"\r?\n[ \t]{1,8}(?=\S)")
# Where a record of LDIF and the head of a mail end.
_BLANK_LINE = re.compile(r"\n\r?\n")
# In a mail's head a fold stands between words; behind half an address or number it is none.
_HALF = re.compile(r"[\w.+-]@[\w-]{0,63}$|[0-9]-$")
_LONGEST_HALF = 66


def folded_edits(text: str) -> Iterator[Edit]:
    """The edits that join the folded lines of one text."""
    at = 0
    for place in places(_BEGINNING, text):
        begin = _BEGIN.match(text, place) if place >= at else None
        if begin is None:
            continue
        block = begin.group(1)
        if block:
            end = text.find(f"END:{block}", begin.end())
            end = len(text) if end < 0 else end
        else:
            blank = _BLANK_LINE.search(text, begin.end())
            end = blank.start() if blank else len(text)
        whole = bool(block or begin.group(2))
        for fold in (_FOLD if whole else _FOLD_OF_MAIL).finditer(text, begin.end(), end):
            start = fold.start()
            joined = whole or _HALF.search(text, max(0, start - _LONGEST_HALF), start)
            yield start, fold.end(), "" if joined else " ", 0
        at = end
