"""try, scan, types, ca, config, service: what they print, and that values stay out of what is counted."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cli import config_commands, service
from cli.main import COMMANDS, main
from cli.running_proxies import is_ours, running_proxies
from config.version import __version__

TEXT = "What is Jane Doe's SSN 123-45-6789?"


def faasera(*words: str, given: str | None = None) -> Result:
    return CliRunner().invoke(main, words, input=given, catch_exceptions=False)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    monkeypatch.delenv("FAASERA_CONFIG", raising=False)
    return tmp_path


def test_help_names_every_command_and_each_has_its_own() -> None:
    told = faasera("--help").output
    for name in COMMANDS:
        assert name in told
        assert faasera(name, "--help").exit_code == 0
    assert __version__ in faasera("--version").output


def test_try_shows_what_would_leave() -> None:
    assert faasera("try", TEXT).stdout == "What is [[NAME]]'s SSN [[SSN]]?\n"
    assert faasera("try", given=TEXT + "\n").stdout == "What is [[NAME]]'s SSN [[SSN]]?\n"


def test_try_as_json_has_values_only_when_asked() -> None:
    told = json.loads(faasera("try", "--json", TEXT).stdout)
    assert told["replacement"] == "What is [[NAME]]'s SSN [[SSN]]?"
    assert [(f["type"], f["start"], f["end"]) for f in told["findings"]] == [("NAME", 8, 16), ("SSN", 23, 34)]
    assert set(told["findings"][0]) == {"type", "start", "end", "recognizer", "score"}
    shown = json.loads(faasera("try", "--json", "--show", TEXT).stdout)
    assert [f["value"] for f in shown["findings"]] == ["Jane Doe", "123-45-6789"]


def test_scan_counts_and_shows_no_value(tmp_path: Path) -> None:
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "a.txt").write_text(TEXT)
    (tmp_path / "notes" / "b.txt").write_text("The weather is fine.")
    (tmp_path / "notes" / "c.bin").write_bytes(b"\xff\x00\xff")
    (tmp_path / "notes" / ".git").mkdir()
    (tmp_path / "notes" / ".git" / "d").write_text(TEXT)
    told = faasera("scan", str(tmp_path / "notes"))
    assert told.exit_code == 1
    assert "a.txt\tNAME 1, SSN 1" in told.stdout
    assert "c.bin\tnot read: not text" in told.stdout
    assert "b.txt" not in told.stdout
    assert "3 files: NAME 1, SSN 1; 1 not read" in told.stderr
    assert "Jane" not in told.output
    assert faasera("scan", str(tmp_path / "notes" / "b.txt")).exit_code == 0


def test_the_ca_is_made_once_and_exported_without_its_key(tmp_path: Path) -> None:
    first = faasera("ca", "show").stdout
    assert faasera("ca", "show").stdout == first
    told = faasera("ca", "export").stdout
    assert "BEGIN CERTIFICATE" in told
    assert "PRIVATE" not in told
    assert stat.S_IMODE((tmp_path / ".mitmproxy" / "mitmproxy-ca.pem").stat().st_mode) & 0o077 == 0


def test_config_of_ones_own(tmp_path: Path) -> None:
    own = tmp_path / ".config" / "faasera" / "mitm-config.yaml"
    assert faasera("config", "check").exit_code == 0
    assert str(own) not in faasera("config", "path").stdout
    assert faasera("config", "init").exit_code == 0
    assert faasera("config", "path").stdout.strip() == str(own)
    own.write_text("targt: openai\n")
    told = faasera("config", "check")
    assert told.exit_code == 1
    assert "targt" in told.stderr
    assert faasera("config", "init").exit_code == 0
    assert own.read_text() == "targt: openai\n"  # what is there stays


def test_the_unit_is_confined() -> None:
    text = service.unit_text(8090)
    for line in ("LimitCORE=0", "NoNewPrivileges=true", "ProtectSystem=strict"):
        assert line in text
    assert "serve --port 8090" in text


def test_running_proxies_are_found_by_their_command(tmp_path: Path) -> None:
    for pid, words in {
        "11": [b"/x/bin/python", b"/x/bin/mitmdump", b"-s", b"/x/faasera_addon.py"],
        "12": [b"vim", b"faasera_addon.py"],
        "13": [b"/x/bin/mitmdump", b"-s", b"other.py"],
    }.items():
        (tmp_path / pid).mkdir()
        (tmp_path / pid / "cmdline").write_bytes(b"\0".join(words))
    assert running_proxies(tmp_path) == [11]
    assert not is_ours(11, tmp_path)
    assert running_proxies(tmp_path / "none") == []


def test_apply_says_when_nothing_runs_and_refuses_a_bad_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(config_commands, "running_proxies", list)  # those of other tests are not ours to tell
    assert "the next start reads the file" in faasera("config", "apply").stderr
    own = tmp_path / ".config" / "faasera" / "mitm-config.yaml"
    own.parent.mkdir(parents=True)
    own.write_text("targt: openai\n")
    told = faasera("config", "apply")
    assert told.exit_code == 1
    assert "nothing was applied" in told.stderr
