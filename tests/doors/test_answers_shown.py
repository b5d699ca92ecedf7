"""What mitmweb shows of answers: the streamed body as it came; in reversible mode, where it holds values, nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.doors.conftest import World, bases
from tests.support.fake_llm import FakeLLM
from tests.support.http1 import Answer, Request, stream
from tests.support.web import Web

CHAT = {"model": "gpt-4", "messages": [{"role": "user", "content": "Write to Jane Doe"}]}


def echo(request: Request) -> Answer:
    text = request.json()["messages"][-1]["content"]
    return stream(
        ["data: " + json.dumps({"choices": [{"index": 0, "delta": {"content": text}}]}) + "\n\n", "data: [DONE]\n\n"]
    )


@pytest.fixture(scope="module")
def web() -> Iterator[World]:
    with FakeLLM(echo) as llm, Web(environ=bases(llm)) as web:
        yield World(web, llm)


def ask(world: World) -> str:
    with world.client("gateway") as client:
        return client.post(world.proxy.url + "/v1/chat/completions", json=CHAT).text


def test_a_streamed_answer_is_shown_and_readable(web: World) -> None:
    assert isinstance(web.proxy, Web)
    answer = ask(web)
    flow = web.proxy.wait_flow(lambda flow: flow["response"] and flow["comment"])
    assert flow["comment"].startswith("1 masked: NAME 1")
    assert web.proxy.api.get(f"/flows/{flow['id']}/response/content.data").text == answer
    view = web.proxy.api.get(f"/flows/{flow['id']}/response/content/Faasera.json").json()
    assert "[[NAME]]" in json.dumps(view, ensure_ascii=False)
    assert web.proxy.api.get(f"/flows/{flow['id']}/request/content/Faasera.json").json()["view_name"] == "Faasera"


def test_in_reversible_mode_no_answer_is_kept(web: World) -> None:
    assert isinstance(web.proxy, Web)
    assert web.proxy.set(faasera_restore="true").status_code == 200
    assert web.proxy.api.get("/options").json()["store_streamed_bodies"]["value"] is False
    web.proxy.api.post("/clear")
    assert "Jane Doe" in ask(web)
    flow = web.proxy.wait_flow(lambda flow: bool(flow["response"]))
    assert b"Jane" not in web.proxy.api.get(f"/flows/{flow['id']}/response/content.data").content
    assert b"Jane" not in web.proxy.api.get("/flows/dump").content
    refused = web.proxy.set(store_streamed_bodies=True)
    assert refused.status_code == 400
    assert "faasera_restore" in refused.text
    assert web.proxy.set(faasera_restore="false").status_code == 200
    assert web.proxy.api.get("/options").json()["store_streamed_bodies"]["value"] is True
