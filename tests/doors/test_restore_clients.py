"""Whose values come back, at both doors; and what a Profiler's bare placeholders stand for, where that is certain."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.doors.conftest import World, bases
from tests.support.fake_llm import FakeLLM, said
from tests.support.fake_profiler import FakeProfiler
from tests.support.http1 import Answer, Request, answer, json_answer
from tests.support.proxy import Proxy

TAGGED = re.compile(r"\[\[[A-Z_]+_[a-z2-7]{7}\]\]")


def echo(request: Request) -> Answer:
    return json_answer({"choices": [{"message": {"content": said(request)}}]})


def ask(client: httpx.Client, base: str, text: str, key: str = "Bearer sk-test-1") -> str:
    body = {"messages": [{"role": "user", "content": text}]}
    response = client.post(base + "/v1/chat/completions", json=body, headers={"authorization": key} if key else {})
    return str(response.json()["choices"][0]["message"]["content"])


@pytest.fixture(scope="module")
def remote() -> Iterator[World]:
    with (
        FakeProfiler() as profiler,
        FakeLLM(echo) as llm,
        Proxy("faasera_restore=true", f"faasera_profiler={profiler.url}", environ=bases(llm)) as proxy,
    ):
        yield World(proxy, llm)


@pytest.mark.parametrize("key", ["Bearer other", ""])
def test_another_credential(remote: World, door: str, key: str) -> None:
    with remote.client(door) as client:
        base = remote.base(door)
        assert ask(client, base, "I am Jane Doe") == "I am Jane Doe"
        stolen = said(remote.llm.requests[-1])
        assert ask(client, base, f"{stolen} and John Smith", key) == f"{stolen} and John Smith"
        assert ask(client, base, stolen) == "I am Jane Doe"


def test_proxy_users_with_one_key_are_apart() -> None:
    with (
        FakeLLM(echo) as llm,
        Proxy("faasera_restore=true", "proxyauth=any", environ=bases(llm)) as proxy,
    ):
        base = "https://api.openai.com"

        def user(name: str) -> httpx.Client:
            return httpx.Client(
                trust_env=False, timeout=20, verify=proxy.trust(), proxy=proxy.url.replace("//", f"//{name}:x@")
            )

        with user("jane") as jane, user("john") as john:
            assert ask(jane, base, "I am Jane Doe") == "I am Jane Doe"
            stolen = said(llm.requests[-1])
            assert "Jane" not in stolen
            assert ask(john, base, f"{stolen}, John Smith") == f"{stolen}, John Smith"
            assert ask(jane, base, stolen) == "I am Jane Doe"


def test_gateway_without_credentials(remote: World) -> None:
    """By address: a client without a key gets its values back, and none of a client with one."""
    with remote.client("gateway") as client:
        assert ask(client, remote.proxy.url, "I am Jane Doe", key="") == "I am Jane Doe"


EXACT = [
    "Jane Doe met John Smith; Jane Doe left.",
    "[Jane Doe] (John Smith), 123-45-6789",
    "Jane DoeX John Smith",
    "[[NAME]] is not Jane Doe",
]


@pytest.mark.parametrize("text", EXACT)
def test_exact_alignment_gives_tags(remote: World, text: str) -> None:
    with remote.client("gateway") as client:
        assert ask(client, remote.proxy.url, text) == text
    assert TAGGED.search(said(remote.llm.requests[-1]))
    assert not re.search(r"Jane|Smith|6789", said(remote.llm.requests[-1]))


def test_ambiguous_alignment_is_masked_counted_and_not_restored() -> None:
    """Two placeholders side by side: nobody can say where one value ends."""
    with (
        FakeProfiler() as profiler,
        FakeLLM(echo) as llm,
        Proxy("faasera_restore=true", f"faasera_profiler={profiler.url}", environ=bases(llm)) as proxy,
        proxy.client() as client,
    ):
        assert ask(client, proxy.url, "Jane DoeJohn Smith, and Jane Doe") == "[[NAME]][[NAME]], and [[NAME]]"
        assert proxy.wait_for("not restorable: 3 (the Profiler's text fits in more than one way)")
        assert b"Jane" not in b"".join(llm.raw)
        assert ask(client, proxy.url, "Jane Doe") == "Jane Doe"
        assert proxy.wait_for("restored 1")


def test_same_value_same_tag_over_messages_turns_and_restarts(tmp_path: Any) -> None:
    """The key lives in the confdir: another process with the same one gives the same tags."""
    tags: set[str] = set()
    for _ in range(2):
        with (
            FakeLLM(echo) as llm,
            Proxy("faasera_restore=true", environ=bases(llm), confdir=tmp_path) as proxy,
            proxy.client() as client,
        ):
            for text in ("I am Jane Doe", "Jane Doe and Jane Doe"):
                assert ask(client, proxy.url, text) == text
                tags.update(TAGGED.findall(said(llm.requests[-1])))
    assert len(tags) == 1


def test_after_a_restart_nothing_is_known_until_it_is_said_again(tmp_path: Any) -> None:
    with FakeLLM(echo) as llm:
        for text in ("I am Jane Doe", "I am John Smith"):
            with (
                Proxy("faasera_restore=true", environ=bases(llm), confdir=tmp_path) as proxy,
                proxy.client() as client,
            ):
                assert ask(client, proxy.url, text) == text
        stolen = said(llm.requests[0])
        with (
            Proxy("faasera_restore=true", environ=bases(llm), confdir=tmp_path) as proxy,
            proxy.client() as client,
        ):
            assert ask(client, proxy.url, f"{stolen}, I am John Smith") == f"{stolen}, I am John Smith"
        assert "Jane" not in json.dumps([path.name for path in tmp_path.rglob("*")])
        assert not [path for path in tmp_path.rglob("*") if path.is_file() and b"Jane" in path.read_bytes()]


def test_answers_of_clients_without_placeholders_are_the_very_bytes(door: str) -> None:
    """No value in scope: compressed, odd and wrong bytes pass as they came, headers too."""
    sent = b'\x1f\x8b\x08\x00 not gzip, "[[NAME_abcdefg]]" '

    def told(_: Request) -> Answer:
        return answer(200, sent, headers=[("Content-Encoding", "gzip"), ("ETag", '"1"')])

    with FakeLLM(told) as llm, Proxy("faasera_restore=true", environ=bases(llm)) as proxy:
        world = World(proxy, llm)
        with (
            world.client(door) as client,
            client.stream(
                "POST", world.base(door) + "/v1/chat/completions", json={"messages": [{"content": "nothing here"}]}
            ) as response,
        ):
            assert b"".join(response.iter_raw()) == sent
            assert response.headers["content-length"] == str(len(sent))
            assert response.headers["etag"] == '"1"'
        assert llm.requests[-1].header("accept-encoding") != "identity"
