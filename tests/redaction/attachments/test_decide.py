"""Inline files and whole files: what each kind ends in, under each setting."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from redaction.errors import NotRedactable, RedactionError, TooLarge
from tests.support.redacting import redact, redactor

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 24
WAV = b"RIFF\x24\x08\x00\x00WAVEfmt " + bytes(64)
SAMPLES = bytes(range(256)) * 4
GZIP = b"\x1f\x8b\x08" + bytes(99)
TEXT = "I am Jane Doe"
MASKED = "I am [[NAME]]"


def b64(data: bytes | str) -> str:
    return base64.b64encode(data.encode() if isinstance(data, str) else data).decode()


def urlsafe(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode()


def sent(body: Any, dialect: str = "chat", **more: Any) -> Any:
    return json.loads(redact(json.dumps(body), dialect, **more).data)


def text(content: str) -> Any:
    return {"messages": [{"role": "user", "content": content}]}


@pytest.mark.parametrize(
    ("content", "answer"),
    [
        (f"data:text/plain;base64,{b64(TEXT)}", f"data:text/plain;base64,{b64(MASKED)}"),
        (f" DATA:text/plain;charset=utf-8;base64,{b64(TEXT)}", f" DATA:text/plain;charset=utf-8;base64,{b64(MASKED)}"),
        (f"data:image/png;base64,{b64(TEXT)}", f"data:image/png;base64,{b64(MASKED)}"),  # a label is no proof
        (f"data:image/svg+xml;base64,{b64(f'<svg>{TEXT}</svg>')}", f"data:image/svg+xml;base64,{b64(f'<svg>{MASKED}</svg>')}"),
        ("data:,I am Jane Doe", "data:,I am [[NAME]]"),
        ("data:text/plain,I%20am%20Jane%20Doe", "data:text/plain,I%20am%20%5B%5BNAME%5D%5D"),
        ("data: I am Jane Doe, and you?", "data: I am [[NAME]], and you?"),
        ("data:x,y: I am Jane Doe", "data:x,y: I am [[NAME]]"),
        (f"data:image/png;base64,{b64(PNG)}", f"data:image/png;base64,{b64(PNG)}"),
        (f"data:image/png;base64,{b64(PNG)} {TEXT}", f"data:image/png;base64,{b64(PNG)} {MASKED}"),
        (f"data:image/png;base64,{b64(PNG)}!{TEXT}", f"data:image/png;base64,{b64(PNG)}!{MASKED}"),
        (f"data:application/json;base64,{b64('{\"a\": \"I am Jane Doe\", \"n\": 1.0}')}",
         f"data:application/json;base64,{b64('{\"a\": \"I am [[NAME]]\", \"n\": 1.0}')}"),
        (f"data:application/jsonl;base64,{b64('{\"a\": \"I am \\u004aane Doe\"}\n{\"id\": 1.0}\n')}",
         f"data:application/jsonl;base64,{b64('{\"a\": \"I am [[NAME]]\"}\n{\"id\": 1.0}\n')}"),
        (f"data:application/json;base64,{b64('[I am Jane Doe')}", f"data:application/json;base64,{b64('[I am [[NAME]]')}"),
        ("data:text/csv;base64,not base64, I am Jane Doe", "data:text/csv;base64,not base64, I am [[NAME]]"),
    ],
    ids=range(15),
)  # fmt: skip
def test_data_urls_anywhere(content: str, answer: str) -> None:
    assert sent(text(content)) == text(answer)


def test_a_file_in_a_json_file_is_looked_into_as_text() -> None:
    inner = json.dumps({"file": "data:text/plain,I am Jane Doe", "id": "I am Jane Doe"})
    answer = json.dumps({"file": "data:text/plain,I am [[NAME]]", "id": "I am [[NAME]]"})
    assert sent(text(f"data:;base64,{b64(inner)}")) == text(f"data:;base64,{b64(answer)}")


@pytest.mark.parametrize(
    "part",
    [
        {"type": "input_audio", "input_audio": {"data": b64(SAMPLES), "format": "pcm16"}},
        {"type": "input_audio", "input_audio": {"data": b64(b"\xff" * 160), "format": "g711_ulaw"}},
        {"type": "input_audio", "input_audio": {"data": b64(bytes(5)), "format": "pcm16"}},
        {"type": "input_audio", "input_audio": {"data": b64(WAV), "format": "wav"}},
        {"inlineData": {"mimeType": "audio/pcm;rate=16000", "data": b64(SAMPLES)}},
    ],
    ids=range(5),
)
def test_sounds_pass_and_are_counted(part: Any) -> None:
    result = redact(json.dumps({"content": [part]}))
    assert json.loads(result.data) == {"content": [part]}
    assert result.report.not_inspected == {"audio": 1}
    with pytest.raises(NotRedactable, match=r"uploads\.audio"):
        redact(json.dumps({"content": [part]}), with_=redactor(uploads={"audio": "block"}))


def test_text_that_is_called_a_sound_is_masked() -> None:
    part = {"input_audio": {"data": b64(TEXT), "format": "pcm16"}}
    assert sent(part) == {"input_audio": {"data": b64(MASKED), "format": "pcm16"}}


@pytest.mark.parametrize("word", ["Paris", "Deutschland1", "abcd", "x" * 63, "I am not base64!"])
def test_a_word_in_a_field_for_files_is_a_word(word: str) -> None:
    body = {"item": {"data": word, "format": "x"}}
    assert sent(body) == body


@pytest.mark.parametrize(
    ("data", "setting", "kind"),
    [(PNG, "images", "image"), (WAV, "audio", "audio"), (GZIP, "other", "binary"), (bytes(300), "other", "binary")],
    ids=["png", "wav", "gzip", "zeros"],
)
def test_every_kind_has_its_setting(data: bytes, setting: str, kind: str) -> None:
    body = json.dumps({"source": {"media_type": "x/y", "data": b64(data)}})
    with pytest.raises(NotRedactable, match=rf"uploads\.{setting}"):
        redact(body, "messages", with_=redactor(uploads={setting: "block"}))
    with pytest.raises(NotRedactable, match=rf"uploads\.{setting}"):
        redact(data, "files", "x/y", with_=redactor(uploads={setting: "block"}))
    allowing = redactor(uploads={setting: "allow"})
    assert redact(body, "messages", with_=allowing).report.not_inspected == {kind: 1}
    result = redact(data, "files", "x/y", with_=allowing)
    assert result.data is data
    assert result.report.not_inspected == {kind: 1}


def test_documents_have_four_settings() -> None:
    rtf = rb"{\rtf1 I am Jane Doe}"
    body = json.dumps({"source": {"media_type": "application/rtf", "data": b64(rtf)}})
    as_text = redact(body, "messages")
    assert json.loads(as_text.data)["source"]["media_type"] == "text/plain"
    assert base64.b64decode(json.loads(as_text.data)["source"]["data"]).endswith(MASKED.encode() + b"\n")
    assert (as_text.report.documents, as_text.report.masked) == ({"masked": 1}, {"NAME": 1})
    with pytest.raises(NotRedactable, match="NAME 1") as caught:
        redact(body, "messages", with_=redactor(uploads={"documents": "scan"}))
    assert caught.value.code == "faasera_document_with_findings"
    assert "Jane" not in caught.value.message
    with pytest.raises(NotRedactable, match=r"uploads\.documents"):
        redact(body, "messages", with_=redactor(uploads={"documents": "block"}))
    allowed = redact(body, "messages", with_=redactor(uploads={"documents": "allow"}))
    assert allowed.report.not_inspected == {"document": 1}
    scanned = redact(rb"{\rtf1 figures}", "files")
    assert (scanned.report.not_inspected, scanned.report.documents) == ({}, {"scanned": 1})


def test_equal_files_are_looked_at_once_and_counted_once() -> None:
    url = f"data:image/png;base64,{b64(PNG)}"
    assert redact(json.dumps([url, url, {"image_url": url}])).report.not_inspected == {"image": 1}


def test_a_file_over_the_limit_is_refused() -> None:
    small = redactor(limits={"inflated": "2kB"})
    with pytest.raises(TooLarge):
        redact(json.dumps(text(f"data:text/plain;base64,{b64('x' * 3000)}")), with_=small)


@pytest.mark.parametrize(
    "data", [b"\xe4\xf6\xfc Jane", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)], ids=["latin-1", "ole"]
)
def test_what_nobody_can_read_is_refused(data: bytes) -> None:
    with pytest.raises(RedactionError) as caught:
        redact(json.dumps({"source": {"media_type": "text/plain", "data": b64(data * 20)}}), "messages")
    assert caught.value.status == 422


PICTURE = b64(PNG).rstrip("=")


@pytest.mark.parametrize(
    ("content", "answer"),
    [
        (f"data:image/png;base64,{PICTURE[:40]} and I am Jane Doe", f"data:image/png;base64,{PICTURE[:40]} and I am [[NAME]]"),
        (f"data:image/png;base64,{PICTURE[:40]}%20and%20123-45-6789", None),
        (f"data:image/png;name=I%20am%20Jane%20Doe;base64,{PICTURE}", f"data:image/png;name=I%20am%20%5B%5BNAME%5D%5D;base64,{PICTURE}"),
        (f"data:text/plain;x=123-45-6789;base64,{b64(TEXT)}", f"data:text/plain;x=%5B%5BSSN%5D%5D;base64,{b64(MASKED)}"),
        ("data:text/plain;x=123-45-6789,no%20news", "data:text/plain;x=%5B%5BSSN%5D%5D,no%20news"),
        (f"data:image/png;name=me.png;base64,{PICTURE}", None),
        (f"DATA:image/png;base64,{PICTURE}", None),
    ],
    ids=range(7),
)  # fmt: skip
def test_what_stands_around_an_inline_file_is_text(content: str, answer: str | None) -> None:
    expected = answer if answer is not None else content.replace("123-45-6789", "[[SSN]]")
    assert sent(text(content)) == text(expected)


def test_words_that_decode_as_a_picture_are_words() -> None:
    def part(data: str) -> Any:
        return {"contents": [{"parts": [{"inlineData": {"mimeType": "image/png", "data": data}}]}]}

    assert sent(part(f"{PICTURE[:40]} I am Jane Doe"), "gemini") == part(f"{PICTURE[:40]} I am [[NAME]]")
    lines = "\n".join(PICTURE[at : at + 76] for at in range(0, len(PICTURE), 76))
    assert sent(part(lines), "gemini") == part(lines)


@pytest.mark.parametrize(
    ("content", "answer"),
    [
        (b64(f"# {TEXT}, nice\n"), b64(f"# {MASKED}, nice\n")),
        (b64(f"# {TEXT}, and more of it\n" * 9), b64(f"# {MASKED}, and more of it\n" * 9)),
        (urlsafe(f"\u00fe\u00ff? {TEXT}, nice ~~~?"), urlsafe(f"\u00fe\u00ff? {MASKED}, nice ~~~?")),
        ("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", None),
        (b64(PNG), None),
        (b64(b"%PDF-1.4 I am Jane Doe startxref"), None),
        ("internationalizationOfEverythingWeKnow", None),
        (f"decode {b64(f'# {TEXT}, nice')}", None),
    ],
    ids=range(8),
)  # fmt: skip
def test_a_string_that_is_base64_of_text_is_masked_inside(content: str, answer: str | None) -> None:
    assert sent(text(content)) == text(answer or content)


def test_base64_that_is_no_text_keeps_the_context_of_its_key() -> None:
    body = {"metadata": {"password": "hunter2hunter3hunter4hunter5x"}}
    assert sent(body) == {"metadata": {"password": "[[PASSWORD]]"}}
