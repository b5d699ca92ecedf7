"""Which words the tagger is asked about."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from redaction.detector.tagger import tokens
from redaction.detector.tagger.candidates import asked, kind


def kept(text: str) -> list[str]:
    words = tokens.split(text)
    counts = asked(np.array([kind(word) for word in words], np.uint16))
    return [word.strip() for word, own in zip(words, counts, strict=True) if own and word.strip()]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ('{"name": "Jane Doe", "id": 17, "tags": ["a", "b"]}', ["Jane", "Doe"]),
        ('{"name":"Jane Doe","id":17,"x":{"y":[1,2,3]}}', ["Jane", "Doe"]),
        ("x = UserService.getInstance(config, Handler())[0]", []),
        ("x = f(a[0], b[1])  # see Jane Doe", ["Jane", "Doe"]),
        ("2025-05-12T10:31:07Z INFO [w-3] user=Jane id=7 t=3ms", ["3", "Jane", "7"]),
        ("2025-05-12T10:31:07Z GET /home/Jane/src/Main.java 200 17", []),
        ("\tat com.example.Billing.Invoice.retry(Invoice.java:117)", []),
        ("foo(bar, 'José', 3, [4, 5], {6: 7})", ["José", "3"]),
        ('{"客户": "王小明", "id": 17, "x": [1, 2, 3]}', ["客", "户", "王", "小", "明"]),
        ("JANE_DOE = Path(__file__).parent / 'x'", []),
        ('{"street": "Oakstraße 12a, 10115 Ulm", "n": 17, "x": [1]}', ["Oakstraße", "12a", "10115", "Ulm"]),
        ('{"who": "J. R. Doe", "x": [1, 2, 3], "y": {"z": 4}}', ["J", "R", "Doe"]),
        ("x = f(a[0], T, 12)[1]", []),
        ("if (a == None || b == True) { return False; }", []),
    ],
)
def test_in_code_logs_and_data_only_words_that_can_be_names(text, names):
    assert kept(text) == names


@pytest.mark.parametrize(
    "text",
    [
        "we asked jane doe about it yesterday",
        "Dear Jane, thank you.",
        "她昨天和王小明说话",
        "Jane Doe",
        "- ask jane doe",
    ],
)
def test_in_prose_every_word(text):
    assert kept(text) == [word.strip() for word in tokens.split(text) if word.strip(" ,.-")]


def test_snake_case_is_no_name_in_prose():
    assert "Doe" not in kept("the names are called Jane_Doe and more of the same in this sentence")


@given(
    st.lists(
        st.sampled_from(["plain words here", "x = F(Jane)", '{"a": "Jane Doe"}', "", "Jane", "王小明"]),
        min_size=1,
        max_size=6,
    )
)
def test_a_line_is_judged_by_itself(lines):
    assert kept("\n".join(lines)) == [word for line in lines for word in (kept(line) if line else [])]
