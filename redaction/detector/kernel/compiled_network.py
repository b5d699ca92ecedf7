"""The tagger's network in the kernel: exact integers, so the same scores as in numpy, to the bit."""

from __future__ import annotations

import ctypes
from collections.abc import Mapping, Sequence
from ctypes import c_float, c_int32, c_void_p
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from redaction.detector.kernel.library import Library

type Floats = NDArray[np.float32]

_BLOCK = 16  # outputs that the kernel works on at once
_OUTPUTS = (16, 80)  # what the kernel knows, in whole blocks
_WIDEST = 128
_MOST_LAYERS = 8
_LONGEST_LOOK = 16
_WIDEST_REACH = 32  # words to each side that the kernel's masks have room for


class _Layer(ctypes.Structure):
    """`layer_t` of the kernel."""

    _fields_: ClassVar = [
        *((name, c_int32) for name in ("dilation", "inputs", "outputs", "zero")),
        *((name, c_float) for name in ("scale", "unused")),
        *((name, c_void_p) for name in ("weights", "shift", "factor", "bias")),
    ]


class CompiledNetwork:
    """Thread-safe. The parameters are those of `integer_network`."""

    def __init__(self, library: Library, parameters: Mapping[str, Any], dilations: Sequence[int]) -> None:
        """Raises ValueError for a network of another size than the kernel is written for."""
        self._library = library.network
        self._kept: list[NDArray[Any]] = []  # the arrays that the layers point into
        looks = [*dilations, 0]
        layers = [self._layer(parameters, number, dilation) for number, dilation in enumerate(looks)]
        inputs = [layer.inputs for layer in layers[1:]]
        if (
            len(looks) > _MOST_LAYERS
            or max(looks) > _LONGEST_LOOK
            or sum(looks) > _WIDEST_REACH
            or inputs != [o.outputs for o in layers[:-1]]
        ):
            raise ValueError("the network has layers that the kernel does not know")
        self._layers = (_Layer * len(layers))(*layers)
        self._groups = len(parameters[f"bias_{len(dilations)}"])
        self._reach = sum(dilations)

    def __repr__(self) -> str:
        return f"CompiledNetwork({len(self._layers)} layers)"

    def _layer(self, parameters: Mapping[str, Any], number: int, dilation: int) -> _Layer:
        weights, zero = parameters[f"weights_{number}"], int(parameters[f"zero_{number}"])
        inputs = weights.shape[0] // (3 if dilation else 1)
        more = -weights.shape[1] % _BLOCK
        outputs = weights.shape[1] + more
        if inputs % _BLOCK or inputs > _WIDEST or outputs not in _OUTPUTS:
            raise ValueError("the network has a layer that the kernel does not know")
        weights = np.pad(weights, ((0, 0), (0, more)))
        scale = np.float32(parameters[f"scale_{number}"])
        arrays: tuple[NDArray[Any], ...] = (
            np.ascontiguousarray(weights.reshape(-1, 4, outputs).transpose(0, 2, 1)),
            (weights.astype(np.int32).sum(0) * zero).astype(np.int32),
            np.pad(np.asarray(scale * parameters[f"steps_{number}"], np.float32), (0, more)),
            np.pad(np.asarray(parameters[f"bias_{number}"], np.float32), (0, more)),
        )
        self._kept += arrays
        return _Layer(dilation, inputs, outputs, zero, float(scale), 0.0, *(array.ctypes.data for array in arrays))

    def logits(self, vectors: Floats, rows: NDArray[np.int64], wanted: NDArray[np.bool_]) -> Floats:
        """`(number of wanted, G)` for words that stand beside each other and have these rows of `vectors`."""
        out = np.empty((np.count_nonzero(wanted), self._groups), np.float32)
        failed = self._library.kernel_logits(
            self._layers, len(self._layers), vectors.ctypes.data, vectors.shape[1], rows.ctypes.data, len(rows),
            wanted.ctypes.data, out.ctypes.data, self._groups, self._reach,
        )  # fmt: skip
        if failed:
            raise MemoryError("no memory for the network")
        return out
