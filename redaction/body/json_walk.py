"""From a document to the leaves that hold text.

The walk counts every string, key and number in document order, because that is how `Document.edits` names places.
It decides by the dialect's table what each leaf is; it masks nothing itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from dialects.protected import Dialect, Mode, normal
from redaction.attachments.classify import is_coded_text
from redaction.body.json_document import Document, Number
from redaction.body.json_leaves import JsonLeaves
from redaction.errors import BadDocument, NotRedactable
from redaction.profiler.protocol import Masking

# JSON kept in strings is followed this far: tool arguments in a tool result in a batch line.
MAX_NESTING = 4
# Protected leaves beyond this without a space are opaque (signatures, encrypted reasoning): no rule runs over them.
MAX_PROTECTED = 4096


@dataclass(frozen=True, slots=True)
class Bounds:
    """Limits of one walk: nesting of containers, and strings in one request. `known` gives the masking of a JSON
    document in a string that was masked before: a conversation's tool calls are not read again on every turn."""

    depth: int = 200
    strings: int = 50_000
    known: Callable[[str], Masking | None] | None = None


class _Walk:
    """One pass over a document. Counters stand for the place in the source."""

    def __init__(self, dialect: Dialect, bounds: Bounds, plan: JsonLeaves, nesting: int) -> None:
        self.dialect = dialect
        self.bounds = bounds
        self.plan = plan
        self.nesting = nesting
        self.string = 0
        self.number = 0

    def value(
        self, value: Any, mode: Mode, key: str, above: tuple[str, ...], depth: int, owner: dict[str, Any]
    ) -> None:
        kind = type(value)
        if kind is str:
            self.text(value, mode, key, owner, above)
        elif kind is dict:
            if depth > self.bounds.depth:
                raise _too_deep()
            self.object(value, mode, key, above, depth)
        elif kind is list:
            if depth > self.bounds.depth:
                raise _too_deep()
            if mode is Mode.KEEP_LEAF and any(type(item) is dict or type(item) is list for item in value):
                mode = Mode.ENVELOPE
            for item in value:
                words = mode is Mode.SCHEMA and type(item) is str
                self.value(item, Mode.ENVELOPE if words else mode, key, above, depth + 1, owner)
        elif kind is Number:
            if mode is Mode.DATA:
                self.plan.numbers.append((self.number, value, key))
            self.number += 1

    def object(self, value: dict[str, Any], mode: Mode, key: str, above: tuple[str, ...], depth: int) -> None:
        if mode is Mode.KEEP_LEAF or mode is Mode.MEDIA or mode is Mode.TOKEN:
            mode = Mode.ENVELOPE
        if mode is Mode.ENVELOPE:
            inner = (*above, normal(key)) if key else above
            start = self.string
            result = _is_tool_result(value, key)
            for name, item in value.items():
                self.string += 1
                judged = self.judge(name, value, inner)
                if result and type(item) is dict and judged is Mode.ENVELOPE and _is_free_result(value, name):
                    judged = Mode.DATA
                self.value(item, judged, name, inner, depth + 1, value)
            if result:
                self.plan.results.append((start, self.string))
        elif mode is Mode.DATA:
            names = frozenset(value)
            for name, item in value.items():
                self.plan.keys.append((self.string, name))
                self.plan.siblings[self.string] = names
                self.string += 1
                self.value(item, mode, name, above, depth + 1, value)
        elif mode is Mode.SCHEMA:
            self.schema(value, key in _SCHEMA_MAPS, above, depth)
        else:
            for name, item in value.items():
                self.string += 1
                self.value(item, mode, name, above, depth + 1, value)

    def schema(self, value: dict[str, Any], names_are_properties: bool, above: tuple[str, ...], depth: int) -> None:
        for name, item in value.items():
            self.string += 1
            if names_are_properties:
                # A property may be called `description` or `properties`: its schema starts anew, under no keyword.
                inner = Mode.SCHEMA if type(item) in (dict, list) else Mode.ENVELOPE
                self.value(item, inner, "", above, depth + 1, value)
            elif name in _SCHEMA_KEPT:
                self.value(item, Mode.KEEP, name, above, depth + 1, value)
            elif name in _SCHEMA_DATA:
                self.value(item, Mode.DATA, "", above, depth + 1, value)
            else:  # a keyword's object is a schema again, its words (`description`, `x-note`) are text
                self.value(item, Mode.SCHEMA if _holds_objects(item) else Mode.ENVELOPE, name, above, depth + 1, value)

    def judge(self, key: str, owner: dict[str, Any], above: tuple[str, ...]) -> Mode:
        for rule in self.dialect.rules_for(key):
            if rule.under and rule.under.isdisjoint(above[-2:]):
                continue
            if rule.types and not (type(kind := owner.get("type")) is str and kind in rule.types):
                continue
            if rule.beside and rule.beside.isdisjoint(map(normal, owner)):
                continue
            return rule.mode
        return Mode.ENVELOPE

    def text(self, text: str, mode: Mode, key: str, owner: dict[str, Any], above: tuple[str, ...]) -> None:
        ordinal = self.string
        self.string += 1
        if self.string > self.bounds.strings:
            raise NotRedactable(
                f"the request holds more than {self.bounds.strings} strings (limits.strings)",
                code="faasera_too_many_strings",
            )
        if not text or text.isspace():
            return
        if mode is Mode.TOKEN or mode is Mode.SCHEMA:  # `format: "json"`; a schema that is a longer string is text
            mode = Mode.KEEP_LEAF if _TOKEN.fullmatch(text) else Mode.ENVELOPE
        if mode is Mode.KEEP or mode is Mode.KEEP_LEAF:
            if len(text) <= MAX_PROTECTED or " " in text[:MAX_PROTECTED]:
                self.plan.kept.append(text)
            if key == self.dialect.model_key and ordinal and owner is self.plan.document.root:
                self.plan.model = (ordinal, text)
        elif mode is Mode.MEDIA or _DATA_URL.match(text):
            self.plan.media.append((ordinal, text, _media_type(owner, key, above), _filename(owner)))
        elif mode is Mode.ENVELOPE and self.is_kept_text(text, above):
            self.plan.kept.append(text)
        elif (masking := self.known(text)) is not None:
            self.plan.known.append((ordinal, masking))
        elif (nested := self.nest(text)) is not None:
            self.plan.nested.append((ordinal, nested))
        elif is_coded_text(text):
            self.plan.media.append((ordinal, text, "", ""))
        else:
            self.plan.texts.append((ordinal, text, key if mode is Mode.DATA else ""))

    def is_kept_text(self, text: str, above: tuple[str, ...]) -> bool:
        shape = self.dialect.kept_texts
        return shape is not None and not self.dialect.kept_under.isdisjoint(above) and bool(shape.fullmatch(text))

    def known(self, text: str) -> Masking | None:
        """The masking of a document in a string that was masked before; deeper ones are part of it."""
        if self.bounds.known is None or self.nesting or text[0] not in "{[":
            return None
        return self.bounds.known(text)

    def nest(self, text: str) -> JsonLeaves | None:
        """The plan of a JSON object or list that stands in a string; None where it is not exactly one."""
        if self.nesting >= MAX_NESTING:
            return None
        if text[0] not in "{[" and not text[0].isspace():
            return None
        stripped = text.strip()
        if (stripped[:1], stripped[-1:]) not in (("{", "}"), ("[", "]")):
            return None
        try:
            document = Document.parse(text)
            plan = JsonLeaves(document)
            walk = _Walk(self.dialect, self.bounds, plan, self.nesting + 1)
            walk.value(document.root, Mode.DATA, "", (), 1, {})
        except (BadDocument, RecursionError):
            return None  # truncated, ambiguous or too deep: it is masked as plain text
        return plan


# What a tool returned: an agent may write it back, so masking it matters more than elsewhere.
_RESULT_TYPES = frozenset({
    "tool_result", "mcp_tool_result", "function_call_output", "custom_tool_call_output", "local_shell_call_output",
    "shell_call_output", "apply_patch_call_output", "code_execution_tool_result", "bash_code_execution_tool_result",
    "text_editor_code_execution_tool_result",
})  # fmt: skip
_RESULT_KEYS = frozenset({"functionresponse", "functionresponses", "toolresult", "toolresults", "toolresponse"})


def _is_tool_result(value: dict[str, Any], key: str) -> bool:
    kind, role = value.get("type"), value.get("role")
    if type(kind) is str and kind in _RESULT_TYPES:
        return True
    return (type(role) is str and role in ("tool", "function")) or normal(key) in _RESULT_KEYS


def _is_free_result(owner: dict[str, Any], name: str) -> bool:
    """Whether a field holds what a tool returned, as the object that it is: no API says what its keys mean."""
    return (name == "content" and owner.get("role") in ("tool", "function")) or (
        name == "output" and owner.get("type") in ("function_call_output", "custom_tool_call_output")
    )


_DATA_URL = re.compile(r"\s*data:", re.IGNORECASE)
# A word of a protocol: `audio/pcm`, `low`, `pcm_16000`, `/v1/responses`. No prose, no number, no address.
_TOKEN = re.compile(r"/?[A-Za-z][A-Za-z0-9_./+-]{0,39}", re.ASCII)
_SCHEMA_MAPS = frozenset({"properties", "$defs", "definitions", "patternProperties", "dependentSchemas"})
# Keywords of JSON Schema and its OpenAPI dialect whose words mean something to a validator.
_SCHEMA_KEPT = frozenset({
    "type", "$ref", "$dynamicRef", "$schema", "$id", "$anchor", "$dynamicAnchor", "required", "dependentRequired",
    "enum", "const", "pattern", "format", "contentEncoding", "contentMediaType", "propertyOrdering",
    "property_ordering", "discriminator",
})  # fmt: skip
_SCHEMA_DATA = frozenset({"default", "examples", "example"})


def _holds_objects(value: Any) -> bool:
    return type(value) is dict or (type(value) is list and any(type(item) in (dict, list) for item in value))


def _media_type(owner: dict[str, Any], key: str, above: tuple[str, ...]) -> str:
    if normal(key) == "audio" or above[-1:] == ("inputaudio",):
        return "audio/*"  # raw samples: nothing but the field says so
    for name, value in owner.items():
        if normal(name) in ("mediatype", "mimetype", "format") and type(value) is str:
            return value
    return ""


def _filename(owner: dict[str, Any]) -> str:
    for key, value in owner.items():
        if normal(key) in ("filename", "name", "title") and type(value) is str:
            return value
    return ""


def _too_deep() -> BadDocument:
    return BadDocument("the JSON body is nested deeper than limits.depth", code="faasera_too_deep")


def walk(document: Document, dialect: Dialect, bounds: Bounds, mode: Mode = Mode.ENVELOPE) -> JsonLeaves:
    """Find the leaves of a document. `mode` is DATA where the whole document is the user's (a JSON file).

    Raises BadDocument (too deep) and NotRedactable (too many strings).
    """
    plan = JsonLeaves(document)
    try:
        _Walk(dialect, bounds, plan, 0).value(document.root, mode, "", (), 1, {})
    except RecursionError:
        raise _too_deep() from None
    return plan
