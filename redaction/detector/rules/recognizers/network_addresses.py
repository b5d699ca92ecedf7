"""IP and MAC addresses of somebody: public ones only."""

# ruff: noqa: E501, SIM905 - patterns and word lists stay on one line: so they are read and searched
from __future__ import annotations

import ipaddress
import re

from redaction.detector.rules.recognizer import Recognizer, token_edges

_IANA = "https://www.iana.org/assignments/iana-ipv4-special-registry"

# Public resolvers: everybody's address is nobody's.
_RESOLVERS = frozenset(
    "8.8.8.8 8.8.4.4 1.1.1.1 1.0.0.1 9.9.9.9 149.112.112.112 208.67.222.222 208.67.220.220 4.2.2.1 4.2.2.2 "
    "2001:4860:4860::8888 2001:4860:4860::8844 2606:4700:4700::1111 2606:4700:4700::1001 2620:fe::fe".split()
)
# Object identifiers written with four numbers (X.500 attributes, certificate extensions, curves).
_OBJECT_IDS = ("2.5.4.", "2.5.29.", "1.3.101.", "1.3.6.", "1.2.840.", "2.16.")
# Networks that are nobody's on the Internet: private, loopback, link-local, shared, documentation, benchmarks.
_RESERVED = (
    "0.", "10.", "127.", "169.254.", "192.168.", "192.0.0.", "192.0.2.", "198.18.", "198.19.", "198.51.100.", "203.0.113.",
    *(f"172.{n}." for n in range(16, 32)), *(f"100.{n}." for n in range(64, 128)), *(f"{n}." for n in range(224, 256)),
)  # fmt: skip

_NOBODYS = frozenset((*_RESERVED, *_OBJECT_IDS))


def ipv4(value: str) -> bool:
    """A global unicast address that is no public resolver and does not look like a version (all parts small, or x.0.0.0)."""
    return _somebodys(value) and not _versionlike(value)


def _somebodys(value: str) -> bool:
    """A well-formed dotted quad outside the reserved networks. (`ipaddress` says the same, ten times slower.)"""
    parts = value.split(".")
    if len(parts) != 4 or value in _RESOLVERS:
        return False
    if any(".".join((*parts[:size], "")) in _NOBODYS for size in (1, 2, 3)):
        return False
    return all(p.isascii() and p.isdigit() and len(p) < 4 and (p[0] != "0" or p == "0") and int(p) < 256 for p in parts)


def _versionlike(value: str) -> bool:
    return value.endswith(".0.0.0") or max(map(int, value.split("."))) <= 20


def _near_ipv4(value: str) -> bool:
    """What `ipv4` takes for a version: an address when the text says so."""
    return _somebodys(value) and _versionlike(value) and max(map(int, value.split("."))) > 9


def _anything(value: str) -> bool:
    try:
        address = ipaddress.ip_address(value)
    except ValueError:
        return False
    if max(address.packed) <= 9 or value.startswith(_OBJECT_IDS):
        return False
    return address.is_global and not address.is_multicast and value.lower() not in _RESOLVERS


def ipv6(value: str) -> bool:
    """A global unicast address with digits, and enough groups not to be a C++ scope."""
    return _anything(value) and any(c.isdigit() for c in value) and value.count(":") >= 3


# A report that is named after an address; versions name programs and archives.
_FILE = re.compile(
    r"\.(?:pdf|txt|log|csv|json|xml|html?|pcap|docx?|xlsx?|conf|cfg|md|png|jpe?g)(?![\w.-])", re.IGNORECASE
)
# Behind the name of a program, or what is done with versions, four numbers are one: `Firefox 115.0.2.1`.
_PROGRAM = re.compile(
    r"(?:^|[^a-z])(?:firefox|chrome|chromium|edge|safari|opera|brave|vivaldi|webkit|electron|node(?:\.js)?|python|java|jdk|jre|openjdk|php|ruby|perl|dotnet|\.net"
    r"|framework|windows|office|word|excel|outlook|teams|zoom|slack|macos|ios|android|linux|kernel|ubuntu|debian|oracle|mysql|mariadb|postgres(?:ql)?|sqlite|mongodb|redis"
    r"|nginx|apache|tomcat|iis|openssl|openssh|curl|git|docker|kubernetes|gradle|maven|jenkins|driver|drivers|firmware|bios|uefi|sdk|ndk|plugin|package|library|runtime"
    r"|bump|bumped|upgrade|upgraded|downgrade|downgraded|patch|tag|rev|revision|v)"
    r"(?:[ _](?:esr|lts|sdk|desktop|pro|to|core|runtime|driver|firmware)){0,2}[ :]{1,2}v?$"
)
_VERSION = re.compile(r"version|release|[=><~]=[^\n]*\Z|ver\.|oid|section|build")
# How any of them ends, which is quickly told.
_BEHIND_A_WORD = re.compile(r"[a-z][ :]{1,2}v?$")


def _no_version(text: str, start: int, end: int) -> bool:
    """Not behind a version word, a product slash (`Chrome/120.0.6099.109`), or inside a longer dotted or dashed number."""
    if not token_edges(text, start, end):
        return False
    before = text[max(0, start - 24) : start].lower()
    after = text[end : end + 2]
    if before[-1:] in (".", "-", "/") and before[-2:-1].isalnum():
        return False
    named_file = after[:1] == "." and _FILE.match(text, end) is not None
    if (
        after[:1] in (".", "-")
        and after[1:2].isalnum()
        and not named_file
        and not (after[:1] == "-" and after[1:].isdigit())
    ):
        return False
    if _VERSION.search(before):
        return False
    return not _BEHIND_A_WORD.search(before) or _PROGRAM.search(before) is None


def _mac(value: str) -> bool:
    hexes = "".join(c for c in value.lower() if c.isalnum())
    return (
        len(set(hexes)) > 2
        and not hexes.startswith(("01005e", "3333"))
        and hexes not in ("001122334455", "aabbccddeeff", "112233445566")
    )


def _no_fingerprint(text: str, start: int, end: int) -> bool:
    """Not a piece of a longer run of hex pairs (a key fingerprint)."""
    return (
        token_edges(text, start, end)
        and text[start - 1 : start] not in (":", "-")
        and text[end : end + 1] not in (":", "-")
    )


ROWS = (
    Recognizer(
        "ipv4",
        "IP_ADDRESS",
        r"\b(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?:25[0-5]|2[0-4]\d|1?\d?\d)){3}\b",
        check=ipv4,
        guard=_no_version,
        score=0.85,
        strict=False,
        reference=_IANA,
    ),
    Recognizer(
        "ipv4_defanged",
        "IP_ADDRESS",
        r"\b\d{1,3}(?:(?:\[\.\]|\(\.\)|\[dot\])\d{1,3}){3}\b",
        check=lambda v: ipv4(v.replace("[.]", ".").replace("(.)", ".").replace("[dot]", ".")),
        score=0.85,
        reference=_IANA,
    ),
    Recognizer(
        "ipv4_near_word",
        "IP_ADDRESS",
        r"\b\d{1,3}(?:\.\d{1,3}){3}\b",
        check=_near_ipv4,
        guard=lambda text, start, end: _versionlike(text[start:end]) and _no_version(text, start, end),
        context="ip",
        needs_context=True,
        near=0.85,
        reference=_IANA,
    ),
    Recognizer(
        "ipv6",
        "IP_ADDRESS",
        r"(?i)(?:[0-9a-f]{1,4}:){3,7}(?::?[0-9a-f]{1,4}){1,7}(?::(?:\d{1,3}\.){3}\d{1,3})?|(?:[0-9a-f]{1,4}:){1,2}(?::[0-9a-f]{1,4}){1,6}(?::(?:\d{1,3}\.){3}\d{1,3})?|(?:[0-9a-f]{1,4}:){1,7}:",
        check=ipv6,
        guard=_no_fingerprint,
        score=0.85,
        reference="https://www.iana.org/assignments/iana-ipv6-special-registry",
    ),
    Recognizer(
        "mac",
        "MAC_ADDRESS",
        r"(?i)\b[0-9a-f]{2}(?:(?::[0-9a-f]{2}){5}|(?:-[0-9a-f]{2}){5})\b",
        check=_mac,
        guard=_no_fingerprint,
        score=0.85,
        reference="IEEE 802",
    ),
    Recognizer(
        "mac_cisco",
        "MAC_ADDRESS",
        r"(?i)\b[0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4}\b",
        check=_mac,
        context="mac",
        needs_context=True,
        reference="IEEE 802",
    ),
)
