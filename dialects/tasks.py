"""Endpoints whose text stands in a few plain fields: embeddings, media, files, batches, and small servers' own."""

from __future__ import annotations

from dataclasses import replace

from dialects.base import Mode, paths, protect
from dialects.chat import CHAT
from dialects.messages import MESSAGES
from dialects.responses import RESPONSES
from dialects.shared import COMMON, FIELDS, plain_dialect

_READ = ("GET", "HEAD", "DELETE", "OPTIONS")

MODERATIONS = plain_dialect(
    "moderations", paths("moderations chat/moderations classifications chat/classifications", llm=True), home="openai"
)
EMBEDDINGS = plain_dialect("embeddings", paths("embeddings embeddings/**", llm=True), home="openai")
IMAGES = plain_dialect(
    "images",
    (*paths("images/generations images/edits images/variations", llm=True), *paths("images/**")),
    home="openai",
)
SPEECH = plain_dialect("speech", paths("audio/speech", llm=True), home="openai")
AUDIO = plain_dialect(
    "audio", (*paths("audio/transcriptions audio/translations", llm=True), *paths("audio/**")), home="openai"
)
VIDEOS = plain_dialect("videos", paths("videos/**"), home="openai")
FILES = plain_dialect("files", paths("files/** containers/**"), home="openai")
UPLOADS = plain_dialect("uploads", paths("uploads/**"), home="openai")
# A line of a batch file is a request of one of these, in an object with `custom_id`.
BATCHES = plain_dialect(
    "batches",
    paths("batches/** batch/jobs/**"),
    home="openai",
    rules=tuple(dict.fromkeys((*CHAT.rules, *RESPONSES.rules, *MESSAGES.rules))),
)
FINE_TUNING = plain_dialect("fine-tuning", paths("fine_tuning/** fine-tunes/**"), home="openai")
ASSISTANTS = plain_dialect("assistants", paths("assistants/** threads/**"), home="openai")
VECTOR_STORES = plain_dialect("vector-stores", paths("vector_stores/**"), home="openai")
DECISIONS = plain_dialect("decisions", paths("decisions/**"), home="openai")
RERANK = plain_dialect("rerank", paths("rerank reranking"))
OCR = plain_dialect("ocr", paths("ocr"))
LLAMACPP = plain_dialect("llamacpp", paths("completion infill apply-template embedding", methods=("POST",)), prefix="")
# Tasks over anything: a table may have a column `id`.
HUGGING_FACE = plain_dialect(
    "hf",
    paths("generate generate_stream", methods=("POST",)),
    prefix="",
    rules=(*protect(Mode.DATA, "inputs instances"), *FIELDS),
)
MODELS = plain_dialect("models", paths("models/**", methods=_READ), home="openai")
# What no row knows is walked by the common rules.
UNKNOWN = replace(plain_dialect("unknown", rules=COMMON), free=True)
