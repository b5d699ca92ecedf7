"""Keys that tell with their neighbours only."""

from __future__ import annotations

import base64

import pytest

from redaction.body.telling_keys import is_basic, names_nobody, secret_maps, telling_key

BASIC = base64.b64encode(b"bob:hunter2").decode()


@pytest.mark.parametrize(
    ("key", "owner", "told"),
    [
        ("d", {"kty": "RSA", "d": "x"}, "jwk.d"),
        ("d", {"d": "x"}, "d"),
        ("n", {"kty": "RSA", "n": "x"}, "n"),
        ("value", {"value": "x", "sensitive": True}, "sensitive.value"),
        ("value", {"value": "x", "sensitive": False}, "value"),
        ("value", {"value": "x", "sensitive": "true"}, "value"),
        ("ciphertext", {"ciphertext": "x", "kdf": "scrypt"}, "keystore.ciphertext"),
        ("ciphertext", {"ciphertext": "x"}, "ciphertext"),
        ("auth", {"auth": BASIC}, "basic.auth"),
        ("auth", {"auth": "none"}, "auth"),
        ("auth", {"auth": 3}, "auth"),
        ("value", {"name": "DB_PASSWORD", "value": "x"}, "DB_PASSWORD"),
        ("Value", {"Key": "Owner", "Value": "x"}, "Owner"),
        ("value", {"name": "two words", "value": "x"}, "value"),
        ("lat", {"lat": 1, "lng": 2}, "latitude"),
        ("Longitude", {"Latitude": 1, "Longitude": 2}, "longitude"),
        ("lat", {"lat": 1, "p99": 2}, "lat"),
        ("home_lat", {"home_lat": 1, "home_lon": 2}, "latitude"),
        ("startLng", {"startLat": 1, "startLng": 2}, "longitude"),
        ("home_lat", {"home_lat": 1, "work_lon": 2}, "home_lat"),
        ("coordinates", {"type": "Point", "coordinates": []}, "longitude"),
        ("coordinates", {"type": "box", "coordinates": []}, "coordinates"),
        ("coordinates", {"type": ["Point"], "coordinates": []}, "coordinates"),
        ("", {}, ""),
    ],
)
def test_telling_key(key: str, owner: dict[str, object], told: str) -> None:
    assert telling_key(key, owner) == told


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (BASIC, True),
        (BASIC.rstrip("="), True),
        ("aGVsbG8=", False),
        ("no base64!", False),
        ("", False),
        ("Og==", False),
    ],
)
def test_is_basic(text: str, expected: bool) -> None:
    assert is_basic(text) is expected


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("state", True),
        ("favoriteColor", True),
        ("SHIP_STATE", True),
        ("city_name", True),
        ("productName", True),
        ("name", False),
        ("user_name", False),
        ("owner", False),
        ("", False),
    ],
)
def test_names_nobody(key: str, expected: bool) -> None:
    assert names_nobody(key) is expected


@pytest.mark.parametrize(
    ("owner", "found"),
    [
        ({"kind": "Secret", "data": {"a": "x"}, "stringData": {"b": "y"}}, [{"a": "x"}, {"b": "y"}]),
        ({"type": "kubernetes.io/tls", "data": {"a": "x"}}, [{"a": "x"}]),
        ({"kind": "SecretList", "items": [{"data": {"a": "x"}}, 1]}, [{"a": "x"}]),
        ({"kind": "ConfigMap", "data": {"a": "x"}}, []),
        ({"kind": "Secret", "data": "x"}, []),
    ],
)
def test_secret_maps(owner: dict[str, object], found: list[object]) -> None:
    assert list(secret_maps(owner)) == found
