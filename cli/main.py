"""The command line `faasera`: a table of commands, each loaded when it is used."""

from __future__ import annotations

import importlib
from collections.abc import Mapping

import click

from cli import places
from config.version import __version__

# command -> (module of this package, name of the command in it, one line for `faasera --help`)
COMMANDS: Mapping[str, tuple[str, str, str]] = {
    "run": ("run_program", "run", "Run a program with every message to a language model masked."),
    "serve": ("serve", "serve", "Run the proxy until Ctrl-C."),
    "web": ("serve", "web", "Run the proxy with mitmweb's pages."),
    "try": ("try_text", "try_text", "Show what would leave of a text."),
    "scan": ("scan_files", "scan", "Count what would be masked in files and folders."),
    "doctor": ("doctor", "doctor", "Is this machine set up, and is text really masked?"),
    "types": ("list_types", "types", "List what is looked for, by group."),
    "config": ("config_commands", "config", "Check, show, write and apply the configuration."),
    "forget": ("forget", "forget", "Wipe a client's values from the store of all replicas."),
    "service": ("service", "service", "Run the proxy at login (systemd, this user)."),
    "ca": ("ca_commands", "ca", "Show and export the certificate authority."),
    "addon-path": ("main", "addon_path", "Print the file for `mitmdump -s`."),
}


class Commands(click.Group):
    """Loads a command's module only when the command is used: `faasera run` must start quickly."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, name, _ = COMMANDS[cmd_name]
        found = getattr(importlib.import_module(f"{__package__}.{module}"), name)
        assert isinstance(found, click.Command)
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The table's own lines: help loads no module."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, _, line) in COMMANDS.items()])


@click.command(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog='Completion: eval "$(_FAASERA_COMPLETE=bash_source faasera)" (or zsh_source, fish_source).',
)
@click.version_option(__version__, "-V", "--version", prog_name="faasera", message="%(prog)s %(version)s")
def main() -> None:
    """Masks names, numbers and secrets in what you send to a language model, on this machine, before it leaves.

    \b
        faasera run -- claude                 an agent, masked
        faasera try "I am Jane Doe"           what would leave
        faasera serve                         a proxy for everything, http://127.0.0.1:8080
    """


@click.command("addon-path")
def addon_path() -> None:
    """Print the path of the addon: mitmdump -s "$(faasera addon-path)"."""
    click.echo(places.ADDON)


if __name__ == "__main__":
    main()
