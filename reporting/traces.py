"""OpenTelemetry traces, an optional extra: one span a request, sent to a collector over OTLP/HTTP.

A span holds what `ATTRIBUTES` takes from a record, and nothing else: no text, path, header, key, host or model. The SDK
is loaded only where `traces` is set; it sends from a thread of its own, and drops spans when the collector is slow.
W3C Trace Context: www.w3.org/TR/trace-context.
"""

from __future__ import annotations

import logging
import re
import threading
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from config.config_errors import ConfigError
from config.version import __version__
from reporting.record import RequestRecord

if TYPE_CHECKING:
    from opentelemetry.trace import Span

SPAN: Final = "llm request"
_PARENT = re.compile(r"00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}", re.ASCII)
_PATH = "/v1/traces"
# How long a shutdown waits for the collector to take the last spans.
FLUSH_SECONDS = 2.0

# Attribute -> how it is read off a finished request. The allow-list: every value is a word of a bounded set, a number,
# or the request's own random id.
ATTRIBUTES: Final[Mapping[str, Callable[[RequestRecord], str | int | float]]] = {
    "faasera.request_id": lambda record: record.request_id,
    "faasera.door": lambda record: record.door,
    "faasera.dialect": lambda record: record.dialect,
    "faasera.target": lambda record: record.target,
    "faasera.outcome": lambda record: record.outcome,
    "faasera.status_class": lambda record: f"{record.status // 100}xx" if record.status else "",
    "faasera.masked": lambda record: sum(record.masked.values()),
    "faasera.restored": lambda record: record.restored,
    "faasera.texts.new": lambda record: record.texts_new,
    "faasera.texts.cached": lambda record: record.texts_cached,
    "faasera.texts.skipped": lambda record: record.texts_skipped,
    "faasera.ms.total": lambda record: record.ms_total,
    "faasera.ms.profiler": lambda record: record.ms_profiler,
    "faasera.ms.first_byte": lambda record: record.ms_first_byte,
    "faasera.ms.answer": lambda record: record.ms_answer,
}


def parent_of(header: str) -> str:
    """A `traceparent` as it came, or "" for none that says a trace and nothing more."""
    return header if _PARENT.fullmatch(header) else ""


class Traces:
    """The spans of one proxy, and the thread that sends them."""

    def __init__(self, endpoint: str) -> None:
        """`endpoint`: the collector's base URL. Raises ConfigError where the extra is not installed."""
        try:
            import requests
            from opentelemetry import trace
            from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
            from opentelemetry.sdk.resources import Resource
            from opentelemetry.sdk.trace import TracerProvider
            from opentelemetry.sdk.trace.export import BatchSpanProcessor
        except ImportError:
            reason = "needs OpenTelemetry: install the extra otel (faasera-llm-privacy-proxy[otel])"
            raise ConfigError("traces", reason) from None
        session = requests.Session()
        session.trust_env = False  # HTTPS_PROXY may well name this very proxy
        session.max_redirects = 0
        for name in ("opentelemetry", "urllib3"):  # a collector that is down is told once a batch
            logging.getLogger(name).setLevel(logging.ERROR)
        exporter = OTLPSpanExporter(endpoint=endpoint + _PATH, session=session)
        resource = Resource.create({"service.name": "faasera", "service.version": __version__})
        self._provider = TracerProvider(resource=resource, shutdown_on_exit=False)
        self._provider.add_span_processor(BatchSpanProcessor(exporter))
        self._tracer = self._provider.get_tracer("faasera")
        self._api: Any = trace

    def __repr__(self) -> str:
        return "Traces()"

    def begin(self, parent: str, started: float) -> Span:
        """A span that began at `started` (unix seconds), a child of the valid `traceparent` given or a root."""
        api, context = self._api, None
        if parent:
            _, trace_id, span_id, flags = parent.split("-")
            above = api.SpanContext(int(trace_id, 16), int(span_id, 16), True, api.TraceFlags(int(flags, 16) & 1))
            context = api.set_span_in_context(api.NonRecordingSpan(above))
        span: Span = self._tracer.start_span(SPAN, context, api.SpanKind.SERVER, start_time=int(started * 1e9))
        return span

    def end(self, span: Span, record: RequestRecord) -> None:
        """The request is through: fill its span, and leave it to the thread."""
        if span.is_recording():
            for name, read in ATTRIBUTES.items():
                if (value := read(record)) != "":
                    span.set_attribute(name, value)
            if record.outcome == "blocked" or record.code:
                span.set_status(self._api.StatusCode.ERROR)
        span.end(int(time.time() * 1e9))

    def flush(self) -> threading.Thread:
        """Begin to send what is left; the thread ends when the collector has it."""
        thread = threading.Thread(target=self._provider.shutdown, name="faasera: last traces", daemon=True)
        thread.start()
        return thread


def traceparent(span: Span) -> str:
    """What a Profiler or a target is told, so that its spans hang below this one."""
    context = span.get_span_context()
    return f"00-{context.trace_id:032x}-{context.span_id:016x}-{context.trace_flags:02x}"
