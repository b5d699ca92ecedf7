"""Path shapes: each dialect by its own paths, near misses, and what is specific enough for an unknown host."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialects.endpoints import find_endpoint, is_llm_path
from dialects.registry import DIALECTS

# path (POST) -> dialect, rest
SHAPES = {
    # OpenAI, with and without prefixes
    "/v1/chat/completions": ("chat", "chat/completions"),
    "/chat/completions": ("chat", "chat/completions"),
    "/v1/v1/chat/completions": ("chat", "chat/completions"),
    "/v1//chat//completions": ("chat", "chat/completions"),
    "//v1/chat/completions/": ("chat", "chat/completions"),
    "/V1/Chat/Completions": ("chat", "Chat/Completions"),
    "/v1/chat/completions/cmpl-1/messages": ("chat", "chat/completions/cmpl-1/messages"),
    "/v1/chat/completions?a=/v1/messages": ("chat", "chat/completions"),
    "/openai/v1/chat/completions": ("chat", "chat/completions"),
    "/openai/deployments/my-gpt/chat/completions?api-version=2024-10-21": ("chat", "chat/completions"),
    "/models/chat/completions": ("chat", "chat/completions"),
    "/api/v1/chat/completions": ("chat", "chat/completions"),
    "/inference/v1/chat/completions": ("chat", "chat/completions"),
    "/compatibility/v1/chat/completions": ("chat", "chat/completions"),
    "/v1beta/openai/chat/completions": ("chat", "chat/completions"),
    "/v1/projects/p/locations/l/endpoints/openapi/chat/completions": ("chat", "chat/completions"),
    "/together/v1/chat/completions": ("chat", "chat/completions"),
    "/v1/agents/completions": ("chat", "agents/completions"),
    "/v1/responses": ("responses", "responses"),
    "/responses/compact": ("responses", "responses/compact"),
    "/v1/responses/input_tokens": ("responses", "responses/input_tokens"),
    "/backend-api/codex/responses": ("responses", "responses"),
    "/v1/conversations/c/items": ("conversations", "conversations/c/items"),
    "/v1/completions": ("completions", "completions"),
    "/v1/engines/copilot-codex/completions": ("completions", "completions"),
    "/v1/complete": ("completions", "complete"),
    "/v1/fim/completions": ("fim", "fim/completions"),
    "/v1/embeddings": ("embeddings", "embeddings"),
    "/v1/moderations": ("moderations", "moderations"),
    "/v1/chat/moderations": ("moderations", "chat/moderations"),
    "/v1/images/generations": ("images", "images/generations"),
    "/v1/audio/speech": ("speech", "audio/speech"),
    "/v1/audio/transcriptions": ("audio", "audio/transcriptions"),
    "/v1/videos": ("videos", "videos"),
    "/v1/files": ("files", "files"),
    "/v1/files/file-1/content": ("files", "files/file-1/content"),
    "/v1/uploads/u/parts": ("uploads", "uploads/u/parts"),
    "/v1/batches": ("batches", "batches"),
    "/v1/fine_tuning/jobs": ("fine-tuning", "fine_tuning/jobs"),
    "/v1/threads/t/messages": ("assistants", "threads/t/messages"),
    "/v1/vector_stores/vs/search": ("vector-stores", "vector_stores/vs/search"),
    "/v1/rerank": ("rerank", "rerank"),
    "/v1/ocr": ("ocr", "ocr"),
    "/v1/realtime": ("realtime", "realtime"),
    # Anthropic
    "/v1/messages": ("messages", "messages"),
    "/v1/messages?beta=true": ("messages", "messages"),
    "/v1/messages/count_tokens": ("messages", "messages/count_tokens"),
    "/v1/messages/batches": ("messages", "messages/batches"),
    "/anthropic/v1/messages": ("messages", "messages"),
    # Google, any version
    "/v1beta/models/gemini-2:generateContent": ("gemini", "models/gemini-2:generateContent"),
    "/v1/models/gemini-2:streamGenerateContent?alt=sse": ("gemini", "models/gemini-2:streamGenerateContent"),
    "/models/gemini-2:countTokens": ("gemini", "models/gemini-2:countTokens"),
    "/v1beta1/models/g%3AembedContent": ("gemini", "models/g%3AembedContent"),
    "/v1internal:streamGenerateContent": ("gemini", "v1internal:streamGenerateContent"),
    "/v1beta/cachedContents": ("gemini", "cachedContents"),
    "/v1beta/files": ("gemini", "files"),
    "/upload/v1beta/files": ("gemini", "files"),
    "/v1/projects/p/locations/l/publishers/google/models/g:generateContent": (
        "gemini",
        "projects/p/locations/l/publishers/google/models/g:generateContent",
    ),
    "/v1/projects/p/locations/l/publishers/anthropic/models/c:streamRawPredict": (
        "messages",
        "projects/p/locations/l/publishers/anthropic/models/c:streamRawPredict",
    ),
    "/v1/projects/p/locations/l/publishers/mistralai/models/m:rawPredict": (
        "chat",
        "projects/p/locations/l/publishers/mistralai/models/m:rawPredict",
    ),
    "/v1/projects/p/locations/l/publishers/google/models/text:predict": (
        "predict",
        "projects/p/locations/l/publishers/google/models/text:predict",
    ),
    "/ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent": (
        "gemini",
        "ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent",
    ),
    "/ws/google.cloud.aiplatform.v1.LlmBidiService/BidiGenerateContent": (
        "gemini",
        "ws/google.cloud.aiplatform.v1.LlmBidiService/BidiGenerateContent",
    ),
    # AWS
    "/model/anthropic.claude-3:0/invoke": ("bedrock-invoke", "model/anthropic.claude-3:0/invoke"),
    "/model/a%3A0/invoke-with-response-stream": ("bedrock-invoke", "model/a%3A0/invoke-with-response-stream"),
    "/model/x/converse": ("bedrock-converse", "model/x/converse"),
    "/model/arn%3Aaws%3Abedrock%2Fx/converse-stream": (
        "bedrock-converse",
        "model/arn%3Aaws%3Abedrock%2Fx/converse-stream",
    ),
    # Ollama, Cohere, llama.cpp, Hugging Face
    "/api/chat": ("ollama", "chat"),
    "/v1/api/chat": ("ollama", "chat"),
    "/api/api/generate": ("ollama", "generate"),
    "/api/embed": ("ollama", "embed"),
    "/api/show": ("ollama", "show"),
    "/v2/chat": ("cohere", "chat"),
    "/v1/chat": ("cohere", "chat"),
    "/v2/embed": ("cohere", "embed"),
    "/completion": ("llamacpp", "completion"),
    "/generate_stream": ("hf", "generate_stream"),
    # Near misses
    "/": ("unknown", ""),
    "/v1": ("unknown", ""),
    "/chat": ("unknown", "chat"),
    "/v1/chat/completionsx": ("unknown", "chat/completionsx"),
    "/v1/xchat/completions": ("unknown", "xchat/completions"),
    "/v1/message": ("unknown", "message"),
    "/v1/models/gpt-4": ("unknown", "models/gpt-4"),  # POST: no model list
    "/v1beta/models/g:generatecontents": ("gemini", "models/g:generatecontents"),  # Google's by its version
    "/models/g:destroy": ("unknown", "models/g:destroy"),
    "/model/x/invokes": ("unknown", "model/x/invokes"),
    "/converse": ("unknown", "converse"),
    "/apiary/chat": ("unknown", "apiary/chat"),
    "/v1/newthing/today": ("unknown", "newthing/today"),
}


@pytest.mark.parametrize("path", SHAPES)
def test_shape(path: str) -> None:
    endpoint = find_endpoint("POST", path)
    assert (endpoint.dialect, endpoint.rest) == SHAPES[path]


@pytest.mark.parametrize(
    ("method", "path", "dialect"),
    [
        ("GET", "/v1/models", "models"),
        ("GET", "/v1//models", "models"),
        ("GET", "/v1/models/gpt-4", "models"),
        ("DELETE", "/v1/models/ft:gpt:me", "models"),
        ("GET", "/v1beta/models", "gemini"),
        ("GET", "/v1beta/openai/models", "models"),
        ("GET", "/api/tags", "ollama"),
        ("GET", "/v1/responses/resp_1", "responses"),
        ("get", "/v1/models", "models"),
        ("GET", "/completion", "unknown"),
    ],
)
def test_shape_by_method(method: str, path: str, dialect: str) -> None:
    assert find_endpoint(method, path).dialect == dialect


@pytest.mark.parametrize(
    ("path", "version", "namespace", "model"),
    [
        ("/v1/chat/completions", "v1", "v1", None),
        ("/chat/completions", "", "", None),
        ("/v1beta/models/gemini-2:generateContent", "v1beta", "v1beta", "gemini-2"),
        ("/models/g%2Fx:generateContent", "", "", "g/x"),
        ("/upload/v1beta/files", "upload/v1beta", "v1beta", None),
        ("/v1beta/openai/models/x/chat/completions", "v1beta", "x", None),
        ("/openai/deployments/my%20gpt/chat/completions", "", "deployments", "my gpt"),
        ("/v1/engines/copilot-codex/completions", "v1", "engines", "copilot-codex"),
        ("/model/anthropic.claude-3%3A0/converse", "", "", "anthropic.claude-3:0"),
    ],
)
def test_what_else_a_path_tells(path: str, version: str, namespace: str, model: str | None) -> None:
    endpoint = find_endpoint("POST", path)
    assert (endpoint.version, endpoint.namespace, endpoint.model) == (version, namespace, model)


@pytest.mark.parametrize(
    "path", ["/v1/../chat/completions", "/v1/./models", "/v1/%2e%2E/x", "/a/..", "/a%2F..%2fb", "/a\\..\\b"]
)
def test_dot_segments_are_noticed(path: str) -> None:
    assert find_endpoint("POST", path).dotted


@pytest.mark.parametrize("path", ["/v1/...", "/v1/.well-known", "/v1/a..b", "/v1/x?..", "/v1/chat/completions?q=/../"])
def test_near_dot_segments(path: str) -> None:
    assert not find_endpoint("POST", path).dotted


LLM_PATHS = [
    "/v1/chat/completions",
    "/chat/completions",
    "/some/proxy/chat/completions",
    "/v1/messages",
    "/v1/messages/count_tokens",
    "/llm/v1/messages",
    "/v1/responses",
    "/v1beta/models/g:generateContent",
    "/x/models/g%3AstreamGenerateContent",
    "/api/chat",
    "/api/generate",
    "/api/embed",
    "/v1/completions",
    "/v1/embeddings",
    "/model/x/converse",
    "/model/x/invoke",
    "/v2/chat",
]
OTHER_PATHS = [
    "/",
    "",
    "/chat",
    "/v1/chat",
    "/files",
    "/v1/files",
    "/models",
    "/v1/models",
    "/responses",
    "/survey/responses",
    "/messages",
    "/inbox/messages",
    "/api/messages",
    "/completions",
    "/embeddings",
    "/api/create",
    "/api/version",
    "/api/tags",
    "/generate",
    "/v1/uploads",
    "/v1/threads/1/messages",
    "/models/x:predict",
    "/v1/images",
    "/chat/completion",
    "/xchat/completions/",
    "/search?q=/v1/chat/completions",
]


@pytest.mark.parametrize("path", LLM_PATHS)
def test_llm_path(path: str) -> None:
    assert is_llm_path("POST", path)
    assert not is_llm_path("GET", path)


@pytest.mark.parametrize("path", OTHER_PATHS)
def test_other_path(path: str) -> None:
    assert not is_llm_path("POST", path)


@pytest.mark.parametrize(
    ("path", "llm"),
    [
        ("/v1/realtime?model=x", True),
        ("/v1/responses", True),
        ("/ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent", True),
        ("/realtime", False),
        ("/ws/chat", False),
        ("/ws/other.v1", False),
    ],
)
def test_llm_path_of_a_websocket(path: str, llm: bool) -> None:
    assert is_llm_path("GET", path, upgrade=True) is llm
    assert not is_llm_path("GET", path)


@given(st.text(max_size=60), st.sampled_from(["GET", "POST", "PUT", "x"]))
def test_any_path_is_read(path: str, method: str) -> None:
    endpoint = find_endpoint(method, path)
    assert endpoint.dialect in DIALECTS
    assert endpoint.full.endswith(endpoint.rest)
    assert "//" not in endpoint.full
    is_llm_path(method, path)


@given(
    st.sampled_from(
        ["chat/completions", "responses", "messages", "models/g:generateContent", "embeddings", "images/edits"]
    ),
    st.lists(st.sampled_from(["v1", "openai", "v1beta", "inference"]), min_size=1, max_size=4),
    st.integers(1, 3),
)
def test_prefixes_and_slashes_change_nothing(rest: str, prefixes: list[str], slashes: int) -> None:
    path = ("/" * slashes).join(["", *prefixes, rest])
    assert find_endpoint("POST", path).rest == rest
    assert find_endpoint("POST", path).dialect == find_endpoint("POST", "/v1/" + rest).dialect
