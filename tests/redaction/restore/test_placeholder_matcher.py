"""Placeholders as models write them, in a stream: whole values out, and nothing else held or changed."""

from __future__ import annotations

import json
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redaction.restore.placeholder_matcher import Lookup, Matcher, RestoreCounts, restored
from redaction.restore.placeholder_pattern import WINDOW
from tests.support.depth import DEEP

VALUE = 'Jane "J" Döe\\\n😀 שלום'
VALUES = {"k3f7w2c": VALUE, "abcdefg": "Bob", "mailbcd": "bob@corp.example"}


class Client:
    """A client that has values of two types."""

    types = frozenset({"NAME", "EMAIL_ADDRESS"})

    def __call__(self, tag: str) -> str | None:
        return VALUES.get(tag)


CLIENT = Client()

# What a model wrote, and what the client must see.
WRITTEN = [
    ("[[NAME_abcdefg]]", "Bob"),
    ("x [[NAME_k3f7w2c]], y", f"x {VALUE}, y"),
    ("[[NAME_abcdefg]][[NAME_abcdefg]]", "BobBob"),
    ("[[name_ABCDEFG]] [[Name_Abcdefg]]", "Bob Bob"),
    ("**[[NAME_abcdefg]]** and [[**NAME_abcdefg**]]", "**Bob** and Bob"),
    ("`[[NAME_abcdefg]]` [[`NAME_abcdefg`]] ```\n[[NAME_abcdefg]]\n```", "`Bob` Bob ```\nBob\n```"),
    ('"[[NAME_abcdefg]]" [["NAME_abcdefg"]] [[\'NAME_abcdefg\']]', '"Bob" Bob Bob'),
    (r"\[\[NAME\_abcdefg\]\] \[NAME_abcdefg\]", "Bob Bob"),
    (r"\\[\\[NAME\\_abcdefg\\]\\]", "Bob"),
    ("[[NAME_abcdefg] x", "Bob x"),
    ("[NAME_abcdefg]] x", "Bob x"),
    ("[NAME_abcdefg]", "Bob"),
    ("[[NAME_abcdefg, x", "Bob, x"),
    ("[[ NAME_abcdefg ]] [[NAME _abcdefg]]", "Bob Bob"),
    ("[[abcdefg]] [[PERSON_abcdefg]] [[EMAIL-ADDRESS-abcdefg]]", "Bob Bob Bob"),
    ("【【NAME_abcdefg】】", "Bob"),
    ("\\u005b\\u005bNAME\\u005fabcdefg\\u005D\\u005D", "Bob"),
    ("[[[NAME_abcdefg]]](https://x.example)", "[Bob](https://x.example)"),
    (r"C:\Users\[[NAME_abcdefg]]\x C:\\Users\\[[NAME_abcdefg]]\\x", r"C:\Users\Bob\x C:\\Users\\Bob\\x"),
    (r"C:\Users\[NAME_abcdefg]\x", r"C:\Users\Bob\x"),
    ("<a href='?q=%5B%5BNAME_abcdefg%5D%5D'>", "<a href='?q=Bob'>"),
    ("[[NAME_zzzzzzz[[NAME_abcdefg]]", "[[NAME_zzzzzzzBob"),
    ('[[NAME_abcdefg]]{"a":"[[NAME_k3f7w2c]]', f'Bob{{"a":"{VALUE}'),  # no JSON: it begins with a name
    # near misses: as they are
    ("[[NAME_zzzzzzz]] [[NAME]] [[SSN]]", None),
    ("[[NAME_abcdefgh]] [[NAME_abcdef]] NAME_abcdefg abcdefg", None),
    ("[link](url) a[i][j] [[1, 2], [3]] [x] \\alpha \\[E=mc^2\\] 100% [", None),
    ("[[ NAME_abc defg ]]", None),
    ("[[" + "A" * 40 + "_abcdefg]]", None),
    ("\\", None),
]


# What only a client with values of that type may mean, and the forms with brackets of other kinds.
LOOSE = [
    ("NAME_abcdefg", "Bob"),
    ("To NAME_abcdefg, NAME_ABCDEFG's", "To Bob, Bob's"),
    ("NAME-abcdefg (EMAIL_ADDRESS_mailbcd)", "Bob (bob@corp.example)"),
    (r"NAME\_abcdefg NAME_ abcdefg NAME abcdefg", "Bob Bob Bob"),
    (r"Dear\nNAME_abcdefg", r"Dear\nBob"),
    ("<NAME_abcdefg> <EMAIL_ADDRESS_mailbcd>", "Bob <bob@corp.example>"),
    ("{{NAME_abcdefg}} {NAME_abcdefg} {{ NAME_abcdefg }}", "Bob Bob Bob"),
    ("[ [NAME_abcdefg] ] [[NAME abcdefg]]", "Bob Bob"),
    ("[ [[NAME_abcdefg]] ]", "[ Bob ]"),
    ("[[NAME_\nabcdefg]] [[NAME_\u200babcdefg]]", "Bob Bob"),
    ("[[NA\u200bME_abc\r\ndefg]]", "Bob"),
    (r"[[NAME_\nabcdefg]] [[NAME_\u200babcdefg]]", "Bob Bob"),
    ("&#91;&#91;NAME_abcdefg&#93;&#93;", "Bob"),
    ("&#x5B;&lbrack;NAME&#95;abcdefg&rsqb;&rbrack;", "Bob"),
    ("?q=%5B%5BNAME%5Fabcdefg%5D%5D", "?q=Bob"),
    ("by %5B%5BNAME_k3f7w2c%5D%5D.", f"by {VALUE}."),
    # near misses: as they are
    ("SURNAME_abcdefg NAME_abcdefgh PHONE_NUMBER_abcdefg", None),
    ("my name is abcdefg, nameabcdefg, name_abcdefg", None),
    ("if (a < b_abcdefg) { x } {1, 2} <b>NAME</b> &amp; &#65; AT&lt", None),
    ('{"name": "abcdefg", "b": {c_abcdefg: 1}}', None),
    ("NAME\nabcdefg", None),
]


@pytest.mark.parametrize(("text", "expected"), WRITTEN)
def test_every_split_gives_the_same(text: str, expected: str | None) -> None:
    _every_split(text, expected, VALUES.get)


@pytest.mark.parametrize(("text", "expected"), LOOSE)
def test_looser_forms_of_a_client_with_such_values(text: str, expected: str | None) -> None:
    _every_split(text, expected, CLIENT)


def _every_split(text: str, expected: str | None, lookup: Lookup) -> None:
    whole = restored(text, lookup)
    assert whole == (text if expected is None else expected)
    for first in range(len(text) + 1):
        # At a desk every place is cut, but not with every other.
        others = range(first + 1, len(text)) if DEEP else range(first + 1 + first % 5, len(text), 5)
        for second in (first, *others, len(text)):
            matcher = Matcher(lookup)
            pieces = [matcher.feed(part) for part in (text[:first], text[first:second], text[second:])]
            assert "".join(pieces) + matcher.flush() == whole


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("Hello, world.", 0),
        ("Hello [", 1),
        ("Hello [[", 2),
        ("x [[NA", 4),
        ("x [[NAME_abcdef", 13),
        ("x [[NAME_abcdefg", 14),
        ("x [[NAME_abcdefg]", 15),
        ("x [[NAME_abcdefg]]", 0),
        ("x [[NAME_abcdefgh", 15),  # `abcdefgh_k3f7w2c` may still come
        ("x [[NAME_abcdefg.", 0),
        ("[[NAME]", 0),
        ("see [the docs", 9),  # a blank for the joint
        ("see [the docs are", 0),
        ("a[1", 0),
        ("[[1, ", 0),
        ("\\n", 0),
        ("100% ", 0),
        ("[" + "A" * WINDOW, 0),
        ("[[A" + r"\\_a" * 10, 43),
        ("[[A" + r"\\_a" * 30, 0),  # over the window
    ],
)
def test_holds_back_a_live_prefix_and_nothing_else(text: str, held: int) -> None:
    matcher = Matcher(VALUES.get)
    out = "".join(matcher.feed(char) for char in text)
    assert matcher.held == held
    if held:
        assert out == text[:-held]
    assert matcher.held < WINDOW


def test_the_url_form_is_percent_encoded() -> None:
    found = restored("?q=%5b%5BNAME_k3f7w2c%5D%5d&x", VALUES.get)
    assert found.startswith("?q=Jane%20%22J%22")
    assert unquote(found) == f"?q={VALUE}&x"


@pytest.mark.parametrize(
    "build",
    [
        lambda mark: json.dumps({"to": mark, "n": 1}),
        lambda mark: json.dumps({"path": "a.json", "content": json.dumps({"name": mark, "k": ["x", mark]})}),
        lambda mark: json.dumps({"content": f'He said "hi" to {mark}'}),
        lambda mark: json.dumps([[mark]], indent=2),
    ],
)
def test_values_are_escaped_where_they_land(build: object) -> None:
    source = build("[[NAME_k3f7w2c]]")  # type: ignore[operator]
    expected = build(VALUE)  # type: ignore[operator]
    for split in range(len(source) + 1):
        matcher = Matcher(VALUES.get)
        found = matcher.feed(source[:split]) + matcher.feed(source[split:]) + matcher.flush()
        assert _leaves(json.loads(found)) == _leaves(json.loads(expected))


def _leaves(value: object) -> object:
    if isinstance(value, str):
        try:
            return _leaves(json.loads(value))
        except ValueError:
            return value
    if isinstance(value, dict):
        return {key: _leaves(item) for key, item in value.items()}
    return [_leaves(item) for item in value] if isinstance(value, list) else value


def test_fixed_levels_come_on_top() -> None:
    assert restored("[[NAME_k3f7w2c]]", VALUES.get, levels=1) == json.dumps(VALUE, ensure_ascii=False)[1:-1]


def test_a_value_is_not_searched_again() -> None:
    values = {"abcdefg": "[[NAME_k3f7w2c]]", "k3f7w2c": "no"}
    assert restored("[[NAME_abcdefg]]", values.get) == "[[NAME_k3f7w2c]]"


def test_counts() -> None:
    counts = RestoreCounts()
    restored("[[NAME_abcdefg]] [[NAME_zzzzzzz]] [example] [[NAME]]", VALUES.get, counts)
    assert counts.restored == 1


def test_shows_no_text() -> None:
    matcher = Matcher(VALUES.get)
    matcher.feed("[[NAME_abc")
    assert repr(matcher) == "Matcher(10 held)"


pieces = st.sampled_from(
    [
        "[[NAME_k3f7w2c]]",
        "[[NAME_abcdefg",
        "[NAME_abcdefg]",
        "\\[\\[NAME_abcdefg\\]\\]",
        '{"a":"',
        '"',
        "[",
        "]",
        "\\",
        "%5B",
        "_",
        "%5D",
        "NAME_abcdefg",
        "name abcdefg",
        "{NAME_abcdefg}",
        "<NAME_abcdefg>",
        "&#91;",
        "&#93;",
        "\u200b",
        "\n",
    ]
) | st.text(alphabet='[]\\_ abcdefgNAME"{}<>:u05%*&#', max_size=6)


@given(st.lists(pieces, max_size=12), st.data())
def test_any_split_of_any_text(parts: list[str], data: st.DataObject) -> None:
    text = "".join(parts)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=6)))
    matcher = Matcher(CLIENT)
    out = ""
    for start, end in zip([0, *cuts], [*cuts, len(text)], strict=True):
        out += matcher.feed(text[start:end])
        assert matcher.held < WINDOW
    assert out + matcher.flush() == restored(text, CLIENT)


@given(st.text(alphabet='[]\\_ abcdefgNAME"{:u05%*', max_size=80))
def test_without_values_the_text_is_the_same(text: str) -> None:
    assert restored(text, lambda tag: None) == text


@pytest.mark.parametrize(
    "text",
    [
        "[\u200b\u200b" * 20_000,
        "[A" + "\u200b\u200bA" * 20_000,
        "&#91;" * 10_000,
        "NAME_" * 10_000,
        "{NAME_ " * 8000,
        "[" * 50_000,
        "[[A" + "_a" * 30_000,
        "\\" * 50_000,
        "[  \\\\__A_aAAAAAAAAAAAAAAAAAA" * 2000,
    ],
)
def test_hostile_text_is_read_in_linear_time(text: str) -> None:
    matcher = Matcher(CLIENT)
    assert "".join(matcher.feed(text[at : at + 1000]) for at in range(0, len(text), 1000)) + matcher.flush() == text


@given(st.integers(1, 30))
def test_bare_placeholders_of_one_way_types_are_counted_however_the_text_was_split(size: int) -> None:
    text = "k = '[[API_KEY]]'\nx[[API_KEY]] [[NAME]] [[API_KEY_k3f9w2c]] [API_KEY] [[API_KEY"
    counts = RestoreCounts()
    matcher = Matcher({}.get, counts, one_way=frozenset({"API_KEY", "JWT"}))
    out = "".join(matcher.feed(text[at : at + size]) for at in range(0, len(text), size)) + matcher.flush()
    assert (out, counts.one_way, counts.restored) == (text, 2, 0)


def test_nothing_is_counted_in_text_for_a_person() -> None:
    counts = RestoreCounts()
    assert restored("[[API_KEY]]", {}.get, counts) == "[[API_KEY]]"
    assert counts.one_way == 0
