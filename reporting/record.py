"""What is known about one request after it was handled: plain values, never text.

A record is made once, cleaned while it is made, and then feeds everything people see: the flow's comment,
the line `mitmdump` prints, the audit log, the metrics and the status page.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal, Protocol

from reporting import sanitize

Outcome = Literal["sent", "clean", "account", "other", "blocked"]
OUTCOMES: Final[tuple[Outcome, ...]] = ("sent", "clean", "account", "other", "blocked")

# Markers of a flow in mitmproxy's own emoji names.
MARKERS: Final[Mapping[str, str]] = {
    "sent": ":lock:",
    "clean": ":white_check_mark:",
    "account": ":bust_in_silhouette:",
    "other": ":bust_in_silhouette:",
    "blocked": ":no_entry:",
    "warning": ":warning:",
}


# field -> how it is made fit to be shown; target and policy are the operator's own names
_CLEANED: Final[Mapping[str, Callable[[Any], Any]]] = {
    "time": sanitize.moment,
    **dict.fromkeys(("door", "dialect", "code", "request_id"), sanitize.word),
    **dict.fromkeys(("target", "policy", "client", "user"), sanitize.name),
    "host": sanitize.host,
    "model": sanitize.model,
    **dict.fromkeys(("masked", "protected_hits"), sanitize.counts),
    **dict.fromkeys(("not_inspected", "documents"), sanitize.kinds),
    **dict.fromkeys(("ms_total", "ms_profiler"), sanitize.milliseconds),
    **dict.fromkeys(
        ("texts_new", "texts_cached", "texts_skipped", "status", "unrestored", "restored", "ambiguous", "one_way"),
        sanitize.count,
    ),
}


def one_way_warning(count: int) -> str:
    """What to know when an answer gives placeholders of secrets to a tool."""
    what = "1 placeholder of a secret" if count == 1 else f"{count} placeholders of secrets"
    return f"not restored: {what} in a tool's arguments, an agent may write it into a file"


class Shown(Protocol):
    """What of a flow of mitmproxy's is written to."""

    comment: str
    marked: str
    metadata: dict[Any, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestRecord:
    """One request to a model (or to its account endpoints).

    `time` is unix seconds; `client` an address, `user` the name given to `proxyauth`; `host` the host the client
    addressed and `target` the row it was sent to. `masked`, `protected_hits` count by placeholder type (`SSN`),
    `not_inspected` by kind (`image`), `documents` by outcome. `texts_new` went through the Profiler, `texts_cached`
    were answered from memory, `texts_skipped` were not inspected. Times are milliseconds. `outcome` is `sent`
    (something was masked), `clean` (nothing to mask), `account` (passed as is) or `blocked` (nothing left).
    `status` is the status the client got, 0 when there is none yet; `code` is `faasera_...` or empty. `unrestored`
    counts masked texts of tool results while reversible mode is off: an agent may write them back. In reversible
    mode `restored` values came back in the answer, and `ambiguous` ones cannot: the Profiler's text fits the
    original in more than one way; `one_way` placeholders of secrets stand in the tool arguments of the answer.
    `request_id` is what its error answer names; `ms_first_byte` and `ms_answer` go from its head to the head and to
    the end of its answer.

    Raises ValueError for an outcome that is none of the four. All other values are cleaned, never refused.
    """

    time: float
    door: str
    host: str
    dialect: str
    outcome: Outcome
    client: str = ""
    user: str = ""
    target: str = ""
    model: str = ""
    policy: str = ""
    masked: Mapping[str, int] = field(default_factory=dict)
    texts_new: int = 0
    texts_cached: int = 0
    texts_skipped: int = 0
    ms_total: float = 0.0
    ms_profiler: float = 0.0
    status: int = 0
    code: str = ""
    unrestored: int = 0
    restored: int = 0
    ambiguous: int = 0
    one_way: int = 0
    request_id: str = ""
    ms_first_byte: float = 0.0
    ms_answer: float = 0.0
    not_inspected: Mapping[str, int] = field(default_factory=dict)
    protected_hits: Mapping[str, int] = field(default_factory=dict)
    documents: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.outcome not in OUTCOMES:
            raise ValueError("outcome is one of sent, clean, account, blocked")
        for name, value in sanitize.fields(self, _CLEANED):
            object.__setattr__(self, name, value)

    def answered(
        self, status: int, code: str, restored: int, ms_first_byte: float, ms_answer: float, *, one_way: int = 0
    ) -> None:
        """The answer is through: what was shown before it is completed, before anybody else is told."""
        put = object.__setattr__
        put(self, "status", status)
        put(self, "code", sanitize.word(code) if code else "")
        put(self, "restored", restored)
        put(self, "one_way", one_way)
        put(self, "ms_first_byte", round(ms_first_byte, 1))
        put(self, "ms_answer", round(ms_answer, 1))

    @property
    def texts(self) -> int:
        """All texts that were looked at: new and cached."""
        return self.texts_new + self.texts_cached

    @property
    def warnings(self) -> tuple[str, ...]:
        """What went on without being looked at or without being changed, in words; empty when all is well."""
        found = []
        if self.not_inspected:
            found.append(f"not inspected: {listed(self.not_inspected)}")
        if self.protected_hits:
            found.append(f"protected: {listed(self.protected_hits)}")
        if self.unrestored:
            found.append(f"unrestored: {self.unrestored} in tool results (faasera_restore is off)")
        if self.one_way:
            found.append(one_way_warning(self.one_way))
        if self.ambiguous:
            found.append(f"not restorable: {self.ambiguous} (the Profiler's text fits in more than one way)")
        return tuple(found)

    @property
    def marker(self) -> str:
        """The flow marker: the outcome's, or a warning sign when something was sent uninspected."""
        warned = self.outcome in ("sent", "clean") and (self.not_inspected or self.protected_hits)
        return MARKERS["warning" if warned else self.outcome]

    def headline(self) -> str:
        """What happened, in a few words, the count first: `3 masked: NAME 2, SSN 1`."""
        if self.outcome == "blocked":
            return " ".join(part for part in ("blocked", str(self.status or ""), self.code) if part)
        if self.outcome == "account":
            return "account traffic, unchanged"
        if self.outcome == "other":
            return "no model's path, unchanged"
        return f"{sum(self.masked.values())} masked: {listed(self.masked)}" if self.masked else "nothing to mask"

    def comment(self) -> str:
        """One line: `3 masked: NAME 2, SSN 1 - 14 texts, 13 cached - 3.1 ms - default - claude`."""
        parts = [self.headline()]
        if self.outcome not in ("account", "other") and (self.texts or self.texts_skipped):
            shown = f"{self.texts} text{'' if self.texts == 1 else 's'}"
            if self.texts_cached:
                shown += f", {self.texts_cached} cached"
            if self.texts_skipped:
                shown += f", {self.texts_skipped} not inspected"
            parts.append(shown)
        if self.documents:
            parts.append(f"documents: {listed(self.documents)}")
        parts += [f"{self.ms_total:.1f} ms", self.policy, self.target]
        if self.outcome != "blocked" and self.code:
            parts.append(self.code)
        if self.restored:
            parts.append(f"restored {self.restored}")
        parts += self.warnings
        return " - ".join(part for part in parts if part)

    def show(self, flow: Shown) -> str:
        """Show the record on its flow: comment, marker and (for mitmweb's own view) plain values. Returns `line`."""
        flow.comment = comment = self.comment()
        flow.marked = self.marker
        flow.metadata["faasera"] = self.metadata(comment)
        return self.line(comment)

    def line(self, comment: str | None = None) -> str:
        """The line `mitmdump` prints: where it went, then the comment."""
        where = " ".join(part for part in (self.door, self.host, self.dialect, self.model) if part)
        shown = self.comment() if comment is None else comment
        return f"{where}: {shown} - {self.request_id}" if self.request_id else f"{where}: {shown}"

    def metadata(self, comment: str | None = None) -> dict[str, object]:
        """Plain values for `flow.metadata["faasera"]`. They are written to `-w` files, so they hold no text."""
        return {
            "dialect": self.dialect,
            "model": self.model,
            "policy": self.policy,
            "target": self.target,
            "outcome": self.outcome,
            "comment": self.comment() if comment is None else comment,
            "masked": dict(self.masked),
            "not_inspected": dict(self.not_inspected),
            "documents": dict(self.documents),
            "protected": dict(self.protected_hits),
        }


def listed(values: Mapping[str, int]) -> str:
    """`NAME 2, SSN 1`: the most frequent first, then by name."""
    return ", ".join(f"{kind} {number}" for kind, number in sorted(values.items(), key=lambda kv: (-kv[1], kv[0])))
