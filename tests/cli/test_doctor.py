"""Every state the doctor can find has its line and its remedy. The proof: test_doctor_proof.py."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from cli import doctor, doctor_authority, doctor_report
from cli.doctor_report import Finding
from tests.support.certs import make_certs
from tests.support.proxy import free_port


def test_a_failing_line_without_a_remedy_cannot_be_made() -> None:
    with pytest.raises(ValueError, match="must say what to do"):
        Finding("s", "n", "fail", "broken")


def test_lines_are_aligned_and_coloured_only_when_asked() -> None:
    found = [
        Finding("One", "short", "ok", "fine"),
        Finding("One", "a longer name", "fail", "bad " * 40, "do this " * 30),
    ]
    plain = doctor_report.lines(found)
    assert plain[0] == "One"
    column = plain[1].index("fine")
    assert plain[2].index("bad") == column
    assert all(len(line) <= 118 for line in plain if "->" not in line)
    assert plain[-1].strip() == "-> " + "do this " * 29 + "do this"
    assert "\x1b" not in "".join(plain)
    assert "\x1b[1;31mFAIL" in "".join(doctor_report.lines(found, colour=True))
    assert not doctor_report.wants_colour(io.StringIO())


def test_json_tells_the_same() -> None:
    found = [Finding("One", "a", "ok", "fine"), Finding("One", "b", "fail", "bad", "do")]
    told = json.loads(doctor_report.as_json(found))
    assert told["ok"] is False
    assert told["findings"][1] == {"section": "One", "name": "b", "state": "fail", "detail": "bad", "remedy": "do"}
    assert doctor_report.summary(found) == "1 thing needs attention: see the lines marked FAIL."
    assert "arrived masked" in doctor_report.summary(found[:1])
    assert "not tried" in doctor_report.summary(found[:1], proved=False)


def test_exit_status_and_json(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*doctor_authority.VARIABLES, "HTTPS_PROXY", "https_proxy", "DEFAULT_TARGET"):
        monkeypatch.delenv(name, raising=False)
    certs = make_certs(tmp_path)
    for name in ("mitmproxy-ca-cert.pem", "mitmproxy-ca.pem"):
        (tmp_path / name).write_bytes(certs.ca.read_bytes())
    port = str(free_port())
    arguments = ["--port", port, "--confdir", str(tmp_path), "--no-proof"]
    told = CliRunner().invoke(doctor.doctor, [*arguments, "--json"])
    assert told.exit_code == 0
    names = {finding["name"] for finding in json.loads(told.stdout)["findings"]}
    assert {"configuration", f"port {port}", "Profiler", "made"} <= names
    # This shell goes through the proxy, and its variable names a file without the CA.
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{port}")
    monkeypatch.setenv("NODE_EXTRA_CA_CERTS", str(certs.server))
    told = CliRunner().invoke(doctor.doctor, arguments)
    assert told.exit_code == 1
    assert "\x1b" not in told.stdout
    assert told.stdout.rstrip().endswith("see the lines marked FAIL.")
