"""Who is an LLM host, and how it is treated. The table is hosts.tsv: one host a row, each with its source.

Hosts are compared by whole labels, lower case, without a dot at the end: `api.openai.com.evil.test` and
`xapi.openai.com` are other hosts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from config.ip_addresses import is_loopback, normalise_host
from config.routing_settings import BUILTIN, HostMode, RoutingSettings, Target


@dataclass(frozen=True, slots=True)
class HostRow:
    """One LLM host. In `pattern` a `*` stands for one label or a part of one, a leading `*.` for one or more labels.

    `family`: the vendor that owns its credentials. `web`: a consumer back end, whose paths are its own. `dialect`: what
    its unknown paths speak. `home`: the target whose shipped base URL is this host. `api_path`: where its OpenAI-style
    API begins. `blob`: a store for uploads, whose paths tell nothing. `target`: the configured target whose host it is.
    `masked`: a mixed host, which serves more than models: only these paths (and those of an LLM API) are masked, the
    rest passes. A pattern is compared by segments, `*` for one and a last `**` for any; `~word` is a segment anywhere.
    """

    pattern: str
    family: str
    mode: HostMode = "inspect"
    web: bool = False
    dialect: str = "unknown"
    home: str | None = None
    api_path: str = "v1"
    blob: bool = False
    target: str | None = None
    masked: tuple[str, ...] = ()


def _row(line: str) -> HostRow:
    host, family, kind, dialect, api_path, home, masked, _ = line.split("\t")
    return HostRow(
        host,
        family,
        web=kind == "web",
        blob=kind == "blob",
        dialect="unknown" if dialect == "-" else dialect,
        home=None if home == "-" else home,
        api_path=api_path.strip("/"),
        masked=() if masked == "-" else tuple(masked.split()),
    )


def _load(path: Path) -> tuple[HostRow, ...]:
    """The rows of hosts.tsv; its columns are those of `HostRow`, `-` for none, and the source of each row."""
    return tuple(_row(line) for line in path.read_text(encoding="utf-8").splitlines()[1:] if line)


KNOWN: tuple[HostRow, ...] = _load(Path(__file__).with_name("hosts.tsv"))

# Words of a host's name that say model: such a host, if no row knows it, is shown as tunnelled and unknown.
_MODEL_WORDS = frozenset(
    {"ai", "llm", "llms", "genai", "inference", "copilot", "gpt", "chatgpt", "openai", "claude", "gemini", "mistral"}
)
_WORDS = re.compile(r"[.-]")


def says_model(host: str) -> bool:
    """Whether a word of a host's name says that a model is behind it: `llm.corp.example`, `copilot-api.example`."""
    return not _MODEL_WORDS.isdisjoint(_WORDS.split(normalise_host(host)))


def _expression(pattern: str) -> str:
    head = ""
    if pattern.startswith("*."):
        head, pattern = r"(?:[^.]+\.)+", pattern[2:]
    return head + r"[^.]+".join(re.escape(part) for part in pattern.split("*"))


class _Rows:
    """Rows by name, and the ones with a `*` in table order behind one expression that most hosts fail."""

    def __init__(self, rows: Iterable[HostRow]) -> None:
        self.exact: dict[str, HostRow] = {}
        self.wild: list[tuple[re.Pattern[str], HostRow]] = []
        for row in rows:
            if "*" in row.pattern:
                self.wild.append((re.compile(_expression(row.pattern)), row))
            else:
                self.exact.setdefault(row.pattern, row)

    def find(self, host: str) -> HostRow | None:
        row = self.exact.get(host)
        if row is None:
            row = next((row for expression, row in self.wild if expression.fullmatch(host)), None)
        return row


_KNOWN = _Rows(KNOWN)
_CACHE_SIZE = 10_000


def known_host(host: str) -> HostRow | None:
    """The built-in row of a host, or None."""
    return _KNOWN.find(normalise_host(host))


@lru_cache(1024)
def is_vendor(host: str) -> bool:
    """Whether a host is in the built-in table: some vendor's own."""
    return known_host(host) is not None


class HostTable:
    """The hosts of a configuration: its own rows first, then the built-in ones, then the hosts of its targets."""

    def __init__(self, settings: RoutingSettings) -> None:
        self._own = _Rows(
            _configured(setting.host, setting.target, setting.mode, settings.targets) for setting in settings.hosts
        )
        self._targets = tuple(settings.targets.values())
        self.families = {target.name: self._family(target) for target in self._targets}
        self._cache: dict[tuple[str, int | None], HostRow | None] = {}

    def find(self, host: str, port: int | None = None) -> HostRow | None:
        """The row of `host` in any spelling, or None. A target on this machine is known by its port too, so that
        `localhost:11434` is an LLM host and `localhost:3000` is not; without `port` any port of it matches."""
        key = (host, port)
        if key not in self._cache:
            if len(self._cache) >= _CACHE_SIZE:  # names are the client's: bounded, and cheap to fill again
                self._cache.clear()
            name = normalise_host(host)
            self._cache[key] = self._own.find(name) or _KNOWN.find(name) or self._of_target(name, port)
        return self._cache[key]

    def family(self, target: Target) -> str:
        """The vendor that owns a target's keys: that of its base URL's host where it is known, else its name."""
        return self.families[target.name]

    def _family(self, target: Target) -> str:
        row = self._own.find(target.host) or _KNOWN.find(target.host)
        return row.family if row is not None else target.name

    def _of_target(self, host: str, port: int | None) -> HostRow | None:
        for target in self._targets:
            here = is_loopback(host)
            same = host == target.host or (here and is_loopback(target.host))
            if same and (port is None or port == target.port or not here):
                return HostRow(host, self.families[target.name], target=target.name)
        return None


def _configured(host: str, target: str | None, mode: HostMode, targets: dict[str, Target]) -> HostRow:
    """A row of the configuration. Without a target, a built-in host keeps its family; others are their own."""
    shipped = _KNOWN.find(host) or next((row for row in KNOWN if row.pattern == host), None)
    if shipped is not None:
        return replace(shipped, pattern=host, mode=mode, family=target or shipped.family)
    if target is None:
        return HostRow(host, host.removeprefix("*."), mode=mode)
    known = _KNOWN.find(targets[target].host) if target not in BUILTIN else None
    return HostRow(host, known.family if known is not None else target, mode=mode)
