"""Rules for bare numbers, keys and protected leaves."""

from __future__ import annotations

import pytest

from config.redaction_settings import Exclusion, Policy
from redaction.detector.policy import compile_policy
from redaction.detector.rules.strict_rules import is_number, strict_spans


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("4111111111111111", [("CREDITCARD_NUMBER", "4111111111111111")]),
        ("4111111111111112", []),
        ("123-45-6789", [("SSN", "123-45-6789")]),
        ("123456789", []),
        ("ssn: 123456789", [("SSN", "123456789")]),
        ("phone: 4155552671", [("PHONE_NUMBER", "4155552671")]),
        ("account_number: 12345678", [("ACCOUNT_NUMBER", "12345678")]),
        ("birth_date: 19850312", [("DATE_OF_BIRTH", "19850312")]),
        ("DE89370400440532013000", [("IBAN_CODE", "DE89370400440532013000")]),
        ("jane@corp.com", [("EMAIL_ADDRESS", "jane@corp.com")]),
        ("user_jane@corp.com_id", [("EMAIL_ADDRESS", "user_jane@corp.com")]),
        ("1732482394", []),
        ("1732482394123", []),
        ("1234567890123456789", []),
        ("toolu_01A09q90qw90lq917835lq9", []),
        ("550e8400-e29b-41d4-a716-446655440000", []),
        ("claude-sonnet-4-5-20250929", []),
        ("Jane Doe", []),
        ("properties", []),
        ("", []),
    ],
)
def test_strict(text, found):
    assert [(span.type, text[span.start : span.end]) for span in strict_spans(text)] == found


def test_private_keys_and_tokens():
    key = "-----BEGIN " + "PRIVATE KEY-----\n" + "MIIEvQIBADANBgkqhkiG9w0B" + "\n-----END " + "PRIVATE KEY-----"
    assert [span.type for span in strict_spans(key)] == ["PRIVATE_KEY"]
    assert [span.type for span in strict_spans("gh" + "p_" + "aB3dE5fG7hJ9kL1mN3pQ5rS7tU9vW1xY3zA5")] == ["API_KEY"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("4539578763621486.0", [("CREDITCARD_NUMBER", "4539578763621486.0")]),
        ("4.539578763621486E15", [("CREDITCARD_NUMBER", "4.539578763621486E15")]),
        ("4539578763621486.5", []),
        ("4.539578763621487E15", []),
        ("1.5e300", []),
        ("1e-9", []),
        ("ssn: 536228645.0", [("SSN", "536228645.0")]),
        ("size: 536228645.0", []),
        ("\uff15\uff13\uff16-22-8645", [("SSN", "\uff15\uff13\uff16-22-8645")]),
        ("5\u200b36-22-8645", [("SSN", "5\u200b36-22-8645")]),
        ("ines%40lumen-works.de", [("EMAIL_ADDRESS", "ines%40lumen-works.de")]),
    ],
)
def test_numbers_and_keys_as_they_read(text, found):
    assert [(span.type, text[span.start : span.end]) for span in strict_spans(text)] == found


def test_a_policy_binds_the_strict_rules():
    policy = compile_policy(
        Policy(recognizers={"CREDITCARD_NUMBER": False}, exclusion=Exclusion(texts=("ines@lumen-works.de",)))
    )
    assert strict_spans("4539578763621486", policy) == ()
    assert strict_spans("ines@lumen-works.de", policy) == ()
    assert [span.type for span in strict_spans("536-22-8645", policy)] == ["SSN"]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("numero_pasaporte: 447198301", "PASSPORT_NUMBER"),
        ("Kundennummer: 44719830", "ID_NUMBER"),
        ("телефон: 9164417208", "PHONE_NUMBER"),
        ("patient_id: 44719830", "MEDICAL_RECORD"),
    ],
)
def test_a_number_under_a_label_of_any_language(text, kind):
    assert kind in {span.type for span in strict_spans(text)}


@pytest.mark.parametrize("text", ["product_id: 44719830", "id: 447198301", "count: 44719830", "max_tokens: 44719830"])
def test_a_number_under_no_label_stays(text):
    assert strict_spans(text) == ()


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("-12.5e-3", True),
        ("4539578763621486.0", True),
        ("1" * 19, True),
        ("1" * 20, False),  # may be hexadecimal for bytes
        ("1.2.3", False),
        ("\uff15", False),
        ("0x1f", False),
        ("ssn: 536228645", False),
        ("", False),
    ],
)
def test_what_only_the_rules_for_numbers_read(text, plain):
    assert is_number(text) == plain
