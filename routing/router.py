"""Where a request goes: one pure function of plain values.

Interface (the rules follow):

    state = RouterState.of(settings, listen_ports={8080})      once per configuration
    route(view, state) -> Route                                 raises RoutingError
    is_llm_bound(view, state) -> bool                           cheap; before the body is there
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from routing.hosts import HostRow, HostTable
from routing.origins import OwnNames
from routing.route import Door, Kind, RequestView, Route
from routing.settings import RoutingSettings

__all__ = ["Door", "Kind", "RequestView", "Route", "RouterState", "is_llm_bound", "llm_host", "route"]


@dataclass(frozen=True, slots=True)
class RouterState:
    """A configuration, compiled: settings, host table, and the names the gateway answers to."""

    settings: RoutingSettings
    hosts: HostTable
    own: OwnNames

    @classmethod
    def of(cls, settings: RoutingSettings, listen_ports: Iterable[int] = (8080,)) -> RouterState:
        return cls(settings, HostTable(settings), OwnNames.of(settings.gateway, listen_ports))


def llm_host(view: RequestView, state: RouterState) -> HostRow | None:
    """The host table's row for the first of dialled host, Host, authority, SNI, CONNECT host that has one."""
    raise NotImplementedError


def is_llm_bound(view: RequestView, state: RouterState) -> bool:
    """Whether a request must be masked (gateway, LLM host, or the path shape of an LLM API). Never raises."""
    raise NotImplementedError


def route(view: RequestView, state: RouterState) -> Route:
    """The decision. Raises RoutingError when the request must not be sent."""
    raise NotImplementedError
