"""A redirect of the target never makes a client send its unmasked body past the proxy."""

from __future__ import annotations

from urllib.parse import urlsplit

import httpx
import pytest

from tests.doors.conftest import World
from tests.support.fake_llm import FakeLLM
from tests.support.http1 import Answer, Request, answer, json_answer

PROMPT = {"model": "m", "messages": [{"role": "user", "content": "What is Jane Doe's SSN 123-45-6789?"}]}
PATH = "/v1/chat/completions"


def send(world: World) -> httpx.Response:
    """As the SDKs do: redirects are followed, with the body for 307 and 308."""
    with httpx.Client(trust_env=False, follow_redirects=True, timeout=20) as client:
        return client.post(world.proxy.url + PATH, json=PROMPT, headers={"authorization": "Bearer sk-test"})


@pytest.mark.parametrize("status", [307, 308])
def test_a_missing_slash_is_followed_through_the_gateway(world: World, status: int) -> None:
    def script(request: Request) -> Answer:
        if request.target.endswith("/"):
            return json_answer({"done": True})
        return answer(status, b"", headers=[("Location", f"{world.llm.url}{PATH}/")])

    world.llm.script = script
    told = send(world)
    assert told.json() == {"done": True}
    assert len(world.llm.requests) == 2
    assert urlsplit(str(told.url)).port == world.proxy.port
    assert b"Jane" not in world.raw


@pytest.mark.parametrize("status", [307, 308])
@pytest.mark.parametrize("body", [b"", b"moved " * 10_000], ids=["no body", "a long body"])
def test_a_body_is_not_repeated_elsewhere(world: World, status: int, body: bytes) -> None:
    with FakeLLM() as elsewhere:
        world.llm.script = lambda _: answer(status, body, headers=[("Location", f"{elsewhere.url}{PATH}")])
        told = send(world)
        assert elsewhere.requests == []
    assert told.status_code == 502
    assert told.json()["error"]["code"] == "faasera_redirect"
    assert "base_url" in told.json()["error"]["message"]
