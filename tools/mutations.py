# ruff: noqa: E501
"""Removes each protection of `hooks` once, in a copy, and names the test that notices: `python -m tools.mutations`.

A protection that no test misses is printed as NOT NOTICED, and the exit status is 1. Takes some minutes.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
COPIED = ("hooks", "redaction", "routing", "reporting", "tests", "tools")
FILES = ("faasera_addon.py", "mitm-config.yaml", "pyproject.toml")


@dataclass(frozen=True)
class Mutation:
    """`old` is replaced by `new` in `file`; `tests` are asked."""

    name: str
    file: str
    old: str
    new: str
    tests: str


FAULTS, RELOAD, WEB = "tests/doors/test_faults.py", "tests/doors/test_reload.py", "tests/doors/test_mitmweb.py"
LINE, ACCESS, BOUNDS = "tests/doors/test_last_line.py", "tests/doors/test_access.py", "tests/doors/test_bounds.py"
UPSTREAM, CORPORATE, START = (
    "tests/doors/test_upstream.py",
    "tests/doors/test_corporate.py",
    "tests/doors/test_refused_start.py",
)
DIAL = "tests/hooks/test_connections.py"
GUARD, PROXY, CONNECTIONS, HEAD = "hooks/guard.py", "hooks/proxy.py", "hooks/connections.py", "hooks/head.py"
FAIL = "            self._fail(flow, error)\n"

MUTATIONS = (
    Mutation("try of requestheaders", GUARD, "self.proxy.refuse(flow, 503, *reason)\n        except BaseException as error:  # noqa: BLE001\n" + FAIL, "self.proxy.refuse(flow, 503, *reason)\n        finally:\n            pass\n", FAULTS),
    Mutation("try of the first pass", GUARD, "await self._work(flow, self.proxy.mask)\n        except BaseException as error:  # noqa: BLE001\n" + FAIL, "await self._work(flow, self.proxy.mask)\n        finally:\n            pass\n", FAULTS),
    Mutation("try of the last pass", GUARD, "self._quietly(lambda: self.proxy.show(flow))\n        except BaseException as error:  # noqa: BLE001\n" + FAIL, "self._quietly(lambda: self.proxy.show(flow))\n        finally:\n            pass\n", FAULTS),
    Mutation("response first in _fail", GUARD, 'flow.response = error_answer(\n            "unknown", 503, "faasera_internal_error"', '_ = error_answer(\n            "unknown", 503, "faasera_internal_error"', FAULTS),
    Mutation("BaseException, not Exception", GUARD, "                await self._work(flow, self.proxy.mask)\n        except BaseException", "                await self._work(flow, self.proxy.mask)\n        except Exception", FAULTS),
    Mutation("a stray CancelledError", GUARD, "flow.request.data.path.partition(b\"?\")[0]\n        logger.error(\"faasera: %s in a hook; the request was answered with 503\", type(error).__name__)\n        if not isinstance(error, Exception) and not _is_stray(error):", "flow.request.data.path.partition(b\"?\")[0]\n        logger.error(\"faasera: %s in a hook; the request was answered with 503\", type(error).__name__)\n        if not isinstance(error, Exception):", FAULTS),
    Mutation("text of errors", GUARD, 'answered with 503", type(error).__name__)', 'answered with 503", error)', FAULTS),
    Mutation("try of server_connect", GUARD, 'data.server.error = "faasera: internal error, the connection was not opened"', "pass", FAULTS),
    Mutation("try of http_connect", GUARD, "self.connections.connect(flow)\n        except BaseException as error:  # noqa: BLE001\n" + FAIL, "self.connections.connect(flow)\n        finally:\n            pass\n", FAULTS),
    Mutation("try of websocket_message", GUARD, 'message.content = b""\n            message.drop()\n            logger', "message.content = original\n            logger", FAULTS),
    Mutation("WebSocket text before the script", "faasera_addon.py", "await _guard.mask_message(flow)", "pass", FAULTS),
    Mutation("detach at unload", "hooks/script.py", "            self.attached = False\n", "            pass\n", RELOAD),
    Mutation("closed without the script", GUARD, "if not self.script.attached:", "if False:", RELOAD),
    Mutation("listed again", "hooks/script.py", "ctx.options.update(scripts=[*ctx.options.scripts, listed])", "pass", RELOAD),
    Mutation("mask before others see it", "faasera_addon.py", "await _guard.mask(flow)", "pass", WEB),
    Mutation("wait for a paused flow", PROXY, "        live = self._flows[flow.id]\n        if flow.intercepted:\n            await flow.wait_for_resume()\n", "        live = self._flows[flow.id]\n", WEB),
    Mutation("mask what was edited", PROXY, "if live.masked == Snapshot.of(flow):", "if True:", WEB),
    Mutation("query off the flow", PROXY, 'request.path = path.partition("?")[0]', "pass", UPSTREAM),
    Mutation("judge again after the pause", PROXY, "        return self.arrive(flow)\n", "        return False\n", WEB),
    Mutation("OptionsError at run time", GUARD, "            if self._running:\n                raise\n", "", WEB),
    Mutation("forbidden options", "hooks/options.py", "if name in names and getattr(options, name, None):", "if False:", WEB),
    Mutation("approval by more than the id", CONNECTIONS, "return client.peername, client.sockname, client.timestamp_start", "return (client.id,)", DIAL),
    Mutation("last line at the dial", CONNECTIONS, "(known is not None and not approved)", "False", DIAL),
    Mutation("parked is never dialled", CONNECTIONS, 'if host.endswith(".invalid") or ', "if ", DIAL),
    Mutation("raw bytes read as HTTP, and the dial", CONNECTIONS, "nextlayer.layer = HttpLayer(nextlayer.context, HTTPMode.transparent)", "pass", LINE + " " + CORPORATE),
    Mutation("raw bytes after a switch (response)", PROXY, "flow.response.status_code == 101 and flow.websocket is None:", "False:", UPSTREAM),
    Mutation("raw bytes in tcp_message", CONNECTIONS, "return any(self._is_inspected(name, address[1] if address else 0) for name in names if name)", "return False", DIAL),
    Mutation("TLS of others stays closed", CONNECTIONS, "        if not rows:\n            data.ignore_connection = True\n", "        if not rows:\n            pass\n", LINE),
    Mutation("SNI counts", CONNECTIONS, "(address[0] if address else None, data.client_hello.sni)", "(address[0] if address else None, None)", LINE),
    Mutation("every name counts", PROXY, "if not is_llm_bound(view, self.state):", "if self.state.hosts.find(flow.request.pretty_host, view.port) is None and view.door != 'gateway':", LINE),
    Mutation("CONNECT through the corporate proxy", CONNECTIONS, "flow.request.data.authority = NOWHERE\n", "pass\n", DIAL + " " + CORPORATE),
    Mutation("local is dialled directly", HEAD, "        flow.server_conn.via = None\n", "        pass\n", CORPORATE),
    Mutation("foreign origins", PROXY, "origin = judge_origin(headers, self.state.own)", "origin = None", ACCESS),
    Mutation("gateway key", PROXY, "admit(view.client_loopback, key, self.engine.config.gateway_key)", "pass", ACCESS),
    Mutation("gateway key off the request", PROXY, 'request.headers.pop("x-faasera-key", None)', "pass", ACCESS),
    Mutation("proxyauth's password", HEAD, 'flow.metadata["proxyauth"] = (found[0], "***")', "pass", ACCESS),
    Mutation("proxy-authorization", PROXY, 'flow.request.headers.pop("proxy-authorization", None)', "pass", LINE),
    Mutation("body of an answered request", PROXY, "            if self.is_bound(flow):\n                self.wipe(flow)\n", "", ACCESS),
    Mutation("private destinations", PROXY, "judge_destination(flow.request.host, client_loopback)", "pass", ACCESS),
    Mutation("private by name", CONNECTIONS, "await _is_private(host, port):", "False:", DIAL),
    Mutation("rebound names", CONNECTIONS, "return any(is_loopback(address) for address in await _addresses(host, port))", "return False", ACCESS),
    Mutation("content-length over the limit", HEAD, "int(length) > limits.body", "False", BOUNDS + " tests/hooks/test_head.py"),
    Mutation("size of a chunked body", HEAD, "if len(body) > limits.body:", "if False:", BOUNDS),
    Mutation("queue", PROXY, "if engine.in_flight >= engine.config.redaction.limits.queue:", "if False:", BOUNDS),
    Mutation("transfer-encoding", HEAD, 'if coding not in ("", "chunked"):', "if False:", BOUNDS + " tests/hooks/test_head.py"),
    Mutation("odd upgrades", HEAD, 'if upgrade and upgrade != "websocket"', "if False", BOUNDS + " tests/hooks/test_head.py"),
    Mutation("reachable after a failure", PROXY, "if by_corporate_proxy or await self.connections.reachable(chosen.host, chosen.port):", "if True:", UPSTREAM),
    Mutation("grace at shutdown", GUARD, "await self.proxy.finish(GRACE_SECONDS)", "pass", UPSTREAM),
    Mutation("attached at shutdown", "hooks/script.py", "if not ctx.master.should_exit.is_set():", "if True:", UPSTREAM + " tests/hooks/test_script.py"),
    Mutation("loop", "hooks/listen.py", "            if leads_back(target.base_url, own):", "            if False:", START),
    Mutation("open to all", "hooks/listen.py", "if open_to_all and not", "if False and not", START),
    Mutation("one line at start", GUARD, "            if self._running:\n                raise exceptions.OptionsError(f\"faasera: {error}\") from None\n", "            raise exceptions.OptionsError(f\"faasera: {error}\") from None\n", START),
    Mutation("body off a parked flow", HEAD, '        request.data.content = b""\n        request.data.trailers', "        request.data.trailers", "tests/hooks/test_head.py"),
    Mutation("host of a parked flow", HEAD, "        request.data.host = PARKED_HOST\n", "", "tests/hooks/test_head.py"),
    Mutation("trailers", HEAD, "        request.data.trailers = None\n", "", "tests/hooks/test_head.py"),
    Mutation("bytes in log lines", "hooks/logs.py", 'record.msg, record.args = f"{found[1]} (bytes not shown)", ()', "pass", "tests/hooks/test_logs.py"),
)  # fmt: skip


def try_one(mutation: Mutation, folder: Path) -> str:
    """The test that fails, or ""."""
    path = folder / mutation.file
    text = path.read_text(encoding="utf-8")
    if text.count(mutation.old) != 1:
        return "STALE: the protection is not where this table says"
    path.write_text(text.replace(mutation.old, mutation.new), encoding="utf-8")
    try:
        run = subprocess.run(
            [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *mutation.tests.split()],
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return "(hangs)"
    finally:
        path.write_text(text, encoding="utf-8")
    found = re.search(r"^(?:FAILED|ERROR) (\S+)", run.stdout, re.MULTILINE)
    return found[1] if found else "" if run.returncode == 0 else run.stdout[-300:]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="only mutations whose name holds one of these")
    wanted = parser.parse_args().names
    missed = 0
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        for name in COPIED:
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        for name in FILES:
            shutil.copy(ROOT / name, folder / name)
        for mutation in MUTATIONS:
            if wanted and not any(word in mutation.name for word in wanted):
                continue
            noticed = try_one(mutation, folder)
            missed += not noticed or noticed.startswith("STALE")
            print(f"{mutation.name}: {noticed or 'NOT NOTICED'}", flush=True)
    return 1 if missed else 0


if __name__ == "__main__":
    os.chdir(ROOT)
    sys.exit(main())
