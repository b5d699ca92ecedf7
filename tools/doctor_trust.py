"""The proxy's certificate authority: made, valid, and trusted by whom, as far as that can be told from here.

Trust is compared by the certificate itself (SHA-256), never by name: a CA that was made anew has the old name, and
stores that hold the old one refuse every connection.
"""

from __future__ import annotations

import datetime
import hashlib
import re
import shutil
import ssl
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from tools.doctor_report import Finding

SECTION: Final = "Certificate authority"
LINUX_BUNDLES: Final = (
    "/etc/ssl/certs/ca-certificates.crt",  # Debian, Arch
    "/etc/pki/tls/certs/ca-bundle.crt",  # Fedora, RHEL
    "/etc/ssl/ca-bundle.pem",  # openSUSE
    "/etc/ssl/cert.pem",  # Alpine
)
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

Run = Callable[[Sequence[str]], str | None]


def run(command: Sequence[str]) -> str | None:
    """The output of a read-only program; None when it is not there or fails."""
    if shutil.which(command[0]) is None:
        return None
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, errors="replace", timeout=15, stdin=subprocess.DEVNULL
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout if done.returncode == 0 else None


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
    until = f"{path}, valid until {cert.not_valid_after_utc:%Y-%m-%d}"
    if cert.not_valid_after_utc - moment < _SOON:
        return found, Finding(SECTION, name, "note", until, f"soon: {again}")
    return found, Finding(SECTION, name, "ok", until)


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


def system_store(
    ca: Authority, platform: str = sys.platform, running: Run = run, bundles: Sequence[str] = LINUX_BUNDLES
) -> Store | None:
    """What this system trusts; None when it cannot be told."""
    if platform == "win32":
        der = [cert for cert, _, _ in ssl.enum_certificates("ROOT")] if sys.platform == "win32" else []  # type: ignore[attr-defined,unused-ignore]
        return read_store(der, ca.subject)
    if platform == "darwin":
        listed = running(["security", "find-certificate", "-a", "-p", "-c", "mitmproxy"])
        trusted = running(["security", "verify-cert", "-q", "-L", "-p", "ssl", "-c", str(ca.path)])
        store = read_store(pem_certificates(listed or ""), ca.subject)
        # Being in a keychain is not being trusted: that is what verify-cert tells.
        return Store(frozenset({ca.digest}) if trusted is not None else frozenset(), store.namesakes)
    for bundle in bundles:
        path = Path(bundle)
        if path.is_file():
            return read_store(pem_certificates(path.read_text(encoding="utf-8", errors="replace")), ca.subject)
    return None


_INSTALL: Final = {
    "linux": "sudo cp {ca} /usr/local/share/ca-certificates/faasera-proxy.crt && sudo update-ca-certificates "
    "(Fedora: /etc/pki/ca-trust/source/anchors and update-ca-trust)",
    "darwin": "sudo security add-trusted-cert -d -p ssl -k /Library/Keychains/System.keychain {ca}",
    "win32": 'certutil -user -addstore Root "{ca}"',
}


def system_trust(ca: Authority, store: Store | None, *, needed: bool, platform: str = sys.platform) -> Finding:
    """`needed`: something on this machine uses the interception door."""
    name = "trusted by the system"
    install = _INSTALL.get(platform, _INSTALL["linux"]).format(ca=ca.path)
    if store is None:
        return Finding(SECTION, name, "skip", "the system's list was not found")
    if ca.digest in store.digests:
        return Finding(SECTION, name, "ok", "yes, this very certificate")
    if store.namesakes:
        detail = "no: it trusts an older CA of mitmproxy, so that every connection is refused"
        return Finding(SECTION, name, "fail", detail, f"remove the old one and: {install}")
    if needed:
        return Finding(SECTION, name, "fail", "no, though this machine is set to use the proxy", install)
    detail = "no (clients at the gateway door, and those with a variable of their own, do not need it)"
    return Finding(SECTION, name, "note", detail, f"for browsers and apps: {install}")


def chromium_trust(ca: Authority, home: Path, platform: str = sys.platform, running: Run = run) -> Finding | None:
    """Chromium and Chrome on Linux keep a list of their own."""
    folder, name = home / ".pki" / "nssdb", "trusted by Chromium"
    if platform != "linux" or not folder.is_dir():
        return None
    if shutil.which("certutil") is None and running is run:
        return Finding(SECTION, name, "skip", "certutil is not installed (Debian: libnss3-tools)")
    listing = running(["certutil", "-d", f"sql:{folder}", "-L"]) or ""
    for line in listing.splitlines():
        found = re.match(r"(.+?)\s+([a-zA-Z]*,[a-zA-Z]*,[a-zA-Z]*)\s*$", line)
        if found is None or "C" not in found[2].split(",")[0]:
            continue
        pem = running(["certutil", "-d", f"sql:{folder}", "-L", "-a", "-n", found[1]]) or ""
        if ca.digest in read_store(pem_certificates(pem), ca.subject).digests:
            return Finding(SECTION, name, "ok", f"yes ({found[1]})")
    remedy = f'certutil -d "sql:$HOME/.pki/nssdb" -A -t C,, -n faasera-proxy -i {ca.path}'
    return Finding(SECTION, name, "note", "not in its own list (it may read the system's too)", remedy)


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
