"""How much of a thing is tried: little at a desk, much with CI=true or `make deep`."""

from __future__ import annotations

import os

DEEP = bool(os.environ.get("CI") or os.environ.get("DEEP"))


def depth(quick: int, deep: int) -> int:
    """A count or a size for this run."""
    return deep if DEEP else quick
