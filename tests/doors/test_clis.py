"""Coding agents as people run them, where they are installed (npm, PyPI), with a dummy key."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.http1 import Answer, Request, answer, json_answer, stream
from tests.support.internet import Internet
from tests.support.planted import MASKED, PLANT

HOSTS = (
    "generativelanguage.googleapis.com",
    "models.opencode.ai",
    "api.openai.com",
    "api.anthropic.com",
    "chatgpt.com",
    "*.chatgpt.com",
    "*.anthropic.com",
    "claude.ai",
)
MESSAGE: list[tuple[str, Any]] = [
    ("message_start", {"message": {"id": "m", "type": "message", "role": "assistant", "content": [], "model": "c",
                                   "stop_reason": None, "stop_sequence": None,
                                   "usage": {"input_tokens": 1, "output_tokens": 1}}}),
    ("content_block_start", {"index": 0, "content_block": {"type": "text", "text": ""}}),
    ("content_block_delta", {"index": 0, "delta": {"type": "text_delta", "text": "Hi there"}}),
    ("content_block_stop", {"index": 0}),
    ("message_delta", {"delta": {"stop_reason": "end_turn", "stop_sequence": None}, "usage": {"output_tokens": 2}}),
    ("message_stop", {}),
]  # fmt: skip
USAGE = {"input_tokens": 1, "output_tokens": 1, "total_tokens": 2, "input_tokens_details": {"cached_tokens": 0},
         "output_tokens_details": {"reasoning_tokens": 0}}  # fmt: skip
ITEM = {"type": "message", "id": "m", "role": "assistant", "status": "completed",
        "content": [{"type": "output_text", "text": "Hi there", "annotations": []}]}  # fmt: skip
RESPONSE: list[dict[str, Any]] = [
    {"type": "response.created", "response": {"id": "resp_1", "object": "response", "output": []}},
    {"type": "response.output_item.done", "output_index": 0, "item": ITEM},
    {"type": "response.completed", "response": {"id": "resp_1", "status": "completed", "output": [], "usage": USAGE}},
]


def events(pairs: list[tuple[str, Any]]) -> Answer:
    text = "".join(f"event: {kind}\ndata: {json.dumps({'type': kind, **data})}\n\n" for kind, data in pairs)
    return answer(200, text.encode(), headers=[("Content-Type", "text/event-stream")])


CHUNKS: list[dict[str, Any]] = [
    {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m",
     "choices": [{"index": 0, "delta": delta, "finish_reason": end}]}
    for delta, end in (({"role": "assistant", "content": "Hi there"}, None), ({}, "stop"))
]  # fmt: skip
CANDIDATE = {"candidates": [{"content": {"role": "model", "parts": [{"text": "Hi there"}]}, "finishReason": "STOP"}],
             "usageMetadata": {"promptTokenCount": 1, "candidatesTokenCount": 1, "totalTokenCount": 2}}  # fmt: skip
# What opencode asks for before it asks a model: the models there are.
CATALOG = {"anthropic": {
    "id": "anthropic", "name": "Anthropic", "env": ["ANTHROPIC_API_KEY"], "npm": "@ai-sdk/anthropic",
    "models": {"claude-sonnet-4-5": {
        "id": "claude-sonnet-4-5", "name": "c", "attachment": False, "reasoning": False, "temperature": True,
        "tool_call": True, "release_date": "2026-01-01", "last_updated": "2026-01-01", "open_weights": False,
        "modalities": {"input": ["text"], "output": ["text"]}, "cost": {"input": 1, "output": 1},
        "limit": {"context": 200000, "output": 8192}}}}}  # fmt: skip


def script(request: Request) -> Answer | None:
    if (request.header("upgrade") or "").lower() == "websocket":
        return None
    path = request.target.partition("?")[0]
    if path.endswith("/messages"):
        return events(MESSAGE)
    if path.endswith("/responses"):
        return events([(event["type"], event) for event in RESPONSE])
    if path.endswith("/chat/completions"):
        return stream([f"data: {json.dumps(chunk)}\n\n" for chunk in CHUNKS] + ["data: [DONE]\n\n"])
    if path.endswith("streamGenerateContent"):
        return stream([f"data: {json.dumps(CANDIDATE)}\r\n\r\n"])
    if path.endswith("/api.json"):
        return json_answer(CATALOG)
    return json_answer({"data": [], "models": [], "input_tokens": 3})


pytestmark = pytest.mark.vendor_client


def needs(tool: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(shutil.which(tool) is None, reason=f"{tool} is not installed")


@pytest.fixture(scope="module")
def internet() -> Iterator[Internet]:
    with Internet(HOSTS) as running:
        yield running


def run(internet: Internet, folder: Path, command: list[str], **environ: str) -> None:
    """Run an agent in an empty home; its answer is the fake LLM's, and what it sent is masked."""
    internet.forget()
    internet.llm.script = script
    internet.llm.reply = lambda _: [json.dumps(event) for event in RESPONSE]
    (folder / "home").mkdir()
    told = subprocess.run(
        command,
        cwd=folder,
        env={"PATH": os.environ["PATH"], "HOME": str(folder / "home"), "TERM": "dumb", **environ},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert "Hi there" in told.stdout, told.stderr[-500:]
    sent = b"".join(request.body for request in internet.llm.requests)
    sent += "".join(str(message) for message in internet.llm.messages).encode()
    assert MASKED.encode() in sent
    assert b"Jane Doe" not in sent
    assert b"123-45-6789" not in sent


def intercepting(internet: Internet) -> dict[str, str]:
    ca = str(internet.proxy.ca_file)
    return {"HTTPS_PROXY": internet.proxy.url, "SSL_CERT_FILE": ca, "NODE_EXTRA_CA_CERTS": ca}


@needs("claude")
def test_claude_code_at_the_gateway(internet: Internet, tmp_path: Path) -> None:
    run(
        internet, tmp_path, ["claude", "-p", PLANT], ANTHROPIC_BASE_URL=internet.proxy.url, ANTHROPIC_API_KEY="sk-ant-x"
    )


@needs("claude")
def test_claude_code_intercepted(internet: Internet, tmp_path: Path) -> None:
    run(internet, tmp_path, ["claude", "-p", PLANT], ANTHROPIC_API_KEY="sk-ant-x", **intercepting(internet))


@needs("codex")
def test_codex_intercepted_over_its_websocket(internet: Internet, tmp_path: Path) -> None:
    command = ["codex", "exec", "--skip-git-repo-check", PLANT]
    run(internet, tmp_path, command, CODEX_API_KEY="sk-x", OPENAI_API_KEY="sk-x", **intercepting(internet))
    assert any('"response.create"' in str(message) for message in internet.llm.messages)


@needs("gemini")
def test_gemini_cli_intercepted(internet: Internet, tmp_path: Path) -> None:
    command = ["gemini", "-m", "gemini-2.5-flash", "--skip-trust", "-p", PLANT]
    run(internet, tmp_path, command, GEMINI_API_KEY="AIzaSyX", **intercepting(internet))


@needs("opencode")
def test_opencode_intercepted(internet: Internet, tmp_path: Path) -> None:
    command = ["opencode", "run", "-m", "anthropic/claude-sonnet-4-5", PLANT]
    run(internet, tmp_path, command, ANTHROPIC_API_KEY="sk-ant-x", **intercepting(internet))


@needs("aider")
def test_aider_at_the_gateway(internet: Internet, tmp_path: Path) -> None:
    command = [
        *("aider", "--yes-always", "--no-git", "--no-check-update", "--no-show-model-warnings", "--no-fancy-input"),
        *("--no-analytics", "--model", "openai/gpt-4o", "--message", PLANT),
    ]
    told = {"OPENAI_API_BASE": f"{internet.proxy.url}/v1", "LITELLM_LOCAL_MODEL_COST_MAP": "True"}
    run(internet, tmp_path, command, OPENAI_API_KEY="sk-x", **told)


@needs("llm")
def test_llm_at_the_gateway(internet: Internet, tmp_path: Path) -> None:
    told = {"OPENAI_API_KEY": "sk-x", "OPENAI_BASE_URL": f"{internet.proxy.url}/v1"}
    run(internet, tmp_path, ["llm", "-m", "gpt-4o", PLANT], **told)
