"""A certificate authority that can sign for model hosts only, in the files that mitmproxy reads.

X.509 name constraints (RFC 5280, 4.2.1.10): clients that honour them accept no certificate of this authority for any
other name, so its key, if it were stolen, opens no bank and no mail. The table of hosts at the time of its making
counts: hosts that are added later need a new authority (`faasera ca renew`).
"""

from __future__ import annotations

import datetime
import os
from collections.abc import Iterable
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from config.ip_addresses import is_address
from routing.hosts import KNOWN

CERTIFICATE = "mitmproxy-ca-cert.pem"
_SIGNER = "mitmproxy-ca.pem"  # key and certificate: what mitmproxy signs with
_NAME = "Faasera LLM Privacy Proxy"
_KEY_SIZE = 2048  # mitmproxy's own
_DAYS = 3650
_CLOCKS = datetime.timedelta(days=2)  # clients whose clock is behind


def permitted_names(patterns: Iterable[str]) -> list[str]:
    """The domains under which the hosts of a table stand: `*.openai.azure.com` -> `openai.azure.com`, a pattern with
    a star inside the domain that follows it. A domain covers what is below it."""
    names: set[str] = set()
    for pattern in patterns:
        tail = pattern.rpartition("*")[2]
        name = tail.partition(".")[2] if "*" in pattern else pattern
        if name and not is_address(name):
            names.add(name)
    return sorted(name for name in names if not any(name.endswith(f".{other}") for other in names))


def make_authority(folder: Path, own_hosts: Iterable[str] = ()) -> Path:
    """Make an authority in `folder` (mode 0700 where it is new) and give its certificate's path.

    `own_hosts` are the hosts of the configuration. The key is written with mode 0600 and never leaves the folder.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    key = rsa.generate_private_key(public_exponent=65537, key_size=_KEY_SIZE)
    name = x509.Name(
        [x509.NameAttribute(NameOID.COMMON_NAME, _NAME), x509.NameAttribute(NameOID.ORGANIZATION_NAME, _NAME)]
    )
    now = datetime.datetime.now(datetime.UTC)
    permitted = [x509.DNSName(each) for each in permitted_names([*(row.pattern for row in KNOWN), *own_hosts])]
    usage = dict.fromkeys(
        ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
         "encipher_only", "decipher_only"), False)  # fmt: skip
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _CLOCKS)
        .not_valid_after(now + datetime.timedelta(days=_DAYS))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.KeyUsage(key_cert_sign=True, crl_sign=True, **usage), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.NameConstraints(permitted_subtrees=permitted, excluded_subtrees=None), critical=True)
    )
    certificate = builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )
    _write(folder / _SIGNER, private + certificate)
    _write(folder / CERTIFICATE, certificate, mode=0o644)
    return folder / CERTIFICATE


def ensure_authority(folder: Path, own_hosts: Iterable[str] = ()) -> Path:
    """The certificate of the authority in `folder`; one is made if there is none. What is there stays."""
    if not (folder / _SIGNER).exists():
        return make_authority(folder, own_hosts)
    return folder / CERTIFICATE


def constraints(certificate: x509.Certificate) -> list[str] | None:
    """The domains that an authority may sign for; None: any (mitmproxy's own)."""
    try:
        found = certificate.extensions.get_extension_for_class(x509.NameConstraints).value
    except x509.ExtensionNotFound:
        return None
    return [name.value for name in found.permitted_subtrees or () if isinstance(name, x509.DNSName)]


def _write(path: Path, data: bytes, mode: int = 0o600) -> None:
    path.unlink(missing_ok=True)
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        file.write(data)
