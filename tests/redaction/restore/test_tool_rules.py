"""Which tools get what: by words of their names, and by the configuration before that."""

from __future__ import annotations

import pytest

from redaction.restore.address_guards import Always, Command, WholeAddress
from redaction.restore.placeholder_matcher import RestoreCounts
from redaction.restore.tool_rules import OPENS, RUNS, WRITES, ToolRules, guard_for, string_restorer, words_of

ADDRESS = "https://x.example/[[NAME_abcdefg]]"


@pytest.mark.parametrize("row", [OPENS, WRITES, RUNS], ids=["opens", "writes", "runs"])
def test_rows(row: object) -> None:
    assert isinstance(row, type(OPENS))
    assert words_of(row.example) & row.words
    other = {id(OPENS): WRITES, id(WRITES): OPENS}.get(id(row))
    assert not words_of(row.near_miss) & row.words if other is None else words_of(row.near_miss) & other.words


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Write", Always),
        ("str_replace_based_edit_tool", Always),
        ("MultiEdit", Always),
        ("apply_patch", Always),
        ("functions.write_file", Always),
        ("mcp__fs__writeFile", Always),
        ("WebFetch", WholeAddress),
        ("upload_file", WholeAddress),
        ("browser_navigate", WholeAddress),
        ("Bash", Command),
        ("run_shell_command", Command),
        ("rerunner", WholeAddress),
        ("rewriter", WholeAddress),  # not the word `write`
        ("", WholeAddress),
    ],
)
def test_by_name(name: str, kind: type) -> None:
    assert isinstance(guard_for(name), kind)


@pytest.mark.parametrize(
    ("name", "tool_rules", "back"),
    [
        ("WebFetch", {}, False),
        ("WebFetch", {"webfetch": "all"}, True),
        ("mcp__crm__open", {"mcp__crm__*": "all"}, True),
        ("Write", {}, True),
        ("Write", {"write": "text"}, False),
        ("Write", {"*": "none"}, False),
        ("Write", {"other": "none"}, True),
        (None, {"*": "all"}, False),  # text for a person
    ],
)
def test_the_configuration_comes_first(name: str | None, tool_rules: ToolRules, back: bool) -> None:
    restore = string_restorer({"abcdefg": "Bob"}.get, RestoreCounts(), tool_rules)
    assert restore(ADDRESS, name) == (ADDRESS.replace("[[NAME_abcdefg]]", "Bob") if back else ADDRESS)
    assert restore("[[NAME_abcdefg]]", name) == ("[[NAME_abcdefg]]" if "none" in tool_rules.get("*", "") else "Bob")
