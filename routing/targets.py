"""Where on a target an endpoint lives: base URL + prefix + rest.

| target | prefix |
| --- | --- |
| `openai` | none: its base URL ends in /v1 |
| `claude` | `v1` |
| `gemini` | native: the request's version, else `v1beta`; everything else `v1beta/openai` |
| `local` | ollama: `api`; everything else `v1` |
| custom | as the dialect's own SDK does it, see `_NATIVE`; OpenAI-style: below |

A custom target's OpenAI-style endpoints follow its base URL directly when that has a path (`https://x.example/v1`); a
bare host gets the path where its API is known to begin (`api.groq.com` -> `openai/v1`), else `v1`.

A prefix that the base URL already ends with (or another version in its place) is not said twice.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import quote

from config.routing_settings import ModelMap, Target
from dialects.endpoints import Endpoint
from dialects.registry import DIALECTS
from routing.hosts import known_host
from routing.routing_errors import BadPath

# A Codex client with a ChatGPT login speaks to this back end, not to api.openai.com (openai/codex#31412).
CODEX_BASE = "https://chatgpt.com/backend-api/codex"
CODEX_DIALECTS = frozenset({"responses", "models", "unknown"})

# Stands for the version in the request, else the one after the colon.
_ASKED = "asked:"
# As the dialect's own SDK does it; other dialects are OpenAI-style.
_NATIVE: Mapping[str, str] = {one.name: one.prefix for one in DIALECTS.values() if one.prefix is not None}
# Target -> (dialect -> prefix, prefix of the others).
PREFIXES: Mapping[str, tuple[Mapping[str, str], str]] = {
    "openai": ({}, ""),
    "claude": ({}, "v1"),
    "gemini": ({"gemini": _NATIVE["gemini"], "predict": _NATIVE["predict"]}, "v1beta/openai"),
    "local": ({"ollama": "api"}, "v1"),
}
_VERSION = re.compile(r"v[0-9]+[a-z0-9]*", re.ASCII)
# These stand at the root of a server, in no version.
_ROOTED = ("ws/", "v1internal:")


def join(target: Target, endpoint: Endpoint, query: str = "") -> str:
    """The path on the target, with `query` (its `?` included, or "") unchanged behind it. Always below the base URL.

    Raises BadPath on dot segments.
    """
    if endpoint.dotted:
        raise BadPath("a path with . or .. segments is not sent to a target; write it plainly")
    base = target.base_path
    rest = endpoint.rest
    if endpoint.dialect == "unknown" and not endpoint.version:
        prefix, rest = "", endpoint.full
    else:
        prefix = _prefix(target, endpoint)
    prefix = _unsaid(base, prefix)
    return "/" + "/".join(part for part in (base, prefix, rest) if part) + query


def with_model(endpoint: Endpoint, models: ModelMap) -> Endpoint:
    """`endpoint` with the model that its path names replaced through `models`; unchanged bytes without a match."""
    if endpoint.model is None:
        return endpoint
    model = models.get(endpoint.model)
    if model == endpoint.model:
        return endpoint
    *head, last = endpoint.rest.split("/")
    if endpoint.dialect.startswith("bedrock-"):
        head[1] = quote(model, safe="-._~")
    elif endpoint.namespace not in ("deployments", "engines"):
        at = max(last.rfind(":"), last.upper().rfind("%3A"))
        last = quote(model, safe="-._~") + last[at:]
    fields = {name: getattr(endpoint, name) for name in ("dialect", "version", "namespace", "full", "dotted")}
    return Endpoint(rest="/".join([*head, last]), model=model, **fields)


def _prefix(target: Target, endpoint: Endpoint) -> str:
    if endpoint.rest.startswith(_ROOTED):
        return ""
    rows, other = PREFIXES[target.name] if target.builtin else (_NATIVE, _openai_style(target))
    prefix = rows.get(endpoint.dialect, other)
    return (endpoint.version or prefix.removeprefix(_ASKED)) if prefix.startswith(_ASKED) else prefix


def _openai_style(target: Target) -> str:
    if target.base_path:
        return ""
    row = known_host(target.host)
    return row.api_path if row is not None else "v1"


def _unsaid(base: str, prefix: str) -> str:
    """What of `prefix` the base path has not said: `/v1` + `v1` is `/v1`; `/v1` + `v1beta/openai` is left alone."""
    if not base or not prefix:
        return prefix
    if f"/{base}".endswith(f"/{prefix}"):
        return ""
    if _VERSION.fullmatch(prefix) and _VERSION.fullmatch(base.rpartition("/")[2]):
        return ""
    return prefix
