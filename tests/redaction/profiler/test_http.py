from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.config_errors import ConfigError
from config.redaction_settings import ProfilerSettings
from redaction.errors import ProfilerFailed
from redaction.profiler.http import HttpProfiler
from redaction.profiler.protocol import Masking
from tests.support.certs import Certs, make_certs
from tests.support.fake_profiler import Call, FakeProfiler
from tests.support.http1 import Answer, answer, hang, json_answer
from tests.support.profiling import NEVER, TOKEN, build, fails, run, told, unanswered_port


@pytest.fixture
def fake() -> Iterator[FakeProfiler]:
    with FakeProfiler() as profiler:
        yield profiler


def test_the_wire_contract(fake: FakeProfiler) -> None:
    text = "What is Jane Doe's SSN 123-45-6789?"
    masking = run(build(fake.url), text)[text]
    assert masking.replacement == "What is [[NAME]]'s SSN [[SSN]]?"
    assert [(text[s.start : s.end], s.type) for s in masking.spans] == [("Jane Doe", "NAME"), ("123-45-6789", "SSN")]
    assert masking.exact
    request = fake.calls[0].request
    assert (request.method, request.target) == ("POST", "/api/profile-mask/default")
    assert request.header("content-type") == "application/json"
    assert request.header("authorization") == f"Bearer {TOKEN}"
    assert request.header("accept-encoding") == "identity"
    assert json.loads(request.body) == {"value": text}


def test_without_a_token_there_is_no_authorization(fake: FakeProfiler) -> None:
    run(HttpProfiler(ProfilerSettings(endpoint=fake.url)), "a")
    assert fake.calls[0].request.header("authorization") is None


def test_the_vendors_envelope() -> None:
    with FakeProfiler(wrapped=True) as fake:
        assert run(build(fake.url), "Jane Doe")["Jane Doe"].replacement == "[[NAME]]"


@pytest.mark.parametrize("text", ["a\ud800b", "\udfff", "é\U0001f600\x00\u2028", '"\\', " x "])
def test_any_text_arrives_and_comes_back(fake: FakeProfiler, text: str) -> None:
    assert run(build(fake.url), text)[text] == Masking(text, ())
    assert fake.texts == [text]
    assert fake.calls[0].request.body.isascii()


@pytest.mark.parametrize("policy", ["default", "a/b", "a b", "é", "a?b#c", "100%", "..%2f", "a%2Fb", "\ud800", "..."])
def test_the_policy_is_one_path_segment(fake: FakeProfiler, policy: str) -> None:
    run(build(fake.url), "x", policy=policy)
    segment = fake.calls[0].request.target.removeprefix("/api/profile-mask/")
    assert "/" not in segment
    assert "?" not in segment
    assert fake.calls[0].policy == policy.encode("utf-8", "surrogatepass").decode("utf-8", "replace")


@pytest.mark.parametrize("policy", ["", ".", ".."])
def test_a_policy_that_is_no_path_segment(fake: FakeProfiler, policy: str) -> None:
    with pytest.raises(ProfilerFailed) as caught:
        run(build(fake.url), "x", policy=policy)
    assert caught.value.code == "faasera_profiler_policy"
    assert not fake.calls


def test_a_base_path_is_kept(fake: FakeProfiler) -> None:
    with pytest.raises(ProfilerFailed):
        run(build(fake.url + "/base"), "x")
    assert fake.calls[0].request.target == "/base/api/profile-mask/default"


@pytest.mark.parametrize("replacement", ["", "x", " ", "\ud800", "[[SSN]]"])
def test_any_string_but_the_empty_one(replacement: str) -> None:
    with FakeProfiler(lambda call: json_answer({"replacement": replacement})) as fake:
        if replacement:
            assert run(build(fake.url), "text")["text"].replacement == replacement
        else:
            with pytest.raises(ProfilerFailed):
                run(build(fake.url), "text")


def test_a_connection_the_service_closed_is_not_used_again() -> None:
    closed = json_answer({"replacement": "one"}, silent_close=True)
    with FakeProfiler(lambda call: closed if call.text == "one" else None) as fake:

        async def go() -> None:
            profiler = build(fake.url)
            await told(profiler, ["one"])
            pool = profiler._client._transport._pool  # type: ignore[attr-defined]
            async with asyncio.timeout(10):
                while not all(connection.has_expired() for connection in pool.connections):  # until its end is here
                    await asyncio.sleep(0.002)
            assert (await told(profiler, ["two"]))["two"].replacement == "two"
            await profiler.aclose()

        asyncio.run(go())
        assert fake.texts == ["one", "two"]


def test_connections_are_kept_and_calls_bounded(fake: FakeProfiler) -> None:
    texts = [f"text {n}" for n in range(60)]

    async def go() -> None:
        profiler = build(fake.url, parallel=4)
        found = await asyncio.gather(*(told(profiler, texts[n::3]) for n in range(3)))
        assert {text for part in found for text in part} == set(texts)
        await profiler.aclose()

    asyncio.run(go())
    assert fake.most_running <= 4
    assert len(fake.wires) <= 4
    assert sorted(filter(None, fake.texts)) == sorted(texts)


def test_finished_texts_are_reported_before_a_failure() -> None:
    gate = threading.Event()

    def script(call: Call) -> Answer | None:
        return hang(gate, answer(500)) if call.text == "bad" else None

    with FakeProfiler(script) as fake:

        async def go() -> None:
            profiler = build(fake.url)
            found: list[int] = []

            def done(index: int, masking: Masking) -> None:
                found.append(index)
                if len(found) == 2:
                    gate.set()

            with pytest.raises(ProfilerFailed):
                await profiler.mask_many(["good", "bad", "better"], "default", done)
            assert sorted(found) == [0, 2]
            await profiler.aclose()

        asyncio.run(go())


def test_health(fake: FakeProfiler) -> None:
    async def go() -> None:
        profiler = build(fake.url)
        assert await profiler.check() is None
        fake.script = lambda call: answer(401)
        reason = await profiler.check()
        assert reason is not None
        assert "FAASERA_PROFILER_TOKEN" in reason
        assert TOKEN not in reason
        fake.script = lambda call: answer(500)
        for number in range(5):
            await fails(profiler, f"text {number}")
        assert profiler.breaker.is_open
        fake.script = None
        assert await profiler.check() is None
        assert not profiler.breaker.is_open
        await profiler.aclose()

    asyncio.run(go())


def test_closing_lets_running_requests_finish() -> None:
    gate = threading.Event()
    with FakeProfiler(lambda call: hang(gate, json_answer({"replacement": "ok"}))) as fake:

        async def go() -> None:
            profiler = build(fake.url, parallel=1)
            running = asyncio.ensure_future(told(profiler, ["a", "b"]))
            while not fake.calls:
                await asyncio.sleep(0.002)
            closing = asyncio.ensure_future(profiler.aclose())
            await asyncio.sleep(0)
            assert await fails(profiler, "late") == "closed"
            gate.set()
            assert len(await running) == 2
            await closing
            await profiler.aclose()

        asyncio.run(go())


def test_closing_without_patience_fails_running_requests() -> None:
    with FakeProfiler(lambda call: hang(NEVER)) as fake:

        async def go() -> None:
            profiler = build(fake.url)
            running = asyncio.ensure_future(fails(profiler, "a"))
            while not fake.calls:
                await asyncio.sleep(0.002)
            await profiler.aclose(grace=0)
            assert await running == "closed"

        asyncio.run(go())


@pytest.fixture(scope="module")
def certs(tmp_path_factory: pytest.TempPathFactory) -> Certs:
    return make_certs(tmp_path_factory.mktemp("certs"))


def test_own_ca_and_client_certificate(certs: Certs, tmp_path: Path) -> None:
    both = tmp_path / "both.pem"
    both.write_bytes(certs.client.read_bytes() + certs.client_key.read_bytes())
    with FakeProfiler(ssl_context=certs.server_context(want_client=True)) as fake:
        for client_cert in (str(both), (str(certs.client), str(certs.client_key))):
            assert run(build(fake.url, ca_file=str(certs.ca), client_cert=client_cert), "x")
        with pytest.raises(ProfilerFailed):
            run(build(fake.url, ca_file=str(certs.ca)), "x")
        assert len(fake.calls) == 2


def test_a_certificate_nobody_vouches_for(certs: Certs) -> None:
    with (
        FakeProfiler(ssl_context=certs.server_context()) as fake,
        pytest.raises(ProfilerFailed, match="ca_file") as caught,
    ):
        run(build(fake.url), "x")
    assert caught.value.code == "faasera_profiler_tls"
    assert not fake.calls


def test_proxy_variables_are_ignored(fake: FakeProfiler, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{unanswered_port()}")
    assert run(build(fake.url), "x")


def test_an_explicit_proxy_is_used(fake: FakeProfiler) -> None:
    profiler = HttpProfiler(ProfilerSettings(endpoint="http://profiler.invalid", proxy=fake.url))
    with pytest.raises(ProfilerFailed):
        run(profiler, "x")
    assert fake.calls[0].request.target == "http://profiler.invalid/api/profile-mask/default"


def test_a_proxy_that_is_down(fake: FakeProfiler) -> None:
    with pytest.raises(ProfilerFailed) as caught:
        run(build(fake.url, proxy=f"http://127.0.0.1:{unanswered_port()}"), "x")
    assert caught.value.code == "faasera_profiler_unreachable"
    assert not fake.calls


@pytest.mark.parametrize(
    ("more", "token", "key"),
    [
        ({"endpoint": "embedded"}, None, "profiler.endpoint"),
        ({"ca_file": "/nonexistent/ca.pem"}, None, "profiler.ca_file"),
        ({"ca_file": __file__}, None, "profiler.ca_file"),
        ({"client_cert": "/nonexistent/c.pem"}, None, "profiler.client_cert"),
        ({"client_cert": __file__}, None, "profiler.client_cert"),
        ({}, "two words", "FAASERA_PROFILER_TOKEN"),
        ({}, "line\nbreak", "FAASERA_PROFILER_TOKEN"),
        ({}, "é", "FAASERA_PROFILER_TOKEN"),
    ],
)
def test_unusable_settings(more: dict[str, str], token: str | None, key: str) -> None:
    settings = ProfilerSettings(**({"endpoint": "http://profiler.test"} | more))  # type: ignore[arg-type]
    with pytest.raises(ConfigError) as caught:
        HttpProfiler(settings, token=token)
    assert caught.value.key == key
    assert token is None or token not in str(caught.value)


def test_the_token_is_in_no_repr(fake: FakeProfiler) -> None:
    profiler = build(fake.url)
    assert TOKEN not in repr(profiler) + repr(vars(profiler)) + repr(profiler._client.headers)
    assert profiler.identity == fake.url
    asyncio.run(profiler.aclose())


def test_cookies_are_not_kept() -> None:
    cookie = json_answer({"replacement": "x"}, headers=[("Set-Cookie", "a=b; Path=/")])
    with FakeProfiler(lambda call: cookie) as fake:
        run(build(fake.url, parallel=1), "a", "b")
        assert [call.request.header("cookie") for call in fake.calls] == [None, None]
