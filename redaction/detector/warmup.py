"""Text to warm up with: what prose, code, data and logs look like, made of everyday words.

RE2 builds its automata, and the tagger its vectors of words, as they read: what is read at the start costs no request.
"""

from __future__ import annotations

from collections.abc import Sequence

_SENTENCES = (
    "Hello, what do you think of the following? My colleague asked about it on Monday, 12 May 2025.\n"
    "def read(path: str, *, limit: int = 1024) -> bytes:  # https://docs.python.org/3/library/io.html, since v1.2.3\n"
    '    return open(path, "rb").read(limit) if limit > 0 else b"\\x00" * 16  # 0x7fff 10.0.0.1\n'
    '{"id": 17, "name": "example", "token": null, "values": [1, 2.5, 3e8], "created": "2025-05-12T10:00:00Z"}\n'
)
_SHAPES = (
    '{A} {b} {c}, {d} the {e} of {f}. {G} {h}\'s {a} was {n} on 2025-05-12; it is "{c}" ({d}).\n',
    "{B} {c} and {D} {e} - {f}: {g}? We don't {h} {a}!\n\n",
    '  {{"{a}": "{b} {c}", "{d}_{e}": {n}, "{f}": [{n}, null], "{g}": {{"{h}": true}}}},\n',
    "    {a}_{b} = self.{c}({d}, {e}={n})  # {F} {g}\n",
    "def {a}({b}: {C}, *, {d}: int = {n}) -> None:\n        return [{e}[{n}] for {f} in {g}.{h}()]\n",
    "2025-05-12T10:31:07.{n}Z INFO  [{a}-{n}] {b}.{c}.{D} - {e} {f}={n} GET /{g}/{h}/{n} 10.0.0.{n} {n} ms\n",
)
_AT_ONCE = 8
# What most processes meet sooner or later, and whose tables take a tenth of a second or more to build: labels of other
# alphabets, numbers that libphonenumber judges, words that may be a wallet's recovery phrase, text behind a coding.
SELDOM = (
    "Für die Straße gilt: Größe, Ärger, Übung, café, Señor, Łódź; пароль: пример. パスワード 密码 비밀번호 كلمة\n"
    "Call +44 20 7946 0958 or 030 901820-0, 00 33 1 42 68 53 00, 06-4417-2083; ruf an: 0151 23456789\n"
    "YSBjb2RlZCB0ZXh0IG9mIGphbmUuZG9lQGNvcnAuY29t\n"
    "abandon ability able about above absent absorb abstract absurd abuse access words\n"
)


def warm_up(everyday: Sequence[str]) -> str:
    """About 60 code points for every eight words."""
    out = [_SENTENCES]
    for turn, start in enumerate(range(0, len(everyday) - _AT_ONCE + 1, _AT_ONCE)):
        chosen = everyday[start : start + _AT_ONCE]
        small = dict(zip("abcdefgh", chosen, strict=True))
        capital = {name.upper(): word.capitalize() for name, word in small.items()}
        out.append(_SHAPES[turn % len(_SHAPES)].format(n=turn * 37 % 1000, **small, **capital))
    return "".join(out)
