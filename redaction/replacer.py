"""From maskings to edits: what takes the place of each found value in a leaf.

The one place where edits are made. Nothing is counted here: what was replaced is told with the edits (`Replaced`) and
added up by `ParsedBody.render`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple, Protocol

from dialects.own_lines import digest, line_around, own_lines
from redaction.body.leaves import REPLACEABLE, STANDING, KeyNames, Kind, Leaf
from redaction.body.telling_keys import names_nobody
from redaction.budget import MOST_REPLACED, OverBudget
from redaction.detector.labels.label_matcher import labels
from redaction.edits import Edit, apply
from redaction.errors import NotRedactable
from redaction.known.shown_values import ShownValues
from redaction.placeholders import BLOCKED_TEXT, placeholder, without_placeholders
from redaction.profiler.protocol import Masking
from redaction.spans import NAME_TYPES, Span

# Gives the replacement of one found value: (type, value) -> placeholder. Reversible mode puts its own in.
type Replacement = Callable[[str, str], str]
# Format and checksum rules for keys, numbers and protected leaves: no names, no context beyond the text itself.
type StrictRules = Callable[[str], Sequence[Span]]

# Shorter numbers are no number of anything for checksum and format rules, but for those with an exponent.
_SHORTEST_NUMBER = 7

# A key that says what its value is: `{"password": "hunter2"}` means nothing without it.
_TELLING = re.compile(
    r"(?i)pass(?:wor[dt]|wd|phrase|port|code)?|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|credential|auth"
    r"|ssn|social|tax|birth|dob|phone|mobile|fax|e?mail|account|iban|routing|card|licen[cs]e|mrn|patient|insurance"
    r"|(?:first|last|full|sur|given|family|user|customer|contact|display|maiden|middle|nick)[_-]?name|^name$"
    r"|address|street|zip|postal|national|identi|\bid[_-]?(?:number|no)"
    r"|^l(?:at|ong)itude$|^(?:jwk|sensitive|keystore|basic)\.|client-key-data|tls\.key|dockerconfigjson"
)
# A key that says whether a short value is somebody: the same word is a person behind `patient`, a month behind `month`.
_DECIDING = re.compile(
    r"(?i)(?:.*[_-])?(?:author|assignee|owner|reporter|reviewer|approver|customer|client|employee|manager|supervisor|doctor"
    r"|physician|nurse|guardian|spouse|sender|recipient|signatory|guest|tenant|applicant|candidate|speaker|attendee|member"
    r"|participant|person|contact|student|teacher|(?:created|updated|modified|signed|approved|requested|assigned)_?by"
    r"|paciente|cliente|kunde|imię|имя|пациент|клиент|姓名|患者|客户|联系人|이름|환자|고객|담당자|氏名|नाम|मरीज़|ग्राहक|الاسم|المريض|العميل"
    r"|month|weekday|day|city|town|country|province|colou?r|plan|tier|product|brand|manufacturer|font(?:_?family)?|typeface"
    r"|theme|title|album|movie|book|song|team|species|ship)"
)
_LONGEST_DECIDED = 40
# Longer values of several words, and those of several lines, carry their own context; a token never does.
_LONGEST_VALUE = 120
_LONGEST_TOKEN = 8_000


def in_context(text: str, key: str) -> str:
    """The text as the embedded profiler should see it: a short value behind a telling key is `key: value`."""
    if not key:
        return text
    longest = _LONGEST_VALUE if " " in text[: _LONGEST_VALUE + 1] else _LONGEST_TOKEN
    if len(text) <= longest and (told := _told(key)) and "\n" not in text:
        return f"{told}: {text}"
    if len(text) <= _LONGEST_DECIDED and _decides(key) and "\n" not in text:
        return f"{key}: {text}"
    return text


@lru_cache(4096)
def _told(key: str) -> str:
    """What a key says of its value, or ""."""
    key = without_placeholders(key)  # a key that was masked tells no more than it did before
    return key if _TELLING.search(key) or any(labels(key, 0, len(key))) else ""


@lru_cache(4096)
def _decides(key: str) -> bool:
    return _DECIDING.fullmatch(key) is not None


def plain(kind: str, _value: str) -> str:
    """The irreversible placeholder, `[[SSN]]`."""
    return placeholder(kind)


class Replaced(NamedTuple):
    """What becomes of one leaf: edits of its text, the types of what they replace, names left in file-system paths,
    and how many values cannot come back in reversible mode."""

    edits: Sequence[Edit] = ()
    types: Sequence[str] = ()
    left: int = 0
    ambiguous: int = 0


NOTHING = Replaced()


class KnownLookup(Protocol):
    """Finds what the user knows: in a text (start, end, type; sorted and disjoint), or as the whole of one."""

    def places(self, text: str) -> Sequence[tuple[int, int, str]]: ...

    def whole(self, text: str) -> str: ...


class MediaEdits(Protocol):
    """Edits of leaves that may hold a file."""

    def replaced(self, replacer: Replacer, leaf: Leaf) -> Replaced: ...


@dataclass(slots=True)
class Replacer:
    """The maskings of one request, by text as the Profiler saw it. The repr shows counts only.

    `rename` maps the model's name at the root of a request. `media` sees to leaves that may be files. `known` finds
    what the user knows, in texts, keys and numbers: it counts before everything else. `shown` are the values that the
    leaves before this one have shown: files need them, other leaves are seen to by `ParsedBody.render`. `kept`: where
    changed texts are put, if anybody wants them.
    """

    maskings: Mapping[str, Masking]
    strict: StrictRules
    contextual: bool
    replacement: Replacement = plain
    rename: Callable[[str], str] | None = None
    media: MediaEdits | None = None
    known: KnownLookup | None = None
    shown: ShownValues | None = None
    kept: list[tuple[str, Replaced]] | None = None
    _keys: dict[str, Replaced] = field(default_factory=dict)
    _numbers: dict[tuple[str, str], str] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"Replacer({len(self.maskings)} texts)"

    def view(self, text: str, key: str = "") -> str:
        """The text under which a leaf's masking is kept."""
        return in_context(text, key) if self.contextual else text

    def leaf(self, leaf: Leaf) -> Replaced:
        """What becomes of a leaf. Raises KeyError for a text that was not masked: it must not be sent; NotRedactable
        where a text was over the budget of work in a place that cannot be replaced."""
        match leaf.kind:
            case Kind.TEXT:
                done = self.text(leaf.text, leaf.key)
                if done.types and done.types[0] == BLOCKED_TEXT:
                    refuse_unless_replaceable(leaf)
                return without_own_lines(leaf, done) if done.types and self.known is None else done
            case Kind.KEY | Kind.WORD:
                return self.key(leaf.text)
            case Kind.NUMBER:
                kind = self.number(leaf.text, leaf.key)
                if not kind:
                    return NOTHING
                return Replaced([(0, len(leaf.text), self.replacement(kind, leaf.text))], (kind,))
            case Kind.SPELLED:
                kind = self.number(leaf.text, "")
                new = self.replacement(kind, leaf.text) if kind else ""
                return Replaced([(0, 1, new)], (kind,) if leaf.about[1] else ()) if kind else NOTHING
            case Kind.MEDIA if self.media is not None:
                return self.media.replaced(self, leaf)
            case Kind.SECRET:
                return Replaced([(0, len(leaf.text), self.replacement("API_KEY", leaf.text))], ("API_KEY",))
            case Kind.BLOCKED:
                return blocked(leaf.text)
            case Kind.MODEL:
                new = self.rename(leaf.text) if self.rename is not None else leaf.text
                return self.key(new) if new == leaf.text else Replaced([(0, len(leaf.text), new)])
            case Kind.KEPT:
                return NOTHING
        return self.text(leaf.text, leaf.key)

    def text(self, text: str, key: str = "") -> Replaced:
        """What becomes of a text. Raises KeyError for one that was not masked."""
        return self._with_known(text, self._masked(text, key))

    def without_shown(self, text: str) -> tuple[str, list[str]]:
        """The masked text of a file without what was shown before it, and the types of that."""
        places = self.shown.places(text, model_wrote=False) if self.shown is not None else ()
        if len(places) > MOST_REPLACED:
            return placeholder(BLOCKED_TEXT), [BLOCKED_TEXT]
        edits = [(start, end, self.replacement(kind, text[start:end])) for start, end, kind in places]
        return apply(text, edits), [kind for _, _, kind in places]

    def _with_known(self, text: str, done: Replaced) -> Replaced:
        """The same with what the user knows: it counts first, and what else was found keeps what is left of it."""
        if self.known is None:
            return done
        try:
            return self._known_in(self.known, text, done)
        except OverBudget:
            return blocked(text)

    def _known_in(self, known: KnownLookup, text: str, done: Replaced) -> Replaced:
        if len(done.edits) != len(done.types):  # rewritten as a whole
            _, end, new = done.edits[0]
            places = known.places(new)
            edits = [(start, stop, self.replacement(kind, new[start:stop])) for start, stop, kind in places]
            types = [*done.types, *(kind for _, _, kind in places)]
            return done._replace(edits=[(0, end, apply(new, edits))], types=types) if edits else done
        places = known.places(text)
        if not places:
            return done
        pairs = [((start, end, self.replacement(kind, text[start:end])), kind) for start, end, kind in places]
        for edit, kind in zip(done.edits, done.types, strict=True):
            for start, end in _outside(edit[0], edit[1], places):
                whole = (start, end) == edit[:2]
                if whole or text[start:end].strip():
                    pairs.append((edit if whole else (start, end, self.replacement(kind, text[start:end])), kind))
        pairs.sort(key=lambda pair: pair[0][:2])
        return done._replace(edits=[edit for edit, _ in pairs], types=[kind for _, kind in pairs])

    def _masked(self, text: str, key: str) -> Replaced:
        """What the Profiler found in a text."""
        view = self.view(text, key)
        masking = self.maskings[view]
        shift = len(view) - len(text)
        if not masking.spans and masking.replacement == view:
            return Replaced(left=masking.left) if masking.left else NOTHING
        types = [span.type for span in masking.spans]
        if key and masking.exact and NAME_TYPES.issuperset(types) and len(text.split()) == 1 and names_nobody(key):
            return NOTHING
        if not masking.exact:
            # Only an endpoint answers so, and it never sees a key beside the text.
            return Replaced([(0, len(text), masking.replacement)], types, masking.left, max(1, len(types)))
        if not shift and self.replacement is plain:
            return Replaced(
                [(span.start, span.end, placeholder(span.type)) for span in masking.spans], types, masking.left
            )
        edits: list[Edit] = []
        types = []
        for span in masking.spans:
            start, end = max(span.start - shift, 0), span.end - shift
            if start < end:
                edits.append((start, end, self.replacement(span.type, text[start:end])))
                types.append(span.type)
        return Replaced(edits, types, masking.left)

    def key(self, key: str) -> Replaced:
        """What becomes of an object's key, the name of a field or a protected word: format rules only."""
        found = self._keys.get(key)
        if found is None:
            spans = self.strict(key)
            edits = [(span.start, span.end, self.replacement(span.type, key[span.start : span.end])) for span in spans]
            done = Replaced(edits, [span.type for span in spans]) if spans else NOTHING
            found = self._keys[key] = self._with_known(key, done)
        return found

    def number(self, number: str, key: str) -> str:
        """The type of a number, or "": format rules only, the key may tell."""
        key = _told(key) if key else ""
        kind = self._numbers.get((number, key))
        if kind is None:
            kind = self.known.whole(number) if self.known is not None else ""
            if not kind and _is_judged(number):
                spans = self.strict(number)
                if not spans and key:
                    view = f"{key}: {number}"
                    spans = [span for span in self.strict(view) if span.end > len(view) - len(number)]
                kind = spans[0].type if spans else ""
            self._numbers[number, key] = kind
        return kind


def without_own_lines(leaf: Leaf, done: Replaced) -> Replaced:
    """The same without what was found in lines of a known client's own prompt or tools."""
    if not leaf.where & STANDING or len(done.edits) != len(done.types):
        return done
    kept: list[tuple[Edit, str]] = []
    line, own = "", False
    for edit, kind in zip(done.edits, done.types, strict=True):
        around = line_around(leaf.text, edit[0], edit[1])
        if around != line:
            line, own = around, digest(around) in own_lines()
        if not (around and own):
            kept.append((edit, kind))
    if len(kept) == len(done.edits):
        return done
    left = done._replace(edits=[edit for edit, _ in kept], types=[kind for _, kind in kept])
    return left if kept or done.left or done.ambiguous else NOTHING


def _is_judged(number: str) -> bool:
    return len(number) >= _SHORTEST_NUMBER or "e" in number or "E" in number


def _outside(start: int, end: int, places: Sequence[tuple[int, int, str]]) -> Iterator[tuple[int, int]]:
    """The parts of [start, end) that none of the places, which are sorted and disjoint, covers."""
    first = bisect_right(places, start, key=lambda place: place[1])
    for begin, stop, _ in places[first:]:
        if begin >= end:
            break
        if start < begin:
            yield start, begin
        start = max(start, stop)
    if start < end:
        yield start, end


def blocked(text: str) -> Replaced:
    """The whole text as one that could not be looked into."""
    return Replaced([(0, len(text), placeholder(BLOCKED_TEXT))], (BLOCKED_TEXT,))


def refuse_unless_replaceable(leaf: Leaf) -> None:
    """Raise NotRedactable where a leaf over the budget stands in the newest turn or in an upload."""
    if not leaf.where & REPLACEABLE:
        raise NotRedactable(
            "a text of this request takes far more work than its size allows and was not looked into to its end: "
            "shorten it or send it in parts",
            code="faasera_over_budget",
        )


def masked_text(replacer: Replacer, text: str, key: str = "") -> tuple[str, Replaced]:
    """A text with its edits applied, and what was replaced."""
    done = replacer.text(text, key)
    return apply(text, done.edits), done


def named(leaf: Leaf, done: Replaced, names: dict[int, KeyNames]) -> Replaced:
    """The edits of a key, with a number behind it where its object has a key of that name already."""
    owner = leaf.owner
    given = names.get(id(owner))
    if given is None:
        given = names[id(owner)] = KeyNames(iter(owner))
    new = apply(leaf.text, done.edits)
    free = given.free(new)
    if free == new:
        return done
    size = len(leaf.text)
    return done._replace(edits=[*done.edits, (size, size, free[len(new) :])])
