"""Files of known values: read, kept as hashes, read again when they change; and whole requests masked by them."""

from __future__ import annotations

import asyncio
import json
import os
from pathlib import Path
from typing import Any

import pytest

from config.config_errors import ConfigError
from config.redaction_settings import KnownSource, RedactionSettings
from redaction.cache import MaskCache
from redaction.detector.embedded_profiler import EmbeddedProfiler
from redaction.known.added_values import AddedValues
from redaction.known.known_sources import KnownSources
from redaction.mask_service import MaskService
from redaction.redactor import Payload, Redactor

CSV = "last;first;mrn\nFalkenrath;Ines;00731904\nGreen;May;00881234\n"
ENV = """
# a comment
DEBUG=true
PORT=54321
HOST=localhost
export API_PASS='Tr0mbone$Kit7-x' # the old one
TOKEN=9f8Q7v6Zk2mP1xW0
URL=/var/lib/data
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "patients.csv").write_text(CSV, encoding="utf-8-sig")
    (tmp_path / ".env").write_text(ENV)
    return tmp_path


SOURCES = (
    KnownSource(type="PATIENT", file="patients.csv", columns=("Last", "first", "mrn")),
    KnownSource(type="SECRET", env_files=(".env",)),
)


def sources(folder: Path, given: tuple[KnownSource, ...] = SOURCES, **more: Any) -> KnownSources:
    added = AddedValues(folder / "added.bin")
    return KnownSources(given, folder, added, lambda word: word in {"green", "may"}, **more)


def seen(known: KnownSources, text: str) -> list[tuple[str, str]]:
    now = known.current()
    return [(text[start:end], kind) for start, end, kind in now.places(text)] if now is not None else []


def test_columns_and_environment_files(folder: Path) -> None:
    known = sources(folder)
    assert seen(known, "Ines Falkenrath, 00731904") == [
        ("Ines", "PATIENT"),
        ("Falkenrath", "PATIENT"),
        ("00731904", "PATIENT"),
    ]
    assert seen(known, "green on localhost:54321 is true in /var/lib/data") == []
    assert seen(known, "May Green") == [("May", "PATIENT"), ("Green", "PATIENT")]
    assert seen(known, "use Tr0mbone$Kit7-x or 9f8q7v6zk2mp1xw0") == [
        ("Tr0mbone$Kit7-x", "SECRET"),
        ("9f8q7v6zk2mp1xw0", "SECRET"),
    ]
    assert "alkenrath" not in repr(known) + repr(vars(known))


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        (KnownSource(type="X", file="nowhere.csv"), "cannot be read"),
        (KnownSource(type="X", file="patients.csv", columns=("birth",)), "no column"),
        (KnownSource(type="X", env_files=("nowhere.env",)), "cannot be read"),
        (KnownSource(type="X", file="latin.csv"), "not UTF-8"),
    ],
)
def test_what_cannot_be_read_stops_the_start(folder: Path, source: KnownSource, reason: str) -> None:
    (folder / "latin.csv").write_bytes(b"name\nZo\xeb\n")
    with pytest.raises(ConfigError, match=reason):
        sources(folder, (source,))


def test_a_file_that_changed_is_read_again(folder: Path) -> None:
    now = [0.0]
    known = sources(folder, clock=lambda: now[0])
    before = known.current()
    (folder / "patients.csv").write_text(CSV + "Quillfeather;Zeb;00999111\n")
    assert known.current() == before  # not yet looked at
    known.reload()
    after = known.current()
    assert before is not None
    assert after is not None
    assert after.version > before.version
    assert seen(known, "Quillfeather") == [("Quillfeather", "PATIENT")]
    (folder / "patients.csv").unlink()
    known.reload()
    assert seen(known, "Quillfeather") == [("Quillfeather", "PATIENT")]  # what was read before stays


def test_values_that_were_added_outlive_the_process(folder: Path) -> None:
    path = folder / "added.bin"
    known = sources(folder, ())
    assert not path.exists()
    assert known.current() is None
    assert known.add("BADGE", "QX-44719")
    assert not known.add("BADGE", "12")
    assert seen(known, "badge qx 44719") == [("qx 44719", "BADGE")]
    assert path.stat().st_mode & 0o777 == 0o600
    assert b"44719" not in path.read_bytes()
    assert seen(sources(folder, ()), "QX-44719") == [("QX-44719", "BADGE")]
    path.chmod(0o644)
    if os.name == "posix":
        with pytest.raises(ConfigError, match="others"):
            sources(folder, ())
    path.write_bytes(b"x")
    path.chmod(0o600)
    with pytest.raises(ConfigError, match="damaged"):
        sources(folder, ())


def redact(engine: Redactor, body: Any, dialect: str = "chat") -> str:
    payload = Payload(json.dumps(body).encode(), dialect, "default", content_type="application/json")
    return asyncio.run(engine.body(payload)).data.decode()


def test_masked_in_every_leaf_key_and_number_whatever_the_policy(folder: Path) -> None:
    profiler = EmbeddedProfiler({})
    settings = RedactionSettings()
    masker = MaskService(profiler, MaskCache(1 << 20, 1000))
    engine = Redactor(masker, profiler.strict_spans, settings, contextual=True, known=sources(folder))
    numbered = KnownSource(type="PATIENT", file="n.csv")
    (folder / "n.csv").write_text("n\n7319044\n")
    numbers = Redactor(masker, profiler.strict_spans, settings, contextual=True, known=sources(folder, (numbered,)))
    body = {"messages": [
        {"role": "system", "content": "for falkenrath"},
        {"role": "user", "content": [{"type": "text", "text": "FALKENRATH, I."}]},
        {"role": "assistant", "tool_calls": [{"id": "c", "function": {"name": "f", "arguments": '{"falkenrath": "Falken\\u0072ath"}'}}]},
        {"role": "tool", "tool_call_id": "c", "content": '{"clean": true, "path": "/home/falkenrath/x"}'},
    ]}  # fmt: skip
    for _ in range(2):
        told = redact(engine, body)
        assert "falken" not in told.lower()
        assert told.count("[[PATIENT]]") == 5
    assert json.loads(redact(numbers, {"metadata": {"n": 7319044, "m": 7319045}}))["metadata"] == {
        "n": "[[PATIENT]]",
        "m": 7319045,
    }
