"""Vehicle numbers, wallets, and record numbers that carry their label in front."""

# ruff: noqa: E501 - patterns and word lists stay on one line: so they are read and searched
from __future__ import annotations

from redaction.detector.rules import national
from redaction.detector.rules.checksums import base58check, bech32
from redaction.detector.rules.recognizer import Recognizer, token_edges


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


# Numbers that carry their own checksum or shape.
ROWS = (
    Recognizer("vin", "VIN", r"\b[A-HJ-NPR-Z0-9]{17}\b", check=_vin, guard=token_edges, context="vin", unchecked=True, score=0.75, reference="49 CFR 565.15, ISO 3779"),
    Recognizer("bitcoin", "CRYPTO_ADDRESS", r"\b[13][1-9A-HJ-NP-Za-km-z]{25,34}\b", check=base58check, score=0.95, strict=True, reference="https://en.bitcoin.it/wiki/Base58Check_encoding"),
    Recognizer("segwit", "CRYPTO_ADDRESS", r"(?i)\b(?:bc1|tb1|ltc1|addr1|cosmos1|osmo1|bnb1|erd1)[a-z0-9]{25,120}\b", check=_segwit, score=0.95, strict=True, reference="BIP 173, BIP 350"),
    Recognizer("ethereum", "CRYPTO_ADDRESS", r"\b0x[0-9a-fA-F]{40}\b", check=_ethereum, context="wallet", score=0.8, reference="EIP-55"),
    Recognizer("litecoin_doge_tron", "CRYPTO_ADDRESS", r"\b[LMDTX][1-9A-HJ-NP-Za-km-z]{25,34}\b", check=base58check, score=0.95, reference="https://en.bitcoin.it/wiki/List_of_address_prefixes"),
    Recognizer("ripple", "CRYPTO_ADDRESS", r"\br[1-9A-HJ-NP-Za-km-z]{24,34}\b", check=_mixed, context="wallet", needs_context=True, reference="https://xrpl.org/docs/references/protocol/data-types/base58-encodings"),
    Recognizer("monero", "CRYPTO_ADDRESS", r"\b[48][0-9AB][1-9A-HJ-NP-Za-km-z]{93}\b", check=_mixed, score=0.9, reference="https://docs.getmonero.org/public-address/standard-address/"),
    Recognizer("solana", "CRYPTO_ADDRESS", trigger=r"\b[1-9A-HJ-NP-Za-km-z]{20}", pattern=r"\b[1-9A-HJ-NP-Za-km-z]{43,44}\b", check=_mixed, context="wallet", needs_context=True, reference="https://solana.com/docs/core/accounts"),
    Recognizer("medical_record_prefixed", "MEDICAL_RECORD", r"\b(?:MRN|MED|PAT|NHC)[-_ ]?\d{5,10}\b", check=_digits, score=0.82, reference="45 CFR 164.514(b)(2)"),
    Recognizer("specimen", "MEDICAL_RECORD", r"(?i)\b(?:specimens?|accession|case|biopsy|slide|path(?:ology)?)(?: (?:no\.?|number|id|#))?[:# ]{1,3}((?:[A-Z]{1,3}-?)?\d{2}[-:](?:[A-Z]{1,3})?\d{3,7}[A-Z]?)\b", guard=token_edges, score=0.8, reference="CAP Laboratory General Checklist (accession numbers)"),
)  # fmt: skip
