"""The proxy's certificate authority: made, valid, and held by the files that the CA variables of this shell name.

Trust is compared by the certificate itself (SHA-256), never by name: a CA that was made anew has the old name, and
stores that hold the old one refuse every connection.
"""

from __future__ import annotations

import datetime
import hashlib
import re
import ssl
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from cli.authority import constraints
from cli.doctor_report import Finding

SECTION: Final = "Certificate authority"
# variable -> (who reads it, whether it replaces the system's list or adds to it)
VARIABLES: Final[Mapping[str, tuple[str, bool]]] = {
    "SSL_CERT_FILE": ("Python SDKs, Codex, Go, OpenSSL", True),
    "NODE_EXTRA_CA_CERTS": ("Claude Code, Gemini CLI, Node", False),
    "CODEX_CA_CERTIFICATE": ("Codex", False),
    "AWS_CA_BUNDLE": ("boto3", True),
    "CURL_CA_BUNDLE": ("curl", True),
    "REQUESTS_CA_BUNDLE": ("requests; not openai, anthropic, google-genai, ollama", True),
}
_PEM: Final = re.compile(
    r"-----BEGIN (?:TRUSTED )?CERTIFICATE-----.+?-----END (?:TRUSTED )?CERTIFICATE-----", re.DOTALL
)
_SOON: Final = datetime.timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Authority:
    """A usable CA: where it is, its SHA-256 (hex), and its name."""

    path: Path
    digest: str
    subject: x509.Name


def authority(confdir: Path, now: datetime.datetime | None = None) -> tuple[Authority | None, Finding]:
    """The CA of `confdir`; None when there is none that can be used."""
    path, name = confdir / "mitmproxy-ca-cert.pem", "made"
    moment = now or datetime.datetime.now(datetime.UTC)
    again = f"remove {confdir}/mitmproxy-ca* and start the proxy: it makes a new CA, which has to be trusted anew"
    if not path.exists():
        detail = f"not yet: the first `make run` makes {path}"
        return None, Finding(SECTION, name, "note", detail, "make run (the gateway door needs none)")
    try:
        cert = x509.load_pem_x509_certificate(path.read_bytes())
        private = (confdir / "mitmproxy-ca.pem").read_bytes()
        signer = x509.load_pem_x509_certificate(private)
    except OSError as error:
        return None, Finding(SECTION, name, "fail", f"{error.filename}: {error.strerror}", again)
    except ValueError:
        return None, Finding(SECTION, name, "fail", f"{path}: no certificate can be read from it", again)
    found = Authority(path, hashlib.sha256(cert.public_bytes(Encoding.DER)).hexdigest(), cert.subject)
    if signer.public_bytes(Encoding.DER) != cert.public_bytes(Encoding.DER):
        detail = f"{path} is not the certificate of the CA that signs (mitmproxy-ca.pem)"
        return None, Finding(SECTION, name, "fail", detail, again)
    if not cert.not_valid_before_utc <= moment <= cert.not_valid_after_utc:
        detail = f"valid from {cert.not_valid_before_utc:%Y-%m-%d} to {cert.not_valid_after_utc:%Y-%m-%d} only"
        return None, Finding(SECTION, name, "fail", detail, f"check the clock of this machine, or {again}")
    until = f"{path}, valid until {cert.not_valid_after_utc:%Y-%m-%d}, {_signs_for(cert)}"
    if cert.not_valid_after_utc - moment < _SOON:
        return found, Finding(SECTION, name, "note", until, f"soon: {again}")
    return found, Finding(SECTION, name, "ok", until)


def _signs_for(cert: x509.Certificate) -> str:
    names = constraints(cert)
    if names is None:
        return "signs for any host (`faasera ca renew` makes one for model hosts only)"
    return f"signs for {len(names)} domains of model hosts only (X.509 name constraints)"


@dataclass(frozen=True, slots=True)
class Store:
    """What a store holds: digests, and the digests of certificates with our CA's name."""

    digests: frozenset[str]
    namesakes: frozenset[str]


def read_store(certificates: Iterable[bytes], subject: x509.Name) -> Store:
    """A store from DER certificates. Ones that cannot be parsed are compared by digest only."""
    digests, namesakes = set(), set()
    wanted = subject.public_bytes()
    for der in certificates:
        digest = hashlib.sha256(der).hexdigest()
        digests.add(digest)
        if wanted in der:  # the name's own DER: as subject, as issuer, or both
            namesakes.add(digest)
    return Store(frozenset(digests), frozenset(namesakes))


def pem_certificates(text: str) -> list[bytes]:
    """The DER certificates of a PEM file; a block that is none is left out."""
    found = []
    for block in _PEM.findall(text):
        try:
            found.append(ssl.PEM_cert_to_DER_cert(block.replace("TRUSTED ", "")))
        except ValueError:
            continue
    return found


def variables(ca: Authority, environ: Mapping[str, str], *, needed: bool) -> list[Finding]:
    """The CA variables of this shell: each file must be there, and hold this CA where the proxy is used."""
    out = []
    for name, (who, replaces) in VARIABLES.items():
        value = environ.get(name)
        if not value:
            continue
        path = Path(value).expanduser()
        try:
            store = read_store(pem_certificates(path.read_text(encoding="utf-8", errors="replace")), ca.subject)
        except OSError as error:
            remedy = f"export {name}={ca.path}, or unset {name}"
            out.append(Finding(SECTION, name, "fail", f"{value}: {error.strerror}; read by {who}", remedy))
            continue
        if ca.digest in store.digests:
            alone = replaces and len(store.digests) == 1
            more = "; it holds no other root, so hosts that are tunnelled are refused" if alone else ""
            bundle = ca.path.with_name("faasera-bundle.pem")
            remedy = f"cat /path/of/the/system's/list {ca.path} > {bundle} && export {name}={bundle}" if alone else ""
            out.append(Finding(SECTION, name, "note" if alone else "ok", f"holds this CA ({who}){more}", remedy))
        elif store.namesakes:
            detail = f"{value} holds an older CA of mitmproxy ({who})"
            out.append(Finding(SECTION, name, "fail", detail, f"export {name}={ca.path}"))
        else:
            detail = f"{value} does not hold this CA ({who})"
            bundle = ca.path.with_name("faasera-bundle.pem")
            remedy = f"cat {path} {ca.path} > {bundle} && export {name}={bundle}"
            out.append(Finding(SECTION, name, "fail" if needed else "note", detail, remedy))
    return out
