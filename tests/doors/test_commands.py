"""The commands `faasera.*` in a running mitmdump."""

from __future__ import annotations

import re
from pathlib import Path

from tests.doors.conftest import bases
from tests.support.fake_llm import FakeLLM
from tests.support.proxy import Proxy
from tests.support.web import Web

COMMANDS = """
from mitmproxy import ctx
async def running():
    print("coverage:", ctx.master.commands.execute("faasera.coverage").replace(chr(10), " "))
    print("target:", ctx.master.commands.execute("faasera.target local"))
    print("policy:", ctx.master.commands.execute("faasera.policy"))
    print("verify:", ctx.master.commands.execute("faasera.verify"))
"""


def test_commands(tmp_path: Path) -> None:
    script = tmp_path / "commands.py"
    script.write_text(COMMANDS)
    with Proxy(args=("-s", str(script))) as proxy:
        assert proxy.wait_for("faasera.verify: masked", 60), proxy.log
        for line in ("target: local", "policy: default", "negative control", "arrived masked (chat, messages)"):
            assert line in proxy.log
        assert '"host": "api.openai.com"' in proxy.log


def test_verify_is_loud_when_nothing_is_masked(tmp_path: Path) -> None:
    script = tmp_path / "commands.py"
    script.write_text(COMMANDS)
    config = "policies: {nothing: {exclusionPatterns: ['.*']}}\nprofiler: {policy: nothing}\n"
    with Proxy(args=("-s", str(script)), config=config) as proxy:
        assert proxy.wait_for("FAILED: trust nothing", 60), proxy.log
        assert "arrived UNMASKED" in proxy.log
        assert "Jane" not in proxy.log


def test_forget_wipes_the_client_that_is_named() -> None:
    def said(text: str) -> str:
        body = {"model": "gpt-4", "messages": [{"role": "user", "content": text}]}
        answer = client.post(f"{web.url}/v1/chat/completions", json=body)
        assert answer.status_code == 200
        return answer.text

    def forget(*names: str) -> str:
        return web.api.post("/commands/faasera.forget", json={"arguments": names}).text

    with FakeLLM() as llm, Web("faasera_restore=true", environ=bases(llm)) as web, web.client() as client:
        assert "123-45-6789" in said("SSN 123-45-6789")
        [placeholder] = re.findall(r"\[\[SSN_[a-z0-9]+\]\]", llm.requests[-1].body.decode())
        assert "0 scopes wiped" in forget("10.9.9.9")
        assert "123-45-6789" in said(f"say {placeholder}")
        assert "1 scopes wiped" in forget("::1")  # this machine, whatever it is called
        assert "123-45-6789" not in said(f"say {placeholder}")
        assert "0 scopes wiped" in forget()
