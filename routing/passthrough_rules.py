"""Table: traffic on LLM hosts that is not model traffic, and the pages of the gateway itself.

`account` rows pass byte-identical: sign-in, tokens, sessions, billing, invites, feature flags, own-history search.
`telemetry` rows are endpoints that the vendors own. A `forward` row is masked although a wider row below it would
let it pass: feedback and shared transcripts hold conversations. The first row that matches wins; what no row names is
masked.
Sources: public client code and captures (unofficial).
"""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Literal
from urllib.parse import unquote

from dialects.endpoints import split_path

Special = Literal["account", "telemetry", "forward"]

# In a percent-decoded segment: servers differ in what they make of these.
_TWO_READINGS = frozenset("/\\;%#\0")

# Path -> name of the page that the gateway answers itself, whatever the method.
PAGES: dict[str, str] = {
    "/": "status",
    "/try": "try",
    "/before-after": "before-after",
    "/prove": "prove",
    "/events": "events",
    "/livez": "livez",
    "/readyz": "readyz",
    "/healthz": "healthz",
    "/metrics": "metrics",
    "/proxy.pac": "proxy.pac",
    "/ca.pem": "ca.pem",
    # What browsers ask for by themselves when they show the page: there is none.
    "/favicon.ico": "none",
    "/robots.txt": "none",
    "/apple-touch-icon.png": "none",
    "/apple-touch-icon-precomposed.png": "none",
    "/.well-known/appspecific/com.chrome.devtools.json": "none",
}


# What balancers and container runtimes ask, under any name and without a key.
PROBES = frozenset({"/livez", "/readyz", "/healthz"})


@dataclass(frozen=True, slots=True)
class AccountRow:
    """`hosts`: names, `*` for any LLM host, `@web` for any consumer back end. `pattern`: segments of the path, each a
    glob; a `**` at the end is any number. `methods`: () for all."""

    kind: Special
    hosts: frozenset[str]
    methods: frozenset[str]
    pattern: tuple[str, ...]


def _rows(kind: Special, hosts: str, methods: str, *patterns: str) -> tuple[AccountRow, ...]:
    return tuple(
        AccountRow(kind, frozenset(hosts.split()), frozenset(methods.split()), tuple(pattern.strip("/").split("/")))
        for text in patterns
        for pattern in text.split()
    )


_CHATGPT = "chatgpt.com chat.openai.com"
_READ = "GET HEAD"

ROWS: tuple[AccountRow, ...] = (
    # Any LLM host: OAuth (RFC 6749, 7009, 8414, 8628) and discovery.
    *_rows(
        "account",
        "*",
        "",
        "/oauth/token /oauth/authorize /oauth/revoke /oauth/device/code /oauth2/token /oauth2/authorize /oauth2/revoke",
        "/v1/oauth/** /login/oauth/** /.well-known/** /api/auth/**",
    ),
    *_rows("account", "@web", "", "/cdn-cgi/** /auth/** /login/** /logout /api/stripe/**"),
    # OpenAI
    *_rows("account", "api.openai.com", "", "/v1/organization/** /v1/me /v1/dashboard/** /dashboard/**"),
    *_rows(
        "account",
        _CHATGPT,
        "",
        "/backend-api/accounts/** /backend-api/subscriptions/** /backend-api/payments/** /backend-api/invites/**",
        "/backend-api/oauth/** /backend-api/sentinel/** /backend-anon/sentinel/**",
        "/backend-api/checkout_pricing_config/**",
        "/backend-api/me /backend-anon/me /backend-api/register-websocket /backend-api/celsius/ws/user",
    ),
    *_rows(
        "account",
        _CHATGPT,
        _READ,
        "/backend-api/conversations /backend-api/conversations/search /backend-api/conversation/**",
        "/backend-api/settings/** /backend-api/models /backend-anon/models /backend-api/system_hints",
        "/backend-api/wham/usage /backend-api/codex/usage /ces/v1/projects/*/settings",
    ),
    *_rows("account", "ab.chatgpt.com", "", "/v1/initialize /v1/get_config"),
    *_rows("telemetry", "ab.chatgpt.com", "POST", "/v1/rgstr /v1/log_event"),
    *_rows("telemetry", _CHATGPT, "", "/ces/** /backend-api/lat/** /backend-api/codex/analytics-events/**"),
    # Anthropic
    *_rows(
        "forward",
        "api.anthropic.com claude.ai",
        "",
        "/api/*feedback* /api/*feedback*/** /api/*transcript* /api/*transcript*/**",
        "/api/oauth/file* /api/oauth/file*/** /api/oauth/*feedback*/** /api/claude_code/*transcript*/**",
        "/api/claude_code/*feedback*/**",
    ),
    *_rows("telemetry", "api.anthropic.com claude.ai", "", "/api/event_logging/** /api/claude_code/metrics/**"),
    *_rows("account", "api.anthropic.com claude.ai", "", "/api/oauth/** /api/eval/** /v1/organizations/**"),
    *_rows(
        "account",
        "api.anthropic.com claude.ai",
        _READ,
        "/api/claude_code/** /api/claude_code_* /api/claude_cli/** /api/claude_cli_profile /api/hello",
    ),
    *_rows(
        "account",
        "claude.ai",
        "",
        "/api/organizations/*/billing/** /api/organizations/*/invites/** /api/organizations/*/members/**",
        "/api/organizations/*/subscription* /api/organizations/*/subscription*/** /api/billing/**",
    ),
    *_rows(
        "account",
        "claude.ai",
        _READ,
        "/api/account /api/account/** /api/bootstrap/** /api/organizations /api/organizations/*",
        "/api/organizations/*/chat_conversations /api/organizations/*/chat_conversations/**",
        "/api/organizations/*/conversation/search /api/organizations/*/feature_settings",
    ),
    # Google
    *_rows(
        "account",
        "cloudcode-pa.googleapis.com",
        "POST",
        "/v1internal:loadcodeassist /v1internal:onboarduser /v1internal:*codeassistglobalusersetting",
        "/v1internal:listexperiments /v1internal:fetchadmincontrols /v1internal:retrieveuserquota",
    ),
    *_rows("account", "cloudcode-pa.googleapis.com", _READ, "/v1internal/operations/**"),
    *_rows("telemetry", "cloudcode-pa.googleapis.com", "POST", "/v1internal:recordcodeassistmetrics"),
    *_rows("account", "gemini.google.com aistudio.google.com", "", "/accounts/** /signin/** /rotatecookies /_/og/**"),
    *_rows(
        "telemetry",
        "gemini.google.com aistudio.google.com",
        "",
        "/_/*/jserror /_/*/browserinfo /_/*/gen204 /_/*/cspreport /log /gen_204",
    ),
    # GitHub, Cursor, OpenRouter, Hugging Face
    *_rows("account", "*", "", "/copilot_internal/** /models/session /auto_mode/session"),
    *_rows("account", "*", _READ, "/_ping"),
    *_rows("telemetry", "@githubcopilot.com", "POST", "/telemetry /telemetry/**"),
    *_rows(
        "account",
        "@cursor.sh",
        "",
        "/auth/** /aiserver.v1.authservice/** /aiserver.v1.serverconfigservice/** /aiserver.v1.dashboardservice/getme",
        "/aiserver.v1.dashboardservice/getteams /aiserver.v1.dashboardservice/get*usage*",
    ),
    *_rows("telemetry", "@cursor.sh", "", "/aiserver.v1.analyticsservice/** /tev1/**"),
    *_rows("account", "openrouter.ai", "", "/api/v1/auth/** /api/v1/key /api/v1/keys/** /api/v1/credits/**"),
    *_rows("account", "router.huggingface.co api-inference.huggingface.co", _READ, "/api/whoami-v2"),
    # Other consumer back ends
    *_rows("account", "www.perplexity.ai perplexity.ai", "", "/rest/auth/** /rest/billing/** /rest/stripe/**"),
    *_rows("account", "www.perplexity.ai perplexity.ai", _READ, "/rest/user/** /rest/thread/** /rest/rate-limit/**"),
    *_rows("telemetry", "www.perplexity.ai perplexity.ai", "", "/rest/event/**"),
    *_rows("account", "grok.com", "", "/rest/auth/** /rest/subscriptions/** /rest/rate-limits"),
    *_rows("account", "grok.com", _READ, "/rest/app-chat/conversations /rest/app-chat/conversations/**"),
    *_rows("telemetry", "grok.com", "", "/api/log_metric /api/statsig/**"),
    *_rows(
        "account",
        "chat.deepseek.com",
        "",
        "/api/v0/users/** /api/v0/client/settings /api/v0/chat/create_pow_challenge",
    ),
    *_rows("account", "chat.deepseek.com", _READ, "/api/v0/chat_session/** /api/v0/chat/history_messages"),
    *_rows("account", "copilot.microsoft.com", "", "/c/api/start /c/api/user/**"),
    *_rows("account", "copilot.microsoft.com", _READ, "/c/api/conversations/**"),
    *_rows("account", "chat.qwen.ai", "", "/api/v1/auths/** /api/v2/auths/**"),
)


def special_kind(host: str, method: str, path: str, *, web: bool = False) -> Special | None:
    """The kind of a request on LLM host `host` (normalised) where a row names it, else None. `forward` = masked.

    Compared as the server reads it: percent-decoded, without case. What servers read in two ways (dot segments, path
    parameters, backslashes, a second layer of percent coding) matches no row, so it is masked.
    """
    return _special(host, method.upper(), split_path(path)[0], web)


def is_masked(patterns: tuple[str, ...], path: str) -> bool:
    """Whether a path of a mixed host belongs to its models: a pattern names it, or servers read it in two ways."""
    return _is_masked(patterns, split_path(path)[0])


@lru_cache(4096)
def _is_masked(patterns: tuple[str, ...], path: str) -> bool:
    names = tuple(unquote(segment).lower() for segment in path.split("/") if segment)
    if any(name in (".", "..") or not _TWO_READINGS.isdisjoint(name) for name in names):
        return True
    for pattern in patterns:
        if pattern.startswith("~"):
            if pattern[1:] in names:
                return True
        elif names and _matches(tuple(part for part in pattern.split("/") if part), names):
            return True
    return False


@lru_cache(4096)
def _special(host: str, method: str, path: str, web: bool) -> Special | None:
    names = tuple(unquote(segment).lower() for segment in path.split("/") if segment)
    if not names or any(name in (".", "..") or not _TWO_READINGS.isdisjoint(name) for name in names):
        return None
    for row in ROWS:
        if _on(row.hosts, host, web) and (not row.methods or method in row.methods) and _matches(row.pattern, names):
            return row.kind
    return None


def _on(hosts: frozenset[str], host: str, web: bool) -> bool:
    """`@name` stands for that domain with everything below it."""
    if host in hosts or "*" in hosts or (web and "@web" in hosts):
        return True
    return any(at[0] == "@" and f".{host}".endswith(f".{at[1:]}") for at in hosts)


def _matches(pattern: tuple[str, ...], names: tuple[str, ...]) -> bool:
    if pattern[-1] == "**":
        pattern = pattern[:-1]
        names = names[: len(pattern)]
    return len(pattern) == len(names) and all(
        fnmatchcase(name, glob) for name, glob in zip(names, pattern, strict=True)
    )
