"""`restore.note`: one constant sentence at the end of the system prompt, so that models copy placeholders as they are.

It is added to every request of a dialect that knows how, whether anything was masked in it or not: a note that came
with the first name only would change the masked prefix of a conversation in its middle, and providers' prompt caches
with it. It stands behind everything that the client put into its system prompt, so what was cached without it stays
cached, and a place that has it already stays as it is. Where that place is, the dialect's file says.
"""

from __future__ import annotations

from urllib.parse import unquote

from dialects.registry import dialect_named, has_system_prompt
from dialects.system_prompt import PromptBody

NOTE = (
    "Tokens such as [[NAME_k3f9w2c]] stand for values you cannot see. "
    "Copy them exactly as they are, never change, split or explain them."
)


def with_note(data: bytes, dialect: str) -> bytes:
    """A masked request body with the note in its system prompt; the very same bytes where there is no place for it.

    `data` is the decoded body, `dialect` routing's name. Batches, embeddings and text completions have no system
    prompt, and a body that is not as its format says goes on without the note. Google's countTokens takes none
    (`takes_note` asks the path).
    """
    add = dialect_named(dialect).note
    if add is None:
        return data
    try:
        body = PromptBody(data.decode(), NOTE)
        noted = add(body)
    except (ValueError, IndexError, RecursionError):
        return data
    return data if noted is body.source else noted.encode()


def takes_note(path: str) -> bool:
    """Whether the endpoint behind a path takes a system prompt: Google's methods share a dialect and differ here."""
    path = unquote(path.partition("?")[0])
    _, colon, method = path.rpartition("/")[2].partition(":")
    return not colon or has_system_prompt(method)
