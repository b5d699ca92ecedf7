"""Joining base URL and rest: each convention, custom targets, and what no path can do."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from config.routing_settings import BUILTIN, ModelMap, Target
from config.url_checks import check_base_url
from dialects.endpoints import find_endpoint, split_path
from routing.routing_errors import BadPath
from routing.targets import join, with_model


def target(name: str, base_url: str | None = None) -> Target:
    if name in BUILTIN:
        shipped = BUILTIN[name]
        return msgspec.structs.replace(shipped, base_url=base_url) if base_url else shipped
    return Target(name=name, base_url=base_url or "", speaks=frozenset())


@pytest.mark.parametrize(
    ("name", "base_url", "path", "expected"),
    [
        ("openai", None, "/v1/chat/completions", "/v1/chat/completions"),
        ("openai", None, "/chat/completions?x=//1", "/v1/chat/completions?x=//1"),
        ("openai", "http://gw.example/llm/v1", "/v1/responses", "/llm/v1/responses"),
        ("openai", "http://gw.example", "/v1/responses", "/responses"),
        ("openai", None, "/v1/files/f-1/content", "/v1/files/f-1/content"),
        ("claude", None, "/v1/messages?beta=true", "/v1/messages?beta=true"),
        ("claude", None, "/v1/v1/messages", "/v1/messages"),
        ("claude", None, "/chat/completions", "/v1/chat/completions"),
        ("claude", "https://gw.example/anthropic", "/v1/messages", "/anthropic/v1/messages"),
        ("claude", "https://gw.example/v1", "/v1/messages", "/v1/messages"),
        ("gemini", None, "/v1/models/g:generateContent?alt=sse", "/v1/models/g:generateContent?alt=sse"),
        ("gemini", None, "/models/g:generateContent", "/v1beta/models/g:generateContent"),
        ("gemini", None, "/v1alpha/models/g%3AcountTokens", "/v1alpha/models/g%3AcountTokens"),
        ("gemini", None, "/v1/chat/completions", "/v1beta/openai/chat/completions"),
        ("gemini", None, "/v1beta/openai/embeddings", "/v1beta/openai/embeddings"),
        ("gemini", "https://gw.example/v1beta/openai", "/v1/chat/completions", "/v1beta/openai/chat/completions"),
        ("gemini", None, "/upload/v1beta/files", "/upload/v1beta/files"),
        (
            "gemini",
            None,
            "/ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent",
            "/ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent",
        ),
        ("local", None, "/api/chat", "/api/chat"),
        ("local", None, "/v1/api/chat", "/api/chat"),
        ("local", None, "/v1//chat/completions", "/v1/chat/completions"),
        ("local", None, "/v1/messages", "/v1/messages"),
        ("local", "http://localhost:8000/v1", "/v1/chat/completions", "/v1/chat/completions"),
        ("local", "http://localhost:8000/api", "/api/chat", "/api/chat"),
        # custom
        ("x", "http://gpu.example:8000", "/v1/chat/completions", "/v1/chat/completions"),
        ("x", "http://gpu.example:8000/v1", "/v1/chat/completions", "/v1/chat/completions"),
        ("x", "http://gpu.example/team", "/v1/chat/completions", "/team/chat/completions"),
        ("x", "https://api.groq.com", "/v1/chat/completions", "/openai/v1/chat/completions"),
        ("x", "https://api.perplexity.ai", "/v1/chat/completions", "/chat/completions"),
        ("x", "https://openrouter.ai", "/v1/chat/completions", "/api/v1/chat/completions"),
        ("x", "https://api.deepseek.com/anthropic", "/v1/messages", "/anthropic/v1/messages"),
        ("x", "https://gw.example/v1", "/v1/messages", "/v1/messages"),
        ("x", "https://gw.example", "/v1beta/models/g:generateContent", "/v1beta/models/g:generateContent"),
        ("x", "https://gw.example/v1", "/v1beta/models/g:generateContent", "/v1/models/g:generateContent"),
        ("x", "http://gpu.example:11434", "/api/chat", "/api/chat"),
        ("x", "https://api.cohere.com", "/v2/chat", "/v2/chat"),
        ("x", "https://b.example", "/model/m%3A0/converse", "/model/m%3A0/converse"),
    ],
)
def test_join(name: str, base_url: str | None, path: str, expected: str) -> None:
    assert join(target(name, base_url), find_endpoint("POST", path), split_path(path)[1]) == expected


@pytest.mark.parametrize(
    ("name", "path", "expected"),
    [
        ("openai", "/v1/brand/new", "/v1/brand/new"),
        ("claude", "/api/oauth/profile", "/api/oauth/profile"),
        ("claude", "/v1/organizations/o", "/v1/organizations/o"),
    ],
)
def test_unknown_paths_keep_their_place(name: str, path: str, expected: str) -> None:
    assert join(target(name), find_endpoint("POST", path)) == expected


@pytest.mark.parametrize("path", ["/v1/../admin", "/v1/chat/completions/..", "/v1/%2E%2e/x/chat/completions"])
def test_dot_segments_are_refused(path: str) -> None:
    with pytest.raises(BadPath):
        join(target("openai"), find_endpoint("POST", path))


MODELS = ModelMap((("gpt-4*", "m 1"), ("claude:0", "b:1"), ("gpt-4o", "exact")))


@pytest.mark.parametrize(
    ("path", "rest", "model"),
    [
        ("/v1beta/models/gpt-4.1:generateContent", "models/m%201:generateContent", "m 1"),
        ("/v1beta/models/gpt-4o%3AgenerateContent", "models/exact%3AgenerateContent", "exact"),
        ("/v1beta/models/other:generateContent", "models/other:generateContent", "other"),
        ("/model/claude%3A0/converse", "model/b%3A1/converse", "b:1"),
        ("/model/other%3a0/converse", "model/other%3a0/converse", "other:0"),
        ("/openai/deployments/gpt-4o/chat/completions", "chat/completions", "exact"),
        ("/v1/chat/completions", "chat/completions", None),
    ],
)
def test_a_model_in_the_path_is_mapped(path: str, rest: str, model: str | None) -> None:
    endpoint = with_model(find_endpoint("POST", path), MODELS)
    assert (endpoint.rest, endpoint.model) == (rest, model)


BASES = [
    "https://api.openai.com/v1",
    "https://api.anthropic.com",
    "http://localhost:11434",
    "http://gw.example/a/b",
    "https://gw.example/v1beta",
]


@given(
    st.sampled_from([*BUILTIN, "custom"]),
    st.sampled_from(BASES),
    st.text("/ab.:%2v1@?#&=\\\u00e9", max_size=24),
    st.sampled_from(["/v1/chat/completions", "/v1/messages", "/api/chat", "/models/g:generateContent", "/x", ""]),
)
def test_join_never_leaves_the_base_url(name: str, base: str, noise: str, path: str) -> None:
    base = check_base_url(base)
    full = "/" + noise + path
    endpoint = find_endpoint("POST", full)
    query = split_path(full)[1]
    assume(not endpoint.dotted)
    joined = join(target(name, base), endpoint, query)
    where, found = split_path(joined)
    assert found == query
    base_path = target(name, base).base_path
    assert f"{where}/".startswith(f"/{base_path}/" if base_path else "/")
    assert "//" not in where
    assert not where.startswith("//")
    assert not any(segment in (".", "..") for segment in where.split("/"))
