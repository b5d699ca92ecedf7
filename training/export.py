"""Writes the trained network for the run time: `tagger.onnx` (integer network) and tables (`*.npz`), with hashes.

The network is quantised with scales fixed here, from activations on training text: a word's scores then do not
depend on what else is in the same call. Weights use 7 of 8 bits, so that no processor's 16-bit sums saturate.
"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

import numpy as np
from labels import GROUPS
from model import DILATIONS, Net
from onnx import TensorProto, checker, helper, numpy_helper, save

sys.path.insert(0, str(Path(__file__).parent.parent))
from redaction.detector.tagger import tokens as w

SEPARATORS = 63


def rows8(table: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A table as signed bytes with one float16 scale per row."""
    scale = np.abs(table).max(1, keepdims=True) / 127
    scale = np.maximum(scale, 1e-6).astype(np.float16)
    return np.clip(np.round(table / scale.astype(np.float32)), -127, 127).astype(np.int8), scale[:, 0]


class Graph:
    def __init__(self) -> None:
        self.nodes: list = []
        self.constants: list = []

    def constant(self, name: str, value: np.ndarray) -> str:
        self.constants.append(numpy_helper.from_array(value, name))
        return name

    def node(self, kind: str, inputs: list[str], output: str, **attributes: object) -> str:
        self.nodes.append(helper.make_node(kind, inputs, [output], **attributes))
        return output


def graph(net: Net, ranges: list[tuple[float, float]]) -> bytes:
    """`x` `(n, E)` float32 -> `y` `(n, 5)` probabilities. `ranges[k]`: smallest and largest input of layer k."""
    g = Graph()
    axis, zero, far = (
        g.constant("axis", np.array([0])),
        g.constant("zero", np.array([0])),
        g.constant("far", np.array([2**31])),
    )
    state = "x"
    for k, (layer, dilation) in enumerate(zip([*net.layers, None], [*DILATIONS, 0], strict=True)):
        low, high = min(ranges[k][0], 0.0), max(ranges[k][1], 0.0)
        scale = np.float32((high - low) / 255)
        point = np.uint8(round(-low / scale))
        g.constant(f"s{k}", scale)
        g.constant(f"z{k}", point)
        packed = g.node("QuantizeLinear", [state, f"s{k}", f"z{k}"], f"q{k}")
        if layer is not None:
            weight = layer.weight.detach().numpy()  # (H, I, 3) -> (3 * I, H)
            matrix, bias = weight.transpose(2, 1, 0).reshape(-1, weight.shape[0]), layer.bias.detach().numpy()
            before = g.constant(f"before{k}", np.array([dilation, 0, 0, 0]))
            after = g.constant(f"after{k}", np.array([0, 0, dilation, 0]))
            minus, plus = g.constant(f"minus{k}", np.array([-dilation])), g.constant(f"plus{k}", np.array([dilation]))
            left = g.node("Slice", [g.node("Pad", [packed, before, f"z{k}"], f"pl{k}"), zero, minus, axis], f"l{k}")
            right = g.node("Slice", [g.node("Pad", [packed, after, f"z{k}"], f"pr{k}"), plus, far, axis], f"r{k}")
            packed = g.node("Concat", [left, packed, right], f"c{k}", axis=1)
        else:
            matrix, bias = net.out.weight.detach().numpy().T, net.out.bias.detach().numpy()
        step = np.maximum(np.abs(matrix).max(0) / SEPARATORS, 1e-8).astype(np.float32)
        g.constant(f"w{k}", np.clip(np.round(matrix / step), -SEPARATORS, SEPARATORS).astype(np.int8))
        g.constant(f"m{k}", step)
        g.constant(f"b{k}", bias.astype(np.float32))
        # One pass from bytes to floats: products, scales and bias together (onnxruntime's own operator).
        product = g.node(
            "MatMulIntegerToFloat",
            [packed, f"w{k}", f"s{k}", f"m{k}", f"z{k}", g.constant(f"o{k}", np.zeros(len(step), np.int8)), f"b{k}"],
            f"a{k}",
            domain="com.microsoft",
        )
        if layer is None:
            g.node("Softmax", [product], "y", axis=1)
        else:
            fresh = g.node("Relu", [product], f"h{k}")
            state = fresh if k == 0 else g.node("Add", [state, fresh], f"t{k}")
    size = net.shape.weight.shape[1]
    made = helper.make_graph(
        g.nodes,
        "tagger",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", size])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["n", len(GROUPS)])],
        g.constants,
    )
    model = helper.make_model(
        made, opset_imports=[helper.make_opsetid("", 17), helper.make_opsetid("com.microsoft", 1)], ir_version=9
    )
    checker.check_model(model)
    return model


def tables(net: Net, vocabulary: dict[str, int], gazetteer: dict[int, int]) -> dict[str, dict[str, np.ndarray]]:
    """The tables by the file that they are written to; no file over four megabytes."""

    def table(*names: str) -> dict[str, np.ndarray]:
        out = {}
        for name in names:
            out[name], out[name + "_scale"] = rows8(getattr(net, name).weight.detach().numpy())
        return out

    ordered = sorted(vocabulary, key=lambda piece: vocabulary[piece])
    keys = np.array(sorted(gazetteer), np.uint32)
    return {
        "features.npz": table("pieces", "shape", "prefix", "suffix", "gazetteer"),
        "words.npz": table("whole", "pairs", "left", "right"),
        "lists.npz": {
            "vocabulary": np.frombuffer("\n".join(ordered).encode("utf-8"), np.uint8),
            "keys": keys,
            "bits": np.array([gazetteer[int(key)] for key in keys], np.uint8),
            "pair_keys": net.lexicon.pair_keys,
            "pair_bits": net.lexicon.pair_bits.astype(np.uint8),
        },
    }


def ready(common: list[str], vocabulary: dict[str, int], gazetteer: dict[int, int]) -> dict[str, np.ndarray]:
    """The features of the commonest words, so that the product need not work them out at its start."""
    rows = [w.features(word, vocabulary) for word in common]
    return {
        "common": np.frombuffer("\0".join(common).encode("utf-8"), np.uint8),
        "common_counts": np.array([len(row.pieces) for row in rows], np.uint8),
        "common_pieces": np.array([piece for row in rows for piece in row.pieces], np.uint16),
        "common_rows": np.array([(row.shape, row.prefix, row.suffix, row.whole) for row in rows], np.uint16),
        "common_bits": np.array([gazetteer.get(row.key, 0) for row in rows], np.uint8),
    }


def write(
    folder: Path,
    net: Net,
    ranges: list[tuple[float, float]],
    vocabulary: dict[str, int],
    gazetteer: dict[int, int],
    common: list[str],
) -> None:
    """All files of the weights, and `SHA256SUMS`."""
    folder.mkdir(exist_ok=True, parents=True)
    save(graph(net, ranges), folder / "tagger.onnx")
    files = tables(net, vocabulary, gazetteer) | {"common.npz": ready(common, vocabulary, gazetteer)}
    digest = hashlib.sha256((folder / "tagger.onnx").read_bytes())
    for arrays in files.values():
        for name in sorted(arrays):
            digest.update(arrays[name].tobytes())
    # The version is what the weights are: it is part of the cache key of maskings.
    files["features.npz"]["version"] = np.frombuffer(f"2.{digest.hexdigest()[:12]}".encode(), np.uint8)
    for name, arrays in files.items():
        np.savez(folder / name, **arrays)
    lines = [
        f"{hashlib.sha256((folder / name).read_bytes()).hexdigest()}  {name}\n"
        for name in sorted([*files, "tagger.onnx"])
    ]
    (folder / "SHA256SUMS").write_text("".join(lines), "utf-8")
