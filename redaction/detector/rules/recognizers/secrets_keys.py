"""JSON Web Tokens, and passwords that code hands to a constructor of credentials: `HTTPBasicAuth("bo", "v")`."""

# ruff: noqa: E501 - patterns stay on one line: so they are read and searched
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
    r"|BasicAWSCredentials|AwsBasicCredentials\.create|WiFi\.begin|username_pw_set|simple_bind(?:_s)?)|\.login|\bauth[ \t]?=[ \t]?)\([ \t\r\n]{0,20}"
    # Behind an address.
    r"|\b(?:getConnection|PDO|mysqli?(?:_connect)?|pymssql\.connect|MySQLdb\.connect)\([ \t\r\n]{0,20}[^,()\n]{1,160},[ \t\r\n]{0,20}"
    r"|\bCredentials\([ ]?\"[^\"\n]{1,80}\",[ ]?\"[^\"\n]{1,80}\",[ ]?"
)

# What takes a key as the literal behind its other arguments.
_KEYED = (
    r"(?:\b(?:createHmac|createCipheriv|createDecipheriv|pbkdf2Sync|scryptSync)\([ \t]{0,4}[\"'`][\w-]{2,20}[\"'`],[ \t]{0,4}"
    r"|\bhash_hmac\([ \t]{0,4}[\"'][\w-]{2,20}[\"'],[ \t]{0,4}[^,()\n]{1,60},[ \t]{0,4}"
    r"|\bhmac\.(?:new|digest|compare)\([ \t]{0,4}|\b(?:SecretKeySpec|HMACSHA(?:1|256|384|512)|cookieParser|Fernet|AESGCM|AES\.new|hexdigest)\([ \t]{0,4}"
    r"|\b(?:jwt|JWT|jsonwebtoken)\.(?:sign|encode|verify|decode)\([ \t]{0,4}[^,()\n]{1,60},[ \t]{0,4})"
)

# What makes a hash of a password.
_HASHED = (
    r"\b(?:(?:bcrypt|crypt|argon2|scrypt|passlib|pwd_context|bcryptjs|(?:[a-z]{1,12})?[pP]asswordEncoder)\.(?:hash(?:Sync|pw)?|crypt|encode|compareSync|GenerateFromPassword)"
    r"|password_hash|generate_password_hash|check_password_hash|make_password|hashpw|PASSWORD|crypt)\([ \t]{0,4}(?:\[\]byte\()?"
)

ROWS = (
    Recognizer(
        "hashed_argument",
        "PASSWORD",
        rf"{_HASHED}[rbuf@$]?[\"']([^\"'\n\\$]{{4,200}})[\"']",
        check=lambda value: is_password(value) and not value.isalpha(),
        guard=any_edges,
        trigger=_HASHED + r"[rbuf@$]?[\"']",
        score=0.86,
        reference="bcrypt, crypt(3), PHP password_hash, Werkzeug, Django, MySQL PASSWORD()",
    ),
    Recognizer(
        "credential_argument",
        "PASSWORD",
        rf"(?:{_CREDENTIALS})[rbuf@$]?[\"'][^\"'\n]{{1,120}}[\"'],[ \t\r\n]{{0,20}}[rbuf@$]?[\"']([^\"'\n]{{4,200}})[\"']",
        check=is_password,
        guard=any_edges,
        trigger=rf"(?:{_CREDENTIALS})[rbuf@$]?[\"']",
        score=0.86,
        reference="requests.auth, System.Net, Apache HttpClient, AWS SDK for Java",
    ),
    Recognizer(
        "key_argument",
        "API_KEY",
        rf"{_KEYED}[rbuf@$]?[\"']([^\"'\n\\]{{8,200}})[\"']",
        check=is_password,
        guard=any_edges,
        trigger=_KEYED + r"[rbuf@$]?[\"']",
        score=0.86,
        reference="node:crypto, Python hmac, PHP hash_hmac, jsonwebtoken, PyJWT, javax.crypto, express",
    ),
    Recognizer(
        "answered_prompt",
        "PASSWORD",
        r"(?i)(?:passw(?:or)?d|passphrase|pin)[^\"'\n]{0,24}[\"'][ \t]?[\]})]{0,3}[ \t\r\n;{]{1,12}(?:\w{1,20}\.)?(?:exp_)?(?:send|sendline|send_user|write)(?:[ \t]--)?[ \t(]{1,3}[rbuf]?[\"']([^\"'\r\n\\]{4,120})(?:\\[rn]|[\r\n]){0,2}[\"']",
        check=is_password,
        guard=any_edges,
        trigger=r"(?i)(?:send|sendline|write)[ \t(-]{1,5}[rbuf]?[\"']",
        score=0.86,
        reference="expect(1), pexpect",
    ),
    Recognizer(
        "app_password",
        "PASSWORD",
        r"(?i)\b(?:app|application|app[- ]specific|gmail|google|icloud)[ -](?:specific[ -])?passwor[dt](?:[ ](?:is|for \w{1,20}))?[ :=]{1,3}[\"']?((?:[a-z]{4}[ -]){3}[a-z]{4})\b",
        guard=any_edges,
        score=0.86,
        reference="https://support.google.com/accounts/answer/185833; https://support.apple.com/102654",
    ),
    Recognizer(
        "oauth_code",
        "API_KEY",
        r"(?i)(?:callback|redirect|oauth2?|auth|login|sign-?in|sso|authorize)[^\s\"'<>]{0,120}[?&]code=([A-Za-z0-9._~%/+-]{16,512})",
        guard=any_edges,
        trigger=r"[?&]code=",
        score=0.84,
        reference="RFC 6749 section 4.1.2",
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
