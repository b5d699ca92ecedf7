"""Lines that known clients bring along in their own prompts, as they are published: what stands in them is no data of
a user's. An example there may name people (`{"pattern": "John Smith"}`), and clients rely on their prompts to the byte.

Table: own_lines.tsv, SHA-256 of whole lines. A line that differs in one character is masked like every other.
"""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from pathlib import Path

_FILE = Path(__file__).with_name("own_lines.tsv")
LONGEST = 4_000  # characters of a line that is looked up


def digest(line: str) -> str:
    """What a line is known by."""
    return sha256(line.strip().encode("utf-8", "surrogatepass")).hexdigest()


@cache
def own_lines() -> frozenset[str]:
    """The digests of the table."""
    rows = _FILE.read_text(encoding="utf-8").splitlines()[1:]
    return frozenset(row.split("\t", 1)[0] for row in rows if row)


def line_around(text: str, start: int, end: int) -> str:
    """The line of a place; "" where it is longer than what is looked up, or the place spans several."""
    first = text.rfind("\n", max(0, start - LONGEST), start) + 1
    last = text.find("\n", end, end + LONGEST)
    if first == 0 and start > LONGEST:
        return ""
    if last < 0:
        if len(text) - end > LONGEST:
            return ""
        last = len(text)
    line = text[first:last]
    return "" if "\n" in line or len(line) > LONGEST else line
