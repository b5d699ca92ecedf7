"""The engine as a whole: tables, chunks, numbers and dates."""

from __future__ import annotations

import pytest

from redaction.detector.labels.label_engine import labelled_values
from tests.support.finding import LABELLED


def found(text: str) -> list[tuple[str, str]]:
    spans = sorted(LABELLED.find(text), key=lambda s: s.start)
    return [(span.type, text[span.start : span.end]) for span in spans]


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("паспорт серия 45 09 номер 123456", [("PASSPORT_NUMBER", "45 09"), ("PASSPORT_NUMBER", "123456")]),
        ("旅券番号 TK4417208", [("PASSPORT_NUMBER", "TK4417208")]),
        ("여권번호 M44172083", [("PASSPORT_NUMBER", "M44172083")]),
        ("MRN 4456721", [("MEDICAL_RECORD", "4456721")]),
        ("MRN#00718834 was moved", [("MEDICAL_RECORD", "00718834")]),
        ("MR #00718834, MR#: 48213", [("MEDICAL_RECORD", "00718834"), ("MEDICAL_RECORD", "48213")]),
        ("see MR #48213 and MR# 71", []),
        ("issue#00718834 and PR#4417", []),
        ("Matrikelnummer 11804477", [("ID_NUMBER", "11804477")]),
        ("Aktenzeichen: 12 C 4417/21", [("ID_NUMBER", "12 C 4417/21")]),
        ("license plate KXR-4417", [("LICENSE_PLATE", "KXR-4417")]),
        ("IMEI 490154203237518", [("NATIONAL_ID", "490154203237518")]),
        ("UPI jo.lark@okbank", [("ACCOUNT_NUMBER", "jo.lark@okbank")]),
        ("GSTIN 27AAQFU8841F1ZV", [("TAX_ID", "27AAQFU8841F1ZV")]),
        ("born on the third of March, nineteen seventy", [("DATE_OF_BIRTH", "third of March, nineteen seventy")]),
        ("Geboren am 3. März 1970 in Köln", [("DATE_OF_BIRTH", "3. März 1970")]),
        ("nacido el 3 de marzo de 1970", [("DATE_OF_BIRTH", "3 de marzo de 1970")]),
        ("生年月日：昭和45年3月3日", [("DATE_OF_BIRTH", "昭和45年3月3日")]),
        ("admitted on 3 March 2021", []),
        ("She was born in Oslo. Admitted 3 March 2021", []),
        (
            "phone: six one seven five five five oh one three two",
            [("PHONE_NUMBER", "six one seven five five five oh one three two")],
        ),
        ("tel 020 7946 0991 ext 12", [("PHONE_NUMBER", "020 7946 0991 ext 12")]),
        ("phone: 2024-05-12", []),
        ("phone: 12.50", []),
        ("phone version 4.12.0", []),
        ("passport valid until 2031", []),
        ("patient 12, bed 4", []),
        ("issue number 44172, build number 99120", []),
    ],
)
def test_numbers_and_dates(text, spans):
    assert found(text) == spans


def test_a_header_row_binds_its_column_over_all_chunks():
    rows = [f"user{n:04},Meadow{n:04}fox!,role" for n in range(400)]
    text = "name,password,role\n" + "\n".join(rows) + "\n"
    assert [value for _, value in found(text)] == [row.split(",")[1] for row in rows]


@pytest.mark.parametrize("head", ["curl | wget | password", "| mysql | psql |", "INSERT INTO t (a) VALUES (1) | b"])
def test_a_heading_that_is_a_program_or_a_statement_is_none(head):
    """It raised KeyError, so the whole request was refused."""
    rows = "\n".join(["a | b | Bramble77!fox"] * 3)
    assert found(f"{head}\n{rows}\n") == ([("PASSWORD", "Bramble77!fox")] * 3 if "password" in head else [])


def test_findings_do_not_depend_on_what_stands_far_away():
    text = "password: Bramble77!fox\n"
    far = "nothing to see here, only words in a line\n" * 300
    assert found(far + text + far) == found(text)


def test_the_place_of_a_chunk_in_its_window_does_not_matter():
    text = "x = 1\npassword: Bramble77!fox\n"
    spans = labelled_values("..\n" + text, 3, 3 + len(text))
    assert [(span.start - 3, span.end - 3) for span in spans] == [
        (s.start, s.end) for s in labelled_values(text, 0, len(text))
    ]
