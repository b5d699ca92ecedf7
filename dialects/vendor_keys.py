"""The table of vendors' key formats: one for detection and for routing's "whose key is this".

`vendor_keys.tsv` is the data, a row per format: name, format, owner, flags, source, a true example and a near miss
(both made up at random). A format is literal text with pieces in angle brackets:

    hf_<b62:30-44>            30 to 44 characters of an alphabet of `ALPHABETS`
    gh<p|o|u>_<b62:36>        one of several texts
    <uuid>                    a GUID in small letters
    https://host/hook/^<..>   `^`: the secret begins here, what stands before it stays

The owner is the name of the target family whose host takes the key; empty where routing does not know the vendor.
"""

from __future__ import annotations

import functools
import itertools
import re
from dataclasses import dataclass
from pathlib import Path

# Name of an alphabet -> the inside of its character class, as RE2 and `re` read it.
ALPHABETS: dict[str, str] = {
    "d": "0-9",
    "hex": "0-9a-f",
    "HEX": "0-9A-F",
    "hexi": "0-9a-fA-F",
    "az": "a-z",
    "low": "a-z0-9",
    "lowdash": "a-z0-9-",
    "up": "A-Z0-9",
    "b32": "A-Z2-7",
    "bech": "AC-HJ-NP-Z02-9",
    "b62": "A-Za-z0-9",
    "b62_": "A-Za-z0-9_",
    "b62dash": "A-Za-z0-9-",
    "b64": "A-Za-z0-9+/",
    "b64e": "A-Za-z0-9+/=",
    "b64u": "A-Za-z0-9_-",
    "b64ue": "A-Za-z0-9+/=_-",
    "tok": "A-Za-z0-9_.-",
    "tokp": "A-Za-z0-9%_.~-",
    "tokx": "A-Za-z0-9#$&*.:;<>?@^_~!-",
    "azad": "A-Za-z0-9_~.-",
    "slug": "a-z0-9._-",
    "dns": "a-z0-9.-",
    "path": "A-Za-z0-9@+/_-",
    "url": "A-Za-z0-9%&=?._~/-",
    "pad": "=",
}
_UUID = "<hex:8>-<hex:4>-<hex:4>-<hex:4>-<hex:12>"
_PIECE = re.compile(r"<([A-Za-z0-9_]+):(\d+)(?:-(\d+))?>|<([^<>]*)>|([^<]+)")
# RE2 takes no higher count.
_MOST_REPEATS = 1000
_FILE = Path(__file__).with_name("vendor_keys.tsv")

# Flags of a row.
NEEDS_CONTEXT = "c"  # counts only beside a word of secrecy: other things look the same
NEEDS_RANDOM = "w"  # counts only if its characters look drawn at random: words are joined the same way
OWNED_BY_MIDDLE = "m"  # its vendor is known by a text in the middle, not by the first characters
EXACT = "x"  # its prefix is a common word: no other length counts
ENDS_WORDS = "e"  # its prefix ends common words (`version_`): behind a letter it begins no key
HAS_CRC32 = "k"  # the last six characters are the CRC-32 of the thirty before, in base 62


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a format: one of `texts`, or `least` to `most` characters of `alphabet`."""

    texts: tuple[str, ...] = ()
    alphabet: str = ""
    least: int = 0
    most: int = 0

    @property
    def pattern(self) -> str:
        if self.texts:
            texts = "|".join(re.escape(text) for text in self.texts)
            return f"(?:{texts})" if len(self.texts) > 1 else texts
        chars = f"[{ALPHABETS[self.alphabet]}]"
        if self.most > _MOST_REPEATS:
            return f"{chars}{{{self.least},}}"
        return f"{chars}{{{self.least},{self.most}}}" if self.least != self.most else f"{chars}{{{self.least}}}"


@dataclass(frozen=True, slots=True)
class VendorKey:
    """A row of the table. `secret_from` is the number of the piece where masking begins."""

    name: str
    format: str
    pieces: tuple[Piece, ...]
    secret_from: int
    owner: str
    flags: str
    source: str
    example: str
    near_miss: str

    @property
    def prefixes(self) -> tuple[str, ...]:
        """The texts that a key of this format begins with; ("",) when it begins with random characters."""
        texts = itertools.takewhile(lambda piece: piece.texts, self.pieces)
        return tuple("".join(parts) for parts in itertools.product(*(piece.texts for piece in texts)))

    @property
    def pattern(self) -> str:
        """The format in RE2 syntax; the secret is group 1."""
        parts = [piece.pattern for piece in self.pieces]
        return "".join(parts[: self.secret_from]) + "(" + "".join(parts[self.secret_from :]) + ")"

    @property
    def capitals(self) -> bool:
        """Whether keys of this format hold no small letters."""
        alphabets = (ALPHABETS[piece.alphabet] for piece in self.pieces if not piece.texts)
        return not any("a-z" in chars or "a-f" in chars for chars in alphabets) and self.prefixes[0].isupper()

    def ends_before(self, char: str) -> bool:
        """Whether `char` cannot be one more character of a key of this format."""
        last = self.pieces[-1]
        return not last.texts and re.fullmatch(f"[{ALPHABETS[last.alphabet]}]", char) is None

    @property
    def middle(self) -> str:
        """The text that stands between random characters; "" when there is none."""
        inner = [piece.texts[0] for piece in self.pieces[1:-1] if len(piece.texts) == 1 and len(piece.texts[0]) > 3]
        return inner[-1] if inner else ""


def parse_format(text: str) -> tuple[tuple[Piece, ...], int]:
    """The pieces of a format and the number of the piece where the secret begins. Raises ValueError."""
    pieces: list[Piece] = []
    secret_from = 0
    for part_number, part in enumerate(text.replace("<uuid>", _UUID).split("^")):
        if part_number:
            secret_from = len(pieces)
        at = 0
        while at < len(part):
            match = _PIECE.match(part, at)
            if match is None:
                raise ValueError(f"format {text!r} at {at}")
            alphabet, least, most, choice, literal = match.groups()
            if alphabet:
                if alphabet not in ALPHABETS:
                    raise ValueError(f"format {text!r}: no alphabet {alphabet!r}")
                pieces.append(Piece(alphabet=alphabet, least=int(least), most=int(most or least)))
            else:
                pieces.append(Piece(texts=tuple(choice.split("|")) if choice is not None else (literal,)))
            at = match.end()
    return tuple(pieces), secret_from


def read_table(text: str) -> tuple[VendorKey, ...]:
    """The rows of a table in the form of `vendor_keys.tsv`; `#` begins a comment line. Raises ValueError."""
    rows: list[VendorKey] = []
    for line in text.splitlines():
        if line and not line.startswith("#"):
            name, form, owner, flags, source, example, near_miss = line.split("\t")
            pieces, secret_from = parse_format(form)
            rows.append(VendorKey(name, form, pieces, secret_from, owner, flags, source, example, near_miss))
    return tuple(rows)


@functools.cache
def vendor_keys() -> tuple[VendorKey, ...]:
    """The table, read once."""
    return read_table(_FILE.read_text(encoding="utf-8"))


@functools.cache
def _owners() -> tuple[tuple[tuple[str, str], ...], tuple[tuple[str, str, str], ...]]:
    """(prefix, owner), longest first; and (prefix, middle, owner) of keys that only their middle tells."""
    begins: dict[str, str] = {}
    middles: set[tuple[str, str, str]] = set()
    for row in vendor_keys():
        for prefix in row.prefixes if row.owner else ():
            if OWNED_BY_MIDDLE in row.flags:
                middles.add((prefix, row.middle, row.owner))
            else:
                begins[prefix] = row.owner
    return tuple(sorted(begins.items(), key=lambda item: (-len(item[0]), item))), tuple(sorted(middles))


def owner_of_key(key: str) -> str | None:
    """The target family that issued a key, told by its prefix or middle; None when they tell nothing.

    Only the telling part is compared, not the length: a key that is cut off or of a new length has the same owner.
    """
    begins, middles = _owners()
    for prefix, middle, owner in middles:
        if key.startswith(prefix) and middle in key:
            return owner
    return next((owner for prefix, owner in begins if key.startswith(prefix)), None)
