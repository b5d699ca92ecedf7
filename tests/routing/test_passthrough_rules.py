"""Account and telemetry rows, the conversations they must not let through, and the gateway's pages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.hosts import known_host
from routing.passthrough_rules import PAGES, ROWS, special_kind


def kind(host: str, method: str, path: str) -> str | None:
    row = known_host(host)
    return special_kind(host, method, path, web=row is not None and row.web)


@pytest.mark.parametrize(
    ("host", "method", "path"),
    [
        ("chatgpt.com", "GET", "/backend-api/me"),
        ("chatgpt.com", "POST", "/backend-api/accounts/acc/invites"),
        ("chatgpt.com", "GET", "/backend-api/conversations/search?query=Jane%20Doe"),
        ("chatgpt.com", "GET", "/backend-api/conversation/c-1"),
        ("chatgpt.com", "POST", "/backend-api/sentinel/chat-requirements"),
        ("chatgpt.com", "GET", "/api/auth/session"),
        ("chatgpt.com", "POST", "/cdn-cgi/challenge-platform/h/x"),
        ("chatgpt.com", "GET", "/ces/v1/projects/p/settings"),
        ("ab.chatgpt.com", "POST", "/v1/initialize"),
        ("claude.ai", "POST", "/api/auth/send_magic_link"),
        ("claude.ai", "GET", "/api/organizations/o/chat_conversations?limit=30"),
        ("claude.ai", "POST", "/api/organizations/o/invites"),
        ("api.anthropic.com", "GET", "/api/oauth/profile"),
        ("api.anthropic.com", "POST", "/api/oauth/claude_cli/create_api_key"),
        ("api.anthropic.com", "GET", "/api/claude_code/settings"),
        ("api.anthropic.com", "POST", "/v1/oauth/token"),
        ("api.anthropic.com", "POST", "/api/eval/sdk-abc"),
        ("api.openai.com", "GET", "/v1/organization/invites"),
        ("api.openai.com", "POST", "/oauth/token"),
        ("cloudcode-pa.googleapis.com", "POST", "/v1internal:loadCodeAssist"),
        ("api.githubcopilot.com", "GET", "/_ping"),
        ("api2.cursor.sh", "POST", "/aiserver.v1.AuthService/GetEmail"),
        ("openrouter.ai", "GET", "/api/v1/key"),
        ("chat.deepseek.com", "POST", "/api/v0/users/login"),
        ("copilot.microsoft.com", "POST", "/c/api/start"),
        ("chatgpt.com", "GET", "//backend-api//ME"),
    ],
)
def test_account(host: str, method: str, path: str) -> None:
    assert kind(host, method, path) == "account"


@pytest.mark.parametrize(
    ("host", "method", "path"),
    [
        ("chatgpt.com", "POST", "/ces/v1/t"),
        ("ab.chatgpt.com", "POST", "/v1/rgstr"),
        ("api.anthropic.com", "POST", "/api/event_logging/batch"),
        ("api.anthropic.com", "POST", "/api/claude_code/metrics"),
        ("gemini.google.com", "POST", "/_/BardChatUi/jserror"),
        ("api.individual.githubcopilot.com", "POST", "/telemetry"),
        ("api2.cursor.sh", "POST", "/tev1/v1/rgstr"),
        ("grok.com", "POST", "/api/log_metric"),
    ],
)
def test_telemetry(host: str, method: str, path: str) -> None:
    assert kind(host, method, path) == "telemetry"


@pytest.mark.parametrize(
    ("host", "method", "path"),
    [
        ("chatgpt.com", "POST", "/backend-api/f/conversation"),
        ("chatgpt.com", "POST", "/backend-api/conversation"),
        ("chatgpt.com", "POST", "/backend-api/conversation/c-1"),
        ("chatgpt.com", "POST", "/backend-api/f/conversation/prepare"),
        ("chatgpt.com", "POST", "/backend-api/user_system_messages"),
        ("chatgpt.com", "POST", "/backend-api/memories"),
        ("chatgpt.com", "POST", "/backend-api/files"),
        ("chatgpt.com", "POST", "/backend-api/mex"),
        ("chatgpt.com", "POST", "/backend-api/codex/responses"),
        ("chatgpt.com", "POST", "/backend-api/me/../f/conversation"),
        ("chatgpt.com", "POST", "/backend-api/accounts/%2e%2e/f/conversation"),
        ("chatgpt.com", "POST", "/backend-api/accounts%2F..%2Ff/conversation"),
        ("chatgpt.com", "POST", "/backend-api/accounts/..;/f/conversation"),
        ("chatgpt.com", "POST", "/backend-api/accounts/..\\f/conversation"),
        ("chatgpt.com", "POST", "/backend-api/accounts/%252e%252e/f/conversation"),
        ("chatgpt.com", "POST", "/backend-api/accounts/x%00/f"),
        ("claude.ai", "POST", "/api/organizations/o/chat_conversations/c/completion"),
        ("claude.ai", "POST", "/api/organizations/o/chat_conversations"),
        ("claude.ai", "PUT", "/api/account_profile"),
        ("api.anthropic.com", "POST", "/v1/messages"),
        ("api.anthropic.com", "POST", "/api/claude_code/settings"),
        ("api.anthropic.com", "POST", "/v1/sessions"),
        ("api.openai.com", "POST", "/v1/chat/completions"),
        ("api.openai.com", "POST", "/v1/realtime/client_secrets"),
        ("api.openai.com", "POST", "/cdn-cgi/x"),
        ("cloudcode-pa.googleapis.com", "POST", "/v1internal:generateContent"),
        ("gemini.google.com", "POST", "/_/BardChatUi/data/batchexecute"),
        ("evilcursor.sh", "POST", "/auth/x"),
        ("api2.cursor.sh", "POST", "/aiserver.v1.ChatService/StreamUnifiedChatWithTools"),
        ("api.mistral.ai", "GET", "/backend-api/me"),
        ("chatgpt.com", "GET", "/"),
    ],
)
def test_neither(host: str, method: str, path: str) -> None:
    assert kind(host, method, path) is None


@pytest.mark.parametrize(
    "path",
    [
        "/api/claude_cli_feedback",
        "/api/claude_code_shared_session_transcripts",
        "/api/claude_code/feedback/x",
        "/api/oauth/file_upload",
        "/api/oauth/files/f/content",
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_feedback_and_files_are_masked_whatever_stands_below(path: str, method: str) -> None:
    assert kind("api.anthropic.com", method, path) == "forward"


def test_rows_are_sound() -> None:
    for row in ROWS:
        assert row.hosts
        assert "**" not in row.pattern[:-1]
        assert all(segment == segment.lower() for segment in row.pattern)
        for host in row.hosts - {"*", "@web", "@cursor.sh", "@githubcopilot.com"}:
            assert known_host(host) is not None, host


def test_pages() -> None:
    pages = {path for path, name in PAGES.items() if name != "none"}
    assert pages == {
        "/", "/try", "/events", "/livez", "/readyz", "/healthz", "/metrics", "/proxy.pac", "/ca.pem", "/prove",
        "/before-after",
    }  # fmt: skip
    assert {path for path, name in PAGES.items() if name == "none"} >= {"/favicon.ico", "/robots.txt"}


@given(st.sampled_from(sorted({row.pattern for row in ROWS})), st.text("ab/%.?", max_size=8))
def test_a_prompt_path_never_hides_behind_an_account_row(pattern: tuple[str, ...], noise: str) -> None:
    path = "/" + "/".join(pattern).replace("**", "x").replace("*", "x") + "/../" + noise + "f/conversation"
    assert kind("chatgpt.com", "POST", path) is None
