"""Tables that are worked out of code and data files, kept in files beside the kernel: a start maps them in its memory
in place of making them, and all processes share them.

`stored()` makes them where there is no file of theirs, and keeps them where the folder can be written. The file is
named after all that the detector is made of and after the Python that runs it, and begins with the SHA-256 of what it
holds: one of other sources is not found, a damaged one is made again. Whoever can write it can write the code too.
"""

from __future__ import annotations

import functools
import hashlib
import json
import mmap
import os
import sys
import tempfile
import unicodedata
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

type Tables = Mapping[str, NDArray[Any]]

HERE = Path(__file__).resolve().parent
# All that tables may be made of: code, rows and the weights' sums, of these folders beside and above.
_FOLDERS = (HERE.parent, HERE.parents[2] / "dialects", HERE.parents[2] / "config")
_KINDS = (".py", ".pyc", ".c", ".h", ".tsv", ".txt", "SHA256SUMS")
_SUFFIX = ".tables"
_DIGEST, _ALIGNED, _PIECE = 32, 64, 1 << 18


def stored(name: str, make: Callable[[], Tables], *, of: str = "", folder: Path = HERE) -> Tables:
    """What `make` makes, from its file where there is one. `of`: what it depends on beside the detector's files."""
    told = hashlib.sha256(f"{sources()}\n{of}".encode()).hexdigest()[:24]
    head = f"{name}-{sys.implementation.cache_tag}-"
    path = folder / f"{head}{told}{_SUFFIX}"
    if (found := _read(path)) is not None:
        return found
    made = make()
    with suppress(OSError):
        for old in folder.glob(f"{head}*{_SUFFIX}"):
            old.unlink(missing_ok=True)
        _write(path, made)
    return _read(path) or made


def stored_json(name: str, make: Callable[[], Any], *, of: str = "") -> Any:
    """What `make` makes of lists, texts and the like, through JSON in any case."""

    def tables() -> Tables:
        return {"json": np.frombuffer(json.dumps(make(), ensure_ascii=False).encode(), np.uint8)}

    return json.loads(stored(name, tables, of=of)["json"].tobytes())


@functools.cache
def sources() -> str:
    """A digest of all files that the detector is made of, and of the Python that reads them."""
    hasher = hashlib.sha256(f"{sys.version} {unicodedata.unidata_version} {sys.byteorder} {np.__version__}".encode())
    for folder in _FOLDERS:
        for place, inside, files in os.walk(folder):
            inside[:] = sorted(own for own in inside if own != "__pycache__")
            for file in sorted(file for file in files if file.endswith(_KINDS)):
                content = b""
                with suppress(OSError):  # an editor's lock is a link to nowhere
                    content = Path(place, file).read_bytes()
                hasher.update(b"%s %d\n" % (file.encode(), len(content)))
                hasher.update(content)
    return hasher.hexdigest()


def _write(path: Path, tables: Tables) -> None:
    places: dict[str, tuple[str, tuple[int, ...], int]] = {}
    end = 0
    for name, array in tables.items():
        places[name] = (array.dtype.str, array.shape, end)
        end += array.nbytes + -array.nbytes % _ALIGNED
    head = json.dumps(places).encode()
    head += b" " * (-(_DIGEST + 8 + len(head)) % _ALIGNED)
    parts = [len(head).to_bytes(8, "little"), head]
    for array in tables.values():
        parts += [array.tobytes(), bytes(-array.nbytes % _ALIGNED)]
    hasher = hashlib.sha256()
    for part in parts:
        hasher.update(part)
    # By its name what a process leaves that is ended here goes with the next tables that are made.
    file, temporary = tempfile.mkstemp(_SUFFIX, path.name.removesuffix(_SUFFIX), path.parent)
    try:
        with open(file, "wb") as out:
            out.writelines([hasher.digest(), *parts])
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise


def _read(path: Path) -> Tables | None:
    """The tables of a file, mapped; None where there is none, or it is not what was written."""
    try:
        with path.open("rb") as file:
            digest = file.read(_DIGEST)
            # Read and not mapped: what is only looked at once need not stay in the memory of this process.
            hasher = hashlib.sha256()
            while piece := file.read(_PIECE):
                hasher.update(piece)
            if hasher.digest() != digest:
                return None
            mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except (OSError, ValueError):
        return None
    start = _DIGEST + 8
    size = int.from_bytes(mapped[_DIGEST:start], "little")
    places = json.loads(mapped[start : start + size])
    tables: dict[str, NDArray[Any]] = {}
    for name, (kind, shape, place) in places.items():
        count = int(np.prod(shape, dtype=np.int64))
        flat = np.frombuffer(mapped, kind, count, start + size + place) if count else np.empty(0, kind)
        tables[name] = flat.reshape(shape)
    return tables
