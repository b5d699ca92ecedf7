"""Traces (the extra `otel`) as a collector receives them, and who is told a `traceparent`: on real sockets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from reporting.traces import ATTRIBUTES, SPAN, parent_of
from tests.doors.conftest import bases
from tests.support.fake_llm import FakeLLM
from tests.support.fake_profiler import FakeProfiler
from tests.support.http1 import answer
from tests.support.lazy import Lazy
from tests.support.proxy import Proxy
from tests.support.servers import until

otlp = Lazy("opentelemetry.proto.collector.trace.v1.trace_service_pb2")
PLANTED = "planted-zebra"
TRACE, PARENT = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
CALLERS = f"00-{TRACE}-{PARENT}-01"
SENT = {
    "traceparent": CALLERS,
    "tracestate": f"vendor={PLANTED}",
    "baggage": f"user={PLANTED}",
    "authorization": f"Bearer sk-{PLANTED}",
    "user-agent": PLANTED,
    "x-title": PLANTED,
}
BODY = {"model": f"gpt-{PLANTED}", "messages": [{"role": "user", "content": f"Jane Doe, {PLANTED}, SSN 123-45-6789"}]}


class Collector(FakeLLM):
    """An OTLP/HTTP receiver."""

    def __init__(self) -> None:
        super().__init__(lambda request: answer(200, b"", "application/x-protobuf"))

    def spans(self) -> list[Any]:
        exports = [otlp.ExportTraceServiceRequest.FromString(request.body) for request in self.requests]
        return [
            span
            for each in exports
            for rows in each.resource_spans
            for scope in rows.scope_spans
            for span in scope.spans
        ]

    def resources(self) -> set[str]:
        exports = [otlp.ExportTraceServiceRequest.FromString(request.body) for request in self.requests]
        return {each.key for one in exports for rows in one.resource_spans for each in rows.resource.attributes}


def values(span: Any) -> dict[str, Any]:
    return {each.key: getattr(each.value, each.value.WhichOneof("value")) for each in span.attributes}


@pytest.fixture
def collector() -> Iterator[Collector]:
    assert otlp.ExportTraceServiceRequest  # or skipped
    with Collector() as found:
        yield found


def test_a_span_says_what_is_allowed_and_hangs_below_its_callers(collector: Collector) -> None:
    config = "targets: {openai: {trace: true}}\n"
    with FakeLLM() as llm, FakeProfiler() as profiler:
        environ = {**bases(llm), "FAASERA_TRACES": collector.url, "FAASERA_PROFILER_ENDPOINT": profiler.url}
        with (
            Proxy(environ={**environ, "OTEL_BSP_SCHEDULE_DELAY": "200"}, config=config) as proxy,
            proxy.client() as client,
        ):
            url = f"{proxy.url}/v1/chat/completions?q={PLANTED}"
            assert client.post(url, json=BODY, headers=SENT).status_code == 200
            until(lambda: len(collector.spans()) == 1)
            bad = client.post(
                f"{proxy.url}/v1/messages", content=f'{{"{PLANTED}', headers=SENT | {"traceparent": PLANTED}
            )
            assert bad.status_code == 400
        until(lambda: len(collector.spans()) == 2)  # the last ones are sent when the proxy ends
        sent, blocked = collector.spans()
        assert (sent.name, sent.trace_id.hex(), sent.parent_span_id.hex()) == (SPAN, TRACE, PARENT)
        assert sent.end_time_unix_nano > sent.start_time_unix_nano
        assert (blocked.parent_span_id, blocked.status.code) == (b"", 2)
        told = values(sent)
        assert set(told) == set(ATTRIBUTES)
        assert told["faasera.request_id"] in proxy.log
        assert {name: told[f"faasera.{name}"] for name in ("door", "dialect", "target", "outcome", "status_class", "masked")} == {
            "door": "gateway", "dialect": "chat", "target": "openai", "outcome": "sent", "status_class": "2xx", "masked": 2
        }  # fmt: skip
        assert values(blocked)["faasera.status_class"] == "4xx"
        assert values(blocked)["faasera.request_id"] == bad.headers["x-faasera-request-id"]
        assert not any(PLANTED.encode() in request.body + request.head for request in collector.requests)
        assert collector.resources() <= {
            "service.name", "service.version", "service.instance.id", "telemetry.sdk.language", "telemetry.sdk.name", "telemetry.sdk.version"
        }  # fmt: skip
        ours = f"00-{TRACE}-{sent.span_id.hex()}-01"
        [upstream] = llm.requests
        assert upstream.all("traceparent") == [ours]
        assert upstream.header("tracestate") is upstream.header("baggage") is None
        asked = [call.request for call in profiler.calls if PLANTED in (call.text or "")]
        assert asked
        assert all(request.all("traceparent") == [ours] for request in asked)
        assert all(request.header("tracestate") is None for request in asked)


def test_without_traces_a_callers_own_goes_to_those_who_may_have_it() -> None:
    config = "targets: {openai: {trace: true}}\n"
    with FakeLLM() as llm, Proxy(environ=bases(llm), config=config) as proxy, proxy.client() as client:
        for given, gets in ((CALLERS, [CALLERS]), (f"{CALLERS}-{PLANTED}", []), ("", [])):
            assert (
                client.post(f"{proxy.url}/v1/chat/completions", json=BODY, headers={"traceparent": given}).status_code
                == 200
            )
            assert llm.requests[-1].all("traceparent") == gets
        assert client.post(f"{proxy.url}/v1/messages", json=BODY, headers=SENT).status_code == 200
        assert llm.requests[-1].all("traceparent") == []  # claude is not marked


def test_requests_do_not_wait_for_a_collector_that_is_down(collector: Collector) -> None:
    collector.close()
    with FakeLLM() as llm:
        with Proxy(environ={**bases(llm), "FAASERA_TRACES": collector.url}) as proxy, proxy.client(timeout=5) as client:
            for _ in range(20):
                assert client.post(f"{proxy.url}/v1/chat/completions", json=BODY).status_code == 200
            assert proxy.stop() == 0
        assert "Traceback" not in proxy.log


@pytest.mark.parametrize(
    ("header", "fine"),
    [
        (CALLERS, True),
        (CALLERS.upper(), False),
        (f"00-{'0' * 32}-{PARENT}-01", False),
        (f"00-{TRACE}-{'0' * 16}-01", False),
        (f"01-{TRACE}-{PARENT}-01", False),
        (f"{CALLERS}, {CALLERS}", False),
        (f"{CALLERS}-jane", False),
        (f"{CALLERS}\n", False),
    ],
)
def test_only_a_trace_and_a_span_pass(header: str, fine: bool) -> None:
    assert bool(parent_of(header)) == fine
