"""Hard negatives: things that are called by words that are names too (`compounds.txt`)."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random

COMPOUNDS = (Path(__file__).parent / "compounds.txt").read_text("utf-8").splitlines()[1:]


def document(rng: Random) -> str:
    """Some of them in a list, a title, a cell or a sentence."""
    some = rng.sample(COMPOUNDS, 4)
    if rng.random() < 0.2:
        some = [rng.choice((text, text.lower(), text.upper())) for text in some]
    one, two = some[:2]
    return rng.choice(
        (
            "\n".join(f"- {text}" for text in some),
            ", ".join(some),
            json.dumps(some),
            f"{one} vs. {two}: which one?",
            f"| {one} | {two} |",
            f"The {one} and the {two} are sold out.",
            f"{one}: {rng.randint(1, 90)} pieces, {two}: none.",
            f"What is a {one}?",
            f'"title": "{one}"',
            one,
        )
    )
