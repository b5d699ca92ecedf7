"""The request side: what takes the place of a found value, and the value behind it in the vault."""

from __future__ import annotations

from collections.abc import Iterator, Set

from redaction.placeholders import find_placeholders, placeholder
from redaction.restore.placeholder_tags import TAG, Tagger, tagged_placeholder
from redaction.restore.vault import VaultScope

# Never come back unless a policy says so: an agent has no use for a secret that it may write somewhere.
ONE_WAY = frozenset({"API_KEY", "PASSWORD", "PRIVATE_KEY", "JWT", "CONNECTION_STRING"})


def tagged_value(kind: str, value: str, tagger: Tagger, vault: VaultScope, one_way: Set[str] = ONE_WAY) -> str:
    """`[[TYPE_tag]]` for a found value, which the vault then knows for this client; `[[TYPE]]` for a `one_way` type.

    A pure function of (kind, value, key, one_way): the vault has no say in it, so a conversation's masked prefix is
    the same on every turn and replica. A value whose tag stands for another one already gets its placeholder too, and
    neither ever comes back. Where a detector took a placeholder of an earlier turn for part
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
    vault.put(tag, value, kind)
    return tagged_placeholder(kind, tag)


def _pieces(value: str) -> Iterator[tuple[str, bool]]:
    """The value in pieces, and whether each is a placeholder already."""
    at = 0
    for match in find_placeholders(value):
        if match[2] is None or TAG.fullmatch(match[2]) is not None:
            yield value[at : match.start()], False
            yield match.group(), True
            at = match.end()
    yield value[at:], False
