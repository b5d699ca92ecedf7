from __future__ import annotations

import re
from pathlib import Path

import pytest

from cli.client_environment import BASE_URLS
from reporting.recipes import Recipe, fill, for_platform, recipes

RECIPES = recipes()

CLIENTS = (
    "claude-code", "codex", "gemini-cli", "openai-python", "anthropic-sdk", "google-genai", "python-proxy", "curl", "aider", "opencode", "gemini-cli-gateway", "node-24",
    "vercel-ai-sdk", "vscode", "chromium", "firefox",
    "gnome", "kde", "macos", "windows", "trust-linux", "trust-macos", "trust-windows",
)  # fmt: skip


def everything(recipe: Recipe) -> str:
    return "\n".join([recipe.note, *(f"{s.text}\n{s.code}" for s in (*recipe.steps, recipe.undo))])


def test_every_client_of_the_issue_has_a_recipe() -> None:
    ids = [recipe.id for recipe in RECIPES]
    assert len(ids) == len(set(ids))
    assert set(CLIENTS) <= set(ids)


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.id)
def test_rows_are_complete(recipe: Recipe) -> None:
    assert recipe.steps
    assert recipe.undo.text
    assert recipe.platforms
    filled = everything(fill(recipe, host="127.0.0.1", port=9999, ca="/etc/ca.pem"))
    assert not re.search(r"\{(base|host|port|ca|pac|pac_file)\}", filled)
    assert "8080" not in filled
    if recipe.door == "interception":
        assert "9999" in filled or "/etc/ca.pem" in filled


@pytest.mark.parametrize(
    ("client", "works", "fails"),
    [
        ("codex", "CODEX_CA_CERTIFICATE", "NODE_EXTRA_CA_CERTS"),
        ("claude-code", "NODE_EXTRA_CA_CERTS", "REQUESTS_CA_BUNDLE"),
        ("gemini-cli", "NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE"),
        ("python-proxy", "SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS"),
    ],
)
def test_measured_ca_variables(client: str, works: str, fails: str) -> None:
    (recipe,) = (one for one in RECIPES if one.id == client)
    assert recipe.proof == "measured"
    commands = "\n".join(step.code for step in recipe.steps)
    assert works in commands
    assert fails not in commands


def test_groups_are_contiguous() -> None:
    groups = [recipe.group for recipe in RECIPES]
    assert [g for at, g in enumerate(groups) if at == 0 or groups[at - 1] != g] == list(dict.fromkeys(groups))


@pytest.mark.parametrize(
    ("platform", "has", "lacks"),
    [("linux", "gnome", "macos"), ("darwin", "macos", "gnome"), ("win32", "windows", "claude-code")],
)
def test_platforms(platform: str, has: str, lacks: str) -> None:
    ids = {recipe.id for recipe in for_platform(RECIPES, platform)}
    assert has in ids
    assert lacks not in ids
    assert "chromium" in ids


def test_an_unknown_platform_gets_all() -> None:
    assert for_platform(RECIPES, "freebsd14") == RECIPES


def test_fill_quotes_paths_and_brackets_addresses() -> None:
    (recipe,) = (one for one in RECIPES if one.id == "claude-code")
    code = fill(recipe, host="::1", port=1, ca="/home/jane doe/ca.pem").steps[-1].code
    assert "export HTTPS_PROXY=http://[::1]:1\n" in code
    assert "NODE_EXTRA_CA_CERTS='/home/jane doe/ca.pem'\n" in code
    assert "CERTS=~/.mitmproxy/" in fill(recipe).steps[-1].code


@pytest.mark.parametrize(
    "recipe", [one for one in RECIPES if one.group == "Coding agents"], ids=lambda recipe: recipe.id
)
def test_recipes_of_agents_use_reversible_mode_and_say_why(recipe: Recipe) -> None:
    first = recipe.steps[0]
    assert "FAASERA_RESTORE" in first.code
    assert "into your files" in first.text


def test_the_page_of_clients_names_variables_that_recipes_and_run_set() -> None:
    page = (Path(__file__).parents[2] / "docs" / "clients.md").read_text(encoding="utf-8")
    told = dict(re.findall(r"`([A-Z_]+)=(http[^`]*)`", page))
    assert len(told) >= 5
    commands = "\n".join(everything(fill(recipe)) for recipe in RECIPES)
    for name, value in told.items():
        path = value.removeprefix("http://127.0.0.1:8080")
        assert path in (BASE_URLS[name], "/v1"), name  # the Vercel AI SDK wants /v1 for Anthropic too
        assert f"{name}={value}" in commands, name
    for name in set(re.findall(r"`([A-Z][A-Z_]+)(?:=1)?`", page)) - {"OPENAI_API_BASE"}:
        assert name in commands, name
