"""The benches: `python -m tools.bench speed|wait|trips|restore|profiler|replicas [options]` (`--help` behind each)."""

from __future__ import annotations

import sys

from tools.bench import bench_profiler, bench_replicas, bench_restore, bench_speed, bench_wait, round_trips

BENCHES = {
    "speed": bench_speed.main,
    "wait": bench_wait.main,
    "trips": round_trips.main,
    "restore": bench_restore.main,
    "profiler": bench_profiler.main,
    "replicas": bench_replicas.main,
}


def main(argv: list[str]) -> int:
    if not argv or argv[0] not in BENCHES:
        print(__doc__)
        return 2
    return BENCHES[argv[0]](argv[1:])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
