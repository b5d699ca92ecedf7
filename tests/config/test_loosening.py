"""Which edits of the configuration wait until somebody asks for them."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from ruamel.yaml import YAML

from config.configuration import Config, read_document
from config.loosening import loosened, needs_restart

BASE = """
profiler: {endpoint: "https://profiler.example", policy: default}
policies:
  default: {recognizers: {VIN: false}, exclusion: {global: [Acme]}, patterns: [{type: CASE, regex: "C[0-9]{6}"}]}
  strict: {recognizers: {DATE: true}, paths: mask, protected: refuse, dictionaries: {NAME: [Zoe, Yan]}, exclusionPatterns: ["T-[0-9]+"]}
target: local
targets: {mine: {base_url: "https://llm.corp.example/v1", speaks: [chat], exclusive: true}}
hosts: [{host: llm.corp.example, target: mine}, {host: old.example, mode: refuse}]
rules: [{filter: "~d x.example", policy: strict}]
gateway: {names: [a.example], origins: ["https://a.example"], trusted_proxies: [10.0.0.0/8], loopback: key}
limits: {body: 1MiB}
websockets: refuse
telemetry: block
uploads: {images: block}
audit: "-"
"""


def read(text: str) -> Config:
    return read_document(YAML(typ="safe", pure=True).load(text))


def changed(old: str, new: str) -> Config:
    assert BASE.count(old) == 1
    return read(BASE.replace(old, new))


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("https://profiler.example", "https://elsewhere.example", "profiler.endpoint"),
        ('"https://profiler.example"', "embedded", "profiler.endpoint"),
        ("policy: default}", "policy: strict}", "profiler.policy"),
        ("policy: default}", "policy: default, ca_file: other.pem}", "profiler.ca_file"),
        ("policy: default}", "policy: default, proxy: 'http://p.example'}", "profiler.proxy"),
        ("{VIN: false}", "{VIN: false, SSN: false}", "policies"),
        ("[Acme]", "[Acme, Jane Doe]", "policies"),
        ("C[0-9]{6}", "C[0-9]{7}", "policies"),
        ("paths: mask", "paths: leave", "policies"),
        ("protected: refuse", "protected: warn", "policies"),
        ("[Zoe, Yan]", "[Zoe]", "policies"),
        ("T-[0-9]+", ".*", "policies"),
        ("target: local", "target: openai", "target"),
        ("target: local", "", "target"),
        ("https://llm.corp.example/v1", "https://evil.example/v1", "targets"),
        ("exclusive: true", "exclusive: false", "targets"),
        ("{host: llm.corp.example, target: mine}, ", "", "hosts"),
        ("mode: refuse", "mode: inspect", "hosts"),
        ("mode: refuse}]", "mode: refuse}, {host: api.openai.com, mode: tunnel}]", "hosts"),
        ("~d x.example", "~d nothing.example", "rules"),
        ("names: [a.example]", "names: [a.example, b.example]", "gateway.names"),
        ('origins: ["https://a.example"]', 'origins: ["https://b.example"]', "gateway.origins"),
        ("[10.0.0.0/8]", "[10.0.0.0/8, 192.0.2.0/24]", "gateway.trusted_proxies"),
        ("loopback: key", "loopback: trusted", "gateway.loopback"),
        ("loopback: key", "loopback: key, path_keys: true", "gateway.path_keys"),
        ("loopback: key", f"loopback: key, keys: {{eve: {'ab' * 32}}}", "gateway.keys"),
        ("body: 1MiB", "body: 2MiB", "limits.body"),
        ("websockets: refuse", "websockets: mask", "websockets"),
        ("telemetry: block", "telemetry: mask", "telemetry"),
        ("images: block", "images: allow", "uploads.images"),
        ('audit: "-"', "audit: null", "audit"),
        ('audit: "-"', 'audit: "-"\npublic_url: "https://evil.example"', "public_url"),
        ('audit: "-"', 'audit: "-"\nlisten: {tls: {cert: evil.pem, key: evil.pem}}', "listen"),
        ("{DATE: true}", "{DATE: false}", "policies"),
        ("{DATE: true}", "{}", "policies"),
        (
            "exclusive: true}}",
            "exclusive: true}, evil: {base_url: 'https://evil.example', speaks: [cohere]}}",
            "targets",
        ),
        ("exclusive: true}}", "exclusive: true, trace: true}}", "targets"),
        ('audit: "-"', 'audit: "-"\ninsecure: true', "insecure"),
        ('audit: "-"', 'audit: "-"\nrestore: {enabled: true}', "restore.enabled"),
    ],
)
def test_what_loosens(old: str, new: str, key: str) -> None:
    assert loosened(read(BASE), changed(old, new)) == [key]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("{VIN: false}", "{}"),
        ("{VIN: false}", "{VIN: true, SSN: true}"),
        ("[Acme]", "[]"),
        ("[Zoe, Yan]", "[Zoe, Yan, Xu]"),
        ('"C[0-9]{6}"}]', '"C[0-9]{6}"}, {type: ROOM, regex: "R[0-9]{3}"}]'),
        ("mode: refuse}]", "mode: refuse}, {host: more.example}]"),
        ("names: [a.example]", "names: []"),
        ("[10.0.0.0/8]", "[]"),
        ("policy: default}", "policy: default, deadline: 2s}"),
        ("body: 1MiB", "body: 1kB"),
        ("target: local", "target: mine"),  # exclusive too: it leads nowhere else
        ("hosts: [", "# a comment\nhosts: ["),
    ],
)
def test_what_may_be_used_at_once(old: str, new: str) -> None:
    assert loosened(read(BASE), changed(old, new)) == []


def test_a_revoked_key_is_used_at_once() -> None:
    with_key = changed("loopback: key", f"loopback: key, keys: {{ann: {'ab' * 32}}}")
    assert loosened(with_key, read(BASE)) == []


def test_a_setting_that_nobody_judged_waits() -> None:
    """Closed by construction: a field of a struct without a row in the table loosens."""

    class Later(msgspec.Struct, frozen=True):
        anything: int = 0

    from config import loosening

    def found(old: Any, new: Any) -> list[str]:
        return list(loosening._struct(old, new, {}, "later"))

    assert found(Later(), Later(1)) == ["later.anything"]
    assert found(Later(), Later()) == []


def test_what_needs_a_restart() -> None:
    assert needs_restart(read(BASE), changed('audit: "-"', 'audit: "-"\nmitmproxy: {listen_port: 9}')) == ["mitmproxy"]
    assert needs_restart(read(BASE), read(BASE)) == []
