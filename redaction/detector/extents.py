"""Where a finding begins and ends: the parts of an address that stand beside a found street belong to it, half of one
never stays; a job's title behind a name does not, nor the article of the next word."""

# ruff: noqa: E501 - patterns and word lists stay on one line: so they are read and searched
from __future__ import annotations

import re
from collections.abc import Sequence

from redaction.detector.called_after import is_called_after
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
_BEFORE = re.compile(
    rf"(?:(?:{_UNIT}\.?[ ]?#?[A-Za-z]?\d{{1,5}}[A-Za-z]?|#?\d{{1,3}}-\d{{1,4}})[ ]?,?[ ]{{1,2}}|"
    r"(?<![\w.,:/$€£#-])(?<![a-z] (?=(?:19|20)\d\d))\d{1,5}[A-Za-z]?(?:[-/]\d{1,4}[A-Za-z]?)?(?:[ ](?:bis|ter|quater))?,?[ ]{1,2}|"
    r"(?<!\w)(?i:вул|ул|улица|вулиця|пр|просп|пр-т|пер|бул|наб|шоссе|пл|str|strada|bd|bulevardul|calea|al|aleea|ul|ulica|os|pl|rue|av|ave|avda|c/|cl|cra|r|via|v\.le|jl|jalan|no|nr|č|čp|č\.p|cad|sk|sok|mah|οδός|רחוב|רח'|شارع)\.?[ ]{1,2}(?:[^\W\d_][\w'’-]{1,24}[ ]{1,2}){0,3}?(?:(?:nr|no|n[º°])\.?[ ]{1,2})?)\Z"
)
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
    for span in spans:
        if span.type == "STREET_ADDRESS":
            found.append(_whole(text, span))
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
        part = _BEHIND.match(text, end, end + _REACH) or _POSTCODE.match(text, end, end + _REACH)
        if part is None:
            break
        end = part.end()
    if not text[start].isdigit():
        part = _BEFORE.search(text, max(0, start - _REACH), start)
        start = part.start() if part else start
    part = _BEFORE.search(text, max(0, start - _REACH), start)
    start = part.start() if part else start
    return span._replace(start=start, end=end) if (start, end) != (span.start, span.end) else span


def _named(text: str, span: Span) -> Span:
    job = _JOB.search(text, span.start, span.end)
    if job is None:
        return span
    if not _JOB_WORD.search(text, job.start(), min(len(text), span.end + 40)):
        return span
    return span._replace(end=job.start())
