"""E-mail addresses and phone numbers. libphonenumber judges phone numbers; its tables load at the first candidate."""

# ruff: noqa: E501, SIM905 - patterns and word lists stay on one line: so they are read and searched
from __future__ import annotations

import functools
import re

from redaction.detector.rules.checksums import digits
from redaction.detector.rules.name_lists import GIVEN
from redaction.detector.rules.recognizer import Recognizer, alone, any_edges, number_edges
from redaction.detector.rules.recognizers.connection_strings import in_userinfo

_EMAIL = "RFC 5322 addr-spec, RFC 6531 for letters beyond ASCII"
_PHONE = "ITU-T E.164; https://github.com/google/libphonenumber"

# A mailbox is of one script: letters of another one in front are the word before it.
_LATIN, _OTHER = "A-Za-zÀ-ÖØ-öø-ɏḀ-ỿ", "Ά-ώЀ-ӿ"
# RFC 2606 and RFC 6761: names that belong to nobody; and two that documentation treats so.
_RESERVED = (".example", ".test", ".invalid", ".localhost")
_RESERVED_DOMAINS = ("example.com", "example.org", "example.net", "example.edu", "yourdomain.com", "mydomain.com")
# Who documentation writes to there. Anybody else may be a real person whose domain was swapped: masked.
_PLACEHOLDERS = (
    frozenset(
        """
    user username users test tester testing demo sample example foo bar baz qux me you your my mail email address name first last
    firstname lastname fullname full someone somebody anyone person people member admin administrator root info contact support help
    sales hello team office hr billing service dev developer owner author maintainer maintainers customer client guest recipient sender
    from to cc bcc student teacher doe roe smith bloggs mustermann dupont rossi id login account api bot ci svc app web www
    """.split()
    )
    | GIVEN
)
_NOBODY = frozenset(
    "noreply no-reply no_reply donotreply do-not-reply do_not_reply mailer-daemon postmaster bounce bounces git hg svn".split()
)
# `logo@2x.png`, `pkg@1.2.tgz`: what stands behind the dot is a file type.
_FILES = frozenset(
    "png jpg jpeg gif svg webp avif ico css scss js mjs ts tsx jsx json lock tgz gz zip exe dll so bin pdf woff woff2 ttf map html yml yaml toml".split()
)


def email(value: str) -> bool:
    """An address of somebody: no reserved domain, no robot, no file name, no version."""
    local, _, domain = value.lower().rpartition("@")
    if not local or local.split("+")[0] in _NOBODY or "noreply" in domain:
        return False
    reserved = domain.endswith((*_RESERVED, *("." + name for name in _RESERVED_DOMAINS))) or domain in _RESERVED_DOMAINS
    words = (part.rstrip("0123456789") for part in re.split(r"[._+-]", local))
    if reserved and all(len(word) < 2 or word in _PLACEHOLDERS for word in words):
        return len(re.sub(r"[^0-9]", "", local)) > 2
    labels = domain.split(".")
    return labels[-1] not in _FILES and not labels[0].isdigit() and all(labels) and not labels[-1].isdigit()


_MOST_SIGNS = 8


def _no_remote(text: str, start: int, end: int) -> bool:
    """Not the login of an SCP-style git remote (`git@host:org/repo`), and not a piece of a URL's credentials."""
    # Signs in front are those of a diff or a list, unless they hang on a longer mailbox (`no-reply@`).
    first = start
    while first and start - first < _MOST_SIGNS and text[first - 1] in "._%+'-":
        first -= 1
    if first and text[first - 1].isascii() and text[first - 1].isalnum():
        return False
    after = text[end : end + 80]
    if after[:1] == ":" and ".git" in after.split()[0]:
        return False
    if in_userinfo(text, start):
        return False
    return text[max(0, start - 2) : start] != "//" or after[:1] not in "/:"


@functools.lru_cache(4096)
def _possible(number: str, region: str | None, valid: bool) -> bool:
    import phonenumbers

    try:
        parsed = phonenumbers.parse(number, region)
    except phonenumbers.NumberParseException:
        return False
    return phonenumbers.is_valid_number(parsed) if valid else phonenumbers.is_possible_number(parsed)


def international(value: str) -> bool:
    """A `+` number with an assigned country code and a possible length."""
    plain = "+" + "".join(str(n) for n in digits(value))
    return 8 <= len(plain) <= 16 and _possible(plain, None, False)


def _exit_code(value: str) -> bool:
    plain = "".join(str(n) for n in digits(value))
    return _possible("+" + plain.removeprefix("011" if plain.startswith("011") else "00"), None, True)


def _varied(value: str) -> bool:
    n = digits(value)
    return 7 <= len(n) <= 15 and len(set(n)) > 1


def national(value: str) -> bool:
    """Digits in phone-like groups: not a date, not a decimal, not a clock time, not one digit repeated."""
    n = digits(value)
    if not 7 <= len(n) <= 15 or len(set(n)) < 2:
        return False
    groups = "".join(c if c.isdigit() else " " for c in value).split()
    if len(groups) == 3 and (len(groups[0]) == 4 or len(groups[2]) == 4) and len(n) == 8 and value.count("(") == 0:
        year, rest = (groups[0], groups[1:]) if len(groups[0]) == 4 else (groups[2], groups[:2])
        if year[:2] in ("19", "20") and all(int(g) <= 31 for g in rest):
            return False
    if ".." in value or ("." in value and len(n) < 9):
        return False
    if all(len(g) == 4 and g[:2] in ("19", "20") for g in groups):
        return False
    return not (len(groups) == 2 and "." in value and len(groups[0]) > 4)


# Countries that dial a trunk zero: one of them must know the number.
_TRUNK_ZERO = ("DE", "GB", "FR", "AT", "NL")


def _european(value: str) -> bool:
    number = "".join(str(n) for n in digits(value))
    return 9 <= len(number) <= 13 and national(value) and any(_possible(number, region, True) for region in _TRUNK_ZERO)


def _solid(value: str) -> bool:
    """A bare run of digits near a phone word: no unix time, no round number."""
    return (
        national(value)
        and not value.endswith("0000")
        and not (len(value) == 10 and value.startswith(("16", "17", "18")))
    )


def _exponent(text: str, start: int) -> bool:
    """`1.2345E+12345680`."""
    return start > 1 and text[start - 1] in "eE" and text[start - 2].isdigit()


ROWS = (
    Recognizer(
        "email",
        "EMAIL_ADDRESS",
        rf"(?:[{_LATIN}\pN_](?:[{_LATIN}\pN._%+'-]*[{_LATIN}\pN_+-])?|[{_OTHER}](?:[{_OTHER}\pN._%+'-]*[{_OTHER}\pN_+-])?)@(?:[\pL\pN](?:[\pL\pN-]*[\pL\pN])?\.)+(?:\pL{{2,24}}|xn--[a-z0-9-]{{2,20}})",
        trigger=r"@[\pL\pN-]{1,63}\.",
        check=email,
        guard=_no_remote,
        score=0.97,
        strict=True,
        reference=_EMAIL,
    ),
    Recognizer(
        "email_quoted",
        "EMAIL_ADDRESS",
        r"\"[^\"@\n]{1,64}\"@(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,24}",
        check=lambda v: email(v.replace('"', "").replace(" ", ".")),
        guard=any_edges,
        score=0.9,
        reference=_EMAIL,
    ),
    Recognizer(
        "email_spelled",
        "EMAIL_ADDRESS",
        r"(?i)[\pL\pN_+-](?:[\pL\pN._+-]|(?: dot | ?[\[(]dot[\])] ?))*(?: ?[\[({<] ?at ?[\])}>] ?| at | ?\(@\) ?| @ ?|@ )(?:[\pL\pN-]+(?: ?[\[({<] ?dot ?[\])}>] ?| dot | ?\(\.\) ?|\.)){1,4}(?:com|org|net|edu|gov|io|co|uk|de|fr|es|it|nl|pl|br|ca|us|eu|info|me|dev|ai|ch|at|be|se|no|dk|fi|pt|in|jp|cn|ru)\b",
        trigger=r"(?i)\bdot\b|\(\.\)|\bat[\])}>]|@ | @",
        check=lambda v: _spelled_email(v),
        score=0.88,
        reference=_EMAIL,
    ),
    Recognizer(
        "email_broken",
        "EMAIL_ADDRESS",
        r"[\pL\pN._+-]{2,64}(?:@|@[ \t]?\r?\n[ \t>]*|[ \t]?\r?\n[ \t>]*@)[\pL\pN-]{2,63}(?:\.[\pL\pN-]{2,63}){0,3}(?:\.|\.[ \t]?\r?\n[ \t]*)(?:com|org|net|edu|gov|io|co\.uk|de|fr|es|it|nl|pl)\b",
        trigger=r"@[ \t]?\r?\n|\n[ \t>]*@|@[\pL\pN.-]+\.[ \t]?\r?\n",
        check=lambda v: "\n" in v and email("".join(v.replace(">", "").split())),
        score=0.85,
        reference=_EMAIL,
    ),
    Recognizer(
        "phone_international",
        "PHONE_NUMBER",
        r"\+ ?\(?[1-9]\d{0,3}\)?(?:[ .()/-]{0,3}\d){6,14}\b",
        check=international,
        guard=lambda text, a, b: (
            not (a and text[a - 1] in "+)") and not _exponent(text, a) and number_edges(text, a, b)
        ),
        score=0.9,
        context="phone",
        strict=True,
        shrink=True,
        reference=_PHONE,
    ),
    Recognizer(
        "phone_exit_code",
        "PHONE_NUMBER",
        r"\b(?:00|011)[ -]?[1-9]\d{0,2}(?:[ ./()-]{0,2}\d){7,12}\b",
        check=_exit_code,
        guard=number_edges,
        score=0.75,
        context="phone",
        shrink=True,
        reference=_PHONE,
    ),
    Recognizer(
        "phone_nanp",
        "PHONE_NUMBER",
        r"\b(?:1[-. ]?)?[2-9]\d{2}(?:-\d{3}-|\.\d{3}\.|/\d{3}-)\d{4}(?:[ ,]{0,2}(?i:x|ext\.?|extension)[ .]?\d{1,6})?\b|(?:\b1[-. ]?)?\([2-9]\d{2}\)[ .-]{0,2}\d{3}[ .-]?\d{4}(?:[ ,]{0,2}(?i:x|ext\.?|extension)[ .]?\d{1,6})?\b",
        check=_varied,
        guard=number_edges,
        score=0.82,
        context="phone",
        reference="https://www.nanpa.com/numbering",
    ),
    Recognizer(
        "phone_nanp_spaced",
        "PHONE_NUMBER",
        r"\b(?:1 )?[2-9]\d{2} [2-9]\d{2}[ -]\d{4}\b",
        check=_varied,
        guard=alone,
        score=0.7,
        context="phone",
        reference="https://www.nanpa.com/numbering",
    ),
    Recognizer(
        "phone_nanp_broken",
        "PHONE_NUMBER",
        r"\(?\b[2-9]\d{2}[)-]?[ -]?\r?\n[ \t>]*\d{3}-\d{4}\b|\(?\b[2-9]\d{2}[)-][ ]?\d{3}-?\r?\n[ \t>]*-?\d{4}\b",
        check=_varied,
        guard=number_edges,
        score=0.7,
        reference="https://www.nanpa.com/numbering",
    ),
    Recognizer(
        "phone_uk_fr",
        "PHONE_NUMBER",
        r"\b(?:0[1-79](?:[ .-]\d{2}){4}|07\d{3}[ -]\d{6}|07\d{3}[ -]\d{3}[ -]\d{3}|0(?:1\d{3}|2\d|1\d{2}) \d{3,4}[ -]?\d{3,4})\b",
        check=_varied,
        guard=number_edges,
        score=0.75,
        context="phone",
        reference=_PHONE,
    ),
    Recognizer(
        "phone_trunk_zero",
        "PHONE_NUMBER",
        r"\b0[1-9]\d{1,4}(?:[ -]\d{2,9}){1,4}\b|\b0[1-9]\d{1,4}/\d{4,8}\b",
        check=_european,
        guard=alone,
        score=0.7,
        context="phone",
        shrink=True,
        reference=_PHONE,
    ),
    Recognizer(
        "phone_national",
        "PHONE_NUMBER",
        r"\b\d{2,5}\)?(?:[ ./()-]{1,2}\d{2,8}){1,5}(?:[ ,]{0,2}(?i:x|ext\.?|extension)[ .]?\d{1,6})?\b|\(\d{2,5}\)?(?:[ ./()-]{1,2}\d{2,8}){1,5}(?:[ ,]{0,2}(?i:x|ext\.?|extension)[ .]?\d{1,6})?\b",
        check=national,
        guard=number_edges,
        context="phone",
        needs_context=True,
        near=0.78,
        shrink=True,
        reference=_PHONE,
    ),
    Recognizer(
        "phone_solid",
        "PHONE_NUMBER",
        r"\b\d{7,12}\b",
        check=_solid,
        guard=lambda text, a, b: number_edges(text, a, b) and text[b : b + 1] not in ("+", "@", "/"),
        context="phone",
        needs_context=True,
        near=0.68,
        reference=_PHONE,
    ),
    Recognizer(
        "phone_uri",
        "PHONE_NUMBER",
        r"(?i)\b(?:tel|sms|whatsapp):(\+?[\d().-]{7,20})",
        check=_varied,
        guard=any_edges,
        score=0.92,
        reference="RFC 3966",
    ),
)


def _spelled_email(value: str) -> bool:
    lower = value.lower()
    if " dot " not in lower and "dot" not in lower and "@" not in lower and "at" not in lower:
        return False
    # `look at this.com`: without a spelled dot or a bracketed at it is a sentence.
    spelled_dot = any(mark in lower for mark in (" dot ", "(dot)", "[dot]", "{dot}", "<dot>", "(.)"))
    bracketed = any(mark in lower for mark in ("(at)", "[at]", "{at}", "<at>", "(@)", " @", "@ "))
    return spelled_dot or bracketed
