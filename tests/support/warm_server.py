"""The process that is forked for each start of the product: it has imported everything and built the tables once.

A real process comes out (own ports, signals, environment, status) for a tenth of the CPU of a fresh interpreter.
Started by `warm_process.py` with a folder, which goes with it. Its standard input, the folder's FIFO, ends when the last
test process that holds it does, and so does the server. An order is a connection to the folder's socket: one message of
JSON with three descriptors, and back come the process id and the exit status.
"""

from __future__ import annotations

import gc
import io
import json
import os
import runpy
import selectors
import shutil
import signal
import socket
import sys
import traceback
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
SOCKET, COMMAND, ALIVE = "orders", "start-warm", "alive"
ORDER_BYTES = 1 << 20


def warm_up(folder: Path) -> None:
    """Import and build what every start needs. No thread may be alive afterwards: only this one survives a fork."""
    import mitmproxy.tools.dump
    import mitmproxy.tools.main
    import mitmproxy.tools.web  # noqa: F401

    import addon.commands
    import addon.guard
    import cli.doctor_proof
    import cli.main
    import cli.run_program
    import cli.serve  # noqa: F401
    from addon.pipeline import Home, Pipeline
    from cli import places
    from config.configuration import load_config

    home = Home(ROOT, folder / "none")
    pipeline = Pipeline(load_config({}, {}, ROOT / "mitm-config.yaml"), None, home)
    pipeline.self_test()
    pipeline.warm_rest()
    # What the product starts itself starts warm too.
    command = str(folder / COMMAND)
    places.program = lambda name: [command, name]
    addon.commands.sys = SimpleNamespace(executable=command)  # type: ignore[assignment,attr-defined]
    share_a_key()
    gc.collect()
    gc.freeze()


def share_a_key() -> None:
    """Every proxy makes a CA of its own, with one key: to make a key and to check it twice is half of a start."""
    from cryptography.hazmat.primitives.asymmetric import rsa
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
    from mitmproxy import certs

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    written = key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    load = certs.load_pem_private_key
    certs.load_pem_private_key = lambda data, password: key if written in data else load(data, password)
    certs.rsa = SimpleNamespace(generate_private_key=lambda **_: key)  # type: ignore[assignment,attr-defined]


class Server:
    """Forks for each order; a process whose orderer is gone is killed."""

    def __init__(self, folder: Path) -> None:
        self._running: dict[int, socket.socket] = {}
        self._orders = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._orders.bind(str(folder / "starting"))
        self._orders.listen(64)
        (folder / "starting").rename(folder / SOCKET)  # who sees it can connect

    def serve(self) -> None:
        """Until standard input ends."""
        wake, told = socket.socketpair()
        told.setblocking(False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C at the terminal is for the tests
        signal.set_wakeup_fd(told.fileno())
        with selectors.DefaultSelector() as selector:
            for source in (0, wake, self._orders):
                selector.register(source, selectors.EVENT_READ)
            while True:
                for key, _ in selector.select():
                    if key.fileobj == 0:
                        for pid in self._running:
                            os.kill(pid, signal.SIGKILL)
                        return
                    if key.fileobj is wake:
                        wake.recv(4096)
                        for orderer in self._ended():
                            selector.unregister(orderer)
                            orderer.close()
                    elif key.fileobj is self._orders:
                        orderer = self._take()
                        selector.register(orderer, selectors.EVENT_READ)
                    else:  # nobody waits for it any more
                        [pid] = [pid for pid, orderer in self._running.items() if orderer is key.fileobj]
                        os.kill(pid, signal.SIGKILL)
                        selector.modify(key.fileobj, 0)

    def _ended(self) -> list[socket.socket]:
        found = []
        while self._running:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if not pid:
                break
            found.append(self._running.pop(pid))
            with suppress(OSError):
                found[-1].send(str(os.waitstatus_to_exitcode(status)).encode())
        return found

    def _take(self) -> socket.socket:
        orderer, _ = self._orders.accept()
        data, streams, _, _ = socket.recv_fds(orderer, ORDER_BYTES, 3)
        pid = os.fork()
        if pid == 0:
            os.close(0)
            for other in (self._orders, orderer, *self._running.values()):
                other.close()
            become(json.loads(data), streams)
        for stream in streams:
            os.close(stream)
        self._running[pid] = orderer
        orderer.send(str(pid).encode())
        return orderer


def become(order: dict[str, Any], streams: list[int]) -> None:
    """In the new process: what a fresh interpreter would have found, then the program. Does not return."""
    status = 1
    try:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        for number, stream in enumerate(streams):
            os.dup2(stream, number)
            if stream > 2:
                os.close(stream)
        os.chdir(order["cwd"])
        os.environ.clear()
        os.environ.update(order["environ"])
        at_once = bool(os.environ.get("PYTHONUNBUFFERED"))
        sys.stdin = os.fdopen(0)
        sys.stdout = io.TextIOWrapper(os.fdopen(1, "wb", 0 if at_once else -1), write_through=at_once)
        sys.stderr = io.TextIOWrapper(os.fdopen(2, "wb", 0), errors="backslashreplace", write_through=True)
        status = run(order["command"])
    except BaseException:  # noqa: BLE001 - as an interpreter would: say it, status 1
        traceback.print_exc()
    finally:
        for out in (sys.stdout, sys.stderr):
            out.flush()
        os._exit(status)


def run(command: list[str]) -> int:
    """Exit status of mitmdump, mitmweb or `python -m MODULE`."""
    while command[0] in ("-P", "-m"):
        del command[0]
    sys.argv, (program, *words) = command, command
    name = Path(program).name
    try:
        if name in ("mitmdump", "mitmweb"):
            from mitmproxy.tools import main

            getattr(main, name)(words)
        else:
            sys.modules.pop(program, None)  # it runs again, as __main__
            runpy.run_module(program, run_name="__main__", alter_sys=True)
    except SystemExit as end:
        if isinstance(end.code, str):
            print(end.code, file=sys.stderr)
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    return 0


if __name__ == "__main__":
    place = Path(sys.argv[1])
    try:
        server = Server(place)
        warm_up(place)
        server.serve()
    finally:
        shutil.rmtree(place)
