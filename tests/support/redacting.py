"""A Redactor around the embedded profiler, for tests without a proxy."""

from __future__ import annotations

import asyncio
from typing import Any

from config.configuration import read_document
from config.redaction_settings import RedactionSettings
from redaction.cache import MaskCache
from redaction.detector.embedded_profiler import EmbeddedProfiler
from redaction.mask_service import MaskService
from redaction.payload import Payload, Redacted
from redaction.redactor import Redactor


def redactor(**sections: Any) -> Redactor:
    """`sections` as in the configuration file."""
    settings: RedactionSettings = read_document(sections).redaction
    profiler = EmbeddedProfiler(settings.policies)
    masker = MaskService(profiler, MaskCache(1 << 20, 10_000))
    return Redactor(masker, profiler.strict_spans, settings, contextual=True)


_shared = redactor()


def redact(
    data: bytes | str,
    dialect: str = "chat",
    content_type: str = "application/json",
    *,
    with_: Redactor = _shared,
    **more: Any,
) -> Redacted:
    """Mask one body."""
    raw = data.encode() if isinstance(data, str) else data
    return asyncio.run(with_.body(Payload(raw, dialect, "default", content_type=content_type, **more)))


def masked(data: bytes | str, dialect: str = "chat", content_type: str = "application/json", **more: Any) -> str:
    """The masked body as text."""
    return redact(data, dialect, content_type, **more).data.decode()
