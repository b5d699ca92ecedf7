"""The judge of tokens: random ones on one side, what people write on the other."""

from __future__ import annotations

import random
import string

import pytest

from redaction.detector.rules.token_judge import measures, randomness

ALPHABETS = {
    "letters": string.ascii_letters,
    "base62": string.ascii_letters + string.digits,
    "base64url": string.ascii_letters + string.digits + "-_",
    "small": string.ascii_lowercase + string.digits,
    "capitals": string.ascii_uppercase + string.digits,
}


@pytest.mark.parametrize("alphabet", ALPHABETS)
@pytest.mark.parametrize("size", [20, 32, 48])
def test_random_tokens_score_high(alphabet: str, size: int) -> None:
    rng = random.Random(size)
    low = sum(randomness("".join(rng.choices(ALPHABETS[alphabet], k=size))) <= 0 for _ in range(400))
    # Of 20 characters of few kinds some happen to look written.
    assert low <= (20 if size < 32 else 4)


@pytest.mark.parametrize(
    "token",
    """configuration_reader_class AutoModelForSequenceClassification getElementsByTagNameNS application/x-www-form-urlencoded
    MAX_CONNECTIONS_PER_HOST some-package-name-with-many-parts test_that_the_reader_closes_its_file XMLHttpRequestUpload
    kubernetes-dashboard-deployment-controller internationalization2 org.springframework.boot.autoconfigure Donaudampfschiff
    the-quick-brown-fox-jumps-over python3.13-site-packages-numpy content-security-policy-report-only is_authenticated_user
    node_modules/typescript/lib/tsserver requirements-dev-2024 ThisIsAVeryLongClassNameForATest aria-describedby""".split(),
)
def test_written_tokens_score_low(token: str) -> None:
    assert randomness(token) < 0


def test_an_empty_token_and_one_of_signs_have_measures() -> None:
    assert measures("") == (0.0, 0.0, 0.0, 0.0, 0.0)
    assert len(measures("----")) == 5


def test_only_the_first_characters_of_a_long_token_count() -> None:
    token = "Zq8wLmTr2xVb9KcYd4Mn" * 10
    assert randomness(token + "a" * 100_000) == randomness(token)
