"""Who a request comes from, and which key it brought."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.configuration import read_document
from config.routing_settings import GatewaySettings
from config.secret import Secret
from routing.callers import Caller, Keys, caller_of, is_private_to_sender
from routing.routing_errors import BadForwarded


def gateway(**section: object) -> GatewaySettings:
    return read_document({"gateway": section}).routing.gateway


TRUSTING = gateway(trusted_proxies=["10.1.0.0/16", "2001:db8::/32"])


@pytest.mark.parametrize(
    ("peer", "headers", "local"),
    [
        ("127.0.0.1", [], True),
        ("::1", [], True),
        ("::ffff:127.0.0.1", [], True),
        ("", [], True),  # a replay, started here
        ("127.0.0.1", [("user-agent", "curl")], True),
        ("127.0.0.1", [("X-Forwarded-For", "127.0.0.1")], False),
        ("127.0.0.1", [("x-forwarded-proto", "https")], False),
        ("127.0.0.1", [("Forwarded", "for=192.0.2.1")], False),
        ("127.0.0.1", [("X-Real-IP", "127.0.0.1")], False),
        ("::1", [("via", "1.1 squid")], False),
        ("192.0.2.7", [], False),
        ("192.0.2.7", [("x-forwarded-for", "127.0.0.1")], False),
    ],
)
def test_who_is_on_this_machine(peer: str, headers: list[tuple[str, str]], local: bool) -> None:
    assert caller_of(peer, headers, GatewaySettings()) == Caller(peer, local)


def test_loopback_can_be_asked_for_the_key_too() -> None:
    assert not caller_of("127.0.0.1", [], gateway(loopback="key")).local


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("10.1.0.4", "192.0.2.1", "192.0.2.1"),
        ("10.1.0.4", "203.0.113.9, 192.0.2.1", "192.0.2.1"),  # what a client said itself does not count
        ("10.1.0.4", "192.0.2.1, 10.1.9.9,10.1.0.8", "192.0.2.1"),
        ("10.1.0.4", "10.1.0.8", "10.1.0.8"),
        ("10.1.0.4", "", "10.1.0.4"),
        ("10.1.0.4", "127.0.0.1", "127.0.0.1"),  # an address only: never this machine
        ("10.1.0.4", "[2001:db9::1]:443", "2001:db9::1"),
        ("10.1.0.4", "192.0.2.1:5000", "192.0.2.1"),
        ("2001:db8::4", "::ffff:192.0.2.1", "192.0.2.1"),
    ],
)
def test_behind_trusted_proxies(peer: str, forwarded: str, client: str) -> None:
    headers = [("X-Forwarded-For", forwarded)] if forwarded else []
    assert caller_of(peer, headers, TRUSTING) == Caller(client, local=False)


@pytest.mark.parametrize("forwarded", ["unknown", "192.0.2.1, ", "evil", "192.0.2.1,,10.1.0.4", "1.2.3", "<script>"])
def test_what_cannot_be_read_is_refused(forwarded: str) -> None:
    with pytest.raises(BadForwarded) as caught:
        caller_of("10.1.0.4", [("x-forwarded-for", forwarded)], TRUSTING)
    assert forwarded.strip(", ") not in str(caught.value)


@given(st.text(max_size=30), st.sampled_from(["10.1.0.4", "127.0.0.1", "192.0.2.1"]))
def test_no_header_makes_a_stranger_local(value: str, peer: str) -> None:
    try:
        caller = caller_of(peer, [("x-forwarded-for", value)], TRUSTING)
    except BadForwarded:
        return
    assert not caller.local


@pytest.mark.parametrize("network", ["0.0.0.0/0", "::/0", "10.0.0.1/8", "office", 10])
def test_networks_that_would_trust_everybody_or_nobody(network: object) -> None:
    with pytest.raises(ValueError, match=r"gateway\.trusted_proxies\[0\]"):
        gateway(trusted_proxies=[network])


def test_keys() -> None:
    settings = gateway(keys={"ann": sha256(b"ann-has-this-key").hexdigest().upper()})
    keys = Keys.of(Secret("the-teams-own-key"), settings)
    assert keys.user("the-teams-own-key") == ""
    assert keys.user("ann-has-this-key") == "ann"
    for wrong in (None, "", "the-teams-own-ke", "ann", sha256(b"ann-has-this-key").hexdigest(), "sch\xf6n"):
        assert keys.user(wrong) is None
    assert "ann-has" not in repr(keys)
    assert not Keys.of(Secret(), GatewaySettings())


def test_an_empty_key_opens_nothing_even_if_its_digest_is_listed() -> None:
    assert Keys.of(Secret(), gateway(keys={"nobody": sha256(b"").hexdigest()})).user("") is None


@pytest.mark.parametrize(
    ("name", "private"),
    [
        ("x-forwarded-for", True),
        ("x-forwarded-client-cert", True),
        ("forwarded", True),
        ("via", True),
        ("x-real-ip", True),
        ("baggage", True),
        ("traceparent", True),
        ("x-b3-traceid", True),
        ("x-forward", False),
        ("x-request-id", False),
        ("x-title", False),
        ("user-agent", False),
        ("x-stainless-os", False),
    ],
)
def test_headers_that_no_vendor_is_told(name: str, private: bool) -> None:
    assert is_private_to_sender(name) is private
