"""JSON documents in strings that were masked before: tool calls and their results, resent on every turn.

Their masking is kept in the same cache as that of texts, under a name of its own, so it follows the same bounds and
keeps no raw text. Only what plain placeholders can say is remembered: a document with a file in it, with a number or a
key that was replaced, or with a text that the Profiler rewrote, is read again each time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from redaction.body.json_leaves import JsonLeaves
from redaction.mask_service import MaskService
from redaction.profiler.protocol import Masking
from redaction.replacer import Replacer
from redaction.spans import PLACEHOLDER, Span, substitute


class KnownDocuments:
    """The view of a masker's cache for whole documents."""

    def __init__(self, masker: MaskService) -> None:
        self._masker = masker

    def _key(self, policy: str, text: str) -> bytes:
        return self._masker.cache.key(f"{self._masker.profiler.identity} document", policy, text)

    def known(self, policy: str) -> Callable[[str], Masking | None]:
        """The masking of a document under a policy, or None: as `Bounds.known` wants it."""

        def known(text: str) -> Masking | None:
            return self._masker.cache.get(self._key(policy, text), text)

        return known

    def remember(self, roots: Iterable[JsonLeaves], marks: Replacer, policy: str) -> None:
        """Keep what was just done to the documents in the strings of `roots`."""
        for root in roots:
            for _, plan in root.nested:
                masking = _masking(plan, marks)
                if masking is not None:
                    text = plan.document.source
                    self._masker.cache.put(self._key(policy, text), text, masking)


def _masking(plan: JsonLeaves, marks: Replacer) -> Masking | None:
    """The masking that gives a document's edits again, or None where there is none."""
    if plan.done is None:
        return None
    spans: list[Span] = []
    for start, end, new in plan.done:
        found = PLACEHOLDER.fullmatch(new)
        if found is None or found[2] is not None:
            return None
        spans.append(Span(start, end, found[1]))
    left = 0
    for part in plan.every():
        if part.media or part.kept or part.known:
            return None
        left += sum(marks.maskings[marks.view(text, key)].left for _, text, key in part.texts)
    text = plan.document.source
    return Masking(substitute(text, spans), tuple(spans), left=left)
