"""What the parts of the addon share: one object, made by `lifecycle` and handed to each of them."""

from __future__ import annotations

from dataclasses import dataclass, field

from addon.connections import Connections
from addon.pipeline import Pipeline
from addon.policy_rules import Rules
from addon.request_log import RequestLog
from addon.request_state import LiveRequests
from addon.restoring import Restoring
from config.configuration import Config, default_routing
from routing.router import RouterState


@dataclass(slots=True)
class Services:
    """`pipeline`, `rules`, `restoring` and `state` are what one configuration makes, and are replaced when it changes;
    until one was usable, `pipeline` and `rules` are None. `restoring` is None unless reversible mode is on. The others
    live as long as the proxy."""

    records: RequestLog
    connections: Connections
    live: LiveRequests = field(default_factory=LiveRequests)
    state: RouterState = field(default_factory=lambda: RouterState.of(default_routing(), ()))
    pipeline: Pipeline | None = None
    rules: Rules | None = None
    restoring: Restoring | None = None

    @classmethod
    def new(cls) -> Services:
        """The services of a proxy that is not configured yet."""
        records = RequestLog()
        state = RouterState.of(default_routing(), ())
        return cls(records, Connections(state, records.coverage), state=state)

    @property
    def config(self) -> Config | None:
        """The configuration in use, or None before the first usable one."""
        return self.pipeline.config if self.pipeline is not None else None

    def route_by(self, state: RouterState) -> None:
        """Take a new routing state into use, for requests and for connections alike."""
        self.state = self.connections.state = state
