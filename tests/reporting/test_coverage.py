from __future__ import annotations

import json
import threading

import pytest

from reporting.coverage import GENERIC, OTHER, REASONS, STICKY_SECONDS, SUPPORTED, Coverage


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def states(coverage: Coverage) -> list[tuple[str, str]]:
    return [(entry.host, entry.state) for entry in coverage.entries()]


def test_worst_first_and_rows_never_seen_last() -> None:
    coverage = Coverage({"api.openai.com": SUPPORTED, "claude.ai": GENERIC, "*.openai.azure.com": SUPPORTED})
    coverage.note("api.openai.com", "inspected")
    coverage.note("x.test", "tunnelled", "tunnel_configured")
    coverage.note("y.test", "blind", "tls_failed")
    coverage.note("z.test", "refused", "refuse_configured")
    assert states(coverage) == [
        ("y.test", "blind"),
        ("x.test", "tunnelled"),
        ("z.test", "refused"),
        ("api.openai.com", "inspected"),
        ("*.openai.azure.com", "unseen"),
        ("claude.ai", "unseen"),
    ]
    support = {entry.host: entry.support for entry in coverage.entries()}
    assert support["api.openai.com"] == SUPPORTED
    assert support["x.test"] == GENERIC


def test_a_host_seen_through_a_pattern_is_seen() -> None:
    coverage = Coverage({"*.openai.azure.com": SUPPORTED})
    coverage.note("corp.openai.azure.com", "inspected", row="*.openai.azure.com")
    assert states(coverage) == [("corp.openai.azure.com", "inspected")]
    assert coverage.entries()[0].support == SUPPORTED


def test_blind_stays_red_for_a_while() -> None:
    clock = Clock()
    coverage = Coverage({}, clock=clock)
    coverage.note("chatgpt.com", "blind", "tls_failed")
    clock.now += 1
    coverage.note("chatgpt.com", "inspected")
    entry = coverage.entries()[0]
    assert (entry.state, entry.reason, entry.last) == ("blind", "tls_failed", clock.now)
    assert entry.advice == REASONS["tls_failed"]
    clock.now += STICKY_SECONDS
    coverage.note("chatgpt.com", "inspected")
    assert coverage.entries()[0].state == "inspected"
    assert coverage.entries()[0].seen["blind"].count == 1


def test_blind_without_anything_after_it_never_fades() -> None:
    clock = Clock()
    coverage = Coverage({}, clock=clock)
    coverage.note("chatgpt.com", "inspected")
    clock.now += 1
    coverage.note("chatgpt.com", "blind", "tls_failed")
    clock.now += 100 * STICKY_SECONDS
    assert coverage.entries()[0].state == "blind"


def test_bounded_and_red_does_not_vanish() -> None:
    coverage = Coverage({}, limit=5)
    coverage.note("red.test", "blind", "tls_failed")
    for number in range(100):
        coverage.note(f"h{number}.test", "inspected")
    hosts = [entry.host for entry in coverage.entries()]
    assert len(hosts) == 5
    assert "red.test" in hosts
    for number in range(100):
        coverage.note(f"b{number}.test", "blind", "tls_failed")
    assert len(coverage.entries()) <= 6
    assert coverage.totals()[OTHER, "blind"] == 96


def test_client_values_are_cleaned() -> None:
    coverage = Coverage({})
    coverage.note("EVIL.test\n", "blind", "free\ntext" + "x" * 500)
    entry = coverage.entries()[0]
    assert entry.host == "?"
    assert len(entry.reason) <= 120
    assert "\n" not in entry.reason


@pytest.mark.parametrize("state", ["unseen", "fine"])
def test_unknown_states_are_refused(state: str) -> None:
    with pytest.raises(ValueError):
        Coverage({}).note("x.test", state)  # type: ignore[arg-type]


def test_text_is_json() -> None:
    coverage = Coverage({"never.test": GENERIC})
    coverage.note("api.openai.com", "blind", "challenged")
    first, second = json.loads(coverage.text())
    assert (first["host"], first["counts"], first["advice"]) == ("api.openai.com", {"blind": 1}, REASONS["challenged"])
    assert (second["host"], second["state"], second["last"]) == ("never.test", "unseen", 0)


def test_counts_are_exact_from_several_threads() -> None:
    coverage = Coverage({})

    def work() -> None:
        for _ in range(500):
            coverage.note("api.openai.com", "inspected")

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert coverage.totals() == {("api.openai.com", "inspected"): 2000}
