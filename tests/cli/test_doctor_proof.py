"""Green means masked: a broken masking, a broken Profiler and a broken check are all red."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from cli import doctor_proof, doctor_report, places
from cli.doctor_report import Finding
from cli.doctor_upstream import Arrived, fake_upstream
from tests.support.fake_profiler import FakeProfiler
from tests.support.http1 import json_answer
from tests.support.proxy import free_port
from tests.support.warm_process import warm_command

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def warm(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "program", warm_command)


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    return {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path)}


def states(found: list[Finding]) -> dict[str, str]:
    return {finding.name: finding.state for finding in found}


GATEWAY, INTERCEPTION = "gateway door (HTTP)", "interception door (HTTPS)"


def test_green_means_masked_at_both_doors(environ: dict[str, str]) -> None:
    found = doctor_proof.prove(environ=environ)
    assert states(found) == {"negative control": "ok", GATEWAY: "ok", INTERCEPTION: "ok"}
    assert "chat, messages, gemini" in found[1].detail


OFF = "policies: {nothing: {exclusionPatterns: ['.*']}}\nprofiler: {policy: nothing}\n"


def test_a_policy_that_masks_nothing_is_red(tmp_path: Path, environ: dict[str, str]) -> None:
    path = tmp_path / "off.yaml"
    path.write_text(OFF)
    found = doctor_proof.prove(config_path=str(path), environ=environ)
    assert states(found) == {"negative control": "ok", GATEWAY: "fail", INTERCEPTION: "fail"}
    assert "arrived UNMASKED" in found[1].detail
    assert "policy nothing" in found[1].remedy
    assert "Jane" not in "\n".join(doctor_report.lines(found))


def test_one_recognizer_that_is_off_is_named(tmp_path: Path, environ: dict[str, str]) -> None:
    path = tmp_path / "off.yaml"
    path.write_text("policies: {default: {recognizers: {SSN: false, NATIONAL_ID: false, TAX_ID: false, "
                    "PHONE_NUMBER: false, ACCOUNT_NUMBER: false}}}\n")  # fmt: skip
    found = doctor_proof.prove(config_path=str(path), environ=environ)
    assert found[1].state == "fail"
    assert "UNMASKED: SSN" in found[1].detail


@pytest.mark.parametrize("echo", [str, str.upper])
def test_a_service_that_masks_nothing_is_red(environ: dict[str, str], echo: Callable[[str], str]) -> None:
    with FakeProfiler(lambda call: json_answer({"replacement": echo(call.text)})) as service:
        found = doctor_proof.prove(environ=environ | {"FAASERA_PROFILER_ENDPOINT": service.url})
    assert found[1].state == found[2].state == "fail"
    assert "faasera_profiler_masks_nothing" in found[1].detail
    assert "Profiler" in found[1].remedy


def test_a_service_that_is_down_refuses_and_says_so(environ: dict[str, str]) -> None:
    found = doctor_proof.prove(environ=environ | {"FAASERA_PROFILER_ENDPOINT": f"http://127.0.0.1:{free_port()}"})
    assert found[1].state == "fail"
    assert "refused with 503" in found[1].detail
    assert "Profiler" in found[1].remedy


def test_real_keys_and_the_audit_log_stay_out(tmp_path: Path, environ: dict[str, str]) -> None:
    log = tmp_path / "audit.jsonl"
    path = tmp_path / "c.yaml"
    path.write_text(f"audit: {log}\ntarget: mine\nmitmproxy: {{listen_host: 0.0.0.0, proxyauth: 'ann:secret'}}\n"
                    "targets: {mine: {base_url: 'https://llm.corp.example/v1', speaks: [chat], api_key_env: MY_KEY}}\n")  # fmt: skip
    found = doctor_proof.prove(config_path=str(path), environ=environ | {"MY_KEY": "sk-real-key"})
    assert states(found) == {"negative control": "ok", GATEWAY: "ok", INTERCEPTION: "ok"}
    assert not log.exists()


def test_a_host_that_is_tunnelled_is_not_proved(tmp_path: Path, environ: dict[str, str]) -> None:
    hosts = ("api.openai.com", "api.anthropic.com", "generativelanguage.googleapis.com")
    path = tmp_path / "c.yaml"
    path.write_text("hosts:\n" + "".join(f"  - {{host: {host}, mode: tunnel}}\n" for host in hosts))
    found = doctor_proof.prove(config_path=str(path), environ=environ)
    assert states(found)[INTERCEPTION] == "skip"


def test_a_proxy_that_does_not_start_gives_its_line(tmp_path: Path, environ: dict[str, str]) -> None:
    found = doctor_proof.prove(environ=environ | {"FAASERA_PROFILER_ENDPOINT": "ftp://x"})
    assert found[0].state == "fail"
    assert "FAASERA_PROFILER_ENDPOINT" in found[0].detail


def test_the_negative_control_must_be_caught(monkeypatch: pytest.MonkeyPatch, environ: dict[str, str]) -> None:
    monkeypatch.setattr(doctor_proof.Canary, "found_in", lambda self, request: [])  # a check that sees no leak
    [found] = doctor_proof.prove(environ=environ)
    assert (found.name, found.state) == ("negative control", "fail")
    assert "trust no green line" in found.remedy


def test_what_arrived_is_searched_in_head_and_body() -> None:
    canary = doctor_proof.Canary.new()
    with fake_upstream() as upstream:
        assert doctor_proof.negative_control(upstream, canary).state == "ok"
    for head, body, kinds in (
        (b"POST /x HTTP/1.1", canary.text.encode(), ["name", "SSN", "API key"]),
        (f"POST /x?q={canary.ssn.replace('-', '')} HTTP/1.1".encode(), b"", ["SSN"]),
        (b"POST / HTTP/1.1", b"dear doe", ["name"]),
        (b"POST / HTTP/1.1", b"What is [[NAME]]'s SSN [[SSN]]? [[API_KEY]]", []),
    ):
        assert canary.found_in(Arrived(head, body)) == kinds
    assert canary.key not in repr(canary)
