"""JSON documents in strings in which nothing was found: tool calls and their results, resent on every turn.

That nothing is in them is kept in the same cache as the maskings of texts, under a name of its own, so it follows the
same bounds and keeps no raw text. A document in which something was found, or with a file in it, is read each time:
what it shows stays known for the rest of the request.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from redaction.body.json_leaves import Changes, JsonLeaves
from redaction.body.leaves import Kind
from redaction.mask_service import MaskService
from redaction.profiler.protocol import Masking
from redaction.replacer import Replacer

# Documents with these are read again: what they hold is counted, or means more than its text.
_READ_AGAIN = frozenset({Kind.MEDIA, Kind.KEPT, Kind.WORD, Kind.KNOWN, Kind.BLOCKED})


class KnownDocuments:
    """The view of a masker's cache for whole documents."""

    def __init__(self, masker: MaskService) -> None:
        self._masker = masker

    def _key(self, policy: str, version: int, text: str) -> bytes:
        return self._masker.cache.key(f"{self._masker.profiler.identity} document {version}", policy, text)

    def known(self, policy: str, version: int = 0) -> Callable[[str], Masking | None]:
        """The masking of a document under a policy, or None: as `Bounds.known` wants it. `version`: of the values that
        the user knows."""

        def known(text: str) -> Masking | None:
            return self._masker.cache.get(self._key(policy, version, text), text)

        return known

    def remember(
        self, roots: Iterable[JsonLeaves], replacer: Replacer, changes: Changes, policy: str, version: int = 0
    ) -> None:
        """Keep what was just done to the documents in the strings of `roots`."""
        for root in roots:
            for document in root.nested():
                masking = _masking(document, replacer, changes)
                if masking is not None:
                    text = document.document.source
                    self._masker.cache.put(self._key(policy, version, text), text, masking)


def _masking(document: JsonLeaves, replacer: Replacer, changes: Changes) -> Masking | None:
    """The masking that says that nothing is in a document, or None where it cannot be said."""
    left = 0
    for leaf in document:
        if leaf.kind in _READ_AGAIN or leaf in changes:
            return None
        if leaf.kind is Kind.TEXT:
            left += replacer.maskings[replacer.view(leaf.text, leaf.key)].left
    return Masking(document.document.source, (), left=left)
