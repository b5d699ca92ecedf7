"""What the strings and objects of a document look like: words, tokens, ids, files."""

from __future__ import annotations

import re
from itertools import islice
from typing import Any

from dialects.base import Mode, normal

# No vendor signs with fewer characters: Anthropic and Google with hundreds, others with an id or a hash.
SHORTEST_SIGNATURE = 16
# A ciphertext is longer: what is shorter may be a number that somebody put in its place.
_SHORTEST_CIPHER = 64
KEEPS_NUMBERS = frozenset({Mode.KEEP_LEAF, Mode.SEALED, Mode.CREDENTIAL})
# A key without one of these holds no number and no address.
DIGIT_OR_AT = re.compile(r"[0-9@]|[\[({<*] ?(?:at|AT) ?[\])}>*]")
# What a file is called and is stands among the first keys of its object.
_MOST_BESIDE = 32
DATA_URL = re.compile(r"\s*data:", re.IGNORECASE)
# A word of a protocol: `audio/pcm`, `low`, `pcm_16000`, `/v1/responses`. No prose, no number, no address.
TOKEN = re.compile(r"/?[A-Za-z][A-Za-z0-9_./+-]{0,39}", re.ASCII)
UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE | re.ASCII)


def is_word(text: str) -> bool:
    """Whether a text looks like an id, an enum or a name of code: one word, and no address of a person."""
    return "@" not in text and len(text.split(maxsplit=1)) == 1


def cipher(text: str) -> Mode:
    """What becomes of a text where a ciphertext or the address of a file is expected."""
    if not is_word(text):
        return Mode.ENVELOPE
    return Mode.SEALED if len(text) >= _SHORTEST_CIPHER or "://" in text else Mode.KEEP


def holds_objects(value: Any) -> bool:
    return type(value) is dict or (type(value) is list and any(type(item) in (dict, list) for item in value))


def media_type(owner: dict[str, Any], key: str, above: tuple[str, ...]) -> str:
    if normal(key) == "audio" or above[-1:] == ("inputaudio",):
        return "audio/*"  # raw samples: nothing but the field says so
    for name, value in islice(owner.items(), _MOST_BESIDE):
        if normal(name) in ("mediatype", "mimetype", "format") and type(value) is str:
            return value
    return ""


def filename(owner: dict[str, Any]) -> str:
    for key, value in islice(owner.items(), _MOST_BESIDE):
        if normal(key) in ("filename", "name", "title") and type(value) is str:
            return value
    return ""
