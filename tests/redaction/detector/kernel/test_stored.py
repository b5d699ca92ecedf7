"""Tables that are kept in files: the same when they are read again, made again when anything about them is not right."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from redaction.detector.kernel import stored as module
from redaction.detector.kernel.stored import Tables, stored

MADE = {
    "numbers": np.arange(1000, dtype=np.int64).reshape(20, 50),
    "bytes": np.frombuffer(b"abc", np.uint8),
    "none": np.zeros((0, 4), np.float32),
    "one": np.array(7, np.uint16),
}


class Maker:
    """Counts how often the tables had to be made."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> Tables:
        self.times += 1
        return MADE


def read(folder: Path, maker: Maker, of: str = "") -> None:
    found = stored("some", maker, of=of, folder=folder)
    assert found.keys() == MADE.keys()
    for name, array in MADE.items():
        np.testing.assert_array_equal(found[name], array, strict=True)


def test_they_are_made_once(tmp_path: Path):
    maker = Maker()
    for _ in range(3):
        read(tmp_path, maker)
    assert maker.times == 1
    assert len(list(tmp_path.iterdir())) == 1, "nothing temporary is left"


def test_another_source_has_another_file_and_the_old_one_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    maker = Maker()
    read(tmp_path, maker, "a")
    read(tmp_path, maker, "b")
    assert (maker.times, len(list(tmp_path.iterdir()))) == (2, 1)
    monkeypatch.setattr(module, "sources", lambda: "an edited file")
    read(tmp_path, maker, "b")
    assert (maker.times, len(list(tmp_path.iterdir()))) == (3, 1)


def test_a_change_of_any_file_of_the_detector_is_another_source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(module, "_FOLDERS", (tmp_path,))
    told = {module.sources.__wrapped__()}
    for name in ("rows.tsv", "inside/code.py", "inside/words.txt", "SHA256SUMS"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        for content in ("one", "two"):
            (tmp_path / name).write_text(content)
            told.add(module.sources.__wrapped__())
    assert len(told) == 9


@pytest.mark.parametrize("place", [0, 40, 41, 200, -1])
def test_damage_is_noticed(tmp_path: Path, place: int):
    maker = Maker()
    read(tmp_path, maker)
    (file,) = tmp_path.iterdir()
    content = bytearray(file.read_bytes())
    content[place] ^= 1
    file.write_bytes(content)
    read(tmp_path, maker)
    assert maker.times == 2
    read(tmp_path, maker)
    assert maker.times == 2


@pytest.mark.parametrize("size", [0, 31, 32, 100, -1])
def test_a_file_that_was_cut_off_is_not_read(tmp_path: Path, size: int):
    maker = Maker()
    read(tmp_path, maker)
    (file,) = tmp_path.iterdir()
    file.write_bytes(file.read_bytes()[:size])
    read(tmp_path, maker)
    assert maker.times == 2


def test_where_nothing_can_be_written_they_are_made_each_time(tmp_path: Path):
    maker = Maker()
    for _ in range(2):
        read(tmp_path / "missing", maker)
    assert maker.times == 2
