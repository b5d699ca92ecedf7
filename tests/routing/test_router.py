"""The decision: the gateway, default targets, and what holds for every request."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialects.registry import DIALECTS
from routing.router import Door, RequestView, RouterState, route
from routing.routing_errors import (
    BadPath,
    CredentialDropped,
    ExclusiveTarget,
    ForeignCredential,
    NoHome,
    PastTheProxy,
    RoutingError,
)
from tests.support.views import (
    ACCOUNT,
    ANTHROPIC,
    CLAUDE,
    CODEX,
    GOOG,
    GOOGLE,
    HOME,
    LOCAL,
    OPENAI,
    SK,
    Headers,
    gateway,
    intercepted,
    state,
    url,
)


@pytest.mark.parametrize(
    ("path", "headers", "method", "target", "expected"),
    [
        ("/v1/chat/completions", SK, "POST", "openai", f"{OPENAI}/chat/completions"),
        ("/v1//v1/chat/completions?a=//b", SK, "POST", "openai", f"{OPENAI}/chat/completions?a=//b"),
        ("/chat/completions", SK, "POST", "openai", f"{OPENAI}/chat/completions"),
        ("/v1/models", SK, "GET", "openai", f"{OPENAI}/models"),
        ("/v1//models", (), "GET", "openai", f"{OPENAI}/models"),
        ("/v1/embeddings", SK, "POST", "openai", f"{OPENAI}/embeddings"),
        ("/v1/something/new", SK, "POST", "openai", f"{OPENAI}/something/new"),
        ("/v1/messages?beta=true", (), "POST", "claude", "https://api.anthropic.com/v1/messages?beta=true"),
        ("/v1/models", ANTHROPIC, "GET", "claude", "https://api.anthropic.com/v1/models"),
        ("/v1/files", ANTHROPIC, "POST", "claude", "https://api.anthropic.com/v1/files"),
        ("/v1/sessions", ANTHROPIC, "POST", "claude", "https://api.anthropic.com/v1/sessions"),
        ("/v1/complete", (), "POST", "claude", "https://api.anthropic.com/v1/complete"),
        ("/v1/chat/completions", ANTHROPIC, "POST", "openai", f"{OPENAI}/chat/completions"),
        ("/v1beta/models/g:generateContent?alt=sse", GOOG, "POST", "gemini", f"{GOOGLE}/v1beta/models/g:generateContent?alt=sse"),
        ("/models/g:generateContent?key=AIzaX", (), "POST", "gemini", f"{GOOGLE}/v1beta/models/g:generateContent?key=AIzaX"),
        ("/v1/models", GOOG, "GET", "gemini", f"{GOOGLE}/v1/models"),
        ("/v1/models?key=AIzaX", (), "GET", "gemini", f"{GOOGLE}/v1/models?key=AIzaX"),
        ("/v1beta/models", (), "GET", "gemini", f"{GOOGLE}/v1beta/models"),
        ("/v1beta/openai/chat/completions", (), "POST", "gemini", f"{GOOGLE}/v1beta/openai/chat/completions"),
        ("/v1beta/openai/models", (), "GET", "gemini", f"{GOOGLE}/v1beta/openai/models"),
        ("/api/chat", (), "POST", "local", "http://localhost:11434/api/chat"),
        ("/api/tags", (), "GET", "local", "http://localhost:11434/api/tags"),
        ("/v1/responses", SK, "POST", "openai", f"{OPENAI}/responses"),
        ("/v1/responses", ACCOUNT, "POST", "openai", f"{CODEX}/responses"),
        ("/responses/compact", ACCOUNT, "POST", "openai", f"{CODEX}/responses/compact"),
        ("/backend-api/codex/responses", ACCOUNT, "GET", "openai", f"{CODEX}/responses"),
        ("/v1/models?client_version=1", ACCOUNT, "GET", "openai", f"{CODEX}/models?client_version=1"),
        ("/v1/chat/completions", ACCOUNT, "POST", "openai", f"{OPENAI}/chat/completions"),
    ],
)  # fmt: skip
def test_home_of_a_gateway_request(path: str, headers: Headers, method: str, target: str, expected: str) -> None:
    found = route(gateway(path, headers, method), HOME)
    assert (found.kind, found.target, url(found)) == ("forward", target, expected)
    assert not found.changed_vendor


@pytest.mark.parametrize("path", ["/x", "/v2/chat", "/v2/rerank", "/model/m/converse", "/completion", "/foo/bar"])
def test_no_home(path: str) -> None:
    with pytest.raises(NoHome) as caught:
        route(gateway(path), HOME)
    assert path not in str(caught.value)


def test_a_custom_target_is_home_of_what_only_it_speaks() -> None:
    row = {"base_url": "https://api.cohere.com", "speaks": ["cohere", "rerank", "chat"]}
    custom = state({"targets": {"cohere": row}})
    assert url(route(gateway("/v2/chat"), custom)) == "https://api.cohere.com/v2/chat"
    assert route(gateway("/v1/chat/completions"), custom).target == "openai"


@pytest.mark.parametrize(
    ("path", "page"),
    [
        ("/", "/"),
        ("", "/"),
        ("//", "/"),
        ("/healthz", "/healthz"),
        ("/metrics?x", "/metrics"),
        ("/proxy.pac/", "/proxy.pac"),
    ],
)
@pytest.mark.parametrize("which", [HOME, LOCAL, CLAUDE])
def test_pages(path: str, page: str, which: RouterState) -> None:
    found = route(gateway(path, method="GET"), which)
    assert (found.kind, found.path, found.target) == ("page", page, None)


def test_pages_of_other_hosts_are_theirs() -> None:
    assert route(intercepted("api.openai.com", "/healthz", method="GET"), HOME).kind == "forward"


@pytest.mark.parametrize(
    ("path", "kind", "expected"),
    [
        ("/api/oauth/profile", "account", "https://api.anthropic.com/api/oauth/profile"),
        ("/api/claude_code/settings", "account", "https://api.anthropic.com/api/claude_code/settings"),
        ("/api/event_logging/batch", "telemetry", "https://api.anthropic.com/api/event_logging/batch"),
        ("/v1/organization/usage?x=1", "account", f"{OPENAI}/organization/usage?x=1"),
    ],
)
def test_account_traffic_at_the_gateway(path: str, kind: str, expected: str) -> None:
    found = route(gateway(path, method="GET"), HOME)
    assert (found.kind, url(found), found.mask_query) == (kind, expected, False)
    with pytest.raises(ExclusiveTarget):
        route(gateway(path, method="GET"), LOCAL)


SPOKEN_BY_LOCAL = [
    ("/v1/chat/completions", "/v1/chat/completions"),
    ("/v1/messages?beta=true", "/v1/messages?beta=true"),
    ("/v1/responses", "/v1/responses"),
    ("/v1/completions", "/v1/completions"),
    ("/v1/embeddings", "/v1/embeddings"),
    ("/api/chat", "/api/chat"),
]


@pytest.mark.parametrize(("path", "expected"), SPOKEN_BY_LOCAL)
@pytest.mark.parametrize("host", [None, "api.openai.com", "api.anthropic.com", "api.mistral.ai"])
def test_local_takes_what_it_speaks(path: str, expected: str, host: str | None) -> None:
    headers = (*SK, *ACCOUNT, ("Cookie", "c=1"))
    found = route(gateway(path, headers) if host is None else intercepted(host, path, headers), LOCAL)
    assert url(found) == "http://localhost:11434" + expected
    assert found.direct
    assert {"cookie", "proxy-authorization"} <= found.drop_headers
    if host is not None:
        assert found.changed_vendor
        assert {"authorization", "chatgpt-account-id"} <= found.drop_headers


@pytest.mark.parametrize(
    "view",
    [
        gateway("/v1beta/models/g:generateContent"),
        gateway("/v1/images/generations"),
        gateway("/v1/files"),
        gateway("/x"),
        gateway("/v1/new"),
        intercepted("generativelanguage.googleapis.com", "/v1beta/models/g:generateContent"),
        intercepted("api.openai.com", "/v1/audio/transcriptions"),
        intercepted("api.openai.com", "/v1/new"),
        intercepted("chatgpt.com", "/backend-api/f/conversation"),
        intercepted("claude.ai", "/api/organizations/o/chat_conversations/c/completion"),
        intercepted("files.oaiusercontent.com", "/v1/embeddings"),
        intercepted("api2.cursor.sh", "/aiserver.v1.ChatService/StreamUnifiedChatWithTools"),
        intercepted("mistral.ai", "/x", headers=(("Host", "api.mistral.ai"),)),
    ],
    ids=repr,
)
def test_nothing_that_was_told_to_stay_local_ever_leaves(view: RequestView) -> None:
    with pytest.raises(ExclusiveTarget):
        route(view, LOCAL)


def test_sign_in_still_works_with_an_exclusive_target() -> None:
    assert route(intercepted("chatgpt.com", "/backend-api/me", method="GET"), LOCAL).kind == "account"


@pytest.mark.parametrize(
    ("view", "target", "expected"),
    [
        (gateway("/v1/chat/completions", SK), "claude", "https://api.anthropic.com/v1/chat/completions"),
        (gateway("/v1/models", SK, "GET"), "claude", "https://api.anthropic.com/v1/models"),
        (gateway("/v1/embeddings", SK), "openai", f"{OPENAI}/embeddings"),
        (gateway("/api/chat"), "local", "http://localhost:11434/api/chat"),
        (gateway("/v1beta/models/g:generateContent"), "gemini", f"{GOOGLE}/v1beta/models/g:generateContent"),
        (intercepted("api.openai.com", "/v1/chat/completions", SK), "claude", "https://api.anthropic.com/v1/chat/completions"),
        (intercepted("api.openai.com", "/v1/responses", SK), None, f"{OPENAI}/responses"),
        (intercepted("openrouter.ai", "/api/v1/chat/completions", SK), "claude", "https://api.anthropic.com/v1/chat/completions"),
        (intercepted("claude.ai", "/api/x", SK), None, "https://claude.ai/api/x"),
        (intercepted("api.anthropic.com", "/v1/messages", SK), "claude", "https://api.anthropic.com/v1/messages"),
    ],
    ids=repr,
)  # fmt: skip
def test_default_target_takes_what_it_speaks_and_the_rest_goes_home(
    view: RequestView, target: str | None, expected: str
) -> None:
    found = route(view, CLAUDE)
    assert (found.target, url(found)) == (target, expected)


def test_credentials_of_a_redirect() -> None:
    found = route(intercepted("api.openai.com", "/v1/chat/completions", SK), CLAUDE)
    assert ("authorization", "Bearer KEY") in found.set_headers
    assert found.changed_vendor
    with pytest.raises(CredentialDropped):
        route(intercepted("api.openai.com", "/v1/chat/completions", SK), state({"target": "claude"}))
    with pytest.raises(ForeignCredential):
        route(gateway("/v1/messages", (("authorization", "Bearer sk-proj-x"),)), HOME)
    with pytest.raises(ForeignCredential):
        route(gateway("/v1/chat/completions", (("authorization", "Bearer sk-ant-x"),)), HOME)


def test_a_base_url_on_this_machine_is_dialled_directly() -> None:
    near = state({"targets": {"mine": {"base_url": "http://127.0.0.1:9/v1", "speaks": ["chat"]}}, "target": "mine"})
    assert route(gateway("/v1/chat/completions"), near).direct
    assert not route(gateway("/v1/chat/completions"), CLAUDE).direct


def test_models_are_mapped() -> None:
    document = {"targets": {"gemini": {"models": {"old*": "new"}}}}
    found = route(gateway("/v1beta/models/old-1:generateContent"), state(document))
    assert (found.path, found.model) == ("/v1beta/models/new:generateContent", "new")
    assert found.model_map is not None
    assert found.model_map.get("old-2") == "new"
    assert route(gateway("/v1/chat/completions"), HOME).model_map is None


def test_a_websocket_upgrade_routes_like_a_request() -> None:
    upgrade = (("Upgrade", "WebSocket"), ("Connection", "Upgrade"))
    found = route(gateway("/v1/realtime?model=x", upgrade, "GET"), HOME)
    assert (found.scheme, url(found), found.dialect) == ("https", f"{OPENAI}/realtime?model=x", "realtime")
    assert route(gateway("/v1/responses", (*upgrade, *ACCOUNT), "GET"), HOME).path == "/backend-api/codex/responses"
    unknown = intercepted("gpu.example", "/v1/realtime", upgrade, "GET", scheme="http", port=80, sni=None)
    assert route(unknown, HOME).kind == "forward"


SDP = (("content-type", "application/sdp; charset=utf-8"),)


@pytest.mark.parametrize(
    ("path", "headers", "refused"),
    [
        ("/v1/realtime/calls?model=gpt-realtime", SK, True),
        ("/v1/realtime?model=gpt-realtime", SK, True),
        ("/openai/v1/realtime/calls", SK, True),
        ("/v1/realtimertc?model=x", SK, True),
        ("/v1/anything/new", SK + SDP, True),
        ("/v1/realtime/client_secrets", SK, False),
        ("/v1/realtime/calls/rtc_1/accept", SK, False),
        ("/v1/audio/speech", SK, False),
    ],
)
def test_webrtc_offers_are_refused_at_both_doors(path: str, headers: Headers, refused: bool) -> None:
    for view in (gateway(path, headers), intercepted("api.openai.com", path, headers)):
        if refused:
            with pytest.raises(PastTheProxy, match="WebSocket"):
                route(view, HOME)
        else:
            assert route(view, HOME).kind == "forward"


def test_a_socket_of_realtime_is_no_offer() -> None:
    view = intercepted("api.openai.com", "/v1/realtime?model=x", (("upgrade", "websocket"),), method="GET")
    assert route(view, HOME).dialect == "realtime"


def test_dot_segments_do_not_reach_a_target() -> None:
    with pytest.raises(BadPath):
        route(gateway("/v1/../chat/completions"), HOME)


def test_repr_shows_neither_keys_nor_text() -> None:
    view = gateway("/v1/chat/completions?q=SECRET", (("authorization", "Bearer SECRET"), ("cookie", "SECRET")))
    secret = state({"target": "claude"}, {"FAASERA_CLAUDE_API_KEY": "SECRET"})
    bare = gateway("/v1/chat/completions?q=SECRET")
    for shown in (view, route(view, HOME), route(bare, secret), secret.settings, secret):
        assert "SECRET" not in repr(shown)
    assert dict(route(bare, secret).set_headers)["authorization"] == "Bearer SECRET"


PARTS = st.sampled_from(
    ["v1", "v1beta", "api", "chat", "completions", "messages", "models", "m:generateContent", "responses", "..", "", "%2e%2e",
     "backend-api", "codex", "files", "x", "oauth", "token", "?q=1", "&key=AIzaX", "#", "@evil.test", ":80"]
)  # fmt: skip
DOORS: list[Door] = ["gateway", "interception"]


@given(
    st.sampled_from(DOORS),
    st.sampled_from(["api.openai.com", "chatgpt.com", "claude.ai", "evil.test", "localhost", "api.groq.com"]),
    st.lists(PARTS, max_size=6),
    st.sampled_from(["GET", "POST"]),
    st.sampled_from([HOME, LOCAL, CLAUDE]),
)
def test_every_request_has_a_route_or_a_refusal(
    door: Door, host: str, parts: list[str], method: str, which: RouterState
) -> None:
    view = RequestView(door, method, "https", host, 443, "/" + "/".join(parts), SK)
    try:
        found = route(view, which)
    except RoutingError as error:
        assert error.code.startswith("faasera_")
        return
    assert found.dialect in DIALECTS
    if found.target is None:
        assert (found.host, found.port) == (host, 443)
        assert found.path == view.path or found.kind == "page"
    else:
        target = which.settings.targets[found.target]
        assert (found.host, found.port) == (target.host, target.port)
        assert found.path.startswith("/")
        assert "//" not in found.path.partition("?")[0]
    if which is LOCAL and found.kind == "forward" and (door == "gateway" or host not in ("evil.test", "localhost")):
        assert found.target == "local"
