"""Measures the embedded profiler on labelled rows and on clean text: `python training/measure.py --data FOLDER`.

Runs with the product's own environment. `--data`: the development rows of the corpora in `corpora.json` (one text in
twelve by hash, never learnt), those marked "unseen" as a group of their own. `--rows FILE.jsonl`: any rows
`{"source", "text", "spans": [[start, end, TYPE], ...]}`. `--clean KIND=PATH`: files in which nothing is to be found.

- leak: share of names (addresses) of which a word of three or more letters stays; of other kinds, half of it;
- places, firms: share of labelled places and firms of which something is masked as a name;
- over: share of the characters outside every labelled span that is masked;
- eaten: of those, the share of the masked characters that belongs to findings that are true but too long.

How many spans stand behind each figure is beside it. No threshold may be chosen on rows that a figure is then quoted
from.
"""

from __future__ import annotations

import argparse
import json
import re
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))
import real_text

from config.redaction_settings import Policy
from redaction.detector.embedded_profiler import EmbeddedProfiler
from redaction.detector.tagger import network, tagged_spans
from redaction.spans import Span

Find = Callable[[str], Sequence[Span]]
_WORD = re.compile(r"\w+")
_WORDY = frozenset({"NAME", "ADDRESS"})
# Kinds that are shown beside the leaks and that masking does not count as "over".
_SOFT = frozenset(
    {"PLACE", "LOCATION", "ORG", "MISC", "HANDLE", "PROPER", "DATE", "AGE", "TITLE", "NRP", "URL", "OTHER"}
)
_CODE = (
    ".py",
    ".js",
    ".ts",
    ".c",
    ".h",
    ".go",
    ".rs",
    ".java",
    ".json",
    ".log",
    ".md",
    ".rst",
    ".txt",
    ".yml",
    ".yaml",
    ".toml",
)


def leaks(text: str, start: int, end: int, kind: str, mask: bytearray) -> bool:
    """Whether enough of a labelled span stays to tell what it was."""
    if kind not in _WORDY:
        own = [i for i in range(start, end) if text[i].isalnum()] or list(range(start, end))
        return 2 * sum(not mask[i] for i in own) >= len(own)
    words = [match.span() for match in _WORD.finditer(text[start:end])]
    long = [word for word in words if word[1] - word[0] >= 3] or words
    return any(not any(mask[start + a : start + b]) for a, b in long)


def dev_rows(data: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """`(group, row)` of the development rows, with spans as the product sees them."""
    for corpus in real_text.corpora():
        for row in real_text.rows(data, corpus, "dev"):
            yield "unseen" if corpus.unseen else "seen", {**row, "spans": real_text.spans(row)}


_MARKED = re.compile(r"\{\{([A-Z]+)(?:#(\d+))?\|([^{}]*)\}\}")


def marked(text: str, language: str, source: str) -> dict[str, Any]:
    """A row from text with `{{KIND#person|marked}}` spans; `people`: the number of each name, where there is one."""
    plain, at = "", 0
    spans: list[tuple[int, int, str]] = []
    people: list[str] = []
    for match in _MARKED.finditer(text):
        plain += text[at : match.start()]
        spans.append((len(plain), len(plain) + len(match[3]), match[1]))
        people.append(match[2] or "")
        plain += match[3]
        at = match.end()
    return {"text": plain + text[at:], "spans": spans, "people": people, "lang": language, "source": source}


def file_rows(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """The rows of a file: JSON lines, or text with marked spans: notes apart by `---`, or lines of `language|text`."""
    lines = [line for line in path.read_text("utf-8").splitlines() if not line.startswith("# ")]
    if path.suffix == ".jsonl":
        yield from ((path.stem, json.loads(line)) for line in lines)
    elif "---" in lines:
        yield from ((path.stem, marked(note.strip(), "en", path.stem)) for note in "\n".join(lines).split("\n---\n"))
    else:
        for line in lines:
            language, _, text = line.partition("|")
            yield path.stem, marked(text, language, f"{path.stem} {language}")


class Table:
    """Counts by group, source and language."""

    def __init__(self) -> None:
        self.groups: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))

    def add(self, names: Sequence[str], row: dict[str, Any], spans: Sequence[Span]) -> None:
        text = row["text"]
        mask, named, gold = bytearray(len(text)), bytearray(len(text)), bytearray(len(text))
        for span in spans:
            mask[span.start : span.end] = b"\1" * (span.end - span.start)
            if span.type in ("NAME", "FIRSTNAME", "LASTNAME"):
                named[span.start : span.end] = b"\1" * (span.end - span.start)
        counts: dict[str, float] = defaultdict(float)
        for start, end, kind in row["spans"]:
            gold[start:end] = (b"\2" if kind in _SOFT else b"\1") * (end - start)
            if kind in ("PLACE", "LOCATION", "ORG"):
                counts["firms" if kind == "ORG" else "places"] += 1
                counts["firms masked" if kind == "ORG" else "places masked"] += any(named[start:end])
            elif kind not in _SOFT:
                own = kind if kind in _WORDY else "other"
                counts[own] += 1
                counts[own + " leaks"] += leaks(text, start, end, kind, mask)
        for span in spans:
            if 1 in gold[span.start : span.end]:
                counts["eaten"] += sum(
                    not g and not text[span.start + i].isspace() for i, g in enumerate(gold[span.start : span.end])
                )
        for index, char in enumerate(text):
            if not char.isspace():
                counts["masked"] += mask[index]
                if not gold[index]:
                    counts["plain"] += 1
                    counts["over"] += mask[index]
        counts["rows"] = 1
        for name in names:
            for key, value in counts.items():
                self.groups[name][key] += value

    def show(self) -> None:
        def share(part: float, whole: float, digits: int = 1) -> str:
            return f"{100 * part / whole:.{digits}f}" if whole else "-"

        print(
            f"{'rows':30}{'n':>7}{'names':>7}{'leak%':>7}{'addr':>6}{'leak%':>7}{'other':>6}{'leak%':>7}"
            f"{'places':>8}{'mask%':>7}{'firms':>7}{'mask%':>7}{'over%':>7}{'eaten%':>7}"
        )
        for name, c in sorted(self.groups.items(), key=lambda item: (" " not in item[0], item[0])):
            print(
                f"{name[:30]:30}{c['rows']:>7.0f}{c['NAME']:>7.0f}{share(c['NAME leaks'], c['NAME']):>7}"
                f"{c['ADDRESS']:>6.0f}{share(c['ADDRESS leaks'], c['ADDRESS']):>7}"
                f"{c['other']:>6.0f}{share(c['other leaks'], c['other']):>7}"
                f"{c['places']:>8.0f}{share(c['places masked'], c['places']):>7}"
                f"{c['firms']:>7.0f}{share(c['firms masked'], c['firms']):>7}"
                f"{share(c['over'], c['plain'], 2):>7}{share(c['eaten'], c['masked']):>7}"
            )


def clean(find: Find, kind: str, path: Path, limit: int, show: bool) -> None:
    """What is masked in files of code, logs or documents below a folder."""
    files = [path] if path.is_file() else sorted(p for p in path.rglob("*") if p.suffix in _CODE and p.is_file())
    plain = masked = 0
    for file in files[:: max(1, len(files) // limit)]:
        text = file.read_text("utf-8", "ignore")[:20_000]
        spans = find(text)
        plain += sum(not char.isspace() for char in text)
        masked += sum(not text[i].isspace() for span in spans for i in range(span.start, span.end))
        for span in spans[:3] if show else ():
            print("  OVER", kind, span.type, span.score, ascii(text[max(0, span.start - 25) : span.end + 15]))
    print(f"{kind}: {plain} characters, masked {100 * masked / max(1, plain):.3f} %")


def speed(find: Find, texts: Sequence[str]) -> None:
    """CPU time of text that was never seen before."""
    whole = "\n".join(texts)
    for size in (2_000, 100_000):
        pieces = [whole[at : at + size] for at in range(0, min(len(whole), 12 * size + 100_000) - size, size)][:60]
        times = []
        for piece in pieces:
            began = time.process_time()
            find(piece)
            times.append((time.process_time() - began) * 1e3)
        if times:
            print(f"new text of {size} characters: {statistics.median(times):.2f} ms of CPU, median of {len(times)}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="folder of corpora: their development rows")
    parser.add_argument("--rows", type=Path, action="append", default=[], help="labelled rows (JSON lines)")
    parser.add_argument("--clean", action="append", default=[], help="KIND=FILE or FOLDER without anything to find")
    parser.add_argument("--weights", type=Path, default=network.WEIGHTS)
    parser.add_argument("--tagger-only", action="store_true", help="without the rules")
    parser.add_argument("--limit", type=int, default=400, help="files of each folder")
    parser.add_argument("--show", default="", help="print leaks and over-masking of sources that match this expression")
    options = parser.parse_args()
    began = time.process_time()
    tagger = network.Tagger(folder=options.weights)
    print(f"weights {tagger.version}, load {time.process_time() - began:.2f} s of CPU")
    by_chunk = tagged_spans.ChunkTagger(tagger)
    find: Find = by_chunk.spans if options.tagger_only else EmbeddedProfiler({"default": Policy()}, tagger).find
    rows = [pair for path in options.rows for pair in file_rows(path)]
    rows += list(dev_rows(options.data)) if options.data else []
    table = Table()
    for group, row in rows:
        spans = find(row["text"])
        source = row.get("source", group)
        table.add([f"all {group}", source, f"lang {row.get('lang', '?')}"], row, spans)
        if options.show and re.search(options.show, source):
            _print_errors(row, spans)
    table.show()
    for item in options.clean:
        kind, path = item.split("=", 1)
        clean(find, kind, Path(path), options.limit, bool(options.show))
    speed(find, [row["text"] for _, row in rows])


def _print_errors(row: dict[str, Any], spans: Sequence[Span]) -> None:
    text = row["text"]
    mask = bytearray(len(text))
    for span in spans:
        mask[span.start : span.end] = b"\1" * (span.end - span.start)
        if not any(start < span.end and span.start < end for start, end, _ in row["spans"]):
            print(
                "OVER",
                span.type,
                span.score,
                "|",
                text[max(0, span.start - 30) : span.start],
                ">>",
                text[span.start : span.end],
                "<<",
                text[span.end : span.end + 20],
            )
    for start, end, kind in row["spans"]:
        if kind in _WORDY and leaks(text, start, end, kind, mask):
            print(
                "LEAK", kind, "|", text[max(0, start - 40) : start], ">>", text[start:end], "<<", text[end : end + 20]
            )


if __name__ == "__main__":
    main()
