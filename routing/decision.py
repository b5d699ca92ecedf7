"""The plain values that go into the routing decision, and the one that comes out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from config.routing_settings import ModelMap
from routing.hosts import HostRow

Door = Literal["gateway", "interception"]
Kind = Literal["forward", "account", "telemetry", "other", "page", "pass"]


@dataclass(frozen=True, slots=True)
class RequestView:
    """A request's head as the hook sees it.

    `host` and `port` are where the request would be dialled; `path` is raw, with its query; `headers` as sent, in
    order. `connect_host`, `sni` and `authority` (`:authority`, or the authority of an absolute URL, `host[:port]`) are
    None where there is none. `client_loopback`: the client is on this machine. `own_name`: the gateway knows the name
    it was called by; under any other it is an API only. The repr shows neither path nor headers: both can hold keys and
    text.
    """

    door: Door
    method: str
    scheme: str
    host: str
    port: int
    path: str
    headers: tuple[tuple[str, str], ...] = ()
    connect_host: str | None = None
    sni: str | None = None
    authority: str | None = None
    client_loopback: bool = True
    own_name: bool = True

    def header(self, name: str) -> str | None:
        """The first value of header `name` (lower case), or None."""
        return next((value for key, value in self.headers if key.lower() == name), None)

    def __repr__(self) -> str:
        return f"RequestView({self.door}, {self.method}, {self.scheme}://{self.host}:{self.port}/***)"


@dataclass(frozen=True, slots=True)
class Route:
    """Where a request goes and what changes on the way.

    kind       `forward`: mask and send. `account`: send byte-identical. `telemetry`: vendor-owned telemetry; mask and
               send, or answer here (`telemetry: block`). `other`: a path of a mixed host that is no model's; send
               byte-identical. `page`: the gateway answers itself (`path` says which page).
               `pass`: not LLM-bound, or (with `host_row`) a host in `tunnel` mode: leave it alone.
    target     name of the target, or None: the request stays with its own host.
    path       path and query to send; credentials in it that must not travel are gone.
    set_headers    replace all headers of that name, after `drop_headers` (lower-case names) are removed.
    direct     dial without an upstream proxy (`server_conn.via = None`).
    model      the model named in the path (Gemini, Bedrock, Azure), after the model map; None: look in the body.
    model_map  applies to the body's model and to model lists; None: nothing to map.
    mask_query the query's values are text, except those that `credentials.kept_query_names` names.
    """

    kind: Kind
    dialect: str
    target: str | None
    scheme: str
    host: str
    port: int
    path: str
    set_headers: tuple[tuple[str, str], ...] = ()
    drop_headers: frozenset[str] = frozenset()
    direct: bool = False
    changed_vendor: bool = False
    model: str | None = None
    model_map: ModelMap | None = None
    host_row: HostRow | None = None
    mask_query: bool = False

    @property
    def authority(self) -> str:
        """The value of the Host header: brackets for IPv6, no default port."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == {"http": 80, "https": 443}.get(self.scheme) else f"{host}:{self.port}"

    def __repr__(self) -> str:
        return (
            f"Route({self.kind}, {self.dialect}, target={self.target!r}, {self.scheme}://{self.host}:{self.port}/***, "
            f"set={[name for name, _ in self.set_headers]}, drop={sorted(self.drop_headers)})"
        )
