"""Writes the trained network for the run time: arrays of an integer network and tables (`*.npz`), with hashes.

The network is quantised with scales fixed here, from activations on training text: a word's scores then do not
depend on what else is in the same call. Weights use 7 of 8 bits: sums of some hundred products stay far below 2**24,
up to which float32 is exact.
"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

import numpy as np
import torch
from model import DILATIONS, SPREADS, Net

sys.path.insert(0, str(Path(__file__).parent.parent))
from redaction.detector.tagger import tokens as w

SEPARATORS = 63


def rows8(table: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A table as signed bytes with one float16 scale per row."""
    scale = np.abs(table).max(1, keepdims=True) / 127
    scale = np.maximum(scale, 1e-6).astype(np.float16)
    return np.clip(np.round(table / scale.astype(np.float32)), -127, 127).astype(np.int8), scale[:, 0]


def network(net: Net, ranges: list[tuple[float, float]]) -> dict[str, np.ndarray]:
    """The parameters of `redaction.detector.tagger.integer_network`. `ranges[k]`: smallest and largest input of layer
    k; the layer behind the convolutions is the output."""
    out = {"dilations": np.array(DILATIONS, np.uint8)}
    for k, layer in enumerate([*net.layers, net.out]):
        low, high = min(ranges[k][0], 0.0), max(ranges[k][1], 0.0)
        scale = np.float32((high - low) / 255)
        weight = layer.weight.detach().numpy()  # (H, I, 3), of the output (G, H)
        matrix = weight.T if layer is net.out else weight.transpose(2, 1, 0).reshape(-1, weight.shape[0])
        steps = np.maximum(np.abs(matrix).max(0) / SEPARATORS, 1e-8).astype(np.float32)
        out |= {
            f"weights_{k}": np.clip(np.round(matrix / steps), -SEPARATORS, SEPARATORS).astype(np.int8),
            f"steps_{k}": steps,
            f"bias_{k}": layer.bias.detach().numpy().astype(np.float32),
            f"scale_{k}": scale,
            f"zero_{k}": np.uint8(round(-low / scale)),
        }
    return out


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


def started(net: Net, folder: Path) -> None:
    """Put the parameters of written weights back into a network, as exact as they were written."""
    arrays = {name: own for file in folder.glob("*.npz") for name, own in np.load(file).items()}
    with torch.no_grad():
        for name in ("pieces", *SPREADS):
            rows = arrays[name].astype(np.float32) * arrays[name + "_scale"].astype(np.float32)[:, None]
            getattr(net, name).weight.copy_(torch.tensor(rows))
        for k, layer in enumerate([*net.layers, net.out]):
            matrix = arrays[f"weights_{k}"].astype(np.float32) * arrays[f"steps_{k}"]
            if layer is not net.out:
                matrix = matrix.reshape(3, -1, matrix.shape[1]).transpose(2, 1, 0)
            layer.weight.copy_(torch.tensor(matrix.T if layer is net.out else np.ascontiguousarray(matrix)))
            layer.bias.copy_(torch.tensor(arrays[f"bias_{k}"]))


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
    files = tables(net, vocabulary, gazetteer) | {
        "common.npz": ready(common, vocabulary, gazetteer)
        | {"pair_keys": net.lexicon.pair_keys, "pair_bits": net.lexicon.pair_bits.astype(np.uint8)},
        "network.npz": network(net, ranges),
    }
    digest = hashlib.sha256()
    for arrays in files.values():
        for name in sorted(arrays):
            digest.update(arrays[name].tobytes())
    # The version is what the weights are: it is part of the cache key of maskings.
    files["features.npz"]["version"] = np.frombuffer(f"2.{digest.hexdigest()[:12]}".encode(), np.uint8)
    for name, arrays in files.items():
        np.savez(folder / name, **arrays)
    lines = [f"{hashlib.sha256((folder / name).read_bytes()).hexdigest()}  {name}\n" for name in sorted(files)]
    (folder / "SHA256SUMS").write_text("".join(lines), "utf-8")
