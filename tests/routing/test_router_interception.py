"""The decision at the interception door: whose host it is, and what stays there."""

from __future__ import annotations

import pytest

from routing.router import RequestView, Route, RouterState, is_llm_bound, llm_host, route
from routing.routing_errors import (
    CredentialDropped,
    HostRefused,
    PrivateDestination,
)
from tests.support.views import (
    ACCOUNT,
    CLAUDE,
    CODEX,
    HOME,
    LOCAL,
    SK,
    intercepted,
    state,
    url,
)


@pytest.mark.parametrize(
    ("host", "path", "dialect"),
    [
        ("api.openai.com", "/v1/chat/completions", "chat"),
        ("api.openai.com", "/v1//chat/completions?a=%20", "chat"),
        ("api.openai.com", "/v1/new", "unknown"),
        ("api.openai.com", "/v1/../x", "unknown"),
        ("myco.openai.azure.com", "/openai/deployments/d/chat/completions?api-version=1", "chat"),
        ("api.deepseek.com", "/chat/completions", "chat"),
        ("api.githubcopilot.com", "/responses", "responses"),
        ("bedrock-runtime.us-east-1.amazonaws.com", "/model/a%3A0/invoke", "bedrock-invoke"),
        ("chatgpt.com", "/backend-api/f/conversation", "web-chatgpt"),
        ("chatgpt.com", "/backend-api/codex/responses", "responses"),
        ("chatgpt.com", "/v1/messages", "web-chatgpt"),
        ("claude.ai", "/api/chat", "web-claude"),
        ("gemini.google.com", "/_/BardChatUi/data/batchexecute?rpcids=x", "web-gemini"),
        ("chat.mistral.ai", "/api/chat", "unknown"),
        ("files.oaiusercontent.com", "/file-1/raw?se=1&sig=x", "files"),
        ("router.huggingface.co", "/hf-inference/models/a/b", "hf"),
        ("api.cohere.com", "/v1/chat", "cohere"),
    ],
)
def test_an_intercepted_request_stays_with_its_host(host: str, path: str, dialect: str) -> None:
    found = route(intercepted(host, path, SK), HOME)
    assert (found.kind, found.target, found.dialect) == ("forward", None, dialect)
    assert (found.host, found.path, found.set_headers) == (host, path, ())
    assert "authorization" not in found.drop_headers
    assert "proxy-authorization" in found.drop_headers
    assert found.mask_query is ("?" in path)


def test_chatgpt_account_keeps_its_back_end_with_a_default_of_openai() -> None:
    openai = state({"target": "openai"})
    headers = (*ACCOUNT, ("Authorization", "Bearer eyJ"), ("Cookie", "c=1"))
    found = route(intercepted("chatgpt.com", "/backend-api/codex/responses", headers), openai)
    assert url(found) == f"{CODEX}/responses"
    assert not {"authorization", "cookie"} & found.drop_headers


def test_uploads_stay_with_their_store() -> None:
    found = route(intercepted("files.oaiusercontent.com", "/file-1/raw", method="PUT"), state({"target": "openai"}))
    assert (found.target, found.host, found.dialect) == (None, "files.oaiusercontent.com", "files")


def test_a_moved_base_url_is_the_home_of_its_host() -> None:
    moved = state({}, {"FAASERA_OPENAI_BASE_URL": "http://gw.example:9/llm/v1"})
    found = route(intercepted("api.openai.com", "/v1/chat/completions?a=1", SK), moved)
    assert (found.target, url(found)) == ("openai", "http://gw.example:9/llm/v1/chat/completions?a=1")
    assert not found.changed_vendor
    assert "authorization" not in found.drop_headers
    assert route(intercepted("chatgpt.com", "/backend-api/f/conversation"), moved).target is None
    assert route(intercepted("gw.example", "/llm/v1/chat/completions", port=9), moved).target is None
    other = state({}, {"FAASERA_OPENAI_BASE_URL": "https://api.groq.com/openai/v1"})
    with pytest.raises(CredentialDropped):
        route(intercepted("api.openai.com", "/v1/chat/completions", SK), other)


@pytest.mark.parametrize(
    ("more", "found"),
    [
        ({}, False),
        ({"connect_host": "api.openai.com"}, True),
        ({"sni": "API.openai.com."}, True),
        ({"headers": (("host", "api.openai.com:443"),)}, True),
        ({"authority": "api.openai.com"}, True),
        ({"headers": (("host", "evil.test"), ("host", "api.openai.com"))}, True),
        ({"authority": "api.openai.com.evil.test", "sni": "xapi.openai.com"}, False),
        ({"headers": (("x-host", "api.openai.com"),)}, False),
    ],
)
def test_any_name_makes_a_request_llm_bound(more: dict[str, object], found: bool) -> None:
    view = intercepted("evil.test", "/x", **{"connect_host": None, "sni": None, **more})  # type: ignore[arg-type]
    assert (llm_host(view, HOME) is not None) is found
    assert is_llm_bound(view, HOME) is found
    assert route(view, HOME).kind == ("forward" if found else "pass")


def test_account_rows_need_every_name_to_agree() -> None:
    assert route(intercepted("chatgpt.com", "/backend-api/me"), HOME).kind == "account"
    assert route(intercepted("chatgpt.com", "/backend-api/me", sni="evil.test"), HOME).kind == "forward"
    assert route(intercepted("evil.test", "/backend-api/me", sni="chatgpt.com"), HOME).kind == "forward"
    assert route(intercepted("api.openai.com", "/oauth/token"), HOME).kind == "account"
    assert route(intercepted("api.openai.com", "/oauth/token", sni="chatgpt.com"), HOME).kind == "forward"
    # transparent modes: the dialled host is an address
    named = RequestView(
        "interception", "GET", "https", "1.2.3.4", 443, "/backend-api/me", (("host", "chatgpt.com"),), sni="chatgpt.com"
    )
    assert route(named, HOME).kind == "account"


def test_account_rows_do_not_trust_a_method_that_a_header_changes() -> None:
    named = RequestView(
        "interception", "GET", "https", "chatgpt.com", 443, "/backend-api/me", (("X-HTTP-Method-Override", "POST"),)
    )
    assert route(named, HOME).kind == "forward"


@pytest.mark.parametrize("which", [HOME, LOCAL, CLAUDE])
def test_readable_http_to_an_unknown_host_is_masked_and_never_redirected(which: RouterState) -> None:
    view = intercepted("llm.corp.example", "/v1/chat/completions?q=1", SK, scheme="http", port=80, sni=None)
    found = route(view, which)
    assert is_llm_bound(view, which)
    assert (found.kind, found.target, url(found)) == (
        "forward",
        None,
        "http://llm.corp.example/v1/chat/completions?q=1",
    )
    assert found.mask_query
    assert "authorization" not in found.drop_headers
    other = intercepted("llm.corp.example", "/v1/files", SK, scheme="http", port=80)
    assert route(other, which).kind == "pass"
    assert not is_llm_bound(other, which)


def test_modes() -> None:
    modes = state(
        {
            "target": "local",
            "hosts": [
                {"host": "api.openai.com", "mode": "refuse"},
                {"host": "api.mistral.ai", "mode": "tunnel"},
                {"host": "*.corp.example", "target": "claude"},
            ],
        }
    )
    with pytest.raises(HostRefused):
        route(intercepted("api.openai.com", "/v1/chat/completions"), modes)
    with pytest.raises(HostRefused):
        route(intercepted("api.mistral.ai", "/x", sni="api.openai.com"), modes)
    tunnel = intercepted("api.mistral.ai", "/v1/chat/completions")
    found = route(tunnel, modes)
    assert (found.kind, found.target) == ("pass", None)
    assert found.host_row is not None
    assert not is_llm_bound(tunnel, modes)
    assert is_llm_bound(intercepted("api.mistral.ai", "/x", sni="claude.ai"), modes)
    assert route(intercepted("llm.corp.example", "/v1/messages"), modes).target == "local"


def test_what_is_addressed_to_an_exclusive_target_stays_there() -> None:
    for which in (HOME, LOCAL, state({"target": "openai"})):
        view = intercepted("localhost", "/v1/chat/completions", scheme="http", port=11434, connect_host=None, sni=None)
        found = route(view, which)
        assert (found.target, found.host, found.port, found.direct) == (None, "localhost", 11434, True)


def test_private_addresses_are_refused_to_other_machines() -> None:
    def at(host: str, port: int, loopback: bool) -> Route:
        return route(intercepted(host, "/x", scheme="http", port=port, sni=None, client_loopback=loopback), HOME)

    assert at("127.0.0.1", 22, True).kind == "pass"
    for host in ("127.0.0.1", "10.0.0.1", "169.254.169.254", "localhost"):
        with pytest.raises(PrivateDestination):
            at(host, 22, False)
    with pytest.raises(PrivateDestination):  # an LLM host's name in another place does not open it
        route(intercepted("10.0.0.1", "/x", sni="api.openai.com", client_loopback=False), HOME)
    assert at("example.com", 80, False).kind == "pass"
    assert at("localhost", 11434, False).kind == "forward"  # the operator's own target


DATABRICKS, CLOUDFLARE = "dbc-1.cloud.databricks.com", "api.cloudflare.com"


@pytest.mark.parametrize(
    ("host", "path", "kind"),
    [
        (DATABRICKS, "/serving-endpoints/m/invocations", "forward"),
        (DATABRICKS, "/api/2.0/genie/spaces/1/start-conversation", "forward"),
        (DATABRICKS, "/v1/chat/completions", "forward"),
        (DATABRICKS, "/api/2.0/jobs/create", "other"),
        (DATABRICKS, "/api/2.0/jobs/%2e%2e/genie/x", "forward"),
        (DATABRICKS, "/", "other"),
        (CLOUDFLARE, "/client/v4/accounts/a/ai/run/m", "forward"),
        (CLOUDFLARE, "/client/v4/zones/z/dns_records", "other"),
        ("corp.azure-api.net", "/llm/openai/deployments/d/embeddings", "forward"),
        ("corp.azure-api.net", "/orders/7", "other"),
    ],
)
def test_a_mixed_host_is_masked_on_its_models_paths(host: str, path: str, kind: str) -> None:
    assert route(intercepted(host, path, SK), HOME).kind == kind


def test_another_host_in_a_mixed_hosts_tunnel_is_masked() -> None:
    path = "/api/2.0/jobs/create"
    told = intercepted(DATABRICKS, path, (*SK, ("Host", "api.openai.com")))
    assert route(told, HOME).kind == "forward"
    assert route(intercepted(DATABRICKS, path, (*SK, ("X-HTTP-Method-Override", "PUT"))), HOME).kind == "forward"
