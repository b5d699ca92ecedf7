"""The forms of labels in the kernel: the matches of RE2's pattern, whatever the text."""

from __future__ import annotations

from functools import cache

import pytest
import re2
from hypothesis import given
from hypothesis import strategies as st

from redaction.detector.kernel.form_search import FormSearch, form_tables
from redaction.detector.kernel.library import library
from redaction.detector.labels.label_table import label_table
from redaction.detector.labels.label_tree import Forms, tree
from redaction.detector.rules.re2_search import Search, searching

pytestmark = pytest.mark.skipif(library() is None, reason="the kernel is not compiled")

PIECES = [
    *" _-.'’#:=\n", "pass", "word", "api", "key", "token", "secret", "no", "nr", "№", "número", "de", "passport", "pin", "insert into",
    "пароль", "телефон", "номер", "密码", "비밀번호", "mot", "passe", "clé", "straße", "kennwort", "x", "é", "\U0001f600",
]  # fmt: skip


def by_pattern(forms: Forms) -> Search:
    options = re2.Options()
    options.max_mem = 256 << 20
    options.longest_match = True
    options.never_capture = True
    return searching(re2.compile(forms.pattern, options))


@cache
def both(plain: bool) -> tuple[Search, Search]:
    forms = label_table().ascii_forms() if plain else label_table().forms()
    kernel = library()
    assert kernel is not None
    return FormSearch(kernel, form_tables(kernel, forms)).search, by_pattern(forms)


def matches(search: Search, data: bytes) -> list[tuple[int, int]]:
    found = []
    at = 0
    while (match := search(data, at)) is not None:
        found.append(match[0])
        at = match[0][0] + 1
        while at < len(data) and data[at] & 0xC0 == 0x80:
            at += 1
    return found


@pytest.mark.parametrize("plain", [True, False])
@given(st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=2)), max_size=40).map("".join))
def test_the_same_labels(plain: bool, text: str):
    ours, patterned = both(plain)
    data = text.lower().encode("utf-8", "replace")
    assert matches(ours, data) == matches(patterned, data)


def test_a_few_forms():
    kernel = library()
    assert kernel is not None
    forms = Forms(tree(["apikey"]), tree(["id", "card \ue000", "l'âge"]), {"\ue000": ("#", "no.")})
    search = FormSearch(kernel, form_tables(kernel, forms)).search
    for text in ("myapikey", "id", "xid", " id", "card no.", "card_#_", "card", "lage", "l’âge", "éid", ""):
        data = text.encode()
        assert search(data, 0) == by_pattern(forms)(data, 0), text
