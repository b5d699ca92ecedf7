"""Only the value goes: what was SQL, JSON, CSV or YAML still is after masking, and nothing else has changed."""

from __future__ import annotations

import csv
import io
import json
import sqlite3

from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from redaction.detector.overlaps import resolve
from redaction.spans import substitute
from tests.support.finding import LABELLED

LABELS = st.sampled_from(
    ["password", "api_key", "passport_number", "mrn", "client_secret", "passwort", "senha", "customer_id"]
)
WORDS = st.text(alphabet=st.characters(codec="utf-8", exclude_categories=("C", "Zl", "Zp")), max_size=40)
TOKENS = st.from_regex(r"[A-Za-z0-9!#%+=_.-]{4,30}", fullmatch=True)
VALUES = st.one_of(WORDS, TOKENS)


def masked(text: str) -> str:
    return substitute(text, resolve(text, LABELLED.find(text)))


@given(st.dictionaries(st.one_of(LABELS, st.from_regex(r"[a-z]{2,8}", fullmatch=True)), VALUES, min_size=1, max_size=6))
def test_json_still_parses(document):
    text = json.dumps(document, ensure_ascii=False, indent=1)
    after = json.loads(masked(text))
    assert list(after) == list(document)


@given(st.lists(LABELS, min_size=2, max_size=4, unique=True), st.data())
def test_csv_keeps_its_cells(header, data):
    rows = data.draw(st.lists(st.lists(TOKENS, min_size=len(header), max_size=len(header)), min_size=1, max_size=5))
    out = io.StringIO()
    csv.writer(out).writerows([header, *rows])
    after = list(csv.reader(io.StringIO(masked(out.getvalue()))))
    assert after[0] == header
    assert [len(row) for row in after] == [len(header)] * (len(rows) + 1)


@given(LABELS, st.text(alphabet="abcXYZ019!#%&*+-_.,;:= ", min_size=1, max_size=30))
def test_sql_still_runs(label, value):
    quoted = value.replace("'", "''")
    database = sqlite3.connect(":memory:")
    database.execute(f"CREATE TABLE users (name TEXT, {label} TEXT)")
    database.execute(masked(f"INSERT INTO users (name, {label}) VALUES ('bo', '{quoted}');"))
    database.execute(masked(f"UPDATE users SET {label} = '{quoted}' WHERE name = 'bo';"))
    assert database.execute("SELECT count(*) FROM users").fetchone() == (1,)
    database.close()


@given(LABELS, st.from_regex(r"[A-Za-z][A-Za-z0-9!_-]{3,30}", fullmatch=True))
def test_yaml_still_parses(label, value):
    text = f"db:\n  {label}: {value}\n  other: '{value}'\nlist:\n  - {label}: \"{value}\"\n"
    after = YAML(typ="safe").load(masked(text))
    assert list(after) == ["db", "list"]
    assert list(after["db"]) == [label, "other"]
