"""The life of the proxy: configured, started, told where it listens, configured anew, ended.

Here the parts are put together: a configuration becomes the pipeline, rules and routing state of `Services`.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import signal
import sys
import time
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from contextlib import suppress
from pathlib import Path
from threading import Thread

from mitmproxy import contentviews, ctx, exceptions, tls
from mitmproxy.addonmanager import Loader
from mitmproxy.utils import asyncio_utils

from addon import logs
from addon.before_after_view import is_there
from addon.config_watch import ConfigWatch
from addon.gateway_pages import GatewayPages, warnings_of
from addon.listen_address import Listening
from addon.options import add_options, check_mitmproxy_options, given, show_comments
from addon.own_tls import OwnTls
from addon.pipeline import Home, Pipeline
from addon.policy_rules import Rules
from addon.readiness import Health
from addon.resp_client import RespClient
from addon.restoring import Restoring
from addon.script_watch import Script
from addon.services import Services
from addon.state_store import StateStore
from config.config_errors import ConfigError
from config.configuration import Config, ConfigFile, parse_config, read_file
from reporting.mitmweb_view import FaaseraContentview
from reporting.traces import FLUSH_SECONDS, Traces
from routing.loop_mark import LoopMark
from routing.router import RouterState

logger = logging.getLogger("faasera")

CONFIG_NAME = "mitm-config.yaml"
# In mitmproxy's confdir: values that `faasera.known.add` was told, as keyed hashes.
ADDED_NAME = "faasera-known.bin"
# mitmproxy's own options that the configuration is checked against.
RELEVANT = frozenset({"listen_host", "listen_port", "mode", "proxyauth", "store_streamed_bodies"})
# How long a shutdown waits for requests that are under way.
GRACE_SECONDS = 20.0
# How long a SIGTERM lets balancers see that they should send nothing more, while everything is still served.
# Longer where a balancer asks and does not know yet: under load its probes wait.
NOTICE_SECONDS, LONGEST_NOTICE_SECONDS = 3.0, 12.0
SWITCH_SECONDS = 0.0005


class Lifecycle:
    """`broken` says why nothing can be masked, `closing` that mitmproxy ends."""

    def __init__(
        self,
        services: Services,
        script: Script,
        pages: GatewayPages,
        health: Health,
        environ: Mapping[str, str] = os.environ,
    ) -> None:
        self._services = services
        self._script = script
        self._pages = pages
        self._health = health
        self._environ = environ
        self._listening = Listening()
        self._running = False
        self._tls: OwnTls | None = None
        self._file: ConfigFile | None = None
        self._chosen: str | None = None
        self._watch = ConfigWatch(services, self._read, self._parse, self._take_file)
        self._loop_key = ""
        self._following: asyncio.Task[None] | None = None
        self.broken: str | None = None
        self.closing = False

    def own_certificate(self, data: tls.TlsData) -> None:
        """TLS begins: with the operator's certificate where there is one for it."""
        if self._tls is not None:
            self._tls.start(data)

    def load(self, loader: Loader) -> None:
        add_options(loader)
        logs.install()
        contentviews.add(FaaseraContentview)
        # Large bodies are masked in threads. Each turn of the event loop waits for the interpreter's lock, and with
        # Python's 5 ms a small request beside them would wait dozens of times that long.
        sys.setswitchinterval(SWITCH_SECONDS)

    def configure(self, updated: AbstractSet[str]) -> None:
        """Check mitmproxy's options and ours, and take them into use. At start a line of the log stops mitmproxy
        (errorcheck); an exception would add its traceback. Later OptionsError makes it roll back."""
        reason = None
        try:
            check_mitmproxy_options(updated)
            self._take(updated)
            self.broken = None
        except (ConfigError, exceptions.OptionsError) as error:
            reason = f"faasera: {str(error).removeprefix('faasera: ')}"
        except Exception as error:  # noqa: BLE001 - mitmproxy would print the error's text
            reason = f"faasera: configuration failed: {type(error).__name__}"
        if reason is not None and self._running:
            raise exceptions.OptionsError(reason)
        if reason is not None:
            self.broken = reason.removeprefix("faasera: ")
            logger.error("%s", reason)
        if "scripts" in updated:
            self._script.note_list()

    def _take(self, updated: AbstractSet[str]) -> None:
        """Read the configuration anew when one of our options, or the address, changed. Raises ConfigError."""
        services = self._services
        ours = {name for name in updated if name.startswith("faasera_")}
        if services.pipeline is not None and not ours and not updated & RELEVANT:
            return
        chosen = given(ctx.options).get("faasera_config")
        if self._file is None or chosen != self._chosen:  # another file is the operator's own choice
            self._file, self._chosen = self._read(), chosen
        self._use(self._parse(self._file))

    def _read(self) -> ConfigFile:
        home, chosen = self._script.path.parent, given(ctx.options).get("faasera_config")
        return read_file(self._environ, home / CONFIG_NAME, chosen)

    def _parse(self, file: ConfigFile) -> Config:
        return parse_config(given(ctx.options), self._environ, file)

    def _take_file(self, config: Config, file: ConfigFile) -> None:
        self._use(config)
        self._file = file

    def _use(self, config: Config) -> None:
        """Put a configuration in the place of the one in use. Raises ConfigError, and then changes nothing."""
        services, old = self._services, self._services.pipeline
        self._listening.check(config)
        rules, own_tls = Rules(config), OwnTls(config)
        pipeline = old
        if old is None or config.redaction != old.config.redaction:
            # The cache names a policy, not what it says: another document of the same name starts afresh.
            before = old.config.redaction if old is not None else config.redaction
            same = (before.policies, before.restore.enabled) == (
                config.redaction.policies, config.redaction.restore.enabled
            )  # fmt: skip
            folder = Path(config.source).parent if Path(config.source).is_file() else self._script.path.parent
            added = Path(ctx.options.confdir).expanduser() / ADDED_NAME
            pipeline = Pipeline(config, old.cache if old is not None and same else None, Home(folder, added))
            pipeline.self_test()
        assert pipeline is not None
        restoring = services.restoring
        if not config.redaction.restore.enabled:
            restoring = None
        elif restoring is None:
            restoring = Restoring(config, Path(ctx.options.confdir).expanduser())
        if self._listening.applied:
            self._listening.keep_answers(config)
        services.records.configure(config)
        if config.traces and services.records.traces is None and not self._running:
            services.records.traces = Traces(config.traces)
        # From here on nothing raises: all is swapped between two requests.
        if old is not None and pipeline is not old:
            old.retire()
        pipeline.config = config
        services.pipeline, services.rules, self._tls, services.restoring = pipeline, rules, own_tls, restoring
        if restoring is not None:
            restoring.configure(config)
        if restoring is not None and config.state and services.store is None:
            client = RespClient(config.state.reveal())
            services.store = StateStore(client, restoring.key, config.redaction.restore.ttl, services.tell_of_store)
        services.admit_by(config)
        if not is_there(config):
            services.before_after.forget()
        logs.style(config.log)
        key = (config.restore_key or config.gateway_key).reveal()
        if key != self._loop_key:
            self._loop_key, services.loop = key, LoopMark(key)
        services.route_by(RouterState.of(config.routing, self._listening.ports()))

    def running(self) -> None:
        """The servers are up: apply defaults, say where and how."""
        if self._running or self.broken:
            return
        self._running = True
        try:
            config = self._services.config
            assert config is not None
            self._listening.apply(config)
            self._services.route_by(RouterState.of(config.routing, self._listening.ports()))
            self._announcing = asyncio_utils.create_task(self._announce(), name="faasera: say where", keep_ref=True)
            show_comments()
            gc.collect()
            gc.freeze()  # what is loaded now stays: the collector need not look at it
        except Exception as error:  # noqa: BLE001 - at this point mitmproxy ends for an error in its log
            known = isinstance(error, ConfigError)
            self.broken = str(error) if known else f"the start failed: {type(error).__name__}"
            logger.error("faasera: %s", self.broken)
            return
        self._script.watch()
        if self._services.store is not None and self._services.restoring is not None:
            following = self._services.store.watch(self._services.restoring.forget)
            self._following = asyncio_utils.create_task(following, name="faasera: follow the store", keep_ref=True)
        with suppress(NotImplementedError, ValueError, RuntimeError):  # Windows, and tests in a thread
            asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, self._terminate)
        if self._file is not None:
            self._watch.start(self._file)

    async def _announce(self) -> None:
        """The three lines of the start, once the servers stand where `listening` put them."""
        try:
            await self._listening.settled()
        except ConfigError as error:
            logger.error("faasera: %s", error)
            raise SystemExit(1) from None
        config = self._services.config
        assert config is not None
        self._services.route_by(RouterState.of(config.routing, self._listening.ports()))
        for line in (*warnings_of(config), *self._listening.warnings(config)):
            logger.warning("Faasera: %s", line)
        for line in self._pages.banner():
            logger.info("%s", line)
        if self._services.pipeline is not None:
            Thread(target=self._services.pipeline.warm_rest, name="faasera-warm", daemon=True).start()

    def _terminate(self) -> None:
        """SIGTERM: `/readyz` says so for a while, then mitmproxy ends. A second one ends at once, as Ctrl-C does."""
        if self._health.draining:
            ctx.master.shutdown()
            return
        self._health.draining = True
        self._noticing = asyncio_utils.create_task(self._notice(), name="faasera: give notice", keep_ref=True)

    async def _notice(self) -> None:
        """Everything is served until balancers know."""
        begun = time.monotonic()
        await asyncio.sleep(NOTICE_SECONDS)
        while self._health.balancer_is_unaware() and time.monotonic() - begun < LONGEST_NOTICE_SECONDS:  # noqa: ASYNC110
            await asyncio.sleep(0.1)
        ctx.master.shutdown()

    async def done(self) -> None:
        """mitmproxy ends: new requests are turned away, those under way get a while to finish."""
        self.closing = self._health.draining = True
        self._script.stop()
        self._watch.stop()
        if self._following is not None:
            self._following.cancel()
        deadline = time.monotonic() + GRACE_SECONDS
        try:
            while not self._services.live.idle and time.monotonic() < deadline:  # noqa: ASYNC110
                await asyncio.sleep(0.02)
        finally:
            if self._services.store is not None:
                await self._services.store.close()
            if self._services.pipeline is not None:
                self._services.pipeline.retire()
            self._services.records.close()
            if self._services.records.traces is not None:
                sending = self._services.records.traces.flush()
                deadline = time.monotonic() + FLUSH_SECONDS
                while sending.is_alive() and time.monotonic() < deadline:  # noqa: ASYNC110
                    await asyncio.sleep(0.02)
