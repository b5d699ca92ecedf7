"""What the doctor learns from a running proxy: whose CA it signs with, and which hosts it could not read."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from cli import doctor_authority, doctor_running
from tests.support.certs import make_certs
from tests.support.proxy import Proxy, free_port

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def proxy() -> Iterator[Proxy]:
    with Proxy() as running:
        yield running


def ca_of(confdir: Path) -> doctor_authority.Authority:
    found, _ = doctor_authority.authority(confdir)
    assert found is not None
    return found


def test_it_signs_with_this_ca_and_is_not_marked_blind_by_the_question(proxy: Proxy) -> None:
    shown = doctor_running.presented(proxy.port)
    assert doctor_running.signer(ca_of(proxy.confdir), shown).state == "ok"
    assert doctor_running.unread(proxy.port) == []


def test_another_ca_is_a_failure(proxy: Proxy, tmp_path: Path) -> None:
    certs = make_certs(tmp_path)
    for name in ("mitmproxy-ca-cert.pem", "mitmproxy-ca.pem"):
        (tmp_path / name).write_bytes(certs.ca.read_bytes())
    found = doctor_running.signer(ca_of(tmp_path), doctor_running.presented(proxy.port))
    assert found.state == "fail"
    assert "restart the proxy" in found.remedy


def test_where_no_tls_is_opened_nothing_is_said(proxy: Proxy) -> None:
    assert doctor_running.presented(free_port()) is None
    assert doctor_running.signer(ca_of(proxy.confdir), None).state == "skip"


def test_hosts_that_could_not_be_read_are_named(proxy: Proxy) -> None:
    assert doctor_running.coverage("s", 8080, doctor_running.unread(proxy.port)).state == "ok"
    context = ssl.create_default_context()
    with httpx.Client(proxy=proxy.url, trust_env=False, verify=context) as client, pytest.raises(httpx.ConnectError):
        client.get("https://claude.ai/")
    found = doctor_running.coverage("s", 8080, doctor_running.unread(proxy.port))
    assert found.state == "note"
    assert "claude.ai (blind)" in found.detail
    assert "http://127.0.0.1:8080/" in found.remedy
