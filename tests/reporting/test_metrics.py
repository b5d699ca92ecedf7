from __future__ import annotations

from prometheus_client.parser import text_string_to_metric_families

from reporting.coverage import SUPPORTED, Coverage
from reporting.metrics import Metrics
from reporting.record import RequestRecord


def record(**changes: object) -> RequestRecord:
    values: dict[str, object] = {"time": 1.0, "door": "gateway", "host": "h.test", "dialect": "chat", "outcome": "sent"}
    return RequestRecord(**(values | changes))  # type: ignore[arg-type]


def samples(metrics: Metrics) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    """The scrape read back by Prometheus' own parser."""
    text, kind = metrics.render()
    assert kind.startswith("text/plain; version=0.0.4")
    return {
        (one.name, tuple(sorted(one.labels.items()))): one.value
        for family in text_string_to_metric_families(text.decode())
        for one in family.samples
    }


def test_counts_by_the_fixed_names() -> None:
    coverage = Coverage({"api.openai.com": SUPPORTED, "never.test": SUPPORTED})
    coverage.note("api.openai.com", "inspected")
    coverage.note("api.openai.com", "inspected")
    coverage.note("api.openai.com", "blind", "tls_failed")
    metrics = Metrics(coverage=coverage.totals)
    metrics.add(record(target="claude", masked={"SSN": 2}, texts_new=1, texts_cached=3))
    metrics.add(record(target="claude", masked={"SSN": 1}, texts_skipped=1))
    metrics.add(record(outcome="blocked"))
    metrics.profiler(0.003)
    metrics.profiler(99)
    got = samples(metrics)

    labels = (("dialect", "chat"), ("door", "gateway"), ("outcome", "sent"), ("target", "claude"))
    assert got["faasera_requests_total", labels] == 2
    assert got["faasera_masked_total", (("type", "SSN"),)] == 3
    assert [got["faasera_texts_total", (("state", s),)] for s in ("new", "cached", "skipped")] == [1, 3, 1]
    assert got["faasera_profiler_seconds_count", ()] == 2
    assert got["faasera_profiler_seconds_sum", ()] == 99.003
    assert got["faasera_profiler_seconds_bucket", (("le", "0.0025"),)] == 0
    assert got["faasera_profiler_seconds_bucket", (("le", "0.005"),)] == 1
    assert got["faasera_profiler_seconds_bucket", (("le", "+Inf"),)] == 2
    assert got["faasera_coverage", (("host", "api.openai.com"), ("state", "inspected"))] == 2
    assert got["faasera_coverage", (("host", "api.openai.com"), ("state", "blind"))] == 1
    assert got["faasera_coverage", (("host", "never.test"), ("state", "unseen"))] == 1
    assert metrics.outcomes() == {"sent": 2, "clean": 0, "account": 0, "other": 0, "blocked": 1}
    assert metrics.masked() == {"SSN": 3}
    assert metrics.profiler_mean() == 99.003 / 2
    assert Metrics().profiler_mean() is None
    assert metrics.texts() == {"new": 1, "cached": 3, "skipped": 1}


def test_families_are_announced_before_the_first_request() -> None:
    text = Metrics().render()[0].decode()
    for name in ("requests_total", "masked_total", "texts_total", "profiler_seconds", "coverage", "request_seconds",
                 "first_byte_seconds", "upstream_responses_total", "errors_total", "size", "build_info"):  # fmt: skip
        assert f"# TYPE faasera_{name} " in text


def test_times_errors_and_what_targets_answer() -> None:
    metrics = Metrics(sizes=lambda: {"queue": 3})
    done = record(target="claude", status=200)
    done.answered(200, "", 0, 120.0, 3000.0)
    metrics.add(done)
    metrics.add(record(target="claude", outcome="blocked", status=413, code="faasera_body_too_large"))
    got = samples(metrics)
    labels = (("door", "gateway"), ("outcome", "sent"), ("target", "claude"))
    assert got["faasera_request_seconds_sum", labels] == 3
    assert got["faasera_first_byte_seconds_sum", labels] == 0.12
    assert got["faasera_upstream_responses_total", (("class", "2xx"), ("target", "claude"))] == 1
    assert not any(labels[0] == ("class", "4xx") for name, labels in got if name == "faasera_upstream_responses_total")
    assert got["faasera_errors_total", (("code", "faasera_body_too_large"),)] == 1
    assert got["faasera_size", (("what", "queue"),)] == 3
    assert any(name == "faasera_build_info" for name, _ in got)


def test_labels_are_bounded() -> None:
    coverage = Coverage({})
    for number in range(200):
        coverage.note(f"h{number}.test", "blind")
    metrics = Metrics(coverage=coverage.totals, limit=10)
    for number in range(200):
        metrics.add(record(dialect=f"d{number}", target=f"t{number}", masked={f"T{number}": 1}))
    for _ in range(2):  # a second scrape must not shift what is folded
        got = samples(metrics)
        requests = {key: value for key, value in got.items() if key[0] == "faasera_requests_total"}
        assert len(requests) == 11
        assert sum(requests.values()) == 200
        hosts = {key: value for key, value in got.items() if key[0] == "faasera_coverage"}
        assert len(hosts) == 51
        assert sum(hosts.values()) == 200


def test_hostile_labels_stay_labels() -> None:
    metrics = Metrics()
    metrics.add(record(target='x"} 1\nfaasera_masked_total{type="FORGED'))
    assert not any(key[0] == "faasera_masked_total" for key in samples(metrics))


def test_two_instances_do_not_share_counts() -> None:
    first, second = Metrics(), Metrics()
    first.add(record())
    assert second.outcomes()["sent"] == 0
