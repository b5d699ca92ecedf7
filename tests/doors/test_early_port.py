"""mitmproxy listens before it loads its scripts; this proxy's port opens when it is ready."""

from __future__ import annotations

from pathlib import Path

from tests.support.proxy import Proxy, free_port

# A script behind the addon is loaded before anything runs.
PROBE = """
import os, socket
try:
    socket.create_connection(("127.0.0.1", int(os.environ["PROBED"])), 1).close()
    print("probe: open", flush=True)
except OSError:
    print("probe: closed", flush=True)
"""


def test_nobody_is_let_in_before_the_proxy_is_ready(tmp_path: Path) -> None:
    script = tmp_path / "probe.py"
    script.write_text(PROBE)
    port = free_port()
    args = ("--listen-host", "127.0.0.1", "-s", str(script))
    with Proxy(args=args, port=port, environ={"PROBED": str(port)}) as proxy:
        assert "probe: closed" in proxy.log
        with proxy.client() as client:
            assert client.get(f"{proxy.url}/readyz").status_code == 200
