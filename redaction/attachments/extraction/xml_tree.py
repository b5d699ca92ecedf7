"""XML parts as trees: whole ones, and long ones piece by piece so that memory stays flat. No DTD, no entities."""

from __future__ import annotations

import io
from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring, iterparse

from redaction.attachments.extraction.result import Unreadable

_DEPTH = 256  # elements inside elements


def local(element: Element) -> str:
    """The name of an element without its namespace: Word, Strict OOXML and LibreOffice use different ones."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def attribute(element: Element, name: str) -> str:
    """An attribute by its local name; "" where there is none."""
    found = element.get(name)
    if found is not None:
        return found
    for key, value in element.items():
        if key.rpartition("}")[2] == name:
            return value
    return ""


def child(element: Element | None, name: str) -> Element | None:
    """The first child of that local name."""
    return None if element is None else next((item for item in element if local(item) == name), None)


def members(element: Element | None, name: str) -> list[Element]:
    """What stands in the first child of that local name; nothing where there is none."""
    found = child(element, name)
    return [] if found is None else list(found)


def inside(element: Element, *names: str) -> Iterator[Element]:
    """Every element below, in document order, that has one of these local names."""
    return (item for item in element.iter() if local(item) in names)


def value(element: Element | None, name: str, key: str = "val") -> str:
    """`val` of a child: `<w:pStyle w:val="Title"/>`. "" where there is none."""
    found = child(element, name)
    return "" if found is None else attribute(found, key)


def switched(element: Element | None, name: str) -> bool:
    """Whether a child switches something on: `<w:strike/>`, but not `<w:strike w:val="0"/>`."""
    found = child(element, name)
    return found is not None and attribute(found, "val").lower() not in ("0", "false", "off", "none", "nostrike")


def parse(data: bytes) -> Element:
    """A whole part. Raises `Unreadable`."""
    try:
        root: Element = fromstring(data, forbid_dtd=True)
    except (DefusedXmlException, ParseError, LookupError, ValueError) as error:
        raise Unreadable("an XML part cannot be parsed") from error
    return root


def blocks(data: bytes, *containers: str) -> Iterator[Element]:
    """The children of elements named so (`body`), one after the other, each dropped when the next is asked for.

    Raises `Unreadable`, also where elements are nested too deep.
    """
    depth = 0
    above: list[Element] = []
    try:
        for event, element in iterparse(io.BytesIO(data), events=("start", "end"), forbid_dtd=True):
            if event == "start":
                depth += 1
                if depth > _DEPTH:
                    raise Unreadable("nested too deep")
                above.append(element)
                continue
            depth -= 1
            above.pop()
            if above and local(above[-1]) in containers:
                yield element
                above[-1].clear()
    except (DefusedXmlException, ParseError, LookupError, ValueError) as error:
        raise Unreadable("an XML part cannot be parsed") from error
