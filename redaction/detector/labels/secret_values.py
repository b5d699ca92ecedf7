"""Whether a value behind a label of a password or key is one, or code, documentation or a word of the language."""

# ruff: noqa: E501, SIM905 - word lists stay on one line: so they are read and searched
from __future__ import annotations

import re
from functools import lru_cache

from redaction.detector.labels.bindings import Bound, How
from redaction.detector.labels.drawn_values import (
    classes,
    drawn,
    entropy,
    mixed_letters,
    no_words,
    random_piece,
    random_small,
)
from redaction.detector.labels.label_matcher import Label
from redaction.detector.labels.vocabulary import kind_of
from redaction.placeholders import find_placeholders

_WORDS = frozenset(
    "none null nil true false undefined string str text bytes int integer number bool boolean object any array list dict map optional required nullable "
    "password passwd pwd pass secret token key apikey passphrase changeme change_me example placeholder redacted hidden masked unset set value values type name env "
    "environ environment process input output field hash hashed encrypted plaintext plain default empty missing invalid test dummy fake sample todo tbd n/a na "
    "yes no on off auto basic bearer digest oauth oauth2 openid oidc ldap kerberos ntlm jwt saml public private primary foreign unique index id uuid the a an is self "
    "this const let var new return function def class import from with for and or not if else async await static readonly sensitive varchar char nvarchar prompt "
    "ask stdin file vault keychain keyring interactive inherit disabled enabled always never manual random generate generated unknown anonymous guest user admin "
    "header cookie query body form bearerauth apikeyauth securestring credential credentials authorization login logout visible show hide secure insecure "
    "strong weak correct incorrect wrong expired here there below above it that this which what your my our used needed available "
    "changed updated reset rotated unchanged removed deleted present absent configured provided given stored saved sent ok valid accepted rejected denied locked".split()
)
# Chains of attributes, paths: unless a piece of them looks generated.
_PATH = re.compile(
    r"[A-Za-z_]\w*(?:(?:\.|->|::|\?\.)[A-Za-z_]\w*)+[;,!]?\Z|(?:\.{0,2}|~)/[\w./-]*\Z|[\w-]+/[\w-]+/[\w./-]*\Z"
)
_LOGIN = re.compile(r"[\w.@+-]{1,60}(?:[ ]?/[ ]?|:)([^\s/\"'<>:]{5,100}?)(?=[.,;)]?(?:\s|\Z))")
# `7.4.7-1+deb12u14_amd64.deb`
_VERSION = re.compile(r"v?\d+(?:\.\d+){1,3}(?:[-+~._][\w.+~-]*)?\Z")
# References to a variable: `$DB_PASS`, `${x}`, `%PASS%`, `$(cat f)`, `{{ x }}`, `#{x}`, `<password>`, `@secret`, `!Ref x`, `:param`, `?`.
_REFERENCE = re.compile(
    r"\$(?:[a-z_]+\d{0,2}|[a-z0-9]*_[a-z0-9_]*|\d|[?!@*#])(?:[.:\[>-].*)?\Z|\$[({].*|\\?\$env:.*|%[A-Za-z_]\w*%\Z|%\(?[a-z]\w*\)?s?\Z|%\{.*"
    r"|.*\$\{.*|.*\{\{.*|.*\[\[[^\d\[\]]*+\]\].*|.*#\{.*|.*<%.*|<[^<>]*>\Z|\{[\w.: -]*\}\Z|@[A-Za-z_.]+\Z|![A-Za-z].*|:[A-Za-z_]\w*\Z|\?+\Z|&\w+\Z|\*[A-Za-z_]+\Z|\[[A-Za-z _.-]*\]\Z|\([A-Za-z _.-]*\)\Z"
    r"|(?:op|vault|aws|gcp|azure|keychain|secretsmanager|ssm|sops|file|env|ref|keyvault|awskms|k8s|doppler|bws)[:+]/?/?\S*\Z|@Microsoft\.KeyVault.*",
    re.IGNORECASE | re.DOTALL,
)
_CALL = re.compile(
    r"[A-Za-z_][\w.:>-]*(?:<[^>]*>)?\(.*|[\w.>-]+\[.*|[A-Za-z]:\\.*|[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\Z"
    r"|[{(\[=|&!<>+*/\\#;,-].{0,2}\Z|\{[A-Za-z_].*|\[.*\]\Z|=.*|#.{0,3}\Z|\\[nrtb\\\w{]{0,3}\Z|0x[0-9a-fA-F]{1,4}\Z|https?://[^@]*\Z",
    re.DOTALL,
)
_OPTION = re.compile(r"--?[A-Za-z][\w-]*\Z")
_MASK = re.compile(r"(.)\1{2,}[.…]?\Z|[*•●xX#.\-_…?]+\Z|.{0,8}(?:\*{3,}|•{3,}|…|\.{3}|x{5,}|X{5,}).{0,8}\Z", re.DOTALL)
_STANDS_FOR = re.compile(
    r"(?:<|\[)?(?:your|my|some|the|insert|enter|replace|put|add|fill|paste|example|sample|dummy|fake|mock|test|demo|change|use|type|set|secret|super[_-]?secret|choose|pick)"
    r"(?:[ _.-]?(?:your|my|own|this|the|a|an|here|me|it|in|with|is|to|at|key|keys|token|secret|password|passwd|pwd|pass|passphrase|api|access|auth|id|client|app|value|real|actual|strong|new|"
    r"secure|random|example|openai|anthropic|goes|account|db|database|user|admin|long|string|name|please|something|else|foo|bar|abc|x{3,}+|123\d{0,6}+|1|2))*[>\])!]{0,2}\Z"
    r"|(?:foo|bar|baz|qux|abc|abcd|abcdef|asdf|xyz|x{3,}+|lorem|ipsum|blah)+\d{0,3}\Z|(?:[a-z]+[_-])?(?:password|passwd|token|secret|key|apikey)(?:[_-]?(?:here|value|\d|placeholder|example))?\Z"
    r"|.*(?:placeholder|redacted|changeme|change_me|change-me|example[-_.]|[-_.]example|not[-_ ]?a[-_ ]?real|fill[-_ ]?me|_here\b|-here\b).*",
    re.IGNORECASE | re.DOTALL,
)
_METHOD = re.compile(
    r"(?i)(?:scram-)?(?:sha|md|hs|rs|es|ps|aes|rsa|ec|ecdsa|ed|hmac|bcrypt|scrypt|argon|pbkdf|blake|base|http|tls|ssl|utf|x|v|oauth|crypt|des|rc|ntlm|pkcs|rfc|iso|curve|chacha|ssha|md5crypt)[-_]?[0-9a-z]{0,6}"
    r"(?:[-_/.][a-z0-9]{1,8}){0,3}\Z"
)
# Words joined the way code joins them: snake_case, kebab-case, camelCase, PascalCase, dotted.
_IDENTIFIER = re.compile(r"_{0,2}[^\W\d_]+(?:[_.:-][^\W\d_]+)*_{0,2}\Z")
_AMOUNT = re.compile(
    r"[<>~+-]?\d+(?:[.,:x/-]\d+)*(?:[smhdkMGB%]{1,2}|ms|min|sec|days?|hours?|bits?|bytes?|chars?|px|em)?\+?\Z"
)
_SIGNED = re.compile(r"[^\w\s./:-]")
_TOKEN = re.compile(r"(?!.*\d\.\d)[A-Za-z0-9_=+/.-]{12,}\Z")
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\Z")
_CODE_BEHIND = re.compile(
    r"[ \t]?(?:[({\[]|\|\||&&|\?\?|\?[ ]|\|[ ]|[+%][ ]|==|!=|=>|->|\bif\b|\bor\b|\band\b|\bas\b|\bfor\b|\bin\b|\bis\b|\bnot\b)"
)


# Words of a password with spaces, and words of what is said about one instead.
_MOST_WORDS = 4
_MESSAGE = frozenset(
    "password passwords passphrase token secret key keys hash hashed invalid missing user username value field string encoded encrypted the a an not is must should enter at least characters chars digits letters contain contains and use uses using for required your min max minimum maximum please confirm "
    "repeat change reset forgot wrong incorrect hash hashes with in of to from version".split()
)
# Words that join others, and what durations and counts are said with.
_JOINTS = frozenset("a the with in of to from for and".split())
_COUNTED = frozenset(
    "days day hours hour minutes seconds times attempts tries ago expires expired valid after before than less more longer until every per only same as on at by was be has have".split()
)
# Values whose judgement is kept: each is asked for several times in a row.
_REMEMBERED = 32
# Bindings in which a word is no value.
_WEAKLY = (How.BESIDE, How.ARGUMENT, How.BACKWARD, How.BELOW, How.CELL)


@lru_cache(_REMEMBERED)
def plausible(value: str) -> bool:
    """Could be typed or generated as a secret: no variable, code, mask, method, label or words that stand for one."""
    lower = value.lower().rstrip(".:;,!")
    if len(value) < 3 or lower in _WORDS or len(set(lower)) < 3:
        return False
    if _PATH.match(value) and not any(random_piece(piece) for piece in re.split(r"[./:>-]+", value)):
        return value[:1] == "/" and random_small(value[1:])
    if _VERSION.match(value) or next(find_placeholders(value), None):
        return False
    if _REFERENCE.match(value) or _CALL.match(value) or _MASK.match(value):
        return False
    if _STANDS_FOR.match(value) and not any(drawn(piece) for piece in re.split(r"[-_.]", value)):
        return False
    if _OPTION.match(value) and not any(map(drawn, value.split("-"))):
        letters = value.replace("-", "").replace("_", "")  # base64url begins with any of its characters
        return drawn(letters) or random_small(letters)
    return not _METHOD.match(lower) and kind_of(lower) is None


@lru_cache(_REMEMBERED)
def generated(value: str) -> bool:
    """Looks generated: long enough, mixed, and more random than an identifier."""
    if len(value) < 8 or " " in value or not plausible(value) or _IDENTIFIER.match(value) or _AMOUNT.match(value):
        return False
    different = set(value)
    if any(map(str.isdigit, different)) and any(map(str.isalpha, different)):
        return entropy(value) >= 2.6
    return classes(value) >= 3 and entropy(value) >= 3.0


def random_token(value: str) -> bool:
    """Generated for sure: letters and digits mixed, entropy over three bits; or longer than any word or number is."""
    count = sum(map(str.isdigit, value))
    if len(value) >= 20 and count and classes(value) >= 3 and entropy(value) >= 3.5:
        return plausible(value) and not _worded(value)
    if len(value) >= 24 and value.isalnum() and (value.islower() or value.isupper() or value.isdigit()):
        return plausible(value) and entropy(value) >= 3.0
    return generated(value) and len(value) >= 12 and count >= 2 and entropy(value) >= 3.0 and not _worded(value)


def _worded(value: str) -> bool:
    """`created-at-2024-v2`: words joined with small numbers."""
    parts = re.split(r"[_.\-/:]", value)
    return (
        len(parts) > 2
        and max(map(len, parts)) < 24
        and all(part.isalpha() or part.isdigit() or re.fullmatch(r"[a-zA-Z]+\d{1,2}", part) for part in parts if part)
    )


def _signed(value: str) -> bool:
    """Holds a digit beside letters, or a sign that no word has: enough where no operator binds."""
    if _AMOUNT.match(value) or not any(map(str.isalpha, set(value))):
        return False
    if any(map(str.isdigit, set(value))):
        return not re.fullmatch(r"[A-Z]{1,5}-?\d{1,3}|[a-z]{1,5}\d|\d{1,3}(?:-?[a-z]{1,12})", value)
    return bool(re.search(r"[!@#$%^&*+=]", value.rstrip("!?*="))) and not re.search(r"[()\[\]{}<>|\\]", value)


def password(text: str, label: Label, bound: Bound) -> bool:
    """Behind a password's label nearly anything counts that is bound by a sign and is no code; else it needs a digit or sign."""
    value, how = text[bound.value.start : bound.value.end], bound.how
    if not 3 <= len(value) <= 200 or (value.isalpha() and value.isascii() and how in _WEAKLY) or not plausible(value):
        return False
    if " " in value or "\t" in value:
        bound_well = how in (How.ASSIGNED, How.SPOKEN, How.FLAG) or (not bound.operator and how is How.BESIDE)
        return (
            bound_well
            and bound.value.quoted
            and label.kind.clear
            and _phrase(text, label, value, bound.operator or "=")
        )
    if len(value) < 4 and not _signed(value):
        return False
    word = bool(_IDENTIFIER.match(value))
    doubtful = label.doubtful or not label.kind.clear
    if doubtful and (word or len(value) < 6 or not (_signed(value) or generated(value))):
        return False
    if how in _WEAKLY or how is How.SPOKEN:
        if how is How.SPOKEN and bound.value.quoted:
            return not ("_" in value and word)
        strong = _signed(value) and len(value) >= 5
        return strong or (how in (How.BELOW, How.CELL, How.ARGUMENT) and not word and generated(value))
    if how is How.FLAG:
        return _flag(text, bound, word)
    if bound.value.quoted:
        return not (word and ("_" in value or any(w in value.lower() for w in ("password", "passwd", "type", "field"))))
    return _open(text, bound, word)


def _passphrase(words: list[str], operator: str) -> bool:
    """Small words and numbers as passphrases have them (`correct horse 77 battery`), and no message about one."""
    if not 3 <= len(words) <= 8 or not all(
        w.isascii() and (w.isdigit() or (w.isalnum() and w.islower())) for w in words
    ):
        return False
    said = (_MESSAGE - _JOINTS if operator == "=" else _MESSAGE) | _COUNTED
    if any(w in said or kind_of(w) for w in words):
        return False
    long = operator == "=" and min(map(len, words)) >= 4
    return len(words) >= 4 or long or any(map(str.isdigit, "".join(words)))


def _phrase(text: str, label: Label, value: str, operator: str) -> bool:
    """Words of a passphrase behind its label, or up to four of which one was made up (`parrot9`): no message."""
    words = value.split(" ")
    if len(words) >= 4 and "phrase" in text[label.start : label.end].lower():
        return all(word.isalpha() and word.islower() for word in words)
    if _passphrase(words, operator):
        return True
    if len(words) > _MOST_WORDS or not all(words) or any(word.lower().strip(".,!?:") in _MESSAGE for word in words):
        return False
    made_up = [word for word in words if _signed(word) and word.isalnum() and word[0].isalpha() and len(word) >= 6]
    return any(not _METHOD.match(word.lower()) and plausible(word) for word in made_up)


def _flag(text: str, bound: Bound, word: bool) -> bool:
    value = text[bound.value.start : bound.value.end]
    if value[0] in "-|&<>[(":
        return False
    if not word:
        return not _AMOUNT.match(value) or len(value) >= 6
    if value.isupper() or "_" in value:
        return False
    behind = text[bound.value.after : bound.value.after + 12].lstrip(" \t\"'")
    return not value.islower() or bound.value.quoted or behind.startswith(("-", "|", "&", "\\", ";", "http"))


def _open(text: str, bound: Bound, word: bool) -> bool:
    """Without quotes: no expression, and behind a spaced `=` no plain word (`password = value`)."""
    start, end = bound.value.start, bound.value.end
    value = text[start:end]
    behind = _CODE_BEHIND.match(text, end)
    # `password: v (until May)`: a remark, no call.
    spaced = text[start - 1 : start] == " "
    remark = spaced and behind is not None and behind.group() == " (" and bound.operator == ":" and _signed(value)
    if (behind and not remark) or _in_expansion(text, start):
        return False
    if _AMOUNT.match(value) and len(value) < 4:
        return False
    if not word:
        return not value.startswith(("(", "{", "[", "|")) and not (value[0] == "_" and value.isidentifier())
    line_end = text.find("\n", end)
    rest = text[bound.value.after : line_end if line_end >= 0 else len(text)].strip(" \t.,;\"'`*)}]")
    if rest or value.startswith("_") or "_" in value or bound.operator in ("==", "===", "!=", "!=="):
        # A sentence or a type goes on: `password: the user's password`.
        return False
    spaced = spaced and bound.operator in ("=", "=>", ":=", "->", "<-")
    return not spaced and text[bound.value.after - 1] not in ",;" and not value[0].isupper()


def _in_expansion(text: str, at: int) -> bool:
    """Inside `${VAR:-value}` or `{{ ... }}`."""
    before = text[max(0, at - 60) : at]
    return before.rfind("${") > before.rfind("}") or before.rfind("{{") > before.rfind("}}")


def login_pair(text: str, label: Label, bound: Bound) -> tuple[int, int] | None:
    """The password of `login: user / password`, `credentials user:password`."""
    named = text[label.word : label.word + 4].lower() in ("cred", "logi", "user")
    beside = named and bound.how is How.BESIDE
    if bound.value.quoted or not (beside or bound.how in (How.ASSIGNED, How.SPOKEN)):
        return None
    match = _LOGIN.match(text, bound.value.start)
    if (
        match is None
        or (not named and ":" in match.group())
        or not _signed(match.group(1))
        or not plausible(match.group(1))
    ):
        return None
    return match.span(1)


def pin(text: str, label: Label, bound: Bound) -> bool:
    """Three to ten digits, or anything that would do as a password, bound by a sign or a verb."""
    value = text[bound.value.start : bound.value.end]
    if bound.how in (How.BACKWARD, How.ARGUMENT) or label.doubtful:
        return False
    if bound.how is How.BESIDE and bound.operator != "(" and label.end - label.word < 4:
        # `pin 4821 of the chip`, but `PIN 4821, PUK 48291037`
        shouted = text[label.word : label.end].isupper() and not text[bound.value.end : bound.value.end + 2].strip(
            " .,;\n"
        )
        if not shouted or not value.isdigit() or len(value) < 4:
            return False
    compact = value.replace(" ", "").replace("-", "").rstrip("#*")
    if compact.isdigit():
        low = 4 if text[label.word : label.word + 1] in "pP" or bound.how is How.BESIDE else 3
        return low <= len(compact) <= 10 and not (label.joined and bound.operator == "=" and len(compact) < 4)
    return False


def secret(text: str, label: Label, bound: Bound) -> bool:
    """Keys and tokens: clear labels take what mixes letters and digits, others only what was generated."""
    value, how = text[bound.value.start : bound.value.end], bound.how
    if " " in value:
        named = "secret" in text[label.start : label.end].lower() and bound.operator == "="
        return named and not label.doubtful and bound.value.quoted and _passphrase(value.split(" "), "=")
    if len(value) < 6 or (value.isalpha() and len(value) < 16) or not plausible(value):
        return False
    if _UUID.match(value) and "session" in text[label.start : label.end].lower():
        return False  # which conversation it is, not who may join it
    clear = label.kind.clear and not label.doubtful
    if not clear and _UUID.match(value) and text[label.start : label.end].lower().endswith("id"):
        return False  # `session_id`, `chat_session_id` of an API: it names a thing, and opens none
    if not bound.value.quoted and (_goes_on(text, bound) or _in_expansion(text, bound.value.start)):
        return False
    if how is How.ASSIGNED or (how is How.FLAG and clear):
        if clear:
            return (
                generated(value)
                or mixed_letters(value)
                or no_words(value)
                or (bound.value.quoted and _data_words(text, label, value))
            )
        if bound.value.quoted:
            if "secret" in text[label.start : label.end].lower() and len(value) >= 8 and _SIGNED.search(value):
                return not _IDENTIFIER.match(value)
            return (generated(value) and not _worded(value)) or mixed_letters(value)
        if _shouted(text, label, bound):
            capitals = value.isalpha() and len(value) >= 16 and classes(value) == 2
            return capitals or (len(value) >= 10 and generated(value) and not _worded(value))
        return random_token(value) or mixed_letters(value)
    if how is How.FLAG:
        return generated(value) and not _worded(value)
    if how is How.CELL:
        return random_token(value) or (clear and generated(value) and not value.isidentifier())
    if not clear and not _TOKEN.match(value):
        return False
    if clear and how is How.ARGUMENT and len(value) >= 12 and generated(value) and not _worded(value):
        return True
    return random_token(value) or (
        clear and how is How.BESIDE and label.kind.name == "authorization" and mixed_letters(value)
    )


def _shouted(text: str, label: Label, bound: Bound) -> bool:
    """`MY_OWN_SECRET=v` of an environment: no code is written so."""
    name = text[label.start : label.end]
    return (
        name.isupper()
        and ("SECRET" in name or name.endswith("TOKEN"))
        and label.joined
        and bound.operator == "="
        and text[bound.value.start - 1 : bound.value.start] == "="
        and text[label.end : label.end + 1] == "="
    )


def _goes_on(text: str, bound: Bound) -> bool:
    """Whether an expression goes on behind the value. In a sentence `and`, `or`, `for` are words of it."""
    behind = _CODE_BEHIND.match(text, bound.value.end)
    return behind is not None and not (bound.how is How.SPOKEN and behind.group().strip().isalpha())


def _data_words(text: str, label: Label, value: str) -> bool:
    """Letters only in a quoted setting of data (`"Jwt__Token": "SomeTokenXyzabcQwerty"`)."""
    return (
        len(value) >= 20
        and value.isalpha()
        and classes(value) == 2
        and text[label.start - 1 : label.start] == '"'
        and entropy(value) >= 3.5
    )
