"""Where the proxy listens: loopback unless somebody chose, and never open without something that keeps others out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

import pytest
from mitmproxy.addons import proxyserver
from mitmproxy.test import taddons

from addon import listen_address
from addon.listen_address import Listening
from config.config_errors import ConfigError
from config.configuration import Config, load_config

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


@pytest.fixture
def context(monkeypatch: pytest.MonkeyPatch) -> Iterator[taddons.context]:
    monkeypatch.setattr(listen_address, "_has_ipv6_loopback", lambda: True)
    with taddons.context(proxyserver.Proxyserver()) as context:
        context.options.add_option("proxyauth", str, "", "")
        yield context


def config(environ: dict[str, str] = {}, text: str = "{}") -> Config:
    with NamedTemporaryFile("w", suffix=".yaml") as file:
        file.write(text)
        file.flush()
        return load_config({}, environ, Path(file.name))


def given(context: Any, **options: object) -> None:
    for name, value in options.items():
        context.options._options[name].value = value


@pytest.mark.parametrize(
    ("host", "mode", "fine"),
    [
        ("", "regular", True),
        ("127.0.0.1", "regular", True),
        ("::1", "regular", True),
        ("localhost", "regular", True),
        ("127.8.9.1", "regular", True),
        ("0.0.0.0", "regular", False),
        ("::", "regular", False),
        ("192.0.2.2", "regular", False),
        ("my.name.example", "regular", False),
        ("127.0.0.1", "regular@0.0.0.0:8080", False),
        ("0.0.0.0", "regular@127.0.0.1:8080", True),
        ("127.0.0.1", "local", True),
    ],
)
def test_open_to_others_needs_a_key_or_a_password(context: taddons.context, host: str, mode: str, fine: bool) -> None:
    given(context, listen_host=host, mode=[mode])
    for closed in (config({"FAASERA_GATEWAY_KEY": "key-1234567890-abc"}),):
        Listening().check(closed)
    if fine:
        Listening().check(config())
    else:
        with pytest.raises(ConfigError, match="proxyauth"):
            Listening().check(config())
        for password in ("any", "ann:", "ann:short"):  # everybody has those, or guesses them
            given(context, proxyauth=password)
            with pytest.raises(ConfigError, match="proxyauth"):
                Listening().check(config())
    given(context, proxyauth="ann:secret")
    Listening().check(config())


@pytest.mark.parametrize(
    ("url", "loops"),
    [
        ("http://localhost:8080/v1", True),
        ("http://127.0.0.1:8080", True),
        ("http://[::1]:8080/v1", True),
        ("http://127.0.0.1:8081/v1", False),
        ("http://gpu.example:8080/v1", False),
    ],
)
def test_a_base_url_that_leads_back(context: taddons.context, url: str, loops: bool) -> None:
    given(context, listen_port=8080)
    for settings in (
        config({"FAASERA_LOCAL_BASE_URL": url}),
        config({"FAASERA_PROFILER_ENDPOINT": url}, "profiler: {insecure: true}"),
    ):
        if loops:
            with pytest.raises(ConfigError, match="leads back"):
                Listening().check(settings)
        else:
            Listening().check(settings)
