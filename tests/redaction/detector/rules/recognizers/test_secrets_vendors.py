"""Vendor tokens. Each sample is put together here, so that no secret scanner trips over this file."""

from __future__ import annotations

import pytest

from redaction.detector.rules.recognizers.secrets_vendors import ROWS
from tests.support.finding import DETECTOR, PLAIN

A = "aB3dE5fG7hJ9kL1mN3pQ5rS7tU9vW1xY3zA5bC7dE9fG1hJ3kL5mN7pQ9rS1tU3vW5xY7zA9"
H = "0123456789abcdef0a1b2c3d4e5f60718293a4b5c6d7e8f9a0b1c2d3e4f5061728394a5b6c7d8e9f"


@pytest.mark.parametrize(
    ("prefix", "rest"),
    [
        ("sk-", A[:48]), ("sk-proj-", A[:60]), ("sk-ant-", "api03-" + A[:60]), ("sk-or-v1-", H[:64]), ("gsk_", A[:52]), ("xai-", A + A[:8]),
        ("pplx-", A[:48]), ("hf_", A[:34]), ("r8_", A[:37]), ("AKIA", "IOSFODNN7QWERTYU"[:16]), ("LTAI", A[:20]), ("AIza", A[:35]), ("ya29.", A),
        ("GOCSPX-", A[:28]), ("ghp_", A[:36]), ("github_pat_", A[:60]), ("glpat-", A[:20]), ("xoxb-", "123456789012-" + A[:24]), ("SG.", A[:22] + "." + A[:43]),
        ("sk_live_", A[:24]), ("rk_test_", A[:24]), ("whsec_", A[:32]), ("shpat_", H[:32]), ("npm_", A[:36]), ("pypi-AgE", A + A[:10]), ("rubygems_", H[:48]),
        ("dckr_pat_", A[:27]), ("dop_v1_", H[:64]), ("hvs.", A[:40]), ("pul-", H[:40]), ("dapi", H[:32]), ("glsa_", A[:40]), ("NRAK-", A[:27].upper()),
        ("PMAK-", H[:24] + "-" + H[:34]), ("lin_api_", A[:40]), ("figd_", A[:40]), ("tskey-auth-", A[:30]), ("AC", H[:32]), ("dp.pt.", A[:43]),
        ("AGE-SECRET-KEY-1", "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7LQPZRY9X8GF2TVDW0S3JN54KHCE"), ("123456789:AA", A[:33]), ("sgp_", H[:40]), ("pat", A[:14] + "." + H[:64]),
    ],
)  # fmt: skip
def test_tokens(prefix, rest):
    token = prefix + rest
    for text in (token, f"use {token} now", f'KEY="{token}"', f"k={token};", f"({token})"):
        found = DETECTOR.find(text, PLAIN)
        assert [span.type for span in found] == ["API_KEY"], text
        assert text[found[0].start : found[0].end] == token


@pytest.mark.parametrize(
    "text",
    [
        "sk-" + "estimator-html-representation",
        "ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
        "xoxb-your-token-here",
        "x" + "ghp_" + "configuration_of_the_release_branches",
        "AKIA1234",
        "hf_transfer_enabled_by_default",
        "npm_config_registry_url_for_all_users_of_it",
        "sk-learn",
    ],
)
def test_near_misses(text):
    assert DETECTOR.find(text, PLAIN) == ()


def test_only_formats_without_a_prefix_are_rules() -> None:
    assert 20 <= len(ROWS) <= 40
