"""Set-up recipes: how each client finds the proxy, how to undo it. Data; the status page and README show them.

`proof` says what stands behind a recipe: `measured` ones were run with the real client (which CA variable works
differs from client to client), `documented` ones follow the vendor's documentation.
Placeholders in braces are filled by `fill`: `{base}` (http://127.0.0.1:8080), `{host}`, `{port}`, `{ca}` (the CA
certificate, PEM), `{pac}` (address of the PAC file), `{pac_file}` (the file that `make pac` writes).
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final, Literal

Platform = Literal["linux", "macos", "windows"]
Proof = Literal["measured", "documented"]
ALL: Final[tuple[Platform, ...]] = ("linux", "macos", "windows")
UNIX: Final[tuple[Platform, ...]] = ("linux", "macos")


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do: a sentence, and where it applies the lines to type (`shell` names their language)."""

    text: str
    code: str = ""
    shell: str = "sh"


@dataclass(frozen=True, slots=True)
class Recipe:
    """How one client is set up. `door` is the door it comes in by; `note` says what to know before."""

    id: str
    title: str
    group: str
    door: Literal["gateway", "interception"]
    platforms: tuple[Platform, ...]
    steps: tuple[Step, ...]
    undo: Step
    proof: Proof
    note: str = ""


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


def for_platform(recipes: Iterable[Recipe], platform: str) -> tuple[Recipe, ...]:
    """The recipes that work on `sys.platform` (`linux`, `darwin`, `win32`); all of them for another system."""
    name = {"linux": "linux", "darwin": "macos", "win32": "windows"}.get(platform)
    return tuple(recipe for recipe in recipes if name is None or name in recipe.platforms)


def markdown(recipe: Recipe) -> str:
    """The recipe for README: a heading of level 4, numbered steps with their code, and how to undo it."""
    lines = [f"#### {recipe.title}", ""]
    if recipe.note:
        lines += [recipe.note, ""]
    for number, step in enumerate(recipe.steps, 1):
        lines += [f"{number}. {step.text}", *_fenced(step)]
    lines += [f"Undo: {recipe.undo.text}", *_fenced(recipe.undo, indent="")]
    return "\n".join(lines).rstrip() + "\n"


def _fenced(step: Step, indent: str = "   ") -> list[str]:
    if not step.code:
        return [""]
    body = [f"{indent}{line}" if line else "" for line in step.code.splitlines()]
    return ["", f"{indent}```{step.shell}", *body, f"{indent}```", ""]
