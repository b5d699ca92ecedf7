"""The interface of a Profiler. The Faasera Profiler over HTTP and the embedded one stand behind it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from redaction.placeholders import BLOCKED_TEXT, placeholder
from redaction.spans import Span


@dataclass(frozen=True, slots=True)
class Masking:
    """What a Profiler made of one text.

    `spans` are places in the *original* text, sorted and disjoint. `exact` says that replacing each span by
    its placeholder gives `replacement`; only then may a span be traced back to the value it stands for.
    `left` counts names that a policy leaves where they are, inside file-system paths. The repr shows no text.
    """

    replacement: str
    spans: tuple[Span, ...]
    exact: bool = True
    left: int = 0

    def __repr__(self) -> str:
        return f"Masking({len(self.spans)} spans, exact={self.exact})"


def over_budget(text: str) -> Masking:
    """The masking of a text that takes more work or memory than its size allows: one placeholder."""
    return Masking(placeholder(BLOCKED_TEXT), (Span(0, len(text), BLOCKED_TEXT),))


class Profiler(Protocol):
    """Masks texts. `identity` names the detector and its version: it is part of the cache key."""

    @property
    def identity(self) -> str: ...

    async def mask_many(self, texts: Sequence[str], policy: str, done: Callable[[int, Masking], None]) -> None:
        """Mask distinct, non-blank texts; call `done(index, masking)` on the event loop for each finished one.

        Raises ProfilerFailed when any text could not be masked; the texts reported by `done` before stay good.
        """
        ...

    async def aclose(self) -> None:
        """Let go of connections and workers. Running calls may fail afterwards."""
        ...
