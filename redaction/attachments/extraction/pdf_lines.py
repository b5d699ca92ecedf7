"""From glyphs on a page to lines, tables and paragraphs, in the order in which the file writes them.

A page is not sorted: word processors write text in reading order, columns one after the other, and sorting by height
would mix them. Only pieces on one height that follow each other are put on one line. Units are points; y grows upwards.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from statistics import median

from redaction.attachments.extraction.markdown import PLAIN, STRIKE, SUB, SUP, Markdown

# In units of a line's height (of its tallest glyph's box: about 1.15 em).
_SAME_LINE = 0.45  # difference of base lines
_SCRIPT = 0.87  # glyphs smaller than this may be raised or lowered
_SHIFT = 0.08  # by at least so much
_CELL = 0.95  # a wider gap parts cells
_SPACE = 0.12  # a wider one parts words
_LEADING = 1.75  # lines of one paragraph are closer than this
_FULL = 0.72  # a line that is followed by the rest of its paragraph fills this much of the column
_NARROWEST = 10  # a column is no narrower than so many line heights
_ALIGNED = 0.35  # how near the columns of the rows above a narrow row begins its cells
_WIDEST_STEP = 3.5  # letters written wide: a step of more usual ones parts cells
_TRACKED = 4  # single letters in a row that make a word written wide
_STRUCK = (0.12, 0.48)  # where a line through a text runs, above its base line


@dataclass(frozen=True, slots=True)
class Glyph:
    """One character: from `left` to `right`, on the base line `base`, in a box `height` high."""

    char: str = field(repr=False)
    left: float
    right: float
    base: float
    height: float


type Strike = tuple[float, float, float]  # left, right, height above zero
type Runs = list[tuple[str, int]]


@dataclass(slots=True)
class Line:
    """Glyphs on one height, from left to right as they were written."""

    glyphs: list[Glyph] = field(default_factory=list)
    spaces: set[int] = field(default_factory=set)  # before which glyphs the file has a space

    @property
    def left(self) -> float:
        return min(glyph.left for glyph in self.glyphs)

    @property
    def right(self) -> float:
        return max(glyph.right for glyph in self.glyphs)

    @property
    def height(self) -> float:
        return max(glyph.height for glyph in self.glyphs)

    @property
    def base(self) -> float:
        tall = self.height * _SCRIPT
        return median(glyph.base for glyph in self.glyphs if glyph.height >= tall)

    def continues(self, first: Glyph) -> bool:
        """Whether `first` goes on where this line ends."""
        height = max(self.height, first.height)
        if first.left < self.glyphs[-1].right - 0.3 * height:
            return False
        return abs(first.base - self.base) < _SAME_LINE * height


def lines(glyphs: Iterable[Glyph]) -> list[Line]:
    """Glyphs in the order of the file, `\\n` between its lines and ` ` between its words, as lines."""
    found: list[Line] = []
    fresh, space = True, False
    for glyph in glyphs:
        if glyph.char == "\n":
            fresh = True
        elif glyph.char.isspace():
            space = True
        else:
            if fresh and not (found and found[-1].continues(glyph)):
                found.append(Line())
            line = found[-1]
            if space and line.glyphs:
                line.spaces.add(len(line.glyphs))
            line.glyphs.append(glyph)
            fresh = space = False
    return found


def cells(line: Line, strikes: Sequence[Strike]) -> list[tuple[float, float, Runs]]:
    """The line as cells (left, right, runs): pieces with wide gaps between them."""
    height, base = line.height, line.base
    struck = [s for s in strikes if _STRUCK[0] * height <= s[2] - base <= _STRUCK[1] * height]
    out: list[tuple[float, float, Runs]] = []
    wide = _tracked(line, height)
    before: Glyph | None = None
    least = _SCRIPT * height
    for place, glyph in enumerate(line.glyphs):
        gap = 0.0 if before is None else glyph.left - before.right
        if before is None or (gap > _CELL * height and place not in wide):
            out.append((glyph.left, glyph.right, []))
        left, right, runs = out[-1]
        out[-1] = (left, max(right, glyph.right), runs)
        style = PLAIN if glyph.height >= least else _style(glyph, height, base)
        if struck and any(s[0] - 1 <= (glyph.left + glyph.right) / 2 <= s[1] + 1 for s in struck):
            style |= STRIKE
        if runs and (place in line.spaces or gap > _SPACE * height) and not wide.get(place):
            joined = style if runs[-1][1] == style and style & STRIKE else PLAIN
            runs.append((" ", joined))
        runs.append((glyph.char, style))
        before = glyph
    return [(left, right, _joined(runs)) for left, right, runs in out]


def _joined(runs: Runs) -> Runs:
    out: Runs = []
    for text, style in runs:
        if out and out[-1][1] == style:
            out[-1] = (out[-1][0] + text, style)
        else:
            out.append((text, style))
    return out


def _style(glyph: Glyph, height: float, base: float) -> int:
    """A glyph smaller than the others of its line: raised, lowered, or only small."""
    if not glyph.char.strip("*†‡§"):
        return PLAIN
    if glyph.base > base + _SHIFT * height:
        return SUP
    return SUB if glyph.base < base - _SHIFT * height else PLAIN


def _tracked(line: Line, height: float) -> dict[int, bool]:
    """Places in letters written wide (`J a n e   D o e`), and whether they go on with the same word."""
    found: dict[int, bool] = {}
    glyphs = line.glyphs
    parted = [
        place in line.spaces or glyphs[place].left - glyphs[place - 1].right > _SPACE * height
        for place in range(1, len(glyphs))
    ]
    at = 0
    while at < len(parted):
        end = at
        while end < len(parted) and parted[end]:
            end += 1
        if end - at >= _TRACKED:
            pitch = [glyphs[i + 1].left - glyphs[i].left for i in range(at, end)]
            usual = median(pitch)
            for i in range(at, end):
                step = glyphs[i + 1].left - glyphs[i].left
                if step <= _WIDEST_STEP * usual:
                    found[i + 1] = step <= 1.45 * usual
        at = end + 1
    return found


def write_page(page: list[Line], strikes: Sequence[Strike], usual: float, out: Markdown) -> None:
    """Write the lines of one page. `usual` is the height of running text in the document. Raises `OverLimit`."""
    shaped = [(line, cells(line, strikes)) for line in page]
    at = 0
    above: Line | None = None
    widest = max((max(line.right - line.left, _NARROWEST * line.height) for line in page), default=0.0)
    while at < len(shaped):
        line, parts = shaped[at]
        end = at
        while end < len(shaped) and (len(shaped[end][1]) > 1 or end > at):
            row, found = shaped[end]
            if len(found) < 2:
                found = _under(row, [left for left, _, _ in shaped[end - 1][1]], strikes)
            if len(found) < 2:
                break
            shaped[end] = (row, found)
            end += 1
        if end > at:
            _table([parts for _, parts in shaped[at:end]], out)
            above, at = None, end
            continue
        if above is None or not _goes_on(above, line, widest):
            out.end_line()
            if usual and line.height > 1.18 * usual:
                out.start("# " if line.height > 1.6 * usual else "## ")
        runs = parts[0][2] if parts else []
        if above is not None and not out.fresh and not _hyphenated(above):
            out.run(" ")
        for text, style in runs:
            out.run(text, style)
        above, at = line, at + 1
    out.end_line()


def _under(line: Line, lefts: Sequence[float], strikes: Sequence[Strike]) -> list[tuple[float, float, Runs]]:
    """A row whose cells stand close, cut where the columns of the row above it begin."""
    height, glyphs = line.height, line.glyphs
    near = _ALIGNED * height
    cuts = [0]
    for place in range(1, len(glyphs)):
        glyph = glyphs[place]
        parted = place in line.spaces or glyph.left - glyphs[place - 1].right > _SPACE * height
        if parted and any(abs(glyph.left - left) < near for left in lefts[1:]):
            cuts.append(place)
    if len(cuts) < 2 or abs(glyphs[0].left - lefts[0]) > near:
        return []
    out: list[tuple[float, float, Runs]] = []
    for start, end in zip(cuts, [*cuts[1:], len(glyphs)], strict=True):
        part = Line(glyphs[start:end], {place - start for place in line.spaces if start < place < end})
        runs = [run for _, _, piece in cells(part, strikes) for run in piece]
        out.append((part.left, part.right, runs))
    return out


def _goes_on(above: Line, line: Line, widest: float) -> bool:
    """Whether a line is the rest of the paragraph of the one above it."""
    height = max(above.height, line.height)
    step = above.base - line.base
    return (
        0 < step < _LEADING * height
        and abs(above.height - line.height) < 0.15 * height
        and abs(above.left - line.left) < 2.5 * height
        and (_hyphenated(above) or above.right - above.left >= _FULL * widest)
        and (_hyphenated(above) or above.right >= line.right - 0.35 * widest)
    )


def _hyphenated(line: Line) -> bool:
    return line.glyphs[-1].char in "-\u2010"


def _table(rows: list[list[tuple[float, float, Runs]]], out: Markdown) -> None:
    """Rows of cells, each under the column it overlaps most: an empty cell must not move the others."""
    widest = max(rows, key=len)
    edges = [(left, right) for left, right, _ in widest]
    for row in rows:
        for left, right, _ in row:
            place = _column(left, right, edges)
            edges[place] = (
                (min(edges[place][0], left), max(edges[place][1], right)) if len(row) == len(edges) else edges[place]
            )
    out.open_table()
    for row in rows:
        placed: list[Runs] = [[] for _ in edges]
        least = 0
        for left, right, runs in row:
            place = max(_column(left, right, edges), min(least, len(edges) - 1))
            placed[place] += ([(" ", PLAIN)] if placed[place] else []) + runs
            least = place + 1
        out.row()
        for runs in placed:
            out.cell()
            for text, style in runs:
                out.run(text, style)
            out.end_cell()
        out.end_row(len(placed))
    out.close_table()


def _column(left: float, right: float, edges: Sequence[tuple[float, float]]) -> int:
    def fit(place: int) -> tuple[float, float]:
        overlap = min(right, edges[place][1]) - max(left, edges[place][0])
        middle = abs(left + right - edges[place][0] - edges[place][1])
        return (max(overlap, 0.0), -middle)

    return max(range(len(edges)), key=fit)
