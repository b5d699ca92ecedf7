"""The shape of a body by its bytes, whatever the label says."""

from __future__ import annotations

import gzip

import pytest

from redaction.body.sniff import Shape, sniff

JSON = b'{"a": "Jane"}'
FORM = "application/x-www-form-urlencoded"
PART = b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\nJane\r\n--b--\r\n'


@pytest.mark.parametrize(
    ("data", "content_type", "shape"),
    [
        (b"", "application/json", "empty"),
        (b" \r\n", None, "empty"),
        (b"\xef\xbb\xbf", None, "empty"),
        *((JSON, label, "json") for label in (None, "text/plain", FORM, "application/octet-stream", "multipart/form-data; boundary=b", "text/event-stream", "application/pdf")),
        (b"\xef\xbb\xbf" + JSON, "text/plain", "json"),
        (JSON.decode().encode("utf-16"), None, "json"),
        (JSON.decode().encode("utf-16-le"), None, "json"),
        (b"  \n[1]", None, "json"),
        (b'{\n  "a": 1\n}\n', None, "json"),
        (b'{"a": "\xff"}', None, "json"),  # decoding it raises
        (b'"Jane"', None, "json"),
        (b'"Jane" she said', "text/plain", "text"),
        (b'"Jane" she said', "application/json", "json"),
        (b"Jane", "application/vnd.x+json; charset=utf-8", "json"),
        (b'{"a":1}\n{"a":2}\n', None, "ndjson"),
        (b'{"a":1}\n{"a":2}\n', "application/json", "ndjson"),
        (b'{"a":1}\r\n\r\n{"a":2', None, "ndjson"),
        (b'{"a":1}\n', None, "json"),
        (b'{"a":1}\n', "application/x-ndjson", "ndjson"),
        (b'{"a":1}\x1e', None, "ndjson"),
        (b'\x1e{"a":1}\n', "application/json-seq", "ndjson"),
        (b"a=Jane+Doe&b=2", FORM, "form"),
        (b"Jane Doe", FORM, "form"),
        (b"a=Jane+Doe&b=2", None, "form"),
        (b"prompt=Jane%20Doe", "text/plain", "form"),
        (b"a=b", "text/plain", "text"),
        (b"x = y and Jane", None, "text"),
        (PART, "multipart/form-data; boundary=b", "multipart"),
        (PART, "text/plain", "multipart"),
        (b"\r\n" + PART, None, "multipart"),
        (b"--b\r\n\r\nJane\r\n--b--", "multipart/mixed; boundary=b", "multipart"),
        (b"data: {\"a\":1}\n\n", None, "sse"),
        (b"event: message\ndata: Jane\n\n", "text/plain", "sse"),
        (b"data: Jane\n\n", "text/event-stream", "sse"),
        (b"Hello Jane", None, "text"),
        ("Zoë".encode("latin-1"), "text/plain; charset=iso-8859-1", "text"),
        ("Zoë".encode("latin-1"), "text/plain", "binary"),
        (b"<svg xmlns='x'>Jane</svg>", "image/svg+xml", "text"),
        (b"GIF89a is a format, says Jane", "image/gif", "text"),
        (b"%PDF-1.4\n(Jane)\nstartxref\n0\n%%EOF", "text/plain", "binary"),
        (b"{\\rtf1 Jane}", "application/json", "binary"),
        (gzip.compress(JSON), "application/json", "binary"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "text/plain", "binary"),
        (b"\x00\x00\x00\x00\x05hello", "application/grpc", "binary"),
        (b"AAAAAAcKBWhlbGxv", "text/plain", "binary"),
        (b"AAAAAAcKBWhlbGxv", "application/grpc-web-text", "binary"),
        (b"AAAA is no base64", "text/plain", "text"),
        (b"AAAAAAAAAAAAAAAA", "text/plain", "text"),
    ],
)  # fmt: skip
def test_sniff(data: bytes, content_type: str | None, shape: Shape) -> None:
    assert sniff(data, content_type) == shape
