"""The validated settings of `routing`: `target`, `targets`, `hosts`, `gateway`.

`parse_settings` takes the plain values of the configuration file (what a YAML reader gives), only the keys of this
package (`SECTIONS`), and the environment as a plain mapping. Every error names key or variable, and reason.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Annotated, Any, Literal, cast, get_args
from urllib.parse import SplitResult, urlsplit

import msgspec
from msgspec import Meta

from config.config_errors import BadSettings
from config.ip_addresses import is_loopback, normalise_host
from config.url_checks import DEFAULT_PORTS, check_base_url, check_origin, is_host_name
from dialects.endpoints import SPEAKABLE

SECTIONS = ("target", "targets", "hosts", "gateway")
NONE = "none"
_NAME = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_AT_PATH = re.compile(r"^(.*) - at `\$\.?(.*)`$", re.DOTALL)

HostMode = Literal["inspect", "refuse", "tunnel"]


class Secret:
    """A key. Its repr and str show nothing; `reveal()` is for the header it travels in."""

    __slots__ = ("_value",)

    def __init__(self, value: str = "") -> None:
        self._value = value

    def reveal(self) -> str:
        return self._value

    def __bool__(self) -> bool:
        return bool(self._value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash(self._value)

    def __repr__(self) -> str:
        return "Secret(***)" if self._value else "Secret()"


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

    `builtin`: one of the four shipped rows (possibly changed); `moved`: its base URL is not the shipped one.
    """

    name: str
    base_url: str
    speaks: frozenset[str]
    models: ModelMap = ModelMap()
    exclusive: bool = False
    api_key_env: str | None = None
    api_key: Secret = Secret()
    builtin: bool = False
    moved: bool = False

    @property
    def url(self) -> SplitResult:
        return urlsplit(self.base_url)

    @property
    def host(self) -> str:
        return self.url.hostname or ""

    @property
    def port(self) -> int:
        return self.url.port or DEFAULT_PORTS[self.url.scheme]

    @property
    def needs_key(self) -> bool:
        """Whether a request without any key is pointless: not for a server on this machine."""
        return not is_loopback(self.host)

    def __repr__(self) -> str:
        return f"Target({self.name!r}, {self.base_url!r}, key={'set' if self.api_key else 'none'})"


class HostSetting(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One more LLM host. `host` is a name or `*.name`; `target` its dialect family and owner of credentials."""

    host: Annotated[str, Meta(min_length=1)]
    target: str | None = None
    mode: HostMode = "inspect"


class GatewaySettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`names`: more host names the gateway answers to. `origins`: web origins that may use it."""

    names: tuple[str, ...] = ()
    origins: tuple[str, ...] = ()


class RoutingSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Everything `routing` is told. `target` None: every request goes home."""

    target: str | None = None
    targets: dict[str, Target]
    hosts: tuple[HostSetting, ...] = ()
    gateway: GatewaySettings = GatewaySettings()

    @property
    def default(self) -> Target | None:
        return self.targets[self.target] if self.target else None


class _TargetRow(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    base_url: str | None = None
    speaks: tuple[str, ...] | None = None
    models: dict[str, str] | None = None
    exclusive: bool | None = None
    api_key_env: str | None = None


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


def default_settings() -> RoutingSettings:
    """The built-in configuration, without any environment."""
    return parse_settings({}, {})


def parse_settings(document: Mapping[str, object], environ: Mapping[str, str]) -> RoutingSettings:
    """Settings from plain values; what is left out, or an empty section, keeps its default.

    `environ` supplies `FAASERA_{TARGET}_BASE_URL`, `FAASERA_{TARGET}_API_KEY` and the variables named by `api_key_env`.
    Raises BadSettings.
    """
    for section in document:
        if section not in SECTIONS:
            raise BadSettings(str(section), f"unknown key (known: {', '.join(SECTIONS)})")
    targets = _targets(document.get("targets"), environ)
    hosts = document.get("hosts")
    gateway = document.get("gateway")
    return RoutingSettings(
        target=_chosen(document.get("target"), targets),
        targets=targets,
        hosts=_hosts(hosts, targets),
        gateway=_gateway(gateway),
    )


def _chosen(value: object, targets: Mapping[str, Target]) -> str | None:
    if value is None or value == NONE:
        return None
    if not isinstance(value, str) or value not in targets:
        raise BadSettings("target", f"must be {', '.join(targets)} or {NONE}")
    return value


def _targets(document: object, environ: Mapping[str, str]) -> dict[str, Target]:
    targets = dict(BUILTIN)
    for name, row in _mapping(document if document is not None else {}, "targets").items():
        key = f"targets.{name}"
        if not isinstance(name, str) or not _NAME.fullmatch(name) or name == NONE:
            raise BadSettings(key, "a target's name must be lower-case letters, digits and -, and not none")
        targets[name] = _target(name, _convert(row if row is not None else {}, _TargetRow, key), key)
    return {name: _with_environment(target, environ) for name, target in targets.items()}


def _target(name: str, row: _TargetRow, key: str) -> Target:
    shipped = BUILTIN.get(name)
    if shipped is None and (row.base_url is None or not row.speaks):
        raise BadSettings(key, "a target of your own needs base_url and speaks")
    base_url = check_base_url(row.base_url, f"{key}.base_url") if row.base_url is not None else ""
    for dialect in row.speaks or ():
        if dialect not in SPEAKABLE:
            raise BadSettings(f"{key}.speaks", f"unknown dialect {dialect!r} (known: {', '.join(sorted(SPEAKABLE))})")
    models = _models(row.models, f"{key}.models")
    target = shipped or Target(name=name, base_url=base_url, speaks=frozenset())
    changes: dict[str, Any] = {
        "base_url": base_url or None,
        "speaks": frozenset(row.speaks) if row.speaks else None,
        "models": models,
        "exclusive": row.exclusive,
        "api_key_env": row.api_key_env,
    }
    return msgspec.structs.replace(target, **{field: value for field, value in changes.items() if value is not None})


def _models(rows: Mapping[str, str] | None, key: str) -> ModelMap | None:
    for pattern, model in (rows or {}).items():
        if not pattern.strip() or not model.strip():
            raise BadSettings(f"{key}.{pattern}", "pattern and model must not be empty")
    return ModelMap(tuple(rows.items())) if rows is not None else None


def _with_environment(target: Target, environ: Mapping[str, str]) -> Target:
    stem = "FAASERA_" + target.name.upper().replace("-", "_")
    base_url = target.base_url
    if environ.get(f"{stem}_BASE_URL"):
        base_url = check_base_url(environ[f"{stem}_BASE_URL"], f"{stem}_BASE_URL")
    variable = target.api_key_env or f"{stem}_API_KEY"
    key = environ.get(variable, "").strip()
    if not key.isascii() or any(c.isspace() or not c.isprintable() for c in key):
        raise BadSettings(variable, "must be one word of printable ASCII: it travels in a header")
    shipped = BUILTIN.get(target.name)
    moved = shipped is not None and base_url != shipped.base_url
    return msgspec.structs.replace(target, base_url=base_url, api_key=Secret(key), api_key_env=variable, moved=moved)


def _hosts(document: object, targets: Mapping[str, Target]) -> tuple[HostSetting, ...]:
    if document is None:
        return ()
    rows: tuple[HostSetting, ...] = _convert(document, tuple[HostSetting, ...], "hosts")
    checked: list[HostSetting] = []
    for number, row in enumerate(rows):
        host = normalise_host(row.host)
        if not is_host_name(host.removeprefix("*.")) or (host.startswith("*.") and "." not in host[2:]):
            raise BadSettings(f"hosts[{number}].host", "must be a host name without scheme, port or path, or *.name")
        if row.target is not None and row.target not in targets:
            raise BadSettings(f"hosts[{number}].target", f"must be one of {', '.join(targets)}")
        checked.append(msgspec.structs.replace(row, host=host))
    return tuple(checked)


def _gateway(document: object) -> GatewaySettings:
    if document is None:
        return GatewaySettings()
    fields = {key: value for key, value in _mapping(document, "gateway").items() if value is not None}
    gateway: GatewaySettings = _convert(fields, GatewaySettings, "gateway")
    names = tuple(normalise_host(name) for name in gateway.names)
    for number, name in enumerate(names):
        if not is_host_name(name):
            raise BadSettings(f"gateway.names[{number}]", "must be a host name without scheme, port or path")
    return GatewaySettings(
        names=names,
        origins=tuple(check_origin(origin, f"gateway.origins[{n}]") for n, origin in enumerate(gateway.origins)),
    )


def _mapping(value: object, key: str) -> Mapping[object, object]:
    if not isinstance(value, Mapping):
        raise BadSettings(key, f"must be a mapping, not {type(value).__name__}")
    return cast(Mapping[object, object], value)


def _convert(value: object, kind: Any, key: str) -> Any:
    """msgspec's conversion, its errors with our key path. They name types, never a value of the file."""
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        found = _AT_PATH.match(str(error))
        reason, path = (found[1], found[2]) if found else (str(error), "")
        where = f"{key}{path}" if path.startswith("[") else ".".join(part for part in (key, path) if part)
        if where.endswith(".mode"):
            reason = f"must be {' or '.join(get_args(HostMode))}"
        raise BadSettings(where, reason[:1].lower() + reason[1:].replace("`", "")) from None
