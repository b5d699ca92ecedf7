"""mitmproxy's options that would let text pass, its modes, and ours."""

from __future__ import annotations

import pytest
from mitmproxy import exceptions
from mitmproxy.addonmanager import Loader
from mitmproxy.addons import proxyserver
from mitmproxy.test import taddons

from addon import options

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("stream_large_bodies", "1m"),
        ("ignore_hosts", ["openai"]),
        ("allow_hosts", ["x"]),
        ("tcp_hosts", ["x"]),
        ("udp_hosts", ["x"]),
        ("proxy_debug", True),
        ("validate_inbound_headers", False),
        ("websocket", False),
    ],
)
def test_each_is_refused_and_named(name: str, value: object) -> None:
    with taddons.context(proxyserver.Proxyserver()) as context:
        if name not in context.options:
            context.options.add_option(name, type(value), value, "")
        context.options._options[name].value = value  # as if mitmproxy had taken it already
        with pytest.raises(exceptions.OptionsError, match=name):
            options.check_mitmproxy_options({name})
        options.check_mitmproxy_options({"listen_port"})


@pytest.mark.parametrize(
    ("mode", "fine"),
    [
        ("regular", True),
        ("regular@127.0.0.1:8080", True),
        ("upstream:http://proxy.corp.example:3128", True),
        ("local", True),
        ("local:Claude", True),
        ("local:!curl", True),
        ("socks5", False),
        ("transparent", False),
        ("reverse:https://api.openai.com", False),
        ("wireguard", False),
        ("dns", False),
    ],
)
def test_modes(mode: str, fine: bool) -> None:
    with taddons.context() as context:
        context.options._options["mode"].value = [mode]
        if fine:
            options.check_mitmproxy_options({"mode"})
        else:
            with pytest.raises(exceptions.OptionsError, match="untested"):
                options.check_mitmproxy_options({"mode"})


def test_ours_are_text_and_may_be_registered_again() -> None:
    with taddons.context() as context:
        loader = Loader(context.master)
        options.add_options(loader)
        options.add_options(loader)
        assert options.given(context.options) == {}
        context.options.faasera_target = "local"
        assert options.given(context.options) == {"faasera_target": "local"}
        assert not any("token" in name or "key" in name for name in options.HELP)
