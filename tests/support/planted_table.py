"""Planted bodies of field-list endpoints and consumer back ends, and the whole table."""

from __future__ import annotations

from tests.support.planted import (
    ANTHROPIC_BATCH,
    BEDROCK,
    CHAT,
    COHERE,
    COUNT_TOKENS,
    GEMINI,
    GEMINI_OTHERS,
    GEMINI_STREAM,
    KEPT,
    MESSAGES,
    OLLAMA,
    PLANT,
    RESPONSES,
    RESPONSES_BODY,
    args,
    number,
    planted,
)

FIELDS = [
    planted("completions", "completions", "/v1/completions", {"model": KEPT, "prompt": [PLANT, PLANT], "suffix": PLANT}),
    planted("copilot", "completions", "/v1/engines/copilot/completions",
            {"prompt": PLANT, "suffix": PLANT, "extra": {"context": [PLANT]}, "nwo": PLANT}, "copilot-proxy.githubusercontent.com"),
    planted("fim", "fim", "/v1/fim/completions", {"model": KEPT, "prompt": PLANT, "suffix": PLANT}, "api.mistral.ai", gateway=False),
    planted("embeddings", "embeddings", "/v1/embeddings", {"model": KEPT, "input": [PLANT], "user": PLANT}),
    planted("token lists", "embeddings", "/v1/embeddings", {"model": KEPT, "input": [[1, 2, 3]], "user": PLANT}),
    planted("moderations", "moderations", "/v1/moderations", {"input": [{"type": "text", "text": PLANT}]}),
    planted("images", "images", "/v1/images/generations", {"prompt": PLANT, "negative_prompt": PLANT, "size": "1024x1024"}),
    planted("videos", "videos", "/v1/videos", {"prompt": PLANT}),
    planted("speech", "speech", "/v1/audio/speech", {"model": KEPT, "voice": KEPT, "input": PLANT, "instructions": PLANT}),
    planted("rerank", "rerank", "/v1/rerank",
            {"query": PLANT, "documents": [PLANT, {"text": PLANT, "id": PLANT}], "instruction": PLANT}, "api.together.xyz", gateway=False),
    planted("ocr", "ocr", "/v1/ocr", {"document": {"type": "document_url", "document_url": f"https://x.example/{PLANT}",
            "document_name": PLANT}}, "api.mistral.ai", gateway=False),
    planted("hf", "hf", "/models/some/model", {"inputs": {"question": PLANT, "context": PLANT}, "parameters": {"candidate_labels": [PLANT]}},
            "api-inference.huggingface.co", gateway=False),
    planted("assistants", "assistants", "/v1/threads/runs", {
        "assistant_id": "asst_1", "instructions": PLANT, "additional_instructions": PLANT, "metadata": {"id": PLANT},
        "thread": {"messages": [{"role": "user", "content": PLANT}]}, "additional_messages": [{"role": "user", "content": [{"type": "text", "text": PLANT}]}]}),
    planted("tool outputs", "assistants", "/v1/threads/t/runs/r/submit_tool_outputs",
            {"tool_outputs": [{"tool_call_id": KEPT, "output": args({"id": PLANT})}]}),
    planted("vector search", "vector-stores", "/v1/vector_stores/v/search", {"query": PLANT, "filters": {"type": "eq", "key": "k", "value": PLANT}}),
    planted("conversations", "conversations", "/v1/conversations", {"items": [{"type": "message", "role": "user", "content": PLANT}], "metadata": {"id": PLANT}}),
    planted("compact", "responses", "/v1/responses/compact", RESPONSES_BODY),
    planted("input tokens", "responses", "/v1/responses/input_tokens", RESPONSES_BODY),
    planted("decisions", "decisions", "/v1/decisions", {"input": PLANT, "questions": [{"question": PLANT}]}),
    planted("evals", "unknown", "/v1/evals", {"name": PLANT, "data_source_config": {"metadata": {"id": PLANT}}}),
    planted("batch create", "batches", "/v1/batches", {"input_file_id": "file-1", "endpoint": "/v1/responses", "metadata": {"id": PLANT}}),
    planted("azure", "chat", "/openai/deployments/d/chat/completions?api-version=2024-10-21", {
        "messages": [{"role": "user", "content": PLANT}],
        "data_sources": [{"type": "azure_search", "parameters": {"role_information": PLANT}}]}, "x.openai.azure.com", gateway=False),
    planted("dashscope", "unknown", "/api/v1/services/aigc/text-generation/generation",
            {"input": {"messages": [{"role": "user", "content": PLANT}]}, "parameters": {"prompt": PLANT, "stop": [PLANT]}},
            "dashscope.aliyuncs.com", gateway=False),
    planted("tomorrow", "unknown", "/v1/brand_new_endpoint", {"deep": [{"er": {"id": KEPT, "text": PLANT}}]}),
]  # fmt: skip

WEB = [
    planted("chatgpt conversation", "web-chatgpt", "/backend-api/f/conversation", {
        "action": "next", "model": KEPT, "conversation_id": KEPT, "parent_message_id": KEPT,
        "messages": [{"id": KEPT, "author": {"role": "user"}, "create_time": number("1716480000.123"), "content": {
            "content_type": "multimodal_text", "parts": [PLANT, {"content_type": "image_asset_pointer", "asset_pointer": KEPT}]},
            "metadata": {"attachments": [{"id": "file-1", "name": PLANT}]}}]}, "chatgpt.com", gateway=False),
    planted("chatgpt prepare", "web-chatgpt", "/backend-api/f/conversation/prepare", {
        "partial_query": {"id": KEPT, "content": {"content_type": "text", "parts": [PLANT]}}}, "chatgpt.com", gateway=False),
    planted("chatgpt instructions", "web-chatgpt", "/backend-api/user_system_messages",
            {"about_user_message": PLANT, "about_model_message": PLANT}, "chatgpt.com", gateway=False),
    planted("chatgpt file slot", "web-chatgpt", "/backend-api/files", {"file_name": PLANT, "file_size": 1234567}, "chatgpt.com", gateway=False),
    planted("codex login", "responses", "/backend-api/codex/responses", RESPONSES_BODY, "chatgpt.com", gateway=False),
    planted("claude.ai", "web-claude", "/api/organizations/o/chat_conversations/c/completion", {
        "prompt": PLANT, "parent_message_uuid": "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b", "timezone": "Europe/Berlin",
        "attachments": [{"file_name": PLANT, "extracted_content": PLANT}], "personalized_styles": [{"type": "default", "prompt": PLANT}]},
        "claude.ai", gateway=False),
    planted("claude.ai title", "web-claude", "/api/organizations/o/chat_conversations/c/title", {"message_content": PLANT}, "claude.ai", gateway=False),
    planted("perplexity", "unknown", "/rest/sse/perplexity_ask", {"query_str": PLANT, "params": {"dsl_query": PLANT}}, "www.perplexity.ai", gateway=False),
    planted("grok", "unknown", "/rest/app-chat/conversations/new", {"message": PLANT, "customInstructions": PLANT}, "grok.com", gateway=False),
    planted("deepseek", "unknown", "/api/v0/chat/completion", {"prompt": PLANT, "chat_session_id": "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b"},
            "chat.deepseek.com", gateway=False),
    planted("mistral", "unknown", "/api/trpc/message.newChat?batch=1", {"0": {"json": {"content": [{"type": "text", "text": PLANT}]}}},
            "chat.mistral.ai", gateway=False),
    planted("poe", "unknown", "/api/gql_POST", {"queryName": "sendMessage", "variables": {"query": PLANT}}, "poe.com", gateway=False),
]  # fmt: skip

ALL = [CHAT, RESPONSES, MESSAGES, COUNT_TOKENS, ANTHROPIC_BATCH, GEMINI, GEMINI_STREAM, *GEMINI_OTHERS, *BEDROCK,
       *OLLAMA, *COHERE, *FIELDS, *WEB]  # fmt: skip
