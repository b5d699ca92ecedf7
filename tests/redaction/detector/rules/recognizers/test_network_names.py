"""Private addresses, internal hosts, user names in paths: only where a policy switches them on."""

from __future__ import annotations

import pytest

from config.redaction_settings import Policy
from redaction.detector.detect import Detector
from redaction.detector.policy import compile_policy
from redaction.detector.rules.recognizers.network_names import ROWS

DETECTOR = Detector()
TYPES = {row.type for row in ROWS}  # off in every policy that does not name them
ON = compile_policy(Policy(recognizers=dict.fromkeys(TYPES, True)))
DEFAULT = compile_policy(Policy())

FOUND = {
    "ssh bo@10.4.17.208": ("PRIVATE_IP_ADDRESS", "10.4.17.208"),
    "gateway 192.168.44.1 is down": ("PRIVATE_IP_ADDRESS", "192.168.44.1"),
    "route via 172.20.4.4": ("PRIVATE_IP_ADDRESS", "172.20.4.4"),
    "ping fd12:3456:789a::1": ("PRIVATE_IP_ADDRESS", "fd12:3456:789a::1"),
    "curl http://billing.prod.internal/health": ("INTERNAL_HOST", "billing.prod.internal"),
    "ldap01.corp has the users": ("INTERNAL_HOST", "ldap01.corp"),
    "printer-4.local": ("INTERNAL_HOST", "printer-4.local"),
    "payments.shop.svc.cluster.local": ("INTERNAL_HOST", "payments.shop.svc.cluster.local"),
    r"\\fileserv7\share": ("INTERNAL_HOST", "fileserv7"),
    "cat /home/mlarsen/notes": ("PATH_USERNAME", "mlarsen"),
    "open /Users/kwest/src": ("PATH_USERNAME", "kwest"),
    r"C:\Users\kwest\AppData": ("PATH_USERNAME", "kwest"),
    "ls ~mlarsen/bin": ("PATH_USERNAME", "mlarsen"),
}
LEFT = [
    "127.0.0.1 and ::1",
    "version 10.4.17",
    "172.40.4.4.4",
    "a.internally.b",
    "/home/user/src",
    "/usr/local/bin",
    "C:/Users/Public/x",
    "~/bin",
    "localhost",
]


@pytest.mark.parametrize("text", FOUND)
def test_found_where_switched_on_and_nowhere_else(text):
    hits = [(span.type, text[span.start : span.end]) for span in DETECTOR.find(text, ON) if span.type in TYPES]
    assert hits == [FOUND[text]]
    assert [span for span in DETECTOR.find(text, DEFAULT) if span.type in TYPES] == []


@pytest.mark.parametrize("text", LEFT)
def test_near_misses_stay(text):
    assert [text[span.start : span.end] for span in DETECTOR.find(text, ON) if span.type in TYPES] == []
