"""IP and MAC addresses: text -> spans, near misses included."""

from __future__ import annotations

import pytest

from tests.support.finding import found


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("from 81.2.69.142 port 22", [("IP_ADDRESS", "81.2.69.142")]),
        ("http://81.2.69.142:8080/x", [("IP_ADDRESS", "81.2.69.142")]),
        ("81[.]2[.]69[.]142", [("IP_ADDRESS", "81[.]2[.]69[.]142")]),
        ("client ip 5.6.7.18", [("IP_ADDRESS", "5.6.7.18")]),
        ("10.0.0.1 192.168.1.1 172.16.3.4 127.0.0.1 0.0.0.0 169.254.1.1 255.255.255.0", []),
        ("192.0.2.44 198.51.100.7 203.0.113.9 8.8.8.8 1.1.1.1 224.0.0.251", []),
        ("scan_81.2.69.142.pdf", [("IP_ADDRESS", "81.2.69.142")]),
        ("see 81.2.69.142.log, please", [("IP_ADDRESS", "81.2.69.142")]),
        ("81.2.69.142.tar.gz tool-81.2.69.142.zip", []),
        ("Opera 81.2.69.142 and Firefox ESR 115.24.0.2", []),
        ("firmware v81.2.69.142; upgraded to 81.2.69.142", []),
        ("the Opera server 81.2.69.142", [("IP_ADDRESS", "81.2.69.142")]),
        ("version 81.2.69.142", []),
        ("token YQ==\r\nFrom: 81.2.69.142", [("IP_ADDRESS", "81.2.69.142")]),
        ("Chrome/120.0.60.109", []),
        ("pkg==81.2.69.142", []),
        ("81.2.69.142.5", []),
        ("2.5.29.37", []),
        ("256.1.1.300", []),
        ("2a02:6b8:0:1::242 up", [("IP_ADDRESS", "2a02:6b8:0:1::242")]),
        ("::1 fe80::1 2001:db8::1 fd00::1 12:34:56 std::ab::cd", []),
        ("3c:22:fb:12:34:56", [("MAC_ADDRESS", "3c:22:fb:12:34:56")]),
        ("3C-22-FB-12-34-56", [("MAC_ADDRESS", "3C-22-FB-12-34-56")]),
        ("mac 3c22.fb12.3456", [("MAC_ADDRESS", "3c22.fb12.3456")]),
        ("ff:ff:ff:ff:ff:ff 00:00:00:00:00:00", []),
        ("16:27:ac:a5:76:28:2d:36:63:1b:56:4d:eb:df:a6:48", []),
    ],
)
def test_network(text, spans):
    assert found(text) == spans
