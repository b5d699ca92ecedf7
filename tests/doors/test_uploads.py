"""Files at both doors, by their content: masked in place, sent as text, scanned, passed and counted, or refused."""

from __future__ import annotations

import base64
import io
import json
import zipfile
from collections.abc import Mapping
from typing import Any

import pypdf
import pytest
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

from tests.doors.conftest import World
from tests.support.planted import KEPT, MASKED, PLANT

EMAIL = "jane.doe@acme.org"  # keys are judged by format rules: a name alone is none
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 24
WAV = b"RIFF\x24\x08\x00\x00WAVEfmt " + bytes(range(256)) * 24
BOUNDARY = "----WebKitFormBoundary7MA4YWxk"
TYPE = f"multipart/form-data; boundary={BOUNDARY}"


def pdf(text: str, password: str = "") -> bytes:
    writer = pypdf.PdfWriter()
    page = writer.add_blank_page(300, 300)
    font = DictionaryObject({
        NameObject("/Type"): NameObject("/Font"), NameObject("/Subtype"): NameObject("/Type1"),
        NameObject("/BaseFont"): NameObject("/Helvetica"),
    })  # fmt: skip
    page[NameObject("/Resources")] = DictionaryObject({
        NameObject("/Font"): DictionaryObject({NameObject("/F1"): writer._add_object(font)})
    })  # fmt: skip
    content = DecodedStreamObject()
    content.set_data(f"BT /F1 12 Tf 10 100 Td ({text}) Tj ET".encode())
    page[NameObject("/Contents")] = writer._add_object(content)
    if password:
        writer.encrypt(password, algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def package(members: Mapping[str, str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in {"[Content_Types].xml": "<Types/>", **members}.items():
            archive.writestr(name, content)
    return out.getvalue()


def zipped(text: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.txt", text)
    return out.getvalue()


def docx(text: str) -> bytes:
    return package(
        {"word/document.xml": f'<w:document xmlns:w="w"><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:document>'}
    )


def xlsx(text: str) -> bytes:
    sheet = f'<worksheet xmlns="x"><sheetData><row><c t="inlineStr"><is><t>{text}</t></is></c></row></sheetData></worksheet>'
    return package({"xl/workbook.xml": '<workbook xmlns="x"/>', "xl/worksheets/sheet1.xml": sheet})


def form(*parts: tuple[str, bytes]) -> bytes:
    """A multipart body of (header lines, body)."""
    out = b"".join(f"--{BOUNDARY}\r\n{head}\r\n\r\n".encode() + body + b"\r\n" for head, body in parts)
    return out + f"--{BOUNDARY}--\r\n".encode()


def field(name: str, value: str) -> tuple[str, bytes]:
    return f'Content-Disposition: form-data; name="{name}"', value.encode()


def file(name: str, body: bytes, kind: str = "application/octet-stream") -> tuple[str, bytes]:
    return f'Content-Disposition: form-data; name="file"; filename="{name}"\r\nContent-Type: {kind}', body


def upload(world: World, door: str, body: bytes, path: str = "/v1/files") -> tuple[int, str]:
    """Status and error message."""
    with world.client(door) as client:
        response = client.post(world.base(door) + path, content=body, headers={"content-type": TYPE})
    return response.status_code, response.json()["error"]["message"] if response.status_code != 200 else ""


CHAT_LINE = json.dumps({"custom_id": KEPT, "method": "POST", "url": "/v1/chat/completions", "body": {
    "model": KEPT, "messages": [{"role": "user", "content": PLANT}]}})  # fmt: skip
CLAUDE_LINE = json.dumps({"messages": [{"role": "assistant", "content": [
    {"type": "thinking", "thinking": KEPT, "signature": KEPT}, {"type": "tool_use", "id": KEPT, "name": KEPT, "input": {"id": PLANT}}]}]})  # fmt: skip
USER_JSON = json.dumps({"id": PLANT, "status": PLANT, "model": PLANT, "type": {"role": PLANT}, EMAIL: 1.0})

MASKED_IN_PLACE: dict[str, tuple[str, bytes, str]] = {
    "txt": ("notes.txt", f"Hello\r\n{PLANT}\r\n".encode(), "user_data"),
    "csv": ("people.csv", f'id;note\n1;"{PLANT}"\n2;x\n'.encode(), "assistants"),
    "latin name": ("Grüße.md", f"# Titel\n\n{PLANT}\n".encode(), "assistants"),
    "utf-16": ("win.txt", f"Guten Tag\r\n{PLANT}\r\n".encode("utf-16"), "user_data"),
    "code": ("a.py", f'x = "{PLANT}"\nn = 1.0  # [[ok]]\n'.encode(), "user_data"),
    "user json": ("p.json", USER_JSON.encode(), "user_data"),
    "user jsonl": ("p.jsonl", f"{USER_JSON}\n{USER_JSON}".encode(), "user_data"),
    "batch": ("b.jsonl", f"{CHAT_LINE}\n\n{CHAT_LINE}\r\n".encode(), "batch"),
    "batch claude": ("b.jsonl", f"{CLAUDE_LINE}\n{CLAUDE_LINE}\n".encode(), "batch"),
    "fine-tune": ("f.jsonl", json.dumps({"messages": [{"role": "user", "content": PLANT}]}).encode(), "fine-tune"),
    "lying type": ("a.png", f"{PLANT}\n".encode(), "vision"),
}


@pytest.mark.parametrize("name", MASKED_IN_PLACE)
def test_text_files_are_masked_in_place(world: World, door: str, name: str) -> None:
    filename, data, purpose = MASKED_IN_PLACE[name]
    parts = (field("purpose", purpose), file(filename, data), field("expires_after", "3600"))
    codec = "utf-16" if data.startswith(b"\xff\xfe") else "utf-8"
    masked = data.decode(codec).replace(PLANT, MASKED).replace(EMAIL, "[[EMAIL_ADDRESS]]").encode(codec)
    assert upload(world, door, form(*parts)) == (200, "")
    assert world.llm.requests[0].body == form(parts[0], file(filename, masked), parts[2])
    assert world.llm.requests[0].header("content-type") == TYPE


def test_the_name_of_a_file_is_text(world: World, door: str) -> None:
    assert upload(world, door, form(file("Report of Jane Doe.txt", b"x"))) == (200, "")
    assert b"Jane" not in world.llm.requests[0].body
    assert b'filename="Report of [[NAME]].txt"' in world.llm.requests[0].body


UNTOUCHED: dict[str, tuple[bytes, str]] = {
    "png": (PNG, "1 image"),
    "wav": (WAV, "1 audio"),
}
# For a code tool: `assistants` is what OpenAI calls files for search and for code.
SHEETS = {"clean xlsx": xlsx("Quarterly figures")}


BY_DOOR = [("gateway", name) for name in UNTOUCHED] + [("interception", "png")]


@pytest.mark.parametrize(("door", "name"), BY_DOOR)
def test_pictures_and_sounds_go_to_the_byte(world: World, door: str, name: str) -> None:
    data, _counted = UNTOUCHED[name]
    body = form(field("purpose", "user_data"), file("a.bin", data))
    assert upload(world, door, body) == (200, "")
    assert world.llm.requests[0].body == body


def test_sheets_for_a_code_tool_stay_files(world: World, door: str) -> None:
    body = form(field("purpose", "assistants"), file("a.xlsx", SHEETS["clean xlsx"]))
    assert upload(world, door, body) == (200, "")
    assert world.llm.requests[0].body == body
    status, told = upload(world, door, form(field("purpose", "assistants"), file("a.xlsx", xlsx(PLANT))))
    assert (status, "NAME 1, SSN 1" in told, "Jane" in told) == (422, True, False)


AS_TEXT: dict[str, tuple[bytes, str]] = {
    "pdf": (pdf(PLANT), f"[PDF, 1 page, as text]\n\n--- page 1 ---\n{MASKED}\n"),
    "docx": (docx(PLANT), f"[Word document, as text]\n\n{MASKED}\n"),
    "xlsx": (xlsx(PLANT), f"[Excel workbook, 1 sheet, as text]\n\n## Sheet 1: sheet1\n\n| {MASKED} |\n| --- |\n\n"),
}


@pytest.mark.parametrize(
    ("door", "name"), [("gateway", name) for name in AS_TEXT] + [("interception", "pdf"), ("interception", "docx")]
)
def test_documents_uploaded_to_be_read_become_text_files(world: World, door: str, name: str) -> None:
    data, text = AS_TEXT[name]
    body = form(field("purpose", "user_data"), file(f"Jane Doe.{name}", data), field("expires_after", "3600"))
    assert upload(world, door, body) == (200, "")
    head = 'Content-Disposition: form-data; name="file"; filename="[[NAME]].txt"\r\nContent-Type: text/plain; charset=utf-8'
    assert world.llm.requests[0].body == form(
        field("purpose", "user_data"), (head, text.encode()), field("expires_after", "3600")
    )


def test_pictures_are_counted_as_not_inspected(world: World) -> None:
    upload(world, "gateway", form(file("a.png", PNG)))
    assert world.proxy.wait_for("not inspected")


REFUSED: dict[str, tuple[bytes, str]] = {
    "encrypted pdf": (pdf(PLANT, "secret"), "encrypted"),
    "broken pdf": (b"%PDF-1.7\n" + bytes(range(256)), "a PDF is unreadable"),
    "scanned pdf": (pdf(""), "a PDF is unreadable and cannot be sent as text (it holds no text"),
    "zip": (zipped(PLANT), "uploads.other"),
    "gzip": (b"\x1f\x8b\x08" + bytes(200), "uploads.other"),
    "executable": (b"\x7fELF\x02\x01\x01" + bytes(300), "uploads.other"),
}


@pytest.mark.parametrize(
    ("door", "name"),
    [("gateway", name) for name in REFUSED] + [("interception", "broken pdf"), ("interception", "gzip")],
)
def test_what_cannot_be_masked_is_refused_with_counts_or_the_key(world: World, door: str, name: str) -> None:
    data, told = REFUSED[name]
    status, message = upload(world, door, form(field("purpose", "user_data"), file("a.bin", data)))
    assert status == 422
    assert told in message
    assert "Jane" not in message
    assert world.llm.requests == []


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def inline(world: World, door: str, path: str, body: Any, host: str = "api.openai.com") -> tuple[int, str]:
    with world.client(door) as client:
        response = client.post(world.base(door, host) + path, json=body)
    return response.status_code, response.text if response.status_code != 200 else world.llm.requests[0].body.decode()


def openai_file(url: str) -> Any:
    return {"messages": [{"role": "user", "content": [{"type": "file", "file": {"file_data": url, "filename": "a"}}]}]}


def openai_text(text: str) -> Any:
    return {"messages": [{"role": "user", "content": [{"type": "text", "text": text}]}]}


def claude_text(text: str) -> Any:
    source = {"type": "text", "media_type": "text/plain", "data": text}
    return {"messages": [{"role": "user", "content": [{"type": "document", "source": source}]}]}


def claude_file(kind: str, data: bytes) -> Any:
    source = {"type": "base64", "media_type": kind, "data": b64(data)}
    return {"messages": [{"role": "user", "content": [{"type": "document", "source": source}]}]}


def gemini_file(kind: str, data: bytes) -> Any:
    return {"contents": [{"parts": [{"inlineData": {"mimeType": kind, "data": b64(data)}}]}]}


CHAT, MESSAGES, GEMINI = "/v1/chat/completions", "/v1/messages", "/v1beta/models/g:generateContent"
HOSTS = {CHAT: "api.openai.com", MESSAGES: "api.anthropic.com", GEMINI: "generativelanguage.googleapis.com"}
CODED = f"{PLANT}\n".encode()
JSON_FILE = b'{"note": "\\u004aane Doe", "n": 1.0}'
INLINE: list[tuple[str, Any, Any]] = [
    (CHAT, openai_file(f"data:text/plain;base64,{b64(CODED)}"), openai_file(f"data:text/plain;base64,{b64(MASKED.encode() + b'\n')}")),
    (CHAT, openai_file("data:text/plain,I%20am%20Jane%20Doe%21"), openai_file("data:text/plain,I%20am%20%5B%5BNAME%5D%5D%21")),
    (CHAT, openai_file(f"data:application/json;base64,{b64(JSON_FILE)}"),
     openai_file(f"data:application/json;base64,{b64(JSON_FILE.replace(b'\\u004aane Doe', b'[[NAME]]'))}")),
    (CHAT, openai_file(f"data:application/pdf;base64,{b64(pdf(PLANT))}"), openai_text(f"[file: a]\n{AS_TEXT['pdf'][1]}")),
    (MESSAGES, claude_file("application/pdf", pdf(PLANT)), claude_text(AS_TEXT["pdf"][1])),
    (GEMINI, gemini_file("application/pdf", pdf(PLANT)), {"contents": [{"parts": [{"text": AS_TEXT["pdf"][1]}]}]}),
    (MESSAGES, claude_file("text/plain", CODED), claude_file("text/plain", MASKED.encode() + b"\n")),
    (GEMINI, gemini_file("text/plain", CODED), gemini_file("text/plain", MASKED.encode() + b"\n")),
    (GEMINI, gemini_file("image/png", PNG), None),
    (GEMINI, gemini_file("audio/pcm", bytes(range(256)) * 9), None),
]  # fmt: skip


@pytest.mark.parametrize(("path", "body", "masked"), INLINE, ids=range(len(INLINE)))
def test_inline_files(world: World, door: str, path: str, body: Any, masked: Any) -> None:
    status, sent = inline(world, door, path, body, HOSTS[path])
    assert status == 200
    assert json.loads(sent) == (masked or body)


@pytest.mark.parametrize(
    ("path", "body", "told"),
    [
        (CHAT, openai_file(f"data:application/pdf;base64,{b64(pdf(''))}"), "it holds no text"),
        (MESSAGES, claude_file("application/pdf", b"\x1f\x8b" + bytes(300)), "uploads.other"),
        (GEMINI, gemini_file("application/pdf", pdf(PLANT, "secret")), "encrypted"),
        (GEMINI, gemini_file("application/zip", zipped(PLANT)), "uploads.other"),
    ],
    ids=["openai scanned pdf", "claude gzip", "gemini encrypted", "gemini zip"],
)
def test_inline_files_that_are_refused(world: World, path: str, body: Any, told: str) -> None:
    status, message = inline(world, "interception", path, body, HOSTS[path])
    assert status == 422
    assert told in message
    assert "Jane" not in message
    assert world.llm.requests == []


def test_text_behind_an_inline_picture_is_masked(world: World, door: str) -> None:
    text = f"data:image/png;base64,{b64(PNG)}\n\nWho is on it? {PLANT}"
    status, sent = inline(world, door, CHAT, {"messages": [{"role": "user", "content": text}]})
    assert status == 200
    assert json.loads(sent)["messages"][0]["content"] == text.replace(PLANT, MASKED)
