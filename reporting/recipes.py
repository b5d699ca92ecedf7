"""Set-up recipes: how each client finds the proxy, how to undo it. The data is recipes.yaml.

`proof` says what stands behind a recipe: `measured` ones were run with the real client (which CA variable works
differs from client to client), `documented` ones follow the vendor's documentation.
Placeholders in braces are filled by `fill`: `{base}` (http://127.0.0.1:8080), `{host}`, `{port}`, `{ca}` (the CA
certificate, PEM), `{pac}` (address of the PAC file), `{pac_file}` (the file that `make pac` writes).
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Final, Literal

import msgspec
from msgspec.structs import replace
from ruamel.yaml import YAML

Platform = Literal["linux", "macos", "windows"]
_FILE: Final = Path(__file__).with_name("recipes.yaml")


class Step(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One thing to do: a sentence, and where it applies the lines to type (`shell` names their language)."""

    text: str
    code: str = ""
    shell: str = "sh"


class Recipe(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How one client is set up. `door` is the door it comes in by; `note` says what to know before."""

    id: str
    title: str
    group: str
    door: Literal["gateway", "interception"]
    platforms: tuple[Platform, ...]
    steps: tuple[Step, ...]
    undo: Step
    proof: Literal["measured", "documented"]
    note: str = ""


@cache
def recipes() -> tuple[Recipe, ...]:
    """All rows in the order they are shown: people come for their agent or SDK first. Read at the first use."""
    return msgspec.convert(YAML(typ="safe", pure=True).load(_FILE.read_text(encoding="utf-8")), tuple[Recipe, ...])


def fill(
    recipe: Recipe,
    *,
    host: str = "127.0.0.1",
    port: int = 8080,
    ca: str = "~/.mitmproxy/mitmproxy-ca-cert.pem",
    pac_file: str = "faasera.pac",
) -> Recipe:
    """The recipe with this machine's values in place of `{base}`, `{host}`, `{port}`, `{ca}`, `{pac}`, `{pac_file}`."""
    authority = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    values = {
        "{base}": f"http://{authority}",
        "{host}": host,
        "{port}": str(port),
        "{ca}": ca,
        "{pac}": f"http://{authority}/proxy.pac",
        "{pac_file}": pac_file,
    }

    def put(text: str) -> str:
        # Not str.format: braces belong to shells, JSON and Python too.
        for name, value in values.items():
            text = text.replace(name, value)
        return text

    def put_step(step: Step) -> Step:
        code = step.code
        if step.shell == "sh":
            code = code.replace("{ca}", _shell_word(ca))
        return replace(step, text=put(step.text), code=put(code))

    return replace(
        recipe, steps=tuple(put_step(step) for step in recipe.steps), undo=put_step(recipe.undo), note=put(recipe.note)
    )


def _shell_word(path: str) -> str:
    """A path as one word of a POSIX shell; `~` stays bare, as the shell must expand it."""
    return path if re.fullmatch(r"[\w@%+=:,./~-]+", path, re.ASCII) else shlex.quote(path)


def for_platform(rows: Iterable[Recipe], platform: str) -> tuple[Recipe, ...]:
    """The recipes that work on `sys.platform` (`linux`, `darwin`, `win32`); all of them for another system."""
    name = {"linux": "linux", "darwin": "macos", "win32": "windows"}.get(platform)
    return tuple(recipe for recipe in rows if name is None or name in recipe.platforms)
