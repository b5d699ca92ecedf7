"""Values of cookies in a `Cookie:` or `Set-Cookie:` header: whoever has one is logged in, whatever its name says.

What a cookie is not secret for (languages, consent, statistics, attributes) stays. Source: RFC 6265.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import re2

from redaction.detector.canonical.scan import places
from redaction.detector.labels.secret_values import generated
from redaction.spans import Span

_HEADER = re.compile(r"(?i)\b(?:set-)?cookie2?(?:\\?[\"'])?[ \t]{0,3}[:=][ \t]{0,3}(?:\\?[\"'])?(?=[\w.-]{1,80}=)")
# Where one may begin.
_NAMED = re2.compile(r"(?i)(?:set-)?cookie2?(?:\\?[\"'])?[ \t]{0,3}[:=]")
_PAIR = re.compile(r"[ \t]{0,3}([\w.$-]{1,80})(?:=(?:\\?\")?([^;,\s\"'\\]{0,4096})(?:\\?\")?)?[ \t]{0,3}(;|$)?")
# Attributes, and what is kept in cookies that opens nothing.
_OPEN = re.compile(
    r"(?i)(?:path|domain|expires|max-age|samesite|priority|version|secure|httponly|partitioned"
    r"|_ga\w*|_gid|_gat\w*|_gcl\w*|_fb[pc]|_hj\w*|__utm\w*|amp_\w*|optanon\w*|\w*consent\w*|ab[_-]\w*"
    r"|\w*(?:theme|lang|language|locale|i18n|timezone|tz|currency|country|region|mode|layout|sidebar|view|debug|banner))"
)
_MOST_PAIRS = 60
_SCORE = 0.8


def cookie_values(text: str) -> Iterator[Span]:
    """The values of all cookie headers of a text that look generated."""
    if "ookie" not in text and "OOKIE" not in text:
        return
    at = 0
    for place in places(_NAMED, text):
        # Inside what was read as the cookies of the header before no place is read twice.
        header = _HEADER.match(text, place) or _HEADER.match(text, place + len("set-")) if place >= at else None
        if header is None:
            continue
        at = header.end()
        for _ in range(_MOST_PAIRS):
            pair = _PAIR.match(text, at)
            if pair is None:
                break
            value = pair.group(2) or ""
            at = pair.end()
            if not _OPEN.fullmatch(pair.group(1)) and generated(value):
                yield Span(pair.start(2), pair.end(2), "API_KEY", _SCORE, "cookie_value")
            if pair.group(3) != ";":
                break
