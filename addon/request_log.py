"""From a finished request to what people see: flow comment, log line, audit line, metrics, coverage."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from fnmatch import fnmatchcase

from mitmproxy import http

from addon.request_state import RequestState
from config.config_errors import ConfigError
from config.configuration import Config
from redaction.report import Report
from reporting.audit import AuditLog
from reporting.coverage import GENERIC, SUPPORTED, Coverage, State
from reporting.history import History
from reporting.metrics import Metrics
from reporting.record import RequestRecord
from reporting.traces import Traces
from routing.hosts import KNOWN

logger = logging.getLogger("faasera")


# Why a request was refused, in the words of `reporting.coverage`. Code (a * at its end: any rest) -> reason.
_REASONS = {
    "faasera_host_refused": "refuse_configured",
    "faasera_profiler_*": "profiler",
    "faasera_queue_full": "profiler",
    "faasera_bad_charset": "undecodable",
    "faasera_bad_encoding": "undecodable",
    "faasera_bad_part_encoding": "undecodable",
    "faasera_unknown_encoding": "undecodable",
    "faasera_unwritable_charset": "undecodable",
    "faasera_transfer_encoding": "undecodable",
    "faasera_not_redactable": "undecodable",
    "faasera_record_broken": "undecodable",
    "faasera_ambiguous_head": "malformed",
    "faasera_bad_json": "malformed",
    "faasera_bad_document": "malformed",
    "faasera_bad_multipart": "malformed",
    "faasera_bad_filename": "malformed",
    "faasera_bad_path": "malformed",
    "faasera_boundary_in_part": "malformed",
    "faasera_duplicate_key": "malformed",
    "faasera_addon_missing": "proxy",
    "faasera_bad_configuration": "proxy",
    "faasera_internal_error": "proxy",
    "faasera_shutting_down": "proxy",
    "faasera_upstream_unreachable": "unreachable",
}


# Host patterns whose real client was run through both doors, or through the interception door where it has no other.
VERIFIED = frozenset(
    {
        "api.openai.com",  # openai (Python), Codex
        "api.anthropic.com",  # anthropic (Python), Claude Code
        "generativelanguage.googleapis.com",  # google-genai
        "api.mistral.ai",  # mistralai
        "api.cohere.com",  # cohere
        "bedrock-runtime.*.amazonaws.com",  # boto3
    }
)


class RequestLog:
    """Feeds every reader of request records. A reader that fails is logged by the guard and stops no request."""

    def __init__(self) -> None:
        self.coverage_meter = Coverage({})
        self.sizes: Callable[[], Mapping[str, float]] = dict
        self.metrics = Metrics(coverage=self._coverage, sizes=lambda: self.sizes())
        self.history = History()
        self.news = asyncio.Event()
        self.audit: AuditLog | None = None
        self.traces: Traces | None = None
        self.recent: list[RequestRecord] = []
        self._audit_path: str | None = None

    def configure(self, config: Config) -> None:
        """Open the audit log where it changed. Raises ConfigError when it cannot be written."""
        rows = {row.pattern: SUPPORTED if row.pattern in VERIFIED else GENERIC for row in KNOWN}
        rows |= {row.host: GENERIC for row in config.routing.hosts if row.host not in rows}
        self.coverage_meter.set_rows(rows)
        if config.audit == self._audit_path:
            return
        try:
            audit = AuditLog(config.audit) if config.audit else None
        except (ValueError, OSError) as error:
            raise ConfigError(f"faasera_audit: {error}") from None
        self.close()
        self.audit, self._audit_path = audit, config.audit

    def event(self, name: str, **values: str) -> None:
        """Something else than a request: a line of the audit log of its own."""
        if self.audit is not None:
            self.audit.event(name, values)

    def close(self) -> None:
        if self.audit is not None:
            self.audit.close()
            self.audit = None
            self._audit_path = None

    def show(self, flow: http.HTTPFlow, live: RequestState) -> None:
        """Mark a flow that is about to be sent or answered: what writes flows to files does so before `note` comes."""
        if not live.is_page:
            live.record = _record(live)
            live.record.show(flow)

    def note(self, flow: http.HTTPFlow, live: RequestState) -> None:
        """One request is through."""
        if live.recorded or live.is_page:
            return
        live.recorded = True
        record = live.record
        if record is None or record.outcome != live.outcome:  # refused after it was shown: an upgrade, for one
            record = _record(live)
        else:
            seen = live.restored
            record.answered(
                live.status, live.code, seen.restored, live.ms_first_byte, live.elapsed(), one_way=seen.one_way
            )
        logger.info("%s", record.show(flow), extra={"record": record})
        self._feed(record)
        if live.span is not None and self.traces is not None:
            self.traces.end(live.span, record)
        if live.outcome in ("account", "other"):
            return  # says nothing about whether prompts are seen
        state: State = "refused" if live.outcome == "blocked" else "inspected"
        route = live.route
        host = route.host if live.view.door == "gateway" and route is not None else live.view.host
        row = route.host_row.pattern if route is not None and route.host_row is not None else ""
        self.coverage_meter.note(host, state, _reason(live.code) if state == "refused" else "", row=row)

    def frame(self, flow: http.HTTPFlow, live: RequestState, report: Report) -> None:
        """One WebSocket message is through."""
        record = _record(live, report)
        flow.comment = record.comment()
        flow.marked = record.marker
        self._feed(record)

    def _feed(self, record: RequestRecord) -> None:
        self.metrics.add(record)
        self.history.add(record)
        self.news.set()
        if record.texts_new:
            self.metrics.profiler(record.ms_profiler / 1e3)
        self.recent.append(record)
        del self.recent[:-50]
        if self.audit is not None:
            self.audit.write(record)

    def _coverage(self) -> dict[tuple[str, str], int]:
        return {(host, str(state)): count for (host, state), count in self.coverage_meter.totals().items()}

    def coverage(self, host: str, state: State, reason: str) -> None:
        self.coverage_meter.note(host, state, reason)


def _record(live: RequestState, report: Report | None = None) -> RequestRecord:
    seen = report if report is not None else live.report
    route = live.route
    outcome = live.outcome if live.outcome in ("sent", "clean", "account", "other", "blocked") else "blocked"
    if report is not None and outcome != "blocked":
        outcome = "sent" if report.masked else "clean"
    return RequestRecord(
        time=live.started,
        door=live.view.door,
        host=live.view.host,
        dialect=route.dialect if route is not None else live.dialect,
        outcome=outcome,  # type: ignore[arg-type]
        client=live.client,
        user=live.user,
        target=(route.target or "") if route is not None else "",
        model=seen.model,
        policy=live.policy,
        masked=seen.masked,
        texts_new=seen.new,
        texts_cached=seen.cached,
        texts_skipped=sum(seen.not_inspected.values()),
        ms_total=live.ms or live.elapsed(),
        ms_profiler=seen.profiler_seconds * 1e3,
        status=live.status,
        code=live.code,
        not_inspected=seen.not_inspected,
        documents=seen.documents,
        protected_hits=seen.protected,
        unrestored=seen.masked_results if live.scope is None else 0,
        restored=live.restored.restored if report is None else 0,
        one_way=live.restored.one_way if report is None else 0,
        request_id=live.request_id,
        ambiguous=seen.ambiguous if live.scope is not None else 0,
    )


def _reason(code: str) -> str:
    return next((reason for pattern, reason in _REASONS.items() if fnmatchcase(code, pattern)), "policy")
