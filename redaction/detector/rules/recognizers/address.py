"""Street addresses by rule: house numbers with street words, units, post boxes, labelled lines. The tagger finds the rest."""

# ruff: noqa: E501 - patterns and word lists stay on one line: so they are read and searched
from __future__ import annotations

import re

from redaction.detector.rules.checksums import digits
from redaction.detector.rules.recognizer import Recognizer, any_edges, word_edges

_REFERENCE = "USPS Publication 28 (suffixes, secondary units); UPU S42 address formats"

_SUFFIX = (
    r"(?:Street|St|Avenue|Ave|Av|Road|Rd|Boulevard|Blvd|Lane|Ln|Drive|Dr|Court|Ct|Circle|Cir|Place|Pl|Plaza|Square|Sq|Terrace|Ter|Trail|Trl|Way|Parkway|Pkwy|"
    r"Highway|Hwy|Loop|Alley|Aly|Row|Crescent|Cres|Close|Gardens|Grove|Gr|Mews|Hill|Walk|Path|Pike|Crossing|Xing|Run|Ridge|Point|Pt|Cove|Cv|Bend|Gateway|"
    r"Mall|Harbor|Harbour|Extensions?|Crossroads?|Expressway|Expy|Turnpike|Tpke|Freeway|Fwy|Heights|Hts|Landing|Manor|Meadows?|Park|View|Vista|Estate|Quay|Wharf|Parade|Green)"
)
_WORD = (
    r"(?:[\p{Lu}\d][\pL\d.'’-]*|de|del|da|do|dos|das|la|le|les|los|las|du|des|van|von|der|den|of|the|y|e|zu|am|an|und)"
)
_CAP = r"[\p{Lu}\d][\pL\d'’-]*"
_UNIT = r"(?:Apt|Apartment|Suite|Ste|Unit|Room|Rm|Floor|Fl|Flat|Bldg|Building|Lot|Space|Dept|Top|Piso|Wohnung|Whg|m\.|lok\.)\.?[ ]?#?[ ]?[A-Z]?-?\d{1,5}[A-Za-z]?|#[ ]?\d{1,5}[A-Za-z]?|(?i:apt|apartment|unit|ste|suite)\.? ?[A-Z]\d{0,3}"
_STATE = r"(?:A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|P[AR]|RI|S[CD]|T[NX]|UT|V[AT]|W[AIVY]|A[AEP]|ON|QC|BC|AB|MB|SK|NS|NB|NSW|VIC|QLD|TAS|ACT|[A-Z]{2}|nan)"
_CITY_STATE_ZIP = (
    rf"(?:,?[ \t\n]{{1,4}}[\p{{Lu}}][\pL.'’ -]{{1,40}},[ ]{{1,2}}{_STATE}\.?[ ]{{1,2}}\d{{5}}(?:-\d{{4}})?)"
)
_COUNTRY = (
    r"(?:Austria|Australia|Belgium|Brazil|Bulgaria|Canada|Chile|China|Colombia|Croatia|Cyprus(?: \(\pL+\))?|Czech Republic|Czechia|Denmark|Estonia|Finland|France|Germany|Greece|Greenland|Hungary|Iceland|"
    r"India|Ireland|Israel|Italy|Japan|Latvia|Lithuania|Luxembourg|Malta|Mexico|Netherlands|New Zealand|Norway|Poland|Portugal|Romania|Russia|Slovakia|Slovenia|South Africa|Spain|Sweden|Switzerland|"
    r"Tunisia|Turkey|Ukraine|United Kingdom|UK|United States|USA|Uruguay|Vietnam|Argentina|Peru|Singapore|Philippines|Thailand|Malaysia|Indonesia|South Korea|Egypt|Kenya|Nigeria|Morocco)"
)
_TAIL = rf"(?:{_CITY_STATE_ZIP}|,?[ \t\n]{{1,4}}[\p{{Lu}}][\pL.'’() -]{{1,40}}[,\n][ \t]{{0,3}}(?:{_COUNTRY}[ ]?)?\d{{4,6}}|,?[ \t\n]{{1,4}}[\p{{Lu}}][\pL.'’() -]{{1,40}}[,\n][ \t]{{0,3}}{_COUNTRY}\b)"
_NUM = r"\d{1,6}[A-Za-z]?(?:[-/]\d{1,4}[A-Za-z]?)?"


_IP = re.compile(r"\s*(?:\d{1,3}\.){3}\d|\s*[0-9A-Fa-f]{2}:")


def _address_line(value: str) -> bool:
    """A labelled line that reads like an address: a number, words, no code."""
    return (
        bool(digits(value))
        and not _IP.match(value)
        and sum(c.isalpha() for c in value) >= 4
        and not any(m in value for m in ("://", "@", "0x", "{", "}", "(", "=", "::", "127.", "localhost", "_"))
    )


_HEADING = re.compile(
    r"(?i)(?:version|chapter|section|page|figure|fig|table|release|step|part|line|week|day|article|order|invoice|item|note|build|level|phase|"
    r"kapitel|seite|abschnitt|abbildung|tabelle|artikel|teil|stand|ausgabe|band|nummer|capítulo|página|sección|chapitre|article|volume|vol|no|nr|in|am|on|since|from)\b"
)


def _no_heading(value: str) -> bool:
    return not _HEADING.match(value) or value[:3] in ("Am ", "Im ", "In ")


def _has_number(value: str) -> bool:
    return bool(digits(value))


# The Free Software Foundation's addresses, in the licence text of half the world's source files.
_LICENCE = ("51 franklin st", "59 temple pl", "675 mass ave", "31 milk st")


# `Case 3 of 12. Policy 7. Unit 12`: a list of things.
_SENTENCES = re.compile(r"\d\. [A-Z]\w+ \d")


# `Copyright (C) 2021, 2022 Anthony Green`: years in front of a name.
_NOTICE = re.compile(r"(?i)(?:©|\(c\)|copyright)[^\n]{0,4}(?:(?:19|20)\d\d[ ,–-]{1,3}){0,8}\Z")
_YEARS = re.compile(r"(?:19|20)\d\d, (?:19|20)\d\d ")


def _no_notice(text: str, start: int, end: int) -> bool:
    if _YEARS.match(text, max(0, start - 6)) or _NOTICE.search(text, max(0, start - 60), start):
        return False
    return word_edges(text, start, end)


def _nobody_home(value: str) -> bool:
    return not value.lower().startswith(_LICENCE) and not _SENTENCES.search(value)


_EU_PREFIX = (
    r"(?:C/|Calle|Cl\.|Av(?:enida|da|d)?\.?|AV\.?|Paseo|P[ºo°]|Plaza|Pza\.?|Carrera|Cra\.?|Ctra\.?|Carretera|Camino|Ronda|Travesía|Glorieta|Rambla|"
    r"Rua|R\.|Travessa|Praça|Largo|Alameda|Estrada|Rúa do|Rue|Avenue|Boulevard|Bd|Allée|Impasse|Quai|Place|Chemin|Route de|Cours|"
    r"Via|Viale|Piazza|Corso|Vicolo|Strada|Largo|Lungomare|ul\.|Ul\.|ulica|al\.|Al\.|aleja|pl\.|os\.|Brisas|Πλατεία|Οδός|улица|ул\.|проспект|пр\.)"
)
_EU_SUFFIX = (
    r"(?:stra(?:ß|ss)e|str\.|weg|platz|allee|gasse|ring|damm|ufer|steig|pfad|straat|laan|plein|gracht|kade|dijk|singel|hof|vej|gade|allé|vägen|gatan|gränd|stigen|veien|vegen|gata|gaten|"
    r"tie|katu|kuja|polku|rinne|tänav|maantee|gata|vegur|braut)"
)

# Block, lot and house: `1-9-1`, `3丁目1番1号`.
_JAPANESE_LOT = r"[0-9]{1,4}(?:丁目|番地?|[-－‐ーの])[0-9]{1,4}(?:(?:番地?|号|[-－‐ーの])[0-9]{0,4}){0,3}号?"

ROWS = (
    Recognizer(
        "address_us",
        "STREET_ADDRESS",
        rf"\b{_NUM}[ ]{{1,2}}(?:(?:N|S|E|W|NE|NW|SE|SW|North|South|East|West)\.?[ ])?(?:{_WORD}[ ]){{1,5}}?{_SUFFIX}\b\.?(?:[ ](?:N|S|E|W|NE|NW|SE|SW)\b)?(?:,?[ \t\n]{{1,4}}(?:{_UNIT}))?{_CITY_STATE_ZIP}?",
        check=_nobody_home,
        guard=_no_notice,
        score=0.74,
        trigger=rf"\b{_SUFFIX}\b",
        reference=_REFERENCE,
    ),
    Recognizer(
        "address_unit",
        "STREET_ADDRESS",
        rf"\b\d{{1,6}}[A-Za-z]?[ ]{{1,2}}(?:[\pL\d.'’/-]+,?[ ]{{1,2}}){{0,6}}?[\pL\d.'’/-]+,?[ \t]{{0,2}}\n?[ \t]{{0,3}}(?:{_UNIT})\b(?:[ ,]{{1,2}}(?:{_UNIT}))?(?:{_TAIL}|[ ,]{{1,2}}\p{{Lu}}[\p{{Lu}} -]{{2,30}} \p{{Lu}}{{2}}\b(?: \d{{4,6}})?)?",
        check=_nobody_home,
        guard=word_edges,
        score=0.76,
        trigger=r"(?i)\b(?:apt|suite|ste|unit|flat)\b\.? ?#?\d",
        reference=_REFERENCE,
    ),
    Recognizer(
        "address_corner",
        "STREET_ADDRESS",
        rf"(?i:\bcorner of|\bintersection of)[ ]((?:{_WORD}\.?[ ]){{1,6}}?(?:and|&)[ ]{_CAP}\.?(?:[ ]{_CAP}\.?){{0,3}})",
        guard=word_edges,
        score=0.7,
        trigger=r"(?i)\b(?:corner|intersection) of",
        reference=_REFERENCE,
    ),
    Recognizer(
        "address_unit_lines",
        "STREET_ADDRESS",
        rf"\b\d{{1,6}}[ ](?:[\p{{Lu}}\d][\pL\d.'’/-]*[ ]?){{1,6}}\n[ \t]{{0,4}}(?:{_UNIT})\n[^\n]{{2,40}}\n[^\n\d]{{2,40}}\d{{4,6}}\b",
        guard=word_edges,
        score=0.78,
        trigger=r"(?i)\n[ \t]{0,4}(?:apt|suite|ste|unit|flat)\b\.? ?#?\d",
        reference=_REFERENCE,
    ),
    Recognizer(
        "address_unit_alone",
        "STREET_ADDRESS",
        rf"\b(?:Apt|Suite|Apartment)\.?[ ]#?\d{{1,5}}[A-Za-z]?\b{_TAIL}?",
        guard=lambda text, a, b: _no_licence(text, a, b),
        score=0.6,
        trigger=r"\b(?:Apt|Suite|Apartment)\.? #?\d",
        reference=_REFERENCE,
    ),
    Recognizer(
        "address_military",
        "STREET_ADDRESS",
        r"(?i)\b(?:(?:PSC|Unit|CMR|USS|USNS|USCGC|USNV)[ ][A-Z0-9]{1,12}(?:,? Box \d{1,6})?,?[ \n]{1,2})?(?:APO|FPO|DPO),?[ ](?:AA|AE|AP)[ ]\d{5}(?:-\d{4})?\b",
        score=0.88,
        trigger=r"(?i)\b[afd]po,? a[aep] \d",
        reference="USPS Publication 28, section 225",
    ),
    Recognizer(
        "address_po_box",
        "STREET_ADDRESS",
        rf"(?i)\b(?:p\.? ?o\.? ?box|post office box|postfach|apartado(?: de correos)?|apdo\.|bo[iî]te postale|casella postale|caixa postal|postbus|postboks|private bag|locked bag|freepost|skr\. poczt\.)[ ]?(?:no\.? )?\d{{1,7}}(?:[ ]\d{{2}}){{0,3}}\b{_CITY_STATE_ZIP}?",
        score=0.85,
        trigger=r"(?i)\bp\.? ?o\.? ?box|post office box|postfach|apartado|apdo|postal|postbus|postboks|(?:private|locked) bag|freepost|skr\. poczt",
        reference=_REFERENCE,
    ),
    Recognizer(
        "address_eu_prefix",
        "STREET_ADDRESS",
        rf"(?:^|[\s,(:])((?:C/[ ]?|{_EU_PREFIX}[ ]{{1,2}})(?:{_WORD}[ ,]{{1,2}}){{0,6}}?(?:[\pL][\pL.'’-]*,?[ ]{{1,2}})?(?:n[ºo°.]{{0,2}}|No\.?|km|nr\.?|#)?[ ]{{0,2}}\d{{1,5}}[A-Za-z]{{0,2}}(?:[-/#., ]{{1,3}}(?:\d{{1,4}}[A-Za-zºª]{{0,2}}|[A-Z]\b|Piso \d+|bis|km)){{0,4}}(?:,?[ ]\d{{4,5}}[ ][\p{{Lu}}][\pL-]+)?)",
        check=_has_number,
        guard=any_edges,
        score=0.72,
        trigger=rf"(?:^|[\s,(:]){_EU_PREFIX}[ ]",
        reference=_REFERENCE,
    ),
    Recognizer(
        "address_eu_suffix",
        "STREET_ADDRESS",
        rf"(?:\d{{1,6}} )?(?:(?:{_WORD})[ -]){{0,3}}[\p{{Lu}}][\pL'’-]*{_EU_SUFFIX}[ ]{{1,2}}\d{{1,5}}(?:[ ]?[A-Za-z])?\b(?:,?[ \n]{{1,2}}(?:[A-Z]{{1,2}}-)?\d{{4,5}}(?: ?[A-Z]{{2}})?[ ][\p{{Lu}}][\pL-]+(?: [\p{{Lu}}][\pL-]+)?)?",
        check=_has_number,
        guard=word_edges,
        score=0.72,
        trigger=rf"\pL{_EU_SUFFIX} \d",
        shrink=True,
        reference=_REFERENCE,
    ),
    Recognizer(
        "address_eu_separate",
        "STREET_ADDRESS",
        r"\b(?:\d{1,6} )?(?:[\p{Lu}][\pL'’-]+ ){1,3}(?:utca|út|u\.|tér|köz|körút|kapu|tee|tn|mnt|náměstí|ulice|třída|Straße|Str\.|Weg|Platz|Allee|Ring|Damm|väg|gata|vei)[ ]\d{1,5}\.?[A-Za-z]?\b",
        score=0.72,
        trigger=r" (?:utca|út|u\.|tér|köz|körút|kapu|tee|tn|mnt|náměstí|ulice|třída|Straße|Str\.|Weg|Platz|Allee|Ring|Damm|väg|gata|vei) \d",
        reference=_REFERENCE,
    ),
    Recognizer(
        "address_uk_postcode",
        "STREET_ADDRESS",
        r"\b(?:[\p{Lu}][\pL'’-]+,? ){0,2}(?:[A-Z]{1,2}\d[A-Z\d]?) \d[ABD-HJLNP-UW-Z]{2}\b",
        score=0.68,
        trigger=r"\b[A-Z]{1,2}\d[A-Z\d]? \d[ABD-HJLNP-UW-Z]{2}\b",
        reference="BS 7666; Royal Mail PAF",
    ),
    Recognizer(
        "address_country_zip",
        "STREET_ADDRESS",
        rf"\b{_COUNTRY}[ ]\d{{4,6}}\b",
        score=0.66,
        trigger=r"[a-z)] \d{4}",
        reference="UPU S42",
    ),
    Recognizer(
        "address_city_state_zip",
        "STREET_ADDRESS",
        r"\b(?:[\p{Lu}][\pL.'’-]+ ){0,2}[\p{Lu}][\pL.'’-]+, (?:A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|P[AR]|RI|S[CD]|T[NX]|UT|V[AT]|W[AIVY]) \d{5}(?:-\d{4})?\b",
        score=0.72,
        trigger=r", [A-Z]{2} \d{5}",
        guard=lambda text, a, b: _no_licence(text, a, b),
        reference=_REFERENCE,
    ),
    Recognizer(
        "address_turkish",
        "STREET_ADDRESS",
        r"(?:[\p{Lu}\d][^\s,]{0,24}[ ]){1,4}(?:Sok(?:ak|ağı)?|Sk|Cad(?:desi)?|Cd|Bulvar[ıi]|Blv|Mah(?:allesi)?|Sitesi)\.?[ ,]{1,2}(?:[\p{Lu}\d][^\s,]{0,24}[ ,]{1,2}){0,4}?(?:No|Nr)\.?[: ]{0,2}\d{1,4}[A-Z]?(?:/\d{1,4})?",
        guard=any_edges,
        score=0.74,
        trigger=r"(?:Sok|Sk|Cad|Cd|Bulvar|Blv|Mah|Sitesi)[^\s,]{0,6}[ ,]",
        reference=_REFERENCE,
    ),
    Recognizer(
        "address_semitic",
        "STREET_ADDRESS",
        r"(?:(?:رقم[ ])?[0-9٠-٩]{1,4}[ ،]{1,2}(?:شارع|طريق|حي)(?:[ ][^\s\d،,.]{2,20}){1,2}|(?:شارع|طريق)(?:[ ][^\s\d،,.]{2,20}){1,3}[ ،]{1,2}(?:رقم[ ])?[0-9٠-٩]{1,4}|(?:רחוב|רח'|שדרות|שד')(?:[ ][^\s\d,.]{2,20}){1,3}[ ][0-9]{1,4})",
        guard=any_edges,
        score=0.74,
        trigger=r"شارع|طريق|רחוב|רח'|שדרות|שד'|حي",
        reference=_REFERENCE,
    ),
    # Whatever the street is called: a number behind it, then post code and town.
    Recognizer(
        "address_postcode_town",
        "STREET_ADDRESS",
        r"\p{Lu}[^\s,\d]{1,24}(?:[ ](?:\p{Lu}[^\s,\d]{1,24}|de|da|do|la|del|der|den|dem|des|van|von|di|du|les)){0,3}[ ]\d{1,4}[A-Za-z]?(?:/\d{1,4}[A-Za-z]?)?(?:,[ ][^,\n]{1,18})?(?:,[ ]|[ ]?\n[ \t]{0,4})(?:(?:[A-Z]{1,3}[-–])?(?:\d{3}[ ]\d{2}|\d{5}|\d{2}-\d{3}|\d{4}[ ][A-Z]{2})|[A-Z]{1,3}[-–]\d{4})[ ]\p{Lu}[^\s,.;:)\d]{2,24}",
        check=_no_heading,
        guard=word_edges,
        score=0.68,
        trigger=r"(?:,[ ]|\n[ \t]{0,4})(?:[A-Z]{1,3}[-–])?\d{2,5}[ -]?[A-Z0-9]{0,3} \p{Lu}",
        reference="UPU S42",
    ),
    Recognizer(
        "address_japan",
        "STREET_ADDRESS",
        rf"(?:(?:東京都|北海道|大阪府|京都府|\p{{Han}}{{2,3}}県)\p{{Han}}{{1,6}}[市区郡町村](?:\p{{Han}}{{1,5}}[区町村])?[\p{{Han}}\p{{Hiragana}}\p{{Katakana}}ー]{{0,10}}?|\p{{Han}}{{1,4}}[市郡]\p{{Han}}{{1,4}}[区町村][\p{{Han}}\p{{Katakana}}ーの]{{0,8}}?){_JAPANESE_LOT}",
        guard=any_edges,
        score=0.74,
        trigger=r"[市区郡町村]\S{1,20}[0-9](?:丁目|番|[-－‐ーの])",
        reference="UPU S42 (Japan): prefecture, city, ward, district, block",
    ),
    Recognizer(
        "address_labelled",
        "STREET_ADDRESS",
        r"(?i)\b(?:(?:home|postal|mailing|street|billing|shipping|delivery|residential|my|our)[ _-]?address|address(?:[ _-]?line)?[ _]?[12]?|domicilio|direcci[oó]n|adresse|wohnhaft in|anschrift|endere[çc]o|morada|indirizzo|adres|zamieszka[łl]\w+|адрес|lives? at|resides? at|living at)[\"']?(?:[ \t]{0,3}(?::|=)[ \t]{0,3}|[ \t]{1,2}(?:is|to the same:)?[ \t]{0,2})[\"'*]{0,3}([^\n\"|<>;\t]{6,120})",
        check=_address_line,
        guard=lambda text, a, b: _starts_like_address(text, a, b),
        score=0.64,
        trigger=r"(?i)(?:address|domicilio|direcci|adress|wohnhaft|anschrift|endere|morada|indirizzo|adres|zamieszka|адрес|lives? at|resides? at|living at)",
        reference=_REFERENCE,
    ),
)


def _no_licence(text: str, start: int, end: int) -> bool:
    """Not the tail of the Free Software Foundation's address."""
    return word_edges(text, start, end) and "Foundation" not in text[max(0, start - 60) : start]


def _starts_like_address(text: str, start: int, end: int) -> bool:
    """The line behind the label starts with a house number or a capital, and its number stands near the start."""
    value = text[start:end].lstrip()
    return (value[:1].isdigit() or value[:1].isupper()) and any(c.isdigit() for c in value[:45]) and " " in value
