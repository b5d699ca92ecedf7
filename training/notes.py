"""What is left of clinical notes, by kind of identifier: `training/notes.py [--weights DIR] [--policy clinical]`.

Runs the whole product on `rows/clinical_en.txt`, written for measuring. A name or address leaks when a word of three or
more letters of it stays, anything else when half of it does. Dates of visits and places alone stay by design and are
told apart. "People": everyone with a number in a note, all of whose mentions are gone.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from pathlib import Path

import measure

from config.configuration import read_document
from redaction.detector.embedded_profiler import EmbeddedProfiler
from redaction.detector.tagger import network

ROWS = Path(__file__).parent / "rows" / "clinical_en.txt"
# What the product leaves where it is by design.
LEFT = frozenset({"DATE", "GEO"})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--weights", type=Path, default=network.WEIGHTS)
    parser.add_argument("--rows", type=Path, default=ROWS)
    parser.add_argument("--policy", default="default")
    parser.add_argument("--show", action="store_true", help="print what leaks")
    options = parser.parse_args()
    policies = read_document({}).redaction.policies
    profiler = EmbeddedProfiler(policies, network.Tagger(folder=options.weights))
    kinds: dict[str, list[bool]] = defaultdict(list)
    whole: list[bool] = []
    but_left: list[bool] = []
    everyone: list[bool] = []
    plain = over = 0
    for _, row in measure.file_rows(options.rows):
        text, mask, gold = row["text"], bytearray(len(row["text"])), bytearray(len(row["text"]))
        for span in profiler.find(text, options.policy):
            mask[span.start : span.end] = b"\1" * (span.end - span.start)
        people: dict[str, list[bool]] = defaultdict(list)
        gone: dict[str, list[bool]] = defaultdict(list)
        for (start, end, kind), person in zip(row["spans"], row["people"], strict=True):
            gold[start:end] = b"\1" * (end - start)
            leaked = measure.leaks(text, start, end, kind, mask)
            kinds[kind].append(leaked)
            gone[kind].append(not leaked)
            if person:
                people[person].append(not leaked)
            if leaked and options.show and kind not in LEFT:
                print(kind, ascii(text[max(0, start - 30) : start]), ">>", text[start:end], "<<")
        whole.append(all(all(own) for own in gone.values()))
        but_left.append(all(all(own) for kind, own in gone.items() if kind not in LEFT))
        everyone += [all(own) for own in people.values()]
        plain += sum(not g and not c.isspace() for g, c in zip(gold, text, strict=True))
        over += sum(not g and m and not c.isspace() for g, m, c in zip(gold, mask, text, strict=True))
    for kind, leaked in sorted(kinds.items()):
        print(f"{kind:12}{len(leaked):5} spans, recall {100 - 100 * sum(leaked) / len(leaked):5.1f} %")
    kept = [leaked for kind, own in kinds.items() if kind not in LEFT for leaked in own]
    print(f"all but dates and places: {len(kept)} spans, recall {100 - 100 * sum(kept) / len(kept):.1f} %")
    print(f"notes of which nothing is left: {sum(whole)} of {len(whole)}; but for dates and places: {sum(but_left)}")
    print(f"people of whom every mention is gone: {sum(everyone)} of {len(everyone)}")
    print(f"other characters masked: {100 * over / plain:.2f} % of {plain}")


if __name__ == "__main__":
    main()
