"""Where a value comes from, and what is said when it cannot be used."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.config_errors import ConfigError
from config.configuration import Config, load_config
from tests.support.proxy import ROOT

SECRET = "tok-secret-1234567890"


def load(
    tmp_path: Path, text: str | None = None, environ: dict[str, str] = {}, option: str | None = None, **options: str
) -> Config:
    path = tmp_path / "mitm-config.yaml"
    if text is not None:
        path.write_text(text)
    return load_config(options, environ, path, option)


def test_nothing_given_means_the_shipped_defaults(tmp_path: Path) -> None:
    assert load(tmp_path) == load_config({}, {}, tmp_path / "none.yaml")
    shipped = load_config({}, {}, ROOT / "mitm-config.yaml")
    bare = load_config({}, {}, tmp_path / "none.yaml")
    assert shipped.redaction == bare.redaction
    assert shipped.routing == bare.routing
    assert (shipped.rules, shipped.audit) == (bare.rules, bare.audit)


@pytest.mark.parametrize(
    ("text", "environ", "options", "target"),
    [
        (None, {}, {}, None),
        ("target: claude\n", {}, {}, "claude"),
        ("target: claude\n", {"DEFAULT_TARGET": "gemini"}, {}, "gemini"),
        ("target: claude\n", {"DEFAULT_TARGET": "gemini"}, {"faasera_target": "local"}, "local"),
        ("target: claude\n", {"DEFAULT_TARGET": "none"}, {}, None),
        ("target: claude\n", {}, {"faasera_target": "none"}, None),
        ("target: claude\n", {"DEFAULT_TARGET": ""}, {"faasera_target": ""}, "claude"),
    ],
)
def test_option_over_environment_over_file(
    tmp_path: Path, text: str | None, environ: dict[str, str], options: dict[str, str], target: str | None
) -> None:
    assert load(tmp_path, text, environ, **options).routing.target == target


def test_every_option_has_its_place(tmp_path: Path) -> None:
    config = load(
        tmp_path,
        "policies: {strict: {}}\n",
        {"FAASERA_POLICY": "strict", "FAASERA_PROFILER_ENDPOINT": "https://profiler.example", "FAASERA_AUDIT": "-"},
    )
    assert config.redaction.profiler.policy == "strict"
    assert config.redaction.profiler.endpoint == "https://profiler.example"
    assert config.audit == "-"


def test_the_path_of_the_file_by_option_variable_or_default(tmp_path: Path) -> None:
    for name in ("option", "variable"):
        (tmp_path / name).write_text(f"audit: {name}\n")
    default = "audit: default\n"
    environ = {"FAASERA_CONFIG": str(tmp_path / "variable")}
    assert load(tmp_path, default).audit == "default"
    assert load(tmp_path, default, environ).audit == "variable"
    assert load(tmp_path, default, environ, str(tmp_path / "option")).audit == "option"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("polices: {}\n", ["mitm-config.yaml", "polices", "unknown key"]),
        ("limits: {boddy: 1MiB}\n", ["mitm-config.yaml", "limits", "boddy"]),
        ("limits: {body: lots}\n", ["limits.body"]),
        ("limits: {body: -1}\n", ["limits.body"]),
        ("limits: {queue: 0}\n", ["limits.queue"]),
        ("limits: [\n", ["not valid YAML", "line"]),
        ("a: 1\na: 2\n", ["not valid YAML"]),
        ("- a\n", ["mapping"]),
        ("just text\n", ["mapping"]),
        ("limits: 5\n", ["limits"]),
        ("profiler: [1]\n", ["profiler"]),
        ("profiler: {deadline: 0s}\n", ["profiler.deadline"]),
        ("profiler: {policy: nosuch}\n", ["nosuch"]),
        ("target: gtp\n", ["target"]),
        ("targets: {mine: {speaks: [chat]}}\n", ["targets.mine"]),
        ("targets: {openai: {base_url: 'https://u:p@x'}}\n", ["targets.openai.base_url"]),
        ("targets: {openai: {speaks: [tcp]}}\n", ["targets.openai.speaks"]),
        ("hosts: [{host: 'https://x'}]\n", ["hosts"]),
        ("hosts: [{host: x.example, mode: open}]\n", ["hosts", "mode"]),
        ("gateway: {origins: ['*']}\n", ["gateway.origins"]),
        ("websockets: maybe\n", ["websockets"]),
        ("uploads: {documents: maybe}\n", ["uploads.documents"]),
        ("audit: 5\n", ["audit"]),
        ("mitmproxy: 5\n", ["mitmproxy"]),
        ("rules: {}\n", ["rules"]),
        ("rules: [{filter: '~d x', policy: nosuch}]\n", ["rules[0].policy"]),
        ("rules: [{filter: '~d x'}]\n", ["rules"]),
        ("rules: [{filter: '~d x', policy: default, when: now}]\n", ["rules"]),
    ],
)
def test_what_cannot_be_used_is_one_line_with_its_place(tmp_path: Path, text: str, words: list[str]) -> None:
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, text)
    message = str(caught.value)
    assert "\n" not in message
    for word in words:
        assert word in message


@pytest.mark.parametrize(
    ("environ", "options", "words"),
    [
        ({"DEFAULT_TARGET": "gtp"}, {}, ["DEFAULT_TARGET"]),
        ({}, {"faasera_target": "gtp"}, ["option faasera_target"]),
        ({"FAASERA_PROFILER_ENDPOINT": "ftp://x"}, {}, ["FAASERA_PROFILER_ENDPOINT"]),
        ({"FAASERA_OPENAI_BASE_URL": "api.openai.com"}, {}, ["FAASERA_OPENAI_BASE_URL"]),
        ({"FAASERA_POLICY": "nosuch"}, {}, ["FAASERA_POLICY", "nosuch"]),
        ({"FAASERA_CONFIG": "/no/such"}, {}, ["FAASERA_CONFIG", "/no/such", "No such file"]),
    ],
)
def test_the_line_names_the_variable_or_option(
    tmp_path: Path, environ: dict[str, str], options: dict[str, str], words: list[str]
) -> None:
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, "{}\n", environ, **options)
    for word in words:
        assert word in str(caught.value)


def test_a_file_that_is_no_text_or_a_folder(tmp_path: Path) -> None:
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00")
    for path in (tmp_path / "binary", tmp_path):
        with pytest.raises(ConfigError, match="cannot be read"):
            load(tmp_path, None, {}, str(path))


@pytest.mark.parametrize("text", ["", "# nothing\n", "{}\n", "limits:\n", "mitmproxy:\n"])
def test_an_empty_file_or_section_is_fine(tmp_path: Path, text: str) -> None:
    assert load(tmp_path, text).redaction == load(tmp_path / "none").redaction


def test_no_repr_shows_a_secret(tmp_path: Path) -> None:
    environ = dict.fromkeys(("FAASERA_PROFILER_TOKEN", "FAASERA_GATEWAY_KEY", "FAASERA_OPENAI_API_KEY"), SECRET)
    config = load(tmp_path, None, environ)
    assert config.token.reveal() == SECRET
    assert SECRET not in repr(config)
    assert SECRET not in f"{config} {config.token} {config.gateway_key} {config.routing}"
