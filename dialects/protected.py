"""Table: which leaves of each wire format are not text. Everything else is.

A deny-list: a field that a vendor adds tomorrow is masked on that day. A `Rule` says what becomes of the value under a
key of the *envelope* (the part of a request that the API defines). Below DATA no key name protects anything, because
the keys there are the user's. Field names are compared without case and underscores: `mediaType` is `media_type`.
Source of the rows: the vendors' API references, as collected in wire-formats.md.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto
from functools import cache, lru_cache


class Mode(Enum):
    """What the walker does with a value."""

    ENVELOPE = auto()  # key rules apply; strings are text
    DATA = auto()  # the user's: strings are text, keys and numbers are looked at too
    SCHEMA = auto()  # a JSON Schema: descriptions are text, defaults and examples are data, keywords stay
    KEEP = auto()  # protected, the whole subtree, as far as it holds ids and enums: a sentence in it is text
    SEALED = auto()  # protected whatever it holds, the whole subtree: signatures, ciphertext, grammars, credentials
    SCHEMA_WORD = auto()  # a word of a JSON Schema that a validator compares: stays
    TOKEN = auto()  # a choice that the API offers (`wav`, `auto`): kept if it is one word, text otherwise
    KEEP_LEAF = auto()  # as KEEP for a scalar or a list of scalars; an object under it is envelope again
    MEDIA = auto()  # a file in base64 or a data URL, judged by its content


@dataclass(frozen=True, slots=True)
class Rule:
    """One row. `under`: keys (normalised) one of which must enclose it; `types`: values of the object's own `type`."""

    key: str
    mode: Mode
    under: frozenset[str] = frozenset()
    types: frozenset[str] = frozenset()
    beside: frozenset[str] = frozenset()  # the object must also hold one of these keys


# Compared by identity: hashing the whole table for each key of a request would cost more than the rest of the walk.
@dataclass(frozen=True, slots=True, eq=False)
class Dialect:
    """A wire format. `kept_texts`: texts under one of the keys `kept_under` that are of this shape are kept, whoever
    wrote them. `free`: nobody knows its fields, so a key may tell what its value is everywhere."""

    name: str
    rules: tuple[Rule, ...]
    kept_texts: re.Pattern[str] | None = None
    kept_under: frozenset[str] = frozenset()
    model_key: str = "model"
    free: bool = False

    def rules_for(self, key: str) -> tuple[Rule, ...]:
        """The rows of a key as it was spelled, in table order."""
        return _rules_for(self, key)


def normal(key: str) -> str:
    """`mimeType` and `mime_type` are one name: google-genai mixes both in one request."""
    return key.replace("_", "").lower()


@cache
def _by_key(dialect: Dialect) -> dict[str, tuple[Rule, ...]]:
    table: dict[str, list[Rule]] = {}
    for rule in dialect.rules:
        table.setdefault(normal(rule.key), []).append(rule)
    return {key: tuple(rules) for key, rules in table.items()}


@lru_cache(8192)
def _rules_for(dialect: Dialect, key: str) -> tuple[Rule, ...]:
    return _by_key(dialect).get(normal(key), ())


def _rows(mode: Mode, keys: str, *, under: str = "", types: str = "", beside: str = "") -> tuple[Rule, ...]:
    def names(text: str) -> frozenset[str]:
        return frozenset(normal(name) for name in text.split())

    return tuple(Rule(key, mode, names(under), frozenset(types.split()), names(beside)) for key in keys.split())


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

# wire-formats.md section 9: protected by name in every envelope.
_COMMON = (
    *_rows(
        Mode.KEEP_LEAF,
        "model id call_id tool_call_id tool_use_id prompt_cache_key previous_response_id conversation_id "
        "parent_message_id message_id file_id vector_store_ids file_ids mime_type media_type role type status object "
        "include response_id connector_id custom_id",
    ),
    *_rows(
        Mode.SEALED,
        "signature thought_signature encrypted_content encrypted_index encrypted_stdout redacted_content file_uri "
        "authorization authorization_token server_url",
    ),
    # Numbers of the protocol that may have many digits.
    *_rows(Mode.KEEP_LEAF, "seed created created_at expires_at timestamp create_time update_time"),
    *_rows(
        Mode.KEEP,
        "cache_control cache_point copilot_cache_control tool_choice logit_bias safety_settings "
        "internal_chat_message_metadata_passthrough",
    ),
    *_rows(
        Mode.TOKEN,
        "format detail encoding_format audio_format input_audio_format output_audio_format output_format input_type "
        "response_mime_type effort reasoning_effort verbosity service_tier truncation truncate quality size style "
        "background modalities response_modalities output_modalities embedding_types outcome mode threshold category "
        "finish_reason stop_reason syntax content_type task_type tool_calls_mode summary_format ttl event kind action "
        "operator safety_mode thinking_level media_resolution completion_window endpoint method op phase timezone "
        "voice language search_context_size strategy",
    ),
    *_rows(Mode.TOKEN, "summary", under="reasoning"),
    *_rows(Mode.KEEP_LEAF, "name", under=_TOOL_KEYS),
    *_rows(Mode.KEEP_LEAF, "name", types=_TOOL_TYPES),
    *_rows(Mode.KEEP_LEAF, "namespace tool_name allowed_function_names"),
    *_rows(Mode.SEALED, "url", under="mcp_servers"),
    *_rows(Mode.SEALED, "headers", types="mcp"),
    *_rows(Mode.ENVELOPE, "data", types="text"),  # a plain-text source says `text/plain` and is not base64
    *_rows(Mode.MEDIA, "data", beside="media_type mime_type format"),
    *_rows(Mode.MEDIA, "file_data"),
    # Elsewhere `parameters` are values, not a schema: Vertex `:predict`, Hugging Face tasks, `cohere` tool calls.
    *_rows(Mode.SCHEMA, "parameters", under="function functions functionDeclarations tools tool"),
    *_rows(Mode.SCHEMA, "input_schema parameters_json_schema response_schema response_json_schema"),
    *_rows(Mode.SCHEMA, "schema", under="json_schema format text response_format output_format output_config"),
    *_rows(Mode.SCHEMA, "output_schema"),
    *_rows(Mode.SEALED, "definition", under="format"),
    *_rows(
        Mode.DATA,
        "arguments args metadata client_metadata variables documents request_metadata env structured_content "
        "attributes",
    ),
)

CHAT = Dialect(
    "chat",
    (
        *_rows(Mode.SEALED, "data", types="reasoning.encrypted"),
        *_rows(Mode.MEDIA, "data", under="input_audio"),
        *_rows(Mode.DATA, "data", under="document documents"),
        *_rows(Mode.KEEP_LEAF, "name", under="custom"),
        *_rows(Mode.SEALED, "grammar lark regex", under="format custom grammar"),
        *_rows(Mode.DATA, "parameters outputs", under="tool_results call"),
        *_COMMON,
    ),
)

RESPONSES = Dialect(
    "responses",
    (
        *_rows(Mode.MEDIA, "data", under="input_audio"),
        *_rows(Mode.MEDIA, "audio", types="input_audio_buffer.append input_audio output_audio audio"),
        *_rows(Mode.MEDIA, "result", types="image_generation_call"),
        *_rows(Mode.KEEP_LEAF, "item_id previous_item_id event_id response_ids reasoning_id"),
        *_rows(Mode.KEEP_LEAF, "conversation reasoning_effort"),
        *_rows(Mode.DATA, "operation action queries"),
        *_COMMON,
    ),
)

MESSAGES = Dialect(
    "messages",
    (
        # Signed by the model, or encrypted. The signature covers these fields: whatever else stands there is text.
        *_rows(Mode.SEALED, "thinking", types="thinking", beside="signature"),
        *_rows(Mode.SEALED, "data", types="redacted_thinking"),
        *_rows(Mode.DATA, "input", types="tool_use server_tool_use mcp_tool_use"),
        *_rows(Mode.KEEP_LEAF, "container"),
        *_rows(Mode.KEEP_LEAF, "anthropic_version anthropic_beta"),
        *_COMMON,
    ),
    # Claude Code's first system block carries a hash over the body (CLIProxyAPI#2517): `key=value;` pairs, no prose.
    kept_texts=re.compile(r"x-anthropic-billing-header:(?: ?[\w.-]{1,40}=[\w.:/+=-]{0,80};?){1,12} ?"),
    kept_under=frozenset({"system"}),
)

GEMINI = Dialect(
    "gemini",
    (
        *_rows(Mode.DATA, "response", under="functionResponse functionResponses toolResponse"),
        *_rows(Mode.KEEP_LEAF, "cached_content"),
        *_rows(Mode.KEEP_LEAF, "project user_prompt_id session_id"),
        *_COMMON,
    ),
)

BEDROCK_CONVERSE = Dialect(
    "bedrock-converse",
    (
        *_rows(Mode.DATA, "input", under="toolUse"),
        *_rows(Mode.DATA, "json", under="toolResult"),
        *_rows(Mode.SCHEMA, "json", under="inputSchema"),
        *_rows(Mode.DATA, "additional_model_request_fields prompt_variables"),
        *_rows(Mode.MEDIA, "bytes"),
        *_rows(Mode.SEALED, "text", under="reasoning_text", beside="signature"),
        *_COMMON,
    ),
)

OLLAMA = Dialect(
    "ollama",
    (
        *_rows(Mode.MEDIA, "images"),
        *_rows(Mode.KEEP, "options"),
        *_rows(Mode.SCHEMA, "format"),
        *_rows(Mode.KEEP_LEAF, "keep_alive digest"),
        *_COMMON,
    ),
)

COHERE = Dialect(
    "cohere",
    (
        *_rows(Mode.KEEP_LEAF, "connectors"),
        *_rows(Mode.KEEP_LEAF, "name", under="call"),
        *_rows(Mode.DATA, "data", under="document documents"),
        *_rows(Mode.DATA, "parameters outputs", under="tool_results call tool_calls"),
        *_rows(Mode.MEDIA, "images"),
        *_COMMON,
    ),
)

# Endpoints whose text stands in a few plain fields: the envelope rules are enough.
FIELDS = Dialect("fields", (*_rows(Mode.SEALED, "grammar"), *_rows(Mode.KEEP_LEAF, "voice language purpose"), *_COMMON))

# Tasks over anything: a table of Hugging Face may have a column `id`, an instance of Vertex a field `status`.
TASKS = Dialect("tasks", (*_rows(Mode.DATA, "inputs instances"), *FIELDS.rules))

# A line of a batch file is a request of one of these, in an object with `custom_id`.
BATCH = Dialect(
    "batch",
    tuple(dict.fromkeys((*CHAT.rules, *RESPONSES.rules, *MESSAGES.rules))),
)

WEB = Dialect(
    "web",
    (
        *_rows(Mode.SEALED, "asset_pointer"),
        *_rows(Mode.KEEP_LEAF, "author_id turn_exchange_id websocket_request_id"),
        *_COMMON,
    ),
)

UNKNOWN = Dialect("unknown", _COMMON, free=True)

_FIELD_NAMES = (
    "completions embeddings moderations images audio files rerank models fim ocr assistants vector-stores "
    "conversations llamacpp speech videos decisions uploads fine-tuning"
)

DIALECTS: dict[str, Dialect] = {
    dialect.name: dialect for dialect in (CHAT, RESPONSES, MESSAGES, GEMINI, BEDROCK_CONVERSE, OLLAMA, COHERE, UNKNOWN)
} | {
    "bedrock-invoke": MESSAGES,
    "realtime": RESPONSES,
    "web-chatgpt": WEB,
    "web-claude": WEB,
    "web-gemini": WEB,
    "batches": BATCH,
    "hf": TASKS,
    "predict": TASKS,
    **dict.fromkeys(_FIELD_NAMES.split(), FIELDS),
}


def dialect_named(name: str) -> Dialect:
    """The row of a dialect name as `routing` gives it. An unknown name is walked by the common rules."""
    return DIALECTS.get(name, UNKNOWN)
