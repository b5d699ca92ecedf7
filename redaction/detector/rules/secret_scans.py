"""The searches that read a whole text at once, beside the rules that read it unit by unit."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from redaction.detector.rules.bare_tokens import bare_tokens
from redaction.detector.rules.private_keys import private_keys
from redaction.detector.rules.secret_files import file_secrets
from redaction.detector.rules.seed_phrases import seed_phrases
from redaction.detector.rules.vendor_key_scan import vendor_key_spans
from redaction.spans import Span

# So many findings are handed on at once: between two lots others may run.
_LOT = 64


def _private_keys(text: str) -> Iterator[Span]:
    return (Span(start, end, "PRIVATE_KEY", 0.99, "private_key") for start, end in private_keys(text))


def secret_scans(text: str) -> Iterator[list[Span]]:
    """What each search finds, in lots: at least one for each search, empty ones too."""
    searches = (_private_keys(text), vendor_key_spans(text), file_secrets(text), seed_phrases(text), bare_tokens(text))
    for search in searches:
        while lot := list(itertools.islice(search, _LOT)):
            yield lot
        yield []


def strict_secrets(text: str) -> list[Span]:
    """What counts in an object key or a leaf that must not change: private keys and prefixes that say all."""
    return [*_private_keys(text), *vendor_key_spans(text, strict=True)]
