"""Measures a trained tagger: leaks and over-masking on labelled rows, over-masking on any source files, speed, memory.

`python training/measure.py --data FILE.jsonl` with rows `{"source", "text", "spans": [[start, end, TYPE], ...]}`;
`--folder DIR` counts what is masked in files of source code and READMEs below it. Labelled data stays outside of the
project and is never trained on. A name or address leaks when any of its words of three or more letters stays.
"""

from __future__ import annotations

import argparse
import json
import re
import statistics
import sys
import time
from collections import defaultdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))
from redaction.detector.tagger import network as t


def resident() -> float:
    lines = Path("/proc/self/status").read_text("ascii").splitlines()
    return int(next(line for line in lines if line.startswith("VmRSS")).split()[1]) / 1024


def leaks(text: str, start: int, end: int, mask: bytearray) -> bool:
    words = [m.span() for m in re.finditer(r"\w+", text[start:end])]
    long = [x for x in words if x[1] - x[0] >= 3] or words
    return any(not any(mask[start + a : start + b]) for a, b in long)


def overlap(path: Path) -> int:
    """Templates that share four words (or Chinese characters) in a row with a row of the labelled data: must be 0."""
    pieces = re.compile(r"[\u4e00-\u9fff]|\w+")
    seen = set()
    for line in path.read_text("utf-8").splitlines():
        found = pieces.findall(json.loads(line)["text"].lower())
        seen.update(zip(*(found[k:] for k in range(4)), strict=False))
    count = 0
    for template in (Path(__file__).parent / "templates").glob("*.txt"):
        for line in template.read_text("utf-8").splitlines():
            found = pieces.findall(re.sub(r"\{[A-Za-z]+\}", " 00 ", line.replace("\\n", " 01 ")).lower())
            count += any(four in seen for four in zip(*(found[k:] for k in range(4)), strict=False))
    return count


def labelled(tagger: t.Tagger, path: Path, show: str) -> None:
    counts: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for line in path.read_text("utf-8").splitlines():
        row = json.loads(line)
        text, source = row["text"], f"{row['source']} {row.get('lang', '')}"
        mask, gold = bytearray(len(text)), bytearray(len(text))
        for span in tagger.spans(text):
            mask[span.start : span.end] = b"\1" * (span.end - span.start)
        for start, end, kind in row["spans"]:
            gold[start:end] = b"\1" * (end - start)
            if kind in ("NAME", "ADDRESS"):
                counts[source][kind] += 1
                leaked = leaks(text, start, end, mask)
                counts[source][kind + " leaks"] += leaked
                if leaked and show in ("leaks", "all"):
                    print("LEAK", source, kind, repr(text[start:end]), "|", repr(text[max(0, start - 40) : end + 20]))
        over = [i for i, c in enumerate(text) if not gold[i] and not c.isspace()]
        counts[source]["plain"] += len(over)
        counts[source]["masked"] += sum(mask[i] for i in over)
        if show in ("over", "all"):
            for span in tagger.spans(text):
                if not any(gold[span.start : span.end]):
                    print(
                        "OVER",
                        source,
                        repr(text[span.start : span.end]),
                        span.score,
                        "|",
                        repr(text[max(0, span.start - 30) : span.end + 20]),
                    )
    print(f"templates that share four words with these rows: {overlap(path)}")
    print(f"{'source':32}{'names':>7}{'leak%':>7}{'addr.':>7}{'leak%':>7}{'over%':>7}")
    total: dict[str, int] = defaultdict(int)
    for source, c in [*counts.items(), ("all", total)]:
        share = lambda a, b: f"{100 * a / b:.1f}" if b else "-"  # noqa: E731
        names, places = share(c["NAME leaks"], c["NAME"]), share(c["ADDRESS leaks"], c["ADDRESS"])
        over = share(c["masked"], c["plain"])
        print(f"{source:32}{c['NAME']:>7}{names:>7}{c['ADDRESS']:>7}{places:>7}{over:>7}")
        for key, value in c.items():
            total[key] += value if source != "all" else 0


def folder(tagger: t.Tagger, root: Path, limit: int, show: str) -> None:
    groups: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for kind, patterns in (
        ("code", ("*.py", "*.js", "*.ts", "*.c", "*.h")),
        ("readme", ("METADATA", "README*", "*.md", "*.rst")),
    ):
        paths = sorted(p for pattern in patterns for p in root.rglob(pattern) if p.is_file())
        for path in paths[:: max(1, len(paths) // limit)]:
            text = path.read_text("utf-8", "ignore")[:20000]
            spans = tagger.spans(text)
            groups[kind][0] += 1
            groups[kind][1] += sum(not c.isspace() for c in text)
            groups[kind][2] += sum(span.end - span.start for span in spans)
            if show in ("over", "all"):
                for span in spans[:4]:
                    print(
                        "FOLDER",
                        kind,
                        path.name,
                        span.type,
                        span.score,
                        repr(text[max(0, span.start - 25) : span.start]),
                        "->",
                        repr(text[span.start : span.end]),
                    )
    for kind, (files, plain, masked) in groups.items():
        print(f"{root.name} {kind}: {files} files, {plain} characters, masked {100 * masked / max(1, plain):.2f} %")


def speed(tagger: t.Tagger, sample: str) -> None:
    for size in (2_000, 100_000):
        text = (sample * (size // max(1, len(sample)) + 1))[:size]
        times = []
        for _ in range(30 if size < 10_000 else 7):
            at = time.perf_counter()
            tagger.spans(text)
            times.append((time.perf_counter() - at) * 1e3)
        tagger._vectors._rows.clear()
        at = time.perf_counter()
        tagger.spans(text)
        cold = (time.perf_counter() - at) * 1e3
        warm = f"{statistics.median(times):.2f} ms (best {min(times):.2f})"
        print(f"{size} characters: {warm}, with an empty word cache {cold:.1f} ms")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--folder", type=Path, action="append", default=[])
    parser.add_argument("--weights", type=Path, default=t.WEIGHTS)
    parser.add_argument("--limit", type=int, default=400)
    parser.add_argument("--show", default="", choices=("", "leaks", "over", "all"))
    parser.add_argument("--threshold", type=float, default=t.THRESHOLD)
    options = parser.parse_args()
    t.THRESHOLD = options.threshold
    before, at = resident(), time.perf_counter()
    tagger = t.Tagger(folder=options.weights)
    print(
        f"version {tagger.version}, load {time.perf_counter() - at:.2f} s, memory {before:.0f} -> {resident():.0f} MB"
    )
    if options.data:
        labelled(tagger, options.data, options.show)
    for root in options.folder:
        folder(tagger, root, options.limit, options.show)
    corpus = (
        [json.loads(line)["text"] for line in options.data.read_text("utf-8").splitlines()]
        if options.data
        else ["Jane met Bob. "]
    )
    speed(tagger, "\n".join(corpus))
    print(f"memory at the end {resident():.0f} MB")


if __name__ == "__main__":
    main()
