"""From options, environment and `mitm-config.yaml` to one checked configuration.

Precedence: `--set option=value` > environment > file > built-in. Every problem is a ConfigError with one line that
names the option, variable or key and the reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from config import routing_settings as routing_settings
from config.config_errors import BadSettings, ConfigError, SettingsError
from config.redaction_settings import SECTIONS as REDACTION_SECTIONS
from config.redaction_settings import RedactionSettings, parse_settings
from config.routing_settings import Secret

ROUTING_SECTIONS = routing_settings.SECTIONS
OWN_SECTIONS = ("rules", "audit", "mitmproxy")

# option -> (environment variable, where it goes in the file's structure)
OPTIONS: dict[str, tuple[str, tuple[str, ...]]] = {
    "faasera_target": ("DEFAULT_TARGET", ("target",)),
    "faasera_profiler": ("FAASERA_PROFILER_ENDPOINT", ("profiler", "endpoint")),
    "faasera_policy": ("FAASERA_POLICY", ("profiler", "policy")),
    "faasera_audit": ("FAASERA_AUDIT", ("audit",)),
    "faasera_restore": ("FAASERA_RESTORE", ("restore", "enabled")),
}
CONFIG_VARIABLE = "FAASERA_CONFIG"
TOKEN_VARIABLE = "FAASERA_PROFILER_TOKEN"
GATEWAY_KEY_VARIABLE = "FAASERA_GATEWAY_KEY"
RESTORE_KEY_VARIABLE = "FAASERA_RESTORE_KEY"


class Rule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The policy of requests that a mitmproxy flow filter matches; the first rule wins."""

    filter: str
    policy: str


@dataclass(frozen=True)
class Config:
    """Everything the proxy is told. Secrets are wrapped: a repr shows none."""

    redaction: RedactionSettings
    routing: routing_settings.RoutingSettings
    rules: tuple[Rule, ...] = ()
    audit: str | None = None
    mitmproxy: Mapping[str, Any] = field(default_factory=dict)
    token: Secret = field(default_factory=Secret)
    gateway_key: Secret = field(default_factory=Secret)
    restore_key: Secret = field(default_factory=Secret)
    source: str = "built-in defaults"


def load_config(
    options: Mapping[str, str | None], environ: Mapping[str, str], default_path: Path, config_path: str | None = None
) -> Config:
    """Read and check everything. `options` are the values of OPTIONS given on the command line or at run time
    (None or "": not given). `config_path` is the option `faasera_config`.

    Raises ConfigError.
    """
    path, named_by = _config_path(config_path, environ, default_path)
    document = _read(path, named_by)
    origin: dict[tuple[str, ...], str] = {}
    for option, (variable, place) in OPTIONS.items():
        for value, source in ((options.get(option), f"option {option}"), (environ.get(variable), variable)):
            if value:
                _put(document, place, value, path)
                origin[place] = source
                break
    where = str(path) if path else "built-in defaults"
    return _build(document, environ, where, origin)


def _config_path(option: str | None, environ: Mapping[str, str], default: Path) -> tuple[Path | None, str]:
    if option:
        return Path(option).expanduser(), "option faasera_config"
    if environ.get(CONFIG_VARIABLE):
        return Path(environ[CONFIG_VARIABLE]).expanduser(), CONFIG_VARIABLE
    return (default, "") if default.exists() else (None, "")


def _read(path: Path | None, named_by: str) -> dict[str, Any]:
    if path is None:
        return {}
    label = f"{named_by}: {path}" if named_by else str(path)
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8 text"
        raise ConfigError(f"{label}: cannot be read: {reason}") from None
    try:
        document = YAML(typ="safe", pure=True).load(text)
    except YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f" at line {mark.line + 1}" if mark else ""
        problem = str(getattr(error, "problem", "") or "cannot be parsed").splitlines()[0]
        raise ConfigError(f"{label}: not valid YAML{line}: {problem}") from None
    if document is None:
        return {}
    if not isinstance(document, dict):
        raise ConfigError(f"{label}: must be a mapping of sections, not {type(document).__name__}")
    return document


def _put(document: dict[str, Any], place: tuple[str, ...], value: str, path: Path | None) -> None:
    node = document
    for key in place[:-1]:
        child = node.get(key)
        if child is None:
            child = node[key] = {}
        if not isinstance(child, dict):
            raise ConfigError(f"{path}: {key}: must be a mapping, not {type(child).__name__}")
        node = child
    node[place[-1]] = value


def _build(
    document: dict[str, Any], environ: Mapping[str, str], where: str, origin: Mapping[tuple[str, ...], str]
) -> Config:
    known = (*REDACTION_SECTIONS, *ROUTING_SECTIONS, *OWN_SECTIONS)
    for section in document:
        if section not in known:
            raise ConfigError(f"{where}: {section}: unknown key (known: {', '.join(known)})")
    try:
        redaction = parse_settings({key: document[key] for key in REDACTION_SECTIONS if key in document})
        routing = routing_settings.parse_settings(
            {key: document[key] for key in ROUTING_SECTIONS if key in document}, environ
        )
        rules = _rules(document.get("rules"), redaction)
    except (SettingsError, BadSettings) as error:
        source = origin.get(tuple(error.key.split("."))) or (
            "" if error.key.startswith("FAASERA_") or error.key == "DEFAULT_TARGET" else where
        )
        raise ConfigError(": ".join(part for part in (source, str(error)) if part)) from None
    audit = document.get("audit")
    if audit is not None and not isinstance(audit, str):
        raise ConfigError(f"{where}: audit: must be a path, - or null")
    settings = document.get("mitmproxy") or {}
    if not isinstance(settings, dict):
        raise ConfigError(f"{where}: mitmproxy: must be a mapping of mitmproxy options")
    return Config(
        redaction=redaction,
        routing=routing,
        rules=rules,
        audit=audit or None,
        mitmproxy=settings,
        token=Secret(environ.get(TOKEN_VARIABLE, "")),
        gateway_key=Secret(environ.get(GATEWAY_KEY_VARIABLE, "")),
        restore_key=Secret(environ.get(RESTORE_KEY_VARIABLE, "")),
        source=where,
    )


def _rules(document: object, redaction: RedactionSettings) -> tuple[Rule, ...]:
    if document is None:
        return ()
    try:
        rules = msgspec.convert(document, tuple[Rule, ...])
    except msgspec.ValidationError as error:
        raise SettingsError("rules", str(error).replace("`", "")) from None
    for number, rule in enumerate(rules):
        redaction.check_policy(rule.policy, f"rules[{number}].policy")
    return rules
