"""Text of XML parts: what is written in them, and what their attributes say to people.

Runs are joined as they are (`Ja` + `ne` is one name), blocks end a line, cells end with a tab. Read as a stream (SAX);
documents with a DTD or entities are refused (defusedxml).
"""

from __future__ import annotations

import io
from typing import Any
from xml.sax import SAXException
from xml.sax.handler import ContentHandler

from defusedxml import DefusedXmlException, sax

from redaction.attachments.extraction.gather import Gather
from redaction.attachments.extraction.result import Unreadable

# Local names. Whatever is in no table is a run: its text joins what stands before it.
_BLOCKS = frozenset({
    "p", "h", "si", "row", "tr", "comment", "text-box", "table-row", "table", "title", "li", "annotation",
    "author", "creator", "lastModifiedBy", "subject", "description", "keywords", "category", "lpstr", "Company",
    "Manager", "sp", "cSld", "definedName", "t-p", "oddHeader", "oddFooter", "evenHeader", "evenFooter",
    "firstHeader", "firstFooter", "item", "value", "property", "keyword", "initial-creator", "user-defined",
    "printed-by", "editor", "generator", "date",
})  # fmt: skip
_CELLS = frozenset({"c", "tc", "table-cell", "pt", "f"})
_SPACES = {"br": "\n", "cr": "\n", "line-break": "\n", "tab": "\t", "s": " ", "noBreakHyphen": "-", "softHyphen": ""}
# Attributes that people write or read: authors, descriptions, link targets, formulas.
_ATTRIBUTES = frozenset({
    "author", "initials", "descr", "title", "tooltip", "display", "displayName", "alt", "href",
    "instr", "prompt", "error", "promptTitle", "errorTitle", "formula", "string-value", "userName", "userId",
    "caption", "label", "text", "placeholder", "providerId",
})  # fmt: skip
# Attributes that are text of a person on some elements only: elsewhere `name` is a font (Georgia) or a style, and
# `Target` is another part of the package.
_ATTRIBUTES_OF = {
    "val": frozenset({"docVar", "alias", "tag"}),
    "name": frozenset({
        "sheet", "definedName", "table", "tableColumn", "docVar", "docPr", "cNvPr", "cmAuthor", "bookmarkStart",
        "frame",
        "bookmark", "bookmark-start", "pivotTableDefinition", "cacheField", "user-defined", "property", "section",
    }),
    "Target": frozenset({"Relationship"}),
}  # fmt: skip
_DEPTH = 256


class TextHandler(ContentHandler):
    """Adds the text of a part to `gather`; with `only`, that of these elements alone."""

    def __init__(self, gather: Gather, every_line: bool, only: frozenset[str] | None = None) -> None:
        super().__init__()
        self.gather = gather
        self.every_line = every_line
        self.only = only
        self.local = ""
        self.depth = 0

    def startElement(self, name: str, attrs: Any) -> None:
        self.depth += 1
        if self.depth > _DEPTH:
            raise Unreadable("nested too deep")
        self.local = local = name.rpartition(":")[2]
        if local in _SPACES:
            self.gather.add(_SPACES[local])
        for key, value in attrs.items():
            if key.startswith("xmlns"):
                continue
            plain = key.rpartition(":")[2]
            if (plain in _ATTRIBUTES or local in _ATTRIBUTES_OF.get(plain, ())) and value.strip():
                if plain == "Target" and attrs.get("TargetMode") != "External":
                    continue
                self.gather.add(f"\n{value}\n")

    def endElement(self, name: str) -> None:
        self.depth -= 1
        local = name.rpartition(":")[2]
        if self.every_line or local in _BLOCKS:
            self.gather.add("\n")
        elif local in _CELLS:
            self.gather.add("\t")

    def characters(self, content: str) -> None:
        if self.only is None or self.local in self.only:
            self.gather.add(content)


def xml_text(data: bytes, gather: Gather, *, every_line: bool = False, only: frozenset[str] | None = None) -> None:
    """Add the text of one XML part; `every_line` for lists of values, where each element is one; `only` some elements.

    Raises `Unreadable` if it is not plain XML, and `OverLimit`.
    """
    parse_xml(data, TextHandler(gather, every_line, only))


def parse_xml(data: bytes, handler: ContentHandler) -> None:
    """Drive `handler` over `data`. Raises `Unreadable`."""
    try:
        sax.parse(io.BytesIO(data), handler, forbid_dtd=True)
    except (DefusedXmlException, SAXException, LookupError) as error:
        raise Unreadable("an XML part cannot be parsed") from error
