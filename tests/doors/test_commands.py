"""The commands `faasera.*` in a running mitmdump."""

from __future__ import annotations

from pathlib import Path

from tests.support.proxy import Proxy

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
