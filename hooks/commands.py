"""The commands `faasera.*` of mitmproxy's command line, mitmweb and the console. None of them shows what was masked."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING

from mitmproxy import command, ctx, exceptions

from redaction.embedded.profiler import EmbeddedProfiler

if TYPE_CHECKING:
    from hooks.proxy import Proxy

logger = logging.getLogger("faasera")


class Commands:
    """Mixed into the guard: mitmproxy collects commands from addons."""

    proxy: Proxy

    @command.command("faasera.target")
    def set_target(self, name: str = "") -> str:
        """Switch the target for the next request (none: each request goes home); without a name, tell it."""
        if name:
            ctx.options.update(faasera_target=name)
        engine = self.proxy.engine
        return (engine.config.routing.target if engine is not None else None) or "none"

    @command.command("faasera.policy")
    def set_policy(self, name: str = "") -> str:
        """Switch the default policy for the next request; without a name, tell it."""
        if name:
            ctx.options.update(faasera_policy=name)
        engine = self.proxy.engine
        return engine.config.redaction.profiler.policy if engine is not None else ""

    @command.command("faasera.coverage")
    def coverage(self) -> str:
        """Every LLM host and how it is seen: inspected, tunnelled, refused, blind or never seen since the start."""
        return self.proxy.records.coverage_meter.text()

    @command.command("faasera.explain")
    def explain(self, text: str) -> Sequence[str]:
        """What the embedded profiler finds in a text: type, place, score and recognizer, also what lost."""
        engine = self.proxy.engine
        profiler = engine.profiler if engine is not None else None
        if engine is None or not isinstance(profiler, EmbeddedProfiler):
            raise exceptions.CommandError("faasera.explain needs the embedded profiler (faasera_profiler)")
        policy = engine.config.redaction.profiler.policy
        kept = {(span.start, span.end, span.type) for span in profiler.find(text, policy)}
        lines = [
            f"{span.type} [{span.start}:{span.end}] score {span.score:.2f} by {span.recognizer}"
            f"{'' if (span.start, span.end, span.type) in kept else ' (outvoted or excluded)'}"
            for span in profiler.explain(text, policy)
        ]
        for line in lines:
            logger.info("faasera.explain: %s", line)
        return lines or ["nothing found"]
