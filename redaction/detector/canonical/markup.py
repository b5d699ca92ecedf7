"""Tags inside a value, as pages and editors write them: `<b>4111</b> 1111`, `078<wbr>-05`, `4111<br>1111`.

A tag of HTML that only dresses text, or a comment, is left out where the text in front of it or behind it is a number
or an address that it may be inside of, and between single characters (there whatever its
name); a line break reads as a space. Tags of other
names, and those between words, stay: what encloses a value says what it is. Markdown's emphasis inside a number
(`**4111** 1111`) goes the same way. Both readings count, so a value in an attribute is seen too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import re2

from redaction.detector.canonical.scan import places
from redaction.detector.canonical.segments import Edit

_NAMES = "a|b|i|u|s|em|strong|span|mark|code|small|big|sub|sup|tt|ins|del|q|kbd|samp|var|font|bdi|bdo|nobr|wbr"
# No attribute is longer than this: a value in it is read where it stands.
_ATTRIBUTES = r"(?:[ \t\n][^<>]{0,120})?"
_TAG = rf"(?:</?(?:{_NAMES}){_ATTRIBUTES}/?>|<!--[^<>]{{0,120}}-->)"
_TAGS = rf"{_TAG}(?:[ \t]?{_TAG}){{0,3}}"
_ANY = rf"</?[A-Za-z][\w:.-]{{0,30}}{_ATTRIBUTES}/?>"
_BREAKS = r"<(?:br|BR)[ \t]{0,4}/?>"
_VALUE = r"[0-9@]"
_PATTERN = re.compile(
    rf"(?P<tag>(?:(?<={_VALUE})|(?<={_VALUE}-)){_TAGS}(?=[ \t]?[0-9@.-])|(?<=[\w.+-]){_TAGS}(?={_VALUE}|-[0-9])"
    rf"|(?<=[\w.@-])<wbr/?>(?=[\w.@-])|(?<=[0-9] ){_TAGS}(?=[0-9])|(?<=>[ -~])(?:{_ANY}){{1,4}}(?=[ -~]<))"
    rf"|(?P<break>(?<=[0-9A-Z]){_BREAKS}(?=[0-9A-Z]))"
    rf"|(?P<cell>(?<=[0-9]{{4}})</t[dh]>[ \t\r\n]{{0,20}}<t[dh]{_ATTRIBUTES}>(?=[0-9]{{4}}))"
    r"|(?P<emphasis>(?:(?<=[0-9]{3})|(?<=[0-9]{2}-))(?:\*\*|__|~~)(?=[ -]?[0-9]{2}))",
    re.IGNORECASE,
)
# In RE2's syntax: where one may begin.
TRIGGER = rf"(?i)</?(?:{_NAMES}|br|t[dh])[ \t\n/>]|<!--|>[ -~]</|[0-9-](?:\*\*|__|~~)[ -]?[0-9]{{2}}"
_READ = {"break": " ", "cell": "  "}
MARKED = re2.compile(TRIGGER)


def markup_edits(text: str) -> Iterator[Edit]:
    """The edits of one text."""
    done = 0
    for place in places(MARKED, text):
        # The trigger sees the character in front of an emphasis, or of an end.
        start = place + (0 if text[place] == "<" else 2 if text[place] == ">" else 1)
        found = _PATTERN.match(text, start) if start >= done else None
        if found is None:
            continue
        done = found.end()
        yield start, done, _READ.get(found.lastgroup or "", ""), 0
