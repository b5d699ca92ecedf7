"""Whose key, and may it go there: the rule as a table, and no key in any repr or error."""

from __future__ import annotations

import msgspec
import pytest

from config.routing_settings import BUILTIN, Target
from config.secret import Secret
from dialects.vendor_keys import vendor_keys
from routing.credentials import (
    CredentialDecision,
    decide_credentials,
    is_credential_query,
    kept_query_names,
    shown_credential,
    vendor_of_key,
)
from routing.routing_errors import CredentialDropped, ForeignCredential, RoutingError


@pytest.mark.parametrize(
    ("key", "vendor"),
    [
        *((key.example, key.owner) for key in vendor_keys() if key.owner),
        ("sk-ant-abc123", "claude"),
        ("AIzaabc123", "gemini"),
        ("sk-or-abc123", "openrouter"),
        ("gsk_abc123", "groq"),
        ("sk-abcdT3BlbkFJwxyz", "openai"),
        ("xsk-abcdT3BlbkFJwxyz", None),
        ("Bearer sk-ant-api03-x", "claude"),
        ("bearer   sk-ant-x", "claude"),
        ("AWS4-HMAC-SHA256 Credential=AKIA/x", "bedrock"),
        ("sk-abc", None),
        ("Bearer sk-abc", None),
        ("sk-projx", None),
        ("sk-anthropic", None),
        ("xsk-ant-x", None),
        ("aiza123", None),
        ("SK-ANT-x", None),
        ("Basic sk-ant-x", None),
        ("eyJhbGciOi", None),
        ("", None),
        ("Bearer", None),
    ],
)
def test_vendor_of_key(key: str, vendor: str | None) -> None:
    assert vendor_of_key(key) == vendor


def decide(
    *headers: tuple[str, str],
    to: str = "openai",
    gateway: bool = True,
    changed: bool = False,
    dialect: str = "chat",
    key: str = "",
    query: str = "",
    family: str | None = None,
) -> CredentialDecision:
    target = msgspec.structs.replace(
        BUILTIN.get(to) or Target(name=to, base_url="https://x.example/v1", speaks=frozenset()),
        api_key=Secret(key),
        api_key_env=f"FAASERA_{to.upper()}_API_KEY",
    )
    return decide_credentials(
        headers,
        query,
        gateway=gateway,
        changed_vendor=changed,
        changed_host=gateway or changed,
        target=target,
        family=family or to,
        dialect=dialect,
    )


BARE = ("Authorization", "Bearer sk-abc")
ANT = ("x-api-key", "sk-ant-secret")
PROJ = ("authorization", "Bearer sk-proj-secret")
GOOG = ("X-Goog-Api-Key", "AIzaSecret")


@pytest.mark.parametrize(
    ("headers", "options", "kept"),
    [
        # gateway: the client's own key, unless it is plainly another vendor's
        ([BARE], {}, True),
        ([BARE], {"to": "claude", "changed": True}, True),
        ([PROJ], {}, True),
        ([PROJ], {"to": "claude", "key": "k"}, False),
        ([ANT], {"to": "claude", "dialect": "messages"}, True),
        ([ANT], {"to": "claude", "dialect": "chat", "changed": True}, True),
        ([("authorization", "Bearer sk-ant-x")], {"to": "claude", "dialect": "messages"}, True),
        ([ANT], {"to": "local", "changed": True}, False),
        ([GOOG], {"to": "gemini", "dialect": "gemini"}, True),
        ([GOOG], {"to": "local", "changed": True}, False),
        ([("x-goog-api-key", "opaque")], {"to": "local", "changed": True}, False),
        ([("api-key", "opaque")], {"to": "custom", "changed": True}, True),
        # interception, same vendor: as it came
        ([BARE], {"gateway": False}, True),
        ([ANT], {"gateway": False}, True),
        # interception, change of vendor: the original host's keys stay behind
        ([BARE], {"gateway": False, "changed": True, "key": "k"}, False),
        ([("api-key", "opaque")], {"gateway": False, "changed": True, "key": "k"}, False),
        ([BARE], {"to": "local", "gateway": False, "changed": True}, False),
        ([PROJ], {"gateway": False, "changed": True}, True),
        ([("x-api-key", "xai-1")], {"to": "x", "family": "xai", "gateway": False, "changed": True}, True),
    ],
)
def test_the_clients_key(headers: list[tuple[str, str]], options: dict[str, object], kept: bool) -> None:
    settled = decide(*headers, **options)  # type: ignore[arg-type]
    assert (headers[0][0].lower() not in settled.drop_headers) is kept


@pytest.mark.parametrize(
    ("options", "header"),
    [
        ({"to": "openai", "dialect": "chat"}, ("authorization", "Bearer KEY")),
        ({"to": "local", "dialect": "messages"}, ("authorization", "Bearer KEY")),
        ({"to": "claude", "dialect": "messages"}, ("x-api-key", "KEY")),
        ({"to": "claude", "dialect": "models"}, ("x-api-key", "KEY")),
        ({"to": "claude", "dialect": "chat"}, ("authorization", "Bearer KEY")),
        ({"to": "gemini", "dialect": "gemini"}, ("x-goog-api-key", "KEY")),
        ({"to": "gemini", "dialect": "chat"}, ("authorization", "Bearer KEY")),
        ({"to": "mine", "dialect": "messages"}, ("x-api-key", "KEY")),
        ({"to": "mine", "dialect": "chat"}, ("authorization", "Bearer KEY")),
        ({"to": "mine", "dialect": "chat", "family": "azure"}, ("api-key", "KEY")),
    ],
)
def test_the_fill_in_key_travels_in_the_dialects_header(options: dict[str, object], header: tuple[str, str]) -> None:
    assert header in decide(key="KEY", **options).set_headers  # type: ignore[arg-type]
    assert header in decide(("authorization", "Bearer hf_x"), key="KEY", **options).set_headers  # type: ignore[arg-type]


def test_fill_in_only_where_no_key_is_left() -> None:
    assert decide(BARE, key="KEY").set_headers == ()
    assert decide(PROJ, ANT, to="claude", key="KEY", dialect="messages").set_headers == ()
    assert decide().set_headers == ()
    assert decide(query="?key=opaque", to="gemini", dialect="gemini", key="KEY").set_headers == ()


@pytest.mark.parametrize("dummy", ["", "Bearer ", "Bearer dummy", "Bearer not-needed", "Bearer EMPTY", "Bearer none"])
def test_a_configured_key_replaces_what_is_no_key(dummy: str) -> None:
    settled = decide(("Authorization", dummy), key="KEY")
    assert settled.set_headers == (("authorization", "Bearer KEY"),)
    assert "authorization" not in decide(("Authorization", dummy)).drop_headers


@pytest.mark.parametrize(
    ("headers", "options", "error"),
    [
        ([ANT], {}, ForeignCredential),
        ([PROJ], {"to": "claude", "changed": True}, ForeignCredential),
        ([("authorization", "AWS4-HMAC-SHA256 x")], {}, ForeignCredential),
        ([], {"query": "?key=AIzaSecret"}, ForeignCredential),
        ([BARE], {"to": "claude", "gateway": False, "changed": True}, CredentialDropped),
        ([("cookie", "session=secret")], {"gateway": False, "changed": True}, CredentialDropped),
    ],
)
def test_no_key_left(headers: list[tuple[str, str]], options: dict[str, object], error: type[RoutingError]) -> None:
    with pytest.raises(error) as caught:
        decide(*headers, **options)  # type: ignore[arg-type]
    assert "FAASERA_" in str(caught.value)
    assert "ecret" not in str(caught.value)
    assert decide(*headers, **options, key="KEY").set_headers  # type: ignore[arg-type]


def test_local_needs_no_key() -> None:
    assert decide(ANT, to="local", changed=True).set_headers == ()
    assert decide(BARE, to="local", gateway=False, changed=True).set_headers == ()


VENDOR = [
    ("OpenAI-Organization", "o"),
    ("ChatGPT-Account-Id", "a"),
    ("x-codex-turn-metadata", "{}"),
    ("anthropic-beta", "b"),
    ("anthropic-version", "v"),
    ("X-Stainless-OS", "Linux"),
    ("x-goog-user-project", "p"),
    ("originator", "codex"),
]


def test_vendor_headers_never_follow_a_change_of_vendor() -> None:
    names = {name.lower() for name, _ in VENDOR}
    assert names <= decide(*VENDOR, to="local", changed=True).drop_headers
    assert not names & decide(*VENDOR).drop_headers
    claude = decide(*VENDOR, to="claude", changed=True).drop_headers
    assert names - claude == {"anthropic-beta", "anthropic-version"}


def test_what_http_needs_follows_to_another_vendor_and_nothing_else() -> None:
    plain = [("user-agent", "x"), ("accept", "*/*"), ("idempotency-key", "1"), ("content-type", "application/json")]
    unknown = [(name, "secret") for name in ("x-openai", "helicone-auth", "x-auth-token", "cf-aig-authorization",
                                             "x-corp-token", "x-api-token")]  # fmt: skip
    dropped = decide(*plain, *unknown, to="local", changed=True).drop_headers
    assert not {name for name, _ in plain} & dropped
    assert {name for name, _ in unknown} <= dropped
    assert not {name for name, _ in unknown} & decide(*unknown, to="openai", changed=False).drop_headers


def test_keys_in_websocket_subprotocols_stay_behind() -> None:
    header = ("Sec-WebSocket-Protocol", "realtime, openai-insecure-api-key.sk-x, xai-client-secret.y")
    decided = decide(header, to="local", changed=True)
    assert "sec-websocket-protocol" in decided.drop_headers
    assert ("sec-websocket-protocol", "realtime") in decided.set_headers
    own = "realtime, openai-insecure-api-key.sk-x"
    assert ("sec-websocket-protocol", own) in decide(header, to="openai", changed=False).set_headers
    header = ("Sec-WebSocket-Protocol", "realtime, openai-insecure-api-key.sk-ant-api03-secret")
    assert ("sec-websocket-protocol", "realtime") in decide(header).set_headers


@pytest.mark.parametrize(
    ("name", "value", "dropped"),
    [
        ("X-Auth-Token", "sk-ant-api03-secret", True),
        ("authorization", "Bearer sk-proj-mine, Bearer sk-ant-api03-secret", True),
        ("authorization", "Bearer Bearer sk-ant-api03-secret", True),
        ("authorization", "Basic dXNlcjpzay1hbnQtYXBpMDMtc2VjcmV0", True),
        ("X-Auth-Token", "sk-proj-0123456789", False),
        ("X-Auth-Token", "opaque-0123456789abcdef", False),
        ("User-Agent", "hf_hub/0.20", False),
    ],
)
def test_a_key_of_another_vendor_goes_nowhere_in_any_header(name: str, value: str, *, dropped: bool) -> None:
    assert (name.lower() in decide((name, value), key="k").drop_headers) is dropped


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        ("key=AIzaSyExample&alt=sse", {"key"}),
        ("code=4/0AX4XfWh-abc&state=eyJhIjoxfQ%3D%3D", {"code", "state"}),
        ("X-Amz-Credential=AKIA%2F20260101%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Expires=900",
         {"x-amz-credential", "x-amz-expires"}),
        ("redirect_uri=https%3A%2F%2Fapp.example%2Fcb%3Fa%3D1", {"redirect_uri"}),
        ("state=219-09-9999", set()),
        ("x-goog-note=ann%40corp.example", set()),
        ("code=call+Ann+Lee", set()),
        ("state=abc&state=4111111111111111", set()),
        ("redirect_uri=mailto:ann@corp.example", set()),
        ("q=abc", set()),
    ],
)  # fmt: skip
def test_a_credential_in_a_query_must_look_like_one(query: str, kept: set[str]) -> None:
    assert kept_query_names(query) == kept


def test_cookies_stay_with_their_host() -> None:
    cookie = ("Cookie", "a=b")
    assert "cookie" in decide(cookie, BARE).drop_headers
    assert "cookie" not in decide(cookie, BARE, gateway=False).drop_headers
    assert "cookie" in decide(cookie, PROJ, gateway=False, changed=True).drop_headers


def test_proxy_authorization_is_always_dropped() -> None:
    assert {"proxy-authorization", "x-faasera-key"} <= decide(BARE).drop_headers


@pytest.mark.parametrize(
    ("query", "options", "left"),
    [
        ("?key=AIzaX&alt=sse", {"to": "gemini", "dialect": "gemini"}, "?key=AIzaX&alt=sse"),
        ("?alt=sse&key=AIzaX&b=%20+", {"to": "local", "changed": True}, "?alt=sse"),
        ("?key=AIzaX", {"to": "local", "changed": True}, ""),
        ("?key=opaque", {"to": "local", "changed": True}, ""),
        ("?%6Bey=AIzaX&&limit", {"to": "local", "changed": True}, "?&limit"),
        ("?access_token=ya29.x&Limit=1", {"to": "local", "gateway": False, "changed": True}, "?Limit=1"),
        ("?auth=x1&beta=true&apiToken=y&user_key=z", {"to": "local", "changed": True}, "?beta=true"),
        ("?monkey=AIzaX&keys=1", {}, "?monkey=AIzaX&keys=1"),
        ("?token=sk-ant-api03-secret&a=1", {"key": "k"}, "?a=1"),
        ("?token=sk-proj-0123456789&a=1", {}, "?token=sk-proj-0123456789&a=1"),
        ("?", {}, "?"),
        ("?a&&b=", {}, "?a&&b="),
    ],
)
def test_keys_in_the_query(query: str, options: dict[str, object], left: str) -> None:
    assert decide(query=query, **options).query == left  # type: ignore[arg-type]


def test_models_of_claude_need_a_version_header() -> None:
    assert ("anthropic-version", "2023-06-01") in decide(BARE, to="claude", dialect="models").set_headers
    given = ("Anthropic-Version", "x")
    assert decide(BARE, given, to="claude", dialect="models").set_headers == ()


@pytest.mark.parametrize("name", ["key", "KEY", "code", "state", "redirect_uri", "X-Amz-Signature", "x%2Damz-Date"])
def test_credential_query(name: str) -> None:
    assert is_credential_query(name)


@pytest.mark.parametrize("name", ["q", "query", "monkey", "keys", "codes", "prompt", "x-amzn", ""])
def test_text_query(name: str) -> None:
    assert not is_credential_query(name)


def test_repr_shows_no_key() -> None:
    settled = decide(key="KEYSECRET", query="?key=opaqueSECRET", to="claude", dialect="messages", changed=True)
    assert settled.set_headers[0][1] == "KEYSECRET"
    assert "SECRET" not in repr(settled)


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("Authorization", "Bearer sk-proj-abcdefgh", "Bearer sk-p***"),
        ("x-api-key", "sk-ant-api03-abc", "sk-a***"),
        ("Cookie", "session=abcdef; b=c", "sess***"),
        ("User-Agent", "curl/8", None),
        ("content-type", "application/json", None),
    ],
)
def test_what_is_shown_of_a_key(name: str, value: str, shown: str | None) -> None:
    assert shown_credential(name, value) == shown
