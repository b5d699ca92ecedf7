"""Where a request goes: one pure function of plain values.

1. The gateway's own pages, account traffic and vendor telemetry are set aside.
2. A default target takes every request whose dialect it speaks; what it does not speak goes home, or nowhere if the
   target is exclusive.
3. Home is the dialect's own target for a gateway request, and its own host for an intercepted one.
4. Readable HTTP to a host that nobody knows is masked when its path is an LLM API's, and keeps its host.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

import msgspec

from config.ip_addresses import is_address, is_loopback, is_private, normalise_host, split_authority
from config.routing_settings import BUILTIN, RoutingSettings, Target
from config.secret import Secret
from dialects.endpoints import Endpoint, find_endpoint, is_google_version, is_llm_path
from dialects.registry import DIALECTS
from dialects.responses import WEBRTC
from routing.credentials import decide_credentials, not_for_others
from routing.decision import Door, Kind, RequestView, Route
from routing.gateway_access import OwnNames, judge_destination
from routing.hosts import HostRow, HostTable
from routing.passthrough_rules import PAGES, is_masked, special_kind
from routing.routing_errors import ExclusiveTarget, HostRefused, NoHome, PastTheProxy
from routing.targets import CODEX_BASE, CODEX_DIALECTS, join, with_model

__all__ = ["Door", "Kind", "RequestView", "Route", "RouterState", "is_llm_bound", "llm_host", "route"]

# Dialect -> its own vendor's target: the home of a gateway request. Others go to the first target that speaks them.
HOMES: Mapping[str, str] = {dialect.name: dialect.home for dialect in DIALECTS.values() if dialect.home}
# What several vendors have under the same path: their headers decide.
_AMBIGUOUS = frozenset({"models", "files", "batches", "completions", "unknown"})
_VENDOR_HEADERS = {"anthropic-version": "claude", "x-goog-api-key": "gemini"}
_OVERRIDES = frozenset({"x-http-method-override", "x-http-method", "x-method-override"})
_OFFERS = frozenset({"application/sdp", "application/trickle-ice-sdpfrag"})  # RFC 8866, RFC 8840
_CODEX_HEADER = "chatgpt-account-id"
_CODEX_PATH = "backend-api/codex/"


@dataclass(frozen=True, slots=True)
class RouterState:
    """A configuration, compiled: settings, host table, and the names the gateway answers to."""

    settings: RoutingSettings
    hosts: HostTable
    own: OwnNames
    default: Target | None = None

    @classmethod
    def of(cls, settings: RoutingSettings, listen_ports: Iterable[int] = (8080,)) -> RouterState:
        own = OwnNames.of(settings.gateway, listen_ports)
        return cls(settings, HostTable(settings), own, settings.default)


def llm_host(view: RequestView, state: RouterState) -> HostRow | None:
    """The host table's row of a request, or None: any of dialled host, Host, authority, SNI and CONNECT host counts.

    The names may disagree (a client can send any Host through any tunnel). A refused one then refuses, and one that is
    inspected outweighs one that is tunnelled.
    """
    rows = [row for row in (state.hosts.find(host, port) for host, port in _names(view)) if row is not None]
    for mode in ("refuse", "inspect", "tunnel"):
        for row in rows:
            if row.mode == mode:
                return row
    return None


def is_llm_bound(view: RequestView, state: RouterState) -> bool:
    """Whether a request is ours to mask or to answer: any at the gateway, any to an LLM host, and readable HTTP with
    the path of an LLM API. False for a host in `tunnel` mode. Never raises."""
    if view.door == "gateway":
        return True
    row = llm_host(view, state)
    if row is not None:
        return row.mode != "tunnel"
    return is_llm_path(view.method, view.path, upgrade=_is_upgrade(view))


def route(view: RequestView, state: RouterState) -> Route:
    """The decision. Raises RoutingError when the request must not be sent."""
    chosen = _at_gateway(view, state) if view.door == "gateway" else _intercepted(view, state)
    if chosen.kind not in ("page", "pass", "other") and (refusal := _refusal(view)):
        raise PastTheProxy(refusal)
    return chosen


def _refusal(view: RequestView) -> str:
    """Why a request of this path, or with a body of this type, is never sent, whatever it holds; or ""."""
    media = (view.header("content-type") or "").partition(";")[0].strip().lower()
    return WEBRTC if media in _OFFERS else find_endpoint(view.method, view.path).refusal


def _at_gateway(view: RequestView, state: RouterState) -> Route:
    path = view.path.partition("?")[0]
    page = "/" + "/".join(segment for segment in path.split("/") if segment)
    if page in PAGES:
        return Route("page", "unknown", None, view.scheme, view.host, view.port, page)
    endpoint = find_endpoint(view.method, view.path)
    default = state.default
    kind, owner = _special_at_gateway(view, endpoint)
    if kind != "forward":
        if default is not None and default.exclusive:
            raise _exclusive(default)
        return _to(view, state, state.settings.targets[owner], replace(endpoint, dialect="unknown"), None, owner, kind)
    home = _vendor(view, endpoint)
    if home == "gemini" and endpoint.dialect in _AMBIGUOUS and endpoint.namespace != "openai":
        endpoint = replace(endpoint, dialect="gemini")
    if default is not None:
        if endpoint.dialect in default.speaks:
            return _to(view, state, default, endpoint, None, home)
        if default.exclusive:
            raise _exclusive(default)
    target = state.settings.targets.get(home) if home else None
    if target is None:
        target = next((t for t in state.settings.targets.values() if endpoint.dialect in t.speaks), None)
    if target is None:
        raise NoHome(f"no target for {endpoint.dialect} requests; add one to targets, or set DEFAULT_TARGET")
    return _to(view, state, target, endpoint, None, home or state.hosts.family(target))


def _special_at_gateway(view: RequestView, endpoint: Endpoint) -> tuple[Kind, str]:
    """Account traffic and telemetry that a client sends to its base URL (Claude Code does): kind and whose it is."""
    if endpoint.dialect in ("unknown", "gemini") and not _is_overridden(view):
        path = "/" + endpoint.full
        for name in ("claude", "openai"):
            kind = special_kind(BUILTIN[name].host, view.method, path)
            if kind is not None and special_kind("", view.method, path) is None:
                return kind, name
    return "forward", ""


def _vendor(view: RequestView, endpoint: Endpoint) -> str:
    """The built-in target whose vendor this request was written for, or "" where neither path nor headers tell."""
    if is_google_version(endpoint.version) and endpoint.dialect != "messages":
        return "gemini"  # also `/v1beta/openai/...`, Google's own OpenAI-style API
    if _is_codex(view, endpoint):
        return "openai"
    if endpoint.dialect in _AMBIGUOUS:
        for header, vendor in _VENDOR_HEADERS.items():
            if view.header(header) is not None:
                return vendor
        if any(part.startswith("key=AIza") for part in view.path.partition("?")[2].split("&")):
            return "gemini"
        if endpoint.rest == "complete":
            return "claude"
    if endpoint.dialect == "unknown":
        # OpenAI's newest endpoints come before their rows here; other names under no version could be anyone's.
        return "openai" if endpoint.version == "v1" else ""
    return HOMES.get(endpoint.dialect, "")


def _intercepted(view: RequestView, state: RouterState) -> Route:
    row = llm_host(view, state)
    upgrade = _is_upgrade(view)
    if state.hosts.find(view.host, view.port) is None:
        judge_destination(view.host, view.client_loopback)
    if row is None:
        if is_llm_path(view.method, view.path, upgrade=upgrade):
            return _stay(view, "forward", find_endpoint(view.method, view.path), None)
        return replace(_stay(view, "pass", Endpoint("unknown", ""), None), mask_query=False)
    if row.mode == "refuse":
        raise HostRefused(f"host {row.pattern} is refused by the configuration; see hosts")
    if row.mode == "tunnel":
        return replace(_stay(view, "pass", Endpoint("unknown", ""), row), mask_query=False)
    endpoint = _on_host(find_endpoint(view.method, view.path), row)
    if view.scheme == "http" and row.target is None and not is_private(normalise_host(view.host)):
        view = _over_tls(view)
    kind = _special(view, row)
    if kind != "forward":
        return _stay(view, kind, endpoint, row)
    if row.masked and _is_other(view, row, upgrade=upgrade):
        return _stay(view, "other", endpoint, row)
    default = state.default
    stays_local = row.target is not None and state.settings.targets[row.target].exclusive
    if default is not None and not stays_local and row.target != default.name:
        if endpoint.dialect in default.speaks and not row.blob:
            return _to(view, state, default, endpoint, row, row.family)
        if default.exclusive:
            raise _exclusive(default)
    home = state.settings.targets[row.home] if row.home else None
    if home is not None and home.moved:
        return _to(view, state, home, endpoint, row, row.family)
    return _stay(view, "forward", endpoint, row)


def _over_tls(view: RequestView) -> RequestView:
    """The same request over TLS: a key and a prompt must not cross the Internet in the clear. Raises HostRefused for
    another port than HTTP's own, where nobody can tell what listens for TLS."""
    if view.port != 80:
        raise HostRefused("plain HTTP to a public LLM host is not sent; use https://")
    return replace(view, scheme="https", port=443)


def _on_host(endpoint: Endpoint, row: HostRow) -> Endpoint:
    """`endpoint` as this host means it: consumer back ends and upload stores have paths of their own."""
    if row.web and not endpoint.full.startswith(_CODEX_PATH):
        return replace(endpoint, dialect=row.dialect, model=None)
    if row.blob or endpoint.dialect == "unknown":
        return replace(endpoint, dialect=row.dialect)
    return endpoint


def _special(view: RequestView, row: HostRow) -> Kind:
    """`account` or `telemetry` where the table says so and every name in the request agrees on the host; `forward`
    (masked) otherwise. In transparent modes the dialled host is a bare address: it has no say."""
    host = _one_host(view)
    if host is None or _is_overridden(view):
        return "forward"
    return special_kind(host, view.method, view.path, web=row.web) or "forward"


def _is_other(view: RequestView, row: HostRow, *, upgrade: bool) -> bool:
    """Whether a request to a mixed host is none to its models: every name in it agrees on the host (another Host in
    its tunnel could be a model's), and its path is no model's."""
    if _one_host(view) is None or _is_overridden(view):
        return False
    return not is_llm_path(view.method, view.path, upgrade=upgrade) and not is_masked(row.masked, view.path)


def _one_host(view: RequestView) -> str | None:
    """The host, where all names of a request agree on it; bare addresses have no say."""
    hosts = {host for host, _ in _names(view) if not is_address(host)}
    return hosts.pop() if len(hosts) == 1 else None


def _is_overridden(view: RequestView) -> bool:
    """Whether a header changes the method (Google's APIs know these): such a request is masked, whatever its path."""
    return any(name.lower() in _OVERRIDES for name, _ in view.headers)


def _to(
    view: RequestView,
    state: RouterState,
    target: Target,
    endpoint: Endpoint,
    row: HostRow | None,
    vendor: str,
    kind: Kind = "forward",
) -> Route:
    """The route to `target`. `row`: the original host's (None at the gateway). `vendor`: who the request was for."""
    family = state.hosts.families[target.name]
    if not view.own_name and target.has_key:
        target = msgspec.structs.replace(target, api_key=Secret())  # a rebound page must not spend the user's key
    if target.name == "openai" and not target.moved and _is_codex(view, endpoint):
        target = msgspec.structs.replace(target, base_url=CODEX_BASE)
        endpoint = replace(endpoint, version=endpoint.version or "v1")
    mapped = with_model(endpoint, target.models) if endpoint.model is not None else endpoint
    path = view.path.partition("?")[0]
    if endpoint.rest and path.endswith("/"):  # a server that redirected to it would redirect again
        mapped = replace(mapped, rest=mapped.rest.rstrip("/") + "/")
    decided = decide_credentials(
        view.headers,
        view.path[len(view.path.partition("?")[0]) :],
        gateway=view.door == "gateway",
        changed_vendor=vendor != family,
        changed_host=target.host != normalise_host(view.host),
        target=target,
        family=family,
        dialect=endpoint.dialect,
    )
    return Route(
        kind=kind,
        dialect=endpoint.dialect,
        target=target.name,
        scheme=target.scheme,
        host=target.host,
        port=target.port,
        path=join(target, mapped, decided.query),
        set_headers=decided.set_headers,
        drop_headers=decided.drop_headers,
        direct=target.exclusive or is_loopback(target.host),
        changed_vendor=vendor != family,
        model=mapped.model,
        model_map=target.models if target.models.rows else None,
        host_row=row,
        mask_query=kind in ("forward", "telemetry") and bool(decided.query),
    )


def _stay(view: RequestView, kind: Kind, endpoint: Endpoint, row: HostRow | None) -> Route:
    """The route to the request's own host: everything as it came, but for what is meant for the proxy."""
    return Route(
        kind=kind,
        dialect=endpoint.dialect,
        target=None,
        scheme=view.scheme,
        host=view.host,
        port=view.port,
        path=view.path,
        drop_headers=not_for_others(view.headers),
        direct=is_loopback(view.host),
        model=endpoint.model,
        host_row=row,
        mask_query=kind in ("forward", "telemetry") and "?" in view.path,
    )


def _is_codex(view: RequestView, endpoint: Endpoint) -> bool:
    return endpoint.dialect in CODEX_DIALECTS and view.header(_CODEX_HEADER) is not None


def _exclusive(target: Target) -> ExclusiveTarget:
    return ExclusiveTarget(
        f"target {target.name!r} does not speak this kind of request, and is exclusive: nothing goes elsewhere; "
        f"change DEFAULT_TARGET, or targets.{target.name}.exclusive"
    )


def _is_upgrade(view: RequestView) -> bool:
    return (view.header("upgrade") or "").strip().lower() == "websocket"


def _names(view: RequestView) -> Iterator[tuple[str, int]]:
    """(host, port) of every name the request goes by, the dialled one first."""
    yield normalise_host(view.host), view.port
    for name, value in view.headers:
        if name.lower() == "host":
            yield _named(value, view.port)
    for authority in (view.authority, view.sni, view.connect_host):
        if authority:
            yield _named(authority, view.port)


def _named(authority: str, port: int) -> tuple[str, int]:
    host, own_port = split_authority(authority)
    return host, own_port or port
