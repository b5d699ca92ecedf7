"""Whose key is this, and may it go there: rule 3 of the routing rules.

At the gateway the client's own key is sent, unless it plainly belongs to another vendor. At the interception door a key
belongs to the original host: on a change of vendor every key is dropped, unless it plainly belongs to the new vendor.
A configured key fills in where none is left. No key is ever part of an error or a repr.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import unquote, unquote_plus

from config.routing_settings import Target
from routing.routing_errors import CredentialDropped, ForeignCredential

Headers = Sequence[tuple[str, str]]


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Prefix -> vendor that issues such keys; none is the start of another's. A bare `sk-` tells nothing: many use it.
PREFIXES: dict[str, str] = {
    "sk-ant-": "claude",
    "AIza": "gemini",
    "AQ.": "gemini",
    "ya29.": "gemini",
    "sk-proj-": "openai",
    "sk-svcacct-": "openai",
    "sk-admin-": "openai",
    "sk-or-": "openrouter",
    "gsk_": "groq",
    "xai-": "xai",
    "hf_": "huggingface",
    "pplx-": "perplexity",
    "fw_": "fireworks",
    "tgp_v1_": "together",
    "csk-": "cerebras",
    "nvapi-": "nvidia",
    "r8_": "replicate",
    "ABSK": "bedrock",
    "bedrock-api-key-": "bedrock",
    "ghu_": "github",
    "gho_": "github",
    "ghp_": "github",
    "github_pat_": "github",
    "tid=": "github",
}

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
_QUERY_PREFIXES = ("x-amz-", "x-goog-")

# Header prefixes and names that only their vendor understands, and that say who the client is.
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
    ("x-stainless-", ""),
)
_VENDOR_NAMES = frozenset(
    {
        "originator",
        "session_id",
        "session-id",
        "conversation_id",
        "thread-id",
        "x-app",
        "x-initiator",
        "x-title",
        "http-referer",
        "referer",
        "origin",
        "x-client-request-id",
        "x-interaction-id",
    }
)
# Never forwarded, to no one.
ALWAYS_DROPPED = frozenset({"proxy-authorization", "proxy-connection", "x-faasera-key"})
# What people type where an SDK insists on a key. Only ever replaced by a configured key.
_NO_KEYS = _names(
    "none null undefined dummy unused placeholder empty no-key nokey not-needed sk-dummy sk-no-key-required sk-none "
    "ollama lm-studio faasera x xxx test"
) | {""}


@dataclass(frozen=True, slots=True)
class Settled:
    """What becomes of a request's credentials. `query` starts with `?` or is ""."""

    set_headers: tuple[tuple[str, str], ...]
    drop_headers: frozenset[str]
    query: str

    def __repr__(self) -> str:
        return f"Settled(set={[name for name, _ in self.set_headers]}, drop={sorted(self.drop_headers)})"


def vendor_of_key(key: str) -> str | None:
    """The vendor that a key's prefix names, or None when it tells nothing. `key` may have its scheme in front."""
    scheme, space, token = key.strip().partition(" ")
    if space and scheme.upper().startswith("AWS4-"):
        return "bedrock"
    token = token.strip() if space and scheme.lower() in ("bearer", "token") else key.strip()
    return next((vendor for prefix, vendor in PREFIXES.items() if token.startswith(prefix)), None)


def is_credential_query(name: str) -> bool:
    """Whether a query parameter passes unmasked: keys, sign-in codes, signatures of URLs."""
    name = unquote_plus(name).lower()
    return name in _QUERY_KEPT or name.startswith(_QUERY_PREFIXES)


def settle(
    headers: Headers,
    query: str,
    *,
    gateway: bool,
    changed_vendor: bool,
    changed_host: bool,
    target: Target,
    family: str,
    dialect: str,
) -> Settled:
    """What goes to `target`, whose keys `family` owns, and what does not.

    `changed_vendor` (at the gateway: the dialect's own vendor is not the target's) takes vendor headers away, and at
    the interception door keys; `changed_host` takes cookies, which are bound to a host name.
    Raises ForeignCredential or CredentialDropped when a key was dropped, none is left and none is configured.
    """
    drop = set(ALWAYS_DROPPED)
    dropped = kept = False
    for name, value in headers:
        name = name.lower()
        if name in HEADERS:
            if _may_travel(value, HEADERS[name], gateway, changed_vendor, family):
                kept = kept or not (target.api_key and _is_no_key(value))
            else:
                drop.add(name)
                dropped = True
        elif changed_vendor and _is_foreign_header(name, family):
            drop.add(name)
        elif name == "cookie" and (changed_host or gateway):
            drop.add(name)
            dropped = dropped or (changed_vendor and not gateway)
    parameters: list[str] = []
    for parameter in query[1:].split("&") if query else []:
        name, _, value = parameter.partition("=")
        if unquote_plus(name).lower() in _QUERY and value:
            own = "gemini" if unquote_plus(name) == "key" else ""
            if not _may_travel(unquote(value), own, gateway, changed_vendor, family):
                dropped = True
                continue
            kept = True
        parameters.append(parameter)
    if len(parameters) != (query.count("&") + 1 if query else 0):
        query = "?" + "&".join(parameters) if parameters else ""

    fill: list[tuple[str, str]] = []
    if not kept:
        if target.api_key:
            fill.append(_fill_in(target, family, dialect))
            drop |= {name for name, _ in _lower(headers) if name in HEADERS}
        elif dropped and target.needs_key:
            raise _refusal(gateway, target)
    if family == "claude" and dialect == "models" and not any(n == "anthropic-version" for n, _ in _lower(headers)):
        fill.append(("anthropic-version", "2023-06-01"))  # required by the API; OpenAI's clients do not send it
    return Settled(tuple(fill), frozenset(drop), query)


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


def _is_no_key(value: str) -> bool:
    scheme, space, token = value.strip().partition(" ")
    bare = token if space else ("" if scheme.lower() == "bearer" else scheme)
    return bare.strip().lower() in _NO_KEYS


def _is_foreign_header(name: str, family: str) -> bool:
    if name in _VENDOR_NAMES:
        return True
    return any(name.startswith(prefix) and vendor != family for prefix, vendor in VENDOR_HEADERS)


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
