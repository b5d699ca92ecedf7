"""The request side: a masked text with tagged placeholders, and the values behind them in the vault."""

from __future__ import annotations

from collections.abc import Iterator, Set
from dataclasses import dataclass

from redaction.profiler import Masking
from redaction.restore.tags import TAG, Tagger, tagged_placeholder
from redaction.restore.vault import VaultScope
from redaction.spans import PLACEHOLDER, Span, placeholder

# Never come back unless a policy says so: an agent has no use for a secret that it may write somewhere.
ONE_WAY = frozenset({"API_KEY", "PASSWORD", "PRIVATE_KEY", "JWT", "CONNECTION_STRING"})

# Placeholders without a tag that a Profiler may have put there in an earlier turn.
_TYPES = """
    NAME FIRSTNAME LASTNAME SSN ITIN EMAIL_ADDRESS PHONE_NUMBER CREDITCARD_NUMBER IBAN_CODE IP_ADDRESS MAC_ADDRESS
    STREET_ADDRESS DATE_OF_BIRTH PASSPORT_NUMBER DRIVER_LICENSE ACCOUNT_NUMBER ROUTING_NUMBER NATIONAL_ID TAX_ID
    MEDICAL_ID CRYPTO_ADDRESS VIN USERNAME OTHER
"""
_KNOWN = ONE_WAY | frozenset(_TYPES.split())


@dataclass(frozen=True, slots=True)
class Tagged:
    """A text as it leaves.

    `tagged` spans can come back, `one_way` ones may not, `ambiguous` counts what was masked but cannot be traced
    to a value: an inexact Masking (at least 1), or a tag that two values share. The repr shows no text.
    """

    replacement: str
    tagged: int = 0
    one_way: int = 0
    ambiguous: int = 0

    def __repr__(self) -> str:
        return f"Tagged({self.tagged} tagged, {self.one_way} one-way, {self.ambiguous} ambiguous)"


def tag_text(text: str, masking: Masking, tagger: Tagger, vault: VaultScope, one_way: Set[str] = ONE_WAY) -> Tagged:
    """`text` with each span of an exact Masking replaced by `[[TYPE_tag]]`, each value registered for this client.

    The replacement is a pure function of (text, masking, key, one_way): the vault has no say in it, so a
    conversation's masked prefix is the same on every turn and replica. Types in `one_way` get their bare
    placeholder. A placeholder that already stands in the text stays as it is. An inexact Masking is sent as the
    Profiler returned it.
    """
    if not masking.exact:
        return Tagged(masking.replacement, ambiguous=max(1, len(masking.spans)))
    out: list[str] = []
    at = tagged = bare = ambiguous = 0
    for span in _around_placeholders(text, masking.spans):
        out.append(text[at : span.start])
        at = span.end
        if span.type in one_way:
            out.append(placeholder(span.type))
            bare += 1
            continue
        value = text[span.start : span.end]
        tag = tagger.tag(span.type, value)
        out.append(tagged_placeholder(span.type, tag))
        if vault.put(tag, value):
            tagged += 1
        else:
            ambiguous += 1
    out.append(text[at:])
    return Tagged("".join(out), tagged, bare, ambiguous)


def _around_placeholders(text: str, spans: tuple[Span, ...]) -> Iterator[Span]:
    """The spans without what is a placeholder already; blank rests are dropped."""
    if "[[" not in text:
        yield from spans
        return
    taken = [match.span() for match in PLACEHOLDER.finditer(text) if _is_ours(match.group(1), match.group(2))]
    for span in spans:
        at = span.start
        for start, end in taken:
            if start < span.end and end > span.start:
                yield from _piece(text, span, at, start)
                at = max(at, end)
        yield from _piece(text, span, at, span.end)


def _piece(text: str, span: Span, start: int, end: int) -> Iterator[Span]:
    if start == span.start and end == span.end:
        yield span
    elif start < end and text[start:end].strip():
        yield Span(start, end, span.type, span.score, span.recognizer)


def _is_ours(kind: str, tag: str | None) -> bool:
    return kind in _KNOWN if tag is None else TAG.fullmatch(tag) is not None
