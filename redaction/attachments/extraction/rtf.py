"""Text of RTF files (Microsoft, Rich Text Format 1.9.1), for a scan or for a reader.

A scan keeps everything readable, unknown groups too; only tables of fonts, colours and styles are left out, and
embedded objects make the file unreadable. A reader is shown the text of the page as Markdown; pictures, comments and
embedded objects are counted.
"""

from __future__ import annotations

import codecs
import re

from redaction.attachments.extraction.gather import Gather
from redaction.attachments.extraction.markdown import DEL, INS, PLAIN, STRIKE, SUB, SUP, Markdown
from redaction.attachments.extraction.result import Unreadable
from redaction.attachments.extraction.rtf_fonts import Fonts
from redaction.attachments.extraction.symbols import from_symbol_font, readable

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
# Of a page: groups that no reader sees, beside those without text; so are unknown ones behind `\\*`.
_UNSEEN = frozenset({
    b"info", b"annotation", b"atnauthor", b"atnid", b"atnref", b"atndate", b"atntime", b"fldinst", b"bkmkstart",
    b"bkmkend", b"nonshppict", b"object", b"sp", b"template", b"generator", b"userprops", b"xe", b"tc",
    b"revtbl", b"headerf",
})  # fmt: skip
_SEEN = frozenset(
    {
        b"shppict",
        b"shpinst",
        b"shptxt",
        b"footnote",
        b"listtext",
        b"formfield",
        b"pnseclvl",
        b"cs",
        b"nesttableprops",
        b"fldrslt",
    }
)
_STORIES = {b"header": "header", b"headerl": "header", b"headerr": "header", b"footer": "footer", b"footerl": "footer",
            b"footerr": "footer", b"footerf": "footer"}  # fmt: skip
_SWITCHES = {b"strike": STRIKE, b"striked": STRIKE, b"revised": INS, b"deleted": DEL, b"super": SUP, b"sub": SUB,
             b"up": SUP, b"dn": SUB}  # fmt: skip


class _State:
    """What a group has set. `font` is the number of one in the font table."""

    __slots__ = ("apart", "destination", "font", "heading", "in_table", "label", "mute", "skip", "style")

    def __init__(self, before: _State | None = None) -> None:
        self.apart = False  # ends a line
        self.label = False  # the number of a paragraph, which keeps what is set for it
        self.destination = False  # right behind `\\*`
        self.mute: bool = before is not None and before.mute  # inside a group without text
        self.skip: int = 1 if before is None else before.skip  # \\ucN: how many characters stand for one \\u
        self.style: int = PLAIN if before is None else before.style
        self.font: int = -1 if before is None else before.font
        self.heading: int = 0 if before is None else before.heading  # level of the paragraph, 0 for running text
        self.in_table: bool = before is not None and before.in_table


def read_rtf(data: bytes, gather: Gather) -> str:
    """Add every text of an RTF file and return `rtf`. Raises `Unreadable`, `OverLimit`."""
    _Reader(data, _Scan(gather)).read()
    return "rtf"


def read_rtf_page(data: bytes, out: Markdown) -> None:
    """Write the text that a reader sees. Raises `Unreadable`, `OverLimit`."""
    page = _Page(out)
    _Reader(data, page).read()
    page.end_table()


class _Scan:
    """Takes everything."""

    all = True

    def __init__(self, gather: Gather) -> None:
        self.gather = gather

    def add(self, text: str, state: _State) -> None:
        self.gather.add(text)

    def brk(self, word: bytes, state: _State) -> None:
        self.gather.add(_BREAKS[word])

    def picture(self) -> None:
        self.gather.images += 1

    def word(self, word: bytes, value: int | None, state: _State) -> None:
        pass


class _Page:
    """Writes Markdown."""

    all = False

    def __init__(self, out: Markdown) -> None:
        self.out = out
        self.cells = -1  # of the row that is open; -1 for none
        self.in_cell = self.in_table = self.box = False

    def add(self, text: str, state: _State) -> None:
        if state.in_table and not self.in_cell:
            self.open_cell()
        elif not state.in_table:
            self.end_table()
            if self.out.fresh and not text.strip():
                return
            if self.out.fresh and state.heading:
                self.out.start("#" * state.heading + " ")
        self.out.run(text, state.style)

    def brk(self, word: bytes, state: _State) -> None:
        if word in (b"cell", b"nestcell"):
            if not self.in_cell:
                self.open_cell()
            self.out.end_cell()
            self.in_cell = False
        elif word == b"row":
            if self.cells >= 0:
                self.out.end_row(self.cells)
                self.cells = -1
        elif word == b"tab":
            self.add("\t", state)
        else:
            self.out.end_line()

    def open_cell(self) -> None:
        if not self.in_table:
            self.out.open_table()
            self.in_table = True
        if self.cells < 0:
            self.out.row()
            self.cells = 0
        self.out.cell()
        self.in_cell = True
        self.cells += 1

    def end_table(self) -> None:
        if self.in_table:
            if self.in_cell:
                self.out.end_cell()
            if self.cells >= 0:
                self.out.end_row(self.cells)
            self.out.close_table()
            self.in_table = self.in_cell = False
            self.cells = -1

    def picture(self) -> None:
        self.out.left_out["pictures"] += 1

    def word(self, word: bytes, value: int | None, state: _State) -> None:
        if word in _STORIES and not state.mute:
            self.end_table()
            self.out.line(f"[{_STORIES[word]}]")
        elif word == b"annotation":
            self.out.left_out["comments"] += 1
        elif word == b"footnote":
            self.out.run(" [note: ")
        elif word == b"outlinelevel" and value is not None:
            state.heading = value + 1 if 0 <= value < 6 else 0
        elif word == b"fftype":
            self.box = value == 1
        elif word in (b"ffres", b"ffdefres") and self.box and value in (0, 1):
            self.box = False
            self.out.run("[x] " if value else "[ ] ")


class _Reader:
    def __init__(self, data: bytes, sink: _Scan | _Page) -> None:
        self.data, self.sink = data, sink
        self.fonts = Fonts()
        self.codepage = "cp1252"
        self.states = [_State()]
        self.pending = bytearray()
        self.units: list[int] = []  # UTF-16 of \\u
        self.to_skip = 0

    def read(self) -> None:
        data, at = self.data, 0
        while at < len(data):
            match = _TOKEN.match(data, at)
            if match is None:
                break
            at = match.end()
            word, number, byte, symbol, brace, _, text = match.groups()
            state = self.states[-1]
            if brace is not None:
                self.group(brace == b"{")
            elif word is not None:
                value = int(number) if number else None
                if word == b"bin":
                    at += max(value or 0, 0)
                else:
                    self.word(word, value, state)
            elif symbol is not None:
                if symbol == b"*":
                    state.destination = True
                else:
                    self.say(_SYMBOLS.get(symbol, ""))
            elif byte is not None or text is not None:
                self.text(bytes([int(byte, 16)]) if byte is not None else text, state)
        self.flush()

    def group(self, opens: bool) -> None:
        self.flush()
        self.to_skip = 0
        if opens:
            if len(self.states) > _DEPTH:
                raise Unreadable("nested too deep")
            self.states.append(_State(self.states[-1]))
        elif len(self.states) > 1:
            left = self.states.pop()
            if left.apart and self.sink.all:
                self.say("\n")
            elif left.apart and not left.mute:
                self.sink.brk(b"line", left)
            self.fonts.end(len(self.states))

    def flush(self) -> None:
        state = self.states[-1]
        if self.units:
            units = b"".join(unit.to_bytes(2, "little") for unit in self.units)
            self.units.clear()
            self.sink.add(readable(units.decode("utf-16-le", "replace"), self.fonts.name(state.font)), state)
        if self.pending:
            data = bytes(self.pending)
            self.pending.clear()
            if self.fonts.is_symbol(state.font):
                name = self.fonts.name(state.font)
                self.sink.add("".join(from_symbol_font(code, name) for code in data), state)
            else:
                self.sink.add(data.decode(self.fonts.codepage(state.font) or self.codepage, "replace"), state)

    def say(self, text: str) -> None:
        self.flush()
        if text and not self.states[-1].mute:
            self.sink.add(text, self.states[-1])

    def text(self, run: bytes, state: _State) -> None:
        if self.to_skip:
            dropped = min(self.to_skip, len(run))
            self.to_skip -= dropped
            run = run[dropped:]
        if self.fonts.reading and run:
            self.fonts.text(run)
        if run and not state.mute:
            if self.units:
                self.flush()
            self.pending += run

    def word(self, word: bytes, value: int | None, state: _State) -> None:
        if state.destination:
            state.destination = False
            if not self.sink.all and word not in _SEEN and word not in _SWITCHES:
                self.flush()
                state.mute = True
        if word == b"u" and value is not None:
            if self.pending:
                self.flush()
            if not state.mute:
                self.units.append(value & 0xFFFF)
            self.to_skip = state.skip
            return
        if word == b"uc":
            state.skip = max(value or 0, 0)
        elif word in _CODEPAGES:
            self.codepage = _CODEPAGES[word]
        elif word == b"ansicpg" and value is not None:
            self.codepage = _codepage(value)
        elif word == b"fonttbl":
            self.flush()
            self.fonts.begin(len(self.states))
            state.mute = True
        elif self.fonts.reading:
            self.fonts.word(word, value)
        elif word == b"f" and value is not None:
            self.flush()
            state.font = value
        elif word in _SWITCHES:
            self.flush()
            bit = _SWITCHES[word]
            state.style = state.style & ~bit if value == 0 else state.style | bit
        elif word in (b"plain", b"nosupersub"):
            self.flush()
            state.style &= ~(SUP | SUB) if word == b"nosupersub" else ~(SUP | SUB | STRIKE)
        elif word in (b"intbl", b"pard"):
            self.flush()
            state.in_table = word == b"intbl"
            if word == b"pard" and not state.label:
                state.heading = 0
        elif word == b"listtext":
            state.label = True
        elif word in _BREAKS:
            self.flush()
            if not state.mute:
                self.sink.brk(word, state)
        elif word in _SIGNS:
            self.say(_SIGNS[word])
        elif word in (b"objdata", b"objemb", b"objlink", b"objocx") and self.sink.all:
            raise Unreadable("a file inside the document cannot be read")
        elif word == b"pict":
            if self.sink.all or not state.mute:
                self.sink.picture()
            self.flush()
            state.mute = True
        elif word in _MUTE or (not self.sink.all and word in _UNSEEN):
            self.flush()
            self.sink.word(word, value, state)
            state.mute = True
        elif word in _APART or word in _STORIES:
            if self.sink.all:
                self.say("\n")
            else:
                self.flush()
                self.sink.word(word, value, state)
            state.apart = True
        else:
            self.sink.word(word, value, state)


def _codepage(number: int) -> str:
    name = "utf-8" if number == 65001 else f"cp{number}"
    try:
        codecs.lookup(name)
    except LookupError:
        raise Unreadable("the code page of the document is not known") from None
    return name
