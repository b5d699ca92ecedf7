"""What the embedded profiler leaks, masks too much and costs: `make bench BENCH=profiler DATA=rows.jsonl`.

Without DATA the repository's own labelled corpus (tests/redaction/detector/corpus) is judged. Rows and scoring:
`tools.bench.bench_profiler_score`. Times are CPU times of the detector (rules and tagger, one thread), the median
of 20 texts that it has not seen, of 2 KB and of 100 KB; memory is that of the whole proxy after 40 requests of 100 KB.
"""

from __future__ import annotations

import argparse
import os
import platform
import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

from config.redaction_settings import Policy
from redaction.detector.embedded_profiler import EmbeddedProfiler
from redaction.detector.tagger.network import Tagger
from tools.bench import round_trips as bench
from tools.bench.bench_profiler_score import Count, Row, Score, read, score
from tools.bench.bench_profiler_texts import KINDS, unseen

ROOT = Path(__file__).resolve().parents[2]
CORPUS = ROOT / "tests" / "redaction" / "detector" / "corpus"
SIZES = {"2 KB": 2_000, "100 KB": 100_000}
TARGETS = {
    "typed": 5.0,
    "names": 25.0,
    "secrets": 15.0,
    "over prose": 1.0,
    "over code": 5.0,
    "2 KB": 2.0,
    "100 KB": 60.0,
}
_MEMORY = 300.0  # MB


def own_corpus() -> list[Row]:
    """The labelled sentences, and as rows without a label the texts that must stay untouched."""
    rows = read(CORPUS / "labelled" / "labelled.txt")
    for path in sorted(CORPUS.glob("*.txt")):
        lang = "en" if path.stem == "prose" else "code"
        rows += [Row(path.stem, lang, line, ()) for line in path.read_text("utf-8").splitlines() if line.strip()]
    return rows


def speed(profiler: EmbeddedProfiler, texts: int) -> dict[tuple[str, str], float]:
    """Median CPU time in ms by (kind, size). The detector is warm, the texts are new."""
    taken: dict[tuple[str, str], float] = {}
    for size, length in SIZES.items():
        for kind in KINDS:
            times = []
            for seed in range(texts):
                text = unseen(kind, length, seed)
                started = time.thread_time()
                profiler.find(text)
                times.append((time.thread_time() - started) * 1e3)
            taken[kind, size] = statistics.median(times)
    return taken


def edited(profiler: EmbeddedProfiler, texts: int) -> float:
    """Median CPU time in ms of a known 100 KB source file in which one line was changed."""
    times = []
    for seed in range(texts):
        text = unseen("code", 100_000, 1_000 + seed)
        profiler.find(text)
        lines = text.splitlines(keepends=True)
        at = random.Random(seed).randrange(len(lines))
        lines[at] = f"    value = compute({seed})\n"
        changed = "".join(lines)
        started = time.thread_time()
        profiler.find(changed)
        times.append((time.thread_time() - started) * 1e3)
    return statistics.median(times)


def memory() -> float:
    """RSS in MB of mitmdump with the addon after 40 new requests of 100 KB."""
    environ = {k: v for k, v in os.environ.items() if not k.startswith(("FAASERA_", "DEFAULT_TARGET"))}
    environ["PYTHONUNBUFFERED"] = "1"
    upstream_command = [sys.executable, "-m", "tools.bench.round_trips", "--upstream"]
    with (
        tempfile.TemporaryDirectory() as home,
        bench.started(upstream_command, lambda line: line.strip().isdigit(), environ) as (_, line),
    ):
        port = bench.free_port()
        environ["FAASERA_OPENAI_BASE_URL"] = f"http://127.0.0.1:{line.strip()}/v1"
        command = [
            str(Path(sys.executable).with_name("mitmdump")),
            "--listen-host",
            "127.0.0.1",
            "--set",
            f"confdir={home}",
        ]
        command += ["--set", f"listen_port={port}", "--set", "flow_detail=0", "--set", "termlog_verbosity=info"]
        command += ["-s", str(ROOT / "faasera_addon.py")]
        with bench.started(command, lambda text: "Faasera: target" in text, environ) as (process, _):
            client = bench.Client(port, "/v1/chat/completions")
            for seed in range(40):
                client.send(bench.body(100_000, 40_000 + seed, 20))
            client.close()
            return psutil.Process(process.pid).memory_info().rss / 1e6


def commit() -> str:
    """The commit, with a mark when files differ from it."""
    try:
        head = subprocess.run(
            ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=True
        )
        changes = subprocess.run(
            ["git", "status", "--porcelain", "--untracked-files=no", "redaction"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
    except (OSError, subprocess.CalledProcessError):
        return "not a git checkout"
    return head.stdout.strip() + (" + changes" if changes.stdout.strip() else "")


def _row(name: str, value: str, target: str = "", missed: bool = False) -> str:
    return f"{name:34}{value:>24}   {target:14}{'MISSED' if missed else ''}".rstrip()


def _leak(name: str, count: Count | None, target: float) -> str:
    share = count.share if count else None
    return _row(name, str(count or "-"), f"<= {target:g} %", share is not None and share > target)


def headline(result: Score, times: dict[tuple[str, str], float], line: float, rss: float | None) -> list[str]:
    """The table of figures: what was measured, on how many spans or characters, against which target."""
    out = [
        _leak(f"{kind} leak (spans)", result.kinds.get(kind), TARGETS[kind]) for kind in ("typed", "names", "secrets")
    ]
    out.append(_leak("over-mask, prose (characters)", result.over_prose, TARGETS["over prose"]))
    out.append(_leak("over-mask, code (characters)", result.over_code, TARGETS["over code"]))
    for (kind, size), taken in times.items():
        target = TARGETS[size]
        out.append(_row(f"new {size}, {kind}", f"{taken:.2f} ms", f"<= {target:g} ms", taken > target))
    if times:
        out.append(_row("100 KB of code, one line edited", f"{line:.2f} ms"))
    if rss is not None:
        out.append(_row("memory of the whole proxy", f"{rss:.0f} MB", f"<= {_MEMORY:g} MB", rss > _MEMORY))
    return out


def details(result: Score) -> list[str]:
    """By type, by language, by source."""
    out = ["", "leak by type"]
    out += [_row(f"  {kind}", str(count)) for kind, count in sorted(result.types.items())]
    out += ["", f"{'by language':14}{'typed':>22}{'names':>22}{'secrets':>22}{'over-mask':>22}"]
    languages = sorted({lang for lang, _ in result.languages} | set(result.over_languages))
    for lang in languages:
        cells = [result.languages.get((lang, kind), Count()) for kind in ("typed", "names", "secrets")]
        cells.append(result.over_languages.get(lang, Count()))
        out.append(f"  {lang:12}" + "".join(f"{cell!s:>22}" for cell in cells))
    out += ["", f"{'by source':26}{'leak':>22}{'over-mask':>22}"]
    for source, over in result.over.items():
        bound = "  at most" if source in result.bounds else ""
        out.append(f"  {source:24}{result.sources.get(source, Count())!s:>22}{over!s:>22}{bound}")
    return out


def main(argv: list[str] | None = None) -> int:
    """0, or 1 when a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--data", type=Path, nargs="*", help="labelled rows, JSONL; default: the repository's own corpus"
    )
    parser.add_argument("--texts", type=int, default=20, help="texts behind each time; 0 leaves the times out")
    parser.add_argument("--no-memory", action="store_true", help="do not start a proxy")
    parser.add_argument("--show-leaks", action="store_true", help="print what leaked (the data's own text)")
    arguments = parser.parse_args(argv)
    profiler = EmbeddedProfiler({"default": Policy()}, Tagger())
    profiler.warm_rest()
    times = speed(profiler, arguments.texts) if arguments.texts else {}
    line = edited(profiler, arguments.texts) if arguments.texts else 0.0
    rows = [row for path in arguments.data for row in read(path)] if arguments.data else own_corpus()
    result = score((row, profiler.find(row.text)) for row in rows)
    rss = None if arguments.no_memory else memory()
    print(f"commit {commit()}; {profiler.identity}; Python {platform.python_version()}; {os.cpu_count()} CPUs")
    print(f"{len(rows)} rows of {', '.join(p.name for p in arguments.data) if arguments.data else 'the own corpus'}\n")
    table = headline(result, times, line, rss)
    print("\n".join(table + details(result)))
    if arguments.show_leaks:
        print("\n".join(f"LEAK {source} {kind} {value!r}" for source, kind, value in result.leaks))
    return int(any(text.endswith("MISSED") for text in table))


if __name__ == "__main__":
    sys.exit(main())
