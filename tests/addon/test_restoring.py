"""Whose values are whose: the scope of a request, and what a scope never gives to another."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from mitmproxy import http

from addon.restoring import ClientScope, Restoring
from config.configuration import load_config
from config.secret import Secret
from redaction.restore.vault import Vault

KEY = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
BASE: dict[str, object] = {
    "headers": {"authorization": "Bearer a"},
    "query": "",
    "user": "",
    "client": "10.0.0.5",
    "realm": "",
}


@pytest.fixture
def restoring(tmp_path: Path) -> Restoring:
    config = load_config({"faasera_restore": "true"}, {"FAASERA_RESTORE_KEY": KEY}, tmp_path / "none.yaml", None)
    return Restoring(config, tmp_path)


def scope(restoring: Restoring, **changes: object) -> ClientScope:
    given = {**BASE, **changes}
    headers = http.Headers([(k.encode(), v.encode()) for k, v in given["headers"].items()])  # type: ignore[attr-defined]
    return restoring.scope(headers, str(given["query"]), str(given["user"]), str(given["client"]), str(given["realm"]))


SAME: list[tuple[dict[str, object], dict[str, object]]] = [
    ({}, {}),
    ({"headers": {}, "client": "127.0.0.1"}, {"headers": {}, "client": "::1"}),
    ({"user": "jane"}, {"user": "jane", "client": "10.0.0.9", "realm": "afar x.example"}),
    ({"headers": {}, "query": "key=AIza1&alt=sse"}, {"headers": {}, "query": "alt=json&key=AIza1"}),
    (
        {"headers": {"cookie": "__cf_bm=1; sessionKey=sk-ant-sid; a=1"}},
        {"headers": {"cookie": "sessionKey=sk-ant-sid; __cf_bm=2"}},
    ),
]
OTHER: list[tuple[dict[str, object], dict[str, object]]] = [
    ({}, {"headers": {"authorization": "Bearer b"}}),
    ({}, {"headers": {"x-api-key": "Bearer a"}, "client": "10.0.0.6"}),
    ({}, {"client": "10.0.0.6"}),  # `Bearer ollama` is everybody's
    ({}, {"user": "jane"}),
    ({"user": "jane"}, {"user": "john"}),
    ({"headers": {}}, {"headers": {}, "client": "10.0.0.6"}),
    ({"headers": {}, "client": "10.0.0.5"}, {"headers": {"authorization": "10.0.0.5"}, "client": "10.0.0.6"}),
    ({"headers": {}, "client": "10.0.0.5"}, {"headers": {}, "user": "10.0.0.5", "client": "10.0.0.6"}),
    ({"user": "ab", "headers": {"authorization": "c"}}, {"user": "a", "headers": {"authorization": "bc"}}),
    ({"headers": {}, "query": "key=AIza1"}, {"headers": {}, "query": "key=AIza2"}),
    ({"headers": {"cookie": "sessionKey=1"}}, {"headers": {"cookie": "sessionKey=2"}}),
    ({"headers": {"cookie": "sid=1"}}, {"headers": {"cookie": "sid=2"}}),
    ({"client": "127.0.0.1"}, {"client": "127.0.0.1", "realm": "here rebound.example"}),
    ({"client": "127.0.0.1"}, {"client": "127.0.0.1", "realm": "afar "}),
    ({"realm": "here a.example"}, {"realm": "here b.example"}),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_one_client(restoring: Restoring, one: dict[str, object], other: dict[str, object]) -> None:
    assert scope(restoring, **one).put("abcdefg", "Jane Doe")
    assert scope(restoring, **other)("abcdefg") == "Jane Doe"


@pytest.mark.parametrize(("one", "other"), OTHER)
def test_two_clients(restoring: Restoring, one: dict[str, object], other: dict[str, object]) -> None:
    assert scope(restoring, **one).put("abcdefg", "Jane Doe")
    assert scope(restoring, **other)("abcdefg") is None
    assert not len(scope(restoring, **other))


def tagged(restoring: Restoring, **changes: object) -> str:
    return restoring.replacement(scope(restoring, **changes), frozenset())("NAME", "Jane Doe")


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"headers": {"authorization": "Bearer renewed"}},
        {"headers": {}, "query": "key=AIza1"},
    ],
    ids=["same", "another token", "another way to say it"],
)
def test_a_clients_tags_outlive_its_tokens(restoring: Restoring, changes: dict[str, object]) -> None:
    """Earlier turns keep their bytes, and what the model copied from them comes back."""
    assert tagged(restoring, **changes) == tagged(restoring)
    assert tagged(restoring).startswith("[[NAME_")


def test_an_address_may_change_inside_its_network(restoring: Restoring) -> None:
    one, other, far = "2001:db8:0:1::5", "2001:db8:0:1:a:b:c:d", "2001:db8:0:2::5"
    assert tagged(restoring, client=one) == tagged(restoring, client=other) != tagged(restoring, client=far)
    assert tagged(restoring, client="::1") == tagged(restoring, client="127.0.0.1")


def test_a_vendor_cannot_link_clients(restoring: Restoring) -> None:
    tags = {
        tagged(restoring, **changes) for changes in ({}, {"client": "10.0.0.6"}, {"user": "jane"}, {"user": "john"})
    }
    assert len(tags) == 4


def test_replicas_with_one_key_give_one_tag(restoring: Restoring, tmp_path: Path) -> None:
    config = load_config({"faasera_restore": "true"}, {"FAASERA_RESTORE_KEY": KEY}, tmp_path / "none.yaml", None)
    assert tagged(Restoring(config, tmp_path)) == tagged(restoring)


def test_one_way_types_are_not_remembered(restoring: Restoring) -> None:
    mine = scope(restoring)
    assert restoring.replacement(mine, frozenset({"API_KEY"}))("API_KEY", "sk-1") == "[[API_KEY]]"
    assert not len(mine)


def test_shows_nothing(restoring: Restoring) -> None:
    mine = scope(restoring)
    restoring.replacement(mine, frozenset())("NAME", "Jane Doe")
    assert "Jane" not in f"{restoring!r} {mine!r} {Secret(KEY)!r}"
    assert KEY not in repr(restoring)


def test_time_runs_out() -> None:
    """The injected clock: a value is kept for `ttl` since it was last used, and not a moment longer."""
    now = [0.0]
    vault = Vault(ttl=10, clock=lambda: now[0])
    mine = vault.scope(b"me")
    mine.put("abcdefg", "Jane Doe")
    now[0] = 9.9
    assert mine("abcdefg") == "Jane Doe"
    now[0] = 19.8
    assert mine("abcdefg") == "Jane Doe"
    now[0] = 29.9
    assert mine("abcdefg") is None
    assert not len(mine)


def test_the_timer_of_the_loop_sweeps(restoring: Restoring) -> None:
    async def work() -> bool:
        mine = scope(restoring)
        await asyncio.to_thread(mine.put, "abcdefg", "Jane Doe")  # a large body is masked in a worker
        await asyncio.sleep(0)
        handles = asyncio.get_running_loop()._scheduled  # type: ignore[attr-defined]
        return any(getattr(handle._callback, "__self__", None) is restoring._vault for handle in handles)

    assert asyncio.run(work())
