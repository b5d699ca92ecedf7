"""Requests and configurations for tests of routing, in one line each."""

from __future__ import annotations

from config.configuration import read_document
from routing.router import RequestView, Route, RouterState

Headers = tuple[tuple[str, str], ...]
SK = (("Authorization", "Bearer sk-abc"),)


def state(document: dict[str, object] | None = None, environ: dict[str, str] | None = None) -> RouterState:
    return RouterState.of(read_document(document or {}, environ or {}).routing, {8080})


HOME = state()
LOCAL = state({"target": "local"})
CLAUDE = state({"target": "claude"}, {"FAASERA_CLAUDE_API_KEY": "KEY"})


def gateway(path: str, headers: Headers = (), method: str = "POST") -> RequestView:
    return RequestView("gateway", method, "http", "127.0.0.1", 8080, path, (("Host", "127.0.0.1:8080"), *headers))


def intercepted(host: str, path: str, headers: Headers = (), method: str = "POST", **more: object) -> RequestView:
    fields: dict[str, object] = {
        "door": "interception",
        "method": method,
        "scheme": "https",
        "host": host,
        "port": 443,
        "path": path,
        "headers": (("Host", host), *headers),
        "connect_host": host,
        "sni": host,
    }
    return RequestView(**{**fields, **more})  # type: ignore[arg-type]


def url(found: Route) -> str:
    return f"{found.scheme}://{found.authority}{found.path}"


OPENAI = "https://api.openai.com/v1"
CODEX = "https://chatgpt.com/backend-api/codex"
GOOGLE = "https://generativelanguage.googleapis.com"
ACCOUNT = (("chatgpt-account-id", "a"),)
ANTHROPIC = (("anthropic-version", "2023-06-01"),)
GOOG = (("x-goog-api-key", "AIzaX"),)
