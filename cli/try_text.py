"""`faasera try`: what would leave of a text."""

from __future__ import annotations

import sys
from collections import Counter

import click
import msgspec

from cli.console import say
from cli.text_masker import TextMasker


@click.command("try")
@click.argument("text", nargs=-1)
@click.option("--policy", help="The policy to use instead of the default one.")
@click.option("--json", "as_json", is_flag=True, help="Replacement and findings as JSON.")
@click.option("--show", is_flag=True, help="With --json: the found values, too.")
def try_text(text: tuple[str, ...], policy: str | None, as_json: bool, show: bool) -> None:
    """Show what would leave of TEXT, or of standard input.

    \b
        faasera try "I am Jane Doe, call 415-555-0132"
        git diff | faasera try --json
    """
    if text:
        given = " ".join(text)
    elif sys.stdin.isatty():
        raise click.UsageError("give a TEXT, or pipe one in")
    else:
        given = sys.stdin.buffer.read().decode("utf-8", "surrogateescape")
    [masking] = TextMasker(policy).mask([given])
    if not as_json:
        sys.stdout.buffer.write(masking.replacement.encode("utf-8", "surrogateescape"))
        sys.stdout.buffer.write(b"" if masking.replacement.endswith("\n") else b"\n")
        counts = Counter(span.type for span in masking.spans)
        if sys.stdout.isatty():
            say(", ".join(f"{kind} {count}" for kind, count in sorted(counts.items())) or "nothing found")
        return
    findings = [
        {
            "type": span.type,
            "start": span.start,
            "end": span.end,
            "recognizer": span.recognizer,
            "score": round(span.score, 3),
        }
        | ({"value": given[span.start : span.end]} if show else {})
        for span in masking.spans
    ]
    told = {"replacement": masking.replacement, "findings": findings}
    click.echo(msgspec.json.format(msgspec.json.encode(told), indent=2).decode())
