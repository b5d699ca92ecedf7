"""Identity numbers of the United States, and passports and driving licences everywhere."""

# ruff: noqa: E501 - patterns and word lists stay on one line: so they are read and searched
from __future__ import annotations

import re

from redaction.detector.rules import national
from redaction.detector.rules.recognizer import Recognizer, alone, number_edges, token_edges

_SSN = "https://www.ssa.gov/employer/randomization.html"


def _same_separator(value: str) -> bool:
    return national.us_ssn(value) and len({c for c in value if not c.isdigit()}) == 1


def _grouped(value: str) -> bool:
    """Beside its word: the same signs between all groups, or blanks and hyphens. Commas part numbers of their own."""
    signs = {"".join(run.split()) for run in re.findall(r"\D+", value)} - {"", "-"}
    return len(signs) < 2 and not signs & {",", ";"} and national.us_ssn(value)


ROWS = (
    Recognizer(
        "us_ssn_dashed",
        "SSN",
        r"\b\d{3}-\d{2}-\d{4}\b",
        check=national.us_ssn,
        guard=number_edges,
        context="ssn",
        unchecked=True,
        score=0.905,  # above a phone number's: the plus in front is a diff's
        near=0.97,
        strict=True,
        reference=_SSN,
    ),
    Recognizer(
        "us_ssn_spaced",
        "SSN",
        r"\b\d{3}[ .]\d{2}[ .]\d{4}\b",
        check=_same_separator,
        guard=alone,
        context="ssn",
        score=0.75,
        reference=_SSN,
    ),
    Recognizer(
        "us_ssn_broken",
        "SSN",
        r"\b\d{3}[^0-9A-Za-z]{0,12}\d{2}[^0-9A-Za-z]{0,12}\d{4}\b",
        check=_grouped,
        guard=alone,
        context="ssn",
        needs_context=True,
        near=0.9,
        reference=_SSN,
    ),
    Recognizer(
        "us_ssn_plain",
        "SSN",
        r"\b\d{9}\b",
        check=national.us_ssn,
        guard=number_edges,
        context="ssn",
        needs_context=True,
        near=0.9,
        reference=_SSN,
    ),
    Recognizer(
        "us_ssn_spelled",
        "SSN",
        r"\b\d(?:[^0-9A-Za-z]{1,5}\d){8}\b",
        check=_grouped,
        guard=alone,
        context="ssn",
        needs_context=True,
        near=0.9,
        reference=_SSN,
    ),
    Recognizer(
        "us_ssn_last_four",
        "SSN",
        r"(?i)\b(?:last (?:4|four)(?: digits)?(?: of)?(?: (?:the|my|your|his|her|their))? ?(?:ssn|social(?: security(?: number)?)?)|ssn[ _-]?last[ _-]?4)\W{0,3}(?:is |are |was |: ?)?\W{0,2}(\d{4})\b",
        guard=number_edges,
        score=0.85,
        reference=_SSN,
    ),
    Recognizer(
        "us_ein",
        "TAX_ID",
        r"\b\d{2}-\d{7}\b",
        guard=number_edges,
        context="ein",
        needs_context=True,
        reference="https://www.irs.gov/businesses/small-businesses-self-employed/how-eins-are-assigned-and-valid-ein-prefixes",
    ),
    Recognizer(
        "passport_mrz",
        "PASSPORT_NUMBER",
        r"\b[A-Z0-9<]{9}\d[A-Z<]{3}\d{6}\d[MFX<]\d{6}\d[A-Z0-9<]{14}[0-9<]\d",
        score=0.95,
        reference="https://www.icao.int/publications/doc-series/doc-9303",
    ),
    Recognizer(
        "passport_mrz_name",
        "NAME",
        r"\b(?:P[A-Z<]|I[A-Z<]|V[A-Z<])[A-Z]{3}[A-Z]+(?:<[A-Z]+)*<<[A-Z<]{10,40}<",
        guard=lambda text, start, end: True,
        score=0.95,
        reference="https://www.icao.int/publications/doc-series/doc-9303",
    ),
    Recognizer(
        "uk_driving_licence",
        "DRIVER_LICENSE",
        r"\b[A-Z]{2}[A-Z9]{3}\d[0156]\d[0-3]\d\d[A-Z9]{2}\d[A-Z]{2}\b",
        score=0.85,
        reference="https://www.gov.uk/government/publications/driving-licence-number",
    ),
    Recognizer(
        "us_npi",
        "MEDICAL_RECORD",
        r"\b[0-9]{10}\b",
        check=national.us_npi,
        guard=number_edges,
        context="npi",
        needs_context=True,
        unchecked=True,
        reference="https://www.cms.gov/Regulations-and-Guidance/Administrative-Simplification/NationalProvIdentStand",
    ),
    Recognizer(
        "us_dea",
        "MEDICAL_RECORD",
        r"\b[ABCDEFGHJKLMPRSTUX][A-Z9]\d{7}\b",
        check=national.us_dea,
        guard=token_edges,
        context="dea",
        unchecked=True,
        score=0.7,
        reference="https://www.deadiversion.usdoj.gov/drugreg/",
    ),
    Recognizer(
        "us_medicare",
        "MEDICAL_RECORD",
        r"\b[1-9][AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y0-9]\d-?[AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y0-9]\d-?[AC-HJKMNP-RT-Y]{2}\d{2}\b",
        context="medicare",
        score=0.8,
        reference="https://www.cms.gov/medicare/new-medicare-card/understanding-new-medicare-beneficiary-identifier-mbi",
    ),
    Recognizer(
        "birth_in_brackets",
        "DATE_OF_BIRTH",
        r"(?i)[(\[](?:b|born|geb|n[ée]e?|nac|nat[oa]|ur|f|fødd?|født|°|\*)\.? ?((?:\d{1,4}[./-]){2}\d{1,4}|\d{1,2}\.? \pL{3,9}\.? \d{4})[)\];,]",
        guard=number_edges,
        score=0.8,
        reference="CLDR date formats",
    ),
)
