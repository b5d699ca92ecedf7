"""What stops the start: exit status 1, one line that names the file, option or variable and the reason, no traceback."""

from __future__ import annotations

import socket
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.support.proxy import ROOT
from tests.support.starts import ended_all


@dataclass
class Start:
    """One start and the words that its one line must hold."""

    words: tuple[str, ...]
    options: tuple[str, ...] = ()
    more: dict[str, Any] = field(default_factory=dict)


def starts(taken: int) -> dict[str, Start]:
    """`taken`: a port that somebody listens at."""
    own = str(taken + 1)
    return {
        "stream_large_bodies": Start(("stream_large_bodies", "masked"), ("stream_large_bodies=1m",)),
        "reverse": Start(("mode reverse", "untested"), ("mode=reverse:http://127.0.0.1:9",)),
        "variable": Start(("DEFAULT_TARGET",), more={"environ": {"DEFAULT_TARGET": "gtp"}}),
        "bad yaml": Start(("FAASERA_CONFIG", "mitm-config.yaml", "line 3"), more={"config": "limits:\n  body: [\n"}),
        "mitmproxy option": Start(("mitmproxy.no_such",), more={"config": "mitmproxy: {no_such: 1}\n"}),
        "audit": Start(("audit",), ("faasera_audit=/no/such/folder/audit.jsonl",)),
        "loop": Start(
            ("base_url", "leads back"),
            more={"args": ("-p", own), "environ": {"FAASERA_LOCAL_BASE_URL": f"http://localhost:{own}/v1"}},
        ),
        "variable of no meaning": Start(
            ("FAASERA_PROFILE_ENDPOINT", "did you mean"), more={"environ": {"FAASERA_PROFILE_ENDPOINT": "x"}}
        ),
        "recognizer": Start(
            ("policies.default.recognizers.SNN", "did you mean SSN"),
            more={"config": "policies: {default: {recognizers: {SNN: false}}}\n"},
        ),
        "traces without a URL": Start(("FAASERA_TRACES",), more={"environ": {"FAASERA_TRACES": "collector:4318"}}),
        "traces to itself": Start(
            ("traces", "leads back"),
            more={"args": ("-p", own), "environ": {"FAASERA_TRACES": f"http://localhost:{own}"}},
        ),
        "open to all": Start(("listen_host", "proxyauth"), ("listen_host=0.0.0.0",)),
        "busy port": Start((str(taken), "in use"), more={"args": ("-p", str(taken), "--listen-host", "127.0.0.1")}),
    }


@pytest.fixture(scope="module")
def outcomes() -> dict[str, tuple[Start, int, str]]:
    """All of them at once."""
    with socket.create_server(("127.0.0.1", 0)) as busy:
        rows = starts(busy.getsockname()[1])
        ended = ended_all([(start.options, start.more) for start in rows.values()])
    return {name: (start, *how) for (name, start), how in zip(rows.items(), ended, strict=True)}


@pytest.mark.parametrize("name", starts(0))
def test_the_start_stops_with_one_line(outcomes: dict[str, tuple[Start, int, str]], name: str) -> None:
    start, status, log = outcomes[name]
    assert status == 1, log
    assert "Traceback" not in log, log
    lines = [line for line in log.splitlines() if all(word in line for word in start.words)]
    assert len(lines) == 1, log
    assert len(lines[0]) < 400


def test_a_broken_file_beside_the_addon_is_one_line_too(tmp_path: Path) -> None:
    for package in ("addon", "config", "dialects", "redaction", "routing", "reporting"):
        (tmp_path / package).symlink_to(ROOT / package)
    addon = tmp_path / "faasera_addon.py"
    addon.write_text((ROOT / "faasera_addon.py").read_text())
    (tmp_path / "mitm-config.yaml").write_text("limits: [\n")
    [(status, log)] = ended_all([((), {"addon": addon})])
    assert status == 1
    assert "Traceback" not in log
    assert "mitm-config.yaml: not valid YAML at line 2" in log
