"""Tagging: each exact span gets its tag, once and for ever; what is not exact is masked as the Profiler said."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redaction.profiler import Masking
from redaction.restore.tagging import tag_text
from redaction.restore.tags import Tagger
from redaction.restore.vault import Vault, VaultScope
from redaction.spans import PLACEHOLDER, Span, substitute

TAGGER = Tagger(bytes(range(32)))


def scope() -> VaultScope:
    return Vault().scope(b"me")


def masked(text: str, *found: tuple[str, str]) -> Masking:
    """A Masking of the first occurrences of some values."""
    spans = tuple(Span(text.index(value), text.index(value) + len(value), kind) for kind, value in found)
    return Masking(substitute(text, spans), spans)


def back(text: str, vault: VaultScope) -> str:
    return PLACEHOLDER.sub(lambda m: (vault(m.group(2)) if m.group(2) else None) or m.group(), text)


def test_each_value_has_its_tag() -> None:
    vault = scope()
    text = "Jane Doe and John Roe, 123-45-6789"
    tagged = tag_text(
        text, masked(text, ("NAME", "Jane Doe"), ("NAME", "John Roe"), ("SSN", "123-45-6789")), TAGGER, vault
    )
    assert re.fullmatch(r"\[\[NAME_\w{7}\]\] and \[\[NAME_\w{7}\]\], \[\[SSN_\w{7}\]\]", tagged.replacement)
    assert (tagged.tagged, tagged.one_way, tagged.ambiguous) == (3, 0, 0)
    assert back(tagged.replacement, vault) == text


@pytest.mark.parametrize("kind", ["API_KEY", "PASSWORD", "PRIVATE_KEY", "JWT", "CONNECTION_STRING"])
def test_secrets_are_one_way(kind: str) -> None:
    vault = scope()
    tagged = tag_text("key s3cr3t!", masked("key s3cr3t!", (kind, "s3cr3t!")), TAGGER, vault)
    assert tagged.replacement == f"key [[{kind}]]"
    assert (tagged.tagged, tagged.one_way) == (0, 1)
    assert not vault


def test_a_policy_says_what_is_one_way() -> None:
    vault = scope()
    text = "4111111111111111 s3cr3t"
    masking = masked(text, ("CREDITCARD_NUMBER", "4111111111111111"), ("PASSWORD", "s3cr3t"))
    tagged = tag_text(text, masking, TAGGER, vault, frozenset({"CREDITCARD_NUMBER"}))
    assert tagged.replacement.startswith("[[CREDITCARD_NUMBER]] [[PASSWORD_")


def test_an_inexact_masking_goes_as_it_is() -> None:
    vault = scope()
    tagged = tag_text("Jane Doe", Masking("[[NAME]] or so", (Span(0, 8, "NAME"),), exact=False), TAGGER, vault)
    assert tagged.replacement == "[[NAME]] or so"
    assert (tagged.tagged, tagged.ambiguous) == (0, 1)
    assert not vault


@pytest.mark.parametrize(
    ("text", "span", "expected"),
    [
        ("[[NAME_abcdefg]]", (0, 16), "[[NAME_abcdefg]]"),
        ("[[SSN]]", (0, 7), "[[SSN]]"),
        ("[[NAME_abcdefg]]", (2, 14), "[[NAME_abcdefg]]"),
        ("Dr [[NAME_abcdefg]] Roe", (0, 23), r"[[NAME_#]][[NAME_abcdefg]][[NAME_#]]"),
        ("[[NAME_abcdefg]] ", (0, 17), "[[NAME_abcdefg]] "),
        ("[[NAME_abc1234]]", (7, 14), "[[NAME_[[NAME_#]]]]"),  # 1 is no base 32: the user's
        ("[[JANE_DOE]]", (2, 10), "[[[[NAME_#]]]]"),  # no type of ours: a wiki link
    ],
)
def test_a_placeholder_stays(text: str, span: tuple[int, int], expected: str) -> None:
    spans = (Span(*span, "NAME"),)
    tagged = tag_text(text, Masking(substitute(text, spans), spans), TAGGER, scope())
    pattern = re.escape(expected).replace(re.escape("#"), "[a-z2-7]{7}")
    assert re.fullmatch(pattern, tagged.replacement)


def test_a_clash_is_masked_and_counted() -> None:
    vault = scope()
    vault.put(TAGGER.tag("NAME", "Jane Doe"), "somebody else")
    tagged = tag_text("Jane Doe", masked("Jane Doe", ("NAME", "Jane Doe")), TAGGER, vault)
    assert (tagged.tagged, tagged.ambiguous) == (0, 1)
    assert back(tagged.replacement, vault) == tagged.replacement


def test_shows_no_text() -> None:
    assert "Jane" not in repr(tag_text("Jane", masked("Jane", ("NAME", "Jane")), TAGGER, scope()))


@given(st.lists(st.tuples(st.text(alphabet="ab [\n", max_size=5), st.text(min_size=1, max_size=6)), max_size=6))
@settings(max_examples=80)
def test_pure_and_reversible(pieces: list[tuple[str, str]]) -> None:
    text, spans = "", []
    for plain, value in pieces:
        text += plain
        spans.append(Span(len(text), len(text) + len(value), "NAME"))
        text += value
    masking = Masking(substitute(text, spans), tuple(spans))
    first, second = scope(), scope()
    second.put(TAGGER.tag("NAME", "unrelated"), "unrelated")
    one = tag_text(text, masking, TAGGER, first)
    assert tag_text(text, masking, TAGGER, second).replacement == one.replacement
    assert tag_text(text, masking, TAGGER, first).replacement == one.replacement
    assert back(one.replacement, first) == text
    again = tag_text(one.replacement, Masking(one.replacement, ()), TAGGER, first)
    assert again.replacement == one.replacement
