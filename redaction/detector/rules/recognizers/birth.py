"""Dates of birth: a date behind a word of birth."""

from __future__ import annotations

from redaction.detector.rules.recognizer import Recognizer, number_edges

_MONTHS = (
    r"(?:jan(?:uary|uar|vier|v)?|feb(?:ruary|ruar|r)?|f[ée]v(?:rier)?|mar(?:ch|s|zo|ço)?|märz|apr(?:il|ile)?|avr(?:il)?|abr(?:il)?|may|mai|maj|mayo|maio|maggio|mei|"
    r"jun[ei]?|juin|junio|junho|giugno|jul[yi]?|juillet|julio|julho|luglio|aug(?:ust|ustus)?|ao[ûu]t|ago(?:sto)?|sep(?:t(?:ember|embre)?)?|set(?:embro|tembre)?|"
    r"o[ck]t(?:ober|obre|ubre)?|out(?:ubro)?|ott(?:obre)?|nov(?:ember|embre|iembre|embro)?|de[cz](?:ember|embro)?|d[ée]c(?:embre)?|dic(?:iembre|embre)?|"
    r"stycznia|lutego|marca|kwietnia|maja|czerwca|lipca|sierpnia|września|października|listopada|grudnia)"
)
DATE = (
    r"(?:\d{1,2}[./ -]\d{1,2}[./ -](?:19|20)?\d{2}|(?:19|20)\d{2}[./-]\d{1,2}[./-]\d{1,2}|(?:19|20)\d{6}|"
    rf"\d{{1,2}}(?:st|nd|rd|th|er|º|\.)?(?: de| of)?[ -]{_MONTHS}\.?,?(?: de| of| del)?[ -](?:19|20)?\d{{2}}|"
    rf"{_MONTHS}\.? \d{{1,2}}(?:st|nd|rd|th)?,? (?:19|20)?\d{{2}}|(?:19|20)\d{{2}}年\d{{1,2}}月\d{{1,2}}日)"
)

ROWS = (
    Recognizer(
        "date_of_birth",
        "DATE_OF_BIRTH",
        rf"(?i)\b{DATE}",
        guard=number_edges,
        context="dob",
        needs_context=True,
        near=0.9,
        reference="ISO 8601 and the usual national forms",
    ),
)
