"""The last step for a body with documents: texts in the place of files, in the shape that the wire format has for them.

While a body is masked, a document is one string, and a marker takes its place. When everything else is written, the
objects around the markers are found in the text of the body and changed; every other byte stays. All that stands around
a marker is masked by then, so it may be copied.
"""

from __future__ import annotations

import base64
import json
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from dialects.document_shapes import Place, media_type_changes
from dialects.registry import document_as_text
from redaction.errors import NotRedactable

# A string, or an end of a container; each branch starts with another character, so matching is linear.
_TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[{}\[\]]', re.DOTALL)
_BLANK = re.compile(r"[ \t\r\n]*")
_SCALAR = re.compile(r"[^\s,}\]]+")
_NESTED = 6  # JSON in strings of JSON
_OPEN = 8  # objects around a file that a shape may look at

type Edit = tuple[int, int, str]


@dataclass(frozen=True, slots=True)
class FileText:
    """What takes the place of one file. `head`: what stood before its payload (`data:...,`), "" for bare base64.

    Where no format has a shape for it: `otherwise` stands there if given, the text itself if `plain`, else the text
    coded as the file was. The repr shows no text.
    """

    text: str = field(repr=False)
    head: str = field(default="", repr=False)
    coded: bool = True
    plain: bool = False
    otherwise: str = field(default="", repr=False)

    def as_string(self) -> str:
        """The text as a string in the coding of the file."""
        if self.plain or self.otherwise:
            return self.otherwise or self.text
        body = base64.b64encode(self.text.encode()).decode() if self.coded else quote(self.text)
        if not self.head:
            return body
        return f"data:text/plain;charset=utf-8{';base64' if self.coded else ''},{body}"


class Markers:
    """The markers of one body. Nobody can guess one: they are random."""

    def __init__(self) -> None:
        self._nonce = f"faasera-file-{secrets.token_hex(16)}-"
        self._files: list[FileText] = []

    def __repr__(self) -> str:
        return f"Markers({len(self._files)})"

    def add(self, file: FileText) -> str:
        """A marker that stands for a file."""
        self._files.append(file)
        return f"{self._nonce}{len(self._files) - 1}."

    def file(self, text: str) -> FileText | None:
        """The file of a string that is a marker."""
        if not text.startswith(self._nonce) or not text.endswith("."):
            return None
        number = text[len(self._nonce) : -1]
        return self._files[int(number)] if number.isdecimal() and int(number) < len(self._files) else None

    def inside(self, text: str) -> bool:
        return self._nonce in text

    def put_in(self, data: bytes) -> bytes:
        """A written body with texts in the place of its markers.

        Raises NotRedactable if one stands where no text can be put: in a body that is neither JSON nor lines of it.
        """
        nonce = self._nonce.encode()
        if not self._files:
            return data
        if nonce not in data:
            raise _no_place()
        if data.lstrip(b"\xef\xbb\xbf \t\r\n\x1e0123456789")[:1] in (b"{", b"[", b'"'):
            return self._written(data)
        out: list[bytes] = []
        at = 0
        while (found := data.find(nonce, at)) >= 0:  # lines of JSON in a part of a form
            start = data.rfind(b"\n", 0, found) + 1
            end = data.find(b"\n", found)
            end = len(data) if end < 0 else end
            if data[start : start + 1] not in (b"{", b"["):
                raise _no_place()
            out += (data[at:start], self._written(data[start:end]))
            at = end
        out.append(data[at:])
        return b"".join(out)

    def _written(self, data: bytes) -> bytes:
        try:
            written = self._reshaped(data.decode("utf-8", "surrogatepass"), 0)
        except (ValueError, LookupError, StopIteration, RecursionError):
            raise _no_place() from None
        if self._nonce in written:
            raise _no_place()
        return written.encode("utf-8", "surrogatepass")

    def _reshaped(self, source: str, depth: int) -> str:
        """JSON, or several records of it, with its markers replaced. Raises ValueError."""
        if depth > _NESTED:
            raise ValueError
        edits: dict[tuple[int, int], str] = {}
        behind: dict[int, list[str]] = {}
        ends = _Ends(source)
        stack: list[int] = []
        for match in _TOKEN.finditer(source):
            token = match.group()
            if token in ("{", "["):
                stack.append(match.start())
            elif token in ("}", "]"):
                stack.pop()
            elif self._nonce in token:
                text = json.loads(token)
                file = self.file(text)
                if file is None:
                    edits[match.span()] = json.dumps(self._reshaped(text, depth + 1), ensure_ascii=False)
                else:
                    self._place(source, match.span(), stack, file, ends, edits, behind)
        for at, texts in behind.items():
            edits[at, at] = "".join(json.dumps(text, ensure_ascii=False)[1:-1] for text in texts)
        return _apply(source, edits)

    def _place(
        self,
        source: str,
        literal: tuple[int, int],
        stack: Sequence[int],
        file: FileText,
        ends: _Ends,
        edits: dict[tuple[int, int], str],
        behind: dict[int, list[str]],
    ) -> None:
        """Note the edits that put one file's text in its place."""
        starts = [start for start in reversed(stack) if source[start] == "{"][:_OPEN]
        objects, keys = [], []
        inner = literal[0]
        for start in starts:
            members = ends.members(start)
            key = next(key for key, (_, begin, end) in members.items() if begin <= inner < end)
            objects.append(start)
            keys.append(key)
            inner = start
        place = Place(tuple(_Lazy(source, start, ends) for start in objects), tuple(keys))
        changes = document_as_text(place, file.text, lambda text: self.file(text) is not None)
        if changes is None:
            edits[literal] = json.dumps(file.as_string(), ensure_ascii=False)
            changes = [] if file.plain or file.otherwise else media_type_changes(place)
        for change in changes:
            start = objects[change.level]
            if change.key is None:
                edits[start, ends.of(start)] = _json(change.value)
                continue
            _, begin, end = ends.members(start)[change.key]
            if change.behind:
                behind.setdefault(end - 1, []).append(change.value)
            else:
                edits[begin, end] = _json(change.value)


class _Ends:
    """Where values of a source end, and the members of its objects: (place of the key, begin and end of the value)."""

    def __init__(self, source: str) -> None:
        self.source = source
        self._members: dict[int, Mapping[str, tuple[int, int, int]]] = {}

    def of(self, start: int) -> int:
        """The end of the value that begins at `start`."""
        if self.source[start] == '"':
            match = _TOKEN.match(self.source, start)
            if match is None:
                raise ValueError
            return match.end()
        if self.source[start] not in "{[":
            scalar = _SCALAR.match(self.source, start)
            if scalar is None:
                raise ValueError
            return scalar.end()
        depth = 0
        for match in _TOKEN.finditer(self.source, start):
            token = match.group()
            if token in ("{", "["):
                depth += 1
            elif token in ("}", "]"):
                depth -= 1
                if not depth:
                    return match.end()
        raise ValueError

    def members(self, start: int) -> Mapping[str, tuple[int, int, int]]:
        if start not in self._members:
            self._members[start] = dict(self._read(start))
        return self._members[start]

    def _read(self, start: int) -> Sequence[tuple[str, tuple[int, int, int]]]:
        found: list[tuple[str, tuple[int, int, int]]] = []
        at = self._blank(start + 1)
        while self.source[at] == '"':
            end = self.of(at)
            key = json.loads(self.source[at:end])
            begin = self._blank(self._blank(end) + 1)
            finish = self.of(begin)
            found.append((key, (at, begin, finish)))
            at = self._blank(finish)
            if self.source[at] == ",":
                at = self._blank(at + 1)
        return found

    def _blank(self, at: int) -> int:
        match = _BLANK.match(self.source, at)
        return at if match is None else match.end()


class _Lazy(dict[str, Any]):
    """An object of the source, of which only the values that are asked for are read."""

    def __init__(self, source: str, start: int, ends: _Ends) -> None:
        super().__init__(dict.fromkeys(ends.members(start)))
        self._source, self._places = source, ends.members(start)

    def __getitem__(self, key: str) -> Any:
        _, begin, end = self._places[key]
        return json.loads(self._source[begin:end])

    def get(self, key: str, default: Any = None) -> Any:
        return self[key] if key in self._places else default


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _apply(source: str, edits: Mapping[tuple[int, int], str]) -> str:
    """The source with its edits; one inside another is part of it already."""
    out: list[str] = []
    at = 0
    for (start, end), new in sorted(edits.items(), key=lambda item: (item[0][0], -item[0][1])):
        if start < at:
            continue
        out += (source[at:start], new)
        at = end
    out.append(source[at:])
    return "".join(out)


def _no_place() -> NotRedactable:
    return NotRedactable(
        "a document stands where no text can take its place: send it in a JSON body (uploads.documents)",
        code="faasera_document_place",
    )
