"""The PAC file as `make pac` writes it. What the file does in a browser: tests/reporting."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from reporting.pac import proxy_pac
from routing.hosts import KNOWN
from tools import write_pac


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("FAASERA_CONFIG", "DEFAULT_TARGET", "FAASERA_POLICY", "FAASERA_PROFILER_ENDPOINT", "FAASERA_AUDIT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


def variable(script: str, name: str) -> object:
    found = re.search(rf"^var {name} = (.*?);$", script, re.DOTALL | re.MULTILINE)
    assert found
    return json.loads(found[1])


def test_it_writes_what_the_proxy_serves(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert write_pac.main([]) == 0
    written = (tmp_path / "proxy.pac").read_bytes()
    assert written == proxy_pac([row.pattern for row in KNOWN], "127.0.0.1", 8080)
    said = capsys.readouterr().out
    assert f"proxy.pac: {len(KNOWN)} host patterns go to 127.0.0.1:8080" in said
    assert "ProxyPacMandatory" in said
    assert [path.name for path in tmp_path.iterdir()] == ["proxy.pac"]


def test_hosts_of_the_configuration_are_in_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = tmp_path / "c.yaml"
    config.write_text("hosts: [{host: llm.corp.example, target: openai}, {host: '*.ai.corp.example', target: openai}]")
    assert (
        write_pac.main(["--config", str(config), "--host", "proxy.corp.example", "--port", "3128", "--output", "-"])
        == 0
    )
    script = capsys.readouterr().out
    assert variable(script, "PROXY") == "PROXY proxy.corp.example:3128"
    names, patterns = variable(script, "NAMES"), variable(script, "PATTERNS")
    assert isinstance(names, list)
    assert {"llm.corp.example", "api.openai.com"} <= set(names)
    assert isinstance(patterns, list)
    assert any("ai\\.corp\\.example" in pattern for pattern in patterns)
    assert not (tmp_path / "proxy.pac").exists()


def test_an_ipv6_proxy_stands_in_brackets(capsys: pytest.CaptureFixture[str]) -> None:
    assert write_pac.main(["--host", "::1", "--output", "-"]) == 0
    assert variable(capsys.readouterr().out, "PROXY") == "PROXY [::1]:8080"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--port", "0"], "port"),
        (["--port", "70000"], "port"),
        (["--host", "a b"], "not a host name"),
        (["--config", "missing.yaml"], "missing.yaml: cannot be read"),
        (["--output", "no/such/folder/x.pac"], "cannot be written"),
    ],
)
def test_mistakes_are_one_line_and_write_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], says: str
) -> None:
    assert write_pac.main(arguments) == 1
    [line] = capsys.readouterr().err.splitlines()
    assert says in line
    assert list(tmp_path.iterdir()) == []


def test_an_old_file_stays_whole_when_the_configuration_is_bad(tmp_path: Path) -> None:
    (tmp_path / "proxy.pac").write_text("old")
    (tmp_path / "c.yaml").write_text("nonsense: 1")
    assert write_pac.main(["--config", "c.yaml"]) == 1
    assert (tmp_path / "proxy.pac").read_text() == "old"
