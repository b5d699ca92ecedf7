"""Targets, models and keys as they arrive upstream."""

from __future__ import annotations

import json

import pytest

from tests.doors.conftest import World, bases
from tests.support.fake_llm import FakeLLM
from tests.support.http1 import json_answer
from tests.support.proxy import Proxy

CHAT = {"model": "gpt-4o", "messages": [{"role": "user", "content": "I am Jane Doe"}]}
CONFIG = """
targets:
  claude: {models: {"gpt-4*": claude-sonnet, "my-model": claude-opus}}
  corp: {base_url: "%s/llm/v1", speaks: [chat, models], api_key_env: CORP_KEY}
"""


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("/v1/chat/completions", "/v1/chat/completions"),
        ("/chat/completions", "/v1/chat/completions"),
        ("/v1/v1/chat/completions", "/v1/chat/completions"),
        ("/v1//chat/completions", "/v1/chat/completions"),
        ("/v1/messages", "/v1/messages"),
        ("/v1/messages?beta=true", "/v1/messages?beta=true"),
        ("/v1/responses", "/v1/responses"),
        ("/v1beta/models/gemini-2.5-pro:generateContent", "/v1beta/models/gemini-2.5-pro:generateContent"),
        ("/v1beta/models/g:streamGenerateContent?alt=sse", "/v1beta/models/g:streamGenerateContent?alt=sse"),
        ("/api/chat", "/api/chat"),
        ("/v1/embeddings", "/v1/embeddings"),
    ],
)
def test_without_a_default_each_dialect_goes_home(world: World, path: str, target: str) -> None:
    with world.client("gateway") as client:
        assert client.post(world.proxy.url + path, json={"x": "Jane Doe"}).status_code == 200
    assert world.llm.requests[0].target == target
    assert world.llm.requests[0].json() == {"x": "[[NAME]]"}


@pytest.fixture(scope="module")
def redirected() -> World:
    with FakeLLM() as llm:
        environ = {**bases(llm), "DEFAULT_TARGET": "claude", "FAASERA_CLAUDE_API_KEY": "sk-ant-configured"}
        with Proxy(environ=environ, config=CONFIG % llm.url) as proxy:
            yield World(proxy, llm)  # type: ignore[misc]


def test_a_default_target_takes_what_it_speaks_from_both_doors(redirected: World, door: str) -> None:
    redirected.llm.requests.clear()
    with redirected.client(door) as client:
        response = client.post(
            redirected.base(door) + "/v1/chat/completions",
            json=CHAT,
            headers={"authorization": "Bearer sk-proj-mine", "openai-organization": "o", "cookie": "session=1"},
        )
    assert response.status_code == 200
    [request] = redirected.llm.requests
    assert request.target == "/v1/chat/completions"
    assert request.header("authorization") == "Bearer sk-ant-configured"
    assert request.header("openai-organization") is None
    assert request.json()["model"] == "claude-sonnet"
    assert request.json()["messages"][0]["content"] == "I am [[NAME]]"
    assert b"sk-proj-mine" not in redirected.raw


def test_what_the_target_does_not_speak_goes_home(redirected: World) -> None:
    redirected.llm.requests.clear()
    with redirected.client("gateway") as client:
        client.post(
            redirected.proxy.url + "/v1/embeddings", json={"input": "x"}, headers={"authorization": "Bearer sk-1"}
        )
    assert redirected.llm.requests[0].target == "/v1/embeddings"
    assert redirected.llm.requests[0].header("authorization") == "Bearer sk-1"


def test_literal_model_names_are_listed(redirected: World) -> None:
    redirected.llm.script = lambda _: json_answer({"data": [{"id": "claude-opus", "type": "model"}]})
    with redirected.client("gateway") as client:
        listed = client.get(redirected.proxy.url + "/v1/models").json()["data"]
    redirected.llm.script = None
    assert [entry["id"] for entry in listed] == ["claude-opus", "my-model"]


def test_start_says_where_and_with_what(redirected: World) -> None:
    assert f"listening on 127.0.0.1:{redirected.proxy.port}" in redirected.proxy.log
    assert "Profiler embedded, policy default" in redirected.proxy.log
    assert "target claude, fill-in keys: FAASERA_CLAUDE_API_KEY" in redirected.proxy.log
    assert "sk-ant-configured" not in redirected.proxy.log


def test_local_never_leaves() -> None:
    with FakeLLM() as llm, FakeLLM() as local:
        environ = {**bases(llm), "FAASERA_LOCAL_BASE_URL": local.url}
        with Proxy("faasera_target=local", environ=environ) as proxy, proxy.client() as client:
            assert client.post(proxy.url + "/v1/chat/completions", json=CHAT).status_code == 200
            refused = client.post(proxy.url + "/v1beta/models/g:generateContent", json={"contents": []})
            assert refused.status_code == 400
            assert refused.json()["error"]["details"][0]["reason"] == "FAASERA_EXCLUSIVE_TARGET"
        assert len(local.requests) == 1
        assert llm.requests == []


def test_a_custom_target_and_its_key() -> None:
    with FakeLLM() as llm:
        environ = {**bases(llm), "CORP_KEY": "corp-secret"}
        with Proxy("faasera_target=corp", environ=environ, config=CONFIG % llm.url) as proxy, proxy.client() as client:
            client.post(proxy.url + "/v1/chat/completions", json=CHAT)
        assert llm.requests[0].target == "/llm/v1/chat/completions"
        assert llm.requests[0].header("authorization") == "Bearer corp-secret"
        assert json.loads(llm.requests[0].body)["model"] == "gpt-4o"
