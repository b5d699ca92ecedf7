"""One configuration at work: Profiler, cache, masker, redactor. Replaced as a whole when an option changes."""

from __future__ import annotations

import asyncio
from functools import cache
from pathlib import Path
from typing import Literal, NamedTuple

from msgspec.structs import replace

from config.config_errors import ConfigError, unknown
from config.configuration import Config
from config.redaction_settings import Policy, RedactionSettings
from config.type_table import types
from redaction.cache import MaskCache
from redaction.detector.coded import proven_spans
from redaction.detector.embedded_profiler import EmbeddedProfiler
from redaction.detector.tagger.network import DamagedWeights, Tagger
from redaction.freed_memory import Freed
from redaction.known.added_values import AddedValues
from redaction.known.known_sources import KnownSources
from redaction.mask_service import MaskService
from redaction.profiler.http import HttpProfiler
from redaction.profiler.protocol import Profiler
from redaction.redactor import Redactor
from redaction.spans import Span

# The seed's example: a detector that does not find these does not start.
CANARY = "What is Jane Doe's SSN 123-45-6789?"
CANARY_MASKED = "What is [[NAME]]'s SSN [[SSN]]?"


class Home(NamedTuple):
    """Where files of known values are: `folder` for relative paths, `added` for values told one by one."""

    folder: Path
    added: Path


class Pipeline:
    """Built from a Config, used until `retire`. `in_flight` requests keep their pipeline while a new one takes over."""

    def __init__(self, config: Config, cache: MaskCache | None = None, home: Home | None = None) -> None:
        """`home`: where known values are looked for. Raises ConfigError when the Profiler cannot be built (a CA file, a
        policy's pattern) or known values cannot be read."""
        settings = config.redaction
        self.config = config
        self.cache = cache or MaskCache(settings.limits.cache, settings.limits.cache_entries)
        try:
            self.profiler = _profiler(settings, config.token.reveal())
        except ConfigError as error:
            raise ConfigError(config.source if error.key else "", str(error)) from None
        self.masker = MaskService(self.profiler, self.cache, deadline=settings.profiler.request_deadline)
        self.is_remote = isinstance(self.profiler, HttpProfiler)
        strict = self.profiler.strict_spans if isinstance(self.profiler, EmbeddedProfiler) else _strict_spans
        everyday = self.profiler.is_everyday if isinstance(self.profiler, EmbeddedProfiler) else None
        self.known = KnownSources(settings.known, home.folder, AddedValues(home.added), everyday) if home else None
        self.redactor = Redactor(
            self.masker, strict, settings, contextual=settings.profiler.embedded, everyday=everyday, known=self.known
        )
        self.in_flight = 0
        self.retired = False

    def __repr__(self) -> str:
        return f"Pipeline({self.profiler.identity!r}, {self.in_flight} in flight)"

    async def __aenter__(self) -> Pipeline:
        self.in_flight += 1
        return self

    async def __aexit__(self, *_: object) -> None:
        self.in_flight -= 1
        await self.close_when_idle()

    async def close_when_idle(self) -> None:
        """Let go of the Profiler's connections when this pipeline is retired and its last request is through."""
        if self.retired and not self.in_flight:
            await self.profiler.aclose()

    def retire(self) -> None:
        """No new request comes: let go of the Profiler's connections when the last one is through."""
        self.retired = True
        if not self.in_flight:
            try:
                loop = asyncio.get_running_loop()
            except RuntimeError:
                return
            self._closing = loop.create_task(self.profiler.aclose())

    def self_test(self) -> None:
        """Raises ConfigError when the embedded profiler does not find the canary."""
        if isinstance(self.profiler, EmbeddedProfiler):
            found = self.profiler.mask_text(CANARY, "default").replacement
            names = dict(self.config.redaction.policies).get("default", Policy()).recognizers
            if found != CANARY_MASKED and all(names.get(kind, True) for kind in ("NAME", "SSN")):
                raise ConfigError("self-test failed: the embedded profiler did not mask the canary; nothing is sent")

    def warm_rest(self) -> None:
        """See `EmbeddedProfiler.warm_rest`."""
        if isinstance(self.profiler, EmbeddedProfiler):
            Freed().give_back()
            self.profiler.warm_rest()
            Freed().give_back()


def _strict_spans(text: str, policy: str) -> tuple[Span, ...]:
    """With an endpoint a policy is a name only: what it says binds the embedded profiler alone."""
    return proven_spans(text)


@cache
def tagger() -> Tagger:
    """One tagger per process: a new configuration does not load it again. Warm from the first request on."""
    return Tagger()


def _check_recognizers(settings: RedactionSettings) -> None:
    """Raises ConfigError for a type that nothing finds: what is meant to be switched off must not stay on."""
    for name, policy in settings.policies.items():
        known = {row.name for row in types()} | {*policy.dictionaries, *(row.type for row in policy.patterns)}
        for kind in policy.recognizers:
            if kind not in known:
                raise ConfigError(f"policies.{name}.recognizers.{kind}", unknown("recognizer", kind, sorted(known)))


def _settled(settings: RedactionSettings) -> dict[str, Policy]:
    """The policies with `paths: auto` decided: an agent can only work with masked paths if they come back."""
    paths: Literal["leave", "mask"] = "mask" if settings.restore.enabled else "leave"
    return {
        name: replace(policy, paths=paths) if policy.paths == "auto" else policy
        for name, policy in settings.policies.items()
    }


def _profiler(settings: RedactionSettings, token: str) -> Profiler:
    try:
        if settings.profiler.embedded:
            _check_recognizers(settings)
            return EmbeddedProfiler(_settled(settings), tagger())
        return HttpProfiler(settings.profiler, token=token or None, limits=settings.limits)
    except ConfigError:
        raise
    except (DamagedWeights, ValueError, OSError) as error:
        raise ConfigError(str(error)) from None
