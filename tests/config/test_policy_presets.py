"""Presets, `base`, `only` and `allow`: what they come to, and who may choose what."""

from __future__ import annotations

from typing import Any

import pytest

from config.config_errors import ConfigError
from config.configuration import read_document
from config.policy_presets import PRESETS, at_least_as_strict, resolve_policies
from config.redaction_settings import Policy
from redaction.detector.embedded_profiler import EmbeddedProfiler

TEXT = "Ann Lee <ann.lee@corp.com>, SSN 219-09-9999, password: Tr0ub4dor-x7, born 4 May 1961"


def policies(**rows: Any) -> dict[str, Policy]:
    return read_document({"policies": rows}).redaction.policies


def masked(text: str, policy: Policy) -> str:
    return EmbeddedProfiler({"p": policy}).mask_text(text, "p").replacement


def test_every_preset_is_there_without_a_file() -> None:
    assert set(read_document({}).redaction.policies) == set(PRESETS)


def test_only_takes_groups_and_types() -> None:
    found = masked(TEXT, policies(mine={"only": ["secrets", "SSN"]})["mine"])
    assert "Ann Lee <ann.lee@corp.com>, SSN [[SSN]], password: [[PASSWORD]], born" in found


def test_a_type_that_is_off_needs_its_own_name() -> None:
    row = policies(mine={"only": ["health"]}, more={"only": ["health", "DATE"]})
    assert row["mine"].recognizers["DATE"] is False
    assert row["more"].recognizers["DATE"] is True


def test_allow_leaves_public_names_and_domains() -> None:
    row = policies(mine={"allow": ["corp.com", "Ann Lee"]})["mine"]
    assert masked(TEXT, row).startswith("Ann Lee <ann.lee@corp.com>, SSN [[SSN]]")
    assert "[[EMAIL_ADDRESS]]" in masked("write to x.y@notcorp.com today", row)
    assert "[[EMAIL_ADDRESS]]" not in masked("write to x.y@mail.corp.com today", row)


def test_base_extends_and_the_files_own_name_wins() -> None:
    rows = policies(
        mine={"base": "coding", "recognizers": {"NAME": True}, "dictionaries": {"PROJECT": ["Blue Heron"]}},
        coding={"base": "coding", "allow": ["corp.com"]},
        child={"base": "mine"},
    )
    assert rows["mine"].recognizers["NAME"] is True
    assert rows["mine"].recognizers["STREET_ADDRESS"] is False
    assert rows["child"].dictionaries == {"PROJECT": ("Blue Heron",)}
    assert rows["coding"].exclusion.texts == ("corp.com",)
    assert rows["coding"].recognizers["NAME"] is False


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ({"a": {"base": "b"}, "b": {"base": "a"}}, "circle"),
        ({"a": {"base": "a"}}, "circle"),
        ({"a": {"base": "codign"}}, "did you mean coding?"),
        ({"a": {"only": ["secret"]}}, "did you mean secrets?"),
    ],
)
def test_mistakes_are_named(rows: dict[str, Any], says: str) -> None:
    with pytest.raises(ConfigError, match=says.replace("?", r"\?")):
        policies(**rows)


def test_clinical_keeps_the_year_and_little_else() -> None:
    text = "Seen 4 May 2021 at St. Mary's Hospital near Springfield, IL 62704; 93 years old; https://x.example/p/1"
    found = masked(text, resolve_policies({})["clinical"])
    assert found.startswith("Seen [[DATE]] 2021 at [[HOSPITAL]] near [[PLACE]]")
    assert found.endswith("[[AGE]] years old; [[URL]]")
    assert "62704" not in found
    assert masked("am 26.05.1996 und 3/14/21; 10.12.05.19, 1.26.05.1996", resolve_policies({})["clinical"]) == (
        "am [[DATE]].1996 und [[DATE]]/21; 10.12.05.19, 1.26.05.1996"
    )
    assert masked("Seen 4 May 2021, 45 years old, take 1-2 tablets, ratio 3/4.", resolve_policies({})["clinical"]) == (
        "Seen [[DATE]] 2021, 45 years old, take 1-2 tablets, ratio 3/4."
    )
    assert "4 May 2021" in masked("Seen 4 May 2021", Policy())


@pytest.mark.parametrize(
    ("one", "other", "stricter"),
    [
        ("strict", "default", True),
        ("clinical", "default", True),
        ("default", "strict", False),
        ("secrets-only", "default", False),
        ("default", "secrets-only", True),
        ("coding", "coding", True),
    ],
)
def test_strictness(one: str, other: str, stricter: bool) -> None:
    rows = resolve_policies({})
    assert at_least_as_strict(rows[one], rows[other]) is stricter
