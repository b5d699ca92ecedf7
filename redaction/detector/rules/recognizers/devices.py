"""Vehicle numbers, wallets, medical record numbers and user names."""

# ruff: noqa: E501, SIM905 - patterns and word lists stay on one line: so they are read and searched
from __future__ import annotations

from redaction.detector.rules import national
from redaction.detector.rules.checksums import base58check, bech32
from redaction.detector.rules.recognizer import Recognizer, any_edges, label_edges, number_edges, token_edges


def _vin(value: str) -> bool:
    return any(c.isdigit() for c in value) and any(c.isalpha() for c in value) and national.vin(value)


def _ethereum(value: str) -> bool:
    """40 hex digits; mixed case would carry an EIP-55 checksum (Keccak, not in the standard library): all accepted."""
    return len(set(value[2:].lower())) > 4


def _segwit(value: str) -> bool:
    return bech32(value)


def _mixed(value: str) -> bool:
    return any(c.isdigit() for c in value) and any(c.islower() for c in value) and any(c.isupper() for c in value)


def _digits(value: str) -> bool:
    return sum(c.isdigit() for c in value) >= 4


_USERS = frozenset(
    "root admin administrator user username guest test nobody daemon ubuntu ec2-user debian centos postgres mysql www-data none null true false "
    "default string name undefined me you system git deploy jenkins runner vagrant docker node redis app service name-here your-username".split()
)


# What follows `username is` in a sentence, `username:` in code.
_GRAMMAR = frozenset(
    "not str int a an the for required optional string bool bytes set empty missing used valid invalid unique already taken also in is self this unset given "
    "provided specified needed allowed case based email text char varchar field value any object new type with and or request session data row int64 uuid".split()
)


def _username(value: str) -> bool:
    lower = value.lower().strip("._-")
    return (
        len(lower) >= 3
        and not value.endswith(".")
        and lower not in _USERS
        and not lower.startswith(("your", "my_", "my-", "some", "the_"))
        and any(c.isalpha() for c in value)
    )


# Numbers that carry their own checksum or shape.
SHAPES = (
    Recognizer("vin", "VIN", r"\b[A-HJ-NPR-Z0-9]{17}\b", check=_vin, guard=token_edges, context="vin", unchecked=True, score=0.75, reference="49 CFR 565.15, ISO 3779"),
    Recognizer("bitcoin", "CRYPTO_ADDRESS", r"\b[13][1-9A-HJ-NP-Za-km-z]{25,34}\b", check=base58check, score=0.95, strict=True, reference="https://en.bitcoin.it/wiki/Base58Check_encoding"),
    Recognizer("segwit", "CRYPTO_ADDRESS", r"(?i)\b(?:bc1|tb1|ltc1|addr1|cosmos1|osmo1|bnb1|erd1)[a-z0-9]{25,120}\b", check=_segwit, score=0.95, strict=True, reference="BIP 173, BIP 350"),
    Recognizer("ethereum", "CRYPTO_ADDRESS", r"\b0x[0-9a-fA-F]{40}\b", check=_ethereum, context="wallet", score=0.8, reference="EIP-55"),
    Recognizer("litecoin_doge_tron", "CRYPTO_ADDRESS", r"\b[LMDTX][1-9A-HJ-NP-Za-km-z]{25,34}\b", check=base58check, score=0.95, reference="https://en.bitcoin.it/wiki/List_of_address_prefixes"),
    Recognizer("ripple", "CRYPTO_ADDRESS", r"\br[1-9A-HJ-NP-Za-km-z]{24,34}\b", check=_mixed, context="wallet", needs_context=True, reference="https://xrpl.org/docs/references/protocol/data-types/base58-encodings"),
    Recognizer("monero", "CRYPTO_ADDRESS", r"\b[48][0-9AB][1-9A-HJ-NP-Za-km-z]{93}\b", check=_mixed, score=0.9, reference="https://docs.getmonero.org/public-address/standard-address/"),
    Recognizer("solana", "CRYPTO_ADDRESS", trigger=r"\b[1-9A-HJ-NP-Za-km-z]{20}", pattern=r"\b[1-9A-HJ-NP-Za-km-z]{43,44}\b", check=_mixed, context="wallet", needs_context=True, reference="https://solana.com/docs/core/accounts"),
)  # fmt: skip
# Values behind a label.
LABELLED = (
    Recognizer(
        "medical_record",
        "MEDICAL_RECORD",
        r"(?i)\b(?:mrn|medical record(?:s)?|med\.? rec\.?|patient|chart|hospital|nhc|cipa|historia cl[ií]nica|h\.?c\.?|episodio|n[ºo°]\.? ?col(?:egiado)?|n[uú]mero de colegiado|fallnummer|patienten-?(?:nummer|nr|id)|health (?:plan|card|insurance)|member|policy|subscriber|versicherten-?(?:nummer|nr)|kvnr|encounter|accession|prescription|rx)[ \t_.-]{0,2}(?:number|num|no|nr|id|identifier|#|n[ºo°])?\.?[*\"']{0,3}[ \t]{0,3}(?:is|:|=|#|-|\*)?[ \t*#:=\"'-]{0,5}(?:nhc[ -]?)?([A-Z]{0,4}-?\d[\dA-Z-]{3,16}|\d{2} \d{2} \d{5})\b",
        check=_digits,
        guard=label_edges,
        score=0.82,
        trigger=r"(?i)(?:mrn|rec|patient|chart|hospital|nhc|cipa|cl[ií]nica|h\.?c|episodio|col|fallnummer|patienten|health|member|policy|subscriber|versicherten|kvnr|encounter|accession|prescription|rx)",
        reference="45 CFR 164.514(b)(2): medical record, health plan and certificate numbers",
    ),
    Recognizer("medical_record_near_word", "MEDICAL_RECORD", r"\b[A-Z]{0,4}-?\d{5,12}\b", check=_digits, guard=number_edges, context="mrn", needs_context=True, near=0.75, reference="45 CFR 164.514(b)(2)"),
    Recognizer("medical_record_prefixed", "MEDICAL_RECORD", r"\b(?:MRN|MED|PAT|NHC)[-_ ]?\d{5,10}\b", check=_digits, score=0.82, reference="45 CFR 164.514(b)(2)"),
    Recognizer("imei", "NATIONAL_ID", r"(?i)\bimei\b[ \t]{0,2}(?:is|:|=|#)?[ \t:=\"']{0,4}(\d{2}[ -]?\d{6}[ -]?\d{6}[ -]?\d)\b", guard=label_edges, score=0.85, reference="3GPP TS 23.003"),
    Recognizer("employee_id", "NATIONAL_ID", r"(?i)\b(?:employee|staff|student|badge|personnel|matrikel)[ _-]?(?:id|number|no|nr|nummer|#)\.?[ \t]{0,2}(?:is|:|=|#)?[ \t:=#\"']{0,4}([A-Z]{0,3}-?\d[\dA-Z-]{3,12})\b", check=_digits, guard=label_edges, score=0.75, reference="45 CFR 164.514(b)(2)(R)"),
    Recognizer(
        "username",
        "USERNAME",
        r"(?i)\b(?:user[ _-]?name|login(?:[ _-]?name)?|user[ _-]?id|screen[ _-]?name|benutzername|nom d'utilisateur|usuario|utente|gebruikersnaam|handle|skype|telegram|discord|twitter|instagram)[\"'*]{0,3}[ \t]{0,2}(?::|=|\bis\b)[ \t]{0,2}(?:[\"'*@]{1,3}([A-Za-z][A-Za-z0-9._-]{2,31})(?:[\"'*,;\s]|$|\.\s)|\b([A-Za-z][A-Za-z._-]{0,24}[0-9][A-Za-z0-9._-]{0,12})\b)",
        check=_username,
        guard=any_edges,
        score=0.6,
        trigger=r"(?i)(?:user|login|screen|benutzername|utilisateur|usuario|utente|gebruikersnaam|handle|skype|telegram|discord|twitter|instagram)",
        reference="45 CFR 164.514(b)(2)(R): any other unique identifying characteristic",
    ),
)  # fmt: skip

ROWS = SHAPES + LABELLED
