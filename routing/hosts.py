"""Who is an LLM host, and how it is treated. Table from wire-formats.md sections 2, 6 and 11.

Hosts are compared by whole labels, lower case, without a dot at the end: `api.openai.com.evil.test` and
`xapi.openai.com` are other hosts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from config.ip_addresses import is_loopback, normalise_host
from config.routing_settings import BUILTIN, HostMode, RoutingSettings, Target


@dataclass(frozen=True, slots=True)
class HostRow:
    """One LLM host. In `pattern` a `*` stands for one label or a part of one, a leading `*.` for one or more labels.

    `family`: the vendor that owns its credentials. `web`: a consumer back end, whose paths are its own. `dialect`: what
    its unknown paths speak. `home`: the target whose shipped base URL is this host. `api_path`: where its OpenAI-style
    API begins. `blob`: a store for uploads, whose paths tell nothing. `target`: the configured target whose host it is.
    """

    pattern: str
    family: str
    mode: HostMode = "inspect"
    web: bool = False
    dialect: str = "unknown"
    home: str | None = None
    api_path: str = "v1"
    blob: bool = False
    target: str | None = None


def _api(family: str, patterns: str, *, api_path: str = "v1", dialect: str = "unknown") -> tuple[HostRow, ...]:
    return tuple(HostRow(p, family, api_path=api_path, dialect=dialect) for p in patterns.split())


def _web(family: str, patterns: str, dialect: str = "unknown") -> tuple[HostRow, ...]:
    return tuple(HostRow(p, family, web=True, dialect=dialect) for p in patterns.split())


def _blob(family: str, patterns: str) -> tuple[HostRow, ...]:
    return tuple(HostRow(p, family, blob=True, dialect="files") for p in patterns.split())


KNOWN: tuple[HostRow, ...] = (
    HostRow("api.openai.com", "openai", home="openai"),
    *_api("openai", "*.api.openai.com"),
    *_blob("openai", "files.oaiusercontent.com *.oaiusercontent.com"),
    *_web(
        "openai", "chatgpt.com chat.openai.com ab.chatgpt.com ws.chatgpt.com sora.com sora.chatgpt.com", "web-chatgpt"
    ),
    *_api(
        "azure",
        "*.openai.azure.com *.openai.azure.us *.cognitiveservices.azure.com *.services.ai.azure.com",
        api_path="openai/v1",
    ),
    *_api("azure", "*.models.ai.azure.com *.inference.ai.azure.com"),
    HostRow("api.anthropic.com", "claude", home="claude"),
    *_api("claude", "*.api.anthropic.com"),
    *_web("claude", "claude.ai *.claude.ai", "web-claude"),
    HostRow("generativelanguage.googleapis.com", "gemini", home="gemini", api_path="v1beta/openai"),
    *_api("gemini", "aiplatform.googleapis.com *-aiplatform.googleapis.com cloudcode-pa.googleapis.com"),
    *_web("gemini", "gemini.google.com aistudio.google.com alkalimakersuite-pa.clients6.google.com", "web-gemini"),
    *_blob("gemini", "content-push.googleapis.com"),
    *_web("gemini", "notebooklm.google.com", "web-gemini"),
    *_api("bedrock", "bedrock-runtime.*.amazonaws.com.cn", api_path="openai/v1"),
    *_api("bedrock", "bedrock-runtime.*.amazonaws.com bedrock-runtime-fips.*.amazonaws.com", api_path="openai/v1"),
    *_api("bedrock", "bedrock-agent-runtime.*.amazonaws.com bedrock-mantle.*.api.aws"),
    *_api("mistral", "api.mistral.ai codestral.mistral.ai"),
    *_web("mistral", "chat.mistral.ai"),
    *_api("cohere", "api.cohere.com api.cohere.ai", api_path="compatibility/v1"),
    *_api("groq", "api.groq.com", api_path="openai/v1"),
    *_api("together", "api.together.ai api.together.xyz"),
    *_api("fireworks", "api.fireworks.ai", api_path="inference/v1"),
    *_api("deepseek", "api.deepseek.com", api_path=""),
    *_web("deepseek", "chat.deepseek.com"),
    *_api("xai", "api.x.ai *.api.x.ai"),
    *_web("xai", "grok.com"),
    *_api("perplexity", "api.perplexity.ai", api_path=""),
    *_web("perplexity", "www.perplexity.ai perplexity.ai"),
    *_api("openrouter", "openrouter.ai", api_path="api/v1"),
    *_api("huggingface", "router.huggingface.co", dialect="hf"),
    *_api("huggingface", "api-inference.huggingface.co *.endpoints.huggingface.cloud", dialect="hf"),
    *_api("cerebras", "api.cerebras.ai"),
    *_api("nvidia", "integrate.api.nvidia.com"),
    *_api("sambanova", "api.sambanova.ai"),
    *_api("deepinfra", "api.deepinfra.com", api_path="v1/openai"),
    *_api("ai21", "api.ai21.com", api_path="studio/v1"),
    *_api("moonshot", "api.moonshot.ai api.moonshot.cn"),
    *_api("zhipu", "api.z.ai open.bigmodel.cn", api_path="api/paas/v4"),
    *_api("minimax", "api.minimax.io api.minimaxi.com"),
    *_api("alibaba", "dashscope.aliyuncs.com dashscope-intl.aliyuncs.com", api_path="compatible-mode/v1"),
    *_api("replicate", "api.replicate.com"),
    *_api("volcengine", "ark.*.volces.com", api_path="api/v3"),
    *_api("cloudflare", "gateway.ai.cloudflare.com", api_path="compat"),
    *_api("vercel", "ai-gateway.vercel.sh"),
    *_api("voyage", "api.voyageai.com"),
    *_api("jina", "api.jina.ai"),
    *_api("elevenlabs", "api.elevenlabs.io"),
    *_api("ollama", "ollama.com"),
    *_api("github", "api.githubcopilot.com api.*.githubcopilot.com proxy.*.githubcopilot.com", api_path=""),
    *_api("github", "copilot-proxy.githubusercontent.com", api_path="v1"),
    *_api("github", "models.github.ai models.inference.ai.azure.com", api_path="inference"),
    *_api("cursor", "cursor.sh *.cursor.sh"),
    *_api("windsurf", "server.codeium.com server.self-serve.windsurf.com"),
    *_web("microsoft", "copilot.microsoft.com substrate.office.com m365.cloud.microsoft"),
    *_web("poe", "poe.com www.poe.com"),
    *_api("poe", "api.poe.com"),
    *_web("meta", "www.meta.ai meta.ai"),
    *_web("alibaba", "chat.qwen.ai"),
    *_web("moonshot", "www.kimi.com kimi.com"),
)


def _expression(pattern: str) -> str:
    head = ""
    if pattern.startswith("*."):
        head, pattern = r"(?:[^.]+\.)+", pattern[2:]
    return head + r"[^.]+".join(re.escape(part) for part in pattern.split("*"))


class _Rows:
    """Rows by name, and the ones with a `*` in table order behind one expression that most hosts fail."""

    def __init__(self, rows: Iterable[HostRow]) -> None:
        self.exact: dict[str, HostRow] = {}
        self.wild: list[tuple[re.Pattern[str], HostRow]] = []
        for row in rows:
            if "*" in row.pattern:
                self.wild.append((re.compile(_expression(row.pattern)), row))
            else:
                self.exact.setdefault(row.pattern, row)

    def find(self, host: str) -> HostRow | None:
        row = self.exact.get(host)
        if row is None:
            row = next((row for expression, row in self.wild if expression.fullmatch(host)), None)
        return row


_KNOWN = _Rows(KNOWN)
_CACHE_SIZE = 10_000


def known_host(host: str) -> HostRow | None:
    """The built-in row of a host, or None."""
    return _KNOWN.find(normalise_host(host))


class HostTable:
    """The hosts of a configuration: its own rows first, then the built-in ones, then the hosts of its targets."""

    def __init__(self, settings: RoutingSettings) -> None:
        self._own = _Rows(
            _configured(setting.host, setting.target, setting.mode, settings.targets) for setting in settings.hosts
        )
        self._targets = tuple(settings.targets.values())
        self._families = {target.name: self._family(target) for target in self._targets}
        self._cache: dict[tuple[str, int | None], HostRow | None] = {}

    def find(self, host: str, port: int | None = None) -> HostRow | None:
        """The row of `host` in any spelling, or None. A target on this machine is known by its port too, so that
        `localhost:11434` is an LLM host and `localhost:3000` is not; without `port` any port of it matches."""
        key = (host, port)
        if key not in self._cache:
            if len(self._cache) >= _CACHE_SIZE:  # names are the client's: bounded, and cheap to fill again
                self._cache.clear()
            name = normalise_host(host)
            self._cache[key] = self._own.find(name) or _KNOWN.find(name) or self._of_target(name, port)
        return self._cache[key]

    def family(self, target: Target) -> str:
        """The vendor that owns a target's keys: that of its base URL's host where it is known, else its name."""
        return self._families[target.name]

    def _family(self, target: Target) -> str:
        row = self._own.find(target.host) or _KNOWN.find(target.host)
        return row.family if row is not None else target.name

    def _of_target(self, host: str, port: int | None) -> HostRow | None:
        for target in self._targets:
            here = is_loopback(host)
            same = host == target.host or (here and is_loopback(target.host))
            if same and (port is None or port == target.port or not here):
                return HostRow(host, self._families[target.name], target=target.name)
        return None


def _configured(host: str, target: str | None, mode: HostMode, targets: dict[str, Target]) -> HostRow:
    """A row of the configuration. Without a target, a built-in host keeps its family; others are their own."""
    shipped = _KNOWN.find(host) or next((row for row in KNOWN if row.pattern == host), None)
    if shipped is not None:
        return replace(shipped, pattern=host, mode=mode, family=target or shipped.family)
    if target is None:
        return HostRow(host, host.removeprefix("*."), mode=mode)
    known = _KNOWN.find(targets[target].host) if target not in BUILTIN else None
    return HostRow(host, known.family if known is not None else target, mode=mode)
