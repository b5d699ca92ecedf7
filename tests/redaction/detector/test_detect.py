"""The whole detector: the seed, the corpus that must stay untouched, and promises that hold for any text."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.redaction_settings import Policy
from redaction.detector.detect import Detector, rules_version
from redaction.detector.policy import compile_policy
from redaction.spans import Span, substitute
from tests.support.finding import DETECTOR, PLAIN

CORPUS = sorted((Path(__file__).parent / "corpus").glob("*.txt"))

# Synthetic values, and words that stand around them.
VALUES = [
    "123-45-6789", "4111 1111 1111 1111", "jane.doe@corp.com", "+14155552671", "(555) 123-4567", "DE89370400440532013000",
    "81.2.69.142", "12345678Z", "[[NAME]]", "[[SSN_k3f9w2c]]", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "3c:22:fb:12:34:56",
    "42 Oak Street, Apt 4B", "Jane Doe", "1985-03-12", "123456789", "4155552671", "jane%40corp.com", "jane&#64;corp.com",
    "ｊane@corp.com", "4111\u200b1111\u200b1111\u200b1111", "hunter2!x", "https://u:p4ss@h.corp.com/x",
]  # fmt: skip
WORDS = [
    "ssn", "card", "phone", "born", "account", "the", "and", "password:", "SECRET", "Dear", "my name is", "MRN", "passport", "ip", "-", ",", "\n", "\n\n",
    "=", "%20", "=\n", "é", "中", "\u00a0", ":", "(", ")", "'", '"', "[[", "]]", "/home/jane/x", "email", "iban", "|", "key",
]  # fmt: skip
TEXTS = st.lists(st.sampled_from(VALUES + WORDS), max_size=14).flatmap(
    lambda parts: st.sampled_from([" ".join(parts), "".join(parts)])
)


def masked(text: str) -> str:
    return substitute(text, DETECTOR.find(text, PLAIN))


def test_the_seed():
    assert masked("What is Jane Doe's SSN 123-45-6789?") == "What is [[NAME]]'s SSN [[SSN]]?"


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.name)
def test_corpus_stays_untouched(path):
    """Code, logs, configuration and prose without anything personal: a find here is what makes people switch a guard off."""
    text = path.read_text("utf-8")
    assert [(span.recognizer, text[span.start : span.end]) for span in DETECTOR.find(text, PLAIN)] == []
    for line in text.splitlines():
        assert [(span.recognizer, line) for span in DETECTOR.find(line, PLAIN)] == []


def test_corpus_is_there():
    assert len(CORPUS) >= 4


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("+14155552671 81.2.69.142", "[[PHONE_NUMBER]] [[IP_ADDRESS]]"),
        ("+14155552671 123-45-6789", "[[PHONE_NUMBER]] [[SSN]]"),
        ("4111 1111 1111 1111 123456789 ssn", "[[CREDITCARD_NUMBER]] [[SSN]] ssn"),
        ("Jane Doe(555) 123-4567", "[[NAME]][[PHONE_NUMBER]]"),
        ("123-45-6789+14155552671", "[[SSN]][[PHONE_NUMBER]]"),
        ("Lindenstraße 17, 10969 Berlin DE89370400440532013000", "[[STREET_ADDRESS]] [[IBAN_CODE]]"),
        ("GET /api/items/571629 200 478 ms", "GET /api/items/571629 200 478 ms"),
        ("1.2345E+12345680", "1.2345E+12345680"),
        ("status=200 port=4000&x=1", "status=200 port=4000&x=1"),
    ],
)
def test_neighbours_do_not_hide_each_other(text, expected):
    assert masked(text) == expected
    assert masked(expected) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SSN １２３-４５-６７８９", "SSN [[SSN]]"),
        ("ssn 1\u200b23-45-67\u00ad89!", "ssn [[SSN]]!"),
        ("123\u00a045\u00a06789 is my ssn", "[[SSN]] is my ssn"),
        ("ssn 123\u201145\u20116789", "ssn [[SSN]]"),
        ("j\u200bane.doe@co\u2060rp.com", "[[EMAIL_ADDRESS]]"),
        ("to=jane%2Edoe%40corp.com&x=1", "to=[[EMAIL_ADDRESS]]&x=1"),
        ("jane&#64;corp&#46;com", "[[EMAIL_ADDRESS]]"),
        ("jane=2Edoe=40corp.com", "[[EMAIL_ADDRESS]]"),
        ("jane.d=\r\noe@corp.com", "[[EMAIL_ADDRESS]]"),
        ("4111 1111\n1111 1111", "[[CREDITCARD_NUMBER]]"),
        ("ssn 1 2 3 4 5 6 7 8 9", "ssn [[SSN]]"),
        ("ssn: ١٢٣-٤٥-٦٧٨٩", "ssn: [[SSN]]"),
        ("Привет, мир. Καλημέρα κόσμε.", "Привет, мир. Καλημέρα κόσμε."),
        ("Name,SSN,Phone\nBob Stone,123456789,5551234567", "Name,SSN,Phone\n[[NAME]],[[SSN]],[[PHONE_NUMBER]]"),
        ("| Id | SSN |\n|---|---|\n| 7 | 123456789 |", "| Id | SSN |\n|---|---|\n| 7 | [[SSN]] |"),
        ("[[NAME_k3f9w2c]] has [[SSN]]", "[[NAME_k3f9w2c]] has [[SSN]]"),
        ("", ""),
    ],
)
def test_evasion_and_tables(text, expected):
    assert masked(text) == expected


@given(TEXTS)
def test_spans_are_inside_disjoint_and_leave_placeholders_alone(text):
    spans = DETECTOR.find(text, PLAIN)
    at = 0
    for span in spans:
        assert at <= span.start < span.end <= len(text)
        at = span.end
    for kept in ("[[NAME]]", "[[SSN_k3f9w2c]]"):
        assert masked(text).count(kept) >= text.count(kept)


@given(st.lists(st.sampled_from(VALUES + WORDS), max_size=14))
def test_masking_masked_text_changes_nothing(parts):
    text = " ".join(parts)
    once = masked(text)
    assert masked(once) == once


@given(TEXTS, st.integers(0, 80))
def test_finds_do_not_depend_on_where_a_text_is_cut(text, lines):
    """A long harmless text in front moves the borders of chunks; the finds move along and stay the same."""
    front = "nothing to see in this line of words\n" * lines + "\n" * 80
    shifted = [(s.start - len(front), s.end - len(front), s.type) for s in DETECTOR.find(front + text, PLAIN)]
    assert shifted == [
        (s.start, s.end, s.type)
        for s in DETECTOR.find("\n" * 80 + text, PLAIN)
        for s in [Span(s.start - 80, s.end - 80, s.type)]
    ]


@given(TEXTS)
def test_slices_give_the_same_spans(text):
    long = (text + "\n") * 5
    *steps, last = DETECTOR.slices(long, PLAIN)
    assert last.spans == DETECTOR.find(long, PLAIN)
    assert all(step is None for step in steps)


@given(st.text(max_size=300))
def test_any_text_is_survived(text):
    for span in DETECTOR.find(text, PLAIN):
        assert 0 <= span.start < span.end <= len(text)


def test_lone_surrogates_do_not_shift_places():
    assert masked("\ud800\ud801 ssn 123-45-6789 \udfff") == "\ud800\ud801 ssn [[SSN]] \udfff"


def test_long_lines_are_searched_to_their_end():
    text = "x" * 5000 + " " + "word " * 2000 + "ssn 123-45-6789"
    assert masked(text).endswith("ssn [[SSN]]")


class Guess:
    version = "1"

    def spans(self, text):
        start = text.find("Zaphod")
        return [Span(start, start + 6, "NAME", 0.99)] if start >= 0 else []


def test_the_tagger_adds_and_rules_win():
    detector = Detector(Guess())
    text = "Zaphod wrote Zaphod@corp.com"
    assert [(s.type, text[s.start : s.end]) for s in detector.find(text, PLAIN)] == [
        ("NAME", "Zaphod"),
        ("EMAIL_ADDRESS", "Zaphod@corp.com"),
    ]
    text = "mail Zaphod@corp.com"
    assert [s.type for s in detector.find(text, PLAIN)] == ["EMAIL_ADDRESS"]


def test_version_names_rules_and_tagger():
    assert DETECTOR.version == f"rules-{rules_version()}"
    assert Detector(Guess()).version == f"rules-{rules_version()}+tagger-1"


def test_names_in_paths_stay_unless_the_policy_masks_them():
    text = "see /home/Jane-Doe/Jane_x and C:\\Users\\Jane Doe\\a.txt"
    *_, found = DETECTOR.slices(text, PLAIN)
    assert (found.spans, found.left) == ((), 1)
    assert [s.type for s in DETECTOR.find(text, compile_policy(Policy(paths="mask")))] == ["NAME"]
