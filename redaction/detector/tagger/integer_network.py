"""The network's arithmetic: dilated convolutions and a softmax on integers with fixed scales, in numpy.

Integers below 2**24 are exact in float32, and so are their products and sums, whatever order a BLAS adds them in: a
word's scores depend on the words beside it, to the bit, and never on what else is in the call. A layer is worked out
only for the words that the layers behind it look at.

Shapes: `n` words, `E` values of a word's vector, `H` values inside the network, `G` groups.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from redaction.detector.kernel.compiled_network import CompiledNetwork
from redaction.detector.kernel.library import Library

type Floats = NDArray[np.float32]

_EXACT = 2**24
_LEVELS = 255
_CHUNK = 512  # words per step: what a step needs of memory stays in the processor's cache
# A matrix product of fewer multiplications is not worth threads to OpenBLAS, whose idle threads would spin.
_ONE_THREAD = 2**18


class Unfit(ValueError):
    """Raised for parameters of wrong shapes, or whose sums float32 could not hold."""


@dataclass(frozen=True, slots=True)
class _Layer:
    """`dilation` 0: the output layer, which looks at the word alone."""

    dilation: int
    weights: Floats  # (3 * inputs, outputs), or (inputs, outputs): integers
    factor: Floats  # (outputs,): from integers to what they stand for
    bias: Floats  # (outputs,)
    scale: np.float32  # of the inputs
    lowest: np.float32  # the smallest integer that an input can be; the largest is _LEVELS above
    rows: int  # words for each product

    def integers(self, state: Floats, out: Floats) -> None:
        np.divide(state, self.scale, out=out)
        np.rint(out, out=out)
        if self.lowest:
            np.maximum(out, self.lowest, out=out)
        np.minimum(out, self.lowest + np.float32(_LEVELS), out=out)

    def product(self, inputs: Floats) -> Floats:
        """`(blocks * rows, K)` integers -> `(blocks * rows, outputs)` floats, before any activation."""
        blocks = inputs.reshape(-1, self.rows, self.weights.shape[0])
        out: Floats = np.matmul(blocks, self.weights).reshape(len(inputs), -1)
        out *= self.factor
        out += self.bias
        return out


class IntegerNetwork:
    """Thread-safe; deterministic. See `training/export.py` for the parameters."""

    def __init__(self, parameters: Mapping[str, Any], kernel: Library | None = None) -> None:
        """`dilations` `(layers,)`; for each layer and the output, `k` = 0..: `weights_k` int8, `steps_k` and `bias_k`
        float32 by output, `scale_k` float32 and `zero_k` uint8 of the inputs. `kernel` yields the same faster, if it
        knows layers of this size. Raises Unfit."""
        dilations = [int(d) for d in parameters["dilations"]]
        self._layers = [_layer(parameters, k, d) for k, d in enumerate([*dilations, 0])]
        # How many words the network sees to each side.
        self.reach = sum(dilations)
        self._compiled: CompiledNetwork | None = None
        if kernel is not None and kernel.network is not None:
            with suppress(ValueError):
                self._compiled = CompiledNetwork(kernel, parameters, dilations)
                self._layers = []  # were checked, and are not needed

    def __repr__(self) -> str:
        return f"IntegerNetwork({self._compiled or len(self._layers)})"

    def of_rows(self, vectors: Floats, rows: NDArray[np.int64], wanted: NDArray[np.bool_]) -> Floats:
        """`probabilities` of words that have these rows of `vectors`, however many."""
        if self._compiled is not None:
            return _softmax(self._compiled.logits(vectors, rows, wanted))
        parts: list[Floats] = []
        for start in range(0, len(rows), _CHUNK):
            low, high = max(0, start - self.reach), start + _CHUNK + self.reach
            own = np.zeros(len(rows[low:high]), np.bool_)
            own[start - low : start - low + _CHUNK] = wanted[start : start + _CHUNK]
            if own.any():
                parts.append(self.probabilities(vectors[rows[low:high]], own))
        return np.concatenate(parts) if parts else np.zeros((0, len(self._layers[-1].bias)), np.float32)

    def probabilities(self, vectors: Floats, wanted: NDArray[np.bool_]) -> Floats:
        """`(n, E)` vectors of words that stand beside each other -> `(number of wanted, G)`, rows sum to one."""
        *layers, last = self._layers
        size, edge = len(vectors), max(layer.dilation for layer in layers)
        # What each layer must yield: the words that the next one looks at. `edge` places beyond both ends are empty.
        masks = [np.zeros(size + 2 * edge, np.bool_)]
        masks[0][edge : edge + size] = wanted
        for layer in reversed(layers):
            mask, d = masks[0].copy(), layer.dilation
            mask[d:] |= masks[0][:-d]
            mask[:-d] |= masks[0][d:]
            mask[:edge] = mask[edge + size :] = False
            masks.insert(0, mask)
        had = np.flatnonzero(masks[0])
        state = vectors if len(had) == size else vectors[had - edge]
        for layer, mask in zip(layers, masks[1:], strict=True):
            integers = np.empty((len(state) + 1, state.shape[1]), np.float32)
            layer.integers(state, integers[:-1])
            integers[-1] = 0
            place = np.full(len(mask), len(state), np.intp)  # the row of each word; else the empty one
            place[had] = np.arange(len(state))
            own = np.flatnonzero(mask)
            look = np.full((_whole(len(own), layer.rows), 3), len(state), np.intp)
            for column, d in enumerate((-layer.dilation, 0, layer.dilation)):
                look[: len(own), column] = place[own + d]
            fresh = layer.product(integers.take(look, axis=0).reshape(len(look), -1))[: len(own)]
            np.maximum(fresh, 0, out=fresh)
            if layer is not layers[0]:
                fresh += state if len(own) == len(state) else state[place[own]]
            state, had = fresh, own
        integers = np.zeros((_whole(len(state), last.rows), state.shape[1]), np.float32)
        last.integers(state, integers[: len(state)])
        return _softmax(last.product(integers)[: len(state)])


def _layer(parameters: Mapping[str, Any], number: int, dilation: int) -> _Layer:
    weights, steps, bias = (parameters[f"{name}_{number}"] for name in ("weights", "steps", "bias"))
    scale, zero = np.float32(parameters[f"scale_{number}"]), int(parameters[f"zero_{number}"])
    inputs, outputs = weights.shape
    if weights.dtype != np.int8 or steps.shape != bias.shape or bias.shape != (outputs,):
        raise Unfit(f"layer {number} has parameters of wrong shapes")
    if np.abs(weights.astype(np.int64)).sum(0).max() * _LEVELS >= _EXACT:
        raise Unfit(f"layer {number} has sums that float32 cannot hold")
    rows = max(1, _ONE_THREAD // (inputs * outputs))
    return _Layer(
        dilation=dilation,
        weights=np.ascontiguousarray(weights, np.float32),
        factor=np.asarray(scale * steps, np.float32),
        bias=np.asarray(bias, np.float32),
        scale=scale,
        lowest=np.float32(-zero),
        rows=min(64, rows - rows % 4 or rows),
    )


def _whole(count: int, rows: int) -> int:
    """`count` rounded up to whole products."""
    return -(-count // rows) * rows


def _softmax(values: Floats) -> Floats:
    columns = np.ascontiguousarray(values.T)  # one group after the other: the same steps for every word
    columns -= columns.max(0)
    np.exp(columns, out=columns)
    columns /= columns.sum(0)
    return np.ascontiguousarray(columns.T)
