from __future__ import annotations

import json

import pytest

from reporting.health import Check, answer

GOOD = Check("ca", True, "installed")
BAD = Check("profiler", False, "no answer", "start it")
SOFT = Check("audit", False, "disk full", required=False)


def broken() -> Check:
    raise RuntimeError("Jane Doe 123-45-6789")


@pytest.mark.parametrize(
    ("checks", "status", "word", "reason"),
    [
        ([GOOD], 200, "ok", ""),
        ([], 200, "ok", ""),
        ([GOOD, BAD], 503, "failing", "profiler: no answer"),
        ([GOOD, SOFT], 200, "degraded", "audit: disk full"),
        ([BAD, SOFT], 503, "failing", "profiler: no answer; audit: disk full"),
        ([lambda: GOOD], 200, "ok", ""),
        ([broken], 503, "failing", "broken: the check failed: RuntimeError"),
    ],
)
def test_answer(checks: list[Check], status: int, word: str, reason: str) -> None:
    got, body = answer(checks)
    parsed = json.loads(body)
    assert (got, parsed["status"], parsed["reason"]) == (status, word, reason)
    assert b"Jane" not in body


def test_every_check_is_listed_and_cleaned() -> None:
    parsed = json.loads(answer([GOOD, Check("x", False, "a\nb" + "y" * 999)])[1])
    assert parsed["checks"]["ca"] == {"ok": True, "required": True, "detail": "installed"}
    assert len(parsed["checks"]["x"]["detail"]) == 300
