"""The settings of `redaction`: Profiler, policies, limits, uploads, WebSockets, telemetry, reversible mode."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Literal

import msgspec
from msgspec import Meta

from config.config_errors import ConfigError, unknown
from config.quantities import Lifetime, Seconds, Size, Switch, parse_size, parsed
from config.url_checks import check_endpoint, check_url

EMBEDDED = "embedded"
_TYPE_NAME = re.compile(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*")
# `redaction.placeholders` looks no further.
_LONGEST_TYPE = 200


def type_name(value: object) -> str:
    """`value` when it may be the type of a placeholder. Raises ValueError."""
    if not isinstance(value, str) or len(value) > _LONGEST_TYPE or not _TYPE_NAME.fullmatch(value):
        raise ValueError("a type must look like EMAIL_ADDRESS (upper case, digits, single _; at most 200 characters)")
    return value


def _policy_name(value: object) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= 200:
        raise ValueError("a policy's name must be text (put it in quotes), at most 200 characters")
    return value


if TYPE_CHECKING:
    Endpoint = str
    Url = str
    TypeName = str
    PolicyName = str
    CacheSize = int
else:
    Endpoint = parsed("Endpoint", str, lambda value: value if value == EMBEDDED else check_endpoint(value))
    Url = parsed("Url", str, check_url)
    TypeName = parsed("TypeName", str, type_name)
    PolicyName = parsed("PolicyName", str, _policy_name)
    CacheSize = parsed("CacheSize", int, parse_size)

Count = Annotated[int, Meta(ge=1)]


class ProfilerSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which Profiler, and how long to wait for it. Times are seconds; the token is no setting (environment only).

    `deadline` bounds one text, `request_deadline` all texts of one request, `parallel` the calls at once
    across all requests. `client_cert` is one PEM file with both, or (certificate, key). `insecure` allows plain HTTP to
    another machine.
    """

    endpoint: Endpoint = EMBEDDED
    policy: PolicyName = "default"
    deadline: Seconds = 10.0
    request_deadline: Seconds = 60.0
    parallel: Annotated[int, Meta(ge=1, le=1024)] = 16
    ca_file: str | None = None
    client_cert: str | tuple[str, str] | None = None
    proxy: Url | None = None
    insecure: Switch = False

    @property
    def embedded(self) -> bool:
        return self.endpoint == EMBEDDED

    def __repr__(self) -> str:
        return f"ProfilerSettings(endpoint={self.endpoint!r}, policy={self.policy!r})"


class Limits(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Bounds. Sizes are bytes; `depth` is JSON nesting, `strings` text leaves, `queue` waiting requests."""

    body: Size = 32 << 20
    inflated: Size = 32 << 20
    depth: Annotated[int, Meta(ge=1, le=1000)] = 200
    strings: Count = 50_000
    frame: Size = 4 << 20
    queue: Count = 256
    profiler_answer: Size = 4 << 20
    cache: CacheSize = 64 << 20
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

    type: TypeName
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

    `base`, `only` and `allow` are worked out by `policy_presets`: the policy that is extended, the types and groups
    that are looked for, and public names and domains that stay.
    `paths` auto is leave, and mask in reversible mode; `one_way` are the types that reversible mode never gives back.
    The repr shows no entry: dictionaries hold people's names.
    """

    base: str = ""
    only: tuple[str, ...] = ()
    allow: tuple[str, ...] = ()
    recognizers: dict[TypeName, Switch] = msgspec.field(default_factory=dict)
    exclusion: Exclusion = Exclusion()
    exclusion_patterns: tuple[str, ...] = ()
    dictionaries: dict[TypeName, tuple[str, ...]] = msgspec.field(default_factory=dict)
    patterns: tuple[Pattern, ...] = ()
    paths: Literal["auto", "leave", "mask"] = "auto"
    protected: Literal["warn", "refuse"] = "warn"
    one_way: tuple[TypeName, ...] = SECRET_TYPES

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


class KnownSource(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where values are that the user knows: columns of a CSV file (its first line names them; none given: all), or the
    secrets in environment files. Relative paths start from the configuration file's folder."""

    type: TypeName
    file: Annotated[str, Meta(min_length=1)] | None = None
    columns: tuple[str, ...] = ()
    env_files: tuple[str, ...] = ()

    @property
    def files(self) -> tuple[str, ...]:
        return (self.file,) if self.file is not None else ()


class Restore(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Reversible mode. `ttl` is how many seconds a value is remembered since it was last used; `note` adds a constant
    sentence to the system prompt that asks the model to keep placeholders as they are. `tools`: what comes back in the
    arguments of which tools (names or patterns with `*`): `all`, `text` (no value in an argument that is an address as
    a whole) or `none`."""

    enabled: Switch = False
    ttl: Lifetime = 12 * 3600.0
    note: Switch = False
    tools: dict[str, Literal["all", "text", "none"]] = {}


class RedactionSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything `redaction` is told. The defaults are the shipped configuration file. `before_after`: changed texts
    are handed on for the page's view of them."""

    profiler: ProfilerSettings = ProfilerSettings()
    policies: dict[PolicyName, Policy] = msgspec.field(default_factory=lambda: {"default": Policy()})
    limits: Limits = Limits()
    uploads: Uploads = Uploads()
    websockets: Literal["mask", "refuse"] = "mask"
    telemetry: Literal["mask", "block"] = "mask"
    restore: Restore = Restore()
    before_after: Switch = False
    known: tuple[KnownSource, ...] = ()

    def check_policy(self, name: str, key: str = "profiler.policy") -> None:
        """Raise ConfigError unless a request may ask for policy `name`: with an endpoint any name may be used."""
        if self.profiler.embedded and name not in self.policies:
            raise ConfigError(key, f"{unknown(f'policy {name!r}', name, self.policies)}; see policies")
