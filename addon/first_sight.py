"""What is taken off a request before any other addon is told of it, and given back to judge the request by."""

from __future__ import annotations

from dataclasses import dataclass, field

from mitmproxy import http

from addon.flow_edit import take_passwords
from addon.hidden_head import HiddenFields, full_path, shown_path
from routing.gateway_access import KEY_HEADER, KEY_PREFIX, take_gateway_key


@dataclass(slots=True)
class FirstSight:
    """`user` and `password`: given to the proxy itself. `keys`: the gateway key of header and path."""

    user: str
    password: str = field(repr=False)
    keys: tuple[str | None, str | None] = field(repr=False)
    _path: bytes | None = field(repr=False)
    _fields: HiddenFields | None = field(repr=False)

    @classmethod
    def of(cls, flow: http.HTTPFlow, *, gateway: bool, bound: bool) -> FirstSight:
        """Take it off. `bound`: the request is LLM-bound; of any other only what was meant for this proxy is taken."""
        request = flow.request
        user, password = take_passwords(flow)
        header_key, path_key, path = take_gateway_key(tuple(request.headers.items(multi=True)), request.path)
        request.headers.pop(KEY_HEADER, None)
        if KEY_PREFIX in request.headers.get("referer", ""):  # a page that was called with the key in its path
            del request.headers["referer"]
        if not gateway:
            header_key, path_key, path = None, None, request.path
        if not bound:
            return cls(user, password, (header_key, path_key), None, None)
        request.path = path
        full = request.data.path
        request.data.path = shown_path(full)
        return cls(user, password, (header_key, path_key), full, HiddenFields(request))

    def give_back(self, request: http.Request) -> None:
        """The head again. Where another addon has put another path, what was hidden in it is the client's all the
        same."""
        if self._fields is not None and self._path is not None:
            self._fields.give_back(request)
            request.data.path = full_path(request.data.path, self._path)
