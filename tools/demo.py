"""The proxy with a built-in loopback target that answers with the request it received: no key, no network.

    make demo
    curl http://localhost:8080/v1/chat/completions -d '{"model":"gpt-4","messages":[...]}'

The answer is a chat completion whose text is the masked text that arrived, with everything that arrived beside it.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
TARGETS = ("OPENAI", "CLAUDE", "GEMINI", "LOCAL")
_SECRET_HEADERS = ("authorization", "x-api-key", "x-goog-api-key", "api-key", "cookie")


class Echo(BaseHTTPRequestHandler):
    """Answers every request with what it received."""

    protocol_version = "HTTP/1.1"

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        try:
            received: Any = json.loads(body)
        except ValueError:
            received = body.decode("utf-8", "replace")
        said = received
        if isinstance(received, dict) and isinstance(received.get("messages"), list) and received["messages"]:
            said = received["messages"][-1].get("content")
        answer = {
            "id": "chatcmpl-demo",
            "object": "chat.completion",
            "created": 0,
            "model": received.get("model", "demo") if isinstance(received, dict) else "demo",
            "choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": said}}],
            "received": {
                "path": self.path,
                "headers": {k: "(a key)" if k.lower() in _SECRET_HEADERS else v for k, v in self.headers.items()},
                "body": received,
            },
        }
        data = json.dumps(answer, ensure_ascii=False, indent=1).encode() + b"\n"
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = _answer

    def log_message(self, *_: object) -> None:
        """The proxy's own line says what happened."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, default=8080)
    arguments, more = parser.parse_known_args()
    target = ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    threading.Thread(target=target.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{target.server_port}"
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("FAASERA_", "DEFAULT_TARGET"))}
    environ |= {f"FAASERA_{name}_BASE_URL": url + ("/v1" if name == "OPENAI" else "") for name in TARGETS}
    mitmdump = str(Path(sys.executable).with_name("mitmdump"))
    command = [mitmdump, "--listen-host", "127.0.0.1", "--set", f"listen_port={arguments.port}"]
    print(f"demo: every target is a built-in echo on {url}; try the curl of the README", flush=True)
    proxy = subprocess.Popen([*command, "-s", str(ROOT / "faasera_addon.py"), *more], env=environ)
    signal.signal(signal.SIGTERM, lambda *_: proxy.terminate())
    try:
        while True:
            try:
                return proxy.wait()
            except KeyboardInterrupt:  # Ctrl-C went to the proxy, too: it ends by itself
                continue
    finally:
        target.shutdown()


if __name__ == "__main__":
    sys.exit(main())
