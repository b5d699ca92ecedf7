"""JSON Web Tokens, and passwords that code hands to a constructor of credentials: `HTTPBasicAuth("bo", "v")`."""

from __future__ import annotations

import base64
import binascii

from redaction.detector.rules.recognizer import Recognizer, any_edges, token_edges
from redaction.detector.rules.recognizers.connection_strings import filled_in, is_password

__all__ = ["ROWS", "filled_in", "jwt"]


def jwt(value: str) -> bool:
    """The first part is base64url JSON with a brace (RFC 7515); damaged ones count when the rest is long."""
    head = value.split(".")[0]
    try:
        plain = base64.urlsafe_b64decode(head + "=" * (-len(head) % 4))
    except (binascii.Error, ValueError):
        return len(value) > 60
    return plain.startswith(b"{") and (b'"' in plain)


# What takes a user and a password, in that order, as literals of code.
_CREDENTIALS = (
    r"(?:\b(?:NetworkCredential|PSCredential|UsernamePasswordCredentials?|PasswordCredentials?|PasswordAuthentication|HTTPBasicAuth"
    r"|HTTPDigestAuth|HttpNtlmAuth|BasicAuth(?:entication)?|(?:with|[sS]et)_?BasicAuth|set_basic_auth|basic_?[aA]uth"
    r"|BasicAWSCredentials|AwsBasicCredentials\.create)|\.login|\bauth[ \t]?=[ \t]?)\([ \t\r\n]{0,20}"
)

ROWS = (
    Recognizer(
        "credential_argument",
        "PASSWORD",
        rf"{_CREDENTIALS}[rbuf@$]?[\"'][^\"'\n]{{1,120}}[\"'],[ \t\r\n]{{0,20}}[rbuf@$]?[\"']([^\"'\n]{{4,200}})[\"']",
        check=is_password,
        guard=any_edges,
        trigger=_CREDENTIALS + r"[rbuf@$]?[\"']",
        score=0.86,
        reference="requests.auth, System.Net, Apache HttpClient, AWS SDK for Java",
    ),
    Recognizer(
        "jwt",
        "JWT",
        r"\beyJ[A-Za-z0-9_-]{8,}={0,2}\.[A-Za-z0-9_-]{4,}={0,2}(?:\.[A-Za-z0-9_-]*){0,3}",
        check=jwt,
        guard=token_edges,
        score=0.95,
        strict=True,
        reference="RFC 7519, RFC 7515",
    ),
    Recognizer(
        "jwt_encrypted",
        "JWT",
        r"\beyJ[A-Za-z0-9_-]{8,}\.\.[A-Za-z0-9_-]{4,}(?:\.[A-Za-z0-9_-]+){1,2}",
        check=jwt,
        guard=token_edges,
        score=0.95,
        strict=True,
        reference="RFC 7516",
    ),
)
