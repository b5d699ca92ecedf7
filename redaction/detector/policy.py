"""A policy document made ready to run: what is switched off, left alone, and looked for besides the built-in
rules."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import re2

from config.config_errors import ConfigError
from config.redaction_settings import Pattern, Policy
from config.type_table import types
from redaction.detector.canonical.canonical_text import canonical
from redaction.detector.rules.recognizer import Recognizer, any_edges, word_edges
from redaction.detector.rules.recognizers import clinical, network_names
from redaction.detector.rules.rule_matcher import RuleMatcher, compile_re2
from redaction.placeholders import register_types
from redaction.spans import Span

# Entries of a dictionary that share one expression: more would make its automaton big.
_CHUNK = 500


@dataclass(frozen=True, slots=True)
class CompiledPolicy:
    """A policy ready to use. Immutable. The repr shows counts only: exclusions and dictionaries hold people's
    names."""

    disabled: frozenset[str]
    excluded: frozenset[str]
    exclusion_patterns: tuple[Any, ...]
    matcher: RuleMatcher | None
    leave_paths: bool

    def __repr__(self) -> str:
        return f"CompiledPolicy({len(self.disabled)} disabled, {len(self.excluded)} excluded texts)"

    def keeps(self, text: str, span: Span) -> bool:
        """Whether a span of `text` is to be masked."""
        if span.type in self.disabled:
            return False
        if not self.excluded and not self.exclusion_patterns:
            return True
        value = text[span.start : span.end]
        # As written, and as it reads: in one spacing, without escapes, colours and what prints nothing.
        for spelling in dict.fromkeys((value, " ".join(canonical(value).text.split()))):
            if spelling.strip().casefold() in self.excluded:
                return False
            if any(pattern.fullmatch(spelling) for pattern in self.exclusion_patterns):
                return False
        return True


def compile_policy(policy: Policy, *, key: str = "policy") -> CompiledPolicy:
    """Compile a policy. `key` is its path for errors (`policies.strict`).

    Raises ConfigError, naming the entry, for a regular expression that RE2 refuses (look-around and back
    references are not linear time) or that matches the empty text, and for an empty dictionary entry.
    """
    # Types that are off unless a policy switches them on cost nothing in the others.
    quiet = (*clinical.ROWS, *network_names.ROWS)
    rows: list[Recognizer] = [row for row in quiet if policy.recognizers.get(row.type)]
    contexts: dict[str, str] = {}
    for kind, texts in policy.dictionaries.items():
        rows += _dictionary(kind, texts, f"{key}.dictionaries.{kind}")
    for index, pattern in enumerate(policy.patterns):
        place = f"{key}.patterns[{index}]"
        compiled = _compiled(pattern.regex, f"{place}.regex")
        if compiled.search("") is not None:
            raise ConfigError(f"{place}.regex", "matches the empty text")
        rows.append(_pattern(pattern, place, contexts))
    exclusions = tuple(
        _compiled(text, f"{key}.exclusionPatterns[{index}]") for index, text in enumerate(policy.exclusion_patterns)
    )
    # What is off by default: some of its rules run for all, as labels do.
    own = {*policy.dictionaries, *(pattern.type for pattern in policy.patterns)}
    off = {row.name for row in types() if not row.on and not policy.recognizers.get(row.name)} - own
    try:
        matcher = _matcher(tuple(rows), tuple(contexts.items())) if rows else None
    except re2.error:
        raise ConfigError(key, "its dictionaries and patterns are too large to compile together") from None
    register_types(own)
    return CompiledPolicy(
        disabled=frozenset(kind for kind, on in policy.recognizers.items() if not on) | off,
        excluded=frozenset(
            spelling.strip().casefold()
            for text in policy.exclusion.texts
            for spelling in (text, " ".join(canonical(text).text.split()))
        ),
        exclusion_patterns=exclusions,
        matcher=matcher,
        leave_paths=policy.paths != "mask",
    )


@lru_cache(16)  # the next configuration mostly has the same policies
def _matcher(rows: tuple[Recognizer, ...], contexts: tuple[tuple[str, str], ...]) -> RuleMatcher:
    return RuleMatcher((rows,), contexts=dict(contexts), loosen=False)


def compile_policies(policies: Mapping[str, Policy]) -> dict[str, CompiledPolicy]:
    """All policies of a configuration, by name."""
    return {name: compile_policy(policy, key=f"policies.{name}") for name, policy in policies.items()}


def _compiled(text: str, key: str) -> Any:
    try:
        return compile_re2(text)
    except re2.error as error:
        detail = error.args[0] if error.args else ""
        reason = detail.decode("utf-8", "replace") if isinstance(detail, bytes) else str(detail)
        raise ConfigError(key, f"is not a regular expression RE2 can run: {reason}") from None


def _dictionary(kind: str, texts: Iterable[str], key: str) -> list[Recognizer]:
    entries = sorted({text.strip() for text in texts}, key=lambda text: (-len(text), text))
    if "" in entries:
        raise ConfigError(key, "has an empty entry")
    return [
        Recognizer(
            f"dictionary_{kind.lower()}_{start // _CHUNK}",
            kind,
            "(?i)(" + "|".join(re2.escape(text) for text in entries[start : start + _CHUNK]) + ")",
            guard=word_edges,
            score=1.0,
        )
        for start in range(0, len(entries), _CHUNK)
    ]


def _pattern(pattern: Pattern, place: str, contexts: dict[str, str]) -> Recognizer:
    if pattern.context:
        contexts[place] = "|".join(re2.escape(word) for word in pattern.context)
    return Recognizer(
        place,
        pattern.type,
        f"({pattern.regex})",
        guard=any_edges,
        context=place if pattern.context else "",
        needs_context=bool(pattern.context),
        score=1.0,
        near=1.0,
    )
