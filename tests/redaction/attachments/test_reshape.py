"""Texts in the place of markers: the shape of each wire format, and nothing else changes."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redaction.attachments.reshape import FileText, Markers
from redaction.errors import NotRedactable

TEXT = 'A "text"\nof two lines'
URL = "data:application/pdf;base64,"


def put(body: Any, *files: FileText) -> Any:
    """The body with `@0`, `@1` ... standing for files."""
    markers = Markers()
    source = json.dumps(body)
    for number, file in enumerate(files):
        source = source.replace(f"@{number}", markers.add(file))
    return json.loads(markers.put_in(source.encode()))


B64 = "QSAidGV4dCIKb2YgdHdvIGxpbmVz"
CACHE = {"cache_control": {"type": "ephemeral"}}
SHAPES: dict[str, tuple[Any, Any]] = {
    "anthropic": (
        {"type": "document", "title": "t", "context": "c", "citations": {"enabled": True}, **CACHE,
         "source": {"type": "base64", "media_type": "application/pdf", "data": "@0"}},
        {"type": "document", "title": "t", "context": "c", "citations": {"enabled": True}, **CACHE,
         "source": {"type": "text", "media_type": "text/plain", "data": TEXT}},
    ),
    "anthropic picture": (
        {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "@0"}, **CACHE},
        {"type": "text", "text": TEXT, **CACHE},
    ),
    "chat": ({"type": "file", "file": {"filename": "x", "file_data": "@0"}, **CACHE}, {"type": "text", "text": TEXT, **CACHE}),
    "chat picture": ({"type": "image_url", "image_url": {"url": "@0", "detail": "low"}}, {"type": "text", "text": TEXT}),
    "mistral": ({"type": "document_url", "document_url": "@0"}, {"type": "text", "text": TEXT}),
    "responses": ({"type": "input_file", "filename": "x", "file_data": "@0"}, {"type": "input_text", "text": TEXT}),
    "responses picture": ({"type": "input_image", "image_url": "@0"}, {"type": "input_text", "text": TEXT}),
    "gemini": ({"inlineData": {"mimeType": "application/pdf", "data": "@0"}, "thought": True}, {"text": TEXT, "thought": True}),
    "gemini snake": ({"inline_data": {"mime_type": "application/pdf", "data": "@0"}}, {"text": TEXT}),
    "gemini function": (
        {"functionResponse": {"name": "f", "parts": [{"inlineData": {"mimeType": "application/pdf", "data": "@0"}}]}},
        {"functionResponse": {"name": "f", "parts": [{"inlineData": {"mimeType": "text/plain", "data": B64}}]}},
    ),
    "bedrock": (
        {"document": {"format": "pdf", "name": "n", "source": {"bytes": "@0"}}},
        {"document": {"format": "txt", "name": "n", "source": {"bytes": B64}}},
    ),
    "bedrock picture": ({"image": {"format": "png", "source": {"bytes": "@0"}}}, {"text": TEXT}),
    "ollama": ({"role": "user", "content": "see", "images": ["x", "@0"]}, {"role": "user", "content": f"see\n\n{TEXT}", "images": ["x"]}),
    "ollama generate": ({"prompt": "", "images": ["@0"]}, {"prompt": TEXT, "images": []}),
    "unknown": ({"blob": "@0", "mimeType": "application/pdf"}, {"blob": B64, "mimeType": "text/plain"}),
    "a word": ("@0", B64),
}  # fmt: skip


@pytest.mark.parametrize("name", SHAPES)
@pytest.mark.parametrize(
    "around", [lambda x: x, lambda x: {"messages": [{"content": [{"a": 1.0}, x]}]}, lambda x: [[x]]]
)
def test_shapes(name: str, around: Any) -> None:
    before, after = SHAPES[name]
    assert put(around(before), FileText(TEXT)) == around(after)


def test_coded_strings_where_no_format_knows_better() -> None:
    assert put({"x": "@0"}, FileText(TEXT, URL)) == {"x": f"data:text/plain;charset=utf-8;base64,{B64}"}
    assert put({"x": "@0"}, FileText("a b", "data:application/rtf,", coded=False)) == {
        "x": "data:text/plain;charset=utf-8,a%20b"
    }
    assert put({"x": "@0", "mime_type": "a/b"}, FileText(TEXT, URL, otherwise="as it was")) == {
        "x": "as it was",
        "mime_type": "a/b",
    }
    assert put({"x": "@0"}, FileText("[[BLOCKED_FILE]]", URL, plain=True)) == {"x": "[[BLOCKED_FILE]]"}


def test_json_in_strings_and_several_files() -> None:
    inner = json.dumps({"f": "@0", "n": 1.0})
    assert put({"arguments": inner, "more": ["@1", "@1"]}, FileText("a"), FileText("b")) == {
        "arguments": '{"f": "YQ==", "n": 1.0}', "more": ["Yg==", "Yg=="],
    }  # fmt: skip
    two = {"role": "user", "content": "see", "images": ["@0", "x", "@1"]}
    assert put(two, FileText("a"), FileText("b")) == {"role": "user", "content": "see\n\na\n\nb", "images": ["x"]}


def test_records_frames_and_parts_of_forms() -> None:
    markers = Markers()
    line = b'{"x":  "%s", "n": 1e3}'
    for before, after in (
        (b"", b"\n"),
        (b"{}\n", b"\n{}"),
        (b"42", b""),
        (b"\xef\xbb\xbf", b""),
        (b"--b\r\nA: c\r\n\r\n", b"\r\n--b--"),
    ):
        marker = markers.add(FileText("a")).encode()
        assert markers.put_in(before + line % marker + after) == before + line % b"YQ==" + after


@pytest.mark.parametrize("body", [b"f.req=%s", b'--b\r\n\r\n["%s', b'{"x": "%s"', b'{"x": "a %s"}', b"nothing %.0s"])
def test_a_marker_without_a_place_is_refused(body: bytes) -> None:
    markers = Markers()
    with pytest.raises(NotRedactable) as caught:
        markers.put_in(body % markers.add(FileText("a")).encode())
    assert caught.value.code == "faasera_document_place"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.just("@0"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=12,
)


@given(JSON, st.sampled_from([None, 1, "\t"]))
def test_nothing_else_changes(value: Any, indent: Any) -> None:
    markers = Markers()
    marker = markers.add(FileText("a", plain=True))
    source = json.dumps(value, indent=indent).replace('"@0"', json.dumps(marker))
    if marker not in source or source[0] not in "{[":
        return
    assert markers.put_in(source.encode()).decode() == source.replace(marker, "a")
