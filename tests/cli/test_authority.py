"""Our authority signs for model hosts only: real clients refuse its certificates for other names."""

from __future__ import annotations

import shutil
import socket
import ssl
import stat
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from mitmproxy.certs import CertStore

from cli.authority import constraints, ensure_authority, make_authority, permitted_names

MODEL, OTHER = "api.openai.com", "bank.example"


@pytest.mark.parametrize(
    ("patterns", "names"),
    [
        (["api.openai.com", "*.api.openai.com"], ["api.openai.com"]),
        (["*.openai.azure.com"], ["openai.azure.com"]),
        (["bedrock-runtime.*.amazonaws.com"], ["amazonaws.com"]),
        (["*-aiplatform.googleapis.com"], ["googleapis.com"]),
        (["10.0.0.1", "localhost"], ["localhost"]),
        (["a.example", "b.a.example", "aa.example"], ["a.example", "aa.example"]),
    ],
)
def test_permitted_names(patterns: list[str], names: list[str]) -> None:
    assert permitted_names(patterns) == names


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("authority")
    make_authority(folder, ["llm.corp.example"])
    return folder


def test_the_key_is_the_users_own_and_what_is_there_stays(folder: Path) -> None:
    before = (folder / "mitmproxy-ca.pem").read_bytes()
    assert stat.S_IMODE((folder / "mitmproxy-ca.pem").stat().st_mode) == 0o600
    assert b"PRIVATE" not in ensure_authority(folder).read_bytes()
    assert (folder / "mitmproxy-ca.pem").read_bytes() == before
    names = constraints(x509.load_pem_x509_certificate((folder / "mitmproxy-ca-cert.pem").read_bytes()))
    assert names is not None
    assert {"api.openai.com", "llm.corp.example"} <= set(names)


@pytest.fixture(scope="module", params=[MODEL, OTHER])
def served(folder: Path, request: pytest.FixtureRequest) -> Iterator[tuple[str, int]]:
    """A TLS server whose certificate for a name mitmproxy's own store signed with our authority."""
    name = str(request.param)
    entry = CertStore.from_store(folder, "mitmproxy", 2048).get_cert(name, [x509.DNSName(name)])
    pem = folder / f"{name}.pem"
    pem.write_bytes((folder / "mitmproxy-ca.pem").read_bytes().split(b"-----BEGIN CERT")[0] + entry.cert.to_pem())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                try:
                    with context.wrap_socket(connection, server_side=True) as secure:
                        secure.recv(1000)
                        secure.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok")
                except OSError:
                    pass

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield name, server.getsockname()[1]
        server.shutdown(socket.SHUT_RDWR)


def commands(name: str, port: int, ca: Path) -> dict[str, list[str]]:
    script = f"""require("https").get({{host: "127.0.0.1", port: {port}, servername: "{name}", path: "/",
        ca: require("fs").readFileSync("{ca}")}}, (answer) => process.exit(0)).on("error", () => process.exit(1))"""
    python = (
        f"import ssl, socket; c = ssl.create_default_context(cafile={str(ca)!r}); "
        "c.verify_flags &= ~ssl.VERIFY_X509_STRICT; "
        f"c.wrap_socket(socket.create_connection(('127.0.0.1', {port})), server_hostname={name!r})"
    )
    return {
        "openssl": ["openssl", "s_client", "-connect", f"127.0.0.1:{port}", "-servername", name, "-CAfile", str(ca),
                    "-verify_return_error", "-verify_hostname", name],
        "curl": ["curl", "-s", "--cacert", str(ca), "--resolve", f"{name}:{port}:127.0.0.1", f"https://{name}:{port}/"],
        "node": ["node", "-e", script],
        "python3": ["python3", "-c", python],
    }  # fmt: skip


@pytest.mark.parametrize("client", ["openssl", "curl", "node", "python3"])
def test_clients_honour_the_constraint(folder: Path, served: tuple[str, int], client: str) -> None:
    if shutil.which(client) is None:
        pytest.skip(f"{client} is not installed")
    name, port = served
    command = commands(name, port, folder / "mitmproxy-ca-cert.pem")[client]
    done = subprocess.run(command, input=b"", capture_output=True, timeout=30, check=False)
    assert (done.returncode == 0) is (name == MODEL), done.stderr[-300:]
