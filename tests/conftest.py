"""What holds for every test: property tests judge results, never time; on CI nothing is skipped."""

from __future__ import annotations

import gc
import os
import ssl
from collections.abc import Generator
from functools import cache

import certifi
import pytest
from httpx._transports import default
from hypothesis import HealthCheck, settings

from tests.support.depth import depth

settings.register_profile(
    "project",
    max_examples=depth(25, 150),
    derandomize=not os.environ.get("DEEP"),  # a run says the same twice; `make deep` looks for what is new
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("project")


@cache
def _trusted() -> ssl.SSLContext:
    return ssl.create_default_context(cafile=certifi.where())


# Each client of httpx, an SDK's too, reads a hundred certificates anew: 20 ms of CPU, a thousand times.
_make = default.create_ssl_context
default.create_ssl_context = lambda verify=True, **more: _make(_trusted() if verify is True else verify, **more)  # type: ignore[assignment]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What waits for processes comes first: at the end small files fill both workers evenly."""
    items.sort(key=lambda item: next((at for at, part in enumerate(_FIRST) if part in item.nodeid), len(_FIRST)))


_FIRST = ("test_readme", "test_balancer", "tests/doors", "tests/cli", "tests/tools", "_browser", "tests/scaling")


def pytest_collection_finish() -> None:
    """Thousands of tests stay: the collector need not look at them again and again."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """On CI a skipped test is a failure, but for clients that only a vendor can give (marker `vendor_client`)."""
    report = yield
    vendors = item.get_closest_marker("vendor_client") is not None
    if os.environ.get("CI") and report.skipped and not hasattr(report, "wasxfail") and not vendors:
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped on CI: {report.longrepr}"
    return report


def pytest_make_parametrize_id(config: pytest.Config, val: object, argname: str) -> str | None:
    """Ids that are short, readable and the same in every process: compressed bytes hold times, forms hold tokens."""
    if isinstance(val, bytes | bytearray):
        return f"{argname} of {len(val)} bytes"
    if isinstance(val, str) and (len(val) > _LONGEST_ID or not val.isprintable()):
        return "".join(c if c.isprintable() else "." for c in val[:_LONGEST_ID])
    return None


_LONGEST_ID = 60
