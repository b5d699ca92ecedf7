"""The life of the proxy: configured, started, told where it listens, configured anew, ended."""

from __future__ import annotations

import asyncio
import logging
import os
import time
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from pathlib import Path

from mitmproxy import ctx
from mitmproxy.utils import asyncio_utils

from addon.gateway_pages import GatewayPages
from addon.listen_address import Listening
from addon.options import given
from addon.pipeline import Pipeline
from addon.policy_rules import Rules
from addon.request_log import RequestLog
from addon.request_state import RequestState
from addon.restoring import Restoring
from config.config_errors import ConfigError
from config.configuration import load_config
from config.routing_settings import parse_settings as built_in_routing
from routing.router import RouterState

logger = logging.getLogger("faasera")

CONFIG_NAME = "mitm-config.yaml"
# mitmproxy's own options that the configuration is checked against.
RELEVANT = frozenset({"listen_host", "listen_port", "mode", "proxyauth", "store_streamed_bodies"})


class Lifecycle:
    """Holds what a configuration makes: engine, rules, routing state. Until one was usable, `engine` is None."""

    pages: GatewayPages
    rules: Rules

    def __init__(self, home: Path, environ: Mapping[str, str] = os.environ) -> None:
        self._home = home
        self._environ = environ
        self._flows: dict[str, RequestState] = {}
        self.listening = Listening()
        self.engine: Pipeline | None = None
        self.restoring: Restoring | None = None
        self.records = RequestLog()
        self.state = RouterState.of(built_in_routing({}, {}), ())

    def configure(self, updated: AbstractSet[str]) -> None:
        """Read the configuration anew when one of our options, or the address, changed. Raises ConfigError."""
        ours = {name for name in updated if name.startswith("faasera_")}
        if self.engine is not None and not ours and not updated & RELEVANT:
            return
        options = given(ctx.options)
        config = load_config(options, self._environ, self._home / CONFIG_NAME, options.get("faasera_config"))
        self.listening.check(config)
        rules = Rules(config)
        if self.engine is None or config.redaction != self.engine.config.redaction:
            # The cache names a policy, not what it says: another document of the same name starts afresh.
            old = self.engine.config.redaction if self.engine is not None else config.redaction
            same = (old.policies, old.restore.enabled) == (config.redaction.policies, config.redaction.restore.enabled)
            engine = Pipeline(config, self.engine.cache if self.engine is not None and same else None)
            engine.self_test()
            if self.engine is not None:
                self.engine.retire()
            self.engine = engine
        else:
            self.engine.config = config
        self.rules = rules
        restore = config.redaction.restore.enabled
        if not restore:
            self.restoring = None
        elif self.restoring is None:
            self.restoring = Restoring(config, Path(ctx.options.confdir).expanduser())
        else:
            self.restoring.configure(config)
        if self.listening.applied:
            self.listening.keep_answers(config)
        self.records.configure(config)
        self.state = RouterState.of(config.routing, self.listening.ports())

    def start(self) -> None:
        """The servers are up: apply defaults, say where and how. Raises ConfigError."""
        assert self.engine is not None
        self.listening.apply(self.engine.config)
        self.state = RouterState.of(self.engine.config.routing, self.listening.ports())
        self._announcing = asyncio_utils.create_task(self._announce(), name="faasera: say where", keep_ref=True)

    async def _announce(self) -> None:
        """The three lines of the start, once the servers stand where `listening` put them."""
        try:
            await self.listening.settled()
        except ConfigError as error:
            logger.error("faasera: %s", error)
            raise SystemExit(1) from None
        assert self.engine is not None
        self.state = RouterState.of(self.engine.config.routing, self.listening.ports())
        for line in self.pages.banner():
            logger.info("%s", line)

    async def finish(self, seconds: float) -> None:
        """Wait until no request is under way, but not longer than `seconds`. An open WebSocket is not waited for."""
        deadline = time.monotonic() + seconds
        while not all(live.recorded for live in self._flows.values()) and time.monotonic() < deadline:  # noqa: ASYNC110
            await asyncio.sleep(0.02)

    def close(self) -> None:
        if self.engine is not None:
            self.engine.retire()
        self.records.close()
