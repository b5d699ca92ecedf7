"""The real google-genai SDK at both doors."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.http1 import Answer, Request, json_answer, sse
from tests.support.internet import Internet
from tests.support.lazy import Lazy
from tests.support.planted import MASKED, PLANT
from tests.support.sdk import check, directly, through_proxy

genai = Lazy("google.genai")
types = Lazy("google.genai.types")

HOST = "generativelanguage.googleapis.com"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20


def tool() -> Any:
    return types.Tool(
        function_declarations=[
            types.FunctionDeclaration(
                name="mail",
                description=PLANT,
                parameters=types.Schema(
                    type="OBJECT", properties={"to": types.Schema(type="STRING", description=PLANT)}
                ),
            )
        ]
    )


def turns() -> Any:
    return [
        types.Content(
            role="user", parts=[types.Part(text=PLANT), types.Part.from_bytes(data=PNG, mime_type="image/png")]
        ),
        types.Content(
            role="model",
            parts=[
                types.Part(function_call=types.FunctionCall(name="mail", args={"to": PLANT}), thought_signature=b"sign")
            ],
        ),
        types.Content(
            role="user",
            parts=[types.Part(function_response=types.FunctionResponse(name="mail", response={"status": PLANT}))],
        ),
    ]


ANSWER = {"candidates": [{"content": {"role": "model", "parts": [{"text": "Hi [[NAME]]"}]}, "finishReason": "STOP"}]}


def script(request: Request) -> Answer:
    if "/upload/" in request.target:
        if request.header("x-goog-upload-command") == "start":
            host = request.header("host") or ""
            scheme = "https" if host == HOST else "http"
            url = f"{scheme}://{host}/upload/v1beta/files?upload_id=u1&upload_protocol=resumable"
            return json_answer({}, headers=[("X-Goog-Upload-URL", url), ("X-Goog-Upload-Status", "active")])
        return json_answer({"file": {"name": "files/1", "uri": "x"}}, headers=[("X-Goog-Upload-Status", "final")])
    if "alt=sse" in request.target:
        return sse([ANSWER])
    return json_answer({**ANSWER, "totalTokens": 3, "embeddings": [{"values": [0.5]}], "name": "cachedContents/1"})


def streamed(c: Any) -> None:
    chunks = c.models.generate_content_stream(model="gemini-2.5-flash", contents=PLANT)
    assert [chunk.text for chunk in chunks] == ["Hi [[NAME]]"]


MODEL = "gemini-2.5-flash"
CALLS: dict[str, Callable[[Any], Any]] = {
    "generate": lambda c: c.models.generate_content(
        model=MODEL, contents=PLANT, config=types.GenerateContentConfig(system_instruction=PLANT, temperature=1.0)
    ),
    "tools": lambda c: c.models.generate_content(
        model=MODEL,
        contents=turns(),
        config=types.GenerateContentConfig(
            tools=[tool()], automatic_function_calling=types.AutomaticFunctionCallingConfig(disable=True)
        ),
    ),
    "stream": streamed,
    "embed": lambda c: c.models.embed_content(model="text-embedding-004", contents=[PLANT]),
    "count": lambda c: c.models.count_tokens(model=MODEL, contents=PLANT),
    "cache": lambda c: c.caches.create(model=MODEL, config=types.CreateCachedContentConfig(contents=PLANT, ttl="60s")),
}


def build(base: str) -> Any:
    options = types.HttpOptions(base_url=base) if base else None
    return genai.Client(api_key="AIzaTest", http_options=options)


@pytest.mark.parametrize("name", CALLS)
def test_call(internet: Internet, door: str, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    requests = check(CALLS[name], build, internet, door, monkeypatch, script)
    assert all(request.header("x-goog-api-key") == "AIzaTest" for request in requests)
    assert all(request.header("host") == HOST for request in requests)


def test_resumable_upload(internet: Internet, door: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Google names a URL on its own host for the bytes; at the gateway they must not go past the proxy."""

    def call(c: Any) -> None:
        c.files.upload(
            file=io.BytesIO(f'{{"status": "{PLANT}"}}'.encode()),
            config=types.UploadFileConfig(mime_type="application/json", display_name="people.json"),
        )

    check(call, build, internet, door, monkeypatch, script)


def test_the_name_of_an_uploaded_file(
    internet: Internet, door: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The SDK sends it in a header."""
    path = tmp_path / "Report of Jane Doe.txt"
    path.write_text(PLANT)
    internet.forget()
    internet.llm.script = script
    directly(monkeypatch)
    if door == "interception":
        through_proxy(internet, monkeypatch)
    client = build(internet.proxy.url if door == "gateway" else "")  # closes when it is collected
    client.files.upload(file=str(path))
    start, sent = internet.llm.requests
    assert start.header("x-goog-upload-file-name") == "Report of [[NAME]].txt"
    assert sent.body.decode() == MASKED
    assert b"Jane" not in b"".join(internet.llm.raw)
