"""The validated settings of `redaction`: Profiler, policies, limits, uploads, WebSockets, telemetry.

`parse_settings` takes the plain values of the configuration file (what a YAML reader gives) and only the
keys of this package (`SECTIONS`); `routing` and the addon read theirs. Every error names key path and reason.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal, cast, get_args, get_origin, get_type_hints
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta

from config.config_errors import SettingsError

EMBEDDED = "embedded"
ENDPOINTS = f"{EMBEDDED}, or a URL such as https://profiler.example:8443"

DURATION_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}
SIZE_UNITS = {
    "B": 1,
    "kB": 10**3,
    "KB": 10**3,
    "MB": 10**6,
    "GB": 10**9,
    "KiB": 2**10,
    "MiB": 2**20,
    "GiB": 2**30,
}

_QUANTITY = re.compile(r"\s*([0-9]{1,15}(?:\.[0-9]{1,9})?)\s*([A-Za-z]*)\s*", re.ASCII)
_TYPE_NAME = re.compile(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*")
_AT_PATH = re.compile(r"^(.*) - at `\$\.?(.*)`$", re.DOTALL)

Positive = Annotated[int, Meta(ge=1)]
Seconds = Annotated[float, Meta(gt=0, le=3600)]


class ProfilerSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which Profiler, and how long to wait for it. Times are seconds; the token is no setting (environment only).

    `deadline` bounds one text, `request_deadline` all texts of one request, `parallel` the calls at once
    across all requests. `client_cert` is one PEM file with both, or (certificate, key).
    """

    endpoint: str = EMBEDDED
    policy: Annotated[str, Meta(min_length=1, max_length=200)] = "default"
    deadline: Seconds = 10.0
    request_deadline: Seconds = 60.0
    parallel: Annotated[int, Meta(ge=1, le=1024)] = 16
    ca_file: str | None = None
    client_cert: str | tuple[str, str] | None = None
    proxy: str | None = None

    @property
    def embedded(self) -> bool:
        return self.endpoint == EMBEDDED

    def __repr__(self) -> str:
        return f"ProfilerSettings(endpoint={self.endpoint!r}, policy={self.policy!r})"


class Limits(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Bounds. Sizes are bytes; `depth` is JSON nesting, `strings` text leaves, `queue` waiting requests."""

    body: Positive = 32 << 20
    inflated: Positive = 32 << 20
    depth: Annotated[int, Meta(ge=1, le=1000)] = 200
    strings: Positive = 50_000
    frame: Positive = 4 << 20
    queue: Positive = 256
    profiler_answer: Positive = 4 << 20
    cache: Annotated[int, Meta(ge=0)] = 64 << 20
    cache_entries: Annotated[int, Meta(ge=0)] = 100_000


class Exclusion(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"texts": "global"}):
    """Texts that are never masked: compared without case to the whole span. `global` in the file."""

    texts: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"Exclusion({len(self.texts)} texts)"


# Never given back unless a policy says so: an agent has no use for a secret that it may write somewhere.
SECRET_TYPES = ("API_KEY", "PASSWORD", "PRIVATE_KEY", "JWT", "CONNECTION_STRING")


class Pattern(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An own recognizer: what `regex` (re2) finds is a `type`; with `context`, only near one of these words."""

    type: str
    regex: Annotated[str, Meta(min_length=1)]
    context: tuple[str, ...] = ()


class Policy(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    rename={"exclusion_patterns": "exclusionPatterns", "one_way": "oneWay"},
):
    """A named policy document after Faasera's format. Shape only: expressions are compiled by the embedded profiler.

    `paths` auto is leave, and mask in reversible mode; `one_way` are the types that reversible mode never gives back.
    The repr shows no entry: dictionaries hold people's names.
    """

    recognizers: dict[str, bool] = msgspec.field(default_factory=dict)
    exclusion: Exclusion = Exclusion()
    exclusion_patterns: tuple[str, ...] = ()
    dictionaries: dict[str, tuple[str, ...]] = msgspec.field(default_factory=dict)
    patterns: tuple[Pattern, ...] = ()
    paths: Literal["auto", "leave", "mask"] = "auto"
    protected: Literal["warn", "refuse"] = "warn"
    one_way: tuple[str, ...] = SECRET_TYPES

    def __repr__(self) -> str:
        return f"Policy({len(self.recognizers)} recognizers, {len(self.patterns)} patterns)"


class Uploads(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What happens to a file, by its content and not by its name.

    Documents: `text` sends their masked text in their place where they are there to be read, and scans others; `scan`
    refuses those in which something is found and sends others as they are.
    """

    documents: Literal["text", "scan", "allow", "block"] = "text"
    images: Literal["allow", "block"] = "allow"
    audio: Literal["allow", "block"] = "allow"
    other: Literal["allow", "block"] = "block"


class Restore(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Reversible mode. `ttl` is how many seconds a value is remembered since it was last used; `note` adds a constant
    sentence to the system prompt that asks the model to keep placeholders as they are."""

    enabled: bool = False
    ttl: Annotated[float, Meta(gt=0, le=7 * 86400)] = 12 * 3600.0
    note: bool = False


class RedactionSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything `redaction` is told. The defaults are the shipped configuration file."""

    profiler: ProfilerSettings = ProfilerSettings()
    policies: dict[str, Policy] = msgspec.field(default_factory=lambda: {"default": Policy()})
    limits: Limits = Limits()
    uploads: Uploads = Uploads()
    websockets: Literal["mask", "refuse"] = "mask"
    telemetry: Literal["mask", "block"] = "mask"
    restore: Restore = Restore()

    def check_policy(self, name: str, key: str = "profiler.policy") -> None:
        """Raise SettingsError unless a request may ask for policy `name`: with an endpoint any name may be used."""
        if self.profiler.embedded and name not in self.policies:
            raise SettingsError(key, f"no policy {name!r} under policies ({', '.join(self.policies)})")


SECTIONS = RedactionSettings.__struct_fields__


def parse_duration(value: object) -> float:
    """Seconds of `10`, `0.5`, `10s`, `500ms`, `2m`, `1h`. Raises ValueError with the reason."""
    number = _quantity(value, DURATION_UNITS, "a duration such as 10s, 500ms or 2m")
    if number <= 0:
        raise ValueError("must be more than 0")
    return number


def parse_size(value: object) -> int:
    """Bytes of `1024`, `512B`, `64kB`, `32MiB`. Raises ValueError with the reason."""
    number = _quantity(value, SIZE_UNITS, "a size such as 32MiB, 64kB or 1024")
    if number != int(number):
        raise ValueError("must be a whole number of bytes")
    return int(number)


def parse_bool(value: object) -> bool:
    """true/false, yes/no, on/off, 1/0 in any case. Raises ValueError with the reason."""
    word = str(value).strip().lower()
    if isinstance(value, bool | int | str) and word in ("true", "yes", "on", "1"):
        return True
    if isinstance(value, bool | int | str) and word in ("false", "no", "off", "0"):
        return False
    raise ValueError("must be true or false")


def _quantity(value: object, units: Mapping[str, float], expected: str) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool):
        if not math.isfinite(value) or value < 0:
            raise ValueError(f"must be {expected}")
        return value
    match = _QUANTITY.fullmatch(value) if isinstance(value, str) else None
    if match is None or (match[2] and match[2] not in units):
        raise ValueError(f"must be {expected}")
    return float(match[1]) * units[match[2]] if match[2] else float(match[1])


# Where the file has text with a unit, and the structs have plain numbers.
QUANTITIES: dict[tuple[str, str], Callable[[object], float]] = {
    ("profiler", "deadline"): parse_duration,
    ("profiler", "request_deadline"): parse_duration,
    ("restore", "ttl"): parse_duration,
    ("restore", "enabled"): lambda value: parse_bool(value),
    **{("limits", key): parse_size for key in ("body", "inflated", "frame", "profiler_answer", "cache")},
}


def parse_settings(document: Mapping[str, object]) -> RedactionSettings:
    """Settings from plain values; what is left out, or an empty section, keeps its default.

    Raises SettingsError on an unknown key, a wrong type or a value out of range.
    """
    given: dict[str, object] = {}
    for section, value in document.items():
        if section not in SECTIONS:
            raise SettingsError(str(section), f"unknown key (known: {', '.join(SECTIONS)})")
        if value is not None:
            given[section] = value
    policies = _policies(given.pop("policies", {}))
    for section in ("profiler", "limits", "restore"):
        if section in given:
            given[section] = _with_numbers(section, given[section])
    settings: RedactionSettings = _convert(given, RedactionSettings, "")
    settings = msgspec.structs.replace(settings, policies=policies, profiler=_checked(settings.profiler))
    settings.check_policy(settings.profiler.policy)
    return settings


def parse_policy(document: object, key: str) -> Policy:
    """One policy document. `key` is its path for errors, `policies.strict`."""
    if document is None:
        return Policy()
    fields = dict(_mapping(document, key))
    for field in ("recognizers", "dictionaries", "exclusion", "exclusionPatterns", "patterns", "oneWay"):
        if field in fields and fields[field] is None:
            del fields[field]
    for field, kind in (("recognizers", bool), ("dictionaries", tuple[str, ...])):
        for name, value in _mapping(fields.get(field, {}), f"{key}.{field}").items():
            _check_type_name(name, f"{key}.{field}.{name}")
            _convert(value, kind, f"{key}.{field}.{name}")
    policy: Policy = _convert(fields, Policy, key)
    for number, pattern in enumerate(policy.patterns):
        _check_type_name(pattern.type, f"{key}.patterns[{number}].type")
    return policy


def _policies(document: object) -> dict[str, Policy]:
    policies = {"default": Policy()}
    for name, policy in _mapping(document, "policies").items():
        if not isinstance(name, str) or not name:
            raise SettingsError(f"policies.{name}", "a policy's name must be text (put it in quotes)")
        policies[name] = parse_policy(policy, f"policies.{name}")
    return policies


def _check_type_name(name: object, key: str) -> None:
    if not isinstance(name, str) or not _TYPE_NAME.fullmatch(name):
        raise SettingsError(key, "a type must look like EMAIL_ADDRESS (upper case, digits, single _)")


def _mapping(value: object, key: str) -> Mapping[object, object]:
    if not isinstance(value, Mapping):
        raise SettingsError(key, f"must be a mapping, not {type(value).__name__}")
    return cast(Mapping[object, object], value)


def _with_numbers(section: str, value: object) -> dict[object, object]:
    fields = dict(_mapping(value, section))
    for (owner, key), parse in QUANTITIES.items():
        if owner == section and key in fields:
            try:
                fields[key] = parse(fields[key])
            except ValueError as error:
                raise SettingsError(f"{section}.{key}", str(error)) from None
    return fields


# Field name -> its choices, for errors: msgspec names the wrong value only.
CHOICES = {
    name: get_args(kind)
    for struct in (Policy, Uploads, RedactionSettings)
    for name, kind in get_type_hints(struct).items()
    if get_origin(kind) is Literal
}


def _convert(value: object, kind: Any, key: str) -> Any:
    """msgspec's conversion, its errors with our key path. They name types and choices, never a text of the file."""
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        found = _AT_PATH.match(str(error))
        reason, path = (found[1], found[2]) if found else (str(error), "")
        where = f"{key}{path}" if path.startswith("[") else ".".join(part for part in (key, path) if part)
        choices = CHOICES.get(where.rpartition(".")[2])
        reason = f"must be {' or '.join(choices)}" if choices else reason[:1].lower() + reason[1:]
        raise SettingsError(where or "configuration", reason.replace("`", "")) from None


def _checked(settings: ProfilerSettings) -> ProfilerSettings:
    """URLs with everything a Profiler call needs and nothing else; a slash at the end is dropped."""
    endpoint = settings.endpoint
    if not settings.embedded:
        endpoint = check_url(endpoint, "profiler.endpoint", ENDPOINTS).rstrip("/")
        if "?" in endpoint or "#" in endpoint or "@" in urlsplit(endpoint).netloc:
            raise SettingsError("profiler.endpoint", "must have no credentials, query or fragment")
    if settings.proxy is not None:
        check_url(settings.proxy, "profiler.proxy")
    return msgspec.structs.replace(settings, endpoint=endpoint)


def check_url(url: str, key: str, expected: str = "a URL such as http://proxy.example:3128") -> str:
    """`url` when it is an absolute http or https URL with a host and a valid port. Raises SettingsError."""
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        usable = False
    if not usable or not url.isascii() or any(c.isspace() or c < " " for c in url):
        raise SettingsError(key, f"must be {expected}")
    return url
