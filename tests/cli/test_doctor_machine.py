"""Configuration, port, Profiler: each state, its line, its remedy."""

from __future__ import annotations

import http.server
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from cli import doctor_machine
from config.configuration import Config, load_config
from tests.support.fake_profiler import FakeProfiler
from tests.support.http1 import json_answer
from tests.support.proxy import free_port


def config(text: str = "", environ: Mapping[str, str] = {}, folder: Path | None = None) -> Config:
    if folder is None:
        return load_config({}, environ, Path("/nonexistent"))
    (folder / "c.yaml").write_text(text)
    return load_config({}, environ, folder / "c.yaml")


def test_a_bad_configuration_is_named(tmp_path: Path) -> None:
    path = tmp_path / "c.yaml"
    path.write_text("nonsense: 1")
    built, finding = doctor_machine.configuration(str(path), {})
    assert built is None
    assert finding.state == "fail"
    assert "c.yaml: nonsense: unknown key" in finding.detail


@contextmanager
def answering(status: int, body: bytes) -> Iterator[int]:
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


HEALTHY = b'{"status":"ok","reason":"","checks":{"configuration":{"ok":true}}}'
FAILING = b'{"status":"failing","reason":"profiler: no answer","checks":{"configuration":{"ok":true}}}'


@pytest.mark.parametrize(
    ("status", "body", "kind", "state", "says"),
    [
        (200, HEALTHY, "ours", "ok", "healthy"),
        (503, FAILING, "failing", "fail", "refuses requests: profiler: no answer"),
        (200, b"<html>", "taken", "fail", "something that is not this proxy"),
        (200, b'{"status":"ok"}', "taken", "fail", "something that is not this proxy"),
        (404, b"[]", "taken", "fail", "something that is not this proxy"),
    ],
)
def test_what_is_on_the_port(status: int, body: bytes, kind: str, state: str, says: str) -> None:
    with answering(status, body) as number:
        found = doctor_machine.look_at_port(number)
    assert found[0] == kind
    finding = doctor_machine.port(number, found)
    assert finding.state == state
    assert says in finding.detail


def test_no_proxy_on_the_port() -> None:
    number = free_port()
    finding = doctor_machine.port(number, doctor_machine.look_at_port(number))
    assert (finding.state, finding.remedy) == ("note", f"start it: faasera serve -p {number}")


def test_a_listener_that_hangs_up_is_something_else() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=lambda: server.accept()[0].close()).start()
        assert doctor_machine.look_at_port(server.getsockname()[1])[0] == "taken"


def test_the_embedded_profiler_answers() -> None:
    finding = doctor_machine.profiler(config())
    assert (finding.state, finding.detail) == ("ok", "embedded answers (policy default)")


def test_a_service_that_answers() -> None:
    with FakeProfiler() as service:
        finding = doctor_machine.profiler(config(environ={"FAASERA_PROFILER_ENDPOINT": service.url}))
        assert finding.state == "ok"
        assert service.url in finding.detail


def test_a_service_that_is_down_and_its_remedy() -> None:
    url = f"http://127.0.0.1:{free_port()}"
    finding = doctor_machine.profiler(config(environ={"FAASERA_PROFILER_ENDPOINT": url}))
    assert finding.state == "fail"
    assert url in finding.detail
    assert "FAASERA_PROFILER_ENDPOINT" in finding.remedy


@pytest.mark.parametrize(
    ("answer", "says"),
    [({"replacement": None}, "FAASERA_PROFILER"), ({"status": "ERROR"}, "FAASERA_PROFILER")],
)
def test_a_service_of_another_shape(answer: object, says: str) -> None:
    with FakeProfiler(lambda call: json_answer(answer)) as service:
        finding = doctor_machine.profiler(config(environ={"FAASERA_PROFILER_ENDPOINT": service.url}))
    assert finding.state == "fail"
    assert says in finding.remedy


def test_a_service_that_masks_nothing() -> None:
    with FakeProfiler(lambda call: json_answer({"replacement": call.text})) as service:
        finding = doctor_machine.profiler(config(environ={"FAASERA_PROFILER_ENDPOINT": service.url}))
    assert finding.state == "fail"
    assert "it masked nothing" in finding.detail
