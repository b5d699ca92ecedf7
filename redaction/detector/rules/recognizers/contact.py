"""E-mail addresses, plain, quoted, spelled out and broken over lines."""

# ruff: noqa: E501, SIM905 - patterns and word lists stay on one line: so they are read and searched
from __future__ import annotations

import re

from redaction.detector.rules.name_lists import GIVEN
from redaction.detector.rules.recognizer import Recognizer, any_edges
from redaction.detector.rules.recognizers.connection_strings import in_userinfo

_EMAIL = "RFC 5322 addr-spec, RFC 6531 for letters beyond ASCII"

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
# `logo@2x.png`, `pkg@1.2.tgz`: what stands behind the dot is a file type, or a kind of unit (`getty@tty1.service`).
_FILES = frozenset(
    "service timer socket mount automount target slice scope swap device png jpg jpeg gif svg webp avif ico css scss js mjs ts tsx jsx json lock tgz gz zip exe dll so bin pdf woff woff2 ttf map html yml yaml toml".split()
)


_RESERVED_ENDS = (*_RESERVED, *("." + name for name in _RESERVED_DOMAINS))
_PARTED = re.compile(r"[._+-]")


def email(value: str) -> bool:
    """An address of somebody: no reserved domain, no robot, no file name, no version."""
    local, _, domain = value.lower().rpartition("@")
    if not local or local.split("+")[0] in _NOBODY or "noreply" in domain:
        return False
    reserved = domain.endswith(_RESERVED_ENDS) or domain in _RESERVED_DOMAINS
    words = (part.rstrip("0123456789") for part in _PARTED.split(local))
    if reserved and all(len(word) < 2 or word in _PLACEHOLDERS for word in words):
        return len(re.sub(r"[^0-9]", "", local)) > 2
    labels = domain.split(".")
    return labels[-1] not in _FILES and not labels[0].isdigit() and all(labels) and not labels[-1].isdigit()


# Files are named after whose they are: `ann@corp.org.pdf`. The name in front of the type must be a known one.
_NAMED_FILES = "pdf|txt|log|csv|json|xml|html?|eml|msg|docx?|xlsx?|pptx?|zip|gz|png|jpe?g|vcf|ics|yaml|yml|md|bak"
_ENDS = "com|org|net|edu|gov|io|co|uk|de|fr|es|it|nl|pl|br|ca|us|eu|info|me|dev|ai|ch|at|be|se|no|dk|fi|pt|in|jp|cn|ru|au|nz|ie|cz|gr|tr|mx|ar|biz|app|example"
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
        "email_at_a_number",
        "EMAIL_ADDRESS",
        r"[A-Za-z0-9_][A-Za-z0-9._%+-]{0,63}@\[(?:(?:\d{1,3}\.){3}\d{1,3}|IPv6:[0-9A-Fa-f:.]{2,45})\]",
        trigger=r"@\[",
        guard=any_edges,
        score=0.9,
        strict=True,
        reference=_EMAIL,
    ),
    Recognizer(
        "email_in_file_name",
        "EMAIL_ADDRESS",
        rf"([{_LATIN}\pN_](?:[{_LATIN}\pN._%+'-]*[{_LATIN}\pN_+-])?@(?:[\pL\pN](?:[\pL\pN-]*[\pL\pN])?\.)+(?:{_ENDS}))\.(?:{_NAMED_FILES})\b",
        trigger=rf"\.(?:{_ENDS})\.(?:{_NAMED_FILES})\b",
        check=email,
        guard=_no_remote,
        score=0.9,
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
        r"(?i)[\pL\pN_+-](?:[\pL\pN._+-]|(?: dot | ?[\[(]dot[\])] ?))*(?: ?[\[({<] ?at ?[\])}>] ?| at | ?\(@\) ?| @ ?|@ )(?:[\pL\pN-]+(?: ?[\[({<] ?dot ?[\])}>] ?| dot | ?\(\.\) ?|\.)){1,4}(?:com|org|net|edu|gov|io|co|uk|de|fr|es|it|nl|pl|br|ca|us|eu|info|me|dev|ai|ch|at|be|se|no|dk|fi|pt|in|jp|cn|ru|example)\b",
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
)


def _spelled_email(value: str) -> bool:
    lower = value.lower()
    if " dot " not in lower and "dot" not in lower and "@" not in lower and "at" not in lower:
        return False
    # `look at this.com`: without a spelled dot or a bracketed at it is a sentence.
    spelled_dot = any(mark in lower for mark in (" dot ", "(dot)", "[dot]", "{dot}", "<dot>", "(.)"))
    bracketed = any(mark in lower for mark in ("(at)", "[at]", "{at}", "<at>", "(@)", " @", "@ "))
    return spelled_dot or bracketed
