"""The commands `faasera.*` of mitmproxy's command line, mitmweb and the console. None of them shows what was masked."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from collections.abc import Mapping, Sequence

from mitmproxy import command, ctx, exceptions
from mitmproxy.utils import asyncio_utils

from addon.options import given
from addon.resp_client import StoreError
from addon.restoring import owners_named
from addon.script_watch import Script
from addon.services import Services
from addon.state_store import StateStore
from config.configuration import CONFIG_VARIABLE, OPTIONS
from config.redaction_settings import type_name
from redaction.detector.embedded_profiler import EmbeddedProfiler

logger = logging.getLogger("faasera")


class Commands:
    """An addon of the guard's: mitmproxy collects commands from addons."""

    def __init__(self, services: Services, script: Script) -> None:
        self._services = services
        self._script = script
        self._verifying: asyncio.Task[None] | None = None

    @command.command("faasera.target")
    def set_target(self, name: str = "") -> str:
        """Switch the target for the next request (none: each request goes home); without a name, tell it."""
        if name:
            ctx.options.update(faasera_target=name)
        config = self._services.config
        return (config.routing.target if config is not None else None) or "none"

    @command.command("faasera.policy")
    def set_policy(self, name: str = "") -> str:
        """Switch the default policy for the next request; without a name, tell it."""
        if name:
            ctx.options.update(faasera_policy=name)
        config = self._services.config
        return config.redaction.profiler.policy if config is not None else ""

    @command.command("faasera.coverage")
    def coverage(self) -> str:
        """Every LLM host and how it is seen: inspected, tunnelled, refused, blind or never seen since the start."""
        return self._services.records.coverage_meter.text()

    @command.command("faasera.known.add")
    def add_known(self, kind: str, value: str) -> str:
        """Mask a value from now on wherever it stands: type (PATIENT, SECRET) and value. Kept as a keyed hash only."""
        pipeline = self._services.pipeline
        if pipeline is None or pipeline.known is None:
            raise exceptions.CommandError("faasera.known.add: there is no usable configuration yet")
        try:
            known = pipeline.known.add(type_name(kind), value)
        except ValueError as error:
            raise exceptions.CommandError(f"faasera.known.add: {error}") from None
        except OSError as error:
            raise exceptions.CommandError(f"faasera.known.add: cannot keep it: {error.strerror}") from None
        return f"known: one more {kind}" if known else "too short to be known by itself"

    @command.command("faasera.verify")
    def verify(self) -> str:
        """Send a canary through both doors of a proxy with this configuration and a fake upstream; see the log."""
        if self._verifying is None or self._verifying.done():
            self._verifying = asyncio_utils.create_task(self._verify(), name="faasera: verify", keep_ref=True)
        return "faasera.verify: under way; the lines come in the log"

    async def _verify(self) -> None:
        # -P: a folder `cli` where mitmproxy was started is not ours.
        module = f"{__package__.removesuffix('addon')}cli.doctor_proof"
        command_line = (sys.executable, "-P", "-m", module, "--confdir", ctx.options.confdir)
        environ = {**os.environ, **_as_environment(given(ctx.options)), "PYTHONPATH": str(self._script.path.parent)}
        try:
            process = await asyncio.create_subprocess_exec(
                *command_line, env=environ, stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
            )  # fmt: skip
        except OSError as error:
            logger.error("faasera.verify: cannot start Python: %s", error.strerror)
            return
        output, _ = await process.communicate()
        level = logging.INFO if process.returncode == 0 else logging.ERROR
        for line in output.decode("utf-8", "replace").splitlines():
            logger.log(level, "faasera.verify: %s", line)
        result = "masked" if process.returncode == 0 else "FAILED: trust nothing until this is green"
        logger.log(level, "faasera.verify: %s", result)

    @command.command("faasera.forget")
    def forget(self, name: str = "") -> str:
        """Reversible mode: forget every value of a user or an address (without one: of everybody), here, in the store
        and in the replicas that share it."""
        restoring, store = self._services.restoring, self._services.store
        if restoring is None:
            raise exceptions.CommandError("faasera.forget needs reversible mode (faasera_restore)")
        owners = owners_named(name) if name else []
        scopes = restoring.forget(lambda scope: not owners or scope.startswith(tuple(owners)))
        self._services.records.event("forgotten", who=name or "everybody")
        if store is None:
            return f"faasera.forget: {scopes} scopes wiped"
        asyncio_utils.create_task(_wipe(store, owners), name="faasera: forget", keep_ref=True)
        return f"faasera.forget: {scopes} scopes wiped here; the store's line comes in the log"

    @command.command("faasera.explain")
    def explain(self, text: str) -> Sequence[str]:
        """What the embedded profiler finds in a text: type, place, score and recognizer, also what lost."""
        pipeline = self._services.pipeline
        profiler = pipeline.profiler if pipeline is not None else None
        if pipeline is None or not isinstance(profiler, EmbeddedProfiler):
            raise exceptions.CommandError("faasera.explain needs the embedded profiler (faasera_profiler)")
        policy = pipeline.config.redaction.profiler.policy
        kept = {(span.start, span.end, span.type) for span in profiler.find(text, policy)}
        lines = [
            f"{span.type} [{span.start}:{span.end}] score {span.score:.2f} by {span.recognizer}"
            f"{'' if (span.start, span.end, span.type) in kept else ' (outvoted or excluded)'}"
            for span in profiler.explain(text, policy)
        ]
        for line in lines:
            logger.info("faasera.explain: %s", line)
        return lines or ["nothing found"]


async def _wipe(store: StateStore, owners: Sequence[bytes]) -> None:
    try:
        logger.info("faasera.forget: %d scopes wiped from the store", await store.forget(owners))
    except StoreError as error:
        logger.error("faasera.forget: the store was not wiped: %s", error)


def _as_environment(options: Mapping[str, str]) -> dict[str, str]:
    """The values of our options that were given, as the variables that mean the same."""
    variables = {option: variable for option, (variable, _) in OPTIONS.items()} | {"faasera_config": CONFIG_VARIABLE}
    return {variables[option]: value for option, value in options.items() if option in variables}
