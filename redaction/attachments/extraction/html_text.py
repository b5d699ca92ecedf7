"""Text of HTML and XHTML parts (EPUB), with the attributes that people read. No DTD is loaded, no entity expanded
beyond the named characters of HTML."""

from __future__ import annotations

from html.parser import HTMLParser

from redaction.attachments.extraction.gather import Gather
from redaction.attachments.extraction.result import Unreadable
from redaction.attachments.magic import clean_text

_RUNS = frozenset({"a", "b", "i", "em", "strong", "span", "u", "s", "sub", "sup", "small", "big", "font", "tt", "code"})
_ATTRIBUTES = frozenset({"alt", "title", "href", "content", "summary", "aria-label", "opf:file-as", "value"})


class _Text(HTMLParser):
    def __init__(self, gather: Gather) -> None:
        super().__init__(convert_charrefs=True)
        self.gather = gather

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _RUNS:
            self.gather.add("\n")
        for key, value in attrs:
            if key in _ATTRIBUTES and value and value.strip():
                self.gather.add(f"\n{value}\n")

    def handle_endtag(self, tag: str) -> None:
        if tag not in _RUNS:
            self.gather.add("\n")

    def handle_data(self, data: str) -> None:
        self.gather.add(data)

    def handle_comment(self, data: str) -> None:
        self.gather.line(data)


def html_text(data: bytes, gather: Gather) -> None:
    """Add the text of one part. Raises `Unreadable` if it is not text, and `OverLimit`."""
    found = clean_text(data)
    if found is None:
        raise Unreadable("a text part is in no charset the proxy can read")
    parser = _Text(gather)
    parser.feed(found[0])
    parser.close()
    gather.add("\n")
