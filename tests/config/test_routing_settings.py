"""The settings: defaults, merging, environment, and one line per mistake."""

from __future__ import annotations

import pytest

from config.config_errors import ConfigError
from config.configuration import default_routing, read_document
from config.routing_settings import BUILTIN, ModelMap, RoutingSettings
from config.secret import Secret
from dialects.registry import SPEAKABLE


def parse_settings(document: dict[str, object], environ: dict[str, str]) -> RoutingSettings:
    return read_document(document, environ).routing


def test_defaults() -> None:
    defaults = default_routing()
    assert defaults.default is None
    assert {name: target.base_url for name, target in defaults.targets.items()} == {
        "openai": "https://api.openai.com/v1",
        "claude": "https://api.anthropic.com",
        "gemini": "https://generativelanguage.googleapis.com",
        "local": "http://localhost:11434",
    }
    assert [name for name, target in defaults.targets.items() if target.exclusive] == ["local"]
    assert [name for name, target in defaults.targets.items() if not target.needs_key] == ["local"]
    assert all(target.speaks <= SPEAKABLE and not target.moved for target in defaults.targets.values())


@pytest.mark.parametrize(("value", "target"), [(None, None), ("none", None), ("local", "local"), ("mine", "mine")])
def test_target(value: str | None, target: str | None) -> None:
    rows = {"mine": {"base_url": "http://x.example/v1", "speaks": ["chat"]}}
    assert parse_settings({"target": value, "targets": rows}, {}).target == target


def test_a_partial_row_merges_over_the_built_in_one() -> None:
    claude = parse_settings({"targets": {"claude": {"models": {"gpt-4*": "c"}, "exclusive": True}}}, {}).targets[
        "claude"
    ]
    assert claude.base_url == BUILTIN["claude"].base_url
    assert claude.speaks == BUILTIN["claude"].speaks
    assert claude.models.get("gpt-4o") == "c"
    assert claude.exclusive
    assert not parse_settings({"targets": {"local": {"exclusive": False}}}, {}).targets["local"].exclusive
    assert parse_settings({"targets": {"local": None}, "hosts": None, "gateway": None}, {}) == default_routing()


def test_environment_wins_over_the_file() -> None:
    document = {"targets": {"openai": {"base_url": "http://file.example/v1", "api_key_env": "MY_KEY"}, "my-gpu": {
        "base_url": "http://gpu.example", "speaks": ["chat"]}}}  # fmt: skip
    environ = {
        "FAASERA_OPENAI_BASE_URL": "http://env.example/v1/",
        "FAASERA_OPENAI_API_KEY": "not-this",
        "OPENAI_API_KEY": "never",
        "MY_KEY": " this ",
        "FAASERA_MY_GPU_API_KEY": "gpu",
    }
    targets = parse_settings(document, environ).targets
    assert targets["openai"].base_url == "http://env.example/v1"
    assert targets["openai"].moved
    assert targets["openai"].api_key.reveal() == "this"
    assert targets["my-gpu"].api_key.reveal() == "gpu"
    assert not targets["my-gpu"].moved
    assert parse_settings({}, {"OPENAI_API_KEY": "never"}).targets["openai"].api_key.reveal() == ""


CUSTOM = {"base_url": "https://x.example/v1", "speaks": ["chat"]}


@pytest.mark.parametrize(
    ("document", "environ", "key", "reason"),
    [
        ({"taget": 1}, {}, "taget", "unknown key"),
        ({"target": "claud"}, {}, "target", "openai, claude, gemini, local or none"),
        ({"target": 1}, {}, "target", "must be"),
        ({"targets": []}, {}, "targets", "mapping"),
        ({"targets": {"x": {}}}, {}, "targets.x", "base_url and speaks"),
        ({"targets": {"x": {"base_url": "https://x.example"}}}, {}, "targets.x", "speaks"),
        ({"targets": {"x": {"speaks": ["chat"]}}}, {}, "targets.x", "base_url"),
        ({"targets": {"x": {**CUSTOM, "speaks": ["chats"]}}}, {}, "targets.x.speaks[0]", "unknown dialect 'chats'; did you mean chat?"),
        ({"targets": {"x": {**CUSTOM, "speaks": ["web-claude"]}}}, {}, "targets.x.speaks[0]", "unknown dialect"),
        ({"targets": {"x": {**CUSTOM, "speaks": "chat"}}}, {}, "targets.x.speaks", "must be a list"),
        ({"targets": {"x": {**CUSTOM, "base_urls": 1}}}, {}, "targets.x.base_urls", "did you mean base_url?"),
        ({"targets": {"x": {**CUSTOM, "models": {"a": ""}}}}, {}, "targets.x.models.a", "empty"),
        ({"targets": {"x": {**CUSTOM, "models": {"a": 1}}}}, {}, "targets.x.models.a", "must be text"),
        ({"targets": {"none": CUSTOM}}, {}, "targets.none", "name"),
        ({"targets": {"X y": CUSTOM}}, {}, "targets.X y", "name"),
        ({"targets": {1: CUSTOM}}, {}, "targets.1", "name"),
        ({"targets": {"local": {"base_url": "localhost:11434"}}}, {}, "targets.local.base_url", "must be a URL"),
        ({}, {"FAASERA_LOCAL_BASE_URL": "ftp://x"}, "FAASERA_LOCAL_BASE_URL", "must be a URL"),
        ({}, {"FAASERA_LOCAL_API_KEY": "a b"}, "FAASERA_LOCAL_API_KEY", "printable"),
        ({}, {"FAASERA_LOCAL_API_KEY": "a\r\nx: y"}, "FAASERA_LOCAL_API_KEY", "printable"),
        ({"hosts": {}}, {}, "hosts", "must be a list"),
        ({"hosts": [{"host": "https://x"}]}, {}, "hosts[0].host", "without scheme"),
        ({"hosts": [{"host": "*"}]}, {}, "hosts[0].host", "without scheme"),
        ({"hosts": [{"host": "*.com"}]}, {}, "hosts[0].host", "without scheme"),
        ({"hosts": [{"host": "x.example"}, {"host": "y.example", "mode": "open"}]}, {}, "hosts[1].mode", "inspect or"),
        ({"hosts": [{"host": "x.example", "target": "nope"}]}, {}, "hosts[0].target", "must be one of"),
        ({"hosts": [{"target": "openai"}]}, {}, "hosts[0]", "needs the key host"),
        ({"gateway": {"names": ["a:80"]}}, {}, "gateway.names[0]", "without scheme"),
        ({"gateway": {"origins": ["*"]}}, {}, "gateway.origins[0]", "must be an origin"),
        ({"gateway": {"name": []}}, {}, "gateway.name", "did you mean names?"),
        ({}, {"FAASERA_PROFILER_ENDPIONT": "x"}, "FAASERA_PROFILER_ENDPIONT", "mean FAASERA_PROFILER_ENDPOINT?"),
        ({}, {"FAASERA_GPU_API_KEY": "x"}, "FAASERA_GPU_API_KEY", "unknown variable"),
    ],
)  # fmt: skip
def test_mistakes(document: dict[str, object], environ: dict[str, str], key: str, reason: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse_settings(document, environ)
    assert caught.value.key == key
    assert reason in caught.value.reason
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "model"),
    [("gpt-4", "four"), ("gpt-4o", "any4"), ("gpt-5", "gpt-5"), ("GPT-4", "GPT-4"), ("a[b", "a[b"), ("", "")],
)
def test_model_map(name: str, model: str) -> None:
    models = ModelMap((("gpt-4*", "any4"), ("gpt-4", "four"), ("gpt-4?", "late")))
    assert models.get(name) == model
    assert models.literals == ("gpt-4",)
    assert not ModelMap()


def test_repr_shows_no_key() -> None:
    whole = parse_settings({}, {"FAASERA_OPENAI_API_KEY": "sk-proj-SECRET"})
    assert "SECRET" not in repr(whole)
    assert "SECRET" not in str(whole.targets["openai"].api_key)
    assert "SECRET" not in f"{Secret('SECRET')!r}"
    assert Secret("a") == Secret("a") != Secret("b")


def test_settings_are_frozen() -> None:
    with pytest.raises(AttributeError):
        default_routing().targets["local"].base_url = "x"  # type: ignore[misc]
