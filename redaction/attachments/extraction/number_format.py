"""A spreadsheet's number as its reader sees it: `0.0%`, `#,##0.00" kg"`, dates, signs, exponents.

Source: ECMA-376 part 1, 18.8.30 and 18.8.31 (number formats). Colours and column alignment mean nothing here; what a
format does not say is left as the file spells the number.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from functools import lru_cache

# 18.8.30: formats that a file need not spell out.
BUILT_IN = {
    1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?", 13: "# ??/??",
    14: "yyyy-mm-dd", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM", 19: "h:mm:ss AM/PM", 20: "h:mm",
    21: "h:mm:ss", 22: "yyyy-mm-dd h:mm", 37: "#,##0;(#,##0)", 38: "#,##0;(#,##0)", 39: "#,##0.00;(#,##0.00)",
    40: "#,##0.00;(#,##0.00)", 45: "mm:ss", 46: "[h]:mm:ss", 47: "mm:ss.0", 48: "0.0E+0", 49: "@",
}  # fmt: skip
_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|_.|\*.|\[\$(?P<currency>[^\]-]*)[^\]]*\]|\[(?P<elapsed>[hms]+)\]|\[[^\]]*\]'
    r"|(?P<am>AM/PM|A/P)|(?P<date>y+|m+|d+|h+|s+(?:\.0+)?)|(?P<digits>[0#?][0#?,]*(?:\.[0#?]*)?,*|\.[0#?]+,*)"
    r"|E(?P<exponent>[+-]0+)|(?P<general>General)|(?P<other>.)",
    re.IGNORECASE | re.DOTALL,
)
_EPOCHS = (datetime(1899, 12, 30), datetime(1904, 1, 1))
_LAST_DAY = 2_958_465  # 9999-12-31


@lru_cache(512)
def _tokens(section: str) -> tuple[tuple[str, str], ...]:
    """(kind, text) of the pieces of one section of a format."""
    found: list[tuple[str, str]] = []
    for match in _TOKEN.finditer(section[:400]):
        kind = match.lastgroup
        if kind is None:
            continue
        text = match.group(kind)
        found.append(("literal", text) if kind in ("quoted", "escaped", "currency", "other") else (kind, text))
    return tuple(found)


def shown(number: str, code: str, epoch_1904: bool = False) -> str:
    """`number` (as the file spells it) under the format `code`. Numbers that no float holds stay as they are."""
    if not code or code.lower() in ("general", "@") or len(number) > 40:
        return _general(number)
    try:
        amount = float(number)
    except ValueError:
        return number
    sections = _sections(code)
    section, negative = sections[0], amount < 0
    if amount < 0 and len(sections) > 1:
        section, negative = sections[1], False
    elif amount == 0 and len(sections) > 2:
        section = sections[2]
    tokens = _tokens(section)
    kinds = {kind for kind, _ in tokens}
    if kinds & {"date", "elapsed"} and "digits" not in kinds:
        return _date(amount, tokens, epoch_1904) if abs(amount) < _LAST_DAY else number
    if not kinds & {"digits", "general"}:
        literal = "".join(text for _, text in tokens).strip()
        return f"{literal} ({number})" if literal else number
    out = _amount(abs(amount), number.lstrip("-+"), tokens)
    return f"-{out}" if negative else out


@lru_cache(512)
def _sections(code: str) -> tuple[str, ...]:
    """The parts of a format between semicolons that are no literal."""
    parts = [""]
    for piece in re.findall(r'"[^"]*"|\\.|;|[^;"\\]+|.', code[:1000], re.DOTALL):
        if piece == ";":
            parts.append("")
        else:
            parts[-1] += piece
    return tuple(parts[:4])


def _general(number: str) -> str:
    """What a program wrote as `0.30000000000000004` reads as 0.3, and `25.0` as 25."""
    if not re.fullmatch(r"-?[0-9]{1,15}\.[0-9]+", number):
        return number
    return f"{float(number):.12f}".rstrip("0").rstrip(".") if len(number) > 16 else number


def _amount(amount: float, spelled: str, tokens: tuple[tuple[str, str], ...]) -> str:
    percent = sum(text.count("%") for kind, text in tokens if kind == "literal")
    digits = next((text for kind, text in tokens if kind == "digits"), "")
    scaled = amount * 100**percent
    scaled /= 1000 ** (len(digits) - len(digits.rstrip(",")))
    exponent = any(kind == "exponent" for kind, _ in tokens)
    if any(text == "/" for _, text in tokens):  # a fraction is left as a decimal number
        return spelled
    whole, _, places = digits.rstrip(",").partition(".")
    least = places.count("0")
    if exponent:
        body = f"{scaled:.{len(places)}E}"
    else:
        body = f"{scaled:{',' if ',' in whole else ''}.{len(places)}f}"
        while len(places) > least and "." in body and body.endswith("0"):
            body, places = body[:-1].rstrip("."), places[:-1]
        width = whole.replace(",", "").count("0")
        if len(body.partition(".")[0]) < width and "," not in body:
            body = body.zfill(len(body) + width - len(body.partition(".")[0]))
    out, written = [], False
    for kind, text in tokens:
        if kind == "literal":
            out.append(text)
        elif kind == "general":
            out.append(spelled)
        elif kind == "digits" and not written:
            out.append(body)
            written = True
    return "".join(out).strip()


def _date(amount: float, tokens: tuple[tuple[str, str], ...], epoch_1904: bool) -> str:
    """Dates and times in the order and words that cannot be misread: 2024-03-01 14:05."""
    kinds = [text.lower() for kind, text in tokens if kind in ("date", "elapsed")]
    if any(kind == "elapsed" for kind, _ in tokens):
        seconds = round(amount * 86400)
        hours, rest = divmod(abs(seconds), 3600)
        return f"{'-' if seconds < 0 else ''}{hours}:{rest // 60:02d}:{rest % 60:02d}"
    moment = _EPOCHS[epoch_1904] + timedelta(seconds=round(amount * 86400))
    time = any(text[0] in "hs" for text in kinds)
    day = any(text[0] in "yd" for text in kinds) or (any(text[0] == "m" for text in kinds) and not time)
    parts: list[str] = []
    if day:
        has_day = any(text[0] == "d" for text in kinds)
        has_year = any(text[0] == "y" for text in kinds)
        parts.append(moment.strftime("%Y-%m-%d" if has_day or not has_year else "%Y-%m"))
    if time:
        seconds_too = any(text[0] == "s" for text in kinds)
        parts.append(moment.strftime("%H:%M:%S" if seconds_too else "%H:%M"))
    return " ".join(parts)
