"""Table: what comes back in the arguments of a tool call, by the tool's name (`restore.tools` in the configuration).

`all`: every value. `text`: every value but those in an argument that is an address as a whole; of a tool that runs
programs, in addresses of the command line and behind programs that send. `none`: no value. A tool that no row knows
has `text`. Names are read as words: `WebFetch`, `web_fetch` and `mcp__web__fetch` have the same. A row matches when
the name has one of its words; for the second row it must have no word of the first.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from types import MappingProxyType
from typing import Literal

from redaction.restore.address_guards import Always, Command, Guard, ShownText, WholeAddress
from redaction.restore.placeholder_matcher import Lookup, RestoreCounts, one_way_types, restored

type Back = Literal["all", "text", "none"]
# What the configuration says: names, or patterns with `*`, of tools.
type ToolRules = Mapping[str, Back]

NO_RULES: ToolRules = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Row:
    """Words of a tool's name, one of which must be there; a tool that is meant, and one that nearly is."""

    words: frozenset[str]
    example: str
    near_miss: str


# Opens or sends: an argument may be an address without a scheme.
OPENS = Row(
    frozenset(
        {
            *("api", "browse", "browser", "crawl", "curl", "download", "email", "fetch", "goto", "http", "https"),
            *("link", "mail", "message", "navigate", "open", "post", "publish", "request", "scrape", "send", "share"),
            *("upload", "uri", "url", "urls", "visit", "web", "webhook", "website", "wget"),
        }
    ),
    "WebFetch",
    "read_file",
)
# Writes files on this machine: contents and paths come back whole, also those that are an address as a whole.
WRITES = Row(
    frozenset(["diff", "edit", "editor", "file", "files", "fs", "multiedit", "notebook", "patch", "write"]),
    "str_replace_based_edit_tool",
    "upload_file",
)

# Runs programs: a command line may open or send, or work on what is here.
RUNS = Row(
    frozenset(["bash", "cmd", "command", "console", "exec", "execute", "powershell", "run", "sh", "shell", "terminal"]),
    "local_shell",
    "shellfish_search",
)

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")


def words_of(name: str) -> frozenset[str]:
    """The words of a tool's name, lower case: `mcp__web__fetchUrl` has mcp, web, fetch, url."""
    return frozenset(word.lower() for word in _WORD.findall(name[:200]))


def guard_for(name: str, rules: ToolRules = NO_RULES) -> Guard:
    """The guard of one call's arguments. The configuration's rules come first."""
    told = next((back for pattern, back in rules.items() if fnmatchcase(name.lower(), pattern.lower())), None)
    words = words_of(name)
    opens = not words.isdisjoint(OPENS.words)
    if told is None:
        told = "all" if not opens and not words.isdisjoint(WRITES.words) else "text"
    if told != "text":
        return Always(stays=told == "none")
    return Command() if not opens and not words.isdisjoint(RUNS.words) else WholeAddress(bare=opens)


def string_restorer(lookup: Lookup, counts: RestoreCounts, rules: ToolRules) -> Callable[[str, str | None], str]:
    """Restores one whole string of a document: (text, the tool whose argument it is in or None) -> text."""

    def restore(text: str, tool: str | None) -> str:
        if tool is None:
            return restored(text, lookup, counts, guard=ShownText)
        return restored(text, lookup, counts, guard=lambda: guard_for(tool, rules), one_way=one_way_types(lookup))

    return restore
