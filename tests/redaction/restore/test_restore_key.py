"""The restore key: made once, kept to its owner, refused when it is not one."""

from __future__ import annotations

import base64
import os
import stat
import threading
from pathlib import Path

import pytest

from redaction.restore.restore_key import RestoreKeyError, load_key, parse_key

KEY = bytes(range(32))


@pytest.mark.parametrize(
    "text",
    [
        KEY.hex(),
        KEY.hex().upper() + "\n",
        base64.b64encode(KEY).decode(),
        base64.b64encode(KEY).decode().rstrip("="),
        base64.urlsafe_b64encode(bytes(range(224, 256))).decode(),
    ],
)
def test_reads_hex_and_base64(text: str) -> None:
    assert parse_key(text) in (KEY, bytes(range(224, 256)))


@pytest.mark.parametrize(
    "text",
    ["", "abc", KEY.hex()[:-2], KEY.hex() + "00", "g" * 64, "0" * 64, base64.b64encode(KEY[:16]).decode(), "é" * 32],
)
def test_refuses_what_is_no_key(text: str) -> None:
    with pytest.raises(RestoreKeyError) as caught:
        parse_key(text)
    assert not text or text not in str(caught.value)


def test_makes_the_file_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "conf" / "faasera-restore.key"
    old = os.umask(0)
    try:
        key = load_key(path)
    finally:
        os.umask(old)
    assert len(key) == 32
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert load_key(path) == key
    assert [entry.name for entry in path.parent.iterdir()] == [path.name]  # no draft is left


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o601])
def test_refuses_a_file_open_to_others(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "key"
    path.write_text(KEY.hex())
    path.chmod(mode)
    with pytest.raises(RestoreKeyError, match="open to others"):
        load_key(path)


@pytest.mark.parametrize("content", [b"", b"abcd", KEY, b"\xff" * 64])
def test_refuses_a_file_without_a_key_and_leaves_it(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "key"
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(RestoreKeyError):
        load_key(path)
    assert path.read_bytes() == content


def test_refuses_a_directory(tmp_path: Path) -> None:
    with pytest.raises(RestoreKeyError):
        load_key(tmp_path)


def test_processes_that_start_together_agree(tmp_path: Path) -> None:
    path = tmp_path / "key"
    keys: list[bytes] = []
    gate = threading.Barrier(8)

    def start() -> None:
        gate.wait()
        keys.append(load_key(path))

    threads = [threading.Thread(target=start) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(keys)) == 1
