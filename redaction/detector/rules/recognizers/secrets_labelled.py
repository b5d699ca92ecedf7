"""Secrets behind a label: `password=...`, `"api_key": "..."`, `acme SECRET 0f9e...`, `Authorization: Bearer ...`.

The label says what the value is for; the value must look like one: not code, not a variable, not a word of the language.
"""

# ruff: noqa: E501, SIM905 - patterns and word lists stay on one line: so they are read and searched
from __future__ import annotations

import math
import re
from collections import Counter

from redaction.detector.rules.recognizer import Recognizer, any_edges
from redaction.detector.rules.recognizers.secrets_keys import filled_in

# Values that are code or documentation: calls, attribute chains, type names, paths, variables, shell substitutions.
_CODE = re.compile(
    r"^(?:[A-Za-z_][\w]*(?:\.[A-Za-z_]\w*)+|[A-Za-z_][\w.:]*\(.*|[\w.]+\[.*|/[\w./-]*|\./.*|~/.*|[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+|--?[\w-]+|\\[\w{].*|\(.*|\)|&\w+|@[\w.]+|#.*|=.*|\|.*|!\w+)$"
)
_WORDS = frozenset(
    "none null nil true false undefined string str text bytes int integer number bool boolean object any array list dict map optional required "
    "password passwd pwd secret token key apikey api_key api-key access_token your_api_key changeme change_me example placeholder redacted hidden masked "
    "value values type name env environ environment process input output type=password field hash hashed encrypted plaintext plain default empty missing invalid "
    "test dummy fake sample todo tbd n/a na yes no on off auto basic bearer digest oauth oauth2 jwt public private primary foreign unique index id uuid the a an is "
    "self this const let var new return function def class import from with for and or not if else async await static readonly sensitive".split()
)
_UUID = re.compile(r"^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$")


def entropy(value: str) -> float:
    """Shannon entropy in bits per character."""
    size = len(value)
    return -sum(n / size * math.log2(n / size) for n in Counter(value).values()) if size else 0.0


def classes(value: str) -> int:
    """How many of lower, upper, digit, other a value mixes."""
    return (
        any(c.islower() for c in value)
        + any(c.isupper() for c in value)
        + any(c.isdigit() for c in value)
        + any(not c.isalnum() for c in value)
    )


# Names of methods, not secrets.
_METHOD = re.compile(
    r"(?i)^(?:scram-)?(?:sha|md|hs|rs|es|aes|rsa|ecdsa|ed|hmac|bcrypt|scrypt|argon|pbkdf|blake)[-_]?[0-9a-z]{0,5}(?:[-_][a-z0-9]{2,7}){0,3}$"
)


def plausible(value: str) -> bool:
    """Could be typed or generated as a secret: no variable, code, mask, method or word that stands for one."""
    bare = value.strip("\"'`")
    lower = bare.lower().rstrip(".:;,")
    if bare[:1] == ":" or _METHOD.match(lower):
        return False
    if len(bare) < 3 or lower in _WORDS or not filled_in(bare) or _CODE.match(bare):
        return False
    if len(set(lower)) < 3 or lower.startswith(
        ("your", "my-", "my_", "insert", "enter", "some_", "some-", "<", "process.env", "os.", "env.", "secrets.")
    ):
        return False
    return not any(
        word in lower
        for word in (
            "xxxx",
            "****",
            "example-",
            "placeholder",
            "redacted",
            "changeme",
            "${",
            "{{",
            "[[",
            "...",
            "//",
            "example_",
        )
    )


# Words joined the way code joins them: snake_case, kebab-case, camelCase, PascalCase, dotted.
_IDENTIFIER = re.compile(r"^_{0,2}[A-Za-z]+(?:[_.-][A-Za-z]+)*_{0,2}$")


def strong(value: str) -> bool:
    """Looks generated: long enough, mixed, and more random than an identifier."""
    bare = value.strip("\"'`")
    if not plausible(bare) or len(bare) < 8 or _IDENTIFIER.match(bare):
        return False
    if any(c.isdigit() for c in bare) and any(c.isalpha() for c in bare):
        return entropy(bare) >= 2.6
    return classes(bare) >= 3 and entropy(bare) >= 3.0


def random_token(value: str) -> bool:
    """Generated for sure: letters and digits mixed, entropy over three bits; or longer than any word or number is."""
    bare = value.strip("\"'`")
    digit_count = sum(c.isdigit() for c in bare)
    if len(bare) >= 20 and digit_count and classes(bare) >= 3 and entropy(bare) >= 3.5:
        return plausible(bare)
    if len(bare) >= 24 and bare.isalnum() and (bare.islower() or bare.isupper() or bare.isdigit()):
        return plausible(bare) and entropy(bare) >= 3.0
    return strong(bare) and len(bare) >= 12 and digit_count >= 2 and entropy(bare) >= 3.0


def password(value: str) -> bool:
    """Behind a password label nearly anything that is no code counts."""
    bare = value.strip("\"'`")
    if _IDENTIFIER.match(bare) and (
        "_" in bare or any(word in bare.lower() for word in ("password", "passwd", "type", "field"))
    ):
        return False
    return plausible(bare) and 4 <= len(bare) <= 128 and " " not in bare.strip()


def open_password(text: str, start: int, end: int) -> bool:
    """Without quotes: no expression, and behind `is` or a spaced `=` no plain word (`password is missing`, `password = value`)."""
    if not _no_code_line(text, start, end):
        return False
    value = text[start:end].rstrip(".")
    line_end = text.find("\n", end)
    rest = text[end : line_end if line_end >= 0 else len(text)].strip(" \t.,;\"'`*)}]")
    if not (_IDENTIFIER.match(value) or value.startswith("_")):
        return not rest.startswith("|")
    if rest and text[start - 1 : start] not in "\"'`":
        # A sentence or a type goes on: `password: the user's password`.
        return False
    return not value.startswith("_") and not text[max(0, start - 4) : start].endswith((" is ", " was ", "= ", "=> "))


_REFERENCE = "CWE-798, CWE-532"
_SEP = r"[\"'\]`]{0,3}[ \t]{0,4}(?::=|=>|->|==|=|:)[ \t]{0,4}"
_VALUE_Q = r"(?:[bru]?\"([^\"\n]{3,300})\"|[bru]?'([^'\n]{3,300})'|`([^`\n]{3,300})`)"
_PASS = r"(?:passw(?:or)?d|passwd|pwd|passphrase|passcode|passwort|kennwort|contrase[ñn]a|mot[ _]de[ _]passe|senha|has[łl]o|wachtwoord|password)"
_KEY = (
    r"(?:api[_.-]?key|apikey|secret[_.-]?key|access[_.-]?key(?:[_.-]?id)?|private[_.-]?key|auth[_.-]?key|account[_.-]?key|client[_.-]?secret|app[_.-]?secret|"
    r"api[_.-]?secret|shared[_.-]?secret|signing[_.-]?key|encryption[_.-]?key|master[_.-]?key|license[_.-]?key|webhook[_.-]?secret|secret|token|"
    r"credentials?|auth|sas|hmac|salt|cookie|session[_.-]?id|jsessionid|phpsessid|sonar\.login|reporter[_.-]?id|key)"
)

_PASS_TRIGGER = r"(?i)pass(?:w|phrase|code)|pwd|kennwort|contrase|mot[ _]de[ _]passe|senha|has[łl]o|wachtwoord"
_KEY_TRIGGER = r"(?i)(?:key|secret|token|credentials?|auth|sas|hmac|salt|cookie|session[_.-]?id|jsessionid|phpsessid|login|reporter[_.-]?id)[\"'\]`]{0,3}[ \t]{0,4}[:=-]"

ROWS = (
    Recognizer(
        "password_quoted",
        "PASSWORD",
        rf"(?i){_PASS}[a-z0-9_]{{0,20}}{_SEP}[bru]?[\"'`]([^\"'`\n]{{3,200}})[\"'`]",
        check=password,
        guard=any_edges,
        score=0.88,
        trigger=_PASS_TRIGGER,
        reference=_REFERENCE,
    ),
    Recognizer(
        "password_open",
        "PASSWORD",
        rf"(?i){_PASS}[a-z0-9_]{{0,12}}(?:[\"'\]`*]{{0,3}}[ \t]{{0,4}}(?:=|:)[ \t]{{0,4}}| (?:is|was|=|:) |[ \t]{{1,3}}[\"'])[\"'`*]{{0,3}}([^\s\"'`<>,;(){{}}\[\]]{{4,128}})",
        check=password,
        guard=open_password,
        score=0.82,
        trigger=_PASS_TRIGGER,
        reference=_REFERENCE,
    ),
    Recognizer(
        "secret_quoted",
        "API_KEY",
        rf"(?i){_KEY}{_SEP}[bru]?[\"'`]([^\"'`\s]{{6,400}})[\"'`]",
        check=strong,
        guard=any_edges,
        score=0.86,
        trigger=_KEY_TRIGGER,
        reference=_REFERENCE,
    ),
    Recognizer(
        "secret_open",
        "API_KEY",
        rf"(?i){_KEY}{_SEP}([A-Za-z0-9+/_.~!@#$%^*=-]{{8,}})",
        check=random_token,
        guard=lambda text, a, b: _no_code_line(text, a, b),
        score=0.84,
        trigger=_KEY_TRIGGER,
        reference=_REFERENCE,
    ),
    Recognizer(
        "secret_spoken",
        "API_KEY",
        r"(?i)\b[a-z0-9]{2,24}[ _.-]?(?:secret|private|access|api|auth)?[ _.-]?(?:api[_ -]?key|key|token|secret|private|access)(?: (?:is|key|token|id))?[ \t]?[ =:.-]{1,2}[ \t]?([A-Za-z0-9_.=-]{12,200})",
        check=random_token,
        guard=lambda text, a, b: _no_code_line(text, a, b),
        score=0.7,
        trigger=r"(?i)(?:key|token|secret|private|access)(?: (?:is|key|token|id))?[ \t]?[ =:.-]{1,2}[ \t]?[a-z0-9_.=-]{12}",
        reference=_REFERENCE,
    ),
    Recognizer(
        "secret_named",
        "API_KEY",
        r"(?i)\b[a-z0-9_.-]{0,30}secret[\"']?[ \t]{0,3}[:=][ \t]{0,3}[\"'`]([^\"'`\s]{8,200})[\"'`]",
        check=lambda v: (
            plausible(v) and not _IDENTIFIER.match(v) and any(not c.isalnum() and c not in "-_./:" for c in v)
        ),
        guard=any_edges,
        score=0.82,
        trigger=_KEY_TRIGGER,
        reference=_REFERENCE,
    ),
    Recognizer(
        "secret_argument",
        "API_KEY",
        rf"(?i){_KEY}[\"'`][ \t]{{0,3}},[ \t]{{0,3}}[\"'`]([^\"'`\s]{{8,400}})(?:[\"'`]|$)",
        check=random_token,
        guard=any_edges,
        score=0.82,
        trigger=r"(?i)(?:key|secret|token|auth|login|credentials?)[\"'`][ \t]{0,3},",
        reference=_REFERENCE,
    ),
    Recognizer(
        "authorization",
        "API_KEY",
        r"(?i)\b(?:authorization|proxy-authorization|x-[a-z-]{2,30}-?(?:key|token|auth))[\"']?[ \t]{0,2}[:=,][ \t]{0,2}[\"'`]{0,2}(?:(?:bearer|basic|token|apikey|negotiate|digest)[ \t:]{1,3})?([A-Za-z0-9+/_.~=-]{12,})",
        check=lambda v: plausible(v) and entropy(v) > 2.5 and not _IDENTIFIER.match(v),
        guard=any_edges,
        score=0.9,
        strict=True,
        trigger=r"(?i)\bauthorization|\bx-[a-z]",
        reference="RFC 9110 section 11, RFC 6750",
    ),
    Recognizer(
        "bearer",
        "API_KEY",
        r"(?i)\bbearer[ \t]{1,3}([A-Za-z0-9+/_.~=-]{16,1000})",
        check=strong,
        guard=any_edges,
        score=0.88,
        reference="RFC 6750",
    ),
    Recognizer(
        "curl_user",
        "PASSWORD",
        r"(?i)\bcurl\b[^\n]{0,200}?[ \t](?:-u|--user)[ \t=]{0,2}[\"']?([^\s\"':$]{1,64}:[^\s\"'$]{3,128})",
        check=lambda v: plausible(v.partition(":")[2]),
        guard=any_edges,
        score=0.88,
        trigger=r"(?i)\bcurl\b",
        reference="https://curl.se/docs/manpage.html#-u",
    ),
    Recognizer(
        "command_line_password",
        "PASSWORD",
        r"(?i)\b(?:mysql(?:dump|admin)?|mariadb|sshpass|psexec|net use|smbclient|ldapsearch|redis-cli|mongo(?:sh)?|sqlcmd|docker login)\b[^\n]{0,120}?[ \t](?:-p|-a|-w|-P|--password|--pass)[ \t=]{0,2}[\"']?([^\s\"'$-][^\s\"']{3,64})",
        check=password,
        guard=any_edges,
        score=0.8,
        trigger=r"(?i)\b(?:mysql|mariadb|sshpass|psexec|net use|smbclient|ldapsearch|redis-cli|mongo|sqlcmd|docker login)",
        reference=_REFERENCE,
    ),
    Recognizer(
        "session_cookie",
        "API_KEY",
        r"(?i)\b(?:set-)?cookie:[ \t]?[^\n]{0,200}?\b(?:session(?:id)?|sid|auth|token|jwt|csrftoken|connect\.sid|_session)=([A-Za-z0-9%+/_.~-]{16,400})",
        check=strong,
        guard=any_edges,
        score=0.82,
        trigger=r"(?i)\bcookie:",
        reference="RFC 6265",
    ),
    Recognizer(
        "otpauth",
        "API_KEY",
        r"(?i)\botpauth://[^\s\"']{1,200}?secret=([A-Z2-7]{16,64})",
        guard=any_edges,
        score=0.9,
        trigger=r"(?i)\botpauth://",
        reference="https://github.com/google/google-authenticator/wiki/Key-Uri-Format",
    ),
)


def _no_code_line(text: str, start: int, end: int) -> bool:
    """Without quotes a value may be an expression: a call, an index, an attribute or a type goes on behind it."""
    after = text[end : end + 3].lstrip(" ")[:1]
    before = text[max(0, start - 60) : start]
    # `${VAR:?message}` goes on inside its braces; a public key is no secret.
    if after == "|" or before.rfind("${") > before.rfind("}") or "publickey" in before[-24:].lower():
        return False
    after = text[end : end + 1]
    return after not in ("(", "[", "{") and text[start - 1 : start] not in ("(",)
