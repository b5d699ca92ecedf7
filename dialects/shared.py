"""What most formats share: fields that are protected by name in every envelope, and OpenAI's shape of an error.

A deny-list: a field that a vendor adds tomorrow is masked on that day. A `Rule` says what becomes of the value under a
key of the *envelope* (the part of a request that the API defines). Below DATA no key name protects anything, because
the keys there are the user's. Field names are compared without case and underscores: `mediaType` is `media_type`.
Source of the rows: the vendors' API references.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from dialects.base import EACH_STRING, Dialect, Mode, PathRow, Reader, Rule, Turn, protect

# Objects whose `name` is an identifier of code, not of a person.
_TOOL_TYPES = (
    "function custom namespace tool_use server_tool_use mcp_tool_use function_call custom_tool_call mcp_call "
    "mcp_approval_request tool_search_call tool_search_tool json_schema computer mcp function_call_output tool "
    "custom_tool_call_output allowed_tools"
)
_TOOL_KEYS = (
    "function functions function_call functionCall functionCalls functionResponse functionResponses "
    "functionDeclarations tools tool toolSpec toolUse tool_choice toolChoice json_schema toolCall toolResponse "
    "mcp_servers allowed_tools allowedFunctionNames"
)

# Protected by name in every envelope.
COMMON: tuple[Rule, ...] = (
    *protect(
        Mode.KEEP_LEAF,
        "model id call_id tool_call_id tool_use_id prompt_cache_key previous_response_id conversation_id "
        "parent_message_id message_id file_id vector_store_ids file_ids mime_type media_type role type status object "
        "include response_id connector_id custom_id",
    ),
    *protect(
        Mode.CIPHER,
        "signature thought_signature encrypted_content encrypted_index encrypted_stdout redacted_content file_uri",
    ),
    # What the vendor hands on to a tool server: its address, its keys.
    *protect(Mode.CREDENTIAL, "authorization authorization_token server_url"),
    # Numbers of the protocol that may have many digits.
    *protect(Mode.KEEP_LEAF, "seed created created_at expires_at timestamp create_time update_time"),
    *protect(
        Mode.KEEP,
        "cache_control cache_point copilot_cache_control tool_choice logit_bias safety_settings "
        "internal_chat_message_metadata_passthrough",
    ),
    *protect(
        Mode.TOKEN,
        "format detail encoding_format audio_format input_audio_format output_audio_format output_format input_type "
        "response_mime_type effort reasoning_effort verbosity service_tier truncation truncate quality size style "
        "background modalities response_modalities output_modalities embedding_types outcome mode threshold category "
        "finish_reason stop_reason syntax content_type task_type tool_calls_mode summary_format ttl event kind action "
        "operator safety_mode thinking_level media_resolution completion_window endpoint method op phase timezone "
        "voice language search_context_size strategy",
    ),
    *protect(Mode.TOKEN, "summary", under="reasoning"),
    *protect(Mode.KEEP_LEAF, "name", under=_TOOL_KEYS),
    *protect(Mode.KEEP_LEAF, "name", types=_TOOL_TYPES),
    *protect(Mode.KEEP_LEAF, "namespace tool_name allowed_function_names"),
    *protect(Mode.CREDENTIAL, "url", under="mcp_servers"),
    *protect(Mode.CREDENTIAL, "headers", types="mcp"),
    *protect(Mode.ENVELOPE, "data", types="text"),  # a plain-text source says `text/plain` and is not base64
    *protect(Mode.MEDIA, "data", beside="media_type mime_type format"),
    *protect(Mode.MEDIA, "file_data"),
    # Elsewhere `parameters` are values, not a schema: Vertex `:predict`, Hugging Face tasks, `cohere` tool calls.
    *protect(Mode.SCHEMA, "parameters", under="function functions functionDeclarations tools tool"),
    *protect(Mode.SCHEMA, "input_schema parameters_json_schema response_schema response_json_schema"),
    *protect(Mode.SCHEMA, "schema", under="json_schema format text response_format output_format output_config"),
    *protect(Mode.SCHEMA, "output_schema"),
    *protect(Mode.SEALED, "definition", under="format"),
    *protect(
        Mode.DATA,
        "arguments args metadata client_metadata variables documents request_metadata env structured_content "
        "attributes",
    ),
)

# Endpoints whose text stands in a few plain fields: the envelope rules are enough.
FIELDS: tuple[Rule, ...] = (
    *protect(Mode.SEALED, "grammar"),
    *protect(Mode.KEEP_LEAF, "voice language purpose"),
    *COMMON,
)


def openai_error(status: int, code: str, message: str) -> Any:
    """`{"error": {"message", "type", "param", "code"}}`: OpenAI's API reference, and whoever copied it."""
    kind = "invalid_request_error" if status < 500 else "server_error"
    return {"error": {"message": message, "type": kind, "param": None, "code": code}}


def plain_dialect(
    name: str,
    paths: tuple[PathRow, ...] = (),
    *,
    home: str = "",
    prefix: str | None = None,
    rules: tuple[Rule, ...] = FIELDS,
    google_methods: dict[str, bool] | None = None,
    events: Reader = EACH_STRING,
    turns: Callable[[dict[str, Any]], Iterator[Turn]] | None = None,
) -> Dialect:
    """A format without a system prompt or a conversation, with OpenAI's errors."""
    return Dialect(
        name=name,
        paths=paths,
        google_methods=google_methods or {},
        home=home,
        prefix=prefix,
        rules=rules,
        kept_texts=None,
        kept_under=frozenset(),
        kept_fields=frozenset(),
        note=None,
        events=events,
        turns=turns,
        error=openai_error,
        document_part=None,
    )


def needs_a_person(code: str) -> bool:
    """Whether an error must be said at once: the Profiler is down, broken or masks nothing. Clients that then try
    again in silence hide the reason from the one who can mend it. A queue that is full empties by itself."""
    return code.startswith("faasera_profiler_")
