"""Formulas on one line: Office Math (OMML) and MathML. `10^{-3}`, `(a)/(b)`, `√(x)`; exponents must not be lost."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from redaction.attachments.extraction.xml_tree import child, local, value

_PROPERTIES = frozenset(
    {"ctrlPr", "sSupPr", "sSubPr", "sSubSupPr", "fPr", "radPr", "dPr", "naryPr", "rPr", "annotation"}
)
_NARY = {"": "∫"}


def formula(element: Element | None) -> str:
    """The text of a formula, or of a part of one."""
    if element is None:
        return ""
    name = local(element)
    if name in ("t", "mi", "mn", "mo", "mtext", "ms", "annotation-xml"):
        return (element.text or "").strip() if name != "t" else element.text or ""
    rule = _RULES.get(name)
    if rule is not None:
        return rule(element)
    return "".join(formula(item) for item in element if local(item) not in _PROPERTIES)


def _parts(element: Element) -> list[str]:
    return [formula(item) for item in element if local(item) not in _PROPERTIES]


def _script(element: Element) -> str:
    base, *scripts = _parts(element)
    signs = {"sSup": "^", "msup": "^", "sSub": "_", "msub": "_", "mover": "^", "munder": "_"}.get(local(element))
    marks = [signs] if signs else ["_", "^"]
    return base + "".join(f"{mark}{{{script}}}" for mark, script in zip(marks, scripts, strict=False) if script)


def _fraction(element: Element) -> str:
    return "/".join(f"({part})" for part in _parts(element))


def _root(element: Element) -> str:
    if local(element) == "rad":
        degree, base = formula(child(element, "deg")), formula(child(element, "e"))
    else:
        parts = _parts(element)
        base, degree = (parts[0], parts[1]) if local(element) == "mroot" and len(parts) > 1 else ("".join(parts), "")
    return f"√[{degree}]({base})" if degree else f"√({base})"


def _brackets(element: Element) -> str:
    settings = child(element, "dPr")
    begin, end = value(settings, "begChr") or "(", value(settings, "endChr") or ")"
    return begin + ", ".join(_parts(element)) + end


def _large(element: Element) -> str:
    sign = value(child(element, "naryPr"), "chr") or _NARY[""]
    low, high = formula(child(element, "sub")), formula(child(element, "sup"))
    bounds = (f"_{{{low}}}" if low else "") + (f"^{{{high}}}" if high else "")
    return f"{sign}{bounds}({formula(child(element, 'e'))})"


_RULES = {
    **dict.fromkeys(("sSup", "msup", "sSub", "msub", "sSubSup", "msubsup", "munder", "mover", "munderover"), _script),
    **dict.fromkeys(("f", "mfrac"), _fraction),
    **dict.fromkeys(("rad", "msqrt", "mroot"), _root),
    "d": _brackets,
    "nary": _large,
}
