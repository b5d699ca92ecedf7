"""The tests of training run on their own: `make train-test`. They need no corpora and no torch."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
