"""multipart/form-data: one reading or none, and every byte that is not edited survives."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redaction.body.multipart import Multipart, PartEdit, boundary_of, parse_multipart
from redaction.errors import BadDocument, BadEncoding, NotRedactable, RedactionError

TYPE = "multipart/form-data; boundary=BND"


def form(*parts: bytes, end: bytes = b"--BND--\r\n") -> bytes:
    return b"".join(b"--BND\r\n" + part + b"\r\n" for part in parts) + end


def field(name: str, body: bytes, extra: str = "", filename: str | None = None) -> bytes:
    more = "" if filename is None else f'; filename="{filename}"'
    return f'Content-Disposition: form-data; name="{name}"{more}\r\n{extra}\r\n'.encode() + body


def parse(source: bytes) -> Multipart:
    return parse_multipart(source, TYPE)


@pytest.mark.parametrize(
    ("content_type", "boundary"),
    [
        ("multipart/form-data; boundary=abc", b"abc"),
        ("Multipart/Form-Data;BOUNDARY=abc", b"abc"),
        ('multipart/form-data; boundary="a b:c/?=,"', b"a b:c/?=,"),
        ('multipart/form-data; charset=utf-8; boundary="a\\"b;c"', b'a"b;c'),
        ("multipart/related; type=application/json; boundary='x+_y'", b"'x+_y'"),
        ("multipart/form-data; boundary=----WebKitFormBoundary7MA4", b"----WebKitFormBoundary7MA4"),
    ],
)
def test_boundary(content_type: str, boundary: bytes) -> None:
    assert boundary_of(content_type) == boundary
    source = b"--" + boundary + b"\r\n\r\nx\r\n--" + boundary + b"--"
    assert parse_multipart(source, content_type).body(0) == b"x"


@pytest.mark.parametrize(
    "content_type",
    [
        "multipart/form-data",
        "multipart/form-data; boundary=",
        "multipart/form-data; boundary=a; boundary=b",
        "multipart/form-data; boundary=a b",
        'multipart/form-data; boundary="a',
        'multipart/form-data; boundary="a "',
        f"multipart/form-data; boundary={'a' * 201}",
        "text/plain; boundary=a",
    ],
)
def test_no_boundary(content_type: str) -> None:
    with pytest.raises(BadDocument) as caught:
        boundary_of(content_type)
    assert caught.value.code == "faasera_bad_multipart"


def test_parts() -> None:
    source = b"pre\r\n" + form(
        field("prompt", b"Jane"),
        field("file", b"\x00\r\n--BN\xff", "Content-Type: image/png\r\n", "Zoë \\\"x\\\".png"),
        b"\r\nbare",
        field("empty", b""),
        b"content-disposition:form-data;name=a;filename=b.txt;filename*=UTF-8''Zo%C3%AB.txt\r\n\r\n1",
    ) + b"post"  # fmt: skip
    parsed = parse(source)
    assert [(part.name, part.filename, part.content_type) for part in parsed.parts] == [
        ("prompt", None, None),
        ("file", 'Zoë "x".png', "image/png"),
        (None, None, None),
        ("empty", None, None),
        ("a", "Zoë.txt", None),
    ]
    assert [parsed.body(i) for i in range(5)] == [b"Jane", b"\x00\r\n--BN\xff", b"bare", b"", b"1"]
    assert (parsed.preamble, parsed.epilogue) == (b"pre\r\n", b"\r\npost")
    assert parsed.render({}) == source
    assert parsed.render({}, bare=True) == source[5:-6]
    assert "Jane" not in repr(parsed)


_A = field("a", b"1")


@pytest.mark.parametrize(
    "source",
    [
        b"",
        b"Jane Doe",
        b"--BND\r\n" + _A,  # no final boundary
        b"--BND\r\n" + _A + b"\r\n--BND\r\n",
        form(_A)[:-4],
        form(_A).replace(b"\r\n", b"\n"),
        b"--BND\r\n" + _A + b"\n--BND--\r\n",  # another parser ends the part here
        form(field("a", b"x\n--BND\nContent-Disposition: form-data; name=b\n\nJane")),
        form(field("a", b"x --BND y")),
        form(field("a", b"x\r\n--BNDX y")),  # a longer boundary
        form(field("a", b"x\r\n--BND  \r\n\r\ny")),  # transport padding: read by some
        form(_A, end=b"--BND--Jane"),
        form(_A) + b"--BND\r\n" + _A + b"\r\n--BND--",  # parts behind the end
        b"x--BND\r\n" + _A + b"\r\n--BND--",
        form(b"Content-Disposition: form-data; name=a\r\n"),  # no blank line
        form(b"--BND"),
        form(b"Content-Disposition: form-data;\r\n name=a\r\n\r\n1"),  # folded
        form(b"Content-Disposition: form-data; name=a; name=b\r\n\r\n1"),
        form(b"Content-Disposition: form-data; name=a\r\nContent-Disposition: form-data; name=b\r\n\r\n1"),
        form(b'Content-Disposition: form-data; name="a\r\n\r\n1'),
        form(b"Content-Disposition: form-data; name=a; filename*0=x; filename*1=y\r\n\r\n1"),
        form(b"Content-Type: text/plain\r\nContent-Type: image/png\r\n\r\n1"),
        form(b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x--"),
        form(b"Broken header\r\n\r\n1"),
        form(b"X: a\x00b\r\n\r\n1"),
        form(b"X: a\nY: b\r\n\r\n1"),
        form(b"X: " + b"a" * 17_000 + b"\r\n\r\n1"),
        form(b"219-09-4377: x\r\n\r\n1"),  # a value where a name belongs
        form(b"Content-Disposition: form-data; name=a; 219-09-4377=x\r\n\r\n1"),
        form(b"Content-Length: 219-09-4377\r\n\r\n1"),
    ],
)
def test_what_has_two_readings_or_none_is_refused(source: bytes) -> None:
    with pytest.raises(BadDocument) as caught:
        parse(source)
    assert (caught.value.status, caught.value.code) == (400, "faasera_bad_multipart")
    assert "Jane" not in caught.value.message


@pytest.mark.parametrize(
    "headers",
    [
        b"Content-Transfer-Encoding: quoted-printable",
        b"Content-Transfer-Encoding: x-uuencode",
        b"Content-Transfer-Encoding: base64",  # but the body is not
        b"Content-Encoding: gzip",
        b"Content-Disposition: form-data; name=Zo\xeb",
        b"Content-Disposition: form-data; filename*=UTF-8''%EB",
        b"Content-Disposition: form-data; filename*=KOI8-R''x",
    ],
)
def test_encodings_of_parts(headers: bytes) -> None:
    with pytest.raises(BadEncoding):
        parse(form(headers + b"\r\n\r\nJane Doe!"))


def test_base64_parts_are_read_and_written_decoded() -> None:
    coded = base64.encodebytes(b"Jane Doe" * 20).replace(b"\n", b"\r\n").strip()
    parsed = parse(form(b"Content-Transfer-Encoding: BASE64\r\n\r\n" + coded))
    assert parsed.body(0) == b"Jane Doe" * 20
    again = parse(parsed.render({0: b"[[NAME]]"}))
    assert again.body(0) == b"[[NAME]]"
    assert base64.b64encode(b"[[NAME]]") in again.source


def test_edits() -> None:
    source = form(field("prompt", b"Jane"), field("file", b"x", filename="Jane.txt"), _A)
    parsed = parse(source)
    assert parsed.render({0: b"[[NAME]]"}) == source.replace(b"\r\nJane\r", b"\r\n[[NAME]]\r")
    renamed = parsed.render({1: PartEdit(filename="[[NAME]].txt")})
    assert renamed == source.replace(b"Jane.txt", b"[[NAME]].txt")
    both = parse(parsed.render({1: PartEdit(body=b"y", name='q"', filename="a\\b"), 2: PartEdit()}))
    assert [(p.name, p.filename, both.body(i)) for i, p in enumerate(both.parts)] == [
        ("prompt", None, b"Jane"),
        ('q"', "a\\b", b"y"),
        ("a", None, b"1"),
    ]


def test_both_spellings_of_a_file_name_change() -> None:
    head = b"Content-Disposition: form-data; filename=Jane.txt; name=f; filename*=utf-8''Jane%20Doe.txt\r\n\r\n1"
    after = parse(form(head)).render({0: PartEdit(filename="[[NAME]].txt")})
    assert b"Jane" not in after
    assert b"filename=\"[[NAME]].txt\"; name=f; filename*=UTF-8''%5B%5BNAME%5D%5D.txt\r\n" in after


@pytest.mark.parametrize("edit", [b"--BND", b"a\r\n--BND\r\n", PartEdit(filename="--BND")])
def test_an_edit_must_not_hold_the_boundary(edit: bytes | PartEdit) -> None:
    with pytest.raises(NotRedactable) as caught:
        parse(form(field("a", b"1", filename="x"))).render({0: edit})
    assert caught.value.code == "faasera_boundary_in_part"


def test_control_characters_in_a_new_name_and_too_many_parts() -> None:
    for name in ("a\r\nb", "\ud800"):
        with pytest.raises(NotRedactable):
            parse(form(_A)).render({0: PartEdit(name=name)})
    assert len(parse_multipart(form(_A, _A), TYPE, max_parts=2).parts) == 2
    with pytest.raises(NotRedactable):
        parse_multipart(form(_A, _A, _A), TYPE, max_parts=2)


bodies = st.binary(max_size=30) | st.lists(
    st.sampled_from([b"\r\n", b"--", b"BN", b"D", b"\n", b"x", b"\x00"]), max_size=8
).map(b"".join)
names = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=8)


@given(st.lists(bodies, min_size=1, max_size=4), st.data())
def test_only_the_edited_body_changes(contents: list[bytes], data: st.DataObject) -> None:
    source = b"preamble\r\n" + form(*(field(f"f{i}", body) for i, body in enumerate(contents))) + b"epilogue"
    try:
        parsed = parse(source)
    except BadDocument:
        assert any(b"--BND" in body for body in contents)
        return
    assert [parsed.body(i) for i in range(len(contents))] == contents
    index = data.draw(st.integers(0, len(contents) - 1))
    new = data.draw(bodies)
    part = parsed.parts[index]
    try:
        after = parsed.render({index: new})
    except NotRedactable:
        assert b"--BND" in new
        return
    assert after == source[: part.start] + new + source[part.end :]
    again = parse(after)
    assert [again.body(i) for i in range(len(contents))] == [*contents[:index], new, *contents[index + 1 :]]


@given(names, names)
def test_any_name_is_written_so_that_it_reads_the_same(name: str, filename: str) -> None:
    if "--BND" in name + filename:
        return
    parsed = parse(form(field("a", b"1", filename="b"), _A))
    (part, other) = parse(parsed.render({0: PartEdit(name=name, filename=filename)})).parts
    assert (part.name, part.filename, other.name) == (name, filename, "a")


@given(st.lists(st.sampled_from([b"--BND", b"--", b"\r\n", b"\n", b"X: y", b"a", b" "]), max_size=14).map(b"".join))
def test_any_bytes_are_read_or_refused(source: bytes) -> None:
    try:
        parsed = parse(b"--BND\r\n" + source + b"\r\n--BND--")
    except RedactionError:
        return
    assert parsed.source.count(b"--BND") == len(parsed.parts) + 1
    assert parsed.render({}) == parsed.source
