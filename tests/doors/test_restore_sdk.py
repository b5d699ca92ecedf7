"""Reversible mode behind real SDKs at both doors: the client sees its values, the upstream's socket never does.

The Profiler is a remote one that answers with bare `[[NAME]]`; the tags are this proxy's.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.support.fake_profiler import NAMES, FakeProfiler
from tests.support.internet import Internet
from tests.support.lazy import Lazy
from tests.support.restore_sdk import HARD, PROMPT, SIGNATURE, arguments, is_thinking, script
from tests.support.sdk import VENDORS, directly, through_proxy

openai = Lazy("openai")
anthropic = Lazy("anthropic")
genai = Lazy("google.genai")

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")

ARGUMENTS = json.loads(arguments(PROMPT))
ASKED: list[Any] = [{"role": "user", "content": PROMPT}]
TAGS = re.compile(rb"\[\[(NAME|OTHER)_[a-z2-7]{7}\]\]")


@pytest.fixture(scope="module")
def internet() -> Iterator[Internet]:
    with (
        FakeProfiler(names={**NAMES, HARD: "[[OTHER]]"}) as profiler,
        Internet(VENDORS, "faasera_restore=true", f"faasera_profiler={profiler.url}") as running,
    ):
        yield running


def openai_client(base: str) -> Any:
    return openai.OpenAI(api_key="sk-test-1", max_retries=0, **({"base_url": f"{base}/v1"} if base else {}))


def anthropic_client(base: str) -> Any:
    return anthropic.Anthropic(api_key="sk-ant-test", max_retries=0, **({"base_url": base} if base else {}))


def genai_client(base: str) -> Any:
    return genai.Client(api_key="AIzaTest", http_options=genai.types.HttpOptions(base_url=base) if base else None)


def chat(client: Any) -> None:
    message = client.chat.completions.create(model="m", messages=ASKED).choices[0].message
    assert message.content == PROMPT
    assert json.loads(message.tool_calls[0].function.arguments) == ARGUMENTS
    assert is_thinking(message.reasoning_content)


def chat_stream(client: Any) -> None:
    content = call = thought = finish = ""
    for chunk in client.chat.completions.create(model="m", messages=ASKED, stream=True):
        choice = chunk.choices[0]
        assert not finish
        content += choice.delta.content or ""
        thought += getattr(choice.delta, "reasoning_content", None) or ""
        call += "".join(each.function.arguments or "" for each in choice.delta.tool_calls or ())
        finish = choice.finish_reason or ""
    assert (content, json.loads(call), finish) == (PROMPT, ARGUMENTS, "tool_calls")
    assert is_thinking(thought)


def check_response(response: Any) -> None:
    thought, message, call = response.output
    assert is_thinking(thought.summary[0].text)
    assert is_thinking(thought.encrypted_content)
    assert message.content[0].text == response.output_text == PROMPT
    assert json.loads(call.arguments) == ARGUMENTS


def responses(client: Any) -> None:
    check_response(client.responses.create(model="m", input=PROMPT))


def responses_stream(client: Any) -> None:
    deltas: dict[str, str] = {}
    with client.responses.stream(model="m", input=PROMPT) as events:
        for event in events:
            if event.type.endswith(".delta"):
                deltas[event.type] = deltas.get(event.type, "") + event.delta
        check_response(events.get_final_response())
    assert deltas["response.output_text.delta"] == PROMPT
    assert json.loads(deltas["response.function_call_arguments.delta"]) == ARGUMENTS


def check_message(message: Any) -> None:
    thought, hidden, text, call = message.content
    assert thought.signature == SIGNATURE
    assert is_thinking(thought.thinking)
    assert is_thinking(hidden.data)
    assert (text.text, call.input) == (PROMPT, ARGUMENTS)


def messages(client: Any) -> None:
    check_message(client.messages.create(model="c", max_tokens=9, messages=ASKED))


def messages_stream(client: Any) -> None:
    with client.messages.stream(model="c", max_tokens=9, messages=ASKED) as stream:
        assert "".join(stream.text_stream) == PROMPT
        check_message(stream.get_final_message())


def check_parts(parts: list[Any]) -> None:
    assert is_thinking("".join(part.text for part in parts if part.thought))
    assert "".join(part.text for part in parts if part.text and not part.thought) == PROMPT
    [call] = [part for part in parts if part.function_call]
    assert call.function_call.args == ARGUMENTS


def gemini(client: Any) -> None:
    check_parts(client.models.generate_content(model="g", contents=PROMPT).candidates[0].content.parts)


def gemini_stream(client: Any) -> None:
    chunks = client.models.generate_content_stream(model="g", contents=PROMPT)
    check_parts([part for chunk in chunks for part in chunk.candidates[0].content.parts or ()])


CALLS: list[tuple[Callable[[str], Any], Callable[[Any], None]]] = [
    (openai_client, chat),
    (openai_client, chat_stream),
    (openai_client, responses),
    (openai_client, responses_stream),
    (anthropic_client, messages),
    (anthropic_client, messages_stream),
    (genai_client, gemini),
    (genai_client, gemini_stream),
]


@pytest.mark.parametrize(("build", "call"), CALLS, ids=[call.__name__ for _, call in CALLS])
def test_call(
    internet: Internet,
    door: str,
    monkeypatch: pytest.MonkeyPatch,
    build: Callable[[str], Any],
    call: Callable[[Any], None],
) -> None:
    internet.forget()
    internet.llm.script = script
    directly(monkeypatch)
    if door == "interception":
        through_proxy(internet, monkeypatch)
    with build(internet.proxy.url if door == "gateway" else "") as client:
        call(client)
    raw = b"".join(internet.llm.raw)
    assert len(set(TAGS.findall(raw))) == 2
    for word in (b"Jane", b"Hara", "שלום".encode(), b"\\u05e9"):
        assert word not in raw
