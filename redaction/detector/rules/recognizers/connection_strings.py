"""Passwords in URLs and connection strings: the user's name and password of a URL go, of settings the password only.

Scheme, host and every other setting stay.

Notations: `scheme://user:password@host` of any driver, `user/password@host` of Oracle, `user:password@tcp(host)` of Go,
and lists of settings (`Server=db;User Id=sa;Password=...`), whatever parts them.
"""

# ruff: noqa: E501 - patterns stay on one line: so they are read and searched
from __future__ import annotations

import re
from urllib.parse import unquote

from redaction.detector.rules.recognizer import Recognizer, any_edges

# What stands where a password would, but is a variable, a form to fill in, or the word itself.
_FILL_IN = re.compile(
    r"^(?:\$[A-Za-z_({]|%\(|\{|<|\[|\*+$|x+$|\.+$|@[a-z_]+@$|%[A-Z_]+%$)|\$\{|\{\{|<[a-z_ -]+>|%s|\[\[", re.IGNORECASE
)
_WORDS = frozenset(
    [
        "pass",
        "password",
        "passwd",
        "pwd",
        "pw",
        "secret",
        "token",
        "user",
        "username",
        "yourpassword",
        "your_password",
        "your-password",
        "mypassword",
        "my_password",
        "changeme",
        "passphrase",
        "example",
        "none",
        "null",
        "pass123",
        "password123",
        "apikey",
        "api_key",
        "key",
        "xxx",
        "foo",
        "bar",
    ]
)
# A setting beside a password that makes the list a connection's.
_SIBLING = re.compile(
    r"(?i)(?:^|[;,\s\"'?&])(?:server|data source|addr(?:ess)?|host(?:name|addr)?|endpoint|defaultendpointsprotocol|accountname|driver|provider|dsn|initial catalog|"
    r"database|dbname|db|dbq|user ?id|uid|user ?name|user|login|sharedaccesskeyname|entitypath|ssl(?:mode)?|port|blobendpoint|account|warehouse|"
    r"integrated security|trusted_connection|abortconnect|defaultdatabase|charset|sid|service)[ ]?=[ ]?[^ ]|^[\w.-]+:\d{2,5}[,;]"
)
_REACH = 300
_USERINFO_REACH = 190


def filled_in(value: str) -> bool:
    """Not `${VAR}`, `{name}`, `<password>`, `****` or an existing placeholder."""
    return not _FILL_IN.search(value)


def is_password(value: str) -> bool:
    """A value, not a form to fill in and not the word `password`."""
    bare = value.strip("'\"")
    if bare[:1] == "{" and bare[-1:] == "}" and not bare[1:-1].replace("_", "").replace(".", "").isalpha():
        bare = bare[1:-1]  # ODBC's quotes
    return len(bare) >= 2 and filled_in(bare) and bare.lower() not in _WORDS


def _is_userinfo(value: str) -> bool:
    """`user:password`, `user/password` or a password alone: a value, not a form to fill in."""
    parts = re.split("[:/]", value, maxsplit=1)
    return is_password(unquote(parts[-1])) and filled_in(parts[0])


def _has_sibling(text: str, start: int, end: int) -> bool:
    """Whether a host, user or database is set on the same line."""
    line_start = max(text.rfind("\n", 0, start) + 1, start - _REACH)
    line_end = text.find("\n", end, end + _REACH)
    before = text[line_start:start]
    after = text[end : line_end if line_end >= 0 else end + _REACH]
    return bool(_SIBLING.search(before) or _SIBLING.search(after))


_NAME = re.compile(r"[A-Za-z_][A-Za-z_]*(?:\.[A-Za-z_]+)*")


def _is_setting(text: str, start: int, end: int) -> bool:
    """As `_has_sibling`; and not a variable that is passed on (`connect(host=host, password=self.secret)`)."""
    value = text[start:end]
    if _NAME.fullmatch(value) and ("_" in value or "." in value or "(" in text[max(0, start - _REACH) : start]):
        return False
    return _has_sibling(text, start, end)


# The part of a URL in front of its host, as far as a password may begin: `scheme://user:`, `jdbc:oracle:thin:user/`.
_USERINFO = re.compile(r"(?:[A-Za-z0-9+.-]://[^\s/@]{0,100}:|jdbc:oracle:[a-z0-9]{2,6}:[^\s/@]{1,64}/)[^\s/@]{0,60}$")


def in_userinfo(text: str, place: int) -> bool:
    """Whether what stands here before an `@` is a URL's password: no mailbox, and its host is no mail domain."""
    return "/" in text[max(0, place - _USERINFO_REACH) : place] and bool(
        _USERINFO.search(text, max(0, place - _USERINFO_REACH), place)
    )


_PASSWORD_KEY = r"(?:password|passwd|pwd|pass|accountkey|sharedaccesskey|sharedaccesssignature|sharedsecret(?:issuer|value)?|trustpassword|keystorepassword)"

ROWS = (
    Recognizer(
        "url_password",
        "PASSWORD",
        r"\b[A-Za-z][A-Za-z0-9+.:-]{1,40}://(?:([^\s/@:\"'<>`,;?#]{1,100}:[^\s/\"'<>`?]{1,200})|:([^\s/\"'<>`?#]{1,200}))@[A-Za-z0-9_.\[\]$%{}-]",
        check=_is_userinfo,
        guard=any_edges,
        trigger=r"://[^\s/]{1,300}@",
        score=0.97,
        strict=True,
        reference="RFC 3986 section 3.2.1",
    ),
    Recognizer(
        "url_token",
        "API_KEY",
        r"\bhttps?://([A-Za-z0-9_-]{20,200})@[A-Za-z0-9_.-]",
        check=is_password,
        guard=any_edges,
        trigger=r"://[^\s/]{1,300}@",
        score=0.95,
        strict=True,
        reference="RFC 3986 section 3.2.1",
    ),
    Recognizer(
        "userinfo_bare",
        "PASSWORD",
        # A proxy without its scheme; a mail address has no port.
        r"(?:^|[\s\"'`=,(])[A-Za-z][A-Za-z0-9_.-]{1,60}:([^\s:@/\"'`<>(){}\[\]]{5,100})@(?:[0-9]{1,3}(?:\.[0-9]{1,3}){3}|[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+){0,5}:[0-9]{2,5})(?:[^A-Za-z0-9.-]|$)",
        check=lambda v: is_password(v) and any(map(str.isdigit, v)) and any(map(str.isalpha, v)),
        guard=any_edges,
        trigger=r":[^\s:@/]{5,100}@(?:[0-9]+\.|[A-Za-z0-9.-]+:[0-9])",
        score=0.84,
        reference="RFC 3986 section 3.2.1",
    ),
    Recognizer(
        "settings_password",
        "PASSWORD",
        # Between semicolons a value may hold blanks and commas.
        rf"(?i)(?:;[ ]?{_PASSWORD_KEY}[ ]?=[ ]?|(?:^|[,\s\"'?&]){_PASSWORD_KEY}[ ]?=[ ]?)(?:(\{{[^{{}}\n]{{2,120}}\}})|'([^'\n]{{2,120}})')"
        rf"|(?i);[ ]?{_PASSWORD_KEY}[ ]?=[ ]?([^;,\"'\s&{{}}<>\\][^;\"'\n&<>\\]{{1,200}})(?:;|$|[\"'\n])",
        check=is_password,
        guard=_has_sibling,
        trigger=rf"(?i){_PASSWORD_KEY}[ ]?=",
        score=0.96,
        reference="https://learn.microsoft.com/dotnet/framework/data/adonet/connection-string-syntax",
    ),
    Recognizer(
        "settings_password_parted",
        "PASSWORD",
        rf"(?i)(?:^|[;,\s\"'?&]){_PASSWORD_KEY}[ ]?=[ ]?([^;,\"'\s&{{}}<>()\\]{{3,200}})(?:[,\s;&\"']|$)",
        check=is_password,
        guard=_is_setting,
        trigger=rf"(?i){_PASSWORD_KEY}[ ]?=",
        score=0.95,
        reference="https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING",
    ),
    Recognizer(
        "oracle_password",
        "PASSWORD",
        r"(?i)(?:jdbc:oracle:(?:thin|oci8?):|\b(?:sqlplus|sqlcl|sqlldr|expdp|impdp|exp|imp|rman target|cx_oracle\.connect\(|oracledb\.connect\()[ \t]{0,3}(?:-[a-z]+[ \t]+){0,3}[\"']?)([A-Za-z0-9_$#.]{1,64}/[^\s@/\"']{3,128})@",
        check=_is_userinfo,
        guard=any_edges,
        trigger=r"(?i)jdbc:oracle|sqlplus|sqlcl|sqlldr|expdp|impdp|\bexp |\bimp |rman target|oracle(?:db)?\.connect",
        score=0.95,
        reference="docs.oracle.com, SQL*Plus and JDBC thin URLs",
    ),
    Recognizer(
        "go_dsn_password",
        "PASSWORD",
        r"\b([A-Za-z0-9_.-]{1,64}:[^\s\"'`@]{2,128})@(?:tcp|tcp6|unix|cloudsql|cloudsqlconn)\(",
        check=_is_userinfo,
        guard=any_edges,
        trigger=r"@(?:tcp6?|unix|cloudsql\w*)\(",
        score=0.95,
        reference="https://github.com/go-sql-driver/mysql#dsn-data-source-name",
    ),
)  # fmt: skip
