"""The compiled part of the detector, where there is one: the same results in less time.

`library()` is None without it: no compiler at the set-up, sources newer than what was compiled, another machine. What
calls it then takes the way in Python, which yields the same to the bit (tests/redaction/detector/kernel).
"""

from __future__ import annotations

import ctypes
import functools
from ctypes import c_char_p, c_int, c_int32, c_int64, c_uint32, c_uint64, c_void_p
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from redaction.detector.kernel.compiling import HERE, fingerprint, library_name


@dataclass(frozen=True, slots=True)
class Library:
    """`words` keeps the interpreter's lock during a call, `network` lets others run."""

    words: Any
    network: Any  # None on a processor without the instructions


def load(folder: Path = HERE) -> Library | None:
    """The library in a folder, if it was made from the sources there."""
    path = folder / library_name()
    try:
        if not path.is_file():
            return None
        words: Any = ctypes.PyDLL(str(path))
        network: Any = ctypes.CDLL(str(path))
        if c_char_p.in_dll(words, "kernel_sources").value != fingerprint(folder).encode():
            return None
    except (OSError, ValueError):
        return None
    words.kernel_table_new.argtypes, words.kernel_table_new.restype = (c_uint64,), c_void_p
    words.kernel_table_rows.argtypes, words.kernel_table_rows.restype = (*(c_void_p,) * 3, c_int64, c_void_p), None
    words.kernel_table_word.argtypes, words.kernel_table_word.restype = (c_void_p, c_uint32, c_void_p), c_void_p
    words.kernel_table_free.argtypes, words.kernel_table_free.restype = (c_void_p,), None
    words.kernel_table_add.argtypes = (*(c_void_p,) * 4, c_int64)
    words.kernel_words.argtypes = (c_void_p, c_char_p, c_char_p, *(c_int64,) * 7, *(c_void_p,) * 3)
    words.kernel_words.restype = c_int64
    words.kernel_learn.argtypes = (*(c_void_p,) * 2, c_char_p, *(c_void_p,) * 3, *(c_int64,) * 3, c_void_p)
    words.kernel_learn.restype = c_int64
    words.kernel_pieces.argtypes = (c_void_p, c_char_p, c_int, c_void_p)
    words.kernel_ready.argtypes = (*(c_void_p,) * 3, c_int64, c_void_p, c_int64, c_void_p, c_void_p)
    words.kernel_ready.restype = c_int64
    words.kernel_asked.argtypes = (c_void_p, c_void_p, c_int64, c_void_p, c_int64, c_void_p)
    words.kernel_factors.argtypes = (c_void_p, c_char_p, c_int64, c_void_p)
    words.kernel_forms.argtypes = (c_void_p, c_char_p, c_int64, c_int64, c_void_p)
    words.kernel_forms_start.argtypes, words.kernel_forms_start.restype = (c_void_p, c_int32, c_int32), None
    network.kernel_logits.argtypes = (
        c_void_p, c_int, c_void_p, c_int64, c_void_p, c_int64, c_void_p, c_void_p, c_int64, c_int64,
    )  # fmt: skip
    return Library(words, network if network.kernel_network_runs() else None)


@functools.cache
def library() -> Library | None:
    """The library of this process."""
    return load()
