"""Vendor keys: a hundred and more random ones of every format go, whatever stands beside them; what only looks alike stays."""

from __future__ import annotations

import random
import re
import string
import zlib

import pytest

from config.redaction_settings import Policy
from dialects.vendor_keys import ALPHABETS, HAS_CRC32, VendorKey, vendor_keys
from redaction.detector.detect import Detector
from redaction.detector.policy import compile_policy
from redaction.detector.rules.bare_tokens import bare_tokens
from redaction.detector.rules.recognizers.secrets_vendors import ROWS
from redaction.detector.rules.rule_matcher import RuleMatcher
from redaction.detector.rules.vendor_key_scan import SHORTEST_PREFIX, drawn, github_checksum, vendor_key_spans
from tests.support.depth import depth

EACH = depth(100, 200)
CHARS = {
    name: [c for c in map(chr, range(33, 127)) if re.fullmatch(f"[{chars}]", c)] for name, chars in ALPHABETS.items()
}
ALNUM = {name: [c for c in chars if c.isalnum()] or chars for name, chars in CHARS.items()}
BASE62 = string.digits + string.ascii_uppercase + string.ascii_lowercase


def crc(body: str) -> str:
    number, out = zlib.crc32(body.encode()), ""
    for _ in range(6):
        number, rest = divmod(number, 62)
        out = BASE62[rest] + out
    return out


def make(key: VendorKey, rng: random.Random) -> str:
    """A random key of a format; its pieces begin and end with a letter or digit, as far as their alphabet has any."""
    parts: list[str] = []
    for piece in key.pieces:
        if piece.texts:
            parts.append(rng.choice(piece.texts))
            continue
        size = rng.randint(piece.least, min(piece.most, piece.least + 20))
        if HAS_CRC32 in key.flags and piece.most == 36:
            body = "".join(rng.choices(BASE62, k=30))
            parts.append(body + crc(body))
        elif size:
            ends, chars = ALNUM[piece.alphabet], CHARS[piece.alphabet]
            parts.append("".join((rng.choice(ends), *rng.choices(chars, k=max(0, size - 2)), rng.choice(ends)))[:size])
    return "".join(parts)


PREFIXED = [key for key in vendor_keys() if min(map(len, key.prefixes)) >= SHORTEST_PREFIX]
OTHERS = [key for key in vendor_keys() if min(map(len, key.prefixes)) < SHORTEST_PREFIX]


def secret_of(key: VendorKey, value: str) -> str:
    match = re.fullmatch(key.pattern, value)
    assert match, key.name
    return match.group(1)


def leaks(key: VendorKey, values: list[str], text: str, places: list[int], spans: list[tuple[int, int]]) -> int:
    covered = bytearray(len(text))
    for start, end in spans:
        covered[start:end] = b"\1" * (end - start)
    count = 0
    for place, value in zip(places, values, strict=True):
        secret = secret_of(key, value)
        start = place + len(value) - len(secret)
        count += not all(covered[start : start + len(secret)])
    return count


def lines_of(values: list[str], lead: str) -> tuple[str, list[int]]:
    places, at, parts = [], 0, []
    for value in values:
        places.append(at + len(lead))
        parts.append(f"{lead}{value}\n")
        at += len(parts[-1])
    return "".join(parts), places


# A format whose random characters are few may draw a word or too few different ones: one in a hundred at most.
@pytest.mark.slow
def test_random_keys_of_every_prefix_are_found() -> None:
    rng = random.Random(7)
    missed = {}
    for key in PREFIXED:
        values = [make(key, rng) for _ in range(EACH)]
        text, places = lines_of(values, "secret key = ")
        spans = [(span.start, span.end) for span in vendor_key_spans(text)]
        if count := leaks(key, values, text, places, spans):
            missed[key.name] = count
    assert {name: count for name, count in missed.items() if count > EACH // 100} == {}
    assert sum(missed.values()) <= len(PREFIXED) * EACH // 2000


def test_random_keys_without_a_prefix_are_found() -> None:
    rng = random.Random(8)
    missed = {}
    for key in OTHERS:
        rules = RuleMatcher((tuple(row for row in ROWS if row.name == f"vendor_{key.name}"),))
        values = [make(key, rng) for _ in range(EACH)]
        text, places = lines_of(values, "secret key: ")
        spans = [(span.start, span.end) for span in rules.find(text)]
        if count := leaks(key, values, text, places, spans):
            missed[key.name] = count
    assert {name: count for name, count in missed.items() if count > EACH // 50} == {}


def test_examples_are_found_and_near_misses_are_not() -> None:
    for key in PREFIXED:
        text = f"secret key = {key.example} end"
        found = [text[span.start : span.end] for span in vendor_key_spans(text)]
        assert found == [secret_of(key, key.example)], key.name
        assert list(vendor_key_spans(f"secret key = {key.near_miss} end")) == [], key.name
    rules = RuleMatcher((ROWS,))
    for key in OTHERS:
        text = f"secret key: {key.example} end"
        assert secret_of(key, key.example) in [text[span.start : span.end] for span in rules.find(text)], key.name
        assert list(rules.find(f"secret key: {key.near_miss} end")) == [], key.name


HF = "hf_" + "QmWzRtYpLkJhGfDsAqXcVbNmKjHgFdSaPo"
DASHED = "glpat-" + "Zq_8-wLmTr2xVb9KcYd4"


@pytest.mark.parametrize("key", [HF, DASHED], ids=["letters", "dashes"])
@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", ""), (" ", " "), ('"', '"'), ("'", "',"), ("(", ")"), ("=", "&x=1"), ("MY_", " "), ("令牌是", "。"), ("ключ ", "."),
        ("\\n", "\\n"), ("\\u0022", "\\u0022"), ("%3D", "%26"), ("\x1b[31m", "\x1b[0m"), ("<b>", "</b>"), ("[", "]"), ("`", "`"),
        ("token:", ";"), ("", ", and"), ("", "…"), ("é", "é"),
    ],
    ids=str,
)  # fmt: skip
def test_edges(key: str, before: str, after: str) -> None:
    text = before + key + after
    assert [text[span.start : span.end] for span in vendor_key_spans(text)] == [key]


NPM, AWS = "npm_" + "q7Zt1LmWx9Vb3Kd5Rf8Hj2Np4Sg6Yc0Ta1Uw", "AKIA" + "QZ7WLM4XTB2VKD5R"


@pytest.mark.parametrize(
    ("before", "key", "after"),
    [
        ("x", DASHED, ""), ("token", DASHED, " "), ("9", DASHED, "."), ("is", AWS, " "), ("", AWS, "x"), ("the", AWS, "key"),
        ("id7", AWS, ";"), ("Key", NPM, "."),
    ],
    ids=str,
)  # fmt: skip
def test_a_telling_prefix_begins_a_key_behind_a_letter(before: str, key: str, after: str) -> None:
    text = before + key + after
    assert [text[span.start : span.end] for span in vendor_key_spans(text)] == [key]


@pytest.mark.parametrize(
    "text",
    [
        "version_" + "q7Zt1LmWx9Vb3Kd5Rf8Hj2Np4Sg6Yc0Ta1UwQm2B",  # `ion_` ends words
        "X" + AWS,  # a longer word of capitals
        AWS + "7",
        "multitask_test_configuration_of_workers",
        "nested_risk_live_positions_by_account",
        "xglpat-your_token_goes_here_",
    ],
)
def test_words_that_hold_a_prefix_stay(text: str) -> None:
    assert list(vendor_key_spans(text)) == []


def test_offsets_count_code_points() -> None:
    text = f"日本語 {HF} ключ {DASHED} 🔑 {HF}"
    assert [text[span.start : span.end] for span in vendor_key_spans(text)] == [HF, DASHED, HF]


@pytest.mark.parametrize(
    "text",
    [
        "x" + HF,
        "550e8400-e29b-41d4-a716-446655440000",
        "3f786850e387550fdab836ed7e6dc881de23001b",
        "sha512-Zq8wLmTr2xVb9KcYd4Zq8wLmTr2xVb9KcYd4Zq8wLmTr2xVb9KcYd4Zq8wLmTr2xVb9KcYd4Zq8wLmTr2xVb9KcYd4Zq8w==",
        "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
        "hf_transfer_enabled_by_default_for_everyone",
        "sk-learn-contrib-imbalanced-estimators-and-others",
        "npm_config_registry_url_for_all_users_of_it",
        "pk_field_name_of_the_related_model_class",
        "xoxb-your-token-goes-here-please-replace",
        "hf_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
        "v1.0-beta.2 of 2024-05-01",
        "https://hooks.slack.com/services/",
        "pat-eu1 and sl.example.com",
        "function a(b,c){return b.re_render_all_components_at_once(c)}!function(){}();",
        "ghp_short",
        "fc-list, fc-match and fc-cache-refresh-everything-now-please",
        "key-value-store-for-all-the-things",
        "AKIAIOSFODNN",
        "SKELETON0123456789",
        "live_reload_server_for_the_development_mode_only",
    ],
    ids=lambda text: text[:24],
)
def test_look_alikes_stay(text: str) -> None:
    assert list(vendor_key_spans(text)) == []


def test_a_telling_prefix_with_another_length_is_a_key_too() -> None:
    text = "glsa_" + "Zq8wLmTr2xVb9KcYd4Mn"
    assert [text[s.start : s.end] for s in vendor_key_spans(text)] == [text]
    assert list(vendor_key_spans("glsa_settings_for_all_the_dashboards")) == []


def test_strict_formats_need_no_context_and_no_judge() -> None:
    assert list(vendor_key_spans(HF, strict=True))
    assert not list(vendor_key_spans("sk-" + "Zq8wLmTr2xVb9KcYd4MnZq8wLmTr2xVb9KcYd4Mn", strict=True))


@pytest.mark.parametrize("where", ["{}", "see {} there", "k={};"])
def test_the_detector_masks_the_key_and_nothing_else(where: str) -> None:
    text = where.format(HF)
    found = Detector().find(text, compile_policy(Policy()))
    assert [(span.type, text[span.start : span.end]) for span in found] == [("API_KEY", HF)]


def test_github_checksum() -> None:
    body = "aB3dE5fG7hJ9kL1mN3pQ5rS7tU9vW1"
    assert github_checksum("ghp_" + body + crc(body))
    assert not github_checksum("ghp_" + body + "000000")
    assert not github_checksum("ghp_" + body + "00000-")


@pytest.mark.parametrize(
    ("body", "sure", "expected"),
    [
        ("QmWzRtYpLkJhGfDsAqXcVbNm", True, True),
        ("configuration_reader_class", True, False),
        ("configuration_reader_class", False, False),
        ("0123456789abcdef01234567", True, True),
        ("xxxxxxxxxxxxxxxxxxxxxxxx", False, False),
        ("xxxxZq8wLmTr2xVb9KcYd4Mn", False, True),
        ("aaaa1111", False, False),
    ],
)
def test_drawn(body: str, sure: bool, expected: bool) -> None:
    assert drawn(body, sure=sure) is expected


IDS = (
    "call_{b24} toolu_01{b22} srvtoolu_01{b22} msg_{h48} msg_01{b22} resp_{h48} rs_{h48} fc_{h48} ws_{h48} chatcmpl-{b29} cmpl-{b29} "
    "run_{b24} thread_{b24} asst_{b24} file-{b24} file_011{b20} req_011{b20} req_{h32} gen-1731234567-{b20} batch_{h32} vs_{h32} "
    "org-{b24} proj_{b24} user-{b24} ftjob-{b24} container_{b24} evt_{b24} cus_{b14} sub_{b24} price_{b24} pi_{b24} in_{b24} ch_{b24} "
    "prod_{b14} seti_{b24} pm_{b24} acct_{b16} ses-{b20} trace_{h32} span_{h16} session_{h32} conv_{h32} item_{b22} event_{b22} "
    "sg-{h17} i-{h17} vpc-{h17} ami-{h17} arn:aws:iam::123456789012:role/{b12} sha256:{h64} cache-{h32} turn_{h32} step-{b20}"
).split()


@pytest.mark.parametrize("shape", IDS)
def test_public_ids_stay(shape: str) -> None:
    rng = random.Random(shape)
    for _ in range(20):
        text = re.sub(
            r"\{([bh])(\d+)\}",
            lambda m: "".join(rng.choices(BASE62 if m[1] == "b" else "0123456789abcdef", k=int(m[2]))),
            shape,
        )
        assert list(vendor_key_spans(text, strict=True)) == [], text
        assert list(vendor_key_spans(f"the id {text} of it")) == [], text
        assert list(bare_tokens(f"the id {text} of it")) == [], text
