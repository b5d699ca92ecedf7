"""Forms and query strings: what is not edited survives to the byte, what is edited says what it should."""

from __future__ import annotations

from urllib.parse import parse_qsl, quote_plus, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redaction.body.form import parse_form
from redaction.errors import BadEncoding, NotRedactable

MANY = 1000


@pytest.mark.parametrize(
    ("source", "leaves"),
    [
        (b"", []),
        (b"&&", []),
        (b"a=1&b=2", [("a", "1"), ("b", "2")]),
        (b"a=1&a=2", [("a", "1"), ("a", "2")]),
        (b"q=Jane+Doe%21", [("q", "Jane Doe!")]),
        (b"q=a%2Bb", [("q", "a+b")]),
        (b"q=a=b", [("q", "a=b")]),
        (b"Jane%20Doe", [("Jane Doe", "")]),
        (b"=x", [("", "x")]),
        (b"q=100%&r=%zz%4", [("q", "100%"), ("r", "%zz%4")]),
        (b"q=Zo%C3%AB", [("q", "Zoë")]),
        ("q=Zoë".encode(), [("q", "Zoë")]),
        (b"a=1;b=2", [("a", "1;b=2")]),
        (b"a=1\r\n", [("a", "1\r\n")]),
    ],
)
def test_parse(source: bytes, leaves: list[tuple[str, str]]) -> None:
    form = parse_form(source, max_fields=MANY)
    assert [(leaf.name, leaf.value) for leaf in form.leaves] == leaves
    assert form.render({}) == source


@pytest.mark.parametrize(
    ("source", "edits", "rendered"),
    [
        (b"a=1&q=I+am+Jane%20Doe", {1: "I am [[NAME]]"}, b"a=1&q=I+am+%5B%5BNAME%5D%5D"),
        (b"q=I%20am%20Jane&x=%7e", {0: "I am [[A B]]"}, b"q=I%20am%20%5B%5BA%20B%5D%5D&x=%7e"),
        (b"q=%c3%abJane%2f", {0: "ë[[N]]/"}, b"q=%c3%ab%5b%5bN%5d%5d%2f"),
        (b"q=%C3%ABJane+", {0: "ë[[N]] "}, b"q=%C3%AB%5B%5BN%5D%5D+"),
        (b"q=Jane&&r=2&", {0: "[[N]]"}, b"q=%5B%5BN%5D%5D&&r=2&"),
        (b"q=Jane", {0: "Jane"}, b"q=Jane"),
        (b"q=aa", {0: "a"}, b"q=a"),
        (b"q=a", {0: "aa"}, b"q=aa"),
        (b"q=", {0: "x & y"}, b"q=x+%26+y"),
        (b"q", {0: "v"}, b"q=v"),
        (b"q=100%", {0: "[[N]]%"}, b"q=%5B%5BN%5D%5D%"),
    ],
)
def test_render(source: bytes, edits: dict[int, str], rendered: bytes) -> None:
    assert parse_form(source, max_fields=MANY).render(edits) == rendered


def test_names_are_text_too_and_query_strings_spell_spaces_their_own_way() -> None:
    form = parse_form(b"Jane+Doe", max_fields=MANY)
    assert form.render({}, {0: "[[NAME]]"}) == b"%5B%5BNAME%5D%5D"
    assert form.render({0: "v"}, {0: "n"}) == b"n=v"
    assert parse_form(b"q=Jane", max_fields=MANY, query=True).render({0: "a b"}) == b"q=a%20b"


def test_limits_and_charset() -> None:
    with pytest.raises(NotRedactable) as many:
        parse_form(b"a=1&" * 11, max_fields=10)
    assert (many.value.code, "limits.strings" in many.value.message) == ("faasera_too_many_strings", True)
    assert len(parse_form(b"a=1&" * 10, max_fields=10).leaves) == 10
    for source in (b"q=Zo%EB", b"q=Zo\xeb", b"%ff=1"):
        with pytest.raises(BadEncoding):
            parse_form(source, max_fields=MANY)
    with pytest.raises(NotRedactable):
        parse_form(b"q=1", max_fields=MANY).render({0: "\ud800"})
    assert "Jane" not in repr(parse_form(b"q=Jane", max_fields=MANY))


pieces = st.sampled_from(
    [b"a", b"=", b"&", b"+", b"%20", b"%", b"%41", b"%c3%ab", b"%C3%AB", "ë".encode(), b"[", b";", b"2"]
)
sources = st.lists(pieces, max_size=25).map(b"".join)


@given(sources, st.data())
def test_only_the_edited_value_changes(source: bytes, data: st.DataObject) -> None:
    try:
        form = parse_form(source, max_fields=MANY)
    except BadEncoding:
        with pytest.raises(UnicodeDecodeError):
            parse_qsl(source.decode(), keep_blank_values=True, errors="strict")
        return
    before = [(leaf.name, leaf.value) for leaf in form.leaves]
    assert before == parse_qsl(source.decode(), keep_blank_values=True, errors="strict")
    if not before:
        return
    index = data.draw(st.integers(0, len(before) - 1))
    new = data.draw(st.text(alphabet="a[]& +%=ë✓2", max_size=8))
    leaf = form.leaves[index]
    rendered = form.render({index: new})
    start, end = leaf.value_span
    assert rendered.startswith(source[:start])
    assert rendered.endswith(source[end:])
    after = [(leaf.name, leaf.value) for leaf in parse_form(rendered, max_fields=MANY).leaves]
    assert after == [*before[:index], (leaf.name, new), *before[index + 1 :]]


@given(st.lists(st.tuples(st.text(max_size=5), st.text(max_size=8)), min_size=1, max_size=5))
def test_reads_what_the_standard_library_writes(pairs: list[tuple[str, str]]) -> None:
    source = urlencode(pairs).encode()
    assert [(leaf.name, leaf.value) for leaf in parse_form(source, max_fields=MANY).leaves] == pairs


def test_a_long_field_is_decoded_in_pieces_as_one() -> None:
    value = "ä b%" * 200_000  # some 2 MB as it is written: pieces are of 1 MB
    for shift in range(3):
        source = b"a=" + b"x" * shift + quote_plus(value).encode()
        assert parse_form(source, max_fields=9).leaves[0].value == "x" * shift + value
