"""Whose key is this, and may it go there: rule 3 of the routing rules.

At the gateway the client's own key is sent, unless it plainly belongs to another vendor. At the interception door a key
belongs to the original host: on a change of vendor every key is dropped, unless it plainly belongs to the new vendor.
A configured key fills in where none is left. No key is ever part of an error or a repr.
"""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import unquote, unquote_plus

from config.routing_settings import Target
from dialects.vendor_keys import owner_of_key
from routing.callers import is_private_to_sender
from routing.loop_mark import HEADER as LOOP_HEADER
from routing.routing_errors import CredentialDropped, ForeignCredential

Headers = Sequence[tuple[str, str]]


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Header -> vendor whose header it is, or "" for headers that several vendors use.
HEADERS: dict[str, str] = {
    "authorization": "",
    "x-api-key": "",
    "api-key": "",
    "x-goog-api-key": "gemini",
    "ocp-apim-subscription-key": "azure",
    "x-amz-security-token": "bedrock",
}
# Query parameters that are credentials, for `drop`; compared without case.
_QUERY = frozenset({"key", "api_key", "apikey", "api-key", "access_token", "subscription-key", "x-amz-security-token"})
# And those that pass unmasked: sign-in codes and signed URLs (RFC 6749; AWS SigV4, Azure SAS, Google signed URLs).
_QUERY_KEPT = _QUERY | frozenset(
    {
        "code",
        "state",
        "redirect_uri",
        "client_id",
        "code_challenge",
        "code_verifier",
        "nonce",
        "token",
        "sig",
        "signature",
    }
)
# All of a query that follows to another vendor, but for a key that may: what says how to answer, and which page.
_QUERY_FOLLOWING = _names(
    "alt api-version beta stream model limit offset after before order first_id last_id before_id after_id page "
    "per_page page_size pagesize page_token pagetoken cursor filter purpose include include[] fields view async wait "
    "intent deployment modality verbose q query search"
)
_QUERY_PREFIXES = ("x-amz-", "x-goog-")
# One word with a letter in it, or a plain number of a few digits; scopes of signatures have slashes and semicolons.
_CREDENTIAL = re.compile(r"(?=.*[A-Za-z])[\w.~+/=:;,%-]*|\d{0,6}", re.ASCII)

# Header prefixes that are a vendor's own: on a change of vendor those of the new one follow.
VENDOR_HEADERS: tuple[tuple[str, str], ...] = (
    ("openai-", "openai"),
    ("chatgpt-", "openai"),
    ("x-codex-", "openai"),
    ("oai-", "openai"),
    ("anthropic-", "claude"),
    ("x-goog-", "gemini"),
    ("x-gemini-", "gemini"),
    ("x-ms-", "azure"),
    ("x-amz-", "bedrock"),
    ("amz-sdk-", "bedrock"),
    ("copilot-", "github"),
    ("editor-", "github"),
    ("x-github-", "github"),
    ("x-cursor-", "cursor"),
)
# All that follows to another vendor: what HTTP itself needs, and what no vendor could misread. Everything else may be
# a key, or say who the client is, under a name that no table knows.
FOLLOWING = _names(
    "host connection content-type content-length content-encoding transfer-encoding te trailer expect accept "
    "accept-encoding accept-language accept-charset user-agent upgrade cache-control pragma date idempotency-key "
    "sec-websocket-key sec-websocket-version mcp-protocol-version content-disposition"
)
# Subprotocols that name a format; the others carry keys (`openai-insecure-api-key...`, `xai-client-secret...`).
_SUBPROTOCOLS = _names("realtime openai-beta.realtime-v1 json base64")
# Never forwarded, to no one.
ALWAYS_DROPPED = frozenset(
    {"proxy-authorization", "proxy-authenticate", "proxy-connection", "x-faasera-key", LOOP_HEADER}
)
_SHOWN = 4
# What people type where an SDK insists on a key. Only ever replaced by a configured key.
_NO_KEYS = _names(
    "none null undefined dummy unused placeholder empty no-key nokey not-needed sk-dummy sk-no-key-required sk-none "
    "ollama lm-studio faasera x xxx test"
) | {""}


@dataclass(frozen=True, slots=True)
class CredentialDecision:
    """What becomes of a request's credentials. `query` starts with `?` or is ""."""

    set_headers: tuple[tuple[str, str], ...]
    drop_headers: frozenset[str]
    query: str

    def __repr__(self) -> str:
        return f"CredentialDecision(set={[name for name, _ in self.set_headers]}, drop={sorted(self.drop_headers)})"


def vendor_of_key(key: str) -> str | None:
    """The vendor that a key's prefix names, or None when it tells nothing. `key` may have its scheme in front."""
    scheme, space, token = key.strip().partition(" ")
    if space and scheme.upper().startswith("AWS4-"):
        return "bedrock"
    token = token.strip() if space and scheme.lower() in ("bearer", "token") else key.strip()
    return owner_of_key(token)


# What may stand around a key: a scheme, a parameter's name, the prefix of a subprotocol.
_AROUND = re.compile(r"[\s,;:=\"']+")
_SHORTEST_KEY = 16


def holds_foreign_key(value: str, family: str) -> bool:
    """Whether a key that plainly belongs to another vendor than `family` stands anywhere in a value."""
    scheme, _, coded = value.strip().partition(" ")
    if scheme.lower() == "basic":
        with suppress(ValueError):
            value = b64decode(coded.strip(), validate=True).decode("latin-1")
    words = _AROUND.split(value)
    parts = {part for word in words for part in (word, *word.split(".")) if len(part) >= _SHORTEST_KEY}
    return any(owner_of_key(part) not in (None, family) for part in parts)


def not_for_others(headers: Headers) -> frozenset[str]:
    """The lower-case header names that go to no vendor: what is meant for this proxy, and what says where a request
    came from."""
    return ALWAYS_DROPPED.union(name for each, _ in headers if is_private_to_sender(name := each.lower()))


def has_credential_query(path: str) -> bool:
    """Whether the query of a path holds a key."""
    pairs = (pair.partition("=") for pair in path.partition("?")[2].split("&"))
    return any(value and unquote_plus(name).lower() in _QUERY for name, _, value in pairs)


def is_credential_query(name: str) -> bool:
    """Whether a query parameter passes unmasked: keys, sign-in codes, signatures of URLs."""
    name = unquote_plus(name).lower()
    return name in _QUERY_KEPT or name.startswith(_QUERY_PREFIXES)


def shown_credential(name: str, value: str) -> str | None:
    """What people may see of a header that holds a key: its scheme and the beginning that tells whose it is. None for
    a header that is no credential."""
    name = name.lower()
    if name not in HEADERS and name not in ("cookie", "proxy-authorization", "x-auth-token"):
        return None
    scheme, space, token = value.strip().partition(" ")
    return f"{scheme} {token[:_SHOWN]}***" if space and name != "cookie" else f"{value[:_SHOWN]}***"


def kept_query_names(query: str) -> frozenset[str]:
    """The lower-case names in a query string that pass unmasked: credentials by name whose values can be one. A mail
    address, a phrase, or digits with separators is none, whatever its name."""
    kept: set[str] = set()
    text: set[str] = set()
    for parameter in query.split("&"):
        name, _, value = parameter.partition("=")
        lower = name.lower()
        if is_credential_query(lower):
            (kept if _CREDENTIAL.fullmatch(unquote_plus(value)) or _is_url(lower, value) else text).add(lower)
    return frozenset(kept - text)


def _is_url(name: str, value: str) -> bool:
    """`redirect_uri` holds a URL of the client's own; with a mail address in it, it is text."""
    url = unquote_plus(value)
    return unquote_plus(name) == "redirect_uri" and "@" not in url and (":" in url or url.startswith("/"))


def decide_credentials(
    headers: Headers,
    query: str,
    *,
    gateway: bool,
    changed_vendor: bool,
    changed_host: bool,
    target: Target,
    family: str,
    dialect: str,
) -> CredentialDecision:
    """What goes to `target`, whose keys `family` owns, and what does not.

    `changed_vendor` (at the gateway: the dialect's own vendor is not the target's) takes vendor headers away, and at
    the interception door keys; `changed_host` takes cookies, which are bound to a host name.
    Raises ForeignCredential or CredentialDropped when a key was dropped, none is left and none is configured.
    """
    drop = set(not_for_others(headers))
    dropped = kept = False
    fill: list[tuple[str, str]] = []
    for name, value in headers:
        name = name.lower()
        foreign = (gateway or changed_vendor) and holds_foreign_key(value, family)
        if name in HEADERS:
            if not foreign and _may_travel(value, HEADERS[name], gateway, changed_vendor, family):
                kept = kept or not (target.has_key and _is_no_key(value))
            else:
                drop.add(name)
                dropped = True
        elif name == "sec-websocket-protocol" and (changed_vendor or foreign):
            drop.add(name)
            protocols = [part.strip() for part in value.split(",")]
            if kept_protocols := [part for part in protocols if _follows(part, changed_vendor, family)]:
                fill.append((name, ", ".join(kept_protocols)))
        elif foreign or (changed_vendor and name not in FOLLOWING and not _is_own_header(name, family)):
            drop.add(name)
            dropped = dropped or (name == "cookie" and not gateway)
        elif name == "cookie" and (changed_host or gateway):
            drop.add(name)
    parameters: list[str] = []
    for parameter in query[1:].split("&") if query else []:
        name, _, value = parameter.partition("=")
        lower = unquote_plus(name).lower()
        foreign = (gateway or changed_vendor) and holds_foreign_key(unquote(parameter), family)
        if foreign or (changed_vendor and lower and lower not in _QUERY | _QUERY_FOLLOWING):
            dropped = dropped or foreign
            continue
        if lower in _QUERY and value:
            own = "gemini" if unquote_plus(name) == "key" else ""
            if not _may_travel(unquote(value), own, gateway, changed_vendor, family):
                dropped = True
                continue
            kept = True
        parameters.append(parameter)
    if len(parameters) != (query.count("&") + 1 if query else 0):
        query = "?" + "&".join(parameters) if parameters else ""

    if not kept:
        if target.has_key:
            fill.append(_fill_in(target, family, dialect))
            drop |= {name for name, _ in _lower(headers) if name in HEADERS}
        elif dropped and target.needs_key:
            raise _refusal(gateway, target)
    if family == "claude" and dialect == "models" and not any(n == "anthropic-version" for n, _ in _lower(headers)):
        fill.append(("anthropic-version", "2023-06-01"))  # required by the API; OpenAI's clients do not send it
    return CredentialDecision(tuple(fill), frozenset(drop), query)


def _lower(headers: Headers) -> list[tuple[str, str]]:
    return [(name.lower(), value) for name, value in headers]


def _may_travel(value: str, header_vendor: str, gateway: bool, changed_vendor: bool, family: str) -> bool:
    vendor = vendor_of_key(value)
    if vendor is not None and vendor != family:
        # An intercepted request that stays with its vendor keeps whatever it came with.
        return not gateway and not changed_vendor
    if vendor == family:
        return True
    if changed_vendor and header_vendor not in ("", family):
        return False
    return gateway or not changed_vendor


def _follows(subprotocol: str, changed_vendor: bool, family: str) -> bool:
    return subprotocol in _SUBPROTOCOLS or not (changed_vendor or holds_foreign_key(subprotocol, family))


def _is_no_key(value: str) -> bool:
    scheme, space, token = value.strip().partition(" ")
    bare = token if space else ("" if scheme.lower() == "bearer" else scheme)
    return bare.strip().lower() in _NO_KEYS


def _is_own_header(name: str, family: str) -> bool:
    """Whether a header is one of the vendor `family`'s own."""
    return any(vendor == family and name.startswith(prefix) for prefix, vendor in VENDOR_HEADERS)


_TOKEN = re.compile(r"(?i)^bearer ")


def _fill_in(target: Target, family: str, dialect: str) -> tuple[str, str]:
    """The header in which a target's key travels: each dialect's own, as its vendor documents it."""
    key = _TOKEN.sub("", target.api_key.reveal())
    if family == "azure":
        return "api-key", key
    if dialect in ("gemini", "predict") and family == "gemini":
        return "x-goog-api-key", key
    if dialect == "messages" or (family == "claude" and dialect != "chat"):
        # A local server has no vendor's habits: Bearer, as everywhere else.
        return ("authorization", f"Bearer {key}") if target.name == "local" else ("x-api-key", key)
    return "authorization", f"Bearer {key}"


def _refusal(gateway: bool, target: Target) -> ForeignCredential | CredentialDropped:
    variable = target.api_key_env or f"targets.{target.name}.api_key_env"
    if gateway:
        return ForeignCredential(f"the key sent belongs to another vendor than target {target.name!r}; set {variable}")
    return CredentialDropped(f"the original host's key may not go to target {target.name!r}; set {variable}")
