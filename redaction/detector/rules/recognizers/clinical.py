"""What a clinical text tells besides names and numbers: dates, great ages, hospitals, places, devices. Off unless a policy
switches them on (preset `clinical`). Source of the list: 45 CFR 164.514(b)(2)(i)."""

# ruff: noqa: E501 - patterns and word lists stay on one line: so they are read and searched
from __future__ import annotations

import re

from redaction.detector.rules.recognizer import Recognizer, any_edges, number_edges, token_edges, word_edges

_MONTH = r"(?:jan(?:uary|uar)?|feb(?:ruary|ruar)?|m(?:ar(?:ch)?|ärz)|apr(?:il)?|ma[yi]|jun[ei]?|jul[yi]?|aug(?:ust)?|sep(?:t(?:ember)?)?|o[ck]t(?:ober)?|nov(?:ember)?|de[cz](?:ember)?|enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre|janvier|février|mars|avril|juin|juillet|août|septembre|octobre|novembre|décembre)"
_DAY = r"(?:0?[1-9]|[12][0-9]|3[01])"
_YEAR = r"(?:19|20)[0-9]{2}"


def _real(value: str) -> bool:
    """Whether day and month of a numeric date can be such, in either order."""
    numbers = [int(part) for part in value.replace("-", "/").replace(".", "/").split("/") if part]
    return len(numbers) == 2 and 1 <= min(numbers) <= 12 and max(numbers) <= 31


def _date_edges(text: str, start: int, end: int) -> bool:
    """Whether day and month, with the year behind them, are no part of a longer row of numbers: `26.05.1996`, but not
    `10.12.05.19`."""
    after = end + 1
    while after < min(len(text), end + 6) and text[after].isdigit():
        after += 1
    joined = start > 1 and text[start - 1] in "./-" and text[start - 2].isdigit()
    return not joined and not (text[after : after + 1] in ("-", ".", "/") and text[after + 1 : after + 2].isdigit())


def _numbered(value: str) -> bool:
    """Four digits or more, or six characters with three: no dose, no date, no year."""
    digits = sum(c.isdigit() for c in value)
    if value.isdigit() and len(value) < 5:
        return False
    return (digits >= 4 or (digits >= 3 and len(value) >= 6)) and not _DATED.fullmatch(value)


_DATED = re.compile(r"(?:19|20)\d\d-\d\d(?:-\d\d)?|\d{1,2}[-/]\d{1,2}[-/](?:19|20)\d\d")


def _named(value: str) -> bool:
    return not value.startswith(("The ", "A ", "An ", "This ", "Our ", "Each ", "Every ", "Any "))


ROWS = (
    # The group is what is masked: the year stays.
    Recognizer("date_iso", "DATE", rf"\b{_YEAR}-((?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01]))(?:[T ]|\b)", check=_real, guard=any_edges, score=0.8, reference="ISO 8601"),
    Recognizer("date_numeric", "DATE", rf"\b({_DAY}[./-]{_DAY})[./-](?:{_YEAR}|[0-9]{{2}})\b", check=_real, guard=_date_edges, score=0.8, reference="CLDR date formats"),
    Recognizer("date_day_month", "DATE", rf"(?i)\b({_DAY}(?:st|nd|rd|th|\.)?(?: of| de)? {_MONTH}\b)", guard=token_edges, score=0.8, reference="CLDR date formats"),
    Recognizer("date_month_day", "DATE", rf"(?i)\b({_MONTH}\.? {_DAY}(?:st|nd|rd|th)?)\b", guard=token_edges, score=0.8, reference="CLDR date formats"),
    Recognizer("age_above_89", "AGE", r"(?i)\b((?:9[0-9]|1[0-2][0-9]))[ -]?(?:y(?:ea)?rs?[ -]?old|y/?o\b|years? of age|jahre alt|-jährige?r?|años|ans\b|anni\b)", guard=token_edges, score=0.85, reference="45 CFR 164.514(b)(2)(i)(C)"),
    Recognizer("age_label", "AGE", r"(?i)\b(?:age|aged|alter|edad|âge)[: ]{1,2}((?:9[0-9]|1[0-2][0-9]))\b", guard=token_edges, score=0.85, reference="45 CFR 164.514(b)(2)(i)(C)"),
    Recognizer("hospital", "HOSPITAL", r"(?:^|[^\pL\pN])((?:(?:St\.?|Saint|Mount|Mt\.?|[\p{Lu}][\pL'’.-]+)(?:['’]s)? ){1,5}(?:Hospital|Medical Cent(?:er|re)|Clinic|Health Cent(?:er|re)|Infirmary|Hospice|Nursing Home|Family Practice|Medical Group|Cancer Cent(?:er|re)|Surgery Cent(?:er|re)|Klinikum|Krankenhaus|Klinik|Sjukhus|Ziekenhuis|Szpital)(?: (?:of|at|for)(?: [\p{Lu}][\pL'’-]+){1,3})?)", check=_named, guard=word_edges, score=0.75, reference="45 CFR 164.514(b)(2)(i)(B)"),
    Recognizer("hospital_of", "HOSPITAL", r"(?:^|[^\pL\pN])((?:Hospital|Clínica|Clinique|Hôpital|Hôpitaux|Centre hospitalier|Ospedale|Policlinico|Klinikum|Universitätsklinikum|Krankenhaus|Charité|CHU|Szpital|Ziekenhuis)(?:,? (?:(?:de|del|der|di|du|des|la|am|im|an|St\.) ){0,2}[\p{Lu}][\pL'’-]+){1,4}|Charité)", check=_named, guard=word_edges, score=0.75, reference="45 CFR 164.514(b)(2)(i)(B)"),
    Recognizer("us_place", "PLACE", r"\b((?:[A-Z][a-z]+ ){0,2}[A-Z][a-z]+), (?:A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|PA|RI|S[CD]|T[NX]|UT|V[AT]|W[AIVY])\b", guard=token_edges, score=0.75, reference="45 CFR 164.514(b)(2)(i)(B)"),
    Recognizer("us_zip", "PLACE", r"\b(?:A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|PA|RI|S[CD]|T[NX]|UT|V[AT]|W[AIVY]) (\d{5}(?:-\d{4})?)\b", guard=number_edges, score=0.8, reference="USPS Publication 28"),
    Recognizer("url", "URL", r"(?i)\b((?:https?|ftp)://[^\s<>\"']{3,500}[^\s<>\"'.,;:!?)\]])", guard=any_edges, score=0.7, reference="RFC 3986"),
    # Under a policy that asks for it, what a record numbers is a number of somebody's.
    Recognizer("clinical_number", "PLAN_NUMBER", r"(?i)(?:\b(?:id|ident|no|nr|num|number|hicn|mbi|member|subscriber|insured|policy|auth|authorization|referral|job|unit|ref|reference|certificate|cert|template|study|protocol|account|acct|payer|enrollee|case|order|requisition|rx|script)\.?|#)[ ]?#?[ ]?:?[ ]{0,3}((?:[A-Z]{1,4}-?)?\d[\dA-Z]*(?:-[\dA-Z]{1,8}){0,4}|[A-Z]{2,5}-[A-Z0-9]{1,8}-[A-Z0-9]{2,8})\b", check=_numbered, guard=token_edges, score=0.62, reference="45 CFR 164.514(b)(2)(i)(R)"),
    Recognizer("clinical_serial", "DEVICE_ID", r"(?i)\b(?:s/n|sn|serial|lot|batch|udi|model|device|implant|catalog|ref)\.?[ ]?(?:no\.?|number|#|id)?[ ]?:?[ ]{0,3}([A-Z0-9]{1,10}(?:[-/.][A-Z0-9]{1,10}){0,4})\b", check=_numbered, guard=token_edges, score=0.62, reference="45 CFR 164.514(b)(2)(i)(M)"),
    Recognizer("date_short", "DATE", r"(?i)\b(?:on|follow[- ]?up|f/u|seen|visit|dated|since|until|till|by|from|due|appt\.?|appointment|admit(?:ted)?|discharged?|dos|d/c|surgery|dictated|signed|transcribed|am|vom|le|el)[: ]{1,3}((?:0?[1-9]|1[0-2])/(?:0?[1-9]|[12]\d|3[01]))(?:[,.;)]|$|[ ](?:with|at|by|and|for|in)\b)", check=_real, guard=any_edges, score=0.7, reference="CLDR date formats"),
)  # fmt: skip
