"""JSON walked with a stand-in for the detector, which finds every `Jane`."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from dialects.base import Mode
from dialects.registry import dialect_named
from redaction.body.json_document import Document, Edit
from redaction.body.json_walk import walk
from redaction.body.leaves import Kind, Leaf
from redaction.body.parsed_body import ParsedBody, Rendered
from redaction.body.walk_bounds import Bounds
from redaction.replacer import NOTHING, Replaced, Replacer, blocked

# Short keys too: `Jane` is one.
BOUNDS = Bounds(everything=True)


def find(text: str, key: str = "") -> list[Edit]:
    """A stand-in Profiler: every `Jane` is a name."""
    edits: list[Edit] = []
    at = text.find("Jane")
    while at >= 0:
        edits.append((at, at + 4, "[[NAME]]"))
        at = text.find("Jane", at + 4)
    return edits


class Stub(Replacer):
    """Replaces every `Jane`, a card number, and as keys what starts with a J."""

    def leaf(self, leaf: Leaf) -> Replaced:
        if leaf.kind is Kind.BLOCKED:
            return blocked(leaf.text)
        if leaf.kind is Kind.NUMBER:
            found = [(0, len(leaf.text), "[[CARD]]")] if leaf.text == "4111111111111111" else []
            return Replaced(found, ["CARD"] * len(found)) if found else NOTHING
        if leaf.kind is Kind.MODEL and self.rename:
            return Replaced([(0, len(leaf.text), self.rename(leaf.text))])
        if leaf.kind not in (Kind.TEXT, Kind.KEY):
            return NOTHING
        edits = find(leaf.text)
        return Replaced(edits, ["NAME"] * len(edits)) if edits else NOTHING


def rendered(
    source: str,
    dialect: str,
    mode: Mode = Mode.ENVELOPE,
    bounds: Bounds = BOUNDS,
    rename: Callable[[str], str] | None = None,
) -> Rendered:
    leaves = walk(Document.parse(source), dialect_named(dialect), bounds, mode)
    body = ParsedBody([leaves], lambda changes: leaves.written(changes).encode("utf-8", "surrogatepass"))
    return body.render(Stub({}, lambda _: (), False, rename=rename))


def mask_source(source: str, dialect: str, mode: Mode = Mode.ENVELOPE, bounds: Bounds = BOUNDS) -> str:
    return rendered(source, dialect, mode, bounds).source.decode("utf-8", "surrogatepass")


def mask(body: Any, dialect: str) -> Any:
    return json.loads(mask_source(json.dumps(body), dialect))
