"""The CA: made, valid, trusted; compared by the certificate itself."""

from __future__ import annotations

import datetime
import hashlib
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from cli import doctor_authority
from cli.authority import make_authority
from cli.doctor_report import Finding
from tests.support.certs import make_certs


@pytest.fixture
def confdir(tmp_path: Path) -> Path:
    """A folder as mitmproxy makes it, with a CA of its own."""
    return new_confdir(tmp_path / "confdir")


def new_confdir(folder: Path) -> Path:
    folder.mkdir(parents=True)
    certs = make_certs(folder)
    pem = certs.ca.read_text()
    (folder / "mitmproxy-ca-cert.pem").write_text(pem)
    (folder / "mitmproxy-ca.pem").write_text(pem)
    return folder


def usable(confdir: Path) -> doctor_authority.Authority:
    found, finding = doctor_authority.authority(confdir)
    assert finding.state in ("ok", "note")
    assert found is not None
    return found


def test_no_ca_yet(tmp_path: Path) -> None:
    found, finding = doctor_authority.authority(tmp_path)
    assert found is None
    assert finding.state == "note"
    assert "make run" in finding.remedy


def test_what_a_ca_may_sign_for_is_said(confdir: Path, tmp_path: Path) -> None:
    assert "signs for any host (`faasera ca renew`" in doctor_authority.authority(confdir)[1].detail
    make_authority(tmp_path / "own")
    detail = doctor_authority.authority(tmp_path / "own")[1].detail
    assert "domains of model hosts only (X.509 name constraints)" in detail


def test_a_ca_that_cannot_be_read(confdir: Path) -> None:
    (confdir / "mitmproxy-ca-cert.pem").write_text("-----BEGIN CERTIFICATE-----\nno\n-----END CERTIFICATE-----\n")
    found, finding = doctor_authority.authority(confdir)
    assert found is None
    assert finding.state == "fail"
    assert "makes a new CA" in finding.remedy


def test_a_certificate_of_another_key(confdir: Path, tmp_path: Path) -> None:
    other = new_confdir(tmp_path / "other")
    (confdir / "mitmproxy-ca-cert.pem").write_bytes((other / "mitmproxy-ca-cert.pem").read_bytes())
    found, finding = doctor_authority.authority(confdir)
    assert found is None
    assert "is not the certificate of the CA that signs" in finding.detail


@pytest.mark.parametrize(("days", "state"), [(0, "ok"), (15, "note"), (400, "fail"), (-400, "fail")])
def test_validity(confdir: Path, days: int, state: str) -> None:
    made = x509.load_pem_x509_certificate((confdir / "mitmproxy-ca-cert.pem").read_bytes())
    moment = made.not_valid_before_utc + datetime.timedelta(days=days, minutes=1) if days else None
    if state == "ok":
        moment = made.not_valid_after_utc - datetime.timedelta(days=31)
        moment = max(moment, made.not_valid_before_utc)
    _, finding = doctor_authority.authority(confdir, moment)
    assert finding.state == state


def test_ca_variables_of_the_shell(confdir: Path, tmp_path: Path) -> None:
    ca, other = usable(confdir), usable(new_confdir(tmp_path / "other"))
    stranger = tmp_path / "stranger.pem"
    stranger.write_text((confdir / "server.pem").read_text())  # signed by it, but another certificate
    both = tmp_path / "both.pem"
    both.write_text(ca.path.read_text() + stranger.read_text())

    def judged(value: Path, name: str = "NODE_EXTRA_CA_CERTS", needed: bool = False) -> Finding:
        [found] = doctor_authority.variables(ca, {name: str(value)}, needed=needed)
        return found

    assert doctor_authority.variables(ca, {}, needed=True) == []
    assert judged(ca.path).state == "ok"
    assert judged(both, "SSL_CERT_FILE").state == "ok"
    alone = judged(ca.path, "SSL_CERT_FILE")
    assert (alone.state, "no other root" in alone.detail) == ("note", True)
    gone = judged(tmp_path / "gone.pem")
    assert gone.state == "fail"
    assert "export NODE_EXTRA_CA_CERTS=" in gone.remedy
    wrong = judged(other.path)
    assert (wrong.state, "older CA" in wrong.detail) == ("fail", True)


def test_digests_are_of_the_certificate(confdir: Path) -> None:
    cert = x509.load_pem_x509_certificate((confdir / "mitmproxy-ca-cert.pem").read_bytes())
    assert usable(confdir).digest == hashlib.sha256(cert.public_bytes(Encoding.DER)).hexdigest()
