"""The configured Profiler for commands: a text in, its replacement and findings out, as the proxy would mask it."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence

import click

from addon.pipeline import Pipeline
from cli import places
from config.config_errors import ConfigError
from config.configuration import Config, load_config
from redaction.errors import RedactionError
from redaction.profiler.protocol import Masking


class TextMasker:
    """Built once, used for many texts. Raises click.ClickException when configuration or Profiler cannot be used."""

    def __init__(self, policy: str | None = None) -> None:
        """`policy`: its name; None: the default one of the configuration."""
        try:
            self.config: Config = load_config({}, os.environ, places.config_in_use())
            name = policy or self.config.redaction.profiler.policy
            self.config.redaction.check_policy(name, "--policy")
            self._pipeline = Pipeline(self.config)
        except (ConfigError, ValueError) as error:
            raise click.ClickException(str(error)) from None
        self.policy = name

    def mask(self, texts: Sequence[str]) -> list[Masking]:
        """One Masking per text, in order; blank texts as they are."""
        return asyncio.run(self._mask(texts))

    async def _mask(self, texts: Sequence[str]) -> list[Masking]:
        try:
            result = await self._pipeline.masker.mask(texts, self.policy)
        except RedactionError as error:
            raise click.ClickException(str(error)) from None
        finally:
            await self._pipeline.profiler.aclose()
        return [result.maskings.get(text, Masking(text, ())) for text in texts]
