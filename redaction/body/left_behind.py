"""What of a body stays behind when it goes to another vendor than it was made for.

A vendor is handed the address of a tool server, its headers and keys, and where to call back. Another vendor gets of
these what is listed here; everything else may be a key, under a name that no table knows or in the address itself.
"""

from __future__ import annotations

import re
from typing import Any

from dialects.base import normal


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Fields of a tool server (OpenAI's and xAI's `mcp` tools, Anthropic's and Gemini's `mcp_servers`) that say what it is.
_OF_SERVERS = _names(
    "type name label title description serverlabel serverdescription servername allowedtools toolnames requireapproval "
    "readonly never always enabled toolconfiguration configs defaultconfig strict deferloading parameters inputschema "
    "cachecontrol connectorid streamablehttptransport timeout ssereadtimeout terminateonclose"
)
_SERVERS = _names("mcpservers mcpserver")
# The ends of names under which a request says whom the vendor is to ask, and with what.
_ADDRESSED = (
    "headers", "extraquery", "defaultquery", "webhook", "webhooks", "webhookurl", "callback", "callbackurl", "apibase",
    "baseurl", "serverurl",
)  # fmt: skip
# The ends of names of other addresses, and the beginnings of those of files, which the vendor is to fetch.
_PLACES = ("url", "uri", "endpoint")
_FILES = ("image", "audio", "video", "file", "document", "picture", "photo", "input", "media", "mask", "source")
# An address in which nothing can be a key: host names of words, and path segments that many servers have.
_WORD = r"[a-z]{1,24}(?:-[a-z]{1,24}){0,4}(?:-?[0-9]{1,3})?"
_PLAIN_ADDRESS = re.compile(
    rf"https?://{_WORD}(?:\.{_WORD}){{0,6}}(?::[0-9]{{1,5}})?"
    r"(?:/(?:mcp|sse|api|v[0-9]{1,2}|beta|stream|http|rpc|jsonrpc|servers?|public|tools?|messages?|search|latest))*/?",
    re.IGNORECASE,
)
_LONGEST_ADDRESS = 300


def stays_behind(key: str, owner: dict[str, Any], above: tuple[str, ...]) -> bool:
    """Whether what stands under a key of an envelope, outside a conversation, may be meant for one vendor only."""
    name = normal(key).replace("-", "")
    if owner.get("type") == "mcp" or not _SERVERS.isdisjoint(above):
        return name not in _OF_SERVERS
    if name.endswith(_ADDRESSED):
        return True
    place = len(name) > len("url") and name.endswith(_PLACES) and not name.startswith(_FILES)
    return place and type(value := owner.get(key)) is str and "://" in value


def is_plain_address(text: str) -> bool:
    """Whether an address holds nothing that can be a key."""
    return len(text) <= _LONGEST_ADDRESS and _PLAIN_ADDRESS.fullmatch(text) is not None
