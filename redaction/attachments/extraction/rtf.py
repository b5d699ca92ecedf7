"""Text of RTF files (Microsoft, Rich Text Format 1.9.1). Everything readable is kept, unknown groups too; only tables
of fonts, colours and styles are left out. Pictures are counted, embedded objects make the file unreadable."""

from __future__ import annotations

import codecs
import re

from redaction.attachments.extraction.gather import Gather
from redaction.attachments.extraction.result import Unreadable

_TOKEN = re.compile(
    rb"\\([a-zA-Z]{1,32})(-?\d{1,10})? ?"  # 1, 2: control word and its number
    rb"|\\'([0-9a-fA-F]{2})"  # 3: a byte in the code page
    rb"|\\([^a-zA-Z'])"  # 4: control symbol
    rb"|([{}])"  # 5: group
    rb"|([\r\n]+)"  # 6: nothing
    rb"|([^\\{}\r\n]+)"  # 7: text
    rb"|\\",
    re.DOTALL,
)
_MUTE = frozenset({
    b"fonttbl", b"colortbl", b"stylesheet", b"listtable", b"listoverridetable", b"rsidtbl", b"themedata",
    b"colorschememapping", b"datastore", b"latentstyles", b"blipuid", b"xmlnstbl", b"filetbl", b"mmathPr",
    b"pgptbl", b"listpicture", b"panose", b"fontemb",
})  # fmt: skip
_BREAKS = {
    b"par": "\n",
    b"line": "\n",
    b"row": "\n",
    b"sect": "\n",
    b"page": "\n",
    b"cell": "\t",
    b"tab": "\t",
    b"nestcell": "\t",
}
_SIGNS = {
    b"lquote": "‘",
    b"rquote": "’",
    b"ldblquote": "“",
    b"rdblquote": "”",
    b"endash": "–",
    b"emdash": "—",
    b"bullet": "•",
}
_SYMBOLS = {
    b"~": "\u00a0",
    b"_": "-",
    b"-": "",
    b"{": "{",
    b"}": "}",
    b"\\": "\\",
    b"\n": "\n",
    b"\r": "\n",
    b"\t": "\t",
}
# Groups whose text stands alone and must not join what is around them.
_APART = frozenset({
    b"annotation", b"atnauthor", b"atnid", b"footnote", b"header", b"footer", b"headerl", b"headerr", b"headerf",
    b"footerl", b"footerr", b"footerf", b"fldinst", b"info", b"author", b"title", b"subject", b"operator",
    b"company", b"keywords", b"comment", b"doccomm", b"manager", b"category", b"bkmkstart", b"shptxt",
})  # fmt: skip
_CODEPAGES = {b"mac": "mac-roman", b"pc": "cp437", b"pca": "cp850", b"ansi": "cp1252"}
_DEPTH = 1000


class _State:
    __slots__ = ("apart", "mute", "skip")

    def __init__(self, mute: bool, skip: int) -> None:
        self.apart = False  # ends a line
        self.mute = mute  # inside a group without text
        self.skip = skip  # \ucN: how many characters stand for one \u


def read_rtf(data: bytes, gather: Gather) -> str:
    """Add the text of an RTF file and return `rtf`. Raises `Unreadable`, `OverLimit`."""
    codepage = "cp1252"
    states = [_State(False, 1)]
    pending = bytearray()
    unicode_pending: list[int] = []
    to_skip = 0
    at = 0

    def flush() -> None:
        if unicode_pending:
            units = b"".join(unit.to_bytes(2, "little") for unit in unicode_pending)
            gather.add(units.decode("utf-16-le", "replace"))
            unicode_pending.clear()
        if pending:
            gather.add(bytes(pending).decode(codepage, "replace"))
            pending.clear()

    def say(text: str) -> None:
        flush()
        if not states[-1].mute:
            gather.add(text)

    while at < len(data):
        match = _TOKEN.match(data, at)
        if match is None:
            break
        at = match.end()
        word, number, byte, symbol, brace, _, text = match.groups()
        if brace == b"{":
            flush()
            if len(states) > _DEPTH:
                raise Unreadable("nested too deep")
            states.append(_State(states[-1].mute, states[-1].skip))
            to_skip = 0
        elif brace == b"}":
            flush()
            if len(states) > 1 and states.pop().apart:
                say("\n")
            to_skip = 0
        elif word is not None:
            value = int(number) if number else None
            if word == b"bin":
                at += max(value or 0, 0)
            elif word == b"u" and value is not None:
                if pending:
                    flush()
                if not states[-1].mute:
                    unicode_pending.append(value & 0xFFFF)
                to_skip = states[-1].skip
            elif word == b"uc":
                states[-1].skip = max(value or 0, 0)
            elif word in _CODEPAGES:
                codepage = _CODEPAGES[word]
            elif word == b"ansicpg" and value is not None:
                codepage = _codepage(value)
            elif word in _BREAKS or word in _SIGNS:
                say(_BREAKS.get(word) or _SIGNS[word])
            elif word in (b"objdata", b"objemb", b"objlink", b"objocx"):
                raise Unreadable("a file inside the document cannot be read")
            elif word == b"pict":
                gather.images += 1
                flush()
                states[-1].mute = True
            elif word in _MUTE:
                flush()
                states[-1].mute = True
            elif word in _APART:
                say("\n")
                states[-1].apart = True
        elif symbol is not None:
            if symbol != b"*":
                say(_SYMBOLS.get(symbol, ""))
        elif byte is not None or text is not None:
            run = bytes([int(byte, 16)]) if byte is not None else text
            if to_skip:
                dropped = min(to_skip, len(run))
                to_skip -= dropped
                run = run[dropped:]
            if run and not states[-1].mute:
                if unicode_pending:
                    flush()
                pending += run
    flush()
    return "rtf"


def _codepage(number: int) -> str:
    name = "utf-8" if number == 65001 else f"cp{number}"
    try:
        codecs.lookup(name)
    except LookupError:
        raise Unreadable("the code page of the document is not known") from None
    return name
