"""From maskings to edits: what takes the place of each found span in a leaf."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from redaction.body.json_document import Edit
from redaction.profiler.protocol import Masking
from redaction.spans import PLACEHOLDER, Span, placeholder

# Gives the replacement of one found value: (type, value) -> placeholder. Reversible mode puts its own in.
type Replacement = Callable[[str, str], str]
# Format and checksum rules for keys, numbers and protected leaves: no names, no context beyond the text itself.
type StrictRules = Callable[[str], Sequence[Span]]

# A key that says what its value is: `{"password": "hunter2"}` means nothing without it.
_TELLING = re.compile(
    r"(?i)pass(?:wor[dt]|wd|phrase|port|code)?|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|credential|auth"
    r"|ssn|social|tax|birth|dob|phone|mobile|fax|e?mail|account|iban|routing|card|licen[cs]e|mrn|patient|insurance"
    r"|(?:first|last|full|sur|given|family|user|customer|contact|display|maiden|middle|nick)[_-]?name|^name$"
    r"|address|street|zip|postal|national|identi|\bid[_-]?(?:number|no)"
)
# A key without one of these, or shorter, is no number, address or token.
_SUSPICIOUS = re.compile(r"[0-9@]")
_SHORTEST_KEY = 7
# Longer values, and those of several lines, carry their own context.
_LONGEST_VALUE = 120


def in_context(text: str, key: str) -> str:
    """The text as the embedded profiler should see it: a short value behind a telling key is `key: value`."""
    if key and len(text) <= _LONGEST_VALUE and (told := _told(key)) and "\n" not in text:
        return f"{told}: {text}"
    return text


@lru_cache(4096)
def _told(key: str) -> str:
    """What a key says of its value, or ""."""
    key = PLACEHOLDER.sub("", key)  # a key that was masked tells no more than it did before
    return key if _TELLING.search(key) else ""


def plain(kind: str, _value: str) -> str:
    """The irreversible placeholder, `[[SSN]]`."""
    return placeholder(kind)


@dataclass(slots=True)
class Replacer:
    """The maskings of one request, and what was found on the way. The repr shows counts only."""

    maskings: Mapping[str, Masking]
    strict: StrictRules
    contextual: bool
    replacement: Replacement = plain
    masked: Counter[str] = field(default_factory=Counter)
    ambiguous: int = 0
    left: int = 0  # names inside file-system paths

    def __repr__(self) -> str:
        return f"Replacer({len(self.maskings)} texts)"

    def view(self, text: str, key: str) -> str:
        """The text under which a leaf's masking is kept."""
        return in_context(text, key) if self.contextual else text

    def text_edits(self, text: str, key: str = "") -> list[Edit]:
        """Edits of one text leaf. Raises KeyError for a text that was not masked: it must not be sent."""
        view = self.view(text, key)
        masking = self.maskings[view]
        shift = len(view) - len(text)
        self.left += masking.left
        if not masking.spans and masking.replacement == view:
            return []
        masked = self.masked
        for span in masking.spans:
            masked[span.type] += 1
        if not masking.exact:
            self.ambiguous += max(1, len(masking.spans))
            # Only an endpoint answers so, and it never sees a key beside the text.
            return [(0, len(text), masking.replacement)]
        if not shift and self.replacement is plain:
            return [(span.start, span.end, f"[[{span.type}]]") for span in masking.spans]
        edits: list[Edit] = []
        for span in masking.spans:
            start, end = max(span.start - shift, 0), span.end - shift
            if start < end:
                edits.append((start, end, self.replacement(span.type, text[start:end])))
        return edits

    def masked_text(self, text: str, key: str = "") -> str:
        """The text with its edits applied."""
        for start, end, new in reversed(self.text_edits(text, key)):
            text = text[:start] + new + text[end:]
        return text

    def key_edits(self, key: str) -> list[Edit]:
        """Edits of an object key below a text path: format rules only."""
        if len(key) < _SHORTEST_KEY or not _SUSPICIOUS.search(key):
            return []
        spans = self.strict(key)
        self.masked.update(span.type for span in spans)
        return [(span.start, span.end, self.replacement(span.type, key[span.start : span.end])) for span in spans]

    def masked_key(self, key: str) -> str:
        """The key with its edits applied."""
        for start, end, new in reversed(self.key_edits(key)):
            key = key[:start] + new + key[end:]
        return key

    def number_edit(self, number: str, key: str) -> str | None:
        """The placeholder for a number below a text path, or None: format rules only, the key may tell."""
        if len(number) < 7:
            return None
        spans = self.strict(number)
        if not spans and (view := in_context(number, key)) != number:
            spans = [span for span in self.strict(view) if span.end > len(view) - len(number)]
        if not spans:
            return None
        self.masked[spans[0].type] += 1
        return self.replacement(spans[0].type, number)
