"""The operator's own certificate: what cannot be used stops the start, and the line says which file is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from addon.own_tls import OwnTls
from config.config_errors import ConfigError
from config.configuration import read_document
from tests.support.certs import make_certs


@pytest.mark.parametrize(
    ("cert", "key", "words"),
    [
        ("server", "server_key", ""),
        ("server", "client_key", "do not belong together"),
        ("ca", "server_key", "do not belong together"),
        ("server", "server", "listen.tls.key: is no PEM file"),
        ("server_key", "server_key", "listen.tls.cert: is no PEM file"),
        ("missing", "server_key", "listen.tls.cert: is no PEM file"),
    ],
)
def test_certificate_and_key(tmp_path: Path, cert: str, key: str, words: str) -> None:
    certs = make_certs(tmp_path)
    files = {name: str(getattr(certs, name, tmp_path / "none.pem")) for name in (cert, key)}
    config = read_document({"listen": {"tls": {"cert": files[cert], "key": files[key]}}})
    if not words:
        OwnTls(config)
        return
    with pytest.raises(ConfigError, match=words):
        OwnTls(config)
