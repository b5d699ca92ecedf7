"""The rule matcher: chunks, triggers, context."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redaction.detector.rules.name_rules import GROUPS as NAME_GROUPS
from redaction.detector.rules.re2_classes import loosened, spell_out
from redaction.detector.rules.recognizer import Recognizer
from redaction.detector.rules.recognizers import GROUPS, ROWS
from redaction.detector.rules.rule_matcher import RuleMatcher, compile_re2
from redaction.detector.tagger.chunks import LONGEST

ROW = Recognizer("row", "X", r"\bX\d{4}\b", context="word", near=0.9, score=0.5)
CONTEXTS = {"word": "alpha|beta"}


@pytest.mark.parametrize(
    ("text", "score"),
    [
        ("X1234", 0.5),
        ("alpha X1234", 0.9),
        ("ALPHA_X1234", None),
        ("X1234 beta", 0.865),
        ("alphabet X1234", 0.5),
        ("[[ALPHA]] X1234", 0.5),
        ("alpha" + " " * 80 + "X1234", 0.5),
        ("aX1234", None),
    ],
)
def test_context_raises_the_score(text, score):
    found = RuleMatcher(((ROW,),), contexts=CONTEXTS).find(text)
    assert [pytest.approx(span.score, abs=0.01) for span in found] == ([score] if score else [])


def test_a_value_across_a_block_border_is_found_whole():
    engine = RuleMatcher(((ROW,),), contexts=CONTEXTS)
    for shift in range(LONGEST - 8, LONGEST + 4):
        text = "." * shift + " X1234 " + "." * 50
        assert [text[s.start : s.end] for s in engine.find(text)] == ["X1234"]


@pytest.mark.parametrize(
    ("pattern", "loose"),
    [
        ("a{20,255}", "a{12,}"),
        ("a{3}", "a{3}"),
        ("a{4,9}", "a{4,9}"),
        ("a{4,}", "a{4,}"),
        (r"\{20}", r"\{20}"),
        ("a{40}", "a{12,}"),
    ],
)
def test_loosened(pattern, loose):
    assert loosened(pattern) == loose


@pytest.mark.parametrize(
    ("pattern", "text", "matches"),
    [
        (r"\p{Lu}\p{Ll}+", "Łódź", True),
        (r"[\pL-]+", "é-я", True),
        (r"\pL+", "中", False),
        (r"[^\pL]", "a", False),
        (r"\\pL", r"\pL", True),
    ],
)
def test_spelled_out_letters(pattern, text, matches):
    assert (compile_re2(spell_out(pattern)).fullmatch(text) is not None) is matches


def test_rows_are_well_formed():
    rows = [row for group in (*GROUPS, *NAME_GROUPS) for row in group]
    assert len({row.name for row in rows}) == len(rows)
    assert all(row.reference for row in ROWS)
    assert all(0 < row.score <= 1 and 0 < row.near <= 1 for row in rows)
    assert all(row.context for row in rows if row.needs_context or row.unchecked)


def table(header: str, rows: int) -> str:
    return f"{header}\n" + "".join(f"row {number},{987651001 + number}\n" for number in range(rows))


LINES = [
    "nothing to see in this line of words\n",
    "ssn 123-45-6789 and phone 212 555 0187\n",
    "\n",
    "her account number is 12345678 at the bank\n",
    "12 Oak Street, Springfield, IL 62704\n",
    "|---|---|\n",
    "mail jane@corp.com or bob@corp.com today\n",
    "word " * 300,
]


def test_the_header_of_a_table_decides_chunks_below():
    """The same rows under another header are other chunks, remembered or not."""
    engine = RuleMatcher(GROUPS, remember=1000)
    under_ssn = engine.find(table("name,ssn", 400))
    under_count = engine.find(table("name,count", 400))
    assert len({s.start for s in under_ssn if s.type == "SSN"}) == 400
    assert not [s for s in under_count if s.type == "SSN"]
    assert engine.find(table("name,ssn", 400)) == under_ssn == RuleMatcher(GROUPS).find(table("name,ssn", 400))


@given(st.lists(st.sampled_from([*LINES, table("name,ssn", 60), table("name,count", 60)]), max_size=40), st.randoms())
def test_remembered_is_new(parts, rng):
    """Whatever was searched before, edited or cut, changes nothing."""
    text = "".join(parts)
    cut = rng.randrange(len(text) + 1)
    for other in (text[cut:], text[:cut], text[:cut] + "one more line\n" + text[cut:]):
        REMEMBERING.find(other)
    assert REMEMBERING.find(text) == FORGETFUL.find(text)
    assert REMEMBERING.find(text) == FORGETFUL.find(text)


FORGETFUL = RuleMatcher(GROUPS)
REMEMBERING = RuleMatcher(GROUPS, remember=2000)
