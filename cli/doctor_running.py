"""What the running proxy shows of itself: the CA it signs with, and the hosts it could not read. Sends no request."""

from __future__ import annotations

import http.client
import re
import socket
import ssl
from collections.abc import Iterable
from typing import Final

from cryptography import x509

from cli.doctor_authority import Authority
from cli.doctor_report import Finding

CA_SECTION: Final = "Certificate authority"
SECONDS: Final = 5.0
_PROBE_HOST: Final = "api.openai.com"
_COVERAGE: Final = re.compile(r'^faasera_coverage\{host="([^"]*)",state="(blind|tunnelled)"\} ', re.MULTILINE)


def presented(port: int, host: str = _PROBE_HOST) -> bytes | None:
    """The certificate (DER) that the proxy shows for an LLM host; None when it opens none.

    Nothing is verified here, on purpose: a refused handshake would mark the host as blind in the proxy's coverage.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    try:
        with socket.create_connection(("127.0.0.1", port), SECONDS) as plain:
            plain.settimeout(SECONDS)
            plain.sendall(f"CONNECT {host}:443 HTTP/1.1\r\nHost: {host}:443\r\n\r\n".encode())
            told = b""
            while b"\r\n\r\n" not in told:
                more = plain.recv(4096)
                if not more:
                    return None
                told += more
            if not told.startswith(b"HTTP/1.1 200"):
                return None
            with context.wrap_socket(plain, server_hostname=host) as secure:
                return secure.getpeercert(binary_form=True)
    except (OSError, ValueError):
        return None


def signer(ca: Authority, certificate: bytes | None) -> Finding:
    """Whether the running proxy signs with the CA that was looked at, and that clients trust."""
    name = "used by the running proxy"
    if certificate is None:
        return Finding(CA_SECTION, name, "skip", f"the proxy opened no TLS to {_PROBE_HOST} (see hosts, proxyauth)")
    try:
        shown = x509.load_der_x509_certificate(certificate)
        shown.verify_directly_issued_by(x509.load_pem_x509_certificate(ca.path.read_bytes()))
    except Exception:  # noqa: BLE001 - any way of not being signed by it is the finding
        detail = "no: it signs with another CA, so that clients which trust this one refuse it"
        remedy = "restart the proxy; or name the folder of its CA: make doctor ARGS='--confdir /its/confdir'"
        return Finding(CA_SECTION, name, "fail", detail, remedy)
    return Finding(CA_SECTION, name, "ok", "yes, it signs with this CA")


def unread(port: int) -> list[tuple[str, str]]:
    """(host, blind or tunnelled) of everything that the running proxy could not read since its start."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=SECONDS)
    try:
        connection.request("GET", "/metrics")
        text = connection.getresponse().read(4 << 20).decode("utf-8", "replace")
    except (OSError, http.client.HTTPException):
        return []
    finally:
        connection.close()
    return _COVERAGE.findall(text)


def coverage(section: str, port: int, found: Iterable[tuple[str, str]]) -> Finding:
    """One line: blind is what people must know, though it fails nothing here."""
    shown = [f"{host} ({state})" for host, state in found]
    if not shown:
        return Finding(section, "coverage", "ok", "every LLM host seen since its start was read, or refused")
    more = f" and {len(shown) - 5} more" if len(shown) > 5 else ""
    detail = f"not read since its start: {', '.join(shown[:5])}{more}"
    return Finding(section, "coverage", "note", detail, f"the reasons and what to do: http://127.0.0.1:{port}/")
