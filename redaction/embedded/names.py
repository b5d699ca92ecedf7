"""Names by rule: labels, forms of address, introductions and common given names.

A complement of the tagger: these cues hold where a sentence gives a model nothing to go by (`first_name: Ada`, `Dear Ms. Okafor`).
The lists are written for this project from general knowledge.
"""

from __future__ import annotations

from redaction.embedded.name_lists import AMBIGUOUS, GIVEN, NO_SURNAMES
from redaction.embedded.recognizer import Recognizer, token_edges

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
    return last not in NO_SURNAMES and not (words[0].lower() in AMBIGUOUS and words[1].lower() in NO_SURNAMES)


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


def _row(name: str, pattern: str, check: object, score: float, *, trigger: str = "", kind: str = "NAME") -> Recognizer:
    assert callable(check)
    return Recognizer(f"name_{name}", kind, pattern, check=check, guard=token_edges, score=score, trigger=trigger)


ROWS = (
    _row("full", rf"\b{_TWO}", full_name, 0.62),
    _row(
        "honorific",
        rf"\b(?:Mr|Mrs|Ms|Mx|Miss|Dr|Prof|Professor|Doctor|Sir|Madam|Lady|Lord|Rev|Father|Judge|Captain|Sgt|Lt|Officer|Hon|Herr|Frau|Señora?|Sra?|Srta|Doña?|Don|Monsieur|Madame|Mme|Mlle|"
        rf"Maître|Signora?|Sig|Dott(?:\.ssa)?|Senhora?|Pan|Pani|Mevrouw|Meneer|Dhr|Mevr|Fru|Hr|Médico|Dra)\.?[ \t]{{1,2}}({_FULL})",
        person,
        0.66,
    ),
    _row("dr_period", rf"\b(?i:dr|mr|mrs|ms|prof|dra?|sra?)\.[ \t]{{0,2}}((?:[A-Z]{{1,2}}[. ]{{1,2}})?{_FULL})", person, 0.66),
    _row(
        "introduction",
        rf"(?:\b(?i:my (?:full |first |last )?name(?:'s| is)|name is|i am called|i'm called|they call me|mein name ist|ich hei(?:ß|ss)e|je m'appelle|mon nom est|me llamo|mi nombre es|mi chiamo|"
        rf"il mio nome è|meu nome é|me chamo|mijn naam is|ik heet|nazywam się|mam na imię|jag heter|jeg hedder|jeg heter|nimeni on))[ \t:]{{1,3}}({_FULL})",
        person,
        0.68,
    ),
    _row("i_am", rf"\b(?:I am|I'm|This is|this is|named|called|Ich bin|soy|sono|sou)[ ]({_CAP}(?: {_CAP}){{0,2}})", clear_given, 0.6),
    _row(
        "greeting",
        rf"(?:^|[\n\"'>(.!?] ?)(?:Dear|Hi|Hello|Hey|Hallo|Hola|Bonjour|Ciao|Olá|Liebe[r]?|Sehr geehrte[r]?|Cher|Chère|Estimad[oa]|Caro|Cara|Beste|Drogi|Droga|Szanowny|Thanks|Thank you|Good (?:morning|afternoon|evening)),?[ ]"
        rf"(?:(?:Mr|Mrs|Ms|Dr|Prof|Herr|Frau|Pan|Pani)\.? )?({_CAP}(?: {_CAP}){{0,2}})(?:[,!:.\n]|$)",
        lambda v: given(v) or (person(v) and " " in v),
        0.6,
    ),
    _row("dear", rf"\b(?:Dear|Sehr geehrter? (?:Herr|Frau)|Liebe[r]?|Estimad[oa]|Chère?)[ ](?:(?:Mr|Mrs|Ms|Dr|Prof)\.? )?({_CAP}(?: {_CAP}){{0,2}}),", person, 0.62),
    _row(
        "signature",
        rf"(?i:regards|sincerely|yours truly|yours faithfully|cheers|best wishes|kind regards|thanks|thank you|grüßen?|freundlichen grüßen|cordialement|saludos|atentamente|cordiali saluti|pozdrawiam|groeten|hälsningar),?[ \t]*\r?\n[ \t\r\n-]{{0,6}}({_FULL})[ \t]*(?:\r?\n|$|,)",
        person,
        0.62,
    ),
    _row(
        "label_sure",
        r"(?i)\b(?:full|first|last|middle|given|family|maiden|sur|fore|patient|customer|client|employee|holder|cardholder|account[ _-]?holder|beneficiary|applicant|insured|contact|student|guest|passenger|tenant|debtor|"
        r"legal|preferred|display|real|emergency[ _-]?contact|recipient|sender|mother'?s?(?: maiden)?|father'?s?|spouse)[ _-]?name"
        + _SEP
        + r"((?:[\pL][\pL\pM.'’-]*)(?:,? [\pL][\pL\pM.'’-]*){0,4})",
        lambda v: person(v) and len(v) > 1 and _plain_name(v),
        0.7,
    ),
    _row(
        "label_other",
        r"(?i)\b(?:vorname|nachname|familienname|name des patienten|nom(?: de famille)?|pr[ée]nom|nombre(?:s)?(?: y apellidos| completo)?|apellidos?|cognome|nome(?: completo)?|sobrenome|naam|voornaam|achternaam|imi[ęe]|nazwisko|"
        r"m[ée]dico|paciente|patient(?:in)?|remitido por|responsable cl[ií]nico|physician|doctor|attending|prescriber|provider|ordering physician|referring physician|surgeon|cardholder|signed(?: by)?|prepared by|reported by|attn|attention|姓名|名前|氏名|имя|фамилия|фио)"
        rf"[\"'*_]{{0,3}}[ \t]{{0,3}}[:=：][ \t]{{0,4}}[\"'*_]{{0,3}}((?-i:(?:(?i:dr|dra|mr|mrs|ms|prof)\.? ?)?(?:{_CAP}|\p{{Lu}}\.?|[A-Z]{{2}})(?:(?: {_PARTICLE})? (?:{_CAP}|\p{{Lu}}\.)){{0,4}}|\p{{Han}}{{2,4}}))",
        lambda v: person(v),
        0.66,
    ),
    _row("label_name", rf"(?i:\bname|\bcontact|\bauthor|\bfrom|\bto|\bcc|\bre|\bowner|\bassignee|\breporter|\bemployee|\bclient|\bcustomer|\bsubject|\bholder)(?-i:{_SEP}({_FULL}))", lambda v: _one_or_two(v), 0.62),
    _row("label_name_line", rf"(?m:^[ \t*>-]{{0,6}}(?:Name|NAME|name|Full Name)[*]{{0,2}}[ \t]{{0,2}}:[*]{{0,2}}[ \t]{{1,4}}({_CAP}(?: (?:{_CAP}|\p{{Lu}}\.)){{1,3}})[ \t]*\r?$)", person, 0.64),
    _row("possessive", rf"\b({_CAP})['’]s\b", clear_given, 0.6),
    _row("speaker", rf"(?m:^[ \t]{{0,4}})({_CAP}(?: {_CAP})?):[ ]", clear_given, 0.6),
    _row("user_at_home", r"\b(?:first|last|sur|given|family|full)[_-]?[nN]ame[\"']?[ \t]{0,2}[:=][ \t]{0,2}[\"']([^\"'\n{}$<>]{2,60})[\"']", lambda v: person(v) and _plain_name(v), 0.7),
    _row("spoken", rf"\b(?:(?i:patient|client|customer|employee|colleague|manager|boss|wife|husband|son|daughter|brother|sister|mother|father|friend|neighbou?r|tenant|landlord|doctor|lawyer|plaintiff|defendant|witness|aunt|uncle|mum|mom|dad)),?[ ]({_CAP}(?: {_CAP})?)\b", lambda v: clear_given(v) or (" " in v and given(v)), 0.6),
)  # fmt: skip


def _plain_name(value: str) -> bool:
    """Letters, no code word: `first_name: String` is a schema."""
    lower = value.lower()
    return lower.split()[0].rstrip(",.") not in NO_SURNAMES and any(c.isalpha() for c in value)


def _one_or_two(value: str) -> bool:
    return (" " in value and full_name(value)) or (" " not in value and clear_given(value))
