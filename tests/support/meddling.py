"""A mitmproxy script that ends, answers, copies or retargets requests that ask for it: what other people's scripts do."""

from __future__ import annotations

from mitmproxy import http


def requestheaders(flow: http.HTTPFlow) -> None:
    match flow.request.headers.get("x-meddle"):
        case "kill at the head":
            flow.kill()
        case "answer at the head":
            flow.response = http.Response.make(418, b"tea")
        case "copy at the head":
            flow.backup()


def request(flow: http.HTTPFlow) -> None:
    match flow.request.headers.get("x-meddle"):
        case "kill":
            flow.kill()
        case "answer":
            flow.response = http.Response.make(418, b"tea")
        case "copy":
            flow.backup()
        case "take the answer off":
            flow.response = None
