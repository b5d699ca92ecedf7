"""What a request costs in CPU over bare mitmdump, in the same run: `python -m tools.bench speed`.

Texts that this process has not seen (`bench_profiler_texts`, or `--text KIND=FILE` cut into pieces) go to bare mitmdump
and to the proxy by turns, as one chat message each. Times are CPU times of the whole proxy process (all threads) per
request in ms, so that a busy machine changes little; the median over the kinds of text is the figure. Also: requests
per second of bare mitmdump, growth over a conversation of 60 turns (CPU of turns 51-60 over that of turns 11-20),
memory, the CPU until the proxy is ready and behind that (compiled sources: as from the second start on), size and load
time of the weights.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import psutil

from redaction.detector.kernel.library import library
from redaction.detector.tagger.network import WEIGHTS, Tagger
from tools.bench.bench_profiler_texts import KINDS, unseen
from tools.bench.round_trips import ROOT, Client, free_port, started, text

SIZES = (2_000, 100_000)
# A proxy that takes less CPU than this in so many seconds does nothing.
_STILL, _STILL_SECONDS = 0.03, 0.5


@dataclass(slots=True)
class Door:
    """A proxy under measurement."""

    client: Client
    process: psutil.Process
    ready: float  # CPU seconds until it was ready
    behind: float = 0  # and those it spent behind that, before any request

    def cpu(self) -> float:
        """CPU time of all its threads so far, in ms."""
        spent = 0
        for task in Path(f"/proc/{self.process.pid}/task").glob("*/schedstat"):
            spent += int(task.read_text().split()[0])
        return spent / 1e6

    def spent(self) -> float:
        """CPU seconds so far, with those of threads that ended: not so fine."""
        times = self.process.cpu_times()
        return float(times.user + times.system)

    def settle(self) -> None:
        """Wait until it does nothing more of itself."""
        before = self.spent()
        while True:
            time.sleep(_STILL_SECONDS)
            now = self.spent()
            if now - before < _STILL:
                break
            before = now
        self.behind = now - self.ready

    def cost(self, bodies: Sequence[bytes]) -> float:
        """CPU per request in ms."""
        before = self.cpu()
        for data in bodies:
            self.client.send(data)
        return (self.cpu() - before) / len(bodies)


def chat(content: str) -> bytes:
    return json.dumps({"model": "gpt-4", "messages": [{"role": "user", "content": content}]}).encode()


def own_texts(files: Sequence[str]) -> dict[str, list[str]]:
    """`KIND=FILE` -> pieces by kind: none is used twice."""
    found: dict[str, list[str]] = {}
    for item in files:
        kind, _, name = item.partition("=")
        found.setdefault(kind, []).append(Path(name).read_text("utf-8", "replace"))
    return found


class Texts:
    """Texts of a kind, each another one."""

    def __init__(self, own: dict[str, list[str]]) -> None:
        self.kinds = tuple(own) or KINDS
        self._own = {kind: "\n".join(parts) for kind, parts in own.items()}
        self._at = dict.fromkeys(self.kinds, 0)

    def take(self, kind: str, size: int, count: int) -> list[str]:
        """Fewer where a file has no more."""
        out: list[str] = []
        for _ in range(count):
            at = self._at[kind]
            if kind not in self._own:
                self._at[kind] = at + 1
                out.append(unseen(kind, size, 1_000_000 + at))
            elif at + size <= len(self._own[kind]):
                self._at[kind] = at + size
                out.append(self._own[kind][at : at + size])
        return out


def over_bare(bare: Door, ours: Door, texts: Texts, counts: dict[int, int]) -> dict[str, list[float]]:
    """`new 2 KB` and so on -> for each kind the CPU over bare in ms."""
    figures: dict[str, list[float]] = {}
    for kind in texts.kinds:
        for size in SIZES:
            bodies = [chat(text) for text in texts.take(kind, size, counts[size])]
            if not bodies:
                continue
            for name in ("new", "resent"):
                figures.setdefault(f"{name} {size // 1000} KB", []).append(ours.cost(bodies) - bare.cost(bodies))
    return figures


def growth(door: Door) -> float:
    """How much more a late turn costs than an early one."""
    turns: list[dict[str, str]] = []
    spent: list[float] = []
    for turn in range(60):
        turns.append({"role": "user", "content": text(1_500, 90_000 + turn)})
        spent.append(door.cost([json.dumps({"model": "gpt-4", "messages": turns}).encode()]))
        turns.append({"role": "assistant", "content": text(300, 95_000 + turn)})
    return sum(spent[50:]) / sum(spent[10:20])


def rate(door: Door, count: int) -> float:
    """Requests of 2 KB per second of CPU, resent."""
    return 1000 / door.cost([chat(text(2_000, 5))] * count)


def open_door(stack: ExitStack, home: str, environ: dict[str, str], target: str, addon: bool) -> Door:
    port = free_port()
    command = [str(Path(sys.executable).with_name("mitmdump")), "--listen-host", "127.0.0.1"]
    for option in (f"confdir={home}", f"listen_port={port}", "flow_detail=0", "termlog_verbosity=info"):
        command += ["--set", option]
    command += ["-s", str(ROOT / "faasera_addon.py")] if addon else []
    sign = "Faasera: target" if addon else "listening"
    process, _ = stack.enter_context(started(command, lambda line: sign in line, environ))
    door = Door(Client(port, target), psutil.Process(process.pid), 0)
    door.ready = door.spent()
    stack.callback(door.client.close)
    return door


def two_doors(stack: ExitStack) -> tuple[Door, Door]:
    """Bare mitmdump and the proxy in front of one upstream, both warm."""
    environ = {n: value for n, value in os.environ.items() if not n.startswith(("FAASERA_", "DEFAULT_TARGET"))}
    environ.pop("PYTHONDONTWRITEBYTECODE", None)
    environ["PYTHONUNBUFFERED"] = "1"
    home = stack.enter_context(tempfile.TemporaryDirectory())
    environ["PYTHONPYCACHEPREFIX"] = f"{home}/compiled"  # sources compiled before, as users have them
    command = [sys.executable, "-m", "tools.bench.round_trips", "--upstream"]
    _, line = stack.enter_context(started(command, lambda line: line.strip().isdigit(), environ))
    upstream = f"http://127.0.0.1:{line.strip()}"
    own = environ | {"FAASERA_OPENAI_BASE_URL": f"{upstream}/v1"}
    with ExitStack() as first:
        open_door(first, home, own, "/v1/chat/completions", addon=True)
    bare = open_door(stack, home, environ, f"{upstream}/v1/chat/completions", addon=False)
    ours = open_door(stack, home, own, "/v1/chat/completions", addon=True)
    for door in (bare, ours):  # what a first request loads is not what a request costs
        door.settle()
        door.cost([chat(text(2_000, seed)) for seed in range(20)])
    return bare, ours


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--text", action="append", default=[], metavar="KIND=FILE", help="real text of your own")
    parser.add_argument("--small", type=int, default=30, help="texts of 2 KB of each kind")
    parser.add_argument("--large", type=int, default=5, help="texts of 100 KB of each kind")
    options = parser.parse_args(argv)
    if not Path("/proc/self/schedstat").exists():
        parser.error("reads CPU times from /proc: Linux only")
    load = os.getloadavg()
    with ExitStack() as stack:
        bare, ours = two_doors(stack)
        counts = dict(zip(SIZES, (options.small, options.large), strict=True))
        texts = Texts(own_texts(options.text))
        figures = over_bare(bare, ours, texts, counts)
        bare_rate, own_rate = rate(bare, 200), rate(ours, 200)
        grown = growth(bare), growth(ours)
        memory = ours.process.memory_info().rss / 1e6
        ready = bare.ready, ours.ready, ours.behind
    began = time.process_time()
    Tagger()
    loading = time.process_time() - began
    report(texts.kinds, figures)
    print(
        f"requests per CPU second, resent 2 KB   bare {bare_rate:.0f}, ours {own_rate:.0f}: {own_rate / bare_rate:.2f}x"
    )
    print(f"growth over 60 turns                   bare {grown[0]:.2f}, ours {grown[1]:.2f}")
    print(f"memory                                 {memory:.0f} MB")
    print(f"CPU until ready                        bare {ready[0]:.2f}, ours {ready[1]:.2f} s; then {ready[2]:.2f} s")
    size = sum(path.stat().st_size for path in WEIGHTS.iterdir()) / 1e6
    print(f"weights                                {size:.1f} MB, load {loading:.2f} s of CPU")
    kernel = "compiled" if library() else "not compiled (make setup): all in Python, at about half the speed"
    print(f"kernel                                 {kernel}")
    print(f"{options.small} texts of 2 KB, {options.large} of 100 KB of each kind; load of the machine {load[0]:.1f}")
    return 0


def report(kinds: Sequence[str], figures: dict[str, list[float]]) -> None:
    print(f"{'CPU over bare mitmdump, ms':32}{'median':>9}" + "".join(f"{kind:>9}" for kind in kinds))
    for name, values in figures.items():
        print(f"{name:32}{statistics.median(values):>+9.2f}" + "".join(f"{value:>+9.2f}" for value in values))


if __name__ == "__main__":
    sys.exit(main())
