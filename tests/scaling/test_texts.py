"""Every reader of text costs in proportion to its length, whatever piece the text repeats.

A reader and the pieces that are hard for it, on its own: a step that is slow cannot hide behind the others'.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import cache
from itertools import count

import pytest

from config.redaction_settings import Policy
from redaction.detector.byte_dumps import dumps
from redaction.detector.canonical.canonical_text import canonical
from redaction.detector.detect import Detector
from redaction.detector.policy import compile_policy
from redaction.detector.rules.bare_tokens import bare_tokens
from redaction.detector.rules.cookie_values import cookie_values
from redaction.detector.rules.private_keys import private_keys
from redaction.detector.rules.secret_files import file_secrets
from redaction.detector.rules.table_headers import Columns
from redaction.detector.rules.vendor_key_scan import vendor_key_spans
from redaction.detector.tagger import tokens
from redaction.detector.tagger.network import Tagger
from tests.redaction.detector.canonical.test_canonical_text import READS, STAYS
from tests.scaling.cost import MOST, ratio
from tests.support.finding import LABELLED

type Read = Callable[[str], object]

TOKEN = "Zq8wLmTr2xVb9KcYd4MnHs7gPj3R"
KEY = "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"
PLAIN = compile_policy(Policy())


@cache
def detector() -> Detector:
    return Detector(Tagger())


def columns(text: str) -> list[str]:
    found = Columns(text)
    return [found.header_line(at) for at in range(0, len(text), 500)]


NOTATIONS = ("%3f%00%9a", "\x1b[", "\x1b[1;", "\\", "&", "=", "1/", "a\n>")
READERS: dict[str, tuple[Read, dict[str, str]]] = {
    "notations": (canonical, {
        **{name: text for name, (text, _) in READS.items()}, **STAYS, **{repr(piece): piece for piece in NOTATIONS},
    }),
    "labels": (lambda text: LABELLED.find(text), {
        "glued labels": "api_key=Xk29xapi_key=",
        "labels": "password ",
        "open quotes": 'password="',
        "escapes": 'password="\\',
        "colons": "password:",
        "elements": "<password>",
        "closers": "password=))))))))",
        "headers": "password,token\n",
        "pipes": "|password",
        "inserts": "insert into t (password) values (",
        "commands": "curl -u ",
        "is": "password is ",
        "for the": "password for the ",
        "blocks": "password: |\n  ",
        "beginnings": "pasпарол",
        "births": "born on ",
        "phones": "tel 1 2 3 ",
    }),
    "columns": (columns, {
        "a long line": "a", "cells": "a,", "lines": "a,b\n", "drawn lines": "|--|--|\n", "long cells": f"{'a' * 400},\n"
    }),
    "cookies": (lambda text: list(cookie_values(text)), {
        "headers": "Cookie: a=b; ", "pairs": "a=b1c2d3e4; ", "names": "Cookie: ", "headers inside a value": "cookie=c=",
    }),
    "private keys": (private_keys, {
        piece: piece for piece in (
            "BEGIN ", "-----BEGIN ", "-----BEGIN PRIVATE KEY-----", "-----END PRIVATE KEY-----\n", "AAAABBBB\n",
            "MIIABCIBAzCAxx", "Private-Lines: 400\nAAAA\n", "$ANSIBLE_VAULT;1.1;AES256\n",
        )
    }),
    "vendors' keys": (lambda text: list(vendor_key_spans(text)), {
        piece: piece for piece in ("sk-aaaaaaaaaaaa ", "hf_Ab1 ", f"{KEY} ", "https://hooks.slack.com/services/ ", "é" * 9 + KEY)
    }),
    "secret files": (lambda text: list(file_secrets(text)), {
        piece: piece for piece in (
            '"kty" "d":"', "machine a login b password c ", "a:5432:b:c:d\n", '"value": "x", "sensitive": ', "{AQAA", "token: x\nusers:\n",
        )
    }),
    "bare tokens": (lambda text: list(bare_tokens(text)), {
        piece: piece for piece in ("aB3dE5fG7hJ9kL1mN3pQ5rS7tU ", f"{TOKEN}\n", "a" * 30 + " ", f"id: {TOKEN} ")
    }),
    "dumps that end in what is none": (lambda text: list(dumps(f"{text.rstrip(' :,')}99", len(text) + 9)), {
        piece: piece for piece in ("12, ", "abcd ", "aa:", "101 ")
    }),
    "words": (tokens.split, {
        piece: piece for piece in ("가", "는", "ก", "\u17d2", "a\u0301", "아는 ")
    }),
    "detector": (lambda text: detector().find(text, PLAIN), {
        "letters": "a",
        "digits": "1",
        "spaces": " ",
        "line breaks": "\n",
        "dots": "a.",
        "at signs": "a@",
        "mail": "a@b.",
        "hyphens": "1-",
        "digit groups": "123 ",
        "cards": "4111 1111 1111 1111 ",
        "phones": "(555) 123-4567",
        "plus": "+1",
        "names": "Jane Doe ",
        "capitals": "Aa",
        "honorific": "Dr. ",
        "labels": "password: ",
        "assignments": 'secret="',
        "urls": "https://a:b@",
        "slashes": "/a",
        "backslashes": "C:\\a ",
        "pipes": "a|",
        "commas": "1,",
        "table": "a,ssn\n1,123456789\n",
        "rule lines": "|---|---|\n",
        "placeholders": "[[NAME]]",
        "open brackets": "[[",
        "closing brackets": "]]",
        "percent": "%41",
        "entities": "&#64;",
        "quoted-printable": "=40=\n",
        "soft breaks": "a=\n",
        "begin": "-----BEGIN PRIVATE KEY-----\n",
        "zero width": "1\u200b",
        "percent with a control character": "%3f%00%9a",
        "escaped line breaks": "a\\n1",
        "backslashes alone": "\\",
        "code points": "\\u0031",
        "escaped bytes": "\\xc3\\xa9",
        "colours": "\x1b[31m1",
        "parameters": "\x1b[1;",
        "unfinished strings": "\x1b]8;",
        "overstrikes": "1\b",
        "marks": "1\u0336",
        "composed": "e\u0301",
        "slashed digits": "1/",
        "underscored groups": "A_1_",
        "at in brackets": "a.(at)",
        "quote prefixes": "a\n>>>",
        "ampersands": "&a",
        "padded entities": "&#000000065",
        "glued labels": "api_key=Xxxxx",
        "glued passwords": "password:secret_token=",
        "glued labels of one character": "密码:",
        "coded mail": "aW5lc0BsdW1lbi5kZQ ",
        "coded words": "aGVsbG8gd29ybGQh/",
        "hex of text": "68656c6c6f20776f726c64 ",
        "hex dump": "68 65 6c ",
        "full width": "１",
        "Chinese": "王小明",
        "surrogates": "\ud800",
        "hex pairs": "aa:",
        "colons": "a:b:",
        "addresses": "12 Oak Street, ",
        "base64": "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo",
        "jwt": "eyJhbGciOiJIUzI1NiJ9.",
        "underscores": "_a",
        "apostrophes": "O'",
        "touching": "123-45-6789+14155552671",
        "glued phones": "+44 20 7730 5263",
        "glued labels and numbers": "password 822893183license plate 978365046mrn 30876",
        "labels and numbers": "license plate is 651522035, name is 486100413, ",
        "labels on lines": "password: x1b2c3d4e5\napi_key: y9k8j7h6g5\n",
        "labels of one script": "提取码 纳税人识别号=案件號碼=学籍号 ",
        "user names": "CORP\\jsmith\n",
        "a street on and on": "Calle Mayor 3, ",
        "strings in a string": '\\"6011 0961 3714 3881\\", ',
        "documents in a string": '{\\"phone\\": \\"+49 89 6523392\\"}, ',
        "settings": "DB_HOST=db12.corp\nEMAIL=jane@corp.com\n",
        "compressed": "eJwrSa0oUchPUyjPL0opVjA2tjQxNTC0MCoZosIA98o+3Q== ",
        "noise": "".join(random.Random(7).choices("aZ09 .-_@:/=+,\n\"'|[]()%&é中", k=3000)),
    }),
}  # fmt: skip

# Some steps look at so many characters at most, and at each of them for each character: linear from that length on.
# What a whole line costs at each of its chunks shows in a long line.
SIZE = 4_000
LONGER = {
    ("columns", "a long line"): 1_000_000,
    ("labels", "pipes"): 24_000,
    ("detector", "digits"): 256_000,
    ("detector", "full width"): 256_000,
}


@pytest.mark.parametrize(
    ("reader", "piece"), [(reader, piece) for reader, (_, pieces) in READERS.items() for piece in pieces]
)
def test_four_times_the_text_takes_about_four_times_as_long(reader: str, piece: str) -> None:
    read, pieces = READERS[reader]
    text, numbers = pieces[piece], count()

    def work(size: int) -> Callable[[], object]:
        fresh = f"{next(numbers)} {text * (size // len(text) + 1)}"  # nothing of it is remembered
        return lambda: read(fresh)

    assert ratio(work, LONGER.get((reader, piece), SIZE)) < MOST
