"""From scores to spans: what joins, where a span begins and ends, what of faint finds is kept."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from redaction.detector.tagger import network as n
from redaction.detector.tagger import span_decoding as d
from redaction.detector.tagger.word_table import EVERYDAY, FIRST, LAST
from redaction.spans import Span


def hits(text: str, *words: tuple[str, int, float] | tuple[str, int, float, int]) -> d.Hits:
    """`(word, group, probability[, gazetteer bits])` in the order of the text."""
    starts, scores, bits, at = [], [], [], 0
    for word, group, score, *rest in words:
        at = text.index(word, at)
        starts.append(at)
        at += len(word)
        row = np.zeros(n.GROUPS, np.float32)
        row[group], row[n.NOTHING] = score, 1 - score
        scores.append(row)
        bits.append(rest[0] if rest else 0)
    begin = np.array(starts, np.int64)
    lengths = np.array([len(word[0]) for word in words], np.int64)
    return d.Hits(begin, begin + lengths, np.array(scores, np.float32).reshape(-1, n.GROUPS), np.array(bits, np.uint8))


def values(text: str, found: d.Hits) -> list[str]:
    return [text[s.start : s.end] for s in d.decoded(text, found)]


NAME, ADDRESS, PLACE = n.NAME, n.ADDRESS, n.PLACE


@pytest.mark.parametrize(
    ("text", "found", "expected"),
    [
        ("ask Jane Doe.", [("Jane", NAME, 0.9), ("Doe", NAME, 0.9)], ["Jane Doe"]),
        ("Mary. John left", [("Mary", NAME, 0.9), ("John", NAME, 0.9)], ["Mary", "John"]),
        (
            "J. Doe and K.M. Roe",
            [("J", NAME, 0.9), ("Doe", NAME, 0.9), ("K", NAME, 0.9), ("M", NAME, 0.9), ("Roe", NAME, 0.9)],
            ["J. Doe", "K.M. Roe"],
        ),
        ("Doe, Jane", [("Doe", NAME, 0.9), ("Jane", NAME, 0.9)], ["Doe", "Jane"]),
        ("Ludwig van der Linden", [("Ludwig", NAME, 0.9), ("Linden", NAME, 0.9)], ["Ludwig van der Linden"]),
        ("Ann and Bob", [("Ann", NAME, 0.9), ("Bob", NAME, 0.9)], ["Ann", "Bob"]),
        ("Ana da costa", [("Ana", NAME, 0.9), ("costa", NAME, 0.9)], ["Ana", "costa"]),
        ("Dr Jane Doe", [("Dr", NAME, 0.5), ("Jane", NAME, 0.9), ("Doe", NAME, 0.9)], ["Jane Doe"]),
        ("Patient Roe", [("Patient", NAME, 0.5), ("Roe", NAME, 0.9)], ["Roe"]),
        ("King", [("King", NAME, 0.9)], ["King"]),
        ("Dr. med. Roe", [("Dr", NAME, 0.9), ("Roe", NAME, 0.9)], ["Roe"]),
        ("on MONDAY", [("MONDAY", NAME, 0.9)], []),
        ("mit August", [("August", NAME, 0.9)], ["August"]),
        ("Jane Doe's car", [("Jane", NAME, 0.9), ("Doe", NAME, 0.9)], ["Jane Doe"]),
        (
            "Jean-Luc O'Brien",
            [("Jean", NAME, 0.9), ("Luc", NAME, 0.9), ("O", NAME, 0.9), ("Brien", NAME, 0.9)],
            ["Jean-Luc O'Brien"],
        ),
        ("राजेश कुमारी है", [("राजेश", NAME, 0.9), ("कुमारी", NAME, 0.9)], ["राजेश कुमारी"]),
        ("王小明说", [("王", NAME, 0.9), ("小", NAME, 0.9), ("明", NAME, 0.9)], ["王小明"]),
        ("ジョン・スミス", [("ジョン", NAME, 0.9), ("スミス", NAME, 0.9)], ["ジョン・スミス"]),
        ("Jane\nBob", [("Jane", NAME, 0.9), ("Bob", NAME, 0.9)], ["Jane", "Bob"]),
        ("Drew Height is 4", [("Drew", NAME, 0.9), ("Height", NAME, 0.9)], ["Drew Height"]),
        ("Rich Text is on", [("Rich", NAME, 0.9), ("Text", NAME, 0.9)], []),
        ("Grant Permission now", [("Grant", NAME, 0.9)], []),
        ("Grant permission now", [("Grant", NAME, 0.9)], ["Grant"]),
        ("البيت كَرِيمٌ جدا", [("كَرِيمٌ", NAME, 0.9)], []),
        ("رأيت كريم أمس", [("كريم", NAME, 0.99)], ["كريم"]),
        ("كريم منصور", [("كريم", NAME, 0.8), ("منصور", NAME, 0.8)], ["كريم منصور"]),
        ("set in Verdana Bold", [("Verdana", NAME, 0.9), ("Bold", NAME, 0.9)], []),
        ("Grant Hill called", [("Grant", NAME, 0.9), ("Hill", NAME, 0.9)], ["Grant Hill"]),
        ("I met Grant. Permission came", [("Grant", NAME, 0.9)], ["Grant"]),
    ],
)
def test_names(text: str, found: list[tuple[str, int, float]], expected: list[str]) -> None:
    assert values(text, hits(text, *found)) == expected


@pytest.mark.parametrize(
    ("text", "found", "expected"),
    [
        (
            "12 Oak Street, Boston",
            [("12", ADDRESS, 0.9), ("Oak", ADDRESS, 0.9), ("Street", ADDRESS, 0.9), ("Boston", PLACE, 0.9)],
            ["12 Oak Street, Boston"],
        ),
        (
            "12 Oak Street and wants",
            [
                ("12", ADDRESS, 0.9),
                ("Oak", ADDRESS, 0.9),
                ("Street", ADDRESS, 0.9),
                ("and", ADDRESS, 0.6),
                ("wants", ADDRESS, 0.4, EVERYDAY),
            ],
            ["12 Oak Street"],
        ),
        (
            "'25, rue Murat', 'Lyon'",
            [("25", ADDRESS, 0.9), ("rue", ADDRESS, 0.9), ("Murat", ADDRESS, 0.9), ("Lyon", PLACE, 0.9)],
            ["25, rue Murat"],
        ),
        (
            "3 rue de l'Orme",
            [
                ("3", ADDRESS, 0.9),
                ("rue", ADDRESS, 0.9),
                ("de", ADDRESS, 0.9),
                ("l", ADDRESS, 0.9),
                ("Orme", ADDRESS, 0.9),
            ],
            ["3 rue de l'Orme"],
        ),
        ("in Boston", [("Boston", PLACE, 0.9)], []),
        ("12 oak street", [("12", ADDRESS, 0.9), ("oak", ADDRESS, 0.9), ("street", ADDRESS, 0.9)], ["12 oak street"]),
        ("12 oak street", [("12", ADDRESS, 0.45), ("oak", ADDRESS, 0.45), ("street", ADDRESS, 0.45)], []),
        ("oak street", [("oak", ADDRESS, 0.9), ("street", ADDRESS, 0.9)], []),
        (
            "Oak Street\n\n62704",
            [("Oak", ADDRESS, 0.9), ("Street", ADDRESS, 0.9), ("62704", ADDRESS, 0.9)],
            ["Oak Street", "62704"],
        ),
        ("東京都渋谷区神南1丁目2-3です", [("東京都渋谷区神南", ADDRESS, 0.95)], ["東京都渋谷区神南1丁目2-3"]),
        ("建国路88号，明天", [("建国路", ADDRESS, 0.95)], ["建国路88号"]),
        ("세종대로 110 에서", [("세종대로", ADDRESS, 0.95)], ["세종대로 110"]),
        ("上海市世纪大道", [("上海市", ADDRESS, 0.9), ("纪大道", ADDRESS, 0.9)], ["上海市世纪大道"]),
        ("Hauptstraße 2024 x", [("Hauptstraße", ADDRESS, 0.95)], ["Hauptstraße"]),
        (
            "Rowan Foundation, Inc., 12 Oak Street, MA 02110",
            [("12", ADDRESS, 0.9), ("Oak", ADDRESS, 0.9), ("Street", ADDRESS, 0.9), ("02110", ADDRESS, 0.9)],
            [],
        ),
        (
            "Rowan Inc., 12 Oak Street",
            [("12", ADDRESS, 0.9), ("Oak", ADDRESS, 0.9), ("Street", ADDRESS, 0.9)],
            ["12 Oak Street"],
        ),
        ("Oak 123456789 Street", [("Oak", ADDRESS, 0.9), ("123456789", ADDRESS, 0.9), ("Street", ADDRESS, 0.9)], []),
    ],
)
def test_addresses(text: str, found: list[tuple[str, int, float]], expected: list[str]) -> None:
    assert values(text, hits(text, *found)) == expected


@pytest.mark.parametrize(
    ("bits", "word", "expected"),
    [
        (LAST, "Roe", ["Jane Roe"]),
        (FIRST | LAST, "Roe", ["Jane Roe"]),
        (LAST | EVERYDAY, "Roe", ["Jane"]),
        (0, "Roe", ["Jane Roe"]),
        (EVERYDAY, "Roe", ["Jane"]),
        (LAST, "roe", ["Jane"]),
    ],
)
def test_a_faint_word_joins_a_name_unless_it_is_an_everyday_word(bits: int, word: str, expected: list[str]) -> None:
    text = f"ask Jane {word} now"
    assert values(text, hits(text, ("Jane", NAME, 0.9), (word, NAME, 0.06, bits))) == expected
    text = f"ask {word} Jane now"
    assert values(text, hits(text, (word, NAME, 0.06, bits), ("Jane", NAME, 0.9)))[0].split()[0] in ("Jane", word)


@pytest.mark.parametrize(
    ("text", "score", "bits", "found"),
    [
        ("Rose", 0.8, EVERYDAY, False),
        ("Rose.", 0.8, EVERYDAY, False),
        ("Rose", 0.95, EVERYDAY, True),
        ("Rose", 0.5, 0, True),
        ("ask Rose", 0.5, EVERYDAY, True),
        ("ask Rose", 0.3, EVERYDAY, False),
        ("ask Rose", 0.3, 0, True),
        ("Rose the barricades", 0.8, EVERYDAY, False),
        ("Rose un archivo", 0.8, EVERYDAY, False),
        ("Rose the barricades", 0.95, EVERYDAY, True),
        ("Rose thereafter", 0.8, EVERYDAY, True),
        ("Rose the barricades", 0.5, 0, True),
    ],
)
def test_one_everyday_word_needs_more(text: str, score: float, bits: int, found: bool) -> None:
    assert values(text, hits(text, ("Rose", NAME, score, bits))) == ["Rose"] * found


@pytest.mark.parametrize(
    ("name", "score", "found"),
    [
        ("Roe", 0.2, True),
        ("Иванов", 0.2, True),
        ("王", 0.1, True),
        ("김철수", 0.2, False),
        ("김철수", 0.5, True),
        ("நேகா", 0.5, False),
        ("Nguyễn", 0.2, True),
    ],
)
def test_limits_by_script(name: str, score: float, found: bool) -> None:
    assert values(name + " x", hits(name, (name, NAME, score))) == [name] * found


def test_scripts_are_in_order() -> None:
    firsts = [first for first, _ in d.SCRIPTS]
    assert firsts == sorted(firsts)
    assert min(limit for _, limit in d.SCRIPTS) >= d.LEAST


def test_a_place_that_is_far_likelier_is_no_name() -> None:
    found = hits("to Paris", ("Paris", NAME, 0.2))
    assert values("to Paris", found) == ["Paris"]
    found.scores[0, PLACE] = 0.7
    assert values("to Paris", found) == []


def _spans(text: str, *found: tuple[str, str, float]) -> list[Span]:
    out, at = [], 0
    for piece, kind, score in found:
        start = text.index(piece, at)
        at = start + len(piece)
        out.append(Span(start, at, kind, score, "tagger"))
    return out


@pytest.mark.parametrize(
    ("text", "found", "kept"),
    [
        ("12 Main Street, 62704", [("12 Main Street", "STREET_ADDRESS", 0.9), ("62704", "STREET_ADDRESS", 0.9)], 2),
        ("62704, 12 Main Street", [("62704", "STREET_ADDRESS", 0.9), ("12 Main Street", "STREET_ADDRESS", 0.9)], 2),
        ("total 62704", [("62704", "STREET_ADDRESS", 0.9)], 0),
        (
            "62704" + " " * 90 + "12 Main Street",
            [("62704", "STREET_ADDRESS", 0.9), ("12 Main Street", "STREET_ADDRESS", 0.9)],
            1,
        ),
        (
            "12 Main Street" + " " * 90 + "62704",
            [("12 Main Street", "STREET_ADDRESS", 0.9), ("62704", "STREET_ADDRESS", 0.9)],
            1,
        ),
        ("jane", [("jane", "NAME", 0.7)], 1),
        ("jane", [("jane", "NAME", 0.4)], 0),
        ("Jane", [("Jane", "NAME", 0.5)], 1),
        ("王小明", [("王小明", "NAME", 0.5)], 1),
        ("You", [("You", "NAME", 0.95)], 0),
        ("PR 42", [("42", "NAME", 0.95)], 0),
        ("Bad Gateway", [("Gateway", "STREET_ADDRESS", 0.6)], 0),
        ("Hauptstraße", [("Hauptstraße", "STREET_ADDRESS", 0.95)], 1),
        ("Elm Street", [("Elm Street", "STREET_ADDRESS", 0.6)], 1),
        ("You Who", [("You Who", "NAME", 0.95)], 0),
        ("Roe's disease", [("Roe", "NAME", 0.95)], 0),
        ("a Roe heap of", [("Roe", "NAME", 0.95)], 0),
        ("a Roe house of", [("Roe", "NAME", 0.95)], 1),
        ("Ann Roe numbers", [("Ann Roe", "NAME", 0.95)], 1),
        ("Roe's daughter", [("Roe", "NAME", 0.95)], 1),
        ("the Roe project", [("Roe", "NAME", 0.95)], 0),
        ("see Roe project", [("Roe", "NAME", 0.95)], 1),
        ("the Ann Roe project", [("Ann Roe", "NAME", 0.95)], 1),
        ("for Claude.", [("Claude", "NAME", 0.7)], 0),
        ("uncle Claude", [("Claude", "NAME", 0.95)], 1),
        ("Claude Roe", [("Claude Roe", "NAME", 0.7)], 1),
        ("routeRule", [("routeRule", "NAME", 0.7)], 0),
        ("CreateDomain", [("CreateDomain", "NAME", 0.7)], 0),
        ("McDonald", [("McDonald", "NAME", 0.7)], 1),
        ("O'Neil", [("O'Neil", "NAME", 0.7)], 1),
        ("Will Don", [("Will Don", "NAME", 0.95)], 1),
    ],
)
def test_what_is_kept_of_faint_finds(text: str, found: list[tuple[str, str, float]], kept: int) -> None:
    assert len(d._plausible(text, _spans(text, *found))) == kept


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [
        ("Jane| |Doe", NAME, True),
        ("Jane|-|Maria", NAME, True),
        ("O|'|Brien", NAME, True),
        ("Jane J|. |Doe", NAME, True),
        ("J|.|Doe", NAME, True),
        ("Bob Smith|. |Ana", NAME, False),
        ("Doe|, |Jane", NAME, False),
        ("Jane|\n|Bob", NAME, False),
        ("Jane| of the |Bob", NAME, False),
        ("Vasco| da |Gama", NAME, True),
        ("12 Main Street|, |Springfield", ADDRESS, True),
        ("12 Main Street|\n|Springfield", ADDRESS, True),
        ("12 Main Street|\n\n|Springfield", ADDRESS, False),
        ("12 Main Street| and |Springfield", ADDRESS, False),
        ("12 Main Street|', '|Springfield", ADDRESS, False),
    ],
)
def test_what_joins_two_words(text: str, kind: int, expected: bool) -> None:
    before, gap, after = text.split("|")
    assert d._joins(before + gap + after, len(before), len(before) + len(gap), kind) is expected


@pytest.mark.parametrize(
    ("text", "value", "stays"),
    [
        ("Fonts: Barlow, Castoro, Young Serif", "Castoro", False),
        ("- **Fonts (web):** Barlow, Castoro and Serif, Geist", "Castoro", False),
        ("Use these fonts: Barlow, Castoro, Geist.", "Geist", False),
        ("Schriften: Barlow, Castoro, Geist", "Barlow", False),
        ("Fonts: Barlow, Castoro, Geist. Ask Helen Radley", "Helen Radley", True),
        ("Fonts: Barlow, Castoro, Geist\nHelen Radley", "Helen Radley", True),
        ("Fonts: ask Helen Radley", "Helen Radley", True),
        ("Patients: Barlow, Castoro, Geist", "Castoro", True),
        ("Designers of fonts and more: Barlow, Castoro, Geist", "Castoro", True),
        ("Tags: Helen Radley, Castoro, Geist", "Helen Radley", True),
    ],
)
def test_lists_of_things_are_no_people(text: str, value: str, stays: bool) -> None:
    at = text.index(value)
    assert bool(d._outside_thing_lists(text, [Span(at, at + len(value), "NAME", 0.95)])) is stays


@pytest.mark.parametrize(
    ("text", "value", "no_name"),
    [
        ("this replaces Claude Code's guidance", "Claude Code", True),
        ("Gemini Flash is fast", "Gemini Flash", True),
        ("Claude Monet painted", "Claude Monet", False),
        ("Helen Code wrote", "Helen Code", False),
        ("or SwiftUI for native apps", "SwiftUI", True),
        ("a GraphQL server", "GraphQL", True),
        ("said JohnDOE", "JohnDOE", False),
        ("said McDonald", "McDonald", False),
    ],
)
def test_products_and_technical_words_are_no_people(text: str, value: str, no_name: bool) -> None:
    at = text.index(value)
    assert d._no_name(text, Span(at, at + len(value), "NAME", 0.5), value) is no_name


@given(
    st.lists(st.tuples(st.sampled_from("Aaд한张ש"), st.lists(st.integers(0, 1000), min_size=5, max_size=5)), max_size=8)
)
def test_few_hits_are_judged_as_many_are(rows: list[tuple[str, list[int]]]) -> None:
    text = "".join(first for first, _ in rows)
    once = np.arange(len(rows))
    scores = np.array([[value / max(1, sum(row)) for value in row] for _, row in rows], np.float32).reshape(
        -1, n.GROUPS
    )

    def kinds(times: int) -> list[int]:
        places = np.tile(once, times)
        bits = np.zeros(len(places), np.uint8)
        return d._kinds(text, d.Hits(places, places + 1, np.tile(scores, (times, 1)), bits), places.tolist())

    assert kinds(9)[: len(rows)] == kinds(1)
