"""Live configuration: an edited file is noticed, checked, and taken into use as a whole or not at all.

What an edit loosens (`config.loosening`) waits for SIGHUP or a restart: an agent that can edit files must not switch
its guard off by an edit. A file that cannot be used changes nothing. Either is said in the log and on the page.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
from collections.abc import Callable
from contextlib import suppress

from mitmproxy.utils import asyncio_utils

from addon.services import Services
from config.config_errors import ConfigError
from config.configuration import Config, ConfigFile, standing
from config.loosening import loosened, needs_restart

logger = logging.getLogger("faasera")

LOOK_SECONDS = 1.0


class ConfigWatch:
    """Looks at the file now and then: at what its path leads to, so that atomic renames and swapped links count.

    `read` gives the file as it is now, `parse` the configuration that it makes; both raise ConfigError. `use` takes a
    configuration and its file into use.
    """

    def __init__(
        self,
        services: Services,
        read: Callable[[], ConfigFile],
        parse: Callable[[ConfigFile], Config],
        use: Callable[[Config, ConfigFile], None],
    ) -> None:
        self._services = services
        self._read, self._parse, self._use = read, parse, use
        self._seen: tuple[int, ...] | None = None
        self._judged = ""
        self._task: asyncio.Task[None] | None = None

    def start(self, file: ConfigFile) -> None:
        """Begin to look, from the file in use on."""
        self._seen, self._judged = file.standing, file.digest
        self._task = asyncio_utils.create_task(self._look(file), name="faasera: watch the configuration", keep_ref=True)
        with suppress(NotImplementedError, AttributeError, ValueError, RuntimeError):  # Windows, and tests in a thread
            asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, self.reload)

    def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()

    async def _look(self, file: ConfigFile) -> None:
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            now = _standing(file)
            if now != self._seen:
                self._seen = now
                self.edited()

    def edited(self) -> None:
        """Use the changed file if nothing in it loosens."""
        self._judge(asked_for=False)

    def reload(self) -> None:
        """Use the file as it is: somebody asked for it (SIGHUP)."""
        self._judge(asked_for=True)

    def _judge(self, *, asked_for: bool) -> None:
        old = self._services.config
        if old is None:
            return
        notices, before = self._services.notices, self._judged
        notices.pop("configuration", None)
        digest = "unreadable"
        try:
            file = self._read()
            digest = file.digest
            config = self._parse(file)
            waiting = [] if asked_for else loosened(old, config)
            if waiting:
                self._say(
                    "held",
                    before,
                    digest,
                    f"the edited file loosens {', '.join(waiting)}: it waits for SIGHUP or a restart",
                )
                return
            self._use(config, file)
        except ConfigError as error:
            self._say("refused", before, digest, f"the edited file cannot be used, the old one stays: {error}")
            return
        self._judged = digest
        if later := needs_restart(old, config):
            notices["configuration"] = f"a change of {', '.join(later)} needs a restart"
        logger.info("faasera: configuration %s is in use", digest)
        self._services.records.event("configuration", was=before, now=digest, outcome="used")

    def _say(self, outcome: str, before: str, digest: str, words: str) -> None:
        self._services.notices["configuration"] = words
        logger.warning("faasera: %s", words)
        self._services.records.event("configuration", was=before, now=digest, outcome=outcome)


def _standing(file: ConfigFile) -> tuple[int, ...] | None:
    """How the file is now; None while there is none."""
    try:
        return standing(os.stat(file.path)) if file.path is not None else None
    except OSError:
        return None
