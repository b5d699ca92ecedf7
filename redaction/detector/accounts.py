"""Whether a word that stands where an account's name stands is made of somebody's name: `jsmith`, `john.smith77`.

Behind `user` and `login` stand words of every kind. What is a person's is told from machines' accounts and from words
of sentences by the gazetteer; nothing of this is done where no tagger is loaded.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from redaction.detector.rules.name_lists import AMBIGUOUS, GIVEN
from redaction.detector.tagger.tokens import fold
from redaction.detector.tagger.word_table import EVERYDAY, FIRST, LAST, ORGANISATION
from redaction.spans import Span

# What a rule asks for, at the end of its name: the name of a person in it; or that, or a word that nobody knows.
PERSON, UNKNOWN = "_of_person", "_unknown"
_PARTS = re.compile(r"[^\W\d_]+")
# Accounts of machines, and what stands for a name in documentation.
_MACHINE = re.compile(
    r"(?i)(?:svc|srv|sys|app|db|web|api|ci|cd|ops|dev|prod|stag|test|qa|tmp|bot|auto|micro|kube|post|my|maria|mongo|git|docker|"
    r"root|super|power|local|remote|backup|deploy|build|monitor|log|mail|nginx|apache|tomcat|www|ftp|ssh|null|foo|bar|user|some|any)"
    r"[a-z0-9._-]*|[a-z0-9._-]*?(?:admin|adm|user|users|bot|service|svc|agent|runner|account|acct|app|db|sql|api|root|writer|reader|"
    r"operator|ops|daemon|manager|server|client|system|proxy|role|group|worker|exporter|controller|name|host|id|file|path)\d*"
)
_SHORTEST_UNKNOWN = 5
_GIVEN = frozenset(fold(name) for name in GIVEN)


def is_account(span: Span, value: str, listed: Callable[[str], int] | None) -> bool:
    """Whether what a rule found is what its name asks for, if it asks for anything."""
    asked = next((asked for asked in (PERSON, UNKNOWN) if span.recognizer.endswith(asked)), "")
    return not asked or (listed is not None and of_somebody(value, asked, listed))


def of_somebody(value: str, asked: str, listed: Callable[[str], int]) -> bool:
    """Whether the name of an account is what `asked` wants. `listed`: the gazetteer's bits of a word."""
    parts = [fold(part) for part in _PARTS.findall(value)]
    if not parts or len(parts) > 4:
        return False
    if len(parts) > 1 and min(map(len, parts)) == 1 and any(listed(part) & LAST for part in parts if len(part) > 3):
        return not _MACHINE.fullmatch(value)  # `n.bakker2`, `quintana_r`
    alone = parts[0] == fold(value)
    if any(_named(part, listed, alone=alone) for part in parts):
        return True
    if asked != UNKNOWN or _MACHINE.fullmatch(value):
        return False
    return all(not listed(part) for part in parts) and max(map(len, parts)) >= _SHORTEST_UNKNOWN


def _named(part: str, listed: Callable[[str], int], *, alone: bool) -> bool:
    """Whether a part is a name, or glued of initial and family name, or of given and family name, in either order."""
    if part in _GIVEN:
        # Digits or an initial beside it: an everyday word is a name there.
        return not alone or part not in AMBIGUOUS
    if len(part) > 2 and _is(part, FIRST | LAST, listed):
        return True
    if len(part) < 5 or listed(part) & EVERYDAY:
        return False
    if len(part) > 5 and not listed(part) and (listed(part[1:]) | listed(part[:-1])) & LAST:
        return not _MACHINE.fullmatch(part)
    cuts = range(3, len(part) - 2)
    return any(
        _is(part[:cut], one, listed) and _is(part[cut:], other, listed)
        for cut in cuts
        for one, other in ((FIRST, LAST), (LAST, FIRST))
    )


def _is(word: str, bits: int, listed: Callable[[str], int]) -> bool:
    own = listed(word)
    return bool(own & bits) and not own & (EVERYDAY | ORGANISATION)
