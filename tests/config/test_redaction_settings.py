from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.config_errors import ConfigError
from config.configuration import read_document
from config.quantities import parse_duration, parse_size, parse_switch
from config.redaction_settings import Limits, Policy, ProfilerSettings, RedactionSettings


def parse_settings(document: dict[str, object]) -> RedactionSettings:
    return read_document(document).redaction


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("10s", 10),
        ("500ms", 0.5),
        ("2m", 120),
        ("1h", 3600),
        ("0.5s", 0.5),
        (10, 10),
        (0.5, 0.5),
        ("7", 7),
        (" 3 s ", 3),
    ],
)
def test_durations(value: object, seconds: float) -> None:
    assert parse_duration(value) == pytest.approx(seconds)


@pytest.mark.parametrize(
    "value",
    ["", "s", "10 parsecs", "-1s", -1, 0, "0s", True, None, [], "1e3s", "10S", float("inf"), float("nan"), "١s"],
)
def test_no_durations(value: object) -> None:
    with pytest.raises(ValueError):
        parse_duration(value)


@pytest.mark.parametrize(
    ("value", "size"),
    [
        ("32MiB", 32 << 20),
        ("64kB", 64_000),
        ("64KB", 64_000),
        ("1GiB", 1 << 30),
        ("512B", 512),
        (1024, 1024),
        ("0", 0),
        ("1.5KiB", 1536),
    ],
)
def test_sizes(value: object, size: int) -> None:
    assert parse_size(value) == size


@pytest.mark.parametrize("value", ["", "MiB", "32mib", "32M", -1, "-1B", "1.5B", 1.5, True, None, {}])
def test_no_sizes(value: object) -> None:
    with pytest.raises(ValueError):
        parse_size(value)


def test_defaults() -> None:
    assert bare(parse_settings({})) == RedactionSettings()
    assert bare(parse_settings({"profiler": None, "policies": None, "limits": None})) == RedactionSettings()


def bare(settings: RedactionSettings) -> RedactionSettings:
    """Without the presets that stand beside the file's own policies."""
    return msgspec.structs.replace(settings, policies={"default": settings.policies["default"]})


def test_the_documented_file_equals_the_defaults() -> None:
    document = {
        "profiler": {
            "endpoint": "embedded",
            "policy": "default",
            "deadline": "10s",
            "request_deadline": "60s",
            "parallel": 16,
            "ca_file": None,
            "client_cert": None,
            "proxy": None,
        },
        "policies": {
            "default": {
                "recognizers": {},
                "exclusion": {"global": []},
                "exclusionPatterns": [],
                "paths": "auto",
                "protected": "warn",
            }
        },
        "limits": {
            "body": "32MiB",
            "inflated": "32MiB",
            "depth": 200,
            "strings": 50000,
            "frame": "4MiB",
            "queue": 256,
            "profiler_answer": "4MiB",
            "cache": "64MiB",
            "cache_entries": 100000,
        },
        "websockets": "mask",
        "uploads": {"documents": "text", "images": "allow", "audio": "allow", "other": "block"},
        "telemetry": "mask",
    }
    assert bare(parse_settings(document)) == RedactionSettings()


def test_everything_given() -> None:
    read = parse_settings(
        {
            "profiler": {
                "endpoint": "https://profiler.example:8443/base/",
                "policy": "theirs",
                "deadline": "500ms",
                "client_cert": ["c.pem", "k.pem"],
                "proxy": "http://proxy.example:3128",
            },
            "limits": {"body": "1MiB", "cache": 0},
            "policies": {
                "strict": {
                    "recognizers": {"SSN": False},
                    "exclusion": {"global": ["Acme"]},
                    "exclusionPatterns": ["T-[0-9]+"],
                    "dictionaries": {"PROJECT": ["Bluebird"]},
                    "patterns": [{"type": "CASE_ID", "regex": "C[0-9]{6}", "context": ["case"]}],
                    "paths": "mask",
                    "protected": "refuse",
                }
            },
            "websockets": "refuse",
            "telemetry": "block",
        }
    )
    assert read.profiler == ProfilerSettings(
        endpoint="https://profiler.example:8443/base",
        policy="theirs",
        deadline=0.5,
        client_cert=("c.pem", "k.pem"),
        proxy="http://proxy.example:3128",
    )
    assert read.limits == Limits(body=1 << 20, cache=0)
    strict = read.policies["strict"]
    assert (strict.recognizers, strict.exclusion.texts) == ({"SSN": False}, ("Acme",))
    assert (strict.exclusion_patterns, strict.dictionaries) == (("T-[0-9]+",), {"PROJECT": ("Bluebird",)})
    assert (strict.patterns[0].type, strict.patterns[0].context) == ("CASE_ID", ("case",))
    assert (strict.paths, strict.protected) == ("mask", "refuse")
    assert read.policies["default"] == Policy()


@pytest.mark.parametrize(
    ("document", "key"),
    [
        ({"profilers": {}}, "profilers"),
        ({"profiler": []}, "profiler"),
        ({"profiler": {"endpiont": "x"}}, "profiler.endpiont"),
        ({"profiler": {"endpoint": "profiler.example"}}, "profiler.endpoint"),
        ({"profiler": {"endpoint": "ftp://profiler.example"}}, "profiler.endpoint"),
        ({"profiler": {"endpoint": "http://"}}, "profiler.endpoint"),
        ({"profiler": {"endpoint": "http://a:99999"}}, "profiler.endpoint"),
        ({"profiler": {"endpoint": "http://user:secret@a"}}, "profiler.endpoint"),
        ({"profiler": {"endpoint": "http://a?x=1"}}, "profiler.endpoint"),
        ({"profiler": {"endpoint": "http://a/ b"}}, "profiler.endpoint"),
        ({"profiler": {"proxy": "proxy:3128"}}, "profiler.proxy"),
        ({"profiler": {"deadline": "soon"}}, "profiler.deadline"),
        ({"profiler": {"deadline": "2h"}}, "profiler.deadline"),
        ({"profiler": {"parallel": 0}}, "profiler.parallel"),
        ({"profiler": {"parallel": True}}, "profiler.parallel"),
        ({"profiler": {"parallel": "16"}}, "profiler.parallel"),
        ({"profiler": {"client_cert": ["only one"]}}, "profiler.client_cert"),
        ({"profiler": {"policy": ""}}, "profiler.policy"),
        ({"profiler": {"policy": "unlisted"}}, "profiler.policy"),
        ({"limits": {"body": "32 gallons"}}, "limits.body"),
        ({"limits": {"body": 0}}, "limits.body"),
        ({"limits": {"depth": 5000}}, "limits.depth"),
        ({"limits": {"bodies": 1}}, "limits.bodies"),
        ({"policies": []}, "policies"),
        ({"policies": {1: {}}}, "policies.1"),
        ({"policies": {"p": {"recognizer": {}}}}, "policies.p.recognizer"),
        ({"policies": {"p": {"recognizers": {"SSN": "never"}}}}, "policies.p.recognizers.SSN"),
        ({"policies": {"p": {"recognizers": {"ssn": True}}}}, "policies.p.recognizers.ssn"),
        ({"policies": {"p": {"patterns": [{"type": "X" * 201, "regex": "a"}]}}}, "policies.p.patterns[0].type"),
        ({"policies": {"p": {"recognizers": ["SSN"]}}}, "policies.p.recognizers"),
        ({"policies": {"p": {"exclusion": {"SSN": []}}}}, "policies.p.exclusion.SSN"),
        ({"policies": {"p": {"exclusion": {"global": [1]}}}}, "policies.p.exclusion.global[0]"),
        ({"policies": {"p": {"exclusion": {"global": "Acme"}}}}, "policies.p.exclusion.global"),
        ({"policies": {"p": {"dictionaries": {"NAME": "Jane"}}}}, "policies.p.dictionaries.NAME"),
        ({"policies": {"p": {"patterns": [{"type": "X"}]}}}, "policies.p.patterns[0]"),
        ({"policies": {"p": {"patterns": [{"type": "x", "regex": "a"}]}}}, "policies.p.patterns[0].type"),
        ({"policies": {"p": {"paths": "hide"}}}, "policies.p.paths"),
        ({"uploads": {"images": "scan"}}, "uploads.images"),
        ({"websockets": True}, "websockets"),
        ({"telemetry": "allow"}, "telemetry"),
    ],
)
def test_refused_with_the_key(document: dict[str, object], key: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse_settings(document)
    assert caught.value.key == key
    assert str(caught.value).startswith(f"{key}: ")
    assert "secret" not in str(caught.value).replace("secrets-only", "")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("word", "meant"),
    [("true", True), ("Yes", True), ("on", True), (1, True), (True, True), ("FALSE", False), ("no", False),
     ("off", False), ("0", False), (False, False)],
)  # fmt: skip
def test_switches(word: object, meant: bool) -> None:
    assert parse_switch(word) is meant
    assert parse_settings({"restore": {"enabled": word}}).restore.enabled is meant


@pytest.mark.parametrize("word", ["", "y", "t", "2", 2, None, 1.0, [], "enabled"])
def test_no_switches(word: object) -> None:
    with pytest.raises(ValueError, match="must be true or false"):
        parse_switch(word)


@pytest.mark.parametrize(
    ("document", "line"),
    [
        ({"limits": {"bodys": 1}}, "limits.bodys: unknown key; did you mean body?"),
        ({"limts": {}}, "limts: unknown key; did you mean limits?"),
        ({"policies": {"p": {"oneway": []}}}, "policies.p.oneway: unknown key; did you mean oneWay?"),
        ({"limits": {"queue": "many"}}, "limits.queue: must be a whole number, not text"),
        ({"limits": {"queue": 0}}, "limits.queue: must be a whole number >= 1"),
        ({"restore": {"enabled": "maybe"}}, "restore.enabled: must be true or false"),
        ({"policies": {"p": {"patterns": [{"type": "X"}]}}}, "policies.p.patterns[0]: needs the key regex"),
        ({"policies": {"p": {"exclusion": []}}}, "policies.p.exclusion: must be a mapping, not a list"),
        ({"uploads": {"documents": True}}, "uploads.documents: must be text or scan or allow or block"),
        ({"profiler": {"policy": "defualt"}}, "profiler.policy: unknown policy 'defualt'; did you mean default?"),
        ({"audit": 5}, "audit: must be text (in quotes where YAML reads something else), not int"),
    ],
)
def test_the_line_says_what_to_write(document: dict[str, object], line: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse_settings(document)
    assert str(caught.value).startswith(line)


def test_choices_are_named() -> None:
    with pytest.raises(ConfigError, match="websockets: must be mask or refuse"):
        parse_settings({"websockets": "maybe"})


def test_with_an_endpoint_any_policy_name_will_do() -> None:
    parse_settings({"profiler": {"endpoint": "https://a", "policy": "theirs"}}).check_policy("any")
    with pytest.raises(ConfigError, match=r"rules\[0\]"):
        RedactionSettings().check_policy("any", "rules[0].policy")


def test_reprs_hold_no_entries() -> None:
    read = parse_settings(
        {
            "profiler": {"proxy": "http://user:canary@proxy.example"},
            "policies": {"p": {"dictionaries": {"NAME": ["canary"]}, "exclusion": {"global": ["canary"]}}},
        }
    )
    assert "canary" not in repr(read)


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8) | st.integers(), inner, max_size=3),
    max_leaves=6,
)
FIELDS = ["endpoint", "deadline", "body", "default", "recognizers", "patterns", "exclusion", "documents", "client_cert"]


@given(
    st.dictionaries(
        st.sampled_from(RedactionSettings.__struct_fields__),
        PLAIN | st.dictionaries(st.sampled_from(FIELDS), PLAIN | st.dictionaries(st.sampled_from(FIELDS), PLAIN)),
    )
)
def test_any_document_is_read_or_refused(document: dict[str, object]) -> None:
    try:
        assert isinstance(parse_settings(document), RedactionSettings)
    except ConfigError as error:
        assert error.key
