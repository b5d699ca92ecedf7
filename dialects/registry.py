"""All wire formats. A new one is a file of this package, a name in `_ALL` and a module of tests."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import MappingProxyType

from dialects import tasks, web
from dialects.base import Dialect
from dialects.bedrock import CONVERSE, INVOKE
from dialects.chat import CHAT, COMPLETIONS, FIM
from dialects.cohere import COHERE
from dialects.document_shapes import Change, Place
from dialects.gemini import GEMINI, PREDICT
from dialects.messages import MESSAGES
from dialects.ollama import OLLAMA
from dialects.responses import CONVERSATIONS, REALTIME, RESPONSES
from dialects.tasks import UNKNOWN

# In the order in which their paths are tried: those that need a namespace before those that need none.
_ALL: tuple[Dialect, ...] = (
    CHAT,
    RESPONSES,
    MESSAGES,
    tasks.MODERATIONS,
    OLLAMA,
    COHERE,
    COMPLETIONS,
    FIM,
    tasks.EMBEDDINGS,
    tasks.IMAGES,
    tasks.SPEECH,
    tasks.AUDIO,
    tasks.VIDEOS,
    tasks.FILES,
    tasks.UPLOADS,
    tasks.BATCHES,
    tasks.FINE_TUNING,
    tasks.ASSISTANTS,
    tasks.VECTOR_STORES,
    CONVERSATIONS,
    tasks.DECISIONS,
    REALTIME,
    tasks.RERANK,
    tasks.OCR,
    CONVERSE,
    INVOKE,
    GEMINI,
    PREDICT,
    tasks.LLAMACPP,
    tasks.HUGGING_FACE,
    tasks.MODELS,
    web.CHATGPT,
    web.CLAUDE,
    web.GEMINI,
    UNKNOWN,
)
DIALECTS = MappingProxyType({dialect.name: dialect for dialect in _ALL})
# What a target can be told to speak: consumer back ends and unknown shapes have no second home.
SPEAKABLE = frozenset(name for name in DIALECTS if not name.startswith("web-") and name != "unknown")
# Method suffixes of Google's API (`models/x:generateContent`), lower case -> name of the format.
GOOGLE_METHODS = MappingProxyType({method: one.name for one in _ALL for method in one.google_methods})
_PROMPTED = frozenset(method for one in _ALL for method, prompt in one.google_methods.items() if prompt)


def dialect_named(name: str) -> Dialect:
    """The format of a name as `routing` gives it. An unknown name is read by the common rules."""
    return DIALECTS.get(name, UNKNOWN)


# Each knows its own parts by their keys and types, wherever they stand: vendors take each other's.
_DOCUMENT_PARTS = tuple(dict.fromkeys(one.document_part for one in _ALL if one.document_part is not None))


def document_as_text(place: Place, text: str, is_file: Callable[[str], bool]) -> Sequence[Change] | None:
    """The changes that put `text` where a file stands; None where no format has a part for it.

    `is_file` tells of a string whether it is a file that is being replaced too.
    """
    return next((found for part in _DOCUMENT_PARTS if (found := part(place, text, is_file)) is not None), None)


def has_system_prompt(google_method: str) -> bool:
    """Whether a request to a method of Google's API has a system prompt."""
    return google_method.lower() in _PROMPTED
