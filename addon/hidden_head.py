"""What of a request's head is hidden from everybody else until the request is masked.

mitmweb sends each head to its open pages as it comes, and any addon may end a request at once, which writes it to
files. So the script, first in the chain, takes off what may hold text or a key; the guard, last in the chain, gives it
back to judge the request by, and hides it again until the masked request stands.
"""

from __future__ import annotations

import re
from collections import defaultdict, deque

from mitmproxy import http

from routing.credentials import FOLLOWING, HEADERS

# An address, a long number, anything coded.
_MAY_BE_A_VALUE = re.compile(rb"@|[0-9](?:[ .%_-]{0,3}[0-9]){6}|%[0-9A-Fa-f]{2}|[\x80-\xff]")
_HIDDEN = b"..."
# Headers that mitmproxy itself reads, and whose values are HTTP's own.
OF_HTTP = frozenset(name.encode() for name in FOLLOWING - {"content-disposition", "idempotency-key", "user-agent"})
# Headers that carry the name of an uploaded file (google-genai sends the first).
NAMING_HEADERS = ("x-goog-upload-file-name", "x-file-name", "x-filename", "slug", "content-disposition")
_ALWAYS_HIDDEN = frozenset(name.encode() for name in (*HEADERS, *NAMING_HEADERS, "cookie"))


def shown_path(path: bytes) -> bytes:
    """A path as it may be seen before it was judged: no query, and no part that could be a value."""
    parts = path.partition(b"?")[0].split(b"/")
    return b"/".join(_HIDDEN if _MAY_BE_A_VALUE.search(part) else part for part in parts)


def full_path(path: bytes, full: bytes) -> bytes:
    """A path that somebody made of `shown_path(full)`, with the parts and the query again that were hidden in that."""
    plain, mark, query = full.partition(b"?")
    hidden = (part for part in plain.split(b"/") if part == _HIDDEN or _MAY_BE_A_VALUE.search(part))
    own, own_mark, own_query = path.partition(b"?")
    again = b"/".join(next(hidden, part) if part == _HIDDEN else part for part in own.split(b"/"))
    return again + (own_mark + own_query if own_mark else mark + query)


class HiddenFields:
    """Header values that are hidden on a request; the names stay, for addons that take headers off or set them."""

    def __init__(self, request: http.Request) -> None:
        self._values: defaultdict[bytes, deque[bytes]] = defaultdict(deque)  # by lower-case name, in their order
        shown = []
        for name, value in request.data.headers.fields:
            lower = name.lower()
            may_tell = lower not in OF_HTTP and (lower in _ALWAYS_HIDDEN or _MAY_BE_A_VALUE.search(value))
            if may_tell or value == _HIDDEN:
                self._values[lower].append(value)
                value = _HIDDEN
            shown.append((name, value))
        if self._values:
            request.data.headers.fields = tuple(shown)

    def give_back(self, request: http.Request) -> None:
        """Put back what still stands as it was hidden. The second time there is nothing to give."""
        values, self._values = self._values, defaultdict(deque)
        if not values:
            return
        fields = []
        for name, value in request.data.headers.fields:
            if value == _HIDDEN and (own := values[name.lower()]):
                value = own.popleft()
            fields.append((name, value))
        request.data.headers.fields = tuple(fields)
