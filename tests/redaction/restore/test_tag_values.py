"""Tagging: each found value gets its tag, once and for ever; a placeholder that stands in it stays."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redaction.restore.placeholder_tags import Tagger
from redaction.restore.tag_values import tagged_value
from redaction.restore.vault import Vault, VaultScope
from redaction.spans import PLACEHOLDER

TAGGER = Tagger(bytes(range(32)))


def scope() -> VaultScope:
    return Vault().scope(b"me")


def back(text: str, vault: VaultScope) -> str:
    return PLACEHOLDER.sub(lambda m: (vault(m.group(2)) if m.group(2) else None) or m.group(), text)


def test_a_value_has_its_tag_and_comes_back() -> None:
    vault = scope()
    jane, john = (tagged_value("NAME", name, TAGGER, vault) for name in ("Jane Doe", "John Roe"))
    assert re.fullmatch(r"\[\[NAME_[a-z2-7]{7}\]\]", jane)
    assert jane != john
    assert back(f"{jane} and {john}", vault) == "Jane Doe and John Roe"


@pytest.mark.parametrize("kind", ["API_KEY", "PASSWORD", "PRIVATE_KEY", "JWT", "CONNECTION_STRING"])
def test_secrets_are_one_way(kind: str) -> None:
    vault = scope()
    assert tagged_value(kind, "s3cr3t!", TAGGER, vault) == f"[[{kind}]]"
    assert not vault


def test_a_policy_says_what_is_one_way() -> None:
    vault, cards = scope(), frozenset({"CREDITCARD_NUMBER"})
    assert tagged_value("CREDITCARD_NUMBER", "4111111111111111", TAGGER, vault, cards) == "[[CREDITCARD_NUMBER]]"
    assert tagged_value("PASSWORD", "s3cr3t", TAGGER, vault, cards).startswith("[[PASSWORD_")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("[[NAME_abcdefg]]", "[[NAME_abcdefg]]"),
        ("[[SSN]]", "[[SSN]]"),
        ("Dr [[NAME_abcdefg]] Roe", r"[[NAME_#]][[NAME_abcdefg]][[NAME_#]]"),
        ("[[NAME_abcdefg]] ", "[[NAME_abcdefg]] "),
        ("[[NAME_abc1234]]", "[[NAME_#]]"),  # 1 is no base 32: the user's
        ("[[JANE_DOE]]", "[[NAME_#]]"),  # no type of ours: a wiki link
    ],
)
def test_a_placeholder_stays(value: str, expected: str) -> None:
    pattern = re.escape(expected).replace(re.escape("#"), "[a-z2-7]{7}")
    assert re.fullmatch(pattern, tagged_value("NAME", value, TAGGER, scope()))


def test_a_clash_is_masked_and_never_restored() -> None:
    vault = Vault()
    mine = vault.scope(b"me")
    mine.put(TAGGER.tag("NAME", "Jane Doe"), "somebody else")
    tagged = tagged_value("NAME", "Jane Doe", TAGGER, mine)
    assert "Jane" not in tagged
    assert back(tagged, mine) == tagged


@given(st.text(alphabet="ab [\n", max_size=5), st.text(min_size=1, max_size=12))
def test_pure_and_reversible(plain: str, value: str) -> None:
    first, second = scope(), scope()
    second.put(TAGGER.tag("NAME", "unrelated"), "unrelated")
    tagged = tagged_value("NAME", value, TAGGER, first)
    assert tagged == tagged_value("NAME", value, TAGGER, second) == tagged_value("NAME", value, TAGGER, first)
    assert back(plain + tagged, first) == plain + value
    assert tagged_value("NAME", tagged, TAGGER, first) == tagged
