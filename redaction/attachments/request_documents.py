"""The documents of one request on their way: read, masked with its other texts, put back as text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from redaction.attachments.document_texts import DocumentReader, DocumentText, Replacement
from redaction.attachments.upload_texts import digest, put_texts
from redaction.profiler.protocol import Masking


@dataclass(slots=True)
class RequestDocuments:
    """`outcomes` counts documents for the report: `masked`, `as_text` (nothing was found). The repr shows no text."""

    reader: DocumentReader
    to_be_read: frozenset[bytes] = frozenset()
    outcomes: Counter[str] = field(default_factory=Counter)
    _inline: dict[str, DocumentText] = field(default_factory=dict, repr=False)
    _uploads: dict[bytes, DocumentText] = field(default_factory=dict, repr=False)

    async def read_inline(self, payload: str, data: bytes, format_: str) -> list[str]:
        """Read the document in a string; returns what of it must be masked. Raises as `DocumentReader.read`."""
        document = self._inline[payload] = await self.reader.read(data, format_)
        return document.texts

    def wants(self, data: bytes) -> bool:
        """Whether an uploaded file is there to be read."""
        return bool(self.to_be_read) and digest(data) in self.to_be_read

    async def read_upload(self, data: bytes, format_: str) -> list[str]:
        """Likewise for a file that is a part of a form."""
        document = self._uploads[digest(data)] = await self.reader.read(data, format_)
        return document.texts

    def holds(self, payload: str) -> bool:
        return payload in self._inline

    def text_of(
        self, payload: str, maskings: Mapping[str, Masking], replacement: Replacement
    ) -> tuple[str, tuple[str, ...]]:
        """The masked text of the document in a string, and the types of what was masked in it."""
        return self._masked(self._inline[payload], maskings, replacement)

    def put_uploads(
        self,
        data: bytes,
        content_type: str,
        maskings: Mapping[str, Masking],
        replacement: Replacement,
        types: list[str],
    ) -> bytes:
        """The written body with text files in the place of uploaded documents; `types` takes what was masked."""
        if not self._uploads:
            return data

        def text_of(name: bytes) -> str | None:
            document = self._uploads.get(name)
            if document is None:
                return None
            text, masked = self._masked(document, maskings, replacement)
            types.extend(masked)
            return text

        return put_texts(data, content_type, text_of)

    def _masked(
        self, document: DocumentText, maskings: Mapping[str, Masking], replacement: Replacement
    ) -> tuple[str, tuple[str, ...]]:
        masked = document.masked(maskings, replacement, self.reader.known)
        self.reader.remember(document, masked)
        self.outcomes["masked" if masked.types else "as_text"] += 1
        return masked.text, masked.types
