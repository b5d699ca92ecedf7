"""Google's generateContent, the same wrapped in `request` and `response` (Code Assist), and Live messages; and
`:predict` of Vertex AI, which takes anything."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from dialects.base import ALL, EACH_STRING, Dialect, Mode, Path, Reader, Reading, Turn, at, items, paths, protect
from dialects.document_shapes import Change, Place, kept
from dialects.shared import COMMON, FIELDS, needs_a_person, openai_error
from dialects.shown_turns import of_messages, of_tools
from dialects.system_prompt import Place as PromptPlace
from dialects.system_prompt import PromptBody


def _read(root: dict[str, Any]) -> Reading:
    reading = Reading()
    for prefix in ((), ("response",)):
        for place, candidate in items(root, *prefix, "candidates"):
            index = str(candidate.get("index", place[-1]))
            _parts(reading, place, candidate, "content", index)
            if candidate.get("finishReason") is not None:
                reading.ends.append((index,))
    _live(reading, root)
    if "error" in root:
        reading.ends.append(ALL)
    return reading


def _parts(reading: Reading, place: Path, owner: dict[str, Any], key: str, index: str) -> None:
    """Text parts are one stream; a part of another kind (thoughts apart) comes after all text before it."""
    for part_place, part in items(owner, key, "parts"):
        if part.get("thought") is True:
            continue
        where = (*place, *part_place)
        if type(part.get("text")) is str:
            reading.deltas.append(((*where, "text"), (index, "text")))
        elif type(part.get("functionCall")) is dict:
            reading.ends.append((index, "text"))
            _partial(reading, where, part["functionCall"], index)
        else:
            reading.ends.append((index, "text"))


def _partial(reading: Reading, where: Path, call: dict[str, Any], index: str) -> None:
    """Arguments that stream: `partialArgs[]` with a `jsonPath`, and `willContinue` while a string goes on."""
    for place, piece in items(call, "partialArgs"):
        channel = (index, "args", str(call.get("id", "")), str(piece.get("jsonPath", "")))
        reading.calls.append((channel, str(call.get("name", ""))))
        if type(piece.get("stringValue")) is str:
            reading.deltas.append(((*where, "functionCall", *place, "stringValue"), channel))
        if piece.get("willContinue") is not True:
            reading.ends.append(channel)


def _live(reading: Reading, root: dict[str, Any]) -> None:
    content = root.get("serverContent")
    if type(content) is not dict:
        if "toolCall" in root or "goAway" in root:
            reading.ends.append(ALL)
        return
    _parts(reading, ("serverContent",), content, "modelTurn", "live")
    for name in ("outputTranscription", "inputTranscription"):
        if type(at(content, name, "text")) is str:
            reading.deltas.append((("serverContent", name, "text"), (name,)))
    if content.get("turnComplete") is True or content.get("generationComplete") is True or content.get("interrupted"):
        reading.ends.append(ALL)


def _note(body: PromptBody, owner: PromptPlace | None = None, needs: str = "contents") -> str:
    """generateContent, the same below `request` (Code Assist), and the set-up of a Live session."""
    owner = owner or body.root
    members = body.members(owner)
    for inner, key in (("request", "contents"), ("setup", "model")):
        if inner in members and needs not in members:
            return _note(body, members[inner], key)
    if needs not in members or not {"cachedContent", "cached_content"}.isdisjoint(members):
        return body.source  # a cached prompt has the note since it was cached, and takes no second one
    key = next((key for key in ("systemInstruction", "system_instruction") if key in members), "")
    if not key or body.value(members[key]) is None:
        return body.as_member(owner, key or "systemInstruction", f'{{"parts": [{body.part}]}}')
    if isinstance(body.value(members[key]), str):
        return body.at_end_of_string(members[key])
    return body.into(members[key], "parts", new=f"[{body.part}]", block=body.part)


def _document(place: Place, text: str, _is_file: Callable[[str], bool]) -> Sequence[Change] | None:
    """`inlineData` becomes a text part; what a function returns has no text parts, and stays inline data."""
    if place.key(0) != "data" or place.key(1) not in ("inlineData", "inline_data"):
        return None
    if any(key in ("functionResponse", "function_response") for key in place.keys):
        kind = "mimeType" if "mimeType" in place.object(0) else "mime_type"
        return [Change(0, "text/plain", kind), Change(0, base64.b64encode(text.encode()).decode(), "data")]
    return [Change(1, {"text": text, **kept(place.object(1))})]


def _turns(doc: dict[str, Any]) -> Iterator[Turn]:
    for wrapper in ("request", "response"):  # Code Assist wraps both
        if isinstance(doc.get(wrapper), dict):
            doc = doc[wrapper]
    yield from of_tools(doc.get("tools"))
    yield from of_messages(doc.get("systemInstruction", doc.get("system_instruction")), "system")
    yield from of_messages(doc.get("contents"))
    for candidate in doc["candidates"] if isinstance(doc.get("candidates"), list) else []:
        if isinstance(candidate, dict):
            yield from of_messages(candidate.get("content"), "model")


# Gemini CLI shows the message at once when it would have to wait longer than five minutes, and else tries again in
# silence (0.61.0: classifyGoogleError). The Gen AI SDKs do not read it.
_NOT_SOON = "600s"
_STATES = {
    400: "INVALID_ARGUMENT",
    413: "INVALID_ARGUMENT",
    415: "INVALID_ARGUMENT",
    422: "FAILED_PRECONDITION",
    426: "FAILED_PRECONDITION",
    502: "UNAVAILABLE",
    503: "UNAVAILABLE",
    504: "DEADLINE_EXCEEDED",
}


def error(status: int, code: str, message: str) -> Any:
    """`{"error": {"code", "message", "status"}}`: Google's API design guide."""
    state = _STATES.get(status, "INTERNAL")
    detail = {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": code.upper(), "domain": "faasera"}
    details = [detail]
    if needs_a_person(code):
        details.append({"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": _NOT_SOON})
    return {"error": {"code": status, "message": message, "status": state, "details": details}}


GEMINI = Dialect(
    name="gemini",
    paths=paths("cachedcontents/** tunedmodels/** corpora/** filesearchstores/** interactions/** operations/**"),
    google_methods={
        "generatecontent": True,
        "streamgeneratecontent": True,
        **dict.fromkeys(
            [
                "counttokens",
                "computetokens",
                "embedcontent",
                "batchembedcontents",
                "batchgeneratecontent",
                "asyncbatchembedcontent",
                "bidigeneratecontent",
                "generateanswer",
            ],
            False,
        ),
    },
    home="gemini",
    prefix="asked:v1beta",
    rules=(
        *protect(Mode.DATA, "response", under="functionResponse functionResponses toolResponse"),
        *protect(Mode.KEEP_LEAF, "cached_content"),
        *protect(Mode.KEEP_LEAF, "project user_prompt_id session_id"),
        *COMMON,
    ),
    kept_texts=None,
    kept_under=frozenset(),
    kept_fields=frozenset(),
    note=_note,
    # `jsonPath` and `id` say where a piece of an argument belongs; `name` is needed to make sense of the call.
    events=Reader(
        _read, frozenset({"index", "role", "jsonPath", "willContinue", "id", "name"}), answers=True, array=True
    ),
    turns=_turns,
    error=error,
    document_part=_document,
)

PREDICT = replace(
    GEMINI,
    name="predict",
    paths=(),
    google_methods=dict.fromkeys(("predict", "predictlongrunning", "serverstreamingpredict"), False),
    # An instance may have a field `status`, or any other name that protects elsewhere.
    rules=(*protect(Mode.DATA, "inputs instances"), *FIELDS),
    note=None,
    events=EACH_STRING,
    turns=None,
    error=openai_error,
    document_part=None,
)
