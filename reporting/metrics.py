"""Counters in Prometheus form, in a registry of their own (mitmproxy's process metrics are not ours to show).

Label values come from bounded sets: a client that invents host names must not fill the memory of whoever
scrapes this. The status page reads the same counters.
"""

from __future__ import annotations

import threading
from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from prometheus_client import CollectorRegistry
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from reporting.record import RequestRecord

OTHER: Final = "other"
REQUESTS: Final = "faasera_requests_total"
MASKED: Final = "faasera_masked_total"
TEXTS: Final = "faasera_texts_total"
PROFILER: Final = "faasera_profiler_seconds"
COVERAGE: Final = "faasera_coverage"

# Seconds. The embedded profiler answers in milliseconds, a remote one in tenths, the deadline is 10 s.
BUCKETS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 60.0)


class Metrics(Collector):
    """Counts records. `limit` bounds the number of different values of each label.

    `coverage` gives (host, state) -> count at the time of a scrape, such as `Coverage.totals`.
    """

    def __init__(
        self, *, coverage: Callable[[], Mapping[tuple[str, str], int]] | None = None, limit: int = 100
    ) -> None:
        self._coverage = coverage
        self._limit = max(1, limit)
        self._lock = threading.Lock()
        self._values: dict[str, set[str]] = {}
        self._requests: dict[tuple[str, ...], int] = {}
        self._masked: dict[str, int] = {}
        self._texts = {"new": 0, "cached": 0, "skipped": 0}
        self._buckets = [0] * (len(BUCKETS) + 1)
        self._seconds = 0.0
        self._registry = CollectorRegistry()
        self._registry.register(self)

    def add(self, record: RequestRecord) -> None:
        """Count one request with its types and texts."""
        with self._lock:
            labels = (
                self._bounded("door", record.door),
                self._bounded("dialect", record.dialect),
                self._bounded("target", record.target),
                record.outcome,
            )
            self._requests[labels] = self._requests.get(labels, 0) + 1
            for kind, count in record.masked.items():
                name = self._bounded("type", kind)
                self._masked[name] = self._masked.get(name, 0) + count
            self._texts["new"] += record.texts_new
            self._texts["cached"] += record.texts_cached
            self._texts["skipped"] += record.texts_skipped

    def profiler(self, seconds: float) -> None:
        """Observe one call of the Profiler."""
        with self._lock:
            self._buckets[bisect_left(BUCKETS, seconds)] += 1
            self._seconds += seconds

    def profiler_mean(self) -> float | None:
        """Mean time of a Profiler call in seconds, None before the first one."""
        with self._lock:
            calls = sum(self._buckets)
            return self._seconds / calls if calls else None

    def outcomes(self) -> dict[str, int]:
        """outcome -> number of requests since start."""
        sums = {"sent": 0, "clean": 0, "account": 0, "other": 0, "blocked": 0}
        with self._lock:
            for labels, count in self._requests.items():
                sums[labels[3]] += count
        return sums

    def masked(self) -> dict[str, int]:
        """placeholder type -> number of maskings since start."""
        with self._lock:
            return dict(self._masked)

    def texts(self) -> dict[str, int]:
        """`new`, `cached`, `skipped` -> number of texts since start."""
        with self._lock:
            return dict(self._texts)

    def render(self) -> tuple[bytes, str]:
        """The answer to a scrape: body and content type (text format 0.0.4)."""
        return generate_latest(self._registry), CONTENT_TYPE_PLAIN_0_0_4

    def describe(self) -> Iterable[Metric]:
        """Nothing: keeps the registry from collecting while it registers us."""
        return ()

    def collect(self) -> Iterable[Metric]:
        """The families of one scrape. A family without a sample is still announced by its HELP and TYPE."""
        requests = CounterMetricFamily(
            REQUESTS, "Requests to models and their account endpoints.", labels=("door", "dialect", "target", "outcome")
        )
        masked = CounterMetricFamily(MASKED, "Placeholders put in place of personal data or secrets.", labels=("type",))
        texts = CounterMetricFamily(
            TEXTS, "Texts: new to the Profiler, cached, or skipped (not inspected).", labels=("state",)
        )
        seconds = HistogramMetricFamily(PROFILER, "Time of a Profiler call in seconds.")
        cover = GaugeMetricFamily(COVERAGE, "Sights of an LLM host by state since start.", labels=("host", "state"))
        with self._lock:
            for labels, count in sorted(self._requests.items()):
                requests.add_metric(labels, count)
            for kind, count in sorted(self._masked.items()):
                masked.add_metric((kind,), count)
            for state, count in self._texts.items():
                texts.add_metric((state,), count)
            sums, running = [], 0
            for bound, count in zip((*(str(b) for b in BUCKETS), "+Inf"), self._buckets, strict=True):
                running += count
                sums.append((bound, float(running)))
            seconds.add_metric((), sums, self._seconds)
        for (host, state), count in self._seen_hosts().items():
            cover.add_metric((host, state), count)
        return (requests, masked, texts, seconds, cover)

    def _seen_hosts(self) -> dict[tuple[str, str], int]:
        sums: dict[tuple[str, str], int] = {}
        for (host, state), count in (self._coverage() if self._coverage else {}).items():
            with self._lock:
                label = self._bounded("host", host, self._limit * 5)
            sums[label, state] = sums.get((label, state), 0) + count
        return sums

    def _bounded(self, label: str, value: str, limit: int | None = None) -> str:
        known = self._values.setdefault(label, set())
        if value not in known:
            if len(known) >= (limit or self._limit):
                return OTHER
            known.add(value)
        return value
