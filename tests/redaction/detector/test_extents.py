"""An address goes with all its parts, whoever found its street; nothing else goes with it, nor with a name."""

from __future__ import annotations

import functools

import pytest

from config.redaction_settings import Policy
from redaction.detector.detect import Detector
from redaction.detector.extents import extents
from redaction.detector.policy import compile_policy
from redaction.detector.tagger.network import Tagger
from redaction.spans import Span

POLICY = compile_policy(Policy())

# «the street as it was found» inside all that belongs to it, in [brackets]
ADDRESSES = [
    "at [29 bis «rue des Hérons»], today",
    "[«Vesterbrogade 62», 3. tv] came back",
    "[вул. «Чаплина, 48», кв. 29]",
    "[Str. Stârcului nr. «48», bl. 2, sc. B, ap. 9] in town",
    "[Flat 4, «29 Heron Close»]",
    "[«48 Kestrel Lane», Unit 2B, 24103 Kiel] and so on",
    "[«Haikaratie 4» B 29, 00140 Helsinki]",
    "[«12 Oak Street»] 2 bedrooms, 1 bath",
    "[«Hauptstr. 5»], 10 Uhr, Raum 3",
    "in der [«Lindenstraße 48»] wohnt",
    "[«Chemin des Hérons 48, 1004 Lausanne»] c'est chez moi",
    "In 2024 [«Main Street»] was closed",
]


@pytest.mark.parametrize("row", ADDRESSES)
def test_an_address_grows_by_its_own_parts_only(row):
    text = row.translate(str.maketrans("", "", "«»[]"))
    found = row.replace("[", "").replace("]", "")
    whole = row.replace("«", "").replace("»", "")
    start, end = found.index("«"), found.index("»") - 1
    (span,) = extents(text, [Span(start, end, "STREET_ADDRESS", 0.7, "test")])
    assert text[span.start : span.end] == whole[whole.index("[") + 1 : whole.index("]")]


def test_small_words_and_elided_articles_are_cut_off():
    text = "in der Lindenstraße 48 c'est"
    (span,) = extents(text, [Span(3, 24, "STREET_ADDRESS", 0.7, "test")])
    assert text[span.start : span.end] == "Lindenstraße 48"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Marta Lindqvist Senior Engineer at Volvo", "Marta Lindqvist"),
        ("Karl Weissmann Junior", "Karl Weissmann Junior"),
        ("Karl Weissmann Vice President", "Karl Weissmann"),
    ],
)
def test_the_job_behind_a_name_stays(text, name):
    end = len(" ".join(text.split()[:3]))
    (span,) = extents(text, [Span(0, end, "NAME", 0.7, "test")])
    assert text[span.start : span.end] == name


@functools.cache
def detector() -> Detector:
    return Detector(Tagger())


@pytest.mark.parametrize(
    "text",
    [
        "Bağdat Caddesi No: 12/4 Kadıköy",
        "Balıkçıl Sokak No:48 D:9, Kadıköy, İstanbul",
        "רחוב הרצל 15, תל אביב",
        "48 شارع البلشون، القاهرة",
        "Dlouhá 33, 110 00 Praha",
        "Am Markt 5, 2. OG links, 24103 Kiel",
    ],
)
def test_streets_of_more_countries(text):
    (span, *_) = detector().find(text, POLICY)
    assert span.start == 0
    assert span.type == "STREET_ADDRESS"


@pytest.mark.parametrize("text", ["Version 12, 10115 Berlin release", "Chapter 4, 10000 Words"])
def test_headings_are_no_streets(text):
    assert detector().find(text, POLICY) == ()
