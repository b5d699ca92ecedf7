"""The error family: what clients and dashboards rely on."""

from __future__ import annotations

from config.config_errors import ConfigError
from routing import routing_errors


def family() -> list[type[routing_errors.RoutingError]]:
    return [
        kind
        for kind in vars(routing_errors).values()
        if isinstance(kind, type)
        and issubclass(kind, routing_errors.RoutingError)
        and kind is not routing_errors.RoutingError
    ]


def test_codes_are_stable_and_their_own() -> None:
    assert {kind.code for kind in family()} == {
        "faasera_foreign_origin",
        "faasera_unknown_authority",
        "faasera_gateway_closed",
        "faasera_foreign_credential",
        "faasera_credential_dropped",
        "faasera_no_home",
        "faasera_exclusive_target",
        "faasera_bad_path",
        "faasera_host_refused",
        "faasera_private_destination",
        "faasera_webrtc_refused",
        "faasera_bad_forwarded",
        "faasera_plain_text",
        "faasera_proxy_key",
        "faasera_loop",
    }
    assert len({kind.code for kind in family()}) == len(family())


def test_never_401_or_403() -> None:
    assert {kind.status for kind in family()} == {400, 407, 508}  # clients would ask people to log in again


def test_messages() -> None:
    assert routing_errors.NoHome("x").message == str(routing_errors.NoHome("x")) == "x"
    bad = ConfigError("targets.x", "no")
    assert (bad.key, bad.reason, str(bad)) == ("targets.x", "no", "targets.x: no")
    assert isinstance(bad, ValueError)
    assert all(kind.__name__ in (routing_errors.__doc__ or "") for kind in family())
