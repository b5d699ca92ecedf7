"""The addon script as mitmproxy lists it: whether it is loaded, and how it comes back when its file was away.

mitmproxy takes a script off its list for good when the file is missing for a moment (git checkout, editors that
replace files). It is listed again here, unless somebody took it off by hand.
"""

from __future__ import annotations

import asyncio
import logging
import os
from pathlib import Path

from mitmproxy import ctx, exceptions
from mitmproxy.utils import asyncio_utils

logger = logging.getLogger("faasera")

RELOAD_SECONDS = 1.0


class Script:
    """`attached`: the script is loaded and drives the guard."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.attached = False
        self._listed: str | None = None
        self._watch: asyncio.Task[None] | None = None

    def __repr__(self) -> str:
        return f"Script(attached={self.attached})"

    def detach(self) -> None:
        """The script goes. Its `done` also comes first at shutdown, where running requests still finish."""
        if not ctx.master.should_exit.is_set():
            self.attached = False

    def note_list(self) -> None:
        """Remember under which name mitmproxy lists the script, and whether it was taken off by hand."""
        for listed in ctx.options.scripts:
            if self._is(listed):
                self._listed = listed
                return
        if self._listed is not None and self._is_file():
            self._listed = None  # taken off by hand, not because the file went away: stay closed

    def watch(self) -> None:
        self._watch = asyncio_utils.create_task(self._bring_back(), name="faasera: watch the script", keep_ref=True)

    def stop(self) -> None:
        if self._watch is not None:
            self._watch.cancel()

    async def _bring_back(self) -> None:
        while True:
            await asyncio.sleep(RELOAD_SECONDS)
            listed = self._listed
            if listed and listed not in ctx.options.scripts and self._is_file():
                logger.warning("faasera: the addon script is back: loading it again")
                try:
                    ctx.options.update(scripts=[*ctx.options.scripts, listed])
                except exceptions.OptionsError:
                    self._listed = listed  # gone again in between: the next round tries again

    def _is_file(self) -> bool:
        return self._listed is not None and os.path.isfile(_plain(self._listed))

    def _is(self, listed: str) -> bool:
        return os.path.realpath(_plain(listed)) == os.path.realpath(self.path)


def _plain(listed: str) -> str:
    """The path that mitmproxy opens for an entry of its list (addons/script.py)."""
    return os.path.expanduser(listed.strip("'\" "))
