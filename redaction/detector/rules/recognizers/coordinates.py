"""Where somebody is, to some metres: degrees with five decimals or with seconds. A town's centre, with fewer, is nobody's."""

# ruff: noqa: E501 - patterns stay on one line: so they are read and searched
from __future__ import annotations

import re

from redaction.detector.rules.recognizer import Recognizer, any_edges

_ISO = "ISO 6709, RFC 5870"
_NUMBER = re.compile(r"-?\d{1,3}\.\d+")


def _position(value: str) -> bool:
    """Latitude and longitude, in this order or the other, and not both near zero as weights of a model are."""
    numbers = [abs(float(number)) for number in _NUMBER.findall(value)]
    return (
        len(numbers) == 2
        and min(numbers) <= 90
        and max(numbers) <= 180
        and max(numbers) > 2
        and len(set(re.sub(r"\D", "", value))) > 3
    )


def _degrees(value: str) -> bool:
    return 0 < abs(float(value)) <= 180


ROWS = (
    Recognizer("coordinates_pair", "COORDINATES", r"(-?\d{1,3}\.\d{5,15}°?[NSEW]?[ ]?[,;/ ][ ]?-?\d{1,3}\.\d{5,15}°?[NSEW]?)", check=_position, guard=any_edges, context="position", needs_context=True, near=0.8, trigger=r"\d\.\d{5,15}°?[NSEW]?[ ]?[,;/ ][ ]?-?\d{1,3}\.\d{5}", reference=_ISO),
    Recognizer("coordinates_address", "COORDINATES", r"(?i)(?:\bgeo:|/maps?[^\s\"'<>]{0,60}[@=/])(-?\d{1,2}\.\d{4,15}(?:,|%2C)-?\d{1,3}\.\d{4,15})", guard=any_edges, score=0.85, trigger=r"(?i)geo:|/maps", reference="RFC 5870; https://developers.google.com/maps/documentation/urls/get-started"),
    Recognizer("coordinates_labelled", "COORDINATES", r"(?i)(?:^|[^a-z])(?:lat|latitude|lng|lon|longitude|breitengrad|längengrad|latitud|longitud)[\"']?[ ]?[:=][ ]?[\"']?(-?\d{1,3}\.\d{5,15})", check=_degrees, guard=any_edges, score=0.8, trigger=r"(?i)(?:lat|itude?|lng|lon|grad)[\"']?[ ]?[:=]", reference=_ISO),
    Recognizer("coordinates_seconds", "COORDINATES", r"(\d{1,3}[°º][ ]?\d{1,2}['′’][ ]?\d{1,2}(?:[.,]\d{1,6})?(?:\"|″|”|''|′′)[ ]?[NSEWO](?:[ ]?,?[ ]?\d{1,3}[°º][ ]?\d{1,2}['′’][ ]?\d{1,2}(?:[.,]\d{1,6})?(?:\"|″|”|''|′′)[ ]?[NSEWO])?)", guard=any_edges, score=0.85, trigger=r"\d[°º][ ]?\d", reference=_ISO),
)  # fmt: skip
