"""Measures what of each type is masked on the fresh rows of `recall_rows`, and writes config/types_recall.tsv.

python -m tools.measure_recall             # writes the table
python -m tools.measure_recall --misses    # prints the rows that leak instead

A value counts as masked when every letter and digit of it is, as whatever type. All types are on.
"""

from __future__ import annotations

import datetime
import re
import sys
from pathlib import Path

from addon.pipeline import tagger
from config.policy_presets import resolve_policies
from config.redaction_settings import Policy
from config.type_table import types
from redaction.detector.embedded_profiler import EmbeddedProfiler
from tools.recall_rows import ROWS, rows

ROWS_OF_A_TYPE = 48
_YEAR = re.compile(r"(?<![0-9])(?:19|20)[0-9]{2}(?![0-9])")  # of a DATE it stays
TABLE = Path(__file__).parents[1] / "config" / "types_recall.tsv"


def main() -> None:
    policy = resolve_policies({"all": Policy(recognizers={row.name: True for row in types()}, paths="mask")})["all"]
    profiler = EmbeddedProfiler({"all": policy}, tagger())
    today = datetime.date.today().isoformat()
    lines = ["type\trows\tmasked\tas_this_type\tmeasured"]
    for row in types():
        masked = typed = 0
        for text, start, end in rows(row.name, ROWS_OF_A_TYPE):
            spans = profiler.find(text, "all")
            covered = {at for span in spans for at in range(span.start, span.end)}
            kept = _YEAR.search(text, start, end) if row.name == "DATE" else None
            left = set(range(start, end)) - covered - set(range(*kept.span()) if kept else ())
            whole = not any(text[at].isalnum() for at in left)
            masked += whole
            typed += whole and any(s.type == row.name and s.start < end and s.end > start for s in spans)
            if not whole and "--misses" in sys.argv:
                print(f"{row.name}\t{text[start:end]!r}\t{text!r}"[:300])
        lines.append(f"{row.name}\t{ROWS_OF_A_TYPE}\t{masked}\t{typed}\t{today}")
    assert {name.partition(" ")[0] for name in ROWS} == {row.name for row in types()}
    if "--misses" not in sys.argv:
        TABLE.write_text("\n".join(lines) + "\n", encoding="utf-8")
        print("\n".join(lines))


if __name__ == "__main__":
    main()
