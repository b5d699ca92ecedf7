"""Files by content, and the worker process: it reads, it stops in time, and it says nothing."""

from __future__ import annotations

import asyncio
import io
import os
import sys
import zipfile
from pathlib import Path

import psutil
import pytest

from redaction.attachments import reader_pool, reader_process
from redaction.attachments.classify import FileVerdict, extract_document, inspect_file
from redaction.errors import TooLarge

LIMIT = 1 << 20


@pytest.fixture
def fresh() -> None:
    """No process of an earlier test waits for documents."""
    reader_pool.end_kept()
    _OTHERS.clear()
    _OTHERS.update(process.pid for process in psutil.Process().children(recursive=True))


# Processes of other tests that this one found at its start.
_OTHERS: set[int] = set()

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"


def docx(text: str, **more: str | bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", f"<w:document xmlns:w='w'><w:p><w:t>{text}</w:t></w:p></w:document>")
        for name, content in more.items():
            archive.writestr(name, content)
    return out.getvalue()


def read(data: bytes, verdict: FileVerdict | None = None, **options: float) -> FileVerdict:
    return asyncio.run(extract_document(data, verdict, max_inflated=LIMIT, **options))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("data", "media_type", "kind", "text"),
    [
        (b"a,b\nJane,1", "image/png", "text", "a,b\nJane,1"),
        ("Zoë".encode("utf-16"), "text/csv", "text", "Zoë"),
        ("Zoë".encode("latin-1"), "text/csv; charset=iso-8859-1", "text", "Zoë"),
        ("Zoë".encode("latin-1"), "text/csv", "unreadable", None),
        ("Zoë".encode(), "text/csv; charset=iso-8859-1", "unreadable", None),
        ("Zoë".encode(), "text/csv; charset=x; charset=y", "unreadable", None),
        (b"<svg>Jane</svg>", "image/svg+xml", "text", "<svg>Jane</svg>"),
        (b"\x89PNG\r\n\x1a\n\x00", "text/plain", "image", None),
        (docx("Jane"), "text/plain", "document", None),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\x00", "application/msword", "unreadable", None),
    ],
)
def test_inspect_file(data: bytes, media_type: str, kind: str, text: str | None) -> None:
    verdict = inspect_file(data, media_type=media_type)
    assert (verdict.kind, verdict.text) == (kind, text)
    if verdict.codec and verdict.text is not None:
        assert verdict.codec.encode(verdict.text) == data
    assert "Jane" not in repr(verdict)


def test_documents_are_read_in_a_process_of_their_own() -> None:
    verdict = read(docx("Jane Doe"))
    assert (verdict.kind, verdict.format, verdict.images, verdict.scanned) == ("document", "docx", 0, False)
    assert verdict.text is not None
    assert verdict.text.split("\n") == ["", "Jane Doe", "", ""]
    assert read(b"plain").kind == "text"
    assert read(docx("x"), FileVerdict("image", "png")) == FileVerdict("image", "png")


def test_several_at_once_and_more_than_one_loop() -> None:
    async def many() -> list[str | None]:
        verdicts = (extract_document(docx(f"Jane {i}"), max_inflated=LIMIT) for i in range(5))
        return [verdict.text for verdict in await asyncio.gather(*verdicts)]

    assert [text and text.strip() for text in asyncio.run(many())] == [f"Jane {i}" for i in range(5)]
    assert read(docx("again")).kind == "document"


@pytest.mark.parametrize("data", [PDF, b"%PDF-1.4 nothing", b"PK\x03\x04 nothing", docx("Jane <broken")])
def test_broken_documents_are_unreadable(data: bytes) -> None:
    verdict = read(data)
    assert (verdict.kind, verdict.text) == ("unreadable", None) or (data == PDF and verdict.scanned is False)
    assert "Jane" not in verdict.reason


def test_a_zip_that_is_no_document_is_binary() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("jane.txt", "Jane")
    assert read(out.getvalue()) == FileVerdict("binary", "zip")


def test_bounds() -> None:
    with pytest.raises(TooLarge) as caught:
        read(docx("Jane" * 500_000))
    assert (caught.value.code, "limits.inflated" in caught.value.message) == ("faasera_inflated_too_large", True)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux bounds the address space of a process")
def test_memory_is_bounded() -> None:
    big = docx("Jane" * 5_000_000)
    verdict = asyncio.run(extract_document(big, max_inflated=64 << 20, memory=40 << 20))
    assert (verdict.kind, verdict.text) == ("unreadable", None)


@pytest.mark.usefixtures("fresh")
def test_a_process_that_hangs_is_killed_and_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader_process, "START", "import threading; threading.Event().wait(300)")
    verdict = read(docx("Jane" * 100_000), deadline=0.3)
    assert (verdict.kind, verdict.text) == ("unreadable", None)
    assert "time" in verdict.reason
    assert gone()


def gone() -> bool:
    """Whether every process of ours is, or is about to be: those that were killed are waited for in a thread."""
    for process in psutil.Process().children(recursive=True):
        if process.pid not in _OTHERS:
            process.wait(10)
    return True


@pytest.mark.usefixtures("fresh")
def test_cancelling_kills_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader_process, "START", "import threading; threading.Event().wait(300)")

    async def cancel() -> None:
        task = asyncio.create_task(extract_document(docx("Jane"), max_inflated=LIMIT))
        while not {process.pid for process in psutil.Process().children()} - _OTHERS:
            await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(cancel())
    assert gone()


# A process that reads its two frames and answers `said`.
SAYS = (
    "import sys; i=sys.stdin.buffer; [i.read(int.from_bytes(i.read(4), 'big')) for _ in range(2)]; "
    "o=sys.stdout.buffer; said=%s; o.write(len(said).to_bytes(4, 'big') + said); o.flush()"
)


@pytest.mark.usefixtures("fresh")
@pytest.mark.parametrize(
    "code",
    [
        SAYS % "b'no answer, but Jane'",
        SAYS % "b'\\x81\\xa4kind\\xa4text'",
        "import sys; i=sys.stdin.buffer; i.read(40); sys.stdout.buffer.write(b'\\xff\\xff\\xff\\xffJane')",
        "raise SystemExit(0)",
        "import os; os.abort()",
    ],
    ids=["no MessagePack", "another type", "a length without end", "ends", "aborts"],
)
def test_a_process_that_answers_anything_else_has_read_nothing(code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader_process, "START", code)
    verdict = read(docx("Jane" * 100_000))
    assert (verdict.kind, verdict.text) == ("unreadable", None)


@pytest.mark.usefixtures("fresh")
def test_no_interpreter_is_an_unreadable_document(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "missing"))
    assert read(docx("Jane")).kind == "unreadable"


@pytest.mark.usefixtures("fresh")
def test_the_process_gets_no_keys_and_says_nothing(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FAASERA_OPENAI_API_KEY", "sk-secret")
    monkeypatch.setattr(
        reader_process,
        "START",
        "import os,sys,msgspec; print('Jane', file=sys.stderr); "
        + SAYS.replace("i=", "sys.path[:] = __import__('json').loads(sys.argv[1]); i=", 1)
        % "msgspec.msgpack.encode(dict(kind='document', format='x', text=' '.join(sorted(os.environ))))",
    )
    verdict = read(docx("Jane"))
    assert verdict.text is not None
    assert set(verdict.text.split()) <= {*reader_process.ENVIRONMENT, "LC_CTYPE", "__CF_USER_TEXT_ENCODING"}
    assert "PATH" in os.environ
    assert capfd.readouterr() == ("", "")
    broken = b"%PDF-1.4\n1 0 obj <</Type /Catalog /Pages 2 0 R /Jane>> endobj\nxref\n0 9\ntrailer<</Root 1 0 R>>\n%%EOF"
    monkeypatch.undo()
    reader_pool.end_kept()
    read(broken)
    assert capfd.readouterr() == ("", "")
