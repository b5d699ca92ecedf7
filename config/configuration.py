"""From options, environment and `mitm-config.yaml` to one checked configuration.

Precedence: `--set option=value` > environment > file > built-in. Every problem is a ConfigError with one line that
names the option, variable or key, and what to write.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import msgspec
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from config.config_errors import ConfigError, unknown
from config.convert import convert
from config.policy_presets import resolve_policies
from config.quantities import Switch, parsed
from config.redaction_settings import PolicyName, RedactionSettings
from config.routing_settings import (
    BUILTIN,
    BaseUrl,
    GatewaySettings,
    HostSetting,
    RoutingSettings,
    TargetName,
    TargetRow,
    routing_settings,
    stem,
)
from config.secret import Secret
from config.url_checks import check_state, is_private_link

# option -> (environment variable, where it goes in the file's structure)
OPTIONS: dict[str, tuple[str, tuple[str, ...]]] = {
    "faasera_target": ("DEFAULT_TARGET", ("target",)),
    "faasera_profiler": ("FAASERA_PROFILER_ENDPOINT", ("profiler", "endpoint")),
    "faasera_policy": ("FAASERA_POLICY", ("profiler", "policy")),
    "faasera_audit": ("FAASERA_AUDIT", ("audit",)),
    "faasera_log": ("FAASERA_LOG", ("log",)),
    "faasera_traces": ("FAASERA_TRACES", ("traces",)),
    "faasera_restore": ("FAASERA_RESTORE", ("restore", "enabled")),
    "faasera_before_after": ("FAASERA_BEFORE_AFTER", ("before_after",)),
}
CONFIG_VARIABLE = "FAASERA_CONFIG"
TOKEN_VARIABLE = "FAASERA_PROFILER_TOKEN"
GATEWAY_KEY_VARIABLE = "FAASERA_GATEWAY_KEY"
RESTORE_KEY_VARIABLE = "FAASERA_RESTORE_KEY"
STATE_VARIABLE = "FAASERA_STATE"
LEAST_KEY = 16
LEAST_DIFFERENT = 6
_SECRETS = {TOKEN_VARIABLE, GATEWAY_KEY_VARIABLE, RESTORE_KEY_VARIABLE, STATE_VARIABLE}


if TYPE_CHECKING:
    StateUrl = str
else:
    StateUrl = parsed("StateUrl", str, check_state)


class Rule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The policy of requests that a mitmproxy flow filter matches; the first rule wins."""

    filter: str
    policy: PolicyName


class Tls(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """PEM files of the certificate (with its chain) and the key that the proxy's own port answers TLS with."""

    cert: str
    key: str


class Listen(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What clients of other machines find at the port."""

    tls: Tls | None = None


class Document(RedactionSettings, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole file: the sections of `redaction`, and these."""

    target: str | None = None
    targets: dict[TargetName, TargetRow] = msgspec.field(default_factory=dict)
    hosts: tuple[HostSetting, ...] = ()
    gateway: GatewaySettings = GatewaySettings()
    rules: tuple[Rule, ...] = ()
    listen: Listen = Listen()
    insecure: Switch = False
    public_url: BaseUrl | None = None
    audit: str | None = None
    log: Literal["text", "json"] = "text"
    traces: BaseUrl | None = None
    state: StateUrl = "memory"
    mitmproxy: dict[str, Any] = msgspec.field(default_factory=dict)


@dataclass(frozen=True)
class Config:
    """Everything the proxy is told. Secrets are wrapped: a repr shows none. `insecure`: clients of other machines may
    speak plain HTTP; `public_url`: where they reach this proxy; `traces`: base URL of an OpenTelemetry collector."""

    redaction: RedactionSettings
    routing: RoutingSettings
    rules: tuple[Rule, ...] = ()
    listen: Listen = field(default_factory=Listen)
    insecure: bool = False
    public_url: str | None = None
    audit: str | None = None
    log: str = "text"
    traces: str | None = None
    state: Secret = field(default_factory=Secret)
    mitmproxy: Mapping[str, Any] = field(default_factory=dict)
    token: Secret = field(default_factory=Secret)
    gateway_key: Secret = field(default_factory=Secret)
    restore_key: Secret = field(default_factory=Secret)
    source: str = "built-in defaults"


@dataclass(frozen=True)
class ConfigFile:
    """The file as it was read: `text` without secrets of ours, `label` as errors name it (option or variable, path).
    `path` is None where there is no file; `standing` tells it from one that was edited since."""

    path: Path | None
    label: str
    text: str = field(default="", repr=False)
    standing: tuple[int, ...] | None = None

    @property
    def digest(self) -> str:
        """Which text this is: the beginning of its SHA-256."""
        return sha256(self.text.encode()).hexdigest()[:16]

    def document(self) -> dict[str, Any]:
        """What the text says, as mappings, lists and values of the caller's own. Raises ConfigError."""
        try:
            document = deepcopy(_loaded(self.text))
        except YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            line = f" at line {mark.line + 1}" if mark else ""
            problem = str(getattr(error, "problem", "") or "cannot be parsed").splitlines()[0]
            raise ConfigError(self.label, f"not valid YAML{line}: {problem}") from None
        if document is None:
            return {}
        if not isinstance(document, dict):
            raise ConfigError(self.label, "must be a mapping of sections, such as `profiler:`")
        return document


@lru_cache(4)  # a start, and each option that changes, takes the same file into use again
def _loaded(text: str) -> Any:
    return YAML(typ="safe", pure=True).load(text)


def load_config(
    options: Mapping[str, str | None], environ: Mapping[str, str], default_path: Path, config_path: str | None = None
) -> Config:
    """`parse_config` of what `read_file` finds. Raises ConfigError."""
    return parse_config(options, environ, read_file(environ, default_path, config_path))


def read_file(environ: Mapping[str, str], default_path: Path, config_path: str | None = None) -> ConfigFile:
    """The configuration file: of the option `faasera_config`, of FAASERA_CONFIG, or at the default path.

    Raises ConfigError for one that cannot be read, or that everybody on this machine can write.
    """
    path, named_by = _config_path(config_path, environ, default_path)
    label = f"{named_by}: {path}" if named_by else str(path) if path else "built-in defaults"
    if path is None:
        return ConfigFile(None, label)
    try:
        with path.open(encoding="utf-8") as file:
            found = os.fstat(file.fileno())
            if os.name == "posix" and found.st_mode & stat.S_IWOTH:
                raise ConfigError(label, "everybody on this machine can write it: chmod o-w")
            for folder in {path.absolute().parent, path.resolve().parent}:
                if os.name == "posix" and folder.stat().st_mode & (stat.S_IWOTH | stat.S_ISVTX) == stat.S_IWOTH:
                    raise ConfigError(
                        label, f"everybody on this machine can put another in its place: chmod o-w {folder}"
                    )
            return ConfigFile(path, label, file.read(), standing(found))
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8 text"
        raise ConfigError(label, f"cannot be read: {reason}") from None


def standing(found: os.stat_result) -> tuple[int, ...]:
    """What tells an edited file from the one before."""
    return found.st_dev, found.st_ino, found.st_mtime_ns, found.st_size, found.st_mode


def parse_config(options: Mapping[str, str | None], environ: Mapping[str, str], file: ConfigFile) -> Config:
    """Check everything. `options` are the values of OPTIONS given on the command line or at run time (None or "": not
    given). Raises ConfigError."""
    where = file.label
    document = file.document()
    origin: dict[str, str] = {}
    for option, (variable, place) in OPTIONS.items():
        for value, source in ((options.get(option), f"option {option}"), (environ.get(variable), variable)):
            if value:
                _put(document, place, value, where)
                origin[".".join(place)] = source
                break
    if environ.get(STATE_VARIABLE):  # no option: it holds a password, and options are shown in mitmweb
        document["state"], origin["state"] = environ[STATE_VARIABLE], STATE_VARIABLE
    try:
        return read_document(document, environ, where)
    except ConfigError as error:
        if error.key in origin:
            raise ConfigError(origin[error.key], str(error)) from None
        in_environment = error.key in environ or error.key in _variables({})
        raise ConfigError("" if in_environment else where, str(error)) from None


def read_document(document: Mapping[str, Any], environ: Mapping[str, str] = {}, source: str = "") -> Config:
    """The configuration of a parsed file. Raises ConfigError without the name of the file."""
    sections = dict(document)
    for section in ("policies", "targets"):  # a name with nothing below is a row of defaults
        if isinstance(sections.get(section), Mapping):
            sections[section] = {name: {} if row is None else row for name, row in sections[section].items()}
    read: Document = convert(sections, Document)
    redaction = RedactionSettings(**{name: getattr(read, name) for name in RedactionSettings.__struct_fields__})
    redaction = msgspec.structs.replace(redaction, policies=resolve_policies(redaction.policies))
    redaction.check_policy(redaction.profiler.policy)
    if not (redaction.profiler.embedded or redaction.profiler.insecure or is_private_link(redaction.profiler.endpoint)):
        raise ConfigError(
            "profiler.endpoint", "plain http:// would show every text on the way: use https, or profiler.insecure: true"
        )
    for number, rule in enumerate(read.rules):
        redaction.check_policy(rule.policy, f"rules[{number}].policy")
    routing = routing_settings(read.target, read.targets, read.hosts, read.gateway, environ)
    _check_variables(environ, _variables(routing.targets))
    if read.state != "memory" and not environ.get(RESTORE_KEY_VARIABLE):
        raise ConfigError("state", f"a store needs {RESTORE_KEY_VARIABLE}, the same for every replica")
    gateway_key = environ.get(GATEWAY_KEY_VARIABLE, "")
    if 0 < len(gateway_key) < LEAST_KEY:
        raise ConfigError(GATEWAY_KEY_VARIABLE, f"must have at least {LEAST_KEY} characters: openssl rand -hex 24")
    if gateway_key and len(set(gateway_key)) < LEAST_DIFFERENT:
        raise ConfigError(GATEWAY_KEY_VARIABLE, "is a few characters over and over: openssl rand -hex 24")
    return Config(
        redaction=redaction,
        routing=routing,
        rules=read.rules,
        listen=read.listen,
        insecure=read.insecure,
        public_url=read.public_url,
        audit=read.audit or None,
        log=read.log,
        traces=read.traces,
        state=Secret("" if read.state == "memory" else read.state),
        mitmproxy=read.mitmproxy,
        token=Secret(environ.get(TOKEN_VARIABLE, "")),
        gateway_key=Secret(gateway_key),
        restore_key=Secret(environ.get(RESTORE_KEY_VARIABLE, "")),
        source=source or "built-in defaults",
    )


def default_routing() -> RoutingSettings:
    """The built-in routing, without any environment."""
    return read_document({}).routing


def _config_path(option: str | None, environ: Mapping[str, str], default: Path) -> tuple[Path | None, str]:
    if option:
        return Path(option).expanduser(), "option faasera_config"
    if environ.get(CONFIG_VARIABLE):
        return Path(environ[CONFIG_VARIABLE]).expanduser(), CONFIG_VARIABLE
    return (default, "") if default.exists() else (None, "")


def _put(document: dict[str, Any], place: tuple[str, ...], value: str, where: str) -> None:
    node = document
    for key in place[:-1]:
        child = node.get(key)
        if child is None:
            child = node[key] = {}
        if not isinstance(child, dict):
            raise ConfigError(where, key, "must be a mapping")
        node = child
    node[place[-1]] = value


def _variables(targets: Mapping[str, Any]) -> set[str]:
    """Every variable of ours that is read."""
    named = {f"{stem(name)}_{part}" for name in {*BUILTIN, *targets} for part in ("BASE_URL", "API_KEY")}
    chosen = {target.api_key_env for target in targets.values() if target.api_key_env}
    return {CONFIG_VARIABLE, *_SECRETS, *(variable for variable, _ in OPTIONS.values()), *named, *chosen}


def _check_variables(environ: Mapping[str, str], known: set[str]) -> None:
    """A misspelt variable must not be a setting that silently is not there."""
    for name in environ:
        if name.startswith("FAASERA_") and name not in known:
            ours = sorted(each for each in known if each.startswith("FAASERA_"))
            raise ConfigError(name, unknown("variable", name, ours))
