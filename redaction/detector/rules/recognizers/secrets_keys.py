"""Private keys, JSON Web Tokens, credentials in URLs and connection strings."""

# ruff: noqa: E501 - patterns and word lists stay on one line: so they are read and searched
from __future__ import annotations

import base64
import binascii
import re

from redaction.detector.rules.recognizer import Recognizer, any_edges, token_edges

# What stands where a password would, but is a variable or a form to fill in.
_FILL_IN = re.compile(r"^(?:\$|%\(|\{|<|\[|\*+$|x+$|\.+$|@)|\$\{|\{\{|<[a-z_ -]+>|%s|\[\[", re.IGNORECASE)


def filled_in(value: str) -> bool:
    """Not `${VAR}`, `{name}`, `<password>`, `****` or an existing placeholder."""
    return not _FILL_IN.search(value)


def jwt(value: str) -> bool:
    """The first part is base64url JSON with a brace (RFC 7515); damaged ones count when the rest is long."""
    head = value.split(".")[0]
    try:
        plain = base64.urlsafe_b64decode(head + "=" * (-len(head) % 4))
    except (binascii.Error, ValueError):
        return len(value) > 60
    return plain.startswith(b"{") and (b'"' in plain)


def _url(value: str) -> bool:
    user, _, password = value.split("://", 1)[1].rpartition("@")[0].partition(":")
    return bool(password) and filled_in(password) and (not user or filled_in(user))


def _connection(value: str) -> bool:
    match = re.search(r"(?i)(?:password|pwd|accountkey|sharedaccesskey|sharedsecret\w*)\s*=\s*([^;\"']+)", value)
    return match is not None and filled_in(match.group(1))


ROWS = (
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
    Recognizer(
        "url_credentials",
        "CONNECTION_STRING",
        r"\b[A-Za-z][A-Za-z0-9+.-]{1,30}://[^\s/@:\"'<>`,;?#]{0,100}:[^\s/\"'<>`?#]{1,200}@[A-Za-z0-9_.\[\]-]+(?:,[A-Za-z0-9_.-]+(?::\d+)?)*",
        check=_url,
        guard=any_edges,
        trigger=r"://[^\s/]{1,300}@",
        score=0.97,
        strict=True,
        reference="RFC 3986 section 3.2.1",
    ),
    Recognizer(
        "connection_string",
        "CONNECTION_STRING",
        r"(?i)\b(?:server|data source|host|endpoint|defaultendpointsprotocol|accountname|driver|initial catalog|database|user id|uid)[ ]?=[^;\n\"'=]+;[^\n\"']*?(?:password|pwd|accountkey|sharedaccesskey)[ ]?=[ ]?[^;\n\"']+(?:;[^\n\"';=]+=[^;\n\"']*)*;?",
        check=_connection,
        guard=any_edges,
        trigger=r"(?i);[ ]?(?:password|pwd|accountkey|sharedaccesskey)[ ]?=",
        score=0.96,
        reference="https://learn.microsoft.com/dotnet/framework/data/adonet/connection-string-syntax",
    ),
    Recognizer(
        "ssh_putty_key",
        "PRIVATE_KEY",
        r"(?i)\bprivate-(?:lines|mac): ?[A-Za-z0-9+/=]{4,}",
        guard=any_edges,
        score=0.9,
        reference="https://tartarus.org/~simon/putty-snapshots/htmldoc/AppendixC.html",
    ),
)
