"""AWS Bedrock: Converse, which has a shape of its own, and InvokeModel, which takes the vendor's (Anthropic's)."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from dialects.base import EACH_STRING, Dialect, Mode, Turn, paths, protect
from dialects.document_shapes import Change, Place, kept
from dialects.messages import MESSAGES
from dialects.messages import note as messages_note
from dialects.shared import COMMON
from dialects.shown_turns import of_contents, of_messages
from dialects.system_prompt import PromptBody


def error(_status: int, code: str, message: str) -> Any:
    """`{"message"}`: the exceptions of AWS's REST protocol."""
    return {"message": message, "code": code}


def _invoke_note(body: PromptBody) -> str:
    """With Anthropic's body; other vendors' bodies have the same names for other shapes."""
    return messages_note(body) if "anthropic_version" in body.members(body.root) else body.source


def _document(place: Place, text: str, _is_file: Callable[[str], bool]) -> Sequence[Change] | None:
    """A Converse `document` keeps its name, and is a `txt`."""
    if place.key(0) != "bytes" or place.key(1) != "source":
        return None
    if place.key(2) == "document":
        return [Change(1, "txt", "format"), Change(0, base64.b64encode(text.encode()).decode(), "bytes")]
    if place.key(2) in ("image", "video", "audio"):
        return [Change(2, {"text": text, **kept(place.object(2))})]
    return None


def _turns(doc: dict[str, Any]) -> Iterator[Turn]:
    yield from of_contents("system", doc.get("system"))
    yield from of_messages(doc.get("messages"))
    output = doc.get("output")
    yield from of_messages(output.get("message") if isinstance(output, dict) else None, "assistant")


CONVERSE = Dialect(
    name="bedrock-converse",
    paths=(
        *paths("model/*/converse model/*/converse-stream", llm=True),
        *paths("model/*/count-tokens guardrail/*/version/*/apply"),
    ),
    google_methods={},
    home="",
    prefix="",
    rules=(
        *protect(Mode.DATA, "input", under="toolUse"),
        *protect(Mode.DATA, "json", under="toolResult"),
        *protect(Mode.SCHEMA, "json", under="inputSchema"),
        *protect(Mode.DATA, "additional_model_request_fields prompt_variables"),
        *protect(Mode.MEDIA, "bytes"),
        *protect(Mode.SEALED, "text", under="reasoning_text", beside="signature"),
        *COMMON,
    ),
    kept_texts=None,
    kept_under=frozenset(),
    kept_fields=frozenset(),
    note=None,
    events=EACH_STRING,  # converse-stream has a binary framing of its own: it passes as it is
    turns=_turns,
    error=error,
    document_part=_document,
)

INVOKE = replace(
    MESSAGES,
    name="bedrock-invoke",
    paths=(
        *paths("model/*/invoke model/*/invoke-with-response-stream", llm=True),
        *paths("model/*/invoke-with-bidirectional-stream async-invoke/**"),
    ),
    google_methods={},
    home="",
    prefix="",
    note=_invoke_note,
    error=error,
)
