"""Whatever a Profiler does ends in ProfilerFailed, and hurts its own text alone."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Awaitable, Callable, Iterator

import httpx
import msgspec
import pytest

from config.redaction_settings import Limits, ProfilerSettings
from redaction.errors import ProfilerFailed
from redaction.profiler.breaker import Breaker
from redaction.profiler.http import HttpProfiler
from tests.support.fake_profiler import FakeProfiler, Script
from tests.support.http1 import (
    Answer,
    answer,
    drip,
    gzipped,
    hang,
    hang_up,
    head,
    huge,
    json_answer,
    raw,
    redirect,
    stream,
    truncated,
)
from tests.support.profiling import NEVER, build, fails, run, told, unanswered_port

CANARY = "canary 987-65-4321"


@pytest.fixture
def fake() -> Iterator[FakeProfiler]:
    with FakeProfiler() as profiler:
        yield profiler


def headed(**headers: str) -> bytes:
    return head(200, [(name.replace("_", "-"), value) for name, value in headers.items()])


BOMB = gzip.compress(b"a" * (64 << 20), 1)


def faults(elsewhere: str) -> list[tuple[str, Answer, str]]:
    """Name, what the service does, the code it ends in."""
    good = b'{"replacement": "canary"}'
    return [
        ("500", answer(500, "canary"), "server_error"),
        ("503 with a good body", answer(503, good), "server_error"),
        ("400", answer(400, good), "status"),
        ("401", answer(401, "canary"), "status"),
        ("403", answer(403, "canary"), "status"),
        ("404", answer(404, "canary"), "status"),
        ("407", answer(407, "canary"), "status"),
        ("413", answer(413, "canary"), "status"),
        ("429", answer(429, "canary", headers=[("Retry-After", "7")]), "status"),
        ("201 with a good body", answer(201, good), "status"),
        ("204", raw(head(204)), "status"),
        ("html", answer(200, "<html>canary</html>", "text/html"), "bad_answer"),
        ("empty", answer(200, ""), "bad_answer"),
        ("{}", json_answer({}), "bad_answer"),
        ("null", json_answer(None), "bad_answer"),
        ("list", json_answer([{"replacement": "canary"}]), "bad_answer"),
        ("null replacement", json_answer({"replacement": None}), "bad_answer"),
        ("number", json_answer({"replacement": 7}), "bad_answer"),
        ("object", json_answer({"replacement": {"value": "canary"}}), "bad_answer"),
        ("another name", json_answer({"redacted_text": "canary"}), "bad_answer"),
        ("errors inside 200", json_answer({"status": "ERROR", "data": None, "errors": ["canary"]}), "bad_answer"),
        ("empty replacement", json_answer({"replacement": ""}), "bad_answer"),
        ("half a JSON", answer(200, '{"replacement": "canary'), "bad_answer"),
        ("not UTF-8", answer(200, b'{"replacement": "\xff"}'), "bad_answer"),
        ("truncated body", truncated(), "broken_off"),
        ("truncated chunk", raw(headed(Transfer_Encoding="chunked") + b'40\r\n{"repl'), "broken_off"),
        ("truncated head", raw(b"HTTP/1.1 200 O"), "broken_off"),
        ("closed", hang_up(), "broken_off"),
        ("not HTTP", raw(b"SSH-2.0-canary\r\n"), "broken_off"),
        ("broken chunk", raw(headed(Transfer_Encoding="chunked") + b"zz\r\n"), "broken_off"),
        ("endless head", raw(b"HTTP/1.1 200 OK\r\nX: " + b"a" * 300_000), "broken_off"),
        ("two lengths", raw(head(200, [("Content-Length", "2"), ("Content-Length", "25")]) + good), "broken_off"),
        ("hang", hang(NEVER), "timeout"),
        ("drip", drip(good * 40), "timeout"),
        ("drip in the head", drip(good * 40, whole_head=False), "timeout"),
        ("300 MB", huge(), "bad_answer"),
        ("300 MB announced", huge(announced=True), "bad_answer"),
        ("redirect", redirect(elsewhere), "status"),
        ("redirect with the method", redirect(elsewhere, 307), "status"),
        ("gzip", gzipped(good), "bad_answer"),
        ("gzip bomb", answer(200, BOMB, headers=[("Content-Encoding", "gzip")]), "bad_answer"),
        ("unknown encoding", answer(200, good, headers=[("Content-Encoding", "x-odd")]), "bad_answer"),
        ("gzip that is none", answer(200, good, headers=[("Content-Encoding", "gzip")]), "bad_answer"),
    ]  # fmt: skip


@pytest.mark.parametrize("name", [name for name, _, _ in faults("")])
def test_each_fault_blocks_its_text_and_no_other(name: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    with FakeProfiler() as elsewhere, FakeProfiler() as fake:
        _, fault, code = next(row for row in faults(elsewhere.url + "/api/profile-mask/x") if row[0] == name)
        fake.script = lambda call: fault if call.text == CANARY else None

        async def go() -> ProfilerFailed:
            profiler = build(fake.url, deadline=0.15 if code == "timeout" else 10)
            try:
                with pytest.raises(ProfilerFailed) as caught:
                    await told(profiler, [CANARY])
                profiler.settings = msgspec.structs.replace(profiler.settings, deadline=10)
                again = await told(profiler, ["Jane Doe", "hello"])
                assert {text: masking.replacement for text, masking in again.items()} == {
                    "Jane Doe": "[[NAME]]",
                    "hello": "hello",
                }
                return caught.value
            finally:
                await profiler.aclose()

        error = asyncio.run(go())
        assert error.code == f"faasera_profiler_{code}"
        assert error.status == 503
        assert error.retry_after == (7 if name == "429" else 5)
        assert f"127.0.0.1:{fake.port}" in error.message
        assert "profiler." in error.message
        said = error.message + repr(error) + caplog.text
        assert "canary" not in said.replace(fake.url, "")
        assert "987-65" not in said
        assert fake.texts.count(CANARY) == 1  # nothing that reached the service is sent twice
        assert not elsewhere.calls


@pytest.mark.parametrize("announced", [True, False])
def test_a_big_answer_is_not_read_to_its_end(announced: bool) -> None:
    answered = pytest.raises(ProfilerFailed, match=r"more than limits\.profiler_answer")
    with FakeProfiler(lambda call: huge(announced=announced)) as fake, answered:
        run(build(fake.url), "x")


def test_a_big_answer_on_contract_is_refused_too() -> None:
    parts = ['{"replacement": "', *["a" * 65536] * 65, '"}']
    answered = pytest.raises(ProfilerFailed, match=r"more than limits\.profiler_answer")
    with FakeProfiler(lambda call: stream(parts, "application/json")) as fake, answered:
        run(build(fake.url), "x")


def test_the_answer_limit_is_a_setting(fake: FakeProfiler) -> None:
    profiler = HttpProfiler(ProfilerSettings(endpoint=fake.url), limits=Limits(profiler_answer=60))
    with pytest.raises(ProfilerFailed, match=r"limits\.profiler_answer"):
        run(profiler, "x" * 60)
    assert run(HttpProfiler(ProfilerSettings(endpoint=fake.url), limits=Limits(profiler_answer=60)), "x" * 20)


def test_down() -> None:
    profiler = build(f"http://127.0.0.1:{unanswered_port()}")
    with pytest.raises(ProfilerFailed) as caught:
        run(profiler, CANARY)
    assert caught.value.code == "faasera_profiler_unreachable"
    assert "canary" not in str(caught.value)


def test_a_name_that_does_not_resolve() -> None:
    with pytest.raises(ProfilerFailed) as caught:
        run(build("http://profiler.invalid"), "x")
    assert caught.value.code == "faasera_profiler_unreachable"


class Flaky(httpx.AsyncBaseTransport):
    """Raises the given errors one by one, then answers."""

    def __init__(self, *errors: Exception) -> None:
        self.errors = list(errors)
        self.calls = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.calls += 1
        if self.errors:
            raise self.errors.pop(0)
        return httpx.Response(200, json={"replacement": "fine"})


def flaky(*errors: Exception) -> tuple[Flaky, HttpProfiler]:
    transport = Flaky(*errors)
    return transport, HttpProfiler(ProfilerSettings(endpoint="http://profiler.test"), transport=transport)


def test_what_never_reached_the_service_is_tried_again() -> None:
    transport, profiler = flaky(httpx.ConnectError("canary"), httpx.ConnectTimeout("canary"))
    assert run(profiler, "x")["x"].replacement == "fine"
    assert transport.calls == 3


def test_but_not_for_ever() -> None:
    transport, profiler = flaky(*[httpx.ConnectError("canary")] * 9)
    with pytest.raises(ProfilerFailed):
        run(profiler, "x")
    assert transport.calls == 3


def every_httpx_error() -> list[type[Exception]]:
    """All exception classes httpx exports, abstract ones too."""
    names = [getattr(httpx, name) for name in httpx.__all__]
    return [kind for kind in names if isinstance(kind, type) and issubclass(kind, Exception)]


def made(kind: type[Exception]) -> Exception:
    request = httpx.Request("POST", "http://profiler.test")
    if issubclass(kind, httpx.HTTPStatusError):
        return kind("canary", request=request, response=httpx.Response(500))
    try:
        return kind("canary")
    except TypeError:
        return kind()


@pytest.mark.parametrize(
    "error",
    [
        *(made(kind) for kind in every_httpx_error()),
        OSError(5, "canary"),
        ConnectionResetError("canary"),
        TimeoutError("canary"),
        RuntimeError("canary"),
        ValueError("canary"),
        UnicodeError("canary"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_no_foreign_error_comes_out(error: Exception) -> None:
    transport, profiler = flaky(*[error] * 3)
    with pytest.raises(ProfilerFailed) as caught:
        run(profiler, "x")
    assert caught.value.code.startswith("faasera_profiler_")
    assert "canary" not in str(caught.value)
    assert caught.value.__suppress_context__
    assert transport.calls == (3 if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout) else 1)


def test_there_are_httpx_errors_to_try() -> None:
    assert len(every_httpx_error()) > 20


def test_the_request_deadline() -> None:
    with (
        FakeProfiler(lambda call: hang(NEVER)) as fake,
        pytest.raises(ProfilerFailed, match="request_deadline") as caught,
    ):
        run(build(fake.url, request_deadline=0.1), "a", "b")
    assert caught.value.code == "faasera_profiler_timeout"


def test_a_slot_is_free_again_after_a_timeout() -> None:
    with FakeProfiler(lambda call: hang(NEVER) if call.text == "slow" else None) as fake:

        async def go() -> None:
            profiler = build(fake.url, parallel=1, deadline=0.05)
            for _ in range(3):
                with pytest.raises(ProfilerFailed):
                    await told(profiler, ["slow"])
            profiler.settings = msgspec.structs.replace(profiler.settings, deadline=10)
            assert await told(profiler, ["fast"])
            await profiler.aclose()

        asyncio.run(go())


def with_breaker(script: Script, go: Callable[[HttpProfiler, FakeProfiler, list[float]], Awaitable[None]]) -> None:
    now = [0.0]

    async def main(fake: FakeProfiler) -> None:
        settings = ProfilerSettings(endpoint=fake.url, parallel=1)
        profiler = HttpProfiler(settings, breaker=Breaker(clock=lambda: now[0]))
        try:
            await go(profiler, fake, now)
        finally:
            await profiler.aclose()

    with FakeProfiler(script) as fake:
        asyncio.run(main(fake))


@pytest.mark.parametrize("fault", [answer(500), answer(503), hang_up(), truncated()])
def test_the_breaker_opens_and_probes(fault: Answer) -> None:
    async def go(profiler: HttpProfiler, fake: FakeProfiler, now: list[float]) -> None:
        for number in range(5):
            assert await fails(profiler, f"text {number}") != "breaker_open"
        with pytest.raises(ProfilerFailed) as caught:
            await told(profiler, ["text 5"])
        assert (caught.value.code, caught.value.retry_after) == ("faasera_profiler_breaker_open", 10)
        assert len(fake.calls) == 5
        now[0] = 10
        assert await fails(profiler, "probe") != "breaker_open"
        assert await fails(profiler, "text 6") == "breaker_open"
        now[0] = 20
        fake.script = None
        assert await told(profiler, ["probe"])
        assert await told(profiler, ["text 7"])

    with_breaker(lambda call: fault, go)


@pytest.mark.parametrize(
    "fault", [answer(400), answer(404), answer(429), json_answer({}), answer(200, "<html>"), redirect("/")]
)
def test_answers_never_open_the_breaker(fault: Answer) -> None:
    async def go(profiler: HttpProfiler, fake: FakeProfiler, now: list[float]) -> None:
        for number in range(12):
            assert await fails(profiler, f"text {number}") in ("status", "bad_answer")

    with_breaker(lambda call: fault, go)


def test_one_deadly_text_does_not_open_the_breaker() -> None:
    async def go(profiler: HttpProfiler, fake: FakeProfiler, now: list[float]) -> None:
        for _ in range(12):
            assert await fails(profiler, "deadly") == "server_error"
        assert await told(profiler, ["fine"])

    with_breaker(lambda call: answer(500) if call.text == "deadly" else None, go)


def test_a_client_that_leaves_during_the_probe() -> None:
    async def go(profiler: HttpProfiler, fake: FakeProfiler, now: list[float]) -> None:
        for number in range(5):
            await fails(profiler, f"text {number}")
        now[0] = 10
        fake.script = lambda call: hang(NEVER)
        probe = asyncio.ensure_future(told(profiler, ["probe"]))
        while len(fake.calls) < 6:
            await asyncio.sleep(0.002)
        probe.cancel()
        await asyncio.wait([probe])
        fake.script = None
        assert await told(profiler, ["next"])

    with_breaker(lambda call: answer(500), go)


@pytest.mark.parametrize("eager", [False, True], ids=["lazy tasks", "eager tasks"])
def test_several_texts_while_the_breaker_is_open(eager: bool) -> None:
    """mitmproxy's tasks are eager: the first one fails while the others are still being made."""

    async def go(profiler: HttpProfiler, fake: FakeProfiler, now: list[float]) -> None:
        if eager:
            asyncio.get_running_loop().set_task_factory(asyncio.eager_task_factory)
        profiler.settings = msgspec.structs.replace(profiler.settings, parallel=4)
        for number in range(5):
            await fails(profiler, f"text {number}")
        with pytest.raises(ProfilerFailed) as caught:
            await told(profiler, ["one", "two", "three"])
        assert caught.value.code == "faasera_profiler_breaker_open"

    with_breaker(lambda call: answer(500), go)
