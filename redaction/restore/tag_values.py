"""The request side: what takes the place of a found value, and the value behind it in the vault."""

from __future__ import annotations

from collections.abc import Iterator, Set

from redaction.restore.placeholder_tags import TAG, Tagger, tagged_placeholder
from redaction.restore.vault import VaultScope
from redaction.spans import PLACEHOLDER, placeholder

# Never come back unless a policy says so: an agent has no use for a secret that it may write somewhere.
ONE_WAY = frozenset({"API_KEY", "PASSWORD", "PRIVATE_KEY", "JWT", "CONNECTION_STRING"})

# Placeholders without a tag that a Profiler may have put there in an earlier turn.
_TYPES = """
    NAME FIRSTNAME LASTNAME SSN ITIN EMAIL_ADDRESS PHONE_NUMBER CREDITCARD_NUMBER IBAN_CODE IP_ADDRESS MAC_ADDRESS
    STREET_ADDRESS DATE_OF_BIRTH PASSPORT_NUMBER DRIVER_LICENSE ACCOUNT_NUMBER ROUTING_NUMBER NATIONAL_ID TAX_ID
    MEDICAL_RECORD CRYPTO_ADDRESS VIN USERNAME OTHER
"""
_KNOWN = ONE_WAY | frozenset(_TYPES.split())


def tagged_value(kind: str, value: str, tagger: Tagger, vault: VaultScope, one_way: Set[str] = ONE_WAY) -> str:
    """`[[TYPE_tag]]` for a found value, which the vault then knows for this client; `[[TYPE]]` for a `one_way` type.

    A pure function of (kind, value, key, one_way): the vault has no say in it, so a conversation's masked prefix is
    the same on every turn and replica. A value whose tag stands for another one already gets its placeholder too, and
    neither ever comes back (`VaultCounts.clashes`). Where a detector took a placeholder of an earlier turn for part
    of a value, that placeholder stays what it is, and what stands around it is tagged.
    """
    if kind in one_way:
        return placeholder(kind)
    if "[[" not in value:
        return _tagged(kind, value, tagger, vault)
    return "".join(
        piece if kept or not piece.strip() else _tagged(kind, piece, tagger, vault) for piece, kept in _pieces(value)
    )


def _tagged(kind: str, value: str, tagger: Tagger, vault: VaultScope) -> str:
    tag = tagger.tag(kind, value)
    vault.put(tag, value)
    return tagged_placeholder(kind, tag)


def _pieces(value: str) -> Iterator[tuple[str, bool]]:
    """The value in pieces, and whether each is a placeholder already."""
    at = 0
    for match in PLACEHOLDER.finditer(value):
        if _is_ours(match.group(1), match.group(2)):
            yield value[at : match.start()], False
            yield match.group(), True
            at = match.end()
    yield value[at:], False


def _is_ours(kind: str, tag: str | None) -> bool:
    return kind in _KNOWN if tag is None else TAG.fullmatch(tag) is not None
