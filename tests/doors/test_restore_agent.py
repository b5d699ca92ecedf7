"""An agent reads a file and edits it, ten turns long: the model never sees a name, the file keeps every one of them."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.doors.conftest import World, bases
from tests.support.fake_llm import FakeLLM
from tests.support.http1 import Answer, Request, json_answer, sse
from tests.support.proxy import Proxy
from tests.support.restore_sdk import pieces

HEADERS = {"authorization": "Bearer sk-test-1", "x-api-key": "sk-ant-test"}
PEOPLE = ("Jane Doe", "John Smith", "Maria Garcia", "Peter Miller", "Anna Schmidt")
LINES = [
    line
    for number, name in enumerate(PEOPLE)
    for line in (
        f'    "{name}": {{"mail": "{name.split()[0].lower()}{number}@bigcorp.com", "path": "C:\\\\temp\\\\n"}},  # "ok"',
        f"contact_{number} = '{name}, SSN 517-34-88{number}2'\t# שלום 😀",
    )
]
FILE = "\n".join(LINES) + "\n"
PERSONAL = (*(name.encode() for name in PEOPLE), b"bigcorp", b"517-34")


def edit(masked_file: str, turn: int) -> str:
    """The model's tool call: a line of what it read, and the same line with a remark."""
    line = masked_file.splitlines()[turn]
    return json.dumps({"old": line, "new": f"{line}  # checked {turn}"}, ensure_ascii=bool(turn % 2))


class Responses:
    """OpenAI Responses, streaming."""

    path = "/v1/responses"

    def ask(self, results: list[tuple[str, str]]) -> dict[str, Any]:
        items: list[Any] = [{"role": "user", "content": "Add a remark to each line of people.py"}]
        for number, (arguments, output) in enumerate(results):
            call = {"call_id": f"c{number}"}
            items.append({"type": "function_call", "name": "edit", "arguments": arguments, **call})
            items.append({"type": "function_call_output", "output": output, **call})
        return {"model": "m", "stream": True, "input": items}

    def history(self, body: Any) -> list[Any]:
        return list(body["input"])

    def script(self, request: Request) -> Answer:
        items = request.json()["input"]
        outputs = [item["output"] for item in items if item.get("type") == "function_call_output"]
        arguments = edit(outputs[-1], len(outputs) - 1) if outputs else '{"read": "people.py"}'
        base = {"item_id": "fc", "output_index": 0}
        deltas = [
            {"type": "response.function_call_arguments.delta", **base, "delta": piece} for piece in pieces(arguments)
        ]
        return sse([*deltas, {"type": "response.function_call_arguments.done", **base, "arguments": arguments}])

    def call(self, response: httpx.Response) -> str:
        events = [json.loads(line[6:]) for line in response.text.splitlines() if line.startswith("data: ")]
        deltas = "".join(event.get("delta", "") for event in events)
        assert deltas == events[-1]["arguments"]
        return deltas


class Messages:
    """Anthropic messages, not streaming: the input is a JSON object."""

    path = "/v1/messages"

    def ask(self, results: list[tuple[str, str]]) -> dict[str, Any]:
        turns: list[Any] = [{"role": "user", "content": "Add a remark to each line of people.py"}]
        for number, (arguments, output) in enumerate(results):
            use = {"type": "tool_use", "id": f"t{number}", "name": "edit", "input": json.loads(arguments)}
            result = {"type": "tool_result", "tool_use_id": f"t{number}", "content": [{"type": "text", "text": output}]}
            turns += [{"role": "assistant", "content": [use]}, {"role": "user", "content": [result]}]
        return {"model": "m", "max_tokens": 9, "messages": turns}

    def history(self, body: Any) -> list[Any]:
        return list(body["messages"])

    def script(self, request: Request) -> Answer:
        turns = request.json()["messages"]
        outputs = [turn["content"][0]["content"][0]["text"] for turn in turns[2::2]]
        arguments = edit(outputs[-1], len(outputs) - 1) if outputs else '{"read": "people.py"}'
        use = {"type": "tool_use", "id": "t", "name": "edit", "input": json.loads(arguments)}
        return json_answer({"type": "message", "role": "assistant", "content": [use], "stop_reason": "tool_use"})

    def call(self, response: httpx.Response) -> str:
        return json.dumps(response.json()["content"][0]["input"])


AGENTS = [Responses(), Messages()]
Agent = Responses | Messages


@pytest.fixture(scope="module")
def restoring() -> Iterator[World]:
    with FakeLLM() as llm, Proxy("faasera_restore=true", environ=bases(llm)) as proxy:
        yield World(proxy, llm)


def work(world: World, door: str, agent: Agent, file: Path) -> list[Any]:
    """Read, then edit until the last line; each edit must find its line. What upstream got, turn by turn."""
    world.llm.script = agent.script
    world.llm.requests.clear()
    results: list[tuple[str, str]] = []
    host = "api.anthropic.com" if agent.path == "/v1/messages" else "api.openai.com"
    with world.client(door) as client:
        for _ in range(len(LINES) + 1):
            answer = client.post(world.base(door, host) + agent.path, json=agent.ask(results), headers=HEADERS)
            arguments = agent.call(answer)
            change = json.loads(arguments)
            if "old" in change:
                text = file.read_text()
                assert text.count(change["old"]) == 1, "the edit finds its line"
                file.write_text(text.replace(change["old"], change["new"]))
            results.append((arguments, file.read_text()))
    return [agent.history(request.json()) for request in world.llm.requests]


@pytest.mark.parametrize("agent", AGENTS, ids=lambda agent: str(agent.path))
def test_ten_turns(restoring: World, door: str, agent: Agent, tmp_path: Path) -> None:
    file = tmp_path / "people.py"
    file.write_text(FILE)
    turns = work(restoring, door, agent, file)
    assert file.read_text() == "".join(f"{line}  # checked {turn}\n" for turn, line in enumerate(LINES))
    assert not [word for word in PERSONAL if word in restoring.raw]
    assert re.search(rb"\[\[NAME_[a-z2-7]{7}\]\]", restoring.raw)
    for shorter, longer in itertools.pairwise(turns):
        assert longer[: len(shorter)] == shorter, "prompt caches stay warm"


def test_with_it_off_the_file_would_lose_its_names_and_the_log_says_so(tmp_path: Path) -> None:
    audit = tmp_path / "audit.jsonl"
    agent = Responses()
    with FakeLLM(agent.script) as llm, Proxy(environ={**bases(llm), "FAASERA_AUDIT": str(audit)}) as proxy:
        with proxy.client() as client:
            answer = client.post(proxy.url + agent.path, json=agent.ask([('{"read": 1}', FILE)]), headers=HEADERS)
        assert "[[NAME]]" in agent.call(answer)
        assert proxy.wait_for(" in tool results (faasera_restore is off)")
    assert json.loads(audit.read_text().splitlines()[-1])["unrestored"] >= 10


SECRET = 'name = "Jane Doe"\nADMIN_PASSWORD = "rT7#qLz2vKp9"\n'


@pytest.mark.parametrize("agent", AGENTS, ids=lambda agent: str(agent.path))
@pytest.mark.parametrize(
    ("file", "told"),
    [
        (SECRET.splitlines()[1] + "\n", 2),  # nothing but the secret: there is no value to put back; old and new
        (SECRET.splitlines()[0] + "\n", 0),
    ],
    ids=["secret", "name"],
)
def test_a_secrets_placeholder_in_a_tools_arguments_is_warned_of(
    agent: Agent, file: str, told: int, tmp_path: Path
) -> None:
    audit = tmp_path / "audit.jsonl"
    with (
        FakeLLM(agent.script) as llm,
        Proxy("faasera_restore=true", environ={**bases(llm), "FAASERA_AUDIT": str(audit)}) as proxy,
    ):
        with proxy.client() as client:
            answer = client.post(proxy.url + agent.path, json=agent.ask([('{"read": 1}', file)]), headers=HEADERS)
        assert ("[[PASSWORD]]" in agent.call(answer)) is bool(told)
        assert proxy.wait_for("2 placeholders of secrets in a tool's arguments") if told else True
    assert json.loads(audit.read_text().splitlines()[-1]).get("one_way", 0) == told
