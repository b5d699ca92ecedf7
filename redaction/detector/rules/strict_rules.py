"""Rules for bare numbers, object keys and protected leaves: checksum and format only, no names, fast on short texts."""

# ruff: noqa: E501 - patterns and word lists stay on one line: so they are read and searched
from __future__ import annotations

import functools
import re

from redaction.detector.overlaps import resolve
from redaction.detector.rules.recognizer import Recognizer, number_edges
from redaction.detector.rules.recognizers import ROWS
from redaction.detector.rules.rule_matcher import RuleMatcher
from redaction.detector.rules.secret_scans import strict_secrets
from redaction.spans import Span

# Without one of these nothing strict can be in a text: seven digits, an @, a token's dash, dot or underscore, a long run.
_SUSPICIOUS = re.compile(
    r"[0-9](?:[ .-]?[0-9]){6}|@|-----BEGIN|[A-Za-z0-9]{20}|[A-Za-z0-9]{2}[-_.:][A-Za-z0-9_-]{10}", re.ASCII
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
        "number_under_birth_key",
        "DATE_OF_BIRTH",
        r"(?i)(?:dob|birth)[a-z_ -]{0,12}[\"']?[:=][ ]?[\"']?((?:19|20)\d{6})\b",
        guard=number_edges,
        score=0.85,
    ),
)


@functools.cache
def _engine() -> RuleMatcher:
    return RuleMatcher((tuple(row for row in ROWS if row.strict), _KEYED))


def strict_spans(text: str) -> tuple[Span, ...]:
    """Sorted, disjoint spans of what checksum and format rules find in a number, a key, or a leaf that must not change."""
    if not _SUSPICIOUS.search(text):
        return ()
    found = _engine().find(text)
    found += strict_secrets(text)
    return resolve(text, found) if found else ()
