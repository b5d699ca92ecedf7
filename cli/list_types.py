"""`faasera types`: what is looked for, by group, and how much of each type was found when measured."""

from __future__ import annotations

import click

from cli.console import print_table
from config.type_table import types as type_rows


@click.command("types")
def types() -> None:
    """List every type with its group, placeholder and an example.

    Groups and types can be named in a policy: `only: [secrets, EMAIL_ADDRESS]`. "masked": of so many rows written for
    measuring (tools/recall_rows.py) and corrected once: values as people and programs write them, in several languages.
    """
    rows = [[row.group, row.name, row.placeholder, row.what, row.example, row.recall] for row in type_rows()]
    print_table(["group", "type", "placeholder", "what", "example", "masked"], rows)
