"""Charts as plain numbers for the page's inline SVG: bars stacked by type, and a line of added milliseconds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from reporting.history import Minute

WIDTH: Final = 600
HEIGHT: Final = 96
# Types with a colour of their own; the others share the last one.
_COLOURED: Final = 5
_GAP: Final = 2


@dataclass(frozen=True, slots=True)
class Bar:
    """A rectangle in units of the view box. `colour` is an index; `say` is its tooltip."""

    x: float
    y: float
    width: float
    height: float
    colour: int
    say: str


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars, the legend (name, colour, total) and the value at the top of the axis."""

    bars: tuple[Bar, ...]
    legend: tuple[tuple[str, int, int], ...]
    top: int


def masked_chart(minutes: Sequence[Minute]) -> Chart:
    """Placeholders per minute, stacked by type: the commonest types have colours of their own."""
    totals = sum((minute.masked for minute in minutes), Counter[str]())
    names = [name for name, _ in totals.most_common(_COLOURED)]
    rest = sum(totals.values()) - sum(totals[name] for name in names)
    top = max((sum(minute.masked.values()) for minute in minutes), default=0)
    step = WIDTH / max(1, len(minutes))
    bars: list[Bar] = []
    for at, minute in enumerate(minutes):
        y = float(HEIGHT)
        others = sum(count for name, count in minute.masked.items() if name not in names)
        parts = [(index, name, minute.masked[name]) for index, name in enumerate(names)]
        for colour, name, count in [*parts, (_COLOURED, "other types", others)]:
            if count:
                height = count / top * HEIGHT
                y -= height
                bars.append(Bar(round(at * step, 1), round(y, 1), round(step - _GAP, 1), round(height, 1), colour,
                                f"{name} {count}"))  # fmt: skip
    legend = [(name, index, totals[name]) for index, name in enumerate(names)]
    return Chart(tuple(bars), (*legend, *([("other types", _COLOURED, rest)] if rest else [])), top)


@dataclass(frozen=True, slots=True)
class Line:
    """Points of a polyline, and the greatest and the latest value in milliseconds (0 without any)."""

    points: str
    top: float
    latest: float


def latency_line(minutes: Sequence[Minute]) -> Line:
    """Mean added milliseconds of a request, minute by minute; minutes without one are left out."""
    step = WIDTH / max(1, len(minutes) - 1)
    means = [(at, minute.ms / minute.requests) for at, minute in enumerate(minutes) if minute.requests]
    top = max((mean for _, mean in means), default=0.0)
    places = [(at * step, HEIGHT - mean / top * (HEIGHT - 4) - 2) for at, mean in means if top]
    if len(places) == 1:  # a line of one point would not be drawn
        places.insert(0, (places[0][0] - step, places[0][1]))
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    return Line(points, top, means[-1][1] if means else 0.0)
