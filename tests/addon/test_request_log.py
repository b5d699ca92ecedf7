"""What coverage says of a provider: supported where its real client was run, generic everywhere else."""

from __future__ import annotations

from pathlib import Path

from addon.request_log import VERIFIED, RequestLog
from config.configuration import load_config
from reporting.coverage import GENERIC, SUPPORTED
from routing.hosts import KNOWN


def test_only_what_was_run_counts_as_supported(tmp_path: Path) -> None:
    path = tmp_path / "mitm-config.yaml"
    path.write_text("hosts: [{host: llm.corp.example, target: openai}, {host: api.openai.com, mode: refuse}]", "utf-8")
    records = RequestLog()
    records.configure(load_config({}, {}, path))
    support = {entry.host: entry.support for entry in records.coverage_meter.entries()}
    assert {host for host, level in support.items() if level == SUPPORTED} == VERIFIED
    assert support["grok.com"] == support["chatgpt.com"] == support["llm.corp.example"] == GENERIC
    assert {row.pattern for row in KNOWN} >= VERIFIED
