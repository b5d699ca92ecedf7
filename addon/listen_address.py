"""Where the proxy listens: on loopback, unless clients must show a key or a password."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

from mitmproxy import ctx, exceptions
from mitmproxy.proxy import mode_specs

from addon import early_port
from addon.admission import has_keys, protects
from addon.options import listen_hosts
from config.config_errors import ConfigError
from config.configuration import Config
from config.ip_addresses import is_loopback
from config.url_checks import leads_back

# What is configured when nobody chose: mitmproxy's own default is every interface.
_UNCHOSEN = ("", "127.0.0.1", "localhost")
# mitmdump prints URLs: not those with a key or a sign-in code in them. This addon's own line has none.
WITHOUT_KEYS = '! ~u "[?&](?:key|code|state|token|access_token|api[-_]key|x-amz-[a-z-]+|sig)="'


class Listening:
    """Checks and applies the listening address; knows the ports for `routing`."""

    def __init__(self) -> None:
        self._applied = False
        self._stores_answers = False

    @property
    def applied(self) -> bool:
        """Whether `apply` is through: before it, mitmproxy's options are still being set up."""
        return self._applied

    def ports(self) -> frozenset[int]:
        """The ports clients may name as the gateway's: the bound ones, or the configured before they are bound."""
        server = ctx.master.addons.get("proxyserver")
        bound = {address[1] for address in server.listen_addrs()} if server is not None else set()
        configured = set()
        for spec in ctx.options.mode:
            port = mode_specs.ProxyMode.parse(spec).listen_port(ctx.options.listen_port)
            if port:
                configured.add(port)
        return frozenset(bound | configured)

    def check(self, config: Config) -> None:
        """Raises ConfigError for an address that others can reach without anything that keeps them out, and for a
        target that leads back to this proxy."""
        for host in listen_hosts():
            open_to_all = not (is_loopback(host) or (not self._applied and host == ""))
            if open_to_all and not (protects(ctx.options.proxyauth) or has_keys(config)):
                raise ConfigError(
                    f"listen_host {host or 'every interface'}: others could use this proxy: set FAASERA_GATEWAY_KEY "
                    "(both doors; openssl rand -hex 24) or mitmproxy's proxyauth (interception door; not any, "
                    "and no password below six characters), or "
                    "listen on 127.0.0.1"
                )
        own = {(host, port) for host in (*listen_hosts(), "127.0.0.1", "::1") for port in self.ports()}
        profiler = config.redaction.profiler
        if not profiler.embedded and leads_back(profiler.endpoint, own):
            raise ConfigError(f"profiler.endpoint: {profiler.endpoint} leads back to this proxy")
        if config.traces and leads_back(config.traces, own):
            raise ConfigError(f"traces: {config.traces} leads back to this proxy")
        for target in config.routing.targets.values():
            if leads_back(target.base_url, own):
                raise ConfigError(f"targets.{target.name}.base_url: {target.base_url} leads back to this proxy")

    def warnings(self, config: Config) -> tuple[str, ...]:
        """What the operator should know of who can reach this proxy."""
        lines = config.listen.tls or config.routing.gateway.trusted_proxies or config.insecure
        if lines or all(is_loopback(host) for host in listen_hosts()):
            return ()
        return (
            "clients of other machines are refused: they would speak plain text. Set listen.tls, or "
            "gateway.trusted_proxies for the balancer that ends TLS, or insecure: true",
        )

    def apply(self, config: Config) -> None:
        """Put the file's defaults for mitmproxy's options in, and listen on loopback where nobody chose an address."""
        options = ctx.options
        try:
            for name, value in config.mitmproxy.items():
                if name not in options:
                    raise ConfigError(f"{config.source}: mitmproxy.{name}: mitmproxy has no such option")
                if getattr(options, name) == options.default(name):
                    options.update(**{name: value})
            if options.connection_strategy != "lazy":
                options.update(connection_strategy="lazy")
            if "dumper_filter" in options and options.dumper_filter is None:
                options.update(dumper_filter=WITHOUT_KEYS)
            if "flow_detail" in options and options.flow_detail == options.default("flow_detail"):
                options.update(flow_detail=0)  # one line a request is ours: counts instead of addresses
            self.keep_answers(config)
            modes = self._loopback_modes(options)
            if modes != list(options.mode):
                options.update(mode=modes)
        except (exceptions.OptionsError, TypeError, ValueError) as error:
            raise ConfigError(f"{config.source}: mitmproxy: {error}") from None
        self._applied = True

    def keep_answers(self, config: Config) -> None:
        """Let mitmweb and the console show streamed answers, masked as they are. Never in reversible mode: there an
        answer holds values, and no value may be on a flow.

        Raises ConfigError where that mode and somebody's own `store_streamed_bodies` meet.
        """
        options = ctx.options
        restores = config.redaction.restore.enabled
        if options.store_streamed_bodies and restores:
            if not self._stores_answers:
                raise ConfigError(
                    "store_streamed_bodies would keep restored answers; it cannot be on with faasera_restore"
                )
            self._stores_answers = False
            options.update(store_streamed_bodies=False)
        elif ctx.master.addons.get("view") is not None and not restores and not options.store_streamed_bodies:
            self._stores_answers = True
            options.update(store_streamed_bodies=True)

    async def settled(self) -> None:
        """Wait until mitmproxy's servers are where its options say. Raises ConfigError when one cannot be."""
        server = ctx.master.addons.get("proxyserver")
        await asyncio.sleep(0)
        if server is None:
            return
        while server.servers.is_updating:  # noqa: ASYNC110 - mitmproxy has no event for it
            await asyncio.sleep(0.01)
        try:
            await early_port.reopen()
        except OSError as error:
            raise ConfigError(str(error)) from None
        if ctx.options.server:
            for each in server.servers:
                if not each.is_running:
                    raise ConfigError(f"mode {each.mode.full_spec}: cannot listen there; see the line above")

    def _loopback_modes(self, options: Any) -> list[str]:
        modes: list[str] = []
        for spec in options.mode:
            mode = mode_specs.ProxyMode.parse(spec)
            if (
                isinstance(mode, mode_specs.LocalMode)
                or mode.custom_listen_host is not None
                or options.listen_host not in _UNCHOSEN
            ):
                modes.append(spec)
                continue
            port = mode.listen_port(options.listen_port)
            head = spec.rpartition("@")[0] if mode.custom_listen_port is not None else spec
            modes.append(spec if options.listen_host else f"{head}@127.0.0.1:{port}")
            if port and _has_ipv6_loopback():
                modes.append(f"{head}@::1:{port}")  # Node and Go try it before 127.0.0.1 for `localhost`
        return modes


def _has_ipv6_loopback() -> bool:
    """Whether ::1 can be listened on: some machines have no IPv6."""
    if not socket.has_ipv6:
        return False
    try:
        with socket.socket(socket.AF_INET6, socket.SOCK_STREAM) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return False
    return True
