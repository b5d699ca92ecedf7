"""Keys that say what their value is only together with their neighbours: `d` beside `kty` is a private key."""

from __future__ import annotations

import base64
import binascii
from typing import Any

# RFC 7518, sections 6.2.2, 6.3.2 and 6.4: the private members of a JSON Web Key.
_JWK_PRIVATE = frozenset({"d", "p", "q", "dp", "dq", "qi", "k", "t", "r"})


# Base64 of `user:password` is a secret as it stands: it is not decoded and read as a text.
BASIC = "basic.auth"
# What stands under any key of such a map.
SECRET_MEMBER = "kubernetes.secret"
_SECRET_MAPS = frozenset({"data", "stringData"})
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


def is_secret_map(key: str, owner: dict[str, Any]) -> bool:
    """Whether the object under a key holds nothing but secrets: `data` of a Secret of Kubernetes, alone or in a list."""
    if key not in _SECRET_MAPS:
        return False
    kind = owner.get("type")
    return owner.get("kind") == "Secret" or (type(kind) is str and (kind == "Opaque" or kind.startswith("kubernetes.io/")))


def telling_key(key: str, owner: dict[str, Any]) -> str:
    """The key, or a longer name where its object makes it a secret's: `jwk.d`, `sensitive.value`.

    The names are those that `redaction.detector.rules.secret_files` knows.
    """
    if key in _JWK_PRIVATE and "kty" in owner:
        return f"jwk.{key}"
    if key == "value" and owner.get("sensitive") is True:  # an output in a Terraform state
        return "sensitive.value"
    if key == "ciphertext" and ("kdf" in owner or "kdfparams" in owner):  # an Ethereum key store
        return "keystore.ciphertext"
    if key in _BASIC_KEYS and type(value := owner.get(key)) is str and is_basic(value):
        return BASIC
    return key
