"""Counters in Prometheus form, in a registry of their own (mitmproxy's are not ours to show).

Label values come from bounded sets: a client that invents host names must not fill the memory of whoever
scrapes this. The status page reads the same counters.
"""

from __future__ import annotations

import platform
from collections.abc import Callable, Iterable, Mapping
from importlib.metadata import PackageNotFoundError, version
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, disable_created_metrics
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from reporting.record import OUTCOMES, RequestRecord

OTHER: Final = "other"
REQUESTS: Final = "faasera_requests_total"
MASKED: Final = "faasera_masked_total"
TEXTS: Final = "faasera_texts_total"
PROFILER: Final = "faasera_profiler_seconds"
COVERAGE: Final = "faasera_coverage"
DURATION: Final = "faasera_request_seconds"
FIRST_BYTE: Final = "faasera_first_byte_seconds"
UPSTREAM: Final = "faasera_upstream_responses_total"
ERRORS: Final = "faasera_errors_total"
SIZE: Final = "faasera_size"
BUILD: Final = "faasera_build_info"

# Seconds. The embedded profiler answers in milliseconds, a remote one in tenths, the deadline is 10 s.
BUCKETS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 60.0)
# A model answers in a second, or thinks for minutes.
LONG_BUCKETS: Final = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0)

disable_created_metrics()  # type: ignore[no-untyped-call]  # a second series for each, which nobody reads


class Metrics:
    """Counts records. `limit` bounds the number of different values of each label.

    `coverage` gives (host, state) -> count at the time of a scrape, such as `Coverage.totals`; `sizes` gives
    what -> number of things that are held now (`queue`, `requests`, `vault`, `cache`).
    """

    def __init__(
        self,
        *,
        coverage: Callable[[], Mapping[tuple[str, str], int]] | None = None,
        sizes: Callable[[], Mapping[str, float]] | None = None,
        limit: int = 100,
    ) -> None:
        self._limit = max(1, limit)
        self._values: dict[str, set[str]] = {}
        self._outcomes: dict[str, int] = dict.fromkeys(OUTCOMES, 0)
        self._kinds: dict[str, int] = {}
        self._states = {"new": 0, "cached": 0, "skipped": 0}
        self._calls, self._seconds = 0, 0.0
        registry = self._registry = CollectorRegistry()
        self._requests = Counter(
            REQUESTS, "Requests to models and their account endpoints.", ("door", "dialect", "target", "outcome"),
            registry=registry,
        )  # fmt: skip
        self._masked = Counter(
            MASKED, "Placeholders put in place of personal data or secrets.", ("type",), registry=registry
        )
        self._texts = Counter(
            TEXTS, "Texts: new to the Profiler, cached, or skipped (not inspected).", ("state",), registry=registry
        )
        for state in self._states:
            self._texts.labels(state)
        self._profiler = Histogram(PROFILER, "Time of a Profiler call in seconds.", buckets=BUCKETS, registry=registry)
        places = ("door", "target", "outcome")
        self._duration = Histogram(
            DURATION, "From a request's head to the end of its answer.", places, buckets=LONG_BUCKETS, registry=registry
        )
        self._first = Histogram(
            FIRST_BYTE, "From a request's head to the head of its answer.", places, buckets=LONG_BUCKETS,
            registry=registry,
        )  # fmt: skip
        self._upstream = Counter(
            UPSTREAM, "Answers of targets by status class.", ("target", "class"), registry=registry
        )
        self._errors = Counter(
            ERRORS, "Requests that were refused or broke off, by code.", ("code",), registry=registry
        )
        Gauge(BUILD, "What runs here.", ("python", "mitmproxy"), registry=registry).labels(
            platform.python_version(), _version("mitmproxy")
        ).set(1)
        ProcessCollector(namespace="faasera", registry=registry)
        seen = self._seen(coverage)
        registry.register(_AtScrape(COVERAGE, "Sights of an LLM host by state since start.", ("host", "state"), seen))

        def held() -> Mapping[tuple[str, ...], float]:
            return {(what,): number for what, number in (sizes() if sizes else {}).items()}

        registry.register(_AtScrape(SIZE, "Requests, waiting ones, values and texts that are held.", ("what",), held))

    def add(self, record: RequestRecord) -> None:
        """Count one request, or one message of a WebSocket, with its types and texts."""
        target = self._bounded("target", record.target)
        door = self._bounded("door", record.door)
        self._requests.labels(door, self._bounded("dialect", record.dialect), target, record.outcome).inc()
        self._outcomes[record.outcome] += 1
        for kind, count in record.masked.items():
            name = self._bounded("type", kind)
            self._masked.labels(name).inc(count)
            self._kinds[name] = self._kinds.get(name, 0) + count
        for state, count in (
            ("new", record.texts_new), ("cached", record.texts_cached), ("skipped", record.texts_skipped)
        ):  # fmt: skip
            if count:
                self._texts.labels(state).inc(count)
                self._states[state] += count
        if record.code:
            self._errors.labels(self._bounded("code", record.code)).inc()
        if record.ms_answer:
            self._duration.labels(door, target, record.outcome).observe(record.ms_answer / 1e3)
        if record.ms_first_byte:
            self._first.labels(door, target, record.outcome).observe(record.ms_first_byte / 1e3)
        if 100 <= record.status < 600 and record.outcome != "blocked":
            self._upstream.labels(target, f"{record.status // 100}xx").inc()

    def profiler(self, seconds: float) -> None:
        """Observe one call of the Profiler."""
        self._profiler.observe(seconds)
        self._calls += 1
        self._seconds += seconds

    def profiler_mean(self) -> float | None:
        """Mean time of a Profiler call in seconds, None before the first one."""
        return self._seconds / self._calls if self._calls else None

    def outcomes(self) -> dict[str, int]:
        """outcome -> number of requests since start."""
        return dict(self._outcomes)

    def masked(self) -> dict[str, int]:
        """placeholder type -> number of maskings since start."""
        return dict(self._kinds)

    def texts(self) -> dict[str, int]:
        """`new`, `cached`, `skipped` -> number of texts since start."""
        return dict(self._states)

    def render(self) -> tuple[bytes, str]:
        """The answer to a scrape: body and content type (text format 0.0.4)."""
        return generate_latest(self._registry), CONTENT_TYPE_PLAIN_0_0_4

    def _seen(self, coverage: Callable[[], Mapping[tuple[str, str], int]] | None) -> _Sums:
        def sums() -> Mapping[tuple[str, ...], float]:
            found: dict[tuple[str, ...], float] = {}
            for (host, state), count in (coverage() if coverage else {}).items():
                label = self._bounded("host", host, self._limit * 5), state
                found[label] = found.get(label, 0) + count
            return found

        return sums

    def _bounded(self, label: str, value: str, limit: int | None = None) -> str:
        known = self._values.setdefault(label, set())
        if value not in known:
            if len(known) >= (limit or self._limit):
                return OTHER
            known.add(value)
        return value


_Sums = Callable[[], Mapping[tuple[str, ...], float]]


class _AtScrape(Collector):
    """A gauge whose samples are asked for when somebody scrapes."""

    def __init__(self, name: str, text: str, labels: tuple[str, ...], samples: _Sums) -> None:
        self._name, self._text, self._labels, self._samples = name, text, labels, samples

    def describe(self) -> Iterable[Metric]:
        """Nothing: keeps the registry from collecting while it registers us."""
        return ()

    def collect(self) -> Iterable[Metric]:
        family = GaugeMetricFamily(self._name, self._text, labels=self._labels)
        for labels, number in self._samples().items():
            family.add_metric(labels, number)
        return (family,)


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""
