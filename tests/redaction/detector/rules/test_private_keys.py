"""Private key blocks: frames, PuTTY, vaults, bare base64."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import pkcs12

from redaction.detector.rules.private_keys import private_keys

BODY = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7"

PUBLIC = "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAu1SU1LfVLPHCozMxH2Mo"


def pem(kind: str, body: str = BODY, end: bool = True) -> str:
    return f"-----BEGIN {kind}-----\n{body}\n" + (f"-----END {kind}-----" if end else "")


@pytest.mark.parametrize(
    "kind",
    [
        "PRIVATE KEY",
        "RSA PRIVATE KEY",
        "EC PRIVATE KEY",
        "OPENSSH PRIVATE KEY",
        "ENCRYPTED PRIVATE KEY",
        "PGP PRIVATE KEY BLOCK",
    ],
)
def test_whole_blocks(kind):
    text = f"key:\n{pem(kind)}\nend"
    assert [text[a:b] for a, b in private_keys(text)] == [pem(kind)]


def test_escaped_line_breaks():
    block = pem("PRIVATE KEY").replace("\n", "\\n")
    text = f'{{"k": "{block}"}}'
    assert [text[a:b] for a, b in private_keys(text)] == [block]


def test_without_an_end_as_far_as_base64_goes():
    text = pem("PRIVATE KEY", end=False) + "{ more"
    assert [text[a:b] for a, b in private_keys(text)] == [pem("PRIVATE KEY", end=False).rstrip()]


def test_two_blocks():
    assert len(private_keys(pem("PRIVATE KEY") + "\n" + pem("RSA PRIVATE KEY"))) == 2


@pytest.mark.parametrize(
    "text",
    [
        pem("CERTIFICATE", PUBLIC),
        pem("PUBLIC KEY", PUBLIC),
        pem("PRIVATE KEY", "..."),
        "-----BEGIN PRIVATE KEY-----",
        "BEGIN",
        "M" + "A" * 44 + "ééé",  # base64 that ends in a letter beyond ASCII
    ],
)
def test_near_misses(text):
    assert private_keys(text) == []


PUTTY = "PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\nPublic-Lines: 1\n{public}\nPrivate-Lines: 2\n{secret}\nPrivate-MAC: 8b0e7153bf7c3706"


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\\n"], ids=["lf", "crlf", "escaped"])
def test_of_putty_only_the_private_lines(newline: str) -> None:
    secret = "S66Wys3OPK6hGaqdnaWSYsv0az7j\nfY7LobcgpvUNomQkklbY"
    text = PUTTY.format(public="AAAAC3NzaC1lZDI1NTE5", secret=secret).replace("\n", newline)
    assert [text[a:b] for a, b in private_keys(text)] == [secret.replace("\n", newline)]


def test_of_an_ansible_vault_the_heading_stays() -> None:
    text = "db: !vault |\n  $ANSIBLE_VAULT;1.2;AES256;prod\n  62383364383961\n  3836383639\nuser: bob\n"
    assert [text[a:b] for a, b in private_keys(text)] == ["62383364383961\n  3836383639"]


def test_ssh2_openvpn_and_signify() -> None:
    for text in (
        f'---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----\nComment: "x"\n{BODY}\n---- END SSH2 ENCRYPTED PRIVATE KEY ----',
        f"-----BEGIN OpenVPN Static key V1-----\n{'0a1b2c3d' * 4}\n-----END OpenVPN Static key V1-----",
    ):
        assert [text[a:b] for a, b in private_keys(text)] == [text]
    text = "untrusted comment: signify secret key\nRWRCSwAAAAB8Uf0HbCh2\n"
    assert [text[a:b] for a, b in private_keys(text)] == ["RWRCSwAAAAB8Uf0HbCh2"]


def keys() -> dict[str, Any]:
    return {
        "rsa": rsa.generate_private_key(65537, 2048),
        "p256": ec.generate_private_key(ec.SECP256R1()),
        "p384": ec.generate_private_key(ec.SECP384R1()),
        "p521": ec.generate_private_key(ec.SECP521R1()),
        "ed25519": ed25519.Ed25519PrivateKey.generate(),
    }


def test_keys_in_bare_base64_of_every_kind() -> None:
    password = serialization.BestAvailableEncryption(b"x")
    for name, key in keys().items():
        forms = {
            "pkcs8": key.private_bytes(serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()),
            "encrypted": key.private_bytes(serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, password),
            "pkcs12": pkcs12.serialize_key_and_certificates(b"n", key, None, None, password),
        }  # fmt: skip
        if name != "ed25519":
            forms["traditional"] = key.private_bytes(
                serialization.Encoding.DER, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
            )
        public = key.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        assert private_keys(base64.b64encode(public).decode()) == [], name
        for form, data in forms.items():
            line = base64.b64encode(data).decode()
            assert private_keys(f"key={line};") == [(4, 4 + len(line))], (name, form)
            lines = base64.encodebytes(data).decode().strip()
            ((start, end),) = private_keys(f"key: |\n{lines}\n")
            # A last line that happens to be a few letters may be taken for a word.
            assert start == 7, (name, form)
            assert end >= 7 + lines.rfind("\n"), (name, form)


@pytest.mark.parametrize("prefix", ["", "> ", "+", "    "], ids=repr)
@pytest.mark.parametrize("line_end", ["\n", "\r\n"], ids=repr)
def test_the_lines_above_an_end_without_a_beginning(prefix: str, line_end: str) -> None:
    lines = [BODY * 2, BODY * 2, "AQ==", "-----END RSA PRIVATE KEY-----"]
    text = "$ tail key.pem" + line_end + line_end.join(prefix + line for line in lines) + line_end + "$"
    ((start, end),) = private_keys(text)
    assert (start, end) == (text.index(line_end) + len(line_end), text.index("KEY-----") + 8)
    assert private_keys("what begins must -----END PRIVATE KEY-----") == []
    assert private_keys("-----END PRIVATE KEY-----") == []


def test_words_behind_a_key_stay() -> None:
    text = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7Zq8w\npassword\nnext"
    assert [text[a:b] for a, b in private_keys(text)] == [text.split("\n")[0]]


def test_a_frame_in_base64() -> None:
    secret = base64.b64encode(pem("EC PRIVATE KEY", BODY * 3).encode()).decode()
    public = base64.b64encode(pem("CERTIFICATE", BODY * 3).encode()).decode()
    assert private_keys(f"KEY={secret}") == [(4, 4 + len(secret))]
    assert private_keys(f"CERT={public}") == []
