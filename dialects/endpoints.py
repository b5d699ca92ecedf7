"""From a request's path to its wire format. Path first: neither the host nor the key says what a body is.

A path is read as `prefix / endpoint`: prefixes (`/v1`, `/api`, `/openai/deployments/{d}`, doubled ones too) are peeled
off, the endpoint is looked up in the rows of all formats, and what is left is `rest`, which every target appends to its
own prefix. Sources of the rows: the vendors' API references.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote

from dialects.base import PathRow
from dialects.registry import DIALECTS, GOOGLE_METHODS


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A path, read.

    rest       from the endpoint's name on, without query and leading slash
    version    the last version prefix (`v1beta`, `upload/v1beta`) or ""
    namespace  the last prefix in front of the endpoint (`api`, `v2`, `openai`, `deployments`) or ""
    model      the model or deployment that the path names, decoded, or None
    full       the whole path without repeated slashes
    dotted     the path has `.` or `..` segments, also behind `%2F` or a backslash
    refusal    why such a request is never sent, or ""
    """

    dialect: str
    rest: str
    version: str = ""
    namespace: str = ""
    model: str | None = None
    full: str = ""
    dotted: bool = False
    refusal: str = ""


_VERSION = re.compile(r"v[0-9]{1,2}(?:(?:alpha|beta)[0-9]*|internal)?", re.ASCII)
_PREFIXES = frozenset(
    [
        "api",
        "openai",
        "inference",
        "compatibility",
        "compat",
        "anthropic",
        "beta",
        "backend-api",
        "codex",
        "serving-endpoints",
        "upload",
    ]
)
_PAIRED_PREFIXES = frozenset({"deployments", "engines"})  # followed by a model or deployment name


# First segment (none is a wildcard) -> rows; the first that matches counts.
_ROWS: dict[str, list[tuple[PathRow, str]]] = {}
for _dialect in DIALECTS.values():
    for _path in _dialect.paths:
        _ROWS.setdefault(_path.pattern[0], []).append((_path, _dialect.name))
# Plain words that any web service could use: on an unknown host they count only behind a version prefix.
_NEEDS_VERSION = frozenset(
    ["responses", "messages", "completions", "embeddings", "moderations", "images", "speech", "audio", "realtime"]
)

_GENERIC_METHODS = frozenset({"predict"})  # not enough to know an LLM on an unknown host
_LIVE = "google.ai.generativelanguage."
# Names that OpenAI's and Google's APIs share; a version such as v1beta makes them Google's.
_SHARED = frozenset({"models", "files", "batches", "unknown"})


def split_path(path: str) -> tuple[str, str]:
    """(path, query with its `?` or ""). A fragment is no part of a request target; it stays with the query."""
    at = path.find("?")
    return (path, "") if at < 0 else (path[:at], path[at:])


def find_endpoint(method: str, path: str) -> Endpoint:
    """Read a raw request path (with or without query). Never raises; what no row knows is `unknown`."""
    return _find(method.upper(), split_path(path)[0])


@lru_cache(4096)
def _find(method: str, path: str) -> Endpoint:
    raw = [segment for segment in path.split("/") if segment]
    names = [unquote(segment).lower() for segment in raw]
    dotted = any(part in (".", "..") for name in names for part in name.replace("\\", "/").split("/"))
    at = _peel(names)
    version = _version(names[:at])
    namespace = names[at - 1] if at else ""
    rest, full = "/".join(raw[at:]), "/".join(raw)

    found = _google(raw, names, at)
    if found is not None:
        dialect, model = found
        return Endpoint(dialect, rest, version, namespace, model, full, dotted)
    for start in _starts(names, at):
        if (found_row := _row(method, names, start)) is not None:
            row, dialect = found_row
            start = _place(start)
            version, namespace = _version(names[:start]), names[start - 1] if start else ""
            if start >= 2 and names[start - 2] in _PAIRED_PREFIXES:
                namespace = names[start - 2]
            if dialect in _SHARED and is_google_version(version) and "openai" not in names[:start]:
                dialect = "gemini"
            model = _model(raw, names, start, dialect)
            return Endpoint(dialect, "/".join(raw[start:]), version, namespace, model, full, dotted, row.refusal)
    dialect = "gemini" if is_google_version(version) and "openai" not in names[:at] else "unknown"
    return Endpoint(dialect, rest, version, namespace, None, full, dotted)


def is_llm_path(method: str, path: str, *, upgrade: bool = False) -> bool:
    """Whether method and path alone tell an LLM API, on a host that nobody knows. Specific on purpose: `/files`,
    `/models` and the like are any service's. `upgrade`: the request asks for a WebSocket (a GET)."""
    if method.upper() != "POST" and not upgrade:
        return False
    path = split_path(path)[0]
    names = [unquote(segment).lower() for segment in path.split("/") if segment]
    if not names:
        return False
    if names[0] == "ws" and names[-1].startswith(_LIVE):
        return True
    suffix = names[-1].rpartition(":")
    if suffix[0] and suffix[2] in GOOGLE_METHODS:
        return suffix[2] not in _GENERIC_METHODS
    for start in _starts(names, _peel(names)):
        if (found := _row("GET" if upgrade else "POST", names, start)) is not None:
            row, dialect = found
            version = any(_VERSION.fullmatch(name) for name in names[: _place(start)])
            return row.llm and (version or dialect not in _NEEDS_VERSION)
    return False


def _peel(names: list[str]) -> int:
    at = 0
    while at < len(names):
        if _VERSION.fullmatch(names[at]) or names[at] in _PREFIXES:
            at += 1
        elif names[at] in _PAIRED_PREFIXES and at + 2 < len(names):
            at += 2
        else:
            break
    return at


def _starts(names: list[str], at: int) -> list[int]:
    """Where an endpoint may begin: after the peeled prefixes, after any later version, then (as -1 - i) anywhere."""
    later = [i + 1 for i in range(at, len(names) - 1) if _VERSION.fullmatch(names[i])]
    return list(dict.fromkeys([at, *later, *(-1 - i for i in range(at + 1, len(names)))]))


def _place(start: int) -> int:
    return -1 - start if start < 0 else start


def _row(method: str, names: list[str], start: int) -> tuple[PathRow, str] | None:
    """The row of the endpoint that begins at `start`, with its format. Looks at a few segments only: paths are long."""
    anywhere, start = start < 0, _place(start)
    namespace = names[start - 1] if start else ""
    for row, dialect in _ROWS.get(names[start], ()) if start < len(names) else ():
        if (
            (row.anywhere or not anywhere)
            and (not row.methods or method in row.methods)
            and (not row.after or namespace in row.after)
            and _matches(row.pattern, names, start)
        ):
            return row, dialect
    return None


def _matches(pattern: tuple[str, ...], names: list[str], start: int) -> bool:
    open_end = pattern[-1] == "**"
    size = len(pattern) - open_end
    left = len(names) - start
    if left < size or (left > size and not open_end):
        return False
    return all(pattern[at] in ("*", names[start + at]) for at in range(size))


def _version(peeled: list[str]) -> str:
    version = next((name for name in reversed(peeled) if _VERSION.fullmatch(name)), "")
    return f"upload/{version}" if "upload" in peeled and version else version


@lru_cache(256)
def is_google_version(version: str) -> bool:
    return "beta" in version or "alpha" in version or "internal" in version


def _google(raw: list[str], names: list[str], at: int) -> tuple[str, str | None] | None:
    """(dialect, model) of a Google method or its Live WebSocket, whatever the version."""
    if len(names) == 2 and names[0] == "ws" and names[1].startswith((_LIVE, "google.cloud.aiplatform.")):
        return "gemini", None
    if len(names) > 2 and names[0] == "ws" and names[-1] == "bidigeneratecontent":
        return "gemini", None
    if not names or ":" not in names[-1]:
        return None
    method = names[-1].rpartition(":")[2]
    if names[-1].startswith("v1internal:"):
        return "gemini", None
    dialect = GOOGLE_METHODS.get(method)
    if dialect is None:
        return None
    if dialect == "messages" and "publishers" in names and "anthropic" not in names:
        dialect = "chat"  # Vertex: Mistral and others behind rawPredict take the OpenAI shape
    owner = names[-2] if len(names) > 1 else ""
    model = unquote(raw[-1]).rpartition(":")[0] if owner in ("models", "tunedmodels") else None
    return dialect, model


def _model(raw: list[str], names: list[str], start: int, dialect: str) -> str | None:
    if dialect.startswith("bedrock-") and names[start] == "model":
        return unquote(raw[start + 1])
    if start >= 2 and names[start - 2] in _PAIRED_PREFIXES:
        return unquote(raw[start - 1])
    return None
