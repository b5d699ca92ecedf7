"""`/healthz`: one answer out of many checks."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from reporting import sanitize


@dataclass(frozen=True, slots=True)
class Check:
    """The result of one check. `detail` says what was found and names no secret.

    A check that is not `required` (such as the audit log) makes the answer `degraded`, with status 200: the
    proxy still masks.
    """

    name: str
    ok: bool
    detail: str = ""
    required: bool = True


def run(checks: Iterable[Check | Callable[[], Check]]) -> tuple[Check, ...]:
    """All results. A check that raises has failed; only the type of its error is shown."""
    results = []
    for check in checks:
        if isinstance(check, Check):
            results.append(check)
            continue
        try:
            results.append(check())
        except Exception as error:  # noqa: BLE001 - a broken check is a failed check
            results.append(
                Check(getattr(check, "__name__", "check"), False, f"the check failed: {type(error).__name__}")
            )
    return tuple(results)


def answer(checks: Iterable[Check | Callable[[], Check]]) -> tuple[int, bytes]:
    """(200 or 503, JSON): `{"status": "ok"|"degraded"|"failing", "reason": "...", "checks": {name: {...}}}`."""
    results = run(checks)
    bad = [check for check in results if not check.ok]
    failing = any(check.required for check in bad)
    body = {
        "status": "failing" if failing else "degraded" if bad else "ok",
        "reason": "; ".join(_sentence(check) for check in bad),
        "checks": {
            sanitize.clean(check.name, 40): {
                "ok": check.ok,
                "required": check.required,
                "detail": sanitize.clean(check.detail, 300),
            }
            for check in results
        },
    }
    return (503 if failing else 200), json.dumps(body, indent=2).encode() + b"\n"


def _sentence(check: Check) -> str:
    return sanitize.clean(f"{check.name}: {check.detail or 'failed'}", 300)
