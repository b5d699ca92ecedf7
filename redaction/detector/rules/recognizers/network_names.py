"""Confidential network names: private addresses, internal hosts, user names in paths. Off unless a policy switches them on.

They name no person and no secret; a policy that must not show how a network is built says `recognizers: {INTERNAL_HOST: true}`.
"""

# ruff: noqa: E501 - patterns and word lists stay on one line: so they are read and searched
from __future__ import annotations

import ipaddress

from redaction.detector.rules.recognizer import Recognizer, any_edges, number_edges, token_edges

# What every machine has: it names no network.
_EVERYWHERE = frozenset({"127.0.0.1", "0.0.0.0", "::1", "::"})
# Accounts that belong to nobody, and folders that stand where a user name would.
_NOBODY = frozenset(
    "public default shared root all user users username you me name runner circleci vagrant ubuntu ec2-user jenkins vscode node app appuser coder workspace".split()  # noqa: SIM905
)


def private_address(value: str) -> bool:
    """An address of RFC 1918, RFC 4193, link-local or shared space, but no loopback and no documentation address."""
    try:
        address = ipaddress.ip_address(value)
    except ValueError:
        return False
    if value in _EVERYWHERE or address.is_loopback:
        return False
    networks = _PRIVATE_4 if address.version == 4 else _PRIVATE_6
    return any(address in network for network in networks)


_PRIVATE_4 = [
    ipaddress.ip_network(text)
    for text in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "100.64.0.0/10")
]
_PRIVATE_6 = [ipaddress.ip_network(text) for text in ("fc00::/7", "fe80::/10")]


def _account(value: str) -> bool:
    return value.lower() not in _NOBODY and not value.startswith(("$", "%", "<", "{", "."))


def _host(value: str) -> bool:
    labels = value.lower().split(".")
    return labels[0] not in ("example", "self", "this", "os", "sys", "app") and all(labels)


ROWS = (
    Recognizer("private_ipv4", "PRIVATE_IP_ADDRESS", r"\b(?:10|172|192|169|100)(?:\.\d{1,3}){3}\b", check=private_address, guard=number_edges, score=0.85, reference="RFC 1918, RFC 3927, RFC 6598"),
    Recognizer("private_ipv6", "PRIVATE_IP_ADDRESS", r"(?i)\b(?:f[cd][0-9a-f]{2}|fe[89ab][0-9a-f])(?::[0-9a-f]{0,4}){2,7}", check=private_address, guard=token_edges, score=0.85, reference="RFC 4193, RFC 4291"),
    Recognizer("internal_host", "INTERNAL_HOST", r"(?i)\b(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,6}(?:internal|corp|local|lan|intranet|intra|localdomain|home\.arpa|private)\b", check=_host, guard=token_edges, score=0.8, reference="RFC 6762 appendix G, RFC 8375, ICANN reservation of .internal"),
    Recognizer("internal_host_cluster", "INTERNAL_HOST", r"(?i)\b(?:[a-z0-9-]{1,63}\.){1,4}svc(?:\.cluster\.local)?\b", check=_host, guard=token_edges, score=0.8, reference="https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/"),
    Recognizer("unc_host", "INTERNAL_HOST", r"\\\\([A-Za-z0-9][A-Za-z0-9-]{1,62})\\[A-Za-z0-9$_]", check=_host, guard=any_edges, score=0.8, reference="[MS-DTYP] section 2.2.57"),
    Recognizer("path_user_posix", "PATH_USERNAME", r"(?:^|[\s\"'`=:(,>])(?:file://)?/(?:home|Users)/([A-Za-z_][A-Za-z0-9._-]{1,31})(?:/|\b)", check=_account, guard=any_edges, score=0.8, reference="hier(7)"),
    Recognizer("path_user_windows", "PATH_USERNAME", r"(?i)\b[a-z]:[\\/]{1,2}(?:users|documents and settings)[\\/]{1,2}([A-Za-z0-9_][A-Za-z0-9._ -]{0,30}[A-Za-z0-9_])(?:[\\/]|\b)", check=_account, guard=any_edges, score=0.8, reference="https://learn.microsoft.com/windows/deployment/usmt/usmt-recognized-environment-variables"),
    Recognizer("path_user_tilde", "PATH_USERNAME", r"(?:^|[\s\"'`=:(])~([a-z_][a-z0-9_-]{1,31})/", check=_account, guard=any_edges, score=0.75, reference="IEEE Std 1003.1 section 2.6.1"),
)  # fmt: skip
