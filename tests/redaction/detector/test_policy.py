"""Policies: what is switched off, left alone, looked for; and what is refused."""

from __future__ import annotations

import msgspec
import pytest

from config.config_errors import ConfigError
from config.redaction_settings import Exclusion, Pattern, Policy
from config.type_table import types
from redaction.detector.detect import Detector
from redaction.detector.policy import compile_policies, compile_policy
from redaction.spans import substitute

DETECTOR = Detector()


def masked(text: str, policy: Policy) -> str:
    return substitute(text, DETECTOR.find(text, compile_policy(policy)))


def test_recognizers_switch_types_off():
    text = "mail jane@corp.com ssn 123-45-6789"
    assert (
        masked(text, Policy(recognizers={"SSN": False, "IBAN_CODE": True})) == "mail [[EMAIL_ADDRESS]] ssn 123-45-6789"
    )


@pytest.mark.parametrize(
    ("excluded", "text", "expected"),
    [
        ("JANE@corp.com", "mail jane@corp.com", "mail jane@corp.com"),
        ("jane@corp", "mail jane@corp.com", "mail [[EMAIL_ADDRESS]]"),
        (" jane@corp.com ", "mail jane@corp.com", "mail jane@corp.com"),
        ("jane@corp.com", "mail jane@\u200bcorp.com", "mail jane@\u200bcorp.com"),
        ("jane@corp.com", "mail ｊａｎｅ@corp.com", "mail ｊａｎｅ@corp.com"),
        ("jane@corp.com", "mail jane@\u200bcorps.com", "mail [[EMAIL_ADDRESS]]"),
    ],
)
def test_exclusion_is_the_whole_span_without_case(excluded, text, expected):
    assert masked(text, Policy(exclusion=Exclusion(texts=(excluded,)))) == expected


@pytest.mark.parametrize(("regex", "kept"), [(r".*@corp\.com", True), (r"jane@", False), (r"(?i)JANE@CORP.COM", True)])
def test_exclusion_patterns_match_the_full_span(regex, kept):
    assert (masked("mail jane@corp.com", Policy(exclusion_patterns=(regex,))) == "mail jane@corp.com") is kept


def test_dictionaries():
    policy = Policy(dictionaries={"PROJECT": ("Bluebird", "C++ (beta)", "Blue")})
    assert (
        masked("bluebird, Bluebirds, C++ (beta) and BLUE.", policy)
        == "[[PROJECT]], Bluebirds, [[PROJECT]] and [[PROJECT]]."
    )


def test_large_dictionaries():
    policy = Policy(dictionaries={"STAFF": tuple(f"Name{n:04}x" for n in range(1200))})
    assert masked("ask name1199x or Name0000x", policy) == "ask [[STAFF]] or [[STAFF]]"


def test_patterns_and_their_context():
    policy = Policy(
        patterns=(
            Pattern(type="CASE_ID", regex=r"(?:T|Q)-([0-9]{4,30})"),
            Pattern(type="SEAT", regex=r"\b[0-9]{2}[A-F]\b", context=("seat", "sitz")),
        )
    )
    assert (
        masked("T-12345 in seat 12A, gate 34B of hall", policy) == "[[CASE_ID]] in seat [[SEAT]], gate [[SEAT]] of hall"
    )
    assert masked("gate 34B", policy) == "gate 34B"


@pytest.mark.parametrize(
    ("policy", "key"),
    [
        (
            Policy(patterns=(Pattern(type="X", regex="ok"), Pattern(type="X", regex=r"(?=x)y"))),
            "policies.p.patterns[1].regex",
        ),
        (Policy(patterns=(Pattern(type="X", regex="a*"),)), "policies.p.patterns[0].regex"),
        (Policy(patterns=(Pattern(type="X", regex=r"(a)\1"),)), "policies.p.patterns[0].regex"),
        (Policy(exclusion_patterns=("ok", "(")), "policies.p.exclusionPatterns[1]"),
        (Policy(dictionaries={"X": ("a", " ")}), "policies.p.dictionaries.X"),
    ],
)
def test_refused_with_the_key(policy, key):
    with pytest.raises(ConfigError) as error:
        compile_policies({"p": policy})
    assert error.value.key == key
    assert error.value.reason


def test_repr_shows_no_entry():
    policy = compile_policy(Policy(exclusion=Exclusion(texts=("Jane Doe",)), dictionaries={"X": ("Secretname",)}))
    assert "Jane" not in repr(policy)
    assert "Secretname" not in repr(policy)


def test_policy_documents_of_the_file_fit():
    document = {
        "recognizers": {"SSN": False},
        "exclusion": {"global": ["Acme"]},
        "exclusionPatterns": ["T-[0-9]+"],
        "paths": "mask",
    }
    compiled = compile_policy(msgspec.convert(document, Policy))
    off = {row.name for row in types() if not row.on}
    assert (compiled.disabled, compiled.excluded, compiled.leave_paths) == (off | {"SSN"}, {"acme"}, False)
