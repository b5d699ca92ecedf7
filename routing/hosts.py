"""Who is an LLM host, and how it is treated."""

from __future__ import annotations

from dataclasses import dataclass

from routing.settings import HostMode, RoutingSettings


@dataclass(frozen=True, slots=True)
class HostRow:
    """One LLM host. `family` is the vendor that owns its credentials; `web` a consumer back end; `dialect` what its
    unknown paths speak; `home` the target whose shipped base URL is on this host; `api_path` where its OpenAI-style
    API begins; `blob` a host of uploads, where paths tell nothing."""

    pattern: str
    family: str
    mode: HostMode = "inspect"
    web: bool = False
    dialect: str = "unknown"
    home: str | None = None
    api_path: str = "v1"
    blob: bool = False


class HostTable:
    def __init__(self, settings: RoutingSettings) -> None:
        self._settings = settings

    def find(self, host: str, port: int | None = None) -> HostRow | None:
        raise NotImplementedError
