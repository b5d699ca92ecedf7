"""What holds for every test: property tests judge results, never time; on CI nothing is skipped."""

from __future__ import annotations

import gc
import os
import ssl
from collections.abc import Callable, Generator
from functools import cache
from typing import Any

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


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """A worker of xdist tells how each test ended, and not that it was set up well: a third of the messages."""
    if hasattr(config, "workerinput") and config.option.durations is None:
        for hook in (config.hook.pytest_runtest_logstart, config.hook.pytest_runtest_logfinish):
            for told in _by_xdist(hook):
                told.function = lambda nodeid, location: None
        for told in _by_xdist(config.hook.pytest_runtest_logreport):
            told.function = _but_for_quiet_phases(told.function)


def _by_xdist(hook: Any) -> list[Any]:
    return [told for told in hook.get_hookimpls() if type(told.plugin).__name__ == "WorkerInteractor"]


def _but_for_quiet_phases(tell: Callable[[pytest.TestReport], None]) -> Callable[[pytest.TestReport], None]:
    def pytest_runtest_logreport(report: pytest.TestReport) -> None:
        if report.when == "call" or not report.passed:
            tell(report)

    return pytest_runtest_logreport


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What waits for processes comes first: at the end small files fill both workers evenly."""
    items.sort(key=lambda item: next((at for at, part in enumerate(_FIRST) if part in item.nodeid), len(_FIRST)))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """A file to a worker; those that import three vendors' SDKs, seconds of CPU, to the same one."""
    from xdist.scheduler import LoadFileScheduling

    class Scheduling(LoadFileScheduling):  # type: ignore[misc]
        def _split_scope(self, nodeid: str) -> str:
            file = str(super()._split_scope(nodeid))
            return "the SDKs" if "_sdk" in file else file

    return Scheduling(config, log)


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
