"""What is needed of the table of labels while texts are read. The table itself is read where it has changed only."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Any

from redaction.detector.kernel.stored import stored_json
from redaction.detector.labels.command_table import command_names
from redaction.detector.labels.label_kinds import KINDS, Kind
from redaction.detector.labels.label_table import label_table, plain_form


@dataclass(frozen=True)
class Vocabulary:
    """`kinds` and `numbers` as in the table; `plain_numbers` are normalised, and of so many characters each."""

    kinds: dict[str, Kind]
    copulas: tuple[str, ...]
    numbers: tuple[str, ...]
    owners: tuple[str, ...]
    letters: str
    plain_numbers: frozenset[str]
    number_sizes: tuple[int, ...]
    commands: frozenset[str]


@functools.cache
def vocabulary() -> Vocabulary:
    """Raises ValueError, naming file and line, for a row that is no row."""
    known = stored_json("vocabulary", _worked_out)
    numbers = frozenset(plain_form(word) for word in (*known["numbers"], "#", "№"))
    return Vocabulary(
        kinds={form: KINDS[name] for form, name in known["kinds"].items()},
        copulas=tuple(known["copulas"]),
        numbers=tuple(known["numbers"]),
        owners=tuple(known["owners"]),
        letters=known["letters"],
        plain_numbers=numbers,
        number_sizes=tuple(sorted({len(word) for word in numbers}, reverse=True)),
        commands=frozenset(command_names()),
    )


def _worked_out() -> dict[str, Any]:
    table = label_table()
    return {
        "kinds": {form: kind.name for form, kind in table.kinds.items()},
        "copulas": table.copulas,
        "numbers": table.numbers,
        "owners": table.owners,
        "letters": "".join(sorted(table.letters())),
    }


@functools.lru_cache(4096)
def kind_of(text: str) -> Kind | None:
    """The kind of the label that `text` spells, if it is one."""
    known = vocabulary()
    plain = plain_form(text)
    kind = known.kinds.get(plain)
    if kind is None:
        for size in known.number_sizes:
            if plain[-size:] in known.plain_numbers:
                kind = known.kinds.get(plain[:-size] + "#")
            if kind is None and plain[:size] in known.plain_numbers:
                kind = known.kinds.get("#" + plain[size:])
            if kind is not None:
                break
    return kind
