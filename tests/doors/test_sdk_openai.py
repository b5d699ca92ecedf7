"""The real OpenAI SDK at both doors: every call arrives as it was sent, but for what was masked."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.support.internet import Internet
from tests.support.lazy import Lazy
from tests.support.planted import MASKED, PLANT
from tests.support.sdk import check, directly, openai_script, through_proxy

openai = Lazy("openai")

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20
WAV = b"RIFF\x24\x08\x00\x00WAVEfmt " + bytes(range(256)) * 20
USER = [{"role": "user", "content": PLANT}]
TOOL = {"type": "function", "function": {"name": "mail", "description": PLANT, "parameters": {"type": "object"}}}
CALL = {"id": "call_1", "type": "function", "function": {"name": "mail", "arguments": json.dumps({"to": PLANT})}}
BATCH = json.dumps({"custom_id": "r1", "method": "POST", "url": "/v1/chat/completions", "body": {"messages": USER}})


def stream(events: Any) -> None:
    assert list(events)


CALLS: dict[str, Callable[[Any], Any]] = {
    "chat": lambda c: c.chat.completions.create(model="gpt-5", messages=USER, temperature=1.0, user=PLANT),
    "chat stream": lambda c: stream(c.chat.completions.create(model="gpt-5", messages=USER, stream=True)),
    "chat tools": lambda c: c.chat.completions.create(
        model="gpt-5", tools=[TOOL],
        messages=[*USER, {"role": "assistant", "tool_calls": [CALL]},
                  {"role": "tool", "tool_call_id": "call_1", "content": json.dumps({"sent to": PLANT})}]),
    "chat parts": lambda c: c.chat.completions.create(model="gpt-5", messages=[{"role": "user", "content": [
        {"type": "text", "text": PLANT}, {"type": "image_url", "image_url": {"url": "https://x.example/a.png"}}]}]),
    "responses": lambda c: c.responses.create(model="gpt-5", instructions=PLANT, input=PLANT, metadata={"k": PLANT}),
    "responses stream": lambda c: stream(c.responses.create(model="gpt-5", input=PLANT, stream=True)),
    "responses tools": lambda c: c.responses.create(model="gpt-5", input=[
        {"role": "user", "content": [{"type": "input_text", "text": PLANT}]},
        {"type": "function_call", "call_id": "c", "name": "mail", "arguments": json.dumps({"to": PLANT})},
        {"type": "function_call_output", "call_id": "c", "output": PLANT}], previous_response_id="resp_1"),
    "conversations": lambda c: c.conversations.create(items=[{"type": "message", "role": "user", "content": PLANT}]),
    "completions": lambda c: c.completions.create(model="m", prompt=PLANT, suffix=PLANT),
    "embeddings": lambda c: c.embeddings.create(model="m", input=[PLANT, "words"], encoding_format="float"),
    "moderations": lambda c: c.moderations.create(input=PLANT),
    "images": lambda c: c.images.generate(prompt=PLANT),
    "image edit": lambda c: c.images.edit(image=("a.png", io.BytesIO(PNG), "image/png"), prompt=PLANT),
    "speech": lambda c: c.audio.speech.create(model="m", voice="alloy", input=PLANT),
    "transcription": lambda c: c.audio.transcriptions.create(model="m", file=("a.wav", io.BytesIO(WAV)), prompt=PLANT),
    "file csv": lambda c: c.files.create(file=("people.csv", f"a,b\n1,{PLANT}\n".encode()), purpose="user_data"),
    "file batch": lambda c: c.files.create(file=("b.jsonl", f"{BATCH}\n{BATCH}\n".encode()), purpose="batch"),
    "batch": lambda c: c.batches.create(input_file_id="f", endpoint="/v1/responses", completion_window="24h"),
    "vector search": lambda c: c.vector_stores.search("vs_1", query=PLANT),
    "models": lambda c: list(c.models.list()),
}  # fmt: skip


def build(base: str) -> Any:
    return openai.OpenAI(api_key="sk-test-1", max_retries=0, **({"base_url": f"{base}/v1"} if base else {}))


@pytest.mark.parametrize("name", CALLS)
def test_call(internet: Internet, door: str, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    requests = check(CALLS[name], build, internet, door, monkeypatch, openai_script)
    assert all(request.header("authorization") == "Bearer sk-test-1" for request in requests)
    assert all(request.header("host") == "api.openai.com" for request in requests)


def test_the_stream_comes_back_as_it_was_sent(internet: Internet, door: str, monkeypatch: pytest.MonkeyPatch) -> None:
    internet.forget()
    internet.llm.script = openai_script
    directly(monkeypatch)
    if door == "interception":
        through_proxy(internet, monkeypatch)
    client = build(internet.proxy.url if door == "gateway" else "")
    chunks = client.chat.completions.create(model="m", messages=USER, stream=True)
    assert [chunk.choices[0].delta.content for chunk in chunks] == ["Hi [[NAME]]"]


def test_errors_reach_the_sdk_with_code_and_remedy(
    internet: Internet, door: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    internet.forget()
    directly(monkeypatch)
    if door == "interception":
        through_proxy(internet, monkeypatch)
    client = build(internet.proxy.url if door == "gateway" else "").with_options(max_retries=3)
    with pytest.raises(openai.UnprocessableEntityError) as caught:
        client.files.create(file=("a.bin", b"\x00\x01\x02" * 100), purpose="user_data")
    assert caught.value.code == "faasera_upload_refused"
    assert "uploads.other" in caught.value.message
    assert internet.llm.requests == []
    assert internet.proxy.log.count("faasera_upload_refused") <= 2  # once a door: it was not tried again


def test_realtime(internet: Internet, door: str, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("websockets")
    internet.forget()
    directly(monkeypatch)
    if door == "interception":
        through_proxy(internet, monkeypatch)

    async def talk() -> None:
        base = {"base_url": f"{internet.proxy.url}/v1"} if door == "gateway" else {}
        client = openai.AsyncOpenAI(api_key="sk-test-1", **base)
        async with client.realtime.connect(model="gpt-realtime") as connection:
            await connection.session.update(session={"type": "realtime", "instructions": PLANT})
            assert json.loads(await connection.recv_bytes())["session"]["instructions"] == MASKED
            await connection.input_audio_buffer.append(audio="AAECAwQFBgcICQ==" * 40)
            assert json.loads(await connection.recv_bytes())["audio"] == "AAECAwQFBgcICQ==" * 40
            content = [{"type": "input_text", "text": PLANT}]
            await connection.conversation.item.create(item={"type": "message", "role": "user", "content": content})
            await connection.recv_bytes()

    asyncio.run(asyncio.wait_for(talk(), 20))
    assert b"Jane" not in b"".join(str(message).encode() for message in internet.llm.messages)
    assert len(internet.llm.messages) == 3
