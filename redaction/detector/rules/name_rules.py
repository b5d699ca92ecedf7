"""Names by rule: labels, forms of address, introductions and common given names.

A complement of the tagger: these cues hold where a sentence gives a model nothing to go by (`first_name: Ada`, `Dear Ms. Okafor`).
The lists are written for this project from general knowledge.
"""

# ruff: noqa: E501 - patterns and word lists stay on one line: so they are read and searched
from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from redaction.detector.rules import name_labels
from redaction.detector.rules.name_lists import AMBIGUOUS, GIVEN, NO_SURNAMES, is_phrase
from redaction.detector.rules.recognizer import Guard, Recognizer, word_edges

# One capitalised word: Doe, O'Brien, García-López, McDonald.
_CAP = r"(?:\p{Lu}['’])?\p{Lu}[\p{Ll}\pM]+(?:\p{Lu}[\p{Ll}\pM]+)?(?:[-'’]\p{Lu}[\p{Ll}\pM]+)*"
_PARTICLE = r"(?:de la|de los|de|da|do|dos|das|del|della|di|du|van der|van den|van de|van|von der|von|zu|bin|ibn|al|el|la|le|ter|ten|y|e|ap)"
_FULL = rf"{_CAP}(?: \p{{Lu}}\.)?(?: {_PARTICLE})?(?: {_CAP}| \p{{Lu}}\.){{0,3}}"
_TWO = rf"{_CAP}(?: \p{{Lu}}\.?)?(?: {_PARTICLE})? {_CAP}(?: {_CAP})?"
_SEP = r"[\"'*_`]{0,3}[ \t]{0,3}[:=][ \t]{0,4}[\"'*_`]{0,3}"


def given(value: str) -> bool:
    """The first word is a common given name."""
    return _first(value) in GIVEN


def full_name(value: str) -> bool:
    """A given name and something that can be a surname."""
    words = value.replace("’", "'").split()
    if _first(value) not in GIVEN:
        return False
    last = words[-1].lower().rstrip(".")
    if words[0].lower() in AMBIGUOUS and (words[1].lower() in NO_SURNAMES or is_phrase(words)):
        return False
    return last not in NO_SURNAMES


def clear_given(value: str) -> bool:
    """A given name that is no everyday word, month, place or brand as well."""
    first = _first(value)
    return first in GIVEN and first not in AMBIGUOUS


def person(value: str) -> bool:
    """Behind a form of address or a label: no word that never is a name."""
    words = value.lower().replace(".", "").split()
    return bool(words) and words[0] not in NO_SURNAMES and not any(c.isdigit() for c in value)


def _first(value: str) -> str:
    return value.replace("’", "'").split()[0].split("-")[0].lower()


def _row(
    name: str, pattern: str, check: Callable[[str], bool], score: float, *, trigger: str = "", kind: str = "NAME"
) -> Recognizer:
    return Recognizer(f"name_{name}", kind, pattern, check=check, guard=word_edges, score=score, trigger=trigger)


def _no_code(text: str, start: int, end: int) -> bool:
    """Not an expression or a type: `last_name = updatevars(...)`, `fullname: str`."""
    if not word_edges(text, start, end) or (
        text[end : end + 1] in ("(", "[", ".", "{") and text[end : end + 2].strip() != "."
    ):
        return False
    quoted = text[start - 1 : start] in ('"', "'", "`")
    assigned = "=" in text[max(0, start - 3) : start]
    return quoted or not assigned or text[start].isupper() or text[start:end].split()[0].lower() in GIVEN


def _cued(
    name: str, cue: str, value: str, check: Callable[[str], bool], score: float, guard: Guard = word_edges
) -> Recognizer:
    row = _row(name, cue + value, check, score, trigger=cue)
    return replace(row, guard=guard)


# Capitalised words by themselves.
SHAPES = (
    _row("full", rf"\b{_TWO}", full_name, 0.62, trigger=r"\p{Lu}\S* (?:\S{1,8} ){0,2}\p{Lu}"),
    _row("label_name_line", rf"(?m:^[ \t*>-]{{0,6}}(?:Name|NAME|name|Full Name)[*]{{0,2}}[ \t]{{0,2}}:[*]{{0,2}}[ \t]{{1,4}}({_CAP}(?: (?:{_CAP}|\p{{Lu}}\.)){{1,3}})[ \t]*\r?$)", person, 0.64),
    _row("vcard", r"(?m:^)N(?:;[^:\n]{0,40})?:(\pL[^;\n]{0,40};\pL[^;\n]{0,40})(?:;[^;\n]{0,40}){1,3}(?m:$)", lambda v: True, 0.7),
    _row("possessive", rf"\b({_CAP})['’]s\b", clear_given, 0.6),
    _row("speaker", rf"(?m:^[ \t]{{0,4}})({_CAP}(?: {_CAP})?):[ ]", clear_given, 0.6),
    _row("user_at_home", r"\b(?:first|last|sur|given|family|full)[_-]?[nN]ame[\"']?[ \t]{0,2}[:=][ \t]{0,2}[\"']([^\"'\n{}$<>]{2,60})[\"']", lambda v: person(v) and _plain_name(v), 0.7),
)  # fmt: skip
# Words behind a cue.
CUES = (
    _cued(
        "honorific",
        r"\b(?:Mr|Mrs|Ms|Mx|Miss|Dr|Prof|Professor|Doctor|Sir|Madam|Lady|Lord|Rev|Father|Judge|Captain|Sgt|Lt|Officer|Hon|Herr|Frau|Señora?|Sra?|Srta|Doña?|Don|Monsieur|Madame|Mme|Mlle|"
        r"Maître|Signora?|Sig|Dott(?:\.ssa)?|Senhora?|Pan|Pani|Mevrouw|Meneer|Dhr|Mevr|Fru|Hr|Médico|Dra)\.?[ \t]{1,2}",
        rf"({_FULL})",
        person,
        0.66,
    ),
    _cued(
        "title_period",
        r"\b(?:[Dd]ra?|DR|[Mm]rs?|Ms|[Pp]rof|[Ss]ra?)\.[ \t]{0,2}",
        rf"((?:[A-Z]{{1,2}}[. ]{{1,2}})?{_FULL})",
        person,
        0.66,
    ),
    _cued(
        "introduction",
        r"(?:\b(?i:my (?:full |first |last )?name(?:'s| is)|name is|i am called|i'm called|they call me|mein name ist|ich hei(?:ß|ss)e|je m'appelle|mon nom est|me llamo|mi nombre es|mi chiamo|"
        r"il mio nome è|meu nome é|me chamo|mijn naam is|ik heet|nazywam się|mam na imię|jag heter|jeg hedder|jeg heter|nimeni on))[ \t:]{1,3}",
        rf"({_FULL})",
        person,
        0.68,
    ),
    _cued(
        "i_am",
        r"\b(?:I am|I'm|This is|this is|named|called|Ich bin|soy|sono|sou)[ ]",
        rf"({_CAP}(?: {_CAP}){{0,2}})",
        clear_given,
        0.6,
    ),
    _cued(
        "greeting",
        r"(?:^|[\n\"'>(.!?] ?)(?:Dear|Hi|Hello|Hey|Hallo|Hola|Bonjour|Ciao|Olá|Lieber?|Sehr geehrter?|Cher|Chère|Estimad[oa]|Car[oa]|Beste|Drogi|Droga|Szanowny|Thanks|Thank you|Good (?:morning|afternoon|evening)),?[ ]"
        r"(?:(?:Mr|Mrs|Ms|Dr|Prof|Herr|Frau|Pan|Pani)\.? )?",
        rf"({_CAP}(?: {_CAP}){{0,2}})(?:[,!:.\n]|$)",
        lambda v: given(v) or (person(v) and " " in v),
        0.6,
    ),
    _cued(
        "dear",
        r"\b(?:Dear|Sehr geehrter? (?:Herr|Frau)|Lieber?|Estimad[oa]|Chère?)[ ](?:(?:Mr|Mrs|Ms|Dr|Prof)\.? )?",
        rf"({_CAP}(?: {_CAP}){{0,2}}),",
        person,
        0.62,
    ),
    _cued(
        "signature",
        r"(?i:regards|sincerely|yours truly|yours faithfully|cheers|best wishes|thanks|thank you|grüßen?|cordialement|saludos|atentamente|saluti|pozdrawiam|groeten|hälsningar),?[ \t]*\r?\n",
        rf"[ \t\r\n-]{{0,6}}({_FULL})[ \t]*(?:\r?\n|$|,)",
        person,
        0.62,
    ),
    _cued(
        "label_sure",
        r"(?i)\b(?:full|first|last|middle|given|family|maiden|sur|fore|patient|customer|client|employee|holder|cardholder|account[ _-]?holder|beneficiary|applicant|insured|contact|student|guest|passenger|tenant|debtor|"
        r"legal|preferred|display|real|emergency[ _-]?contact|recipient|sender|mother'?s?(?: maiden)?|father'?s?|spouse)[ _-]?name",
        _SEP + r"(\pL[\pL\pM.]*(?:['’-]\pL[\pL\pM]*)*(?:,? \pL[\pL\pM.]*(?:['’-]\pL[\pL\pM]*)*){0,4})",
        lambda v: len(v) > 1 and person(v) and _plain_name(v),
        0.7,
        guard=_no_code,
    ),
    _cued(
        "label_other",
        r"(?i)(?:姓名|名前|氏名|имя|фамилия|фио|\b(?:vorname|nachname|familienname|name des patienten|nom(?: de famille)?|pr[ée]nom|nombres?(?: y apellidos| completo)?|apellidos?|cognome|nome(?: completo)?|sobrenome|naam|voornaam|achternaam|imi[ęe]|nazwisko|"
        r"m[ée]dico|paciente|patient(?:in)?|remitido por|responsable cl[ií]nico|physician|doctor|attending|prescriber|provider|surgeon|cardholder|signed(?: by)?|prepared by|reported by|attn|attention))"
        r"[\"'*_]{0,3}[ \t]{0,3}[:=：]",
        rf"[ \t]{{0,4}}[\"'*_]{{0,3}}((?-i:(?:(?i:dr|dra|mr|mrs|ms|prof)\.? ?)?(?:{_CAP}|\p{{Lu}}\.?|[A-Z]{{2}})(?:(?: {_PARTICLE})? (?:{_CAP}|\p{{Lu}}\.)){{0,4}}|\p{{Han}}{{2,4}}))",
        lambda v: person(v) and not name_labels.asked_for(v),
        0.66,
    ),
    _cued(
        "label_name",
        r"(?i)\b(?:name|contact|author|from|to|cc|re|owner|assignee|reporter|employee|client|customer|subject|holder)[\"'*_`]{0,3}[ \t]{0,3}[:=]",
        rf"(?-i:[ \t]{{0,4}}[\"'*_`]{{0,3}}({_FULL}))",
        lambda v: full_name(v) if " " in v else clear_given(v),
        0.62,
    ),
    _cued(
        "spoken",
        r"\b(?i:patient|client|customer|employee|colleague|manager|boss|wife|husband|son|daughter|brother|sister|mother|father|friend|neighbou?r|tenant|landlord|doctor|lawyer|plaintiff|defendant|witness|aunt|uncle|mum|mom|dad),?[ ]",
        rf"({_CAP}(?: {_CAP})?)\b",
        lambda v: clear_given(v) or (" " in v and given(v)),
        0.6,
    ),
)


def _plain_name(value: str) -> bool:
    """Letters, no code word: `first_name: String` is a schema."""
    lower = value.lower()
    return lower.split()[0].rstrip(",.") not in NO_SURNAMES and any(c.isalpha() for c in value)


GROUPS = (SHAPES, CUES, name_labels.ROWS)
