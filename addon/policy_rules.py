"""Which policy a request gets: the rules of the configuration, as mitmproxy flow filters over its head."""

from __future__ import annotations

from typing import Any

from mitmproxy import flowfilter, http
from mitmproxy.flowfilter import TFilter

from config.config_errors import ConfigError
from config.configuration import Config
from config.policy_presets import at_least_as_strict

# Flow filters that ask for what is not there yet when the policy is chosen.
_TOO_EARLY = (
    flowfilter.FResp,
    flowfilter.FHeadResponse,
    flowfilter.FBod,
    flowfilter.FBodRequest,
    flowfilter.FBodResponse,
    flowfilter.FContentTypeResponse,
    flowfilter.FCode,
    flowfilter.FAsset,
    flowfilter.FErr,
)


class Rules:
    """The rules of one configuration, in order; the first that matches wins. `default`: without a match."""

    def __init__(self, config: Config) -> None:
        """Raises ConfigError for a filter that cannot be parsed, or that looks at a body or a response."""
        self.default = config.redaction.profiler.policy
        self.rows: list[tuple[TFilter, str]] = []
        for number, rule in enumerate(config.rules):
            where = f"{config.source}: rules[{number}].filter"
            try:
                parsed = flowfilter.parse(rule.filter)
            except ValueError as error:
                raise ConfigError(f"{where}: {error}") from None
            if problem := _problem(parsed):
                raise ConfigError(f"{where}: {problem}")
            if _asks_headers(parsed) and _loosens(config, rule.policy):
                raise ConfigError(
                    f"{where}: a header is the client's own word: it may only choose a policy that masks all that "
                    f"{self.default!r} masks; {rule.policy!r} masks less"
                )
            self.rows.append((parsed, rule.policy))

    def policy(self, flow: http.HTTPFlow) -> str:
        """The policy of a request as the client sent it."""
        return next((policy for matches, policy in self.rows if matches(flow)), self.default)


def _asks_headers(parsed: Any) -> bool:
    """Whether a flow filter looks at headers that a client chooses."""
    if isinstance(parsed, (flowfilter.FHead, flowfilter.FHeadRequest)):
        return True
    return any(_asks_headers(part) for part in _parts(parsed))


def _loosens(config: Config, policy: str) -> bool:
    """Whether a policy masks less than the default one, as far as can be told: a service's policies are names only."""
    settings = config.redaction
    if not settings.profiler.embedded:
        return False
    return not at_least_as_strict(settings.policies[policy], settings.policies[settings.profiler.policy])


def _parts(parsed: Any) -> list[Any]:
    """What a flow filter is put together from."""
    return list(getattr(parsed, "lst", None) or ([parsed.itm] if hasattr(parsed, "itm") else []))


def _problem(parsed: Any) -> str:
    """Why a flow filter cannot choose a policy, or ""."""
    if isinstance(parsed, _TOO_EARLY):
        return f"~{parsed.code} looks at a body or a response, which are not there when the policy is chosen"
    for part in _parts(parsed):
        if problem := _problem(part):
            return problem
    return ""
