"""Random tokens without a label go; hashes, ids, lock files, data and code stay."""

from __future__ import annotations

import base64
import random
import string

import pytest

from redaction.detector.rules.bare_tokens import bare_tokens

BASE62 = string.ascii_letters + string.digits
TOKEN = "Zq8wLmTr2xVb9KcYd4MnHs7gPj3R"
DATA = base64.b64encode(random.Random(1).randbytes(4000)).decode()


@pytest.mark.parametrize(
    ("alphabet", "size"), [(BASE62, 32), (BASE62 + "-_", 43), (BASE62 + "+/", 40), (BASE62, 64)], ids=str
)
def test_most_random_tokens_go(alphabet: str, size: int) -> None:
    rng = random.Random(size)
    found = 0
    for _ in range(300):
        token = rng.choice(BASE62) + "".join(rng.choices(alphabet, k=size - 2)) + rng.choice(BASE62)
        text = f"please use {token} for now"
        found += [text[span.start : span.end] for span in bare_tokens(text)] == [token]
    assert found >= 230


@pytest.mark.parametrize("where", ["{}", "use {} now", "X={}", '"{}",', "ключ {}\n", "see `{}`.", "a: {};"])
def test_wherever_it_stands(where: str) -> None:
    text = where.format(TOKEN)
    assert [text[span.start : span.end] for span in bare_tokens(text)] == [TOKEN]


@pytest.mark.parametrize(
    "text",
    [
        "3f786850e387550fdab836ed7e6dc881de23001b",
        "550e8400-e29b-41d4-a716-446655440000",
        f'"integrity": "sha512-{DATA[:86]}=="',
        f"sha256-{DATA[:43]}=",
        f"SHA256:{DATA[:43]}",
        f"golang.org/x/net v0.1.0 h1:{DATA[:43]}=",
        f"ssh-ed25519 {TOKEN}{TOKEN} bob@host",
        f"https://host.example/d/{TOKEN}/view",
        f"src/{TOKEN}.js",
        f"call_{TOKEN}",
        f'"id": "{TOKEN}"',
        f"etag: {TOKEN}",
        f"commit {TOKEN}",
        f"data:image/png;base64,{DATA}",
        base64.encodebytes(DATA.encode()).decode(),
        "-----BEGIN CERTIFICATE-----\n" + base64.encodebytes(DATA[:900].encode()).decode() + "-----END CERTIFICATE-----",
        "".join(f'    "{DATA[at : at + 60]}"\n' for at in range(0, 900, 60)),
        "AutoModelForSequenceClassificationWithPastKeyValues2024",
        "getElementsByTagNameNS(a,b){return this.querySelectorAllByAttributeName(c)}",
        "test_that_the_reader_closes_its_file_2",
        f"{TOKEN}.{TOKEN}.{TOKEN}",
    ],
    ids=lambda text: text[:24],
)  # fmt: skip
def test_look_alikes_stay(text: str) -> None:
    assert list(bare_tokens(text)) == []
