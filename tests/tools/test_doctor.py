"""Every state the doctor can find has its line and its remedy. The proof: test_doctor_proof.py."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from tests.support.certs import make_certs
from tests.support.proxy import free_port
from tools import doctor, doctor_machine, doctor_report, doctor_trust
from tools.doctor_machine import Reach
from tools.doctor_report import Finding


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


def test_exit_status_and_json(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in (*doctor_trust.VARIABLES, "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "DEFAULT_TARGET"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(doctor_machine, "reach", lambda *_: Reach("no_network"))
    arguments = ["--port", str(free_port()), "--confdir", str(tmp_path), "--json", "--no-proof"]
    assert doctor.main(arguments) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["ok"] is True
    assert {"Python", "packages", "configuration", "Profiler", "made", "in use"} <= {
        f["name"] for f in told["findings"]
    }
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{arguments[1]}")  # and nothing listens there
    assert doctor.main([*arguments[:4], "--no-proof"]) == 1
    out = capsys.readouterr().out
    assert "but the proxy is off" in out
    assert "\x1b" not in out
    assert out.rstrip().endswith("see the lines marked FAIL.")


def test_a_shell_that_trusts_the_ca_needs_no_system_trust(tmp_path: Path) -> None:
    certs = make_certs(tmp_path)
    for name in ("mitmproxy-ca-cert.pem", "mitmproxy-ca.pem"):
        (tmp_path / name).write_bytes(certs.ca.read_bytes())
    port = free_port()

    def system(**environ: str) -> str:
        found = doctor.examine(port, config_path=None, confdir=tmp_path, environ=environ, home=tmp_path, proof=False)
        return next(finding.state for finding in found if finding.name == "trusted by the system")

    shell = {"HTTPS_PROXY": f"http://127.0.0.1:{port}"}
    assert system() == "note"
    assert system(**shell) == "fail"
    assert system(**shell, NODE_EXTRA_CA_CERTS=str(certs.ca)) == "note"
    assert system(**shell, NODE_EXTRA_CA_CERTS=str(certs.server)) == "fail"
