"""Rows for dialects/own_lines.tsv: the lines of a client's own prompt in which something would be masked.

python -m tools.list_own_lines "Codex 0.171.0" prompt.json  # a request body as the client sent it
Look at what is printed on standard error before a row goes into the table: no line of yours may be among them.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from addon.pipeline import tagger
from config.policy_presets import resolve_policies
from dialects.own_lines import digest, line_around
from redaction.detector.embedded_profiler import EmbeddedProfiler


def strings(value: Any) -> Iterator[str]:
    """Every string of a document."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from strings(each)


def main() -> None:
    client, path = sys.argv[1:]
    profiler = EmbeddedProfiler(resolve_policies({}), tagger())
    seen: set[str] = set()
    for text in strings(msgspec.json.decode(Path(path).read_bytes())):
        for span in profiler.find(text):
            line = line_around(text, span.start, span.end)
            if line and (row := digest(line)) not in seen:
                seen.add(row)
                print(f"{row}\t{client}\t{span.type}")
                print(f"{text[span.start : span.end]!r} in {line!r}", file=sys.stderr)


if __name__ == "__main__":
    main()
