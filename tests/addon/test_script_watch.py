"""The script's place on mitmproxy's list: which file it is, when it was taken off by hand, and how it is listed again."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from mitmproxy import exceptions
from mitmproxy.test import taddons

from addon import script_watch
from addon.script_watch import Script

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(script_watch, "RELOAD_SECONDS", 0.01)


def listed(context: taddons.context, *paths: str) -> None:
    if "scripts" not in context.options:
        context.options.add_option("scripts", list, [], "")
    context.options._options["scripts"].value = list(paths)


async def rounds(watched: Script, context: taddons.context) -> list[str]:
    """The list after a few rounds of the watcher."""
    watched.watch()
    await asyncio.sleep(0.1)
    watched.stop()
    return list(context.options.scripts)


@pytest.mark.parametrize("spelling", ["plain", "quoted", "link"])
def test_a_file_that_went_and_came_is_listed_again(tmp_path: Path, spelling: str) -> None:
    async def go() -> None:
        path = tmp_path / "faasera_addon.py"
        path.write_text("")
        link = tmp_path / "link.py"
        link.symlink_to(path)
        name = {"plain": str(path), "quoted": f"'{path}'", "link": str(link)}[spelling]
        with taddons.context(loadcore=False) as context:
            listed(context, "other.py", name)
            watched = Script(path)
            watched.note_list()
            path.unlink()
            listed(context, "other.py")
            watched.note_list()
            assert await rounds(watched, context) == ["other.py"]
            path.write_text("")
            assert await rounds(watched, context) == ["other.py", name]
            assert await rounds(watched, context) == ["other.py", name]

    asyncio.run(go())


def test_taken_off_by_hand_it_stays_off(tmp_path: Path) -> None:
    async def go() -> None:
        path = tmp_path / "faasera_addon.py"
        path.write_text("")
        with taddons.context(loadcore=False) as context:
            listed(context, str(path))
            watched = Script(path)
            watched.note_list()
            listed(context)
            watched.note_list()
            assert await rounds(watched, context) == []

    asyncio.run(go())


def test_a_refused_list_is_tried_again(tmp_path: Path) -> None:
    async def go() -> None:
        path = tmp_path / "faasera_addon.py"
        path.write_text("")
        with taddons.context(loadcore=False) as context:
            listed(context, str(path))
            watched = Script(path)
            watched.note_list()
            listed(context)
            calls: list[int] = []

            def refuse(updated: object) -> None:
                calls.append(1)
                if len(calls) < 3:
                    raise exceptions.OptionsError("gone again")

            context.options.changed.connect(refuse)
            assert await rounds(watched, context) == [str(path)]
            assert len(calls) >= 3

    asyncio.run(go())


def test_a_shutdown_leaves_it_attached(tmp_path: Path) -> None:
    async def go() -> None:
        with taddons.context(loadcore=False) as context:
            watched = Script(tmp_path / "x.py")
            for closing in (True, False):
                watched.attached = True
                (context.master.should_exit.set if closing else context.master.should_exit.clear)()
                watched.detach()
                assert watched.attached is closing

    asyncio.run(go())
