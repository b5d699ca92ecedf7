"""What a new configuration allows that the old one did not: such a change waits until somebody asks for it.

An agent that can edit files must not switch its guard off by an edit. So every change loosens, except those that a row
below knows to be harmless or stricter: a setting that is added later is judged by nobody, and waits.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import fields
from typing import Any

import msgspec

from config.configuration import Config
from config.redaction_settings import Policy

Judge = Callable[[Any, Any], bool]  # (old, new) -> whether the change loosens


def _never(_old: Any, _new: Any) -> bool:
    return False


def _grows(old: Collection[Any], new: Collection[Any]) -> bool:
    return not set(new) <= set(old)


def _shrinks(old: Collection[Any], new: Collection[Any]) -> bool:
    return not set(old) <= set(new)


def _rises(old: float, new: float) -> bool:
    return new > old


def _becomes(*values: object) -> Judge:
    """Loosens when the new value is one of `values`."""
    return lambda _old, new: new in values


def _entry_changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    """Loosens when an entry is new or another: taking one away closes a door."""
    return any(old.get(name) != value for name, value in new.items())


def _recognizers(old: Mapping[str, bool], new: Mapping[str, bool]) -> bool:
    """A type that some policies look for only when told (DATE) is switched off by saying nothing of it."""
    return any(not on and old.get(kind, True) for kind, on in new.items()) or any(
        on and kind not in new for kind, on in old.items()
    )


def _texts_go(old: Mapping[str, tuple[str, ...]], new: Mapping[str, tuple[str, ...]]) -> bool:
    return any(_shrinks(texts, new.get(kind, ())) for kind, texts in old.items())


# Fields of a policy -> when a change loosens.
_POLICY: Mapping[str, Judge] = {
    "recognizers": _recognizers,
    "dictionaries": _texts_go,
    "patterns": lambda old, new: any(row not in new for row in old),
    "exclusion_patterns": _grows,
    "exclusion": lambda old, new: _grows(old.texts, new.texts),
    "paths": _becomes("leave", "auto"),
    "protected": _becomes("warn"),
    "one_way": _shrinks,
}


def _policies(old: Mapping[str, Policy], new: Mapping[str, Policy]) -> bool:
    """A policy that is gone loosens too: who asked for it gets another."""
    if any(name not in new for name in old):
        return True
    return any(next(_struct(old[name], policy, _POLICY, ""), "") for name, policy in new.items() if name in old)


def _hosts(old: tuple[Any, ...], new: tuple[Any, ...]) -> bool:
    """New hosts that are inspected or refused are harmless; a tunnel, a change and a loss are not."""
    if tuple(row for row in new if row in old) != old:
        return True
    return any(row.mode == "tunnel" for row in new if row not in old)


def _targets(old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    """A new one can become the home of what had none."""
    return not new.keys() <= old.keys() or any(
        name not in new
        or (target.base_url, target.api_key_env, target.speaks) != (
            new[name].base_url, new[name].api_key_env, new[name].speaks)
        or (target.exclusive and not new[name].exclusive)
        or (new[name].trace and not target.trace)
        for name, target in old.items()
    )  # fmt: skip


_REDACTION: Mapping[str, Any] = {
    "profiler": {
        **dict.fromkeys(("deadline", "request_deadline", "parallel"), _never),
    },
    "policies": _policies,
    "limits": dict.fromkeys(("queue", "cache", "cache_entries", "profiler_answer"), _never)
    | dict.fromkeys(("body", "inflated", "depth", "strings", "frame"), _rises),
    "uploads": dict.fromkeys(("documents", "images", "audio", "other"), _becomes("allow")),
    "websockets": _becomes("mask"),
    "telemetry": _becomes("mask"),
    "restore": {"enabled": _becomes(True), "ttl": _rises, "note": _never},
    "before_after": _becomes(True),
}
_ROUTING: Mapping[str, Any] = {
    "targets": _targets,
    "hosts": _hosts,
    "gateway": {
        "names": _grows,
        "origins": _grows,
        "trusted_proxies": _grows,
        "keys": _entry_changes,
        "loopback": _becomes("trusted"),
        "path_keys": _becomes(True),
    },
}
# Taken into use at a restart only.
RESTART = ("mitmproxy", "state", "traces")
# Judged by tables of their own, harmless, or not of the file; a change of any other key loosens.
_JUDGED = frozenset({"redaction", "routing", "insecure", "log", "source", *RESTART})


def loosened(old: Config, new: Config) -> list[str]:
    """The keys whose change loosens, as the file has them; [] when the new configuration may be used at once."""
    found = [*_struct(old.redaction, new.redaction, _REDACTION, ""), *_struct(old.routing, new.routing, _ROUTING, "")]
    target = new.routing.target
    if old.routing.target != target and not (target in old.routing.targets and old.routing.targets[target].exclusive):
        found.append("target")  # to a target that lets nothing go elsewhere, a change is none
    for name in (field.name for field in fields(Config)):
        if name not in _JUDGED and getattr(old, name) != getattr(new, name):
            found.append(name)
    if new.insecure and not old.insecure:
        found.append("insecure")
    return sorted(dict.fromkeys(found))


def needs_restart(old: Config, new: Config) -> list[str]:
    """The keys of RESTART that differ."""
    return [name for name in RESTART if getattr(old, name, None) != getattr(new, name, None)]


def _struct(old: Any, new: Any, judges: Mapping[str, Any], key: str) -> Iterator[str]:
    """The changed fields of two structs that loosen; a field without a judge does."""
    for each in msgspec.structs.fields(old):
        before, after = getattr(old, each.name), getattr(new, each.name)
        place = f"{key}.{each.encode_name}" if key else each.encode_name
        judge = judges.get(each.name)
        if before == after or (key == "" and each.name == "target"):
            continue
        if isinstance(judge, Mapping):
            yield from _struct(before, after, judge, place)
        elif judge is None or judge(before, after):
            yield place
