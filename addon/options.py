"""The mitmproxy options of the proxy, and which of mitmproxy's own it cannot live with."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from mitmproxy import ctx, exceptions
from mitmproxy.addonmanager import Loader
from mitmproxy.proxy import mode_specs

# name -> help. All are text; "" is "not given", so that environment and file come next.
HELP = {
    "faasera_config": "Path of mitm-config.yaml. Default: the file beside the addon. Environment: FAASERA_CONFIG.",
    "faasera_target": "Where LLM requests go: openai, claude, gemini, local, a target of the configuration file, or "
    "none (each to its own home). Environment: DEFAULT_TARGET.",
    "faasera_profiler": "Base URL of the Faasera Profiler, or embedded. Environment: FAASERA_PROFILER_ENDPOINT.",
    "faasera_policy": "Name of the default masking policy. Environment: FAASERA_POLICY.",
    "faasera_restore": "Reversible mode: placeholders of this proxy become their values again in answers (true or "
    "false). Environment: FAASERA_RESTORE.",
    "faasera_before_after": "The page's view of the last requests before and after masking (true or false; only where "
    "no other machine may connect). Environment: FAASERA_BEFORE_AFTER.",
    "faasera_log": "How log lines look: text, or json (one object a line). Environment: FAASERA_LOG.",
    "faasera_traces": "Base URL of an OpenTelemetry collector (OTLP/HTTP). Environment: FAASERA_TRACES.",
    "faasera_audit": "Path of the audit log (JSON lines), or - for stdout. Environment: FAASERA_AUDIT.",
}

# mitmproxy option -> why it cannot be used: each would let a body pass before or beside the masking hook.
FORBIDDEN = {
    "stream_large_bodies": "it sends bodies on before they can be masked",
    "ignore_hosts": "what it names passes uninspected; use mode: tunnel in the hosts table of mitm-config.yaml",
    "allow_hosts": "what it does not name passes uninspected; hosts that are no LLM are tunnelled anyway",
    "tcp_hosts": "what it names passes uninspected; use mode: tunnel in the hosts table of mitm-config.yaml",
    "proxy_debug": "it writes every byte of every request to the log",
    "udp_hosts": "what it names passes uninspected",
}
# mitmproxy option -> the value it must have, and why.
REQUIRED = {
    "validate_inbound_headers": (True, "without it requests can be smuggled past the masking"),
    "websocket": (True, "without it WebSockets become raw bytes that cannot be masked"),
}
MODES = (mode_specs.RegularMode, mode_specs.UpstreamMode, mode_specs.LocalMode)


def add_options(loader: Loader) -> None:
    """Register the options. Safe to call again on a reload."""
    for name, text in HELP.items():
        loader.add_option(name, str, "", text)


def given(options: Any) -> dict[str, str]:
    """The values of our options that were given."""
    return {name: getattr(options, name) for name in HELP if getattr(options, name, "")}


def check_mitmproxy_options(updated: Iterable[str]) -> None:
    """Raises OptionsError for a setting of mitmproxy under which text could pass."""
    options = ctx.options
    names = set(updated)
    for name, reason in FORBIDDEN.items():
        if name in names and getattr(options, name, None):
            raise exceptions.OptionsError(f"faasera: {name} cannot be used: {reason}")
    for name, (value, reason) in REQUIRED.items():
        if name in names and getattr(options, name, value) != value:
            raise exceptions.OptionsError(f"faasera: {name} must stay {str(value).lower()}: {reason}")
    if "mode" in names:
        for spec in options.mode:
            mode = mode_specs.ProxyMode.parse(spec)
            if not isinstance(mode, MODES):
                raise exceptions.OptionsError(
                    f"faasera: mode {mode.type_name} is untested with this addon; use regular, upstream or local"
                )


def listen_hosts() -> list[str]:
    """The addresses that the proxy's servers listen on, as configured ("" is every interface)."""
    hosts = []
    for spec in ctx.options.mode:
        mode = mode_specs.ProxyMode.parse(spec)
        if not isinstance(mode, mode_specs.LocalMode):
            hosts.append(mode.listen_host(ctx.options.listen_host))
    return hosts


def show_comments() -> None:
    """mitmweb's flow list says what happened to each request, unless somebody chose its columns."""
    options = ctx.options
    if "web_columns" in options and options.web_columns == options.default("web_columns"):
        at = options.web_columns.index("path") + 1
        options.update(web_columns=[*options.web_columns[:at], "comment", *options.web_columns[at:]])
