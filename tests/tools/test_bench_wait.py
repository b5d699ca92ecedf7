"""The bodies beside which waits are measured are JSON, or records of it, of the size that was asked for."""

from __future__ import annotations

import json

import pytest

from tools.bench.bench_wait import BODIES


@pytest.mark.parametrize("kind", BODIES)
def test_bodies(kind: str) -> None:
    body = BODIES[kind](300_000)
    assert 150_000 < len(body) <= 320_000
    assert all(json.loads(line) for line in body.splitlines())
