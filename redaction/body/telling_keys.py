"""Keys that say what their value is only together with their neighbours: `d` beside `kty` is a private key, `lat`
beside `lon` a position."""

# ruff: noqa: E501, SIM905 - word lists stay on one line: so they are read and searched
from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from typing import Any

# RFC 7518, sections 6.2.2, 6.3.2 and 6.4: the private members of a JSON Web Key.
_JWK_PRIVATE = frozenset({"d", "p", "q", "dp", "dq", "qi", "k", "t", "r"})


# Base64 of `user:password` is a secret as it stands: it is not decoded and read as a text.
BASIC = "basic.auth"
# What stands under any key of such a map.
SECRET_MEMBER = "kubernetes.secret"
# Their base64 is a secret as it stands.
AS_IT_STANDS = frozenset({BASIC, SECRET_MEMBER})
_SECRET_MAPS = ("data", "stringData")
# `{"name": "DB_PASSWORD", "value": "v"}`, as environments, forms and headers are listed.
_VALUE_KEYS = frozenset(("value", "val", "stringvalue", "defaultvalue"))
_NAME_KEYS = ("name", "key", "Name", "Key", "variable", "header", "field", "id")
_NAME = re.compile(r"[A-Za-z][\w.-]{1,60}")
# Alone they mean a line's length or a delay as well: the other one stands beside, with the same words in front.
_AXIS = re.compile(r"(.{0,40}?)(?:(lat(?:itude)?)|lng|lon(?:g(?:itude)?)?)", re.IGNORECASE)
_LATITUDES, _LONGITUDES = (
    tuple(spelled for word in words.split() for spelled in (word, word.capitalize(), word.upper()))
    for words in ("lat latitude", "lng lon long longitude")
)
# RFC 7946 section 1.4.
_GEOMETRIES = frozenset(("Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon"))
_BASIC_KEYS = frozenset({"auth", "_auth"})
_LONGEST_BASIC = 4096


def is_basic(text: str) -> bool:
    """Whether a text is base64 of `user:password`, as container registries and npm keep it (RFC 7617)."""
    try:
        plain = base64.b64decode(text[:_LONGEST_BASIC] + "=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError):
        return False
    user, colon, password = plain.partition(b":")
    return bool(colon and user and password) and plain.isascii()


# The last word of a key whose value, one word, is nobody's name: `{"state": "Virginia"}`, `favoriteColor: "Violet"`.
_NAMELESS = frozenset(
    "month weekday day season year quarter date time timezone zone city town village county state province region country continent location place capital island planet river mountain street language lang locale currency nationality color colour shade material fabric texture pattern flavor flavour scent fruit vegetable food drink dish ingredient animal breed species plant flower tree metal mineral gem element brand make vendor manufacturer maker product model series edition version release codename platform os browser engine framework library package module plugin theme skin font fontfamily typeface size unit axis direction side position align status priority severity level stage phase category kind type genre style mode format plan tier edition environment env team league sport game franchise airline airport".split()
)
_LAST_WORD = re.compile(r"([A-Z]?[a-z]+|[A-Z]+)(?:[_ -]?[nN]ame)?[^A-Za-z]*$")


def names_nobody(key: str) -> bool:
    """Whether what stands under a key, if it is one word, is no person: a month, a place, a colour, a brand.

    Decided here since the tagger that reads `state: Virginia` or `codename: Jessie` still finds somebody.
    """
    last = _LAST_WORD.search(key)
    return last is not None and last.group(1).lower() in _NAMELESS


def secret_maps(owner: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The objects in an object that hold nothing but secrets: `data` of a Secret of Kubernetes, or of a list of them."""
    kind, sort = owner.get("kind"), owner.get("type")
    if kind == "SecretList" and type(items := owner.get("items")) is list:
        secrets = [item for item in items if type(item) is dict]
    elif kind == "Secret" or (type(sort) is str and (sort == "Opaque" or sort.startswith("kubernetes.io/"))):
        secrets = [owner]
    else:
        return
    for secret in secrets:
        for key in _SECRET_MAPS:
            if type(found := secret.get(key)) is dict:
                yield found


def telling_key(key: str, owner: dict[str, Any]) -> str:
    """The key, or a longer name where its object makes it a secret's (`jwk.d`, `sensitive.value`) or a position's.

    The names are those that `redaction.detector.rules.secret_files` knows.
    """
    if key in _JWK_PRIVATE and "kty" in owner:
        return f"jwk.{key}"
    if key == "value" and owner.get("sensitive") is True:  # an output in a Terraform state
        return "sensitive.value"
    if key == "ciphertext" and ("kdf" in owner or "kdfparams" in owner):  # an Ethereum key store
        return "keystore.ciphertext"
    if (axis := _AXIS.fullmatch(key)) and any(
        axis[1] + name in owner for name in (_LONGITUDES if axis[2] else _LATITUDES)
    ):
        return "latitude" if axis[2] else "longitude"
    if key == "coordinates" and type(sort := owner.get("type")) is str and sort in _GEOMETRIES:
        return "longitude"
    if key.lower() in _VALUE_KEYS:
        return next(
            (name for word in _NAME_KEYS if type(name := owner.get(word)) is str and _NAME.fullmatch(name)), key
        )
    if key in _BASIC_KEYS and type(value := owner.get(key)) is str and is_basic(value):
        return BASIC
    return key
