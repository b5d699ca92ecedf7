"""The font table of an RTF file: which numbers are symbol fonts, and which code page the others have."""

from __future__ import annotations

from dataclasses import dataclass, field

# \\fcharsetN -> code page (RTF 1.9.1, "Font Table"). Those of 0 and 1 are the document's own.
_CODEPAGES = {
    77: "mac-roman", 128: "cp932", 129: "cp949", 130: "johab", 134: "cp936", 136: "cp950", 161: "cp1253", 162:
    "cp1254", 163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874", 238:
    "cp1250", 254: "cp437", 255: "cp850",
}  # fmt: skip
_SYMBOLS = 2
_MOST = 4096


@dataclass(slots=True)
class _Font:
    charset: int = 0
    name: str = ""


@dataclass(slots=True)
class Fonts:
    """Fills itself while the table is read (`reading`)."""

    _fonts: dict[int, _Font] = field(default_factory=dict)
    _depth: int = 0
    _now: _Font = field(default_factory=_Font)

    @property
    def reading(self) -> bool:
        return self._depth > 0

    def begin(self, depth: int) -> None:
        """The table begins in a group at this depth."""
        self._depth = depth

    def end(self, depth: int) -> None:
        """A group has ended, and `depth` are left."""
        if depth < self._depth:
            self._depth = 0

    def word(self, word: bytes, value: int | None) -> None:
        if word == b"f" and value is not None and len(self._fonts) < _MOST:
            self._now = self._fonts[value] = _Font()
        elif word == b"fcharset" and value is not None:
            self._now.charset = value

    def text(self, run: bytes) -> None:
        self._now.name = (self._now.name + run.decode("latin-1"))[:80]

    def name(self, number: int) -> str:
        font = self._fonts.get(number)
        return "" if font is None else font.name

    def is_symbol(self, number: int) -> bool:
        """Whether bytes in this font are signs and no letters."""
        font = self._fonts.get(number)
        if font is None:
            return False
        low = font.name.lower()
        return font.charset == _SYMBOLS and any(word in low for word in ("symbol", "wingdings", "webdings"))

    def codepage(self, number: int) -> str:
        font = self._fonts.get(number)
        return "" if font is None else _CODEPAGES.get(font.charset, "")
