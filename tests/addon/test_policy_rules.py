"""The filters of the rules: over a request's head, and nothing else."""

from __future__ import annotations

import pytest

from addon.policy_rules import Rules
from config.config_errors import ConfigError
from config.configuration import read_document

# mitmproxy parses filters with names that pyparsing has renamed.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


@pytest.mark.parametrize(
    ("expression", "word"),
    [
        ("~b secret", "~b"),
        ("~d x & ~bs y", "~bs"),
        ("! (~d x | ~s)", "~s"),
        ("~c 200", "~c"),
        ("~d (", "Invalid filter"),
    ],
)
def test_a_rule_may_look_at_the_head_only(expression: str, word: str) -> None:
    config = read_document({"rules": [{"filter": expression, "policy": "default"}]})
    with pytest.raises(ConfigError, match=r"rules\[0\]\.filter") as caught:
        Rules(config)
    assert word in str(caught.value)
