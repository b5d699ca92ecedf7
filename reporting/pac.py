"""`/proxy.pac`: LLM hosts go to this proxy, everything else goes DIRECT.

For an LLM host there is no DIRECT to fall back to: when the proxy is down, the browser shows an error
instead of sending text past it. (A PAC file that cannot be fetched at all is another matter: browsers then go
direct unless a mandatory PAC is set by policy.)
"""

from __future__ import annotations

import ipaddress
import json
import re
from collections.abc import Iterable
from typing import Final

CONTENT_TYPE: Final = "application/x-ns-proxy-autoconfig"

_PATTERN = re.compile(r"(?:\*\.)?[a-z0-9_*-]{1,63}(?:\.[a-z0-9_*-]{1,63})*")

# ES3 and no helper but `String`: PAC engines differ (WinHTTP's JScript, V8, SpiderMonkey, Apple's).
_TEMPLATE: Final = """\
// Faasera LLM Privacy Proxy: LLM hosts go to the proxy, everything else goes direct.
// There is no fallback to DIRECT for an LLM host: no proxy, no request.
var PROXY = %(proxy)s;
var NAMES = %(names)s;
var PATTERNS = %(patterns)s;

function isLLMHost(host) {
  var i;
  host = String(host).toLowerCase();
  while (host.charAt(host.length - 1) === ".") { host = host.substring(0, host.length - 1); }
  for (i = 0; i < NAMES.length; i++) {
    if (NAMES[i] === host) { return true; }
  }
  for (i = 0; i < PATTERNS.length; i++) {
    if (new RegExp(PATTERNS[i]).test(host)) { return true; }
  }
  return false;
}

function FindProxyForURL(url, host) {
  return isLLMHost(host) ? PROXY : "DIRECT";
}
"""


def regex_source(pattern: str) -> str:
    """A host pattern as the source of an anchored regular expression that JavaScript and Python read alike.

    A leading `*.` stands for one or more whole labels, any other `*` for characters inside one label.
    """
    head, rest = (r"(?:[^.]+\.)+", pattern[2:]) if pattern.startswith("*.") else ("", pattern)
    labels = rest.replace(".", r"\.").replace("*", "[^.]+")
    return f"^{head}{labels}$"


def proxy_pac(hosts: Iterable[str], proxy_host: str = "127.0.0.1", proxy_port: int = 8080) -> bytes:
    """The file. `hosts` are names (`api.openai.com`) or patterns (`*.openai.azure.com`, `*-aiplatform.googleapis.com`).

    Raises ValueError for a host, proxy host or port that is not one.
    """
    names: set[str] = set()
    patterns: set[str] = set()
    for raw in hosts:
        host = raw.strip().lower().rstrip(".")
        if not _is_host(host):
            raise ValueError(f"{raw!r} is not a host name or pattern")
        if "*" in host:
            patterns.add(regex_source(host))
        else:
            names.add(host)
    script = _TEMPLATE % {
        "proxy": _literal(f"PROXY {_authority(proxy_host, proxy_port)}"),
        "names": _literal(sorted(names)),
        "patterns": _literal(sorted(patterns)),
    }
    return script.encode("ascii")


def _is_host(host: str) -> bool:
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        if _PATTERN.fullmatch(host) is None or len(host) > 253:
            return False
        # A pattern needs two fixed labels at its end: `*.com` would take hold of half the internet.
        fixed = host.split(".")[-2:]
        return "*" not in host or (len(fixed) == 2 and "*" not in "".join(fixed))
    return True


def _authority(host: str, port: int) -> str:
    if not 0 < port < 65536:
        raise ValueError("the proxy port is not between 1 and 65535")
    if not _is_host(host.lower()) or "*" in host:
        raise ValueError(f"{host!r} is not a host name or address")
    return f"[{host}]:{port}" if ":" in host and not host.startswith("[") else f"{host}:{port}"


def _literal(value: object) -> str:
    return json.dumps(value, ensure_ascii=True, indent=2).replace("</", "<\\/")
