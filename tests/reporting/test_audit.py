from __future__ import annotations

import json
import os
import stat
import sys
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting.audit import AuditLine, AuditLog, encode
from reporting.record import OUTCOMES, RequestRecord

FIXED = [
    "time",
    "door",
    "client",
    "user",
    "host",
    "dialect",
    "target",
    "model",
    "policy",
    "masked",
    "texts",
    "ms",
    "outcome",
    "status",
    "code",
]
decode = msgspec.json.Decoder(AuditLine).decode


def record(**changes: object) -> RequestRecord:
    values: dict[str, object] = {
        "time": 1_790_000_000.25,
        "door": "gateway",
        "host": "api.openai.com",
        "dialect": "chat",
        "outcome": "sent",
        "masked": {"SSN": 1},
    }
    return RequestRecord(**(values | changes))  # type: ignore[arg-type]


def lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_bytes().splitlines()]


def test_a_line_has_the_fixed_fields_in_order() -> None:
    line = json.loads(encode(record(texts_new=1, texts_cached=2, texts_skipped=3, ms_total=3.14159, ms_profiler=1)))
    assert list(line) == FIXED
    assert line["time"] == "2026-09-21T14:13:20.250Z"
    assert line["texts"] == {"new": 1, "cached": 2, "skipped": 3}
    assert line["ms"] == {"total": 3.14, "profiler": 1.0}
    assert line["masked"] == {"SSN": 1}


def test_extra_fields_only_when_there_is_something_to_say() -> None:
    line = json.loads(
        encode(record(not_inspected={"image": 2}, protected_hits={"SSN": 1}, unrestored=1, restored=2, ambiguous=3))
    )
    assert list(line) == [*FIXED, "not_inspected", "protected", "unrestored", "restored", "ambiguous"]


@given(
    st.builds(
        RequestRecord,
        time=st.floats(),
        door=st.text(),
        host=st.text(),
        dialect=st.text(),
        outcome=st.sampled_from(OUTCOMES),
        client=st.text(),
        user=st.text(st.characters(exclude_categories=())),
        target=st.text(),
        model=st.text(st.characters(exclude_categories=())),
        policy=st.text(),
        masked=st.dictionaries(st.text(), st.integers(-5, 10**9), max_size=5),
        texts_new=st.integers(-1, 10**6),
        ms_total=st.floats(),
        ms_profiler=st.floats(),
        status=st.integers(0, 999),
        code=st.text(),
        not_inspected=st.dictionaries(st.text(), st.integers(0, 9), max_size=3),
    )
)
def test_any_record_is_one_line_of_the_schema(any_record: RequestRecord) -> None:
    line = encode(any_record)
    assert line.endswith(b"\n")
    assert len(line.decode("utf-8").splitlines()) == 1
    assert list(json.loads(line))[: len(FIXED)] == FIXED
    assert decode(line).outcome == any_record.outcome
    comment = any_record.comment()
    assert len(comment.splitlines()) == 1
    assert len(any_record.line()) < 1500


def test_the_schema_refuses_what_is_not_in_it() -> None:
    line = json.loads(encode(record()))
    with pytest.raises(ValueError, match="prompt"):
        decode(json.dumps(line | {"prompt": "text"}))
    with pytest.raises(ValueError, match="outcome"):
        decode(json.dumps(line | {"outcome": "fine"}))
    del line["user"]
    with pytest.raises(ValueError, match="user"):
        decode(json.dumps(line))


def test_appends_to_a_private_file(tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    for _ in range(2):
        log = AuditLog(str(path))
        log.write(record())
        log.close()
    assert len(lines(path)) == 2
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_follows_a_renamed_file(tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    log = AuditLog(str(path))
    log.write(record(model="gpt-1"))
    path.rename(tmp_path / "audit.1")
    log.write(record(model="gpt-2"))
    path.unlink()
    log.write(record(model="gpt-3"))
    log.close()
    assert [line["model"] for line in lines(tmp_path / "audit.1")] == ["gpt-1"]
    assert [line["model"] for line in lines(path)] == ["gpt-3"]


def test_survives_copy_and_truncate(tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    log = AuditLog(str(path))
    log.write(record(model="gpt-1"))
    os.truncate(path, 0)
    log.write(record(model="gpt-2"))
    log.close()
    assert [line["model"] for line in lines(path)] == ["gpt-2"]  # and no hole of zero bytes before it


def test_two_writers_keep_lines_whole(tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    first, second = AuditLog(str(path)), AuditLog(str(path))
    for _ in range(50):
        first.write(record())
        second.write(record(user="u" * 60))
    first.close()
    second.close()
    assert len(lines(path)) == 100


def test_a_torn_end_does_not_spoil_the_next_line(tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    path.write_bytes(b'{"time":"20')
    log = AuditLog(str(path))
    log.write(record())
    log.close()
    torn, whole = path.read_bytes().splitlines()
    assert torn == b'{"time":"20'
    decode(whole)


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs a device that is always full")
def test_a_failing_disk_is_told_once_and_recovers(tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    path.symlink_to("/dev/full")
    told: list[str] = []
    log = AuditLog(str(path), warn=told.append)
    log.write(record(model="gpt-1"))
    log.write(record(model="gpt-2"))
    assert log.problem is not None
    assert len(told) == 1
    assert "No space left" in told[0]
    assert "gpt" not in told[0]
    path.unlink()
    log.write(record(model="gpt-3"))
    assert log.problem is None
    log.close()
    assert [line["model"] for line in lines(path)] == ["gpt-3"]


def test_a_folder_that_vanished_never_raises(tmp_path: Path) -> None:
    folder = tmp_path / "logs"
    folder.mkdir()
    told: list[str] = []
    log = AuditLog(str(folder / "audit.jsonl"), warn=told.append)
    (folder / "audit.jsonl").unlink()
    folder.rmdir()
    log.write(record())
    assert log.problem is not None
    folder.mkdir()
    log.write(record())
    log.close()
    assert log.problem is None
    assert len(lines(folder / "audit.jsonl")) == 1


@pytest.mark.parametrize("name", ["missing/audit.jsonl", ".", "nul\0byte"])
def test_an_unwritable_path_stops_the_start(tmp_path: Path, name: str) -> None:
    path = f"{tmp_path}/{name}"
    with pytest.raises(ValueError) as refused:
        AuditLog(path)
    assert repr(path) in str(refused.value)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_without_reader_stops_the_start(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(ValueError, match="pipe"):
        AuditLog(str(pipe))


def test_dash_is_standard_output(capfd: pytest.CaptureFixture[str]) -> None:
    log = AuditLog("-")
    print("before")
    log.write(record())
    log.close()
    first, second = capfd.readouterr().out.splitlines()
    assert first == "before"
    decode(second)
    assert not sys.stdout.closed
