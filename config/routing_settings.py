"""The settings of `routing`: targets, hosts, gateway; and the four shipped targets."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fnmatch import fnmatchcase
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit

import msgspec

from config.config_errors import ConfigError, unknown
from config.ip_addresses import is_loopback
from config.quantities import Switch, parsed
from config.secret import Secret
from config.url_checks import DEFAULT_PORTS, check_base_url, check_host, check_host_pattern, check_origin
from dialects.registry import SPEAKABLE

NONE = "none"
_NAME = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")

HostMode = Literal["inspect", "refuse", "tunnel"]


def _target_name(value: object) -> str:
    if not isinstance(value, str) or not _NAME.fullmatch(value) or value == NONE:
        raise ValueError("a target's name must be lower-case letters, digits and -, and not none")
    return value


def _dialect(value: object) -> str:
    if not isinstance(value, str) or value not in SPEAKABLE:
        raise ValueError(unknown(f"dialect {value!r}", value, sorted(SPEAKABLE)))
    return value


def _digest(value: object) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"[0-9a-fA-F]{64}", value):
        raise ValueError("must be the SHA-256 of a key, 64 hex digits: printf %s KEY | sha256sum")
    return value.lower()


# The widest networks that are somebody's own: 10.0.0.0/8 (RFC 1918), fc00::/7 (RFC 4193).
_WIDEST = {4: 8, 6: 7}


def _network(value: object) -> IPv4Network | IPv6Network:
    try:
        network = ip_network(value) if isinstance(value, str) else None
    except ValueError:
        network = None
    if network is None or network.prefixlen < _WIDEST[network.version]:
        raise ValueError("must be a network such as 10.1.0.0/16, and not half the Internet (/0, /1 ...)")
    return network


def _model_name(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError("pattern and model must be text, and not empty")
    return value


if TYPE_CHECKING:
    BaseUrl = str
    Origin = str
    HostName = str
    HostPattern = str
    TargetName = str
    Dialect = str
    ModelName = str
    Digest = str
    Network = IPv4Network | IPv6Network
else:
    BaseUrl = parsed("BaseUrl", str, check_base_url)
    Origin = parsed("Origin", str, check_origin)
    HostName = parsed("HostName", str, check_host)
    HostPattern = parsed("HostPattern", str, check_host_pattern)
    TargetName = parsed("TargetName", str, _target_name)
    Dialect = parsed("Dialect", str, _dialect)
    ModelName = parsed("ModelName", str, _model_name)
    Digest = parsed("Digest", str, _digest)
    Network = parsed("Network", IPv4Network | IPv6Network, _network)


class ModelMap(msgspec.Struct, frozen=True):
    """Rows (pattern, name) in the file's order. A pattern is a literal name or has `*`, `?`, `[...]`; case counts."""

    rows: tuple[tuple[str, str], ...] = ()

    def get(self, name: str) -> str:
        """The target's name for model `name`: its literal row, else the first matching pattern, else `name` itself."""
        for pattern, model in self.rows:
            if pattern == name:
                return model
        for pattern, model in self.rows:
            if not _is_literal(pattern) and fnmatchcase(name, pattern):
                return model
        return name

    @property
    def literals(self) -> tuple[str, ...]:
        """The literal left sides: names that clients may ask for, to be added to model lists."""
        return tuple(pattern for pattern, _ in self.rows if _is_literal(pattern))

    def __bool__(self) -> bool:
        return bool(self.rows)


def _is_literal(pattern: str) -> bool:
    return not any(c in pattern for c in "*?[")


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """A checked target. `base_url` has no slash at its end; `speaks` are dialect names of `endpoints`.

    `builtin`: one of the four shipped rows (possibly changed); `moved`: its base URL is not the shipped one. `scheme`,
    `host`, `port` and `base_path` (no slashes around it) are those of the base URL. `trace`: it is sent `traceparent`.
    """

    name: str
    base_url: str
    speaks: frozenset[str]
    models: ModelMap = ModelMap()
    exclusive: bool = False
    api_key_env: str | None = None
    trace: bool = False
    api_key: Secret = Secret()
    builtin: bool = False
    moved: bool = False
    scheme: str = ""
    host: str = ""
    port: int = 0
    base_path: str = ""
    has_key: bool = False

    def __post_init__(self) -> None:
        parts = urlsplit(self.base_url)
        found = {
            "scheme": parts.scheme,
            "host": parts.hostname or "",
            "port": parts.port or DEFAULT_PORTS.get(parts.scheme, 0),
            "base_path": parts.path.strip("/"),
            "has_key": bool(self.api_key),
        }
        for name, value in found.items():
            msgspec.structs.force_setattr(self, name, value)

    @property
    def needs_key(self) -> bool:
        """Whether a request without any key is pointless: not for a server on this machine."""
        return not is_loopback(self.host)

    def __repr__(self) -> str:
        return f"Target({self.name!r}, {self.base_url!r}, key={'set' if self.api_key else 'none'})"


class HostSetting(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One more LLM host. `host` is a name or `*.name`; `target` its dialect family and owner of credentials."""

    host: HostPattern
    target: str | None = None
    mode: HostMode = "inspect"


class GatewaySettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who may use the proxy, and by which names.

    `names`: more host names the gateway answers to. `origins`: web origins that may use it. `loopback`: whether clients
    of this machine need the key too. `keys`: name -> SHA-256 of a key beside FAASERA_GATEWAY_KEY. `trusted_proxies`:
    networks of balancers whose X-Forwarded-For counts. `path_keys`: whether `/k/{key}/...` opens the gateway.
    """

    names: tuple[HostName, ...] = ()
    origins: tuple[Origin, ...] = ()
    loopback: Literal["trusted", "key"] = "trusted"
    keys: dict[str, Digest] = {}
    trusted_proxies: tuple[Network, ...] = ()
    path_keys: Switch = False


class RoutingSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Everything `routing` is told. `target` None: every request goes home."""

    target: str | None = None
    targets: dict[str, Target]
    hosts: tuple[HostSetting, ...] = ()
    gateway: GatewaySettings = GatewaySettings()

    @property
    def default(self) -> Target | None:
        return self.targets[self.target] if self.target else None


class TargetRow(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A row of `targets` as the file has it; what is left out is the shipped row's."""

    base_url: BaseUrl | None = None
    speaks: tuple[Dialect, ...] | None = None
    models: dict[ModelName, ModelName] | None = None
    exclusive: Switch | None = None
    api_key_env: str | None = None
    trace: Switch | None = None


_OPENAI_SPEAKS = (
    "models chat responses completions embeddings moderations images audio speech files uploads batches assistants "
    "vector-stores conversations fine-tuning videos realtime decisions"
)

# The four shipped rows. Base URLs as each vendor's own SDK has them: only OpenAI's ends in /v1.
BUILTIN: dict[str, Target] = {
    target.name: target
    for target in (
        Target(
            name="openai", base_url="https://api.openai.com/v1", speaks=frozenset(_OPENAI_SPEAKS.split()), builtin=True
        ),
        Target(
            name="claude",
            base_url="https://api.anthropic.com",
            speaks=frozenset({"models", "messages", "chat"}),
            builtin=True,
        ),
        Target(
            name="gemini",
            base_url="https://generativelanguage.googleapis.com",
            speaks=frozenset({"gemini", "predict", "models", "chat", "embeddings"}),
            builtin=True,
        ),
        Target(
            name="local",
            base_url="http://localhost:11434",
            speaks=frozenset({"ollama", "models", "chat", "completions", "embeddings", "messages", "responses"}),
            exclusive=True,
            builtin=True,
        ),
    )
}


def routing_settings(
    target: str | None,
    rows: Mapping[str, TargetRow],
    hosts: tuple[HostSetting, ...],
    gateway: GatewaySettings,
    environ: Mapping[str, str],
) -> RoutingSettings:
    """The sections of the file, checked against each other and completed from the environment.

    `environ` supplies `FAASERA_{TARGET}_BASE_URL`, `FAASERA_{TARGET}_API_KEY` and the variables named by `api_key_env`.
    Raises ConfigError.
    """
    targets = dict(BUILTIN)
    for name, row in rows.items():
        targets[name] = _target(name, row)
    targets = {name: _with_environment(each, environ) for name, each in targets.items()}
    if target is not None and target != NONE and target not in targets:
        raise ConfigError("target", f"must be {', '.join(targets)} or {NONE}")
    for number, host in enumerate(hosts):
        if host.target is not None and host.target not in targets:
            raise ConfigError(f"hosts[{number}].target", f"must be one of {', '.join(targets)}")
    return RoutingSettings(target=None if target == NONE else target, targets=targets, hosts=hosts, gateway=gateway)


def _target(name: str, row: TargetRow) -> Target:
    shipped = BUILTIN.get(name)
    if shipped is None and (row.base_url is None or not row.speaks):
        raise ConfigError(f"targets.{name}", "a target of your own needs base_url and speaks")
    target = shipped or Target(name=name, base_url="", speaks=frozenset())
    changes: dict[str, Any] = {
        "base_url": row.base_url,
        "speaks": frozenset(row.speaks) if row.speaks else None,
        "models": ModelMap(tuple(row.models.items())) if row.models is not None else None,
        "exclusive": row.exclusive,
        "api_key_env": row.api_key_env,
        "trace": row.trace,
    }
    return msgspec.structs.replace(target, **{field: value for field, value in changes.items() if value is not None})


def stem(name: str) -> str:
    """The beginning of a target's variables: `FAASERA_OPENAI`."""
    return "FAASERA_" + name.upper().replace("-", "_")


def _with_environment(target: Target, environ: Mapping[str, str]) -> Target:
    named = f"{stem(target.name)}_BASE_URL"
    base_url = target.base_url
    if environ.get(named):
        try:
            base_url = check_base_url(environ[named])
        except ValueError as error:
            raise ConfigError(named, str(error)) from None
    variable = target.api_key_env or f"{stem(target.name)}_API_KEY"
    key = environ.get(variable, "").strip()
    if not key.isascii() or any(c.isspace() or not c.isprintable() for c in key):
        raise ConfigError(variable, "must be one word of printable ASCII: it travels in a header")
    shipped = BUILTIN.get(target.name)
    moved = shipped is not None and base_url != shipped.base_url
    return msgspec.structs.replace(target, base_url=base_url, api_key=Secret(key), api_key_env=variable, moved=moved)
