"""Whether somebody still waits for a request: told on the event loop, asked on threads."""

from __future__ import annotations

from collections.abc import Callable

from redaction.breath import stand_back
from redaction.errors import ProfilerFailed


class GivenUp:
    """A client that has left. Work under way stops at its next step, and what waits for work stops waiting."""

    __slots__ = ("_stops", "gone")

    def __init__(self) -> None:
        self.gone = False
        self._stops: list[Callable[[], object]] = []

    def __repr__(self) -> str:
        return f"GivenUp({self.gone})"

    def tell(self) -> None:
        """The client is gone. Call on the event loop."""
        self.gone = True
        stops, self._stops = self._stops, []
        for stop in stops:
            stop()

    def when(self, stop: Callable[[], object]) -> Callable[[], None]:
        """Have `stop` called when the client leaves; the result takes that back."""
        if self.gone:
            stop()
            return lambda: None
        self._stops.append(stop)
        return lambda: self._stops.remove(stop) if stop in self._stops else None

    def check(self) -> None:
        """Raises ProfilerFailed once the client is gone; nobody reads it. Others get their turn meanwhile: see
        `breath.stand_back`."""
        if self.gone:
            raise left()
        stand_back()


def left() -> ProfilerFailed:
    return ProfilerFailed("the client left while its request was being masked", code="faasera_client_left")
