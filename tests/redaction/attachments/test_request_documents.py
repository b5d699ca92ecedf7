"""Documents in requests: read, masked and put back as text, remembered by content, replaced where they are refused."""

from __future__ import annotations

import asyncio
import base64
import json
from typing import Any

import pytest

from redaction.attachments import document_texts
from redaction.attachments.extraction.result import Extracted
from redaction.attachments.extraction.worker import extract_text
from redaction.errors import NotRedactable, TooLarge
from redaction.payload import Payload, Redacted
from redaction.redactor import Redactor
from tests.support.office import at, docx, p, pdf, run
from tests.support.redacting import redact, redactor

SSN = "219-09-9876"
TEXT = f"The patient has ssn {SSN} today"
DOCX = docx(p(TEXT))
SHOWN = "[Word document, as text]\n\nThe patient has ssn [[SSN]] today\n"


@pytest.fixture(autouse=True)
def _in_process(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Documents are read here and now; the list counts how often."""
    reads: list[int] = []

    async def read(data: bytes, format_: str, *, max_inflated: int) -> Extracted:
        reads.append(len(data))
        found = extract_text(data, format_, max_inflated)
        if found.too_large:
            raise TooLarge("a document inflates to more than it may", code="faasera_inflated_too_large")
        return found

    monkeypatch.setattr(document_texts, "read_document", read)
    return reads


@pytest.fixture
def reads(_in_process: list[int]) -> list[int]:
    return _in_process


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def url(data: bytes, kind: str = "application/octet-stream") -> str:
    return f"data:{kind};base64,{b64(data)}"


def file(data: bytes, name: str = "a.docx") -> dict[str, Any]:
    return {"type": "file", "file": {"filename": name, "file_data": url(data)}}


def document(data: bytes) -> dict[str, Any]:
    return {"type": "document", "title": "Jane", "source": {"type": "base64", "media_type": "x/y", "data": b64(data)}}


def chat(*turns: Any) -> dict[str, Any]:
    return {"messages": [{"role": role, "content": content} for role, content in turns]}


def sent(body: Any, dialect: str, with_: Redactor | None = None) -> tuple[Any, Redacted]:
    done = redact(json.dumps(body), dialect, **({} if with_ is None else {"with_": with_}))
    return json.loads(done.data), done


BODIES: dict[str, tuple[str, Any, Any]] = {
    "chat": ("chat", chat(("user", [file(DOCX), {"type": "text", "text": "sum up"}])),
             chat(("user", [{"type": "text", "text": f"[file: a.docx]\n{SHOWN}"}, {"type": "text", "text": "sum up"}]))),
    "responses": ("responses", {"input": [{"role": "user", "content": [{"type": "input_file", "filename": "a", "file_data": url(DOCX)}]}]},
                  {"input": [{"role": "user", "content": [{"type": "input_text", "text": f"[file: a]\n{SHOWN}"}]}]}),
    "messages": ("messages", chat(("user", [document(DOCX)])),
                 chat(("user", [{"type": "document", "title": "Jane", "source": {"type": "text", "media_type": "text/plain", "data": SHOWN}}]))),
    "gemini": ("gemini", {"contents": [{"parts": [{"inlineData": {"mimeType": "x/y", "data": b64(DOCX)}}]}]},
               {"contents": [{"parts": [{"text": SHOWN}]}]}),
    "bedrock": ("bedrock-converse", chat(("user", [{"document": {"format": "docx", "name": "n", "source": {"bytes": b64(DOCX)}}}])),
                chat(("user", [{"document": {"format": "txt", "name": "n", "source": {"bytes": b64(SHOWN.encode())}}}]))),
    "ollama": ("ollama", {"messages": [{"role": "user", "content": f"ssn {SSN}", "images": [b64(DOCX)]}]},
               {"messages": [{"role": "user", "content": f"ssn [[SSN]]\n\n{SHOWN}", "images": []}]}),
    "a tool's arguments": (
        "chat", {"messages": [{"role": "assistant", "tool_calls": [{"id": "c", "type": "function", "function": {
            "name": "f", "arguments": json.dumps({"file": url(DOCX), "to": SSN})}}]}, {"role": "user", "content": "x"}]},
        {"messages": [{"role": "assistant", "tool_calls": [{"id": "c", "type": "function", "function": {
            "name": "f", "arguments": json.dumps({"file": f"data:text/plain;charset=utf-8;base64,{b64(SHOWN.encode())}", "to": "[[SSN]]"})}}]},
            {"role": "user", "content": "x"}]},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BODIES)
def test_documents_in_each_wire_format(name: str) -> None:
    dialect, body, shown = BODIES[name]
    got, done = sent(body, dialect)
    assert got == shown
    assert done.report.documents == {"masked": 1}
    assert SSN not in done.data.decode()


def test_a_document_without_findings_is_sent_as_text_too() -> None:
    got, done = sent(chat(("user", [file(docx(p("plain words")), "")])), "chat")
    assert got == chat(("user", [{"type": "text", "text": "[Word document, as text]\n\nplain words\n"}]))
    assert (done.report.documents, done.report.masked) == ({"as_text": 1}, {})


def test_values_across_tracked_changes_and_footnote_signs() -> None:
    body = f"<w:p>{run('ssn 219-')}<w:ins>{run('09-9876')}</w:ins><w:del><w:r><w:delText>00-0000</w:delText></w:r></w:del></w:p>"
    got, _ = sent(chat(("user", [file(docx(body), "")])), "chat")
    text = got["messages"][0]["content"][0]["text"]
    assert "[[SSN]]" in text
    assert "09-9876" not in text
    assert text.startswith("[Word document, as text. Marks: {+inserted+} {-deleted-}]")


RECORD = "MRN 00731904"
UNLABELLED = "Entry 00731904 was copied from the register."


@pytest.mark.parametrize(
    "attached", [file(docx(p(UNLABELLED))), file(UNLABELLED.encode(), "a.txt")], ids=["docx", "txt"]
)
def test_values_that_earlier_turns_have_shown_are_masked_in_documents(attached: Any) -> None:
    got, done = sent(chat(("user", RECORD), ("assistant", "noted"), ("user", [attached])), "chat")
    content = got["messages"][2]["content"][0]
    text = content.get("text") or base64.b64decode(content["file"]["file_data"].partition(",")[2]).decode()
    assert UNLABELLED.replace("00731904", "[[MEDICAL_RECORD]]") in text
    assert done.report.masked == {"MEDICAL_RECORD": 2}


def test_documents_before_a_value_was_shown_keep_it_and_are_remembered_without_it() -> None:
    one = redactor()
    attached = file(docx(p(UNLABELLED)))
    later = chat(("user", [attached]), ("assistant", "ok"), ("user", RECORD))
    before = chat(("user", RECORD), ("assistant", "ok"), ("user", [attached]))
    for body, kept in ((later, True), (before, False), (later, True)):
        got, _ = sent(body, "chat", one)
        assert ("00731904" in json.dumps(got)) is kept


def test_the_name_of_a_file_is_masked() -> None:
    got, _ = sent(chat(("user", [file(DOCX, f"ssn {SSN}.docx")])), "chat")
    assert got["messages"][0]["content"][0]["text"].startswith("[file: ssn [[SSN]].docx]\n")


def test_a_resent_history_is_not_read_again_and_keeps_its_bytes(reads: list[int]) -> None:
    with_ = redactor(policies={"default": {}, "strict": {}})
    first = chat(("user", [file(DOCX)]))
    _, once = sent(first, "chat", with_)
    longer = chat(("user", [file(DOCX)]), ("assistant", "done"), ("user", f"ssn {SSN}"))
    got, again = sent(longer, "chat", with_)
    assert len(reads) == 1
    assert got["messages"][:1] == json.loads(once.data)["messages"]
    assert again.data.startswith(once.data[:-2])
    assert again.report.masked == {"SSN": 2}
    other = asyncio.run(
        with_.body(Payload(json.dumps(first).encode(), "chat", "strict", content_type="application/json"))
    )
    assert (len(reads), other.report.documents) == (2, {"masked": 1})  # another policy is another text


class Tags:
    """Reversible mode: tagged placeholders, and the values behind them."""

    def __init__(self) -> None:
        self.values: dict[str, str] = {}
        self.asked: list[str] = []

    def __call__(self, kind: str, value: str) -> str:
        self.values["abcdefg"] = value
        return f"[[{kind}_abcdefg]]"

    def recall(self, tag: str) -> str | None:
        self.asked.append(tag)
        return self.values.get(tag)


def test_reversible_mode_remembers_a_document_as_long_as_its_values(reads: list[int]) -> None:
    with_, tags = redactor(), Tags()
    payload = Payload(
        json.dumps(chat(("user", [file(DOCX)]))).encode(), "chat", "default", content_type="application/json"
    )
    once = asyncio.run(with_.body(payload, replacement=tags))
    assert (tags.values, "[[SSN_abcdefg]]" in once.data.decode()) == ({"abcdefg": SSN}, True)
    again = asyncio.run(with_.body(payload, replacement=tags))
    assert (again.data, len(reads), tags.asked) == (once.data, 1, ["abcdefg"])
    tags.values.clear()  # they are forgotten after a while
    assert asyncio.run(with_.body(payload, replacement=tags)).data == once.data
    assert (len(reads), tags.values) == (2, {"abcdefg": SSN})
    assert "[[SSN]]" in asyncio.run(with_.body(payload)).data.decode()  # and nothing of it without that mode


UNREADABLE = {
    "scanned": pdf(b""),
    "broken": b"%PDF-1.4 nothing",
    "no document": b"PK\x03\x04 nothing",
    "font": b"wOF2\x00\x01" + bytes(90),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_cannot_be_read_is_refused_in_the_newest_turn_only(name: str) -> None:
    part = file(UNREADABLE[name])
    with pytest.raises(NotRedactable) as caught:
        sent(chat(("user", [part])), "chat")
    assert "a.docx" not in caught.value.message
    got, done = sent(chat(("user", [part]), ("assistant", "no"), ("user", "hi")), "chat")
    assert got["messages"][0]["content"] == [{"type": "text", "text": "[[BLOCKED_FILE]]"}]
    assert done.report.masked == {"BLOCKED_FILE": 1}
    result = {"type": "tool_result", "tool_use_id": "t", "content": [document(UNREADABLE[name])]}
    got, _ = sent(chat(("user", "hi"), ("assistant", "x"), ("user", [result])), "messages")
    source = got["messages"][2]["content"][0]["content"][0]["source"]
    assert source == {"type": "text", "media_type": "text/plain", "data": "[[BLOCKED_FILE]]"}


def test_a_bomb_is_refused_by_its_size() -> None:
    small = redactor(limits={"inflated": "20kB"})
    with pytest.raises(TooLarge):
        sent(chat(("user", [file(docx(p("x" * 40_000)))])), "chat", small)


def test_web_pages_become_text_where_a_format_has_a_place_for_it() -> None:
    page = f"<html><body><h1>Case</h1><p>ssn {SSN}</p></body></html>".encode()
    got, _ = sent(
        chat(
            ("user", [{"type": "document", "source": {"type": "base64", "media_type": "text/html", "data": b64(page)}}])
        ),
        "messages",
    )
    assert got["messages"][0]["content"][0]["source"]["data"] == "[web page, as text]\n\n# Case\nssn [[SSN]]\n"
    got, done = sent(chat(("user", url(page, "text/html"))), "chat")
    assert got == chat(("user", url(page.replace(SSN.encode(), b"[[SSN]]"), "text/html")))
    assert done.report.masked == {"SSN": 1}


@pytest.mark.parametrize("dialect", ["chat", "messages", "gemini", "realtime"])
def test_no_picture_is_a_whole_body_where_no_upload_is(dialect: str) -> None:
    png = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4
    with pytest.raises(NotRedactable):
        redact(png, dialect, "image/png")
    assert redact(png, "files", "image/png").data == png
    with pytest.raises(NotRedactable):
        redact(png, "unknown", "application/grpc")


def test_many_inline_files_are_each_looked_at_once() -> None:
    inner = [url(json.dumps({"n": n}).encode(), "application/json") for n in range(2000)]
    got, _ = sent(chat(("user", [{"x": inner}])), "chat")
    assert got == chat(("user", [{"x": inner}]))


def test_a_pdf_and_a_batch_of_requests() -> None:
    line = json.dumps(
        {
            "custom_id": "1",
            "method": "POST",
            "url": "/v1/chat/completions",
            "body": chat(("user", [file(pdf(at(50, 700, TEXT.encode())))])),
        }
    )
    done = redact(f"{line}\n{line}\n", "batches", "application/jsonl")
    lines = [json.loads(record) for record in done.data.decode().splitlines()]
    assert lines[0] == lines[1]
    assert lines[0]["body"]["messages"][0]["content"][0]["text"].endswith(
        "--- page 1 ---\nThe patient has ssn [[SSN]] today\n"
    )
