"""Rules for bare numbers, object keys and protected leaves: checksum and format only, no names, fast on short texts."""

# ruff: noqa: E501 - patterns and word lists stay on one line: so they are read and searched
from __future__ import annotations

import functools
import re
from decimal import Decimal

from redaction.detector.canonical.canonical_text import canonical
from redaction.detector.labels.label_engine import labelled_values
from redaction.detector.overlaps import resolve
from redaction.detector.policy import CompiledPolicy
from redaction.detector.rules.recognizer import Recognizer, number_edges
from redaction.detector.rules.recognizers import ROWS
from redaction.detector.rules.rule_matcher import RuleMatcher
from redaction.detector.rules.secret_scans import strict_secrets
from redaction.spans import Span

# Without one of these nothing strict can be in a text: seven digits, an @, a token's dash, dot or underscore, a long run.
_SUSPICIOUS = re.compile(
    r"[0-9](?:[ .-]?[0-9]){6}|\.[0-9]{5}|@|-----BEGIN|[A-Za-z0-9]{20}|[A-Za-z0-9]{2}[-_.:][A-Za-z0-9_-]{10}", re.ASCII
)

# A number under a key that says what it is, as `key: 123456789` (the key is part of the text).
_KEYED = (
    Recognizer(
        "number_under_ssn_key",
        "SSN",
        r"(?i)(?:ssn|itin|social[ _-]?sec(?:urity)?(?:[ _-]?(?:number|no))?)[\"']?[:=][ ]?[\"']?(\d{9})\b",
        guard=number_edges,
        score=0.95,
    ),
    Recognizer(
        "number_under_phone_key",
        "PHONE_NUMBER",
        r"(?i)(?:phone|mobile|cell|fax|tel)[a-z_ -]{0,12}[\"']?[:=][ ]?[\"']?(\d{7,15})\b",
        guard=number_edges,
        score=0.85,
    ),
    Recognizer(
        "number_under_account_key",
        "ACCOUNT_NUMBER",
        r"(?i)(?:account|acct|bank|routing|aba)[ _-]?(?:number|num|no|nr)[\"']?[:=][ ]?[\"']?(\d{6,17})\b",
        guard=number_edges,
        score=0.85,
    ),
    Recognizer(
        "number_under_id_key",
        "NATIONAL_ID",
        r"(?i)(?:passport|licen[cs]e|national[ _-]?id|tax[ _-]?id|mrn|medical[ _-]?record|npi|pesel|cpf|bsn|aadhaar|tfn|nhs)[a-z_ -]{0,12}[\"']?[:=][ ]?[\"']?(\d{6,14})\b",
        guard=number_edges,
        score=0.85,
    ),
    Recognizer(
        "number_under_position_key",
        "COORDINATES",
        r"(?:latitude|longitude): (-?\d{1,3}\.\d{5,15})\b",
        check=lambda value: 0 < abs(float(value)) <= 180,
        guard=number_edges,
        score=0.85,
    ),
    Recognizer(
        "number_under_birth_key",
        "DATE_OF_BIRTH",
        r"(?i)(?:dob|birth)[a-z_ -]{0,12}[\"']?[:=][ ]?[\"']?((?:19|20)\d{6})\b",
        guard=number_edges,
        score=0.85,
    ),
)


@functools.cache
def _engine() -> RuleMatcher:
    return RuleMatcher((tuple(row for row in ROWS if row.strict), _KEYED), keep="strict")


# A number as programs write it, behind the label that `_KEYED` reads: `1.23E+15`, `123456789.0`.
_NUMBER = re.compile(r"(?s)((?:.{0,200}[:=] ?)?)(-?[0-9]{1,40}(?:\.[0-9]{0,40})?(?:[eE][+-]?[0-9]{1,3})?)")
_LONGEST_NUMBER = 40
_PLAIN = re.compile(r"-?[0-9]{1,19}(?:\.[0-9]{0,19})?(?:[eE][+-]?[0-9]{1,3})?")
_LABELLED_NUMBER = re.compile(r"[^:\n]{2,80}: [0-9]{7,20}")
# Passwords and user names are strings; what a number of digits under such a key is, nobody knows.
_NO_NUMBERS = frozenset({"USERNAME", "API_KEY"})


def is_number(text: str) -> bool:
    """Whether a text is a number as programs write it, too short to be a spelling of something else: nothing but the
    rules for numbers can find anything in it, and bodies hold them by the ten thousand."""
    return _PLAIN.fullmatch(text) is not None


def strict_spans(text: str, policy: CompiledPolicy | None = None) -> tuple[Span, ...]:
    """Sorted, disjoint spans of what checksum and format rules find in a number, a key, or a leaf that must not change.

    What a policy switches off or excludes is not among them. A number with a fraction of zero or an exponent is judged
    as the whole number that it is.
    """
    if is_number(text):
        found = _engine().find(text) if _SUSPICIOUS.search(text) else []
    else:
        reading = canonical(text)
        found = [
            Span(*reading.original(span.start, span.end), span.type, span.score, span.recognizer)
            for span in _found(reading.text)
        ]
        if reading.spots:
            found += _found(reading.plain)
    found += _whole_number(text)
    if policy is not None:
        found = [span for span in found if policy.keeps(text, span)]
    return resolve(text, found) if found else ()


def _found(text: str) -> list[Span]:
    if not _SUSPICIOUS.search(text):
        return []
    found = [*_engine().find(text), *strict_secrets(text)]
    if _LABELLED_NUMBER.fullmatch(text):
        # A whole number under a key that is a label in any language: `{"numero_pasaporte": 447198301}`.
        found += [span for span in labelled_values(text, 0, len(text)) if span.type not in _NO_NUMBERS]
    return found


def _whole_number(text: str) -> list[Span]:
    """What the whole number is that stands at the end of the text, in the places of the number as written."""
    match = _NUMBER.fullmatch(text)
    if match is None or not {".", "e", "E"}.intersection(match[2]):
        return []
    value = Decimal(match[2])
    if value.adjusted() >= _LONGEST_NUMBER or value != value.to_integral_value():
        return []
    label = match[1]
    found = _engine().find(f"{label}{int(value)}")
    return [Span(len(label), len(text), s.type, s.score, s.recognizer) for s in found if s.end > len(label)]
