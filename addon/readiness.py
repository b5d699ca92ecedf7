"""Whether texts can be masked now: what `/livez`, `/readyz` and `/healthz` answer, and the canary of the Profiler.

A Profiler service that answers every text with itself (a wrong policy name, an echo server) looks well and masks
nothing. So a text with a name, a mail address, an SSN and a card number goes first, and again every minute.
"""

from __future__ import annotations

import asyncio
import json
import time
from pathlib import Path

from mitmproxy import ctx, http
from mitmproxy.utils import asyncio_utils

from addon.canary import CANARY_TEXT, CANARY_VALUES
from addon.pipeline import Pipeline
from addon.services import Services
from redaction.errors import ProfilerFailed
from redaction.profiler.http import HttpProfiler
from redaction.profiler.protocol import Masking, Profiler
from reporting.health import Check, answer

# The Profiler is asked at most this often (when it was well, when it was not), and waited for this long.
_ASK_SECONDS, _ASK_AGAIN_SECONDS = 10.0, 1.0
_ANSWER_SECONDS = 3.0
CANARY_SECONDS = 60.0
# Who asked for readiness within this time is a balancer; it believes the second refusal, and acts on it within this.
_PROBER_SECONDS, _TELLINGS, _EFFECT_SECONDS = 15.0, 2, 0.5
MASKS_NOTHING = "faasera_profiler_masks_nothing"
HEADERS = {"content-type": "application/json", "cache-control": "no-store", "x-content-type-options": "nosniff"}


class Health:
    """`draining`: the proxy ends, and balancers should send nothing more."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._asked: HttpProfiler | None = None
        self._ask_again = 0.0
        self._problem: str | None = None
        self._canaries: dict[str, tuple[Profiler, float, bool]] = {}  # policy -> whom, when, whether it masked
        self._singing: dict[str, asyncio.Task[bool]] = {}
        self.draining = False
        self._asked_for_readiness = -_PROBER_SECONDS  # when, last
        self._told: list[float] = []  # when somebody was told that the proxy ends

    # -- the canary ------------------------------------------------------------------------------------------------

    async def vouch(self, pipeline: Pipeline, policy: str) -> None:
        """Raises ProfilerFailed unless the service masked the canary under this policy. Waits for it only the first
        time; later a stale answer is renewed beside the request. The embedded profiler was tested at the start."""
        profiler = pipeline.profiler
        if not isinstance(profiler, HttpProfiler):
            return
        known, when, masked = self._canaries.get(policy, (None, 0.0, False))
        age = time.monotonic() - when
        if known is not profiler or (not masked and age > _ASK_AGAIN_SECONDS):
            masked = await asyncio.shield(self._sing(profiler, policy))
        elif age > CANARY_SECONDS:
            self._sing(profiler, policy)
        if not masked:
            raise ProfilerFailed(
                f"the Profiler changed nothing of a test text with a name, a mail address, an SSN and a card number: "
                f"see profiler.endpoint and the policy {policy!r} there",
                code=MASKS_NOTHING,
                retry_after=5,
            )

    def _sing(self, profiler: HttpProfiler, policy: str) -> asyncio.Task[bool]:
        running = self._singing.get(policy)
        if running is None or running.done():
            running = self._singing[policy] = asyncio_utils.create_task(
                self._canary(profiler, policy), name="faasera: canary", keep_ref=True
            )
            running.add_done_callback(lambda task: None if task.cancelled() else task.exception())
        return running

    async def _canary(self, profiler: HttpProfiler, policy: str) -> bool:
        found: list[str] = []

        def done(_index: int, masking: Masking) -> None:
            found.append(masking.replacement)

        await profiler.mask_many([CANARY_TEXT], policy, done)
        told = _bare(found[0])  # an echo in capitals or with other separators masks nothing
        masked = not all(_bare(value) in told for value in CANARY_VALUES)
        self._canaries[policy] = (profiler, time.monotonic(), masked)
        return masked

    # -- the probes ------------------------------------------------------------------------------------------------

    async def probe(self, page: str, *, local: bool) -> http.Response:
        """`/livez`: the process answers. `/readyz`: texts can be masked, and it is not draining. `/healthz`: every
        check, for this machine; others get the word only."""
        if page == "livez":
            status, word = 200, "alive"
        else:
            await self.ask()
            status, body = answer(self.checks())
            word = json.loads(body)["status"]
            if page == "readyz":
                self._asked_for_readiness = time.monotonic()
                if self.draining:
                    self._told.append(self._asked_for_readiness)
                status, word = (503, "draining") if self.draining else (status, "ready" if status == 200 else "failing")
            elif local:
                return http.Response.make(status, body, HEADERS)
        return http.Response.make(status, json.dumps({"status": word}).encode() + b"\n", HEADERS)

    def balancer_is_unaware(self) -> bool:
        """Whether somebody asks for readiness now and then, and has not been told often enough that the proxy ends, or
        only a moment ago: under load a probe waits like every request."""
        now = time.monotonic()
        if len(self._told) >= _TELLINGS:
            return now - self._told[_TELLINGS - 1] < _EFFECT_SECONDS
        return now - self._asked_for_readiness < _PROBER_SECONDS

    def checks(self) -> tuple[Check, ...]:
        """What must hold for requests to be masked, and what should."""
        pipeline, records = self._services.pipeline, self._services.records
        if pipeline is None:
            return (Check("configuration", False, "the configuration cannot be used"),)
        found = [Check("configuration", True, pipeline.config.source), self._profiler(pipeline.profiler)]
        ca = Path(ctx.options.confdir).expanduser() / "mitmproxy-ca-cert.pem"
        found.append(Check("ca", ca.is_file(), "" if ca.is_file() else "no CA yet", required=False))
        if records.audit is not None:
            problem = records.audit.problem
            found.append(Check("audit", not problem, problem or "", required=False))
        return tuple(found)

    async def ask(self) -> None:
        """Ask the service itself, now and then, also while requests leave it alone: whoever waits for 200 before
        sending requests again (a load balancer) must see it come back without one."""
        pipeline = self._services.pipeline
        profiler = pipeline.profiler if pipeline is not None else None
        if pipeline is None or not isinstance(profiler, HttpProfiler):
            self._problem = None
            return
        if self._asked is profiler and time.monotonic() < self._ask_again:
            return
        self._asked = profiler
        try:
            async with asyncio.timeout(_ANSWER_SECONDS):
                self._problem = await profiler.check()
                if self._problem is None:
                    await self.vouch(pipeline, profiler.settings.policy)
        except TimeoutError:
            self._problem = f"the Profiler did not answer within {_ANSWER_SECONDS:.0f} s"
        except ProfilerFailed as error:
            self._problem = error.message
        wait = _ASK_SECONDS if self._problem is None and not profiler.breaker.is_open else _ASK_AGAIN_SECONDS
        self._ask_again = time.monotonic() + wait

    def _profiler(self, profiler: object) -> Check:
        if isinstance(profiler, HttpProfiler):
            if profiler.breaker.is_open:
                return Check("profiler", False, f"{profiler.where} does not answer: requests are refused until it does")
            if self._problem is not None and self._asked is profiler and time.monotonic() < self._ask_again:
                return Check("profiler", False, self._problem)
            if any(known is profiler and not masked for known, _, masked in self._canaries.values()):
                return Check("profiler", False, "the Profiler masks nothing: requests are refused until it does")
        return Check("profiler", True)


def _bare(text: str) -> str:
    return "".join(char for char in text.casefold() if char.isalnum())
