"""Who may use the gateway: own names, web origins, the gateway key, private destinations."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from config.ip_addresses import is_address, is_loopback, is_private, normalise_host
from config.routing_settings import GatewaySettings
from dialects.endpoints import find_endpoint
from routing.credentials import HEADERS as CREDENTIALS
from routing.credentials import has_credential_query
from routing.decision import Door, RequestView
from routing.routing_errors import ForeignOrigin, PrivateDestination, UnknownAuthority

Headers = Sequence[tuple[str, str]]
CorsHeaders = tuple[tuple[str, str], ...]

KEY_HEADER = "x-faasera-key"
KEY_PREFIX = "/k/"
DOCKER_HOST = "host.docker.internal"


# What only web pages send, and only browsers can.
_FROM_PAGES = frozenset({"origin", "sec-fetch-site", "sec-fetch-dest"})


@dataclass(frozen=True, slots=True)
class OwnNames:
    """The authorities that are the gateway itself: loopback and Docker's host name on `ports`, `names` on any port
    (a reverse proxy in front may listen elsewhere). `origins` are the web origins that may use it."""

    ports: frozenset[int]
    names: frozenset[str] = frozenset()
    origins: frozenset[str] = frozenset()

    @classmethod
    def of(cls, settings: GatewaySettings, listen_ports: Iterable[int]) -> OwnNames:
        return cls(frozenset(listen_ports), frozenset(settings.names), frozenset(settings.origins))

    def __contains__(self, authority: tuple[str, int]) -> bool:
        """Whether (host, port) is the gateway."""
        host, port = normalise_host(authority[0]), authority[1]
        return host in self.names or (port in self.ports and (is_loopback(host) or host == DOCKER_HOST))


def door_of(authority: tuple[str, int], own: OwnNames, *, origin_form: bool, llm: bool) -> tuple[Door, bool]:
    """(door, whether the authority is a name of the gateway's) of a request for `authority` (host, port).

    `origin_form`: it came to the proxy's port as `GET /path`, outside any tunnel, so all there is to name its host is
    a Host header, which says how the client got here: by an address, a container's port map, a balancer's name. `llm`:
    the host is a known model host.
    """
    if authority in own:
        return "gateway", True
    if origin_form:
        host = normalise_host(authority[0])
        if is_address(host) or is_loopback(host) or host == DOCKER_HOST:  # none of them can be rebound
            return "gateway", True
        if not llm:
            return "gateway", False
    return "interception", True


def judge_origin(headers: Headers, own: OwnNames) -> str | None:
    """The origin that gets CORS answers (listed, or own), or None when no web page is involved.

    Raises ForeignOrigin: a page that is not listed must not spend the user's key.
    """
    origins = [value for name, value in headers if name.lower() == "origin"]
    sites = [value.strip().lower() for name, value in headers if name.lower() == "sec-fetch-site"]
    if not origins:
        if "cross-site" in sites:
            raise ForeignOrigin("a web page of another site may not use this proxy; see gateway.origins")
        return None
    origin = origins[0].strip().lower()
    if len(origins) > 1 or not (origin in own.origins or _is_own(origin, own)):
        raise ForeignOrigin("a web page of this origin may not use this proxy; add its origin to gateway.origins")
    return origins[0].strip()


def _is_own(origin: str, own: OwnNames) -> bool:
    try:
        parts = urlsplit(origin)
        port = parts.port or {"http": 80, "https": 443}.get(parts.scheme, 0)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and (parts.hostname or "", port) in own


def is_preflight(method: str, headers: Headers) -> bool:
    """Whether this is a CORS preflight: to be answered here, never forwarded."""
    names = {name.lower() for name, _ in headers}
    return method == "OPTIONS" and "origin" in names and "access-control-request-method" in names


def cors_headers(origin: str | None, request_headers: Headers = ()) -> CorsHeaders:
    """The headers of an answer (errors too) to a page of `origin`, as `judge_origin` gave it; () for None.

    With a preflight's headers the answer allows what was asked for. No credentials mode: keys travel in headers.
    """
    if origin is None:
        return ()
    asked = {name.lower(): value for name, value in request_headers}
    answer = [("access-control-allow-origin", origin), ("vary", "Origin"), ("access-control-expose-headers", "*")]
    if "access-control-request-method" in asked:
        answer += [
            ("access-control-allow-methods", "GET, POST, PUT, PATCH, DELETE, OPTIONS"),
            ("access-control-max-age", "600"),
        ]
        if "access-control-request-headers" in asked:
            answer.append(("access-control-allow-headers", asked["access-control-request-headers"]))
        if asked.get("access-control-request-private-network") == "true":
            answer.append(("access-control-allow-private-network", "true"))
    return tuple(answer)


def take_gateway_key(headers: Headers, path: str) -> tuple[str | None, str | None, str]:
    """(key of the header, key of the path, path without `/k/{key}`). Call it first: nothing later may see a key."""
    given = next((value.strip() for name, value in headers if name.lower() == KEY_HEADER), None)
    if not path.startswith(KEY_PREFIX):
        return given, None, path
    raw, slash, rest = path[len(KEY_PREFIX) :].partition("/")
    raw, mark, query = raw.partition("?")
    return given, unquote(raw), (slash + rest if not mark else f"/?{query}{slash}{rest}") or "/"


def check_foreign_name(view: RequestView, *, keyed: bool) -> None:
    """Raises UnknownAuthority unless a request under a name that nobody listed is an API call of a program: a page
    behind a rebound DNS name has neither the client's credential nor the team's key.

    `keyed`: the request came with the team's key. `Sec-Fetch-Mode` says nothing: Node's fetch sends it.
    """
    names = {name.lower() for name, value in view.headers if value.strip()}
    is_call = find_endpoint(view.method, view.path).dialect != "unknown"
    if (
        names & _FROM_PAGES
        or not is_call
        or not (keyed or names & CREDENTIALS.keys() or has_credential_query(view.path))
    ):
        raise UnknownAuthority(
            "this proxy does not answer to that host name; add the name to gateway.names. API calls with a key of "
            "their own are answered under any name"
        )


def judge_destination(host: str, client_loopback: bool) -> None:
    """Raises PrivateDestination when a client that is not on loopback chose a private address. Configured targets
    need no judgement: the operator chose them."""
    if not client_loopback and is_private(host):
        raise PrivateDestination("clients of other machines may not reach private addresses through this proxy")
