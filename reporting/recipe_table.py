"""All set-up recipes in the order they are shown: people come for their agent or SDK first. A new client is a row."""

from __future__ import annotations

from typing import Final

from reporting.recipe_clients import AGENTS, SDKS
from reporting.recipe_desktop import DESKTOP, TRUST
from reporting.recipes import Recipe

RECIPES: Final[tuple[Recipe, ...]] = AGENTS + SDKS + TRUST + DESKTOP
