"""Where a finding begins and ends: the parts of an address that stand beside a found street belong to it, half of one
never stays; a job's title behind a name does not, nor the article of the next word."""

# ruff: noqa: E501 - patterns and word lists stay on one line: so they are read and searched
from __future__ import annotations

import re
from collections.abc import Sequence

import re2

from redaction.detector.called_after import is_called_after
from redaction.detector.canonical.scan import places
from redaction.spans import Span

_REACH = 90
_MOST_PARTS = 8
# Flat, floor, entrance, block and door, in the words and short forms of post offices (UPU S42).
_UNIT = (
    r"(?i:apt|apartment|appt|appartement|app|apto|apartamento|suite|ste|unit|flat|floor|room|rm|bldg|building|block|blk|lot|tower|sector|phase|level|"
    r"piso|planta|puerta|pta|escalera|esc|portal|bloque|bloco|bloc|bl|scara|sc|etaj|et|ap|andar|fração|lote|sala|casa|int|interno|scala|"
    r"кв|квартира|корп|корпус|под|подъезд|эт|этаж|оф|офис|д|дом|стр|буд|под'їзд|вх|ет|"
    r"lok|lokal|klatka|m|mieszkanie|byt|patro|patr|vchod|emelet|em|fsz|ajtó|lépcsőház|lh|kat|daire|blok|apartmanı|"
    r"bus|bte|boîte|bât|bâtiment|étage|porte|résidence|hus|lgh|lägenhet|trappa|tr|sal|as|rappu|porras|inngang|leil|"
    r"top|tür|stiege|stock|og|eg|dg|whg|wohnung|haus|hinterhaus|no|nr|num|n[°º]|διαμ|όροφος|κτίριο|דירה|קומה|כניסה|شقة|الطابق|عمارة|رقم)"
)
_BEHIND = re.compile(
    rf"(?:,?[ ]{{1,2}}|,|[ ]?[،/][ ]?)(?:{_UNIT}\.?[ :°º]{{0,2}}#?[A-Za-z]?\d{{0,4}}[A-Za-z]?(?:[-/]\d{{1,4}})?(?<=[\dA-Z])|"
    r"#?\d{1,3}[-/]\d{1,4}[A-Za-z]?|#\d{1,5}[A-Za-z]?|\d{1,4}[A-Za-z]?(?=[,\n]|[ ]\d|\Z)|[A-Z][ ]?\d{1,4}|\d{1,2}\.? ?(?:tv|th|mf|sal|º|ª|OG|Stock|em|étage|piso)\b\.?(?: ?\d{1,3}\b| ?[A-D]\b)?|"
    r"(?:bis|ter|quater)\b|[A-H](?=[,\n]|[ ]\d|\Z)|\d{1,4}(?:丁目|番地?|号))(?![\w])(?!:\d|/\d|[.,]\d| ?(?:%|€|\$|USD|EUR|Uhr|am\b|pm\b|h\b|a\.m|p\.m|years?|days?|hours?|times|minutes?|people|more|units?|items?)\b)"
)
# A post code, and the town behind it.
_POSTCODE = re.compile(
    r"(?:,?[ ]{1,2}|,?\n[ \t]{0,8}|[ ]?،[ ]?)(?:[A-Z]{1,3}[-– ])?(?:\d{4}[ ]?[A-Z]{2}\b|\d{2,3}[- ]\d{2,4}\b|\d{4,6}\b)(?:[ ]\p{Lu}[\p{L}'’.-]{1,24}(?:[ -]\p{Lu}[\p{L}'’.-]{1,24}){0,2}(?:[ ]\d{1,2}\b)?)?".replace(
        r"\p{Lu}", "[A-ZÀ-ÖØ-ÞĀ-Ž\u0386-\u03ab\u0400-\u042f]"
    ).replace(r"\p{L}", "A-Za-zÀ-ÖØ-öø-žͰ-ӿ")
)
_PARTS_BEFORE = (
    rf"(?:(?:(?<!\w){_UNIT}\.?[ ]?#?[A-Za-z]?\d{{1,5}}[A-Za-z]?|#?\d{{1,3}}-\d{{1,4}})[ ]?,?[ ]{{1,2}}|"
    r"(?<![\w.,:/$€£#-])(?<![a-z] (?=(?:19|20)\d\d))\d{1,5}[A-Za-z]?(?:[-/]\d{1,4}[A-Za-z]?)?(?:[ ](?:bis|ter|quater))?,?[ ]{1,2}|"
    r"(?<!\w)(?i:вул|ул|улица|вулиця|пр|просп|пр-т|пер|бул|наб|шоссе|пл|str|strada|bd|bulevardul|calea|al|aleea|ul|ulica|os|pl|rue|av|ave|avda|c/|cl|cra|r|via|v\.le|jl|jalan|no|nr|č|čp|č\.p|cad|sk|sok|mah|οδός|רחוב|רח'|شارع)\.?[ ]{1,2}(?:[^\W\d_][\w'’-]{1,24}[ ]{1,2}){0,3}?(?:(?:nr|no|n[º°])\.?[ ]{1,2})?)\Z"
)
_BEFORE = re.compile(_PARTS_BEFORE)


def _loosened(pattern: str) -> str:
    """The pattern in RE2's syntax: without what may not stand in front, and with more than the letters and digits that
    Python knows."""
    for old, new in (
        (r"(?<![\w.,:/$€£#-])(?<![a-z] (?=(?:19|20)\d\d))", ""),
        (r"(?<!\w)", ""),
        (r"[^\W\d_]", r"[^\s_]"),
        (r"[\w'’-]", r"[^\s]"),
        (r"\d", r"[0-9\x{80}-\x{10ffff}]"),
        (r"\Z", r"\z"),
    ):
        pattern = pattern.replace(old, new)
    return pattern


# Few addresses have anything in front of them, and `re` tries its patterns at every place of a line.
_MAY_STAND_BEFORE = re2.compile(_loosened(_PARTS_BEFORE))
# `Marta Lindqvist Senior Engineer`, `Weissmann Jr. Accountant`
_JOB = re.compile(
    r"(?<=\w)[ ](?:Senior|Junior|Lead|Chief|Principal|Staff|Associate|Assistant|Deputy|Managing|Executive|Regional|Vice|Head|Jr\.?[ ](?=[A-Z][a-z]{3}))(?:[ ]|\Z).*\Z",
    re.DOTALL,
)
_JOB_WORD = re.compile(
    r"[ ](?:Engineer|Accountant|Manager|Director|Developer|Designer|Analyst|Consultant|Architect|Officer|Scientist|Administrator|Specialist|Coordinator|President|Partner|Editor|Nurse|Physician|Surgeon|Teacher|Professor|Attorney|Counsel)\b"
)
# `in der Lindenstraße 48`: no address begins with a small word before a capital.
_SMALL = re.compile(r"(?:[a-zà-öø-ÿ]{1,4}[ ]){1,3}(?=[A-ZÀ-ÖØ-Þ])")
_ARTICLE = re.compile(r"[ ](?:[cdjlmnst]|qu|dell|nell|all|un)\Z", re.IGNORECASE)


def extents(text: str, spans: Sequence[Span]) -> list[Span]:
    """The spans, addresses with all their parts, names without what is none of theirs."""
    found: list[Span] = []
    done = 0  # an address that lies in one that was looked at has the same parts
    for span in sorted(spans) if any(span.type == "STREET_ADDRESS" for span in spans) else spans:
        if span.type == "STREET_ADDRESS":
            whole = span if span.end <= done else _whole(text, span)
            done = max(done, whole.end)
            found.append(whole)
        elif span.type != "NAME":
            found.append(span)
        elif not is_called_after(text, span):
            found.append(_named(text, span))
    return found


def _whole(text: str, span: Span) -> Span:
    start, end = span.start, span.end
    if text[end : end + 1] in ("'", "’") and (article := _ARTICLE.search(text, start, end)):
        span, end = span._replace(end=article.start()), article.start()
    small = _SMALL.match(text, start, end)
    if small:
        return _whole(text, span._replace(start=small.end()))
    for _ in range(_MOST_PARTS):
        part = _BEHIND.match(text, end, end + _REACH) or _postcode(text, end)
        if part is None:
            break
        end = part.end()
    for _ in range(1 if text[start].isdigit() else 2):
        start, found = _grown(text, start), start
        if start == found:
            break
    return span._replace(start=start, end=end) if (start, end) != (span.start, span.end) else span


def _grown(text: str, start: int) -> int:
    """Where the part begins that stands in front of an address."""
    low = max(0, start - _REACH)
    if text[start - 1 : start] != " ":
        return start
    first = next(places(_MAY_STAND_BEFORE, text[low:start]), None)
    part = _BEFORE.search(text, low + first, start) if first is not None else None
    return part.start() if part else start


def _postcode(text: str, end: int) -> re.Match[str] | None:
    """A post code behind an address; four digits alone on the next line are a year as well."""
    part = _POSTCODE.match(text, end, end + _REACH)
    alone = part is not None and part[0].startswith("\n") and part[0].strip().isdigit()
    return None if part is not None and alone and len(part[0].strip()) == 4 else part


def _named(text: str, span: Span) -> Span:
    job = _JOB.search(text, span.start, span.end)
    if job is None:
        return span
    if not _JOB_WORD.search(text, job.start(), min(len(text), span.end + 40)):
        return span
    return span._replace(end=job.start())
