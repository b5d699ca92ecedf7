"""Bank accounts: IBAN (ISO 13616), routing numbers (ABA), account numbers, sort codes and BICs near their words."""

# ruff: noqa: E501 - patterns and word lists stay on one line: so they are read and searched
from __future__ import annotations

from redaction.detector.rules.checksums import alnum, digits, mod97_10, weighted
from redaction.detector.rules.recognizer import Recognizer, any_edges, label_edges, number_edges, token_edges

# Country and total length: SWIFT IBAN Registry.
_LENGTHS = {
    code: int(row.split()[0])
    for row in (
        "15 NO", "16 BE", "18 DK FO FI GL NL SD FK", "19 MK SI", "20 AT BA EE KZ LT LU XK MN", "21 CH HR LI LV",
        "22 BG BH CR DE GB GE IE ME RS VA", "23 AE GI IL IQ TL OM SO", "24 AD CZ ES MD PK RO SA SE SK TN VG DZ", "25 LY PT ST",
        "26 IS TR", "27 BI DJ FR GR IT MC MR SM CF CG CM GA TD", "28 AL AZ BY CY DO GT HN HU LB NI PL SV SN CI ML BJ MA NE",
        "29 BR EG PS QA UA BF", "30 JO KW MU YE", "31 MT SC", "32 LC", "33 RU",
    )
    for code in row.split()[1:]
}  # fmt: skip


def iban(value: str) -> bool:
    """Known country, its length, MOD 97-10."""
    text = alnum(value)
    return len(text) == _LENGTHS.get(text[:2], 0) and mod97_10(text)


def aba(value: str) -> bool:
    """ABA routing number: Federal Reserve prefix, weights 3 7 1, modulus 10."""
    n = digits(value)
    prefix = n[0] * 10 + n[1] if len(n) == 9 else 99
    known = prefix <= 12 or 21 <= prefix <= 32 or 61 <= prefix <= 72 or prefix == 80
    return known and any(n) and weighted(n, (3, 7, 1) * 3) % 10 == 0


def _account(value: str) -> bool:
    return 6 <= len(digits(value)) <= 17


def _no_amount(text: str, start: int, end: int) -> bool:
    """As `number_edges`, and no amount of money: `48291037.00`."""
    return number_edges(text, start, end) and not (
        text[end : end + 1] in (".", ",") and text[end + 1 : end + 3].isdigit()
    )


def _mistyped_iban(value: str) -> bool:
    """Behind the word IBAN: begins like one, whatever its length; not a true one with a word behind it."""
    text = alnum(value)
    size = _LENGTHS.get(text[:2], 0)
    if not size or sum(c.isdigit() for c in text) < 8:
        return False
    return not (len(text) > size and iban(text[:size]))


_REFERENCE = "https://www.swift.com/standards/data-standards/iban-international-bank-account-number"


def _iban_edges(text: str, start: int, end: int) -> bool:
    """No letter or digit goes on; a word in small letters in front of the country's capitals is a label."""
    if start and text[start].isupper() and text[start - 1].islower():
        return token_edges(text, start + 2, end)
    return token_edges(text, start, end)


def _iban_rows() -> tuple[Recognizer, ...]:
    """One pattern per length: RE2 cannot count characters between separators by itself."""
    rows = []
    for length in sorted(set(_LENGTHS.values())):
        codes = "|".join(sorted(code for code, size in _LENGTHS.items() if size == length))
        rows.append(
            Recognizer(
                f"iban_{length}",
                "IBAN_CODE",
                rf"(?i)(?:{codes})[ .-]?\d[ ]?\d(?:[ .-]?[A-Z0-9]){{{length - 4}}}\b",
                check=iban,
                guard=_iban_edges,
                score=0.98,
                strict=True,
                reference=_REFERENCE,
            )
        )
    return tuple(rows)


def _iban_in_cells() -> str:
    """The printed groups of four, in cells or lines of their own, with any signs between them."""
    shapes = []
    for length in sorted(set(_LENGTHS.values())):
        codes = "|".join(sorted(code for code, size in _LENGTHS.items() if size == length))
        rest = f"{_GAP}[A-Z0-9]{{{length % 4}}}" if length % 4 else ""
        shapes.append(rf"(?:{codes})\d\d(?:{_GAP}[A-Z0-9]{{4}}){{{length // 4 - 1}}}{rest}")
    return rf"\b(?:{'|'.join(shapes)})\b"


def _glued_iban() -> str:
    """An IBAN in capitals and a word that touches it: the country says how long it is."""
    lengths = []
    for length in sorted(set(_LENGTHS.values())):
        codes = "|".join(sorted(code for code, size in _LENGTHS.items() if size == length))
        lengths.append(rf"(?:{codes})\d\d(?:[ ]?[A-Z0-9]){{{length - 4}}}")
    return rf"\b((?:{'|'.join(lengths)}))[a-z]{{2}}"


# Whatever signs are between two groups: the checksum decides.
_GAP = r"[^0-9A-Za-z]{1,8}"
ROWS = (
    *_iban_rows(),
    Recognizer(
        "iban_in_cells",
        "IBAN_CODE",
        _iban_in_cells(),
        check=iban,
        guard=token_edges,
        trigger=rf"\b[A-Z]{{2}}\d\d{_GAP}[A-Z0-9]{{4}}[^0-9A-Za-z]",
        score=0.95,
        reference=_REFERENCE,
    ),
    Recognizer(
        "iban_glued",
        "IBAN_CODE",
        _glued_iban(),
        check=iban,
        guard=lambda text, start, end: _iban_edges(text[:end], start, end),
        trigger=r"\b[A-Z]{2}\d\d ?[A-Z0-9]{4}",
        score=0.97,
        strict=True,
        reference=_REFERENCE,
    ),
    Recognizer(
        "iban_broken",
        "IBAN_CODE",
        r"(?i)\b[A-Z]{2}\d{2}(?:[ .-]?[A-Z0-9]){3,28}[ .-]?\r?\n[ \t>]*[A-Z0-9](?:[ .-]?[A-Z0-9]){1,28}\b",
        check=iban,
        guard=token_edges,
        score=0.9,
        reference=_REFERENCE,
    ),
    Recognizer(
        "iban_near_word",
        "IBAN_CODE",
        r"(?i)\biban\b[ \t]{0,2}(?:is|no\.?|number|:|=|#)?[ \t:=\"']{0,4}([A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]{4}){2,7}(?:[ -]?[A-Z0-9]{1,3})?)\b",
        check=_mistyped_iban,
        score=0.85,
        reference=_REFERENCE,
    ),
    Recognizer(
        "aba_routing",
        "ROUTING_NUMBER",
        r"\b\d{4}[- ]?\d{4}[- ]?\d\b",
        check=aba,
        guard=number_edges,
        context="routing",
        needs_context=True,
        unchecked=True,
        near=0.92,
        reference="https://www.aba.com/about-us/routing-number",
    ),
    Recognizer(
        "uk_sort_code",
        "ROUTING_NUMBER",
        r"\b\d{2}[- ]\d{2}[- ]\d{2}\b|\b\d{6}\b",
        guard=number_edges,
        context="sortcode",
        needs_context=True,
        reference="https://www.vocalink.com (sort codes)",
    ),
    Recognizer(
        "account_labelled",
        "ACCOUNT_NUMBER",
        r"(?i)\b(?:(?:bank|checking|savings|current|brokerage|beneficiary|customer|my|deposit|wire)[ _-]?)?(?:account|acct|a/c|konto|kto|cuenta|compte|conto corrente|rekening|rachunek)[ _.-]{0,2}(?:number|num|no|nr|nummer|#|id|n[úu]mero|n°|numer)?\.?[ \t]{0,2}(?:is|was|:|=|#|ending in|\"[ \t]{0,2}:)?[ \t#:=\"']{0,4}([A-Z]{0,4}[ -]?\d[\d -]{4,20}\d)\b",
        check=_account,
        guard=label_edges,
        score=0.8,
        trigger=r"(?i)(?:account|acct|a/c|konto|kto|cuenta|compte|conto|rekening|rachunek)",
        reference="https://www.occ.gov (account numbers have no common format)",
    ),
    Recognizer(
        "account_near_word",
        "ACCOUNT_NUMBER",
        r"\b\d{8,14}\b",
        check=_account,
        guard=_no_amount,
        context="account",
        needs_context=True,
        near=0.7,
        reference="https://www.occ.gov (account numbers have no common format)",
    ),
    Recognizer(
        "bic",
        "ROUTING_NUMBER",
        r"(?i)\b(?:bic|swift)(?:[ /-]?(?:code|bic|swift))?[ \t]{0,2}(?:is|:|=|#)?[ \t:=\"']{0,4}([A-Z]{4}[A-Z]{2}[A-Z0-9]{2}(?:[A-Z0-9]{3})?)\b",
        check=lambda v: v.isupper(),
        score=0.75,
        reference="ISO 9362",
    ),
    Recognizer(
        "card_pin",
        "PASSWORD",
        r"(?i)\b(?:atm|card|debit|account|phone|sim)?[ _-]?\bpin\b(?:[ _-]?(?:code|number))?[ \t]{0,2}(?:is|:|=)[ \t\"']{0,3}(\d{4,8})\b",
        guard=any_edges,
        score=0.8,
        reference="ISO 9564",
    ),
)
