"""Policies in plain words: presets, `base`, `only` and `allow` worked out to the switches that the detector reads.

policies: {mine: {base: coding, only: [secrets, EMAIL_ADDRESS], allow: [corp.example, "Acme Support"]}}
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from msgspec.structs import replace

from config.config_errors import ConfigError, unknown
from config.redaction_settings import Exclusion, Policy
from config.type_table import expand, groups, types


def _on(names: str) -> dict[str, bool]:
    return dict.fromkeys(names.split(), True)


# Built-in policies; one of the same name in the file takes the place of each.
PRESETS: Mapping[str, Policy] = {
    "default": Policy(),
    "strict": Policy(recognizers=_on("PRIVATE_IP_ADDRESS INTERNAL_HOST PATH_USERNAME"), paths="mask"),
    "secrets-only": Policy(only=("secrets",)),
    # Agents read code and its history all day: who wrote it stays, what must never leave does not.
    "coding": Policy(only=("secrets", "identity", "finance", "contact", "health")),
    # The identifiers of 45 CFR 164.514(b)(2) that a text can be read for. It is not a de-identification under HIPAA,
    # nor an anonymisation under the GDPR.
    "clinical": Policy(recognizers=_on("DATE AGE HOSPITAL PLACE PLAN_NUMBER DEVICE_ID URL")),
}
_DEFAULT = Policy()
_DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}", re.IGNORECASE)


def resolve_policies(own: Mapping[str, Policy]) -> dict[str, Policy]:
    """The presets and the file's own policies by name, without `base`, `only` and `allow`: these are worked out.

    Raises ConfigError for a base or a type that is not known, and for bases in a circle.
    """
    rows = {**PRESETS, **own}
    return {name: _switches(_based(name, rows, (name,)), name) for name in rows}


def _based(name: str, rows: Mapping[str, Policy], way: tuple[str, ...]) -> Policy:
    policy = rows[name]
    if not policy.base:
        return policy
    key = f"policies.{name}.base"
    if policy.base in way and (policy.base != name or name not in PRESETS):
        raise ConfigError(key, f"leads in a circle: {' -> '.join((*way, policy.base))}")
    if policy.base not in rows:
        raise ConfigError(key, f"{unknown(f'policy {policy.base!r}', policy.base, rows)}")
    # A policy that takes a preset's name may extend that preset.
    base = PRESETS[name] if policy.base == name else _based(policy.base, rows, (*way, policy.base))
    return replace(
        policy,
        base="",
        only=policy.only or base.only,
        allow=(*base.allow, *policy.allow),
        recognizers={**base.recognizers, **policy.recognizers},
        exclusion=Exclusion(texts=(*base.exclusion.texts, *policy.exclusion.texts)),
        exclusion_patterns=(*base.exclusion_patterns, *policy.exclusion_patterns),
        dictionaries={**base.dictionaries, **policy.dictionaries},
        patterns=(*base.patterns, *policy.patterns),
        paths=base.paths if policy.paths == _DEFAULT.paths else policy.paths,
        protected=base.protected if policy.protected == _DEFAULT.protected else policy.protected,
        one_way=base.one_way if policy.one_way == _DEFAULT.one_way else policy.one_way,
    )


def _switches(policy: Policy, name: str) -> Policy:
    """`only` as recognizers that are off, `allow` as exclusions."""
    recognizers = dict(policy.recognizers)
    if policy.only:
        for number, each in enumerate(policy.only):
            known = (*groups(), *(row.name for row in types()))
            if each not in known:
                raise ConfigError(f"policies.{name}.only[{number}]", unknown("type or group", each, known))
        kept = expand(policy.only)
        # What is off by default is on only where it is named itself, not by its group.
        found = {row.name for row in types() if row.name in kept and (row.on or row.name in policy.only)}
        recognizers = {row.name: row.name in found for row in types()} | recognizers
    domains = [text for text in policy.allow if _DOMAIN.fullmatch(text)]
    patterns = tuple(rf"(?i)(?:[^@\s]+@|https?://)?(?:[a-z0-9-]+\.)*{re.escape(domain)}" for domain in domains)
    return replace(
        policy,
        only=(),
        allow=(),
        recognizers=recognizers,
        exclusion=Exclusion(texts=(*policy.exclusion.texts, *policy.allow)),
        exclusion_patterns=(*policy.exclusion_patterns, *patterns),
    )


def at_least_as_strict(policy: Policy, other: Policy) -> bool:
    """Whether a resolved `policy` masks whatever the resolved `other` masks: what a client may choose for itself."""
    off = {kind for kind, on in policy.recognizers.items() if not on}
    other_off = {kind for kind, on in other.recognizers.items() if not on}
    on = {kind for kind, switch in policy.recognizers.items() if switch}
    other_on = {kind for kind, switch in other.recognizers.items() if switch}
    return (
        off <= other_off
        and other_on <= on | {row.name for row in types() if row.on}
        and set(policy.exclusion.texts) <= set(other.exclusion.texts)
        and set(policy.exclusion_patterns) <= set(other.exclusion_patterns)
        and all(set(texts) <= set(policy.dictionaries.get(kind, ())) for kind, texts in other.dictionaries.items())
        and set(other.patterns) <= set(policy.patterns)
        and (policy.paths == other.paths or policy.paths == "mask")
    )
