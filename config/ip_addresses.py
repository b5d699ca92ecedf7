"""Host names and addresses as plain text: one spelling to compare, and which of them are not public."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

# Names that never mean a host on the Internet: RFC 6761 (localhost), RFC 6762 (local), ICANN's `internal`.
_PRIVATE_SUFFIXES = ("localhost", "local", "internal", "lan", "home.arpa")
# RFC 6598: carrier NAT and many VPNs. Python's is_private leaves it out.
_SHARED = ip_network("100.64.0.0/10")
# IPv6 networks whose last four bytes are an IPv4 address: NAT64 (RFC 6052, RFC 8215), IPv4-compatible (RFC 4291),
# IPv4-translated (RFC 2765).
_EMBEDDED = tuple(ip_network(net) for net in ("64:ff9b::/96", "64:ff9b:1::/48", "::/96", "::ffff:0:0:0/96"))
# What a resolver takes for a full stop (UTS 46).
_STOPS = str.maketrans("\u3002\uff0e\uff61", "...")


@lru_cache(4096)
def normalise_host(host: str) -> str:
    """Lower case, no dot at the end, no brackets, no IPv6 zone. Punycode stays as it is: never decoded to compare."""
    name = host.strip().lower()
    if not name.isascii():
        name = _folded(name)
    if name.startswith("[") and name.endswith("]"):
        name = name[1:-1]
    if ":" in name:
        name = name.partition("%")[0]
    return name.rstrip(".")


def _folded(name: str) -> str:
    """A name that is not ASCII as a resolver reads it (UTS 46): full-width letters and ideographic full stops are
    plain ones; other letters become punycode where they can."""
    plain = unicodedata.normalize("NFKC", name.translate(_STOPS)).lower().translate(_STOPS)
    if plain.isascii():
        return plain
    try:
        return plain.encode("idna").decode("ascii")
    except UnicodeError:
        return plain


def split_authority(authority: str) -> tuple[str, int | None]:
    """`host[:port]` -> (normalised host, port or None). A text that is not one gives its host part and None."""
    text = authority.strip().rpartition("@")[2]
    if text.startswith("["):
        host, _, rest = text[1:].partition("]")
        port = rest.removeprefix(":")
    elif text.count(":") == 1:
        host, _, port = text.partition(":")
    else:
        host, port = text, ""
    number = int(port) if port.isascii() and port.isdigit() and len(port) <= 5 else 0
    return normalise_host(host), number if 0 < number < 65536 else None


def _address(host: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(host)
    except ValueError:
        return _legacy_ipv4(host)
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped or address.sixtofour:
            return address.ipv4_mapped or address.sixtofour
        if address.teredo:
            return address.teredo[1]
        if int(address) > 1 and any(address in net for net in _EMBEDDED):
            return IPv4Address(int(address) & 0xFFFF_FFFF)
    return address


def _legacy_ipv4(host: str) -> IPv4Address | None:
    """`127.1`, `2130706433`, `0x7f.0.0.1`, `0177.0.0.1`: what inet_aton of the C library still dials."""
    parts = host.split(".")
    if not 1 <= len(parts) <= 4:
        return None
    numbers: list[int] = []
    for part in parts:
        base = 16 if part.startswith("0x") else 8 if len(part) > 1 and part.startswith("0") else 10
        digits = part[2:] if base == 16 else part
        if not digits.isascii() or not digits.isalnum() or len(digits) > 12:
            return None
        try:
            numbers.append(int(digits, base))
        except ValueError:
            return None
    *head, last = numbers
    if any(number > 255 for number in head) or last >= 256 ** (5 - len(numbers)):
        return None
    value = last
    for place, number in enumerate(head):
        value += number << (8 * (3 - place))
    return IPv4Address(value)


def is_address(host: str) -> bool:
    """Whether a normalised `host` is an IP address in any spelling, and no name."""
    return _address(host) is not None


@lru_cache(4096)
def is_loopback(host: str) -> bool:
    """Whether `host` names this machine: `localhost`, `*.localhost`, 127.0.0.0/8 in any spelling, `::1`."""
    name = normalise_host(host)
    if name == "localhost" or name.endswith(".localhost"):
        return True
    address = _address(name)
    return address is not None and address.is_loopback


@lru_cache(4096)
def is_private(host: str) -> bool:
    """Whether `host` is, by its spelling, not on the public Internet. A public name may still resolve to a private
    address: judge the resolved address too before dialling."""
    name = normalise_host(host)
    if any(name == suffix or name.endswith(f".{suffix}") for suffix in _PRIVATE_SUFFIXES):
        return True
    address = _address(name)
    if address is None:
        return False
    return not address.is_global or address.is_multicast or (isinstance(address, IPv4Address) and address in _SHARED)
