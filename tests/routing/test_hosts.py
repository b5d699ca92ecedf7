"""The host table: every row by a host of its own, and look-alikes that are not."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.configuration import read_document
from dialects.registry import DIALECTS
from routing import hosts
from routing.hosts import KNOWN, HostTable, known_host

TABLE = HostTable(read_document({}).routing)


@pytest.mark.parametrize(
    ("host", "family"),
    [
        ("api.openai.com", "openai"),
        ("API.OpenAI.com", "openai"),
        ("api.openai.com.", "openai"),
        (" api.openai.com ", "openai"),
        ("eu.api.openai.com", "openai"),
        ("chatgpt.com", "openai"),
        ("files.oaiusercontent.com", "openai"),
        ("myco.openai.azure.com", "azure"),
        ("a.b.openai.azure.com", "azure"),
        ("x.services.ai.azure.com", "azure"),
        ("models.inference.ai.azure.com", "github"),
        ("api.anthropic.com", "claude"),
        ("claude.ai", "claude"),
        ("generativelanguage.googleapis.com", "gemini"),
        ("us-central1-aiplatform.googleapis.com", "gemini"),
        ("aiplatform.googleapis.com", "gemini"),
        ("bedrock-runtime.us-east-1.amazonaws.com", "bedrock"),
        ("bedrock-mantle.eu-west-1.api.aws", "bedrock"),
        ("api.mistral.ai", "mistral"),
        ("api.groq.com", "groq"),
        ("api.x.ai", "xai"),
        ("api.perplexity.ai", "perplexity"),
        ("api.individual.githubcopilot.com", "github"),
        ("api2.cursor.sh", "cursor"),
        ("cursor.com", "cursor"),
        ("us-discoveryengine.mtls.googleapis.com", "gemini"),
        ("daily-cloudcode-pa.sandbox.googleapis.com", "gemini"),
        ("qianfan.bj.baidubce.com", "baidu"),
        ("open.hunyuan.tencent.com", "tencent"),
        ("grok.com", "xai"),
        ("www.perplexity.ai", "perplexity"),
        ("localhost", "local"),
    ],
)
def test_llm_host(host: str, family: str) -> None:
    row = TABLE.find(host)
    assert row is not None
    assert row.family == family


@pytest.mark.parametrize(
    "host",
    [
        "",
        ".",
        "openai.com",
        "platform.openai.com",
        "api.openai.com.evil.test",
        "xapi.openai.com",
        "myco.openai.azure.com.evil.test",
        "us-central1-aiplatform.googleapis.com.evil.test",
        "api-openai.com",
        "api.openai.co",
        "evilopenai.azure.com",
        "openai.azure.com",
        ".openai.azure.com",
        "xn--pi-6kc.openai.com",
        "аpi.openai.com",
        "api.openai.com:443",
        "api.openai.com/",
        "notchatgpt.com",
        "chatgpt.com.",  # this one is a host: the guard below turns it around
        "myclaude.ai",
        "aiplatform.googleapis.com.evil",
        "x.us-central1-aiplatform.googleapis.com",
        "-aiplatform.googleapis.com",
        "bedrock-runtime.amazonaws.com",
        "bedrock-runtime.a.b.amazonaws.com",
        "s3.us-east-1.amazonaws.com",
        "storage.googleapis.com",
        "play.googleapis.com",
        "api.github.com",
        "127.0.0.1.evil.test",
    ],
)
def test_look_alike(host: str) -> None:
    assert (TABLE.find(host) is not None) is (host == "chatgpt.com.")


@pytest.mark.parametrize(
    ("host", "port", "found"),
    [
        ("localhost", 11434, True),
        ("127.0.0.1", 11434, True),
        ("::1", 11434, True),
        ("[::1]", 11434, True),
        ("LOCALHOST.", 11434, True),
        ("localhost", 3000, False),
        ("127.0.0.1", 80, False),
        ("10.0.0.5", 11434, False),
    ],
)
def test_the_local_target_is_known_by_its_port(host: str, port: int, found: bool) -> None:
    assert (TABLE.find(host, port) is not None) is found


def test_rows_of_the_configuration_come_first() -> None:
    table = HostTable(
        read_document(
            {
                "hosts": [
                    {"host": "api.openai.com", "mode": "refuse"},
                    {"host": "*.llm.corp.example", "target": "openai"},
                    {"host": "LLM.corp.example.", "target": "claude", "mode": "tunnel"},
                    {"host": "*.openai.azure.com", "target": "openai"},
                    {"host": "plain.example"},
                ],
                "targets": {"corp": {"base_url": "https://gw.corp.example/v1", "speaks": ["chat"]}},
            }
        ).routing
    )
    refused = table.find("api.openai.com")
    assert refused is not None
    assert (refused.mode, refused.family, refused.home) == ("refuse", "openai", "openai")
    assert table.find("eu.api.openai.com").mode == "inspect"  # type: ignore[union-attr]
    assert table.find("a.b.llm.corp.example").family == "openai"  # type: ignore[union-attr]
    tunnel = table.find("llm.corp.example")
    assert tunnel is not None
    assert (tunnel.mode, tunnel.family) == ("tunnel", "claude")
    assert table.find("xllm.corp.example") is None
    assert table.find("x.openai.azure.com").family == "openai"  # type: ignore[union-attr]
    assert table.find("plain.example").family == "plain.example"  # type: ignore[union-attr]
    of_target = table.find("gw.corp.example", 8443)
    assert of_target is not None
    assert (of_target.target, of_target.family) == ("corp", "corp")


@pytest.mark.parametrize(
    ("name", "row", "family"),
    [
        ("fast", {"base_url": "https://api.groq.com/openai/v1", "speaks": ["chat"]}, "groq"),
        ("mine", {"base_url": "http://gpu.example:8000", "speaks": ["chat"]}, "mine"),
        ("openai", {"base_url": "https://gw.corp.example/v1"}, "openai"),
        ("openai", {"base_url": "https://api.groq.com/openai/v1"}, "groq"),
        ("mine", {"base_url": "https://x.openai.azure.com/openai/v1", "speaks": ["chat"]}, "azure"),
    ],
)
def test_who_owns_the_keys_of_a_target(name: str, row: dict[str, object], family: str) -> None:
    settings = read_document({"targets": {name: row}}).routing
    assert HostTable(settings).family(settings.targets[name]) == family


def test_table_is_sound() -> None:
    patterns = [row.pattern for row in KNOWN]
    assert len(patterns) == len(set(patterns))
    for row in KNOWN:
        assert row.dialect in DIALECTS
        assert row.pattern == row.pattern.lower()
        assert known_host(row.pattern.replace("*", "x")) == row or "*" in row.pattern
        assert known_host(row.pattern.replace("*", "x")) is not None


def test_cache_is_bounded() -> None:
    table = HostTable(read_document({}).routing)
    for number in range(10_050):
        table.find(f"h{number}.example")
    assert len(table._cache) <= 10_000


@given(
    st.sampled_from([row.pattern for row in KNOWN if "*" not in row.pattern]),
    st.from_regex(r"[a-z0-9-]{1,8}", fullmatch=True),
)
def test_a_known_name_inside_another_is_not_known(name: str, word: str) -> None:
    assert TABLE.find(f"{name}.{word}.test") is None
    assert TABLE.find(f"{word}.test.{name.replace('.', '-')}") is None
    assert TABLE.find(name.upper() + ".") == TABLE.find(name)


@pytest.mark.parametrize("host", ["ａpi.openai.com", "api。openai。com", "API．OpenAI．com", "api.openai.com."])
def test_spellings_that_a_resolver_folds(host: str) -> None:
    assert TABLE.find(host) is not None


# Names that no row spells out: each falls under a vendor's wildcard.
@pytest.mark.parametrize(
    ("host", "family"),
    [
        ("edge-7.chatgpt.com", "openai"),
        ("bedrock-runtime-fips.us-gov-west-1.api.aws", "bedrock"),
        ("europe-west9-aiplatform.mtls.googleapis.com", "gemini"),
        ("runtime.sagemaker.ap-south-2.amazonaws.com", "bedrock"),
        ("team.api.cognitive.microsoft.com", "azure"),
        ("eu-west-1.kiro.dev", "amazon-q"),
        ("a.b.codeium.com", "windsurf"),
        ("corp.augmentcode.com", "augment"),
    ],
)
def test_vendor_domains(host: str, family: str) -> None:
    row = TABLE.find(host)
    assert row is not None
    assert row.family == family


def test_every_row_has_a_source_and_no_row_hides_another() -> None:
    lines = (Path(hosts.__file__).with_name("hosts.tsv")).read_text("utf-8").splitlines()
    assert all(len(line.split("\t")) == 8 and line.split("\t")[7] for line in lines)
    patterns = [line.split("\t")[0] for line in lines[1:]]
    assert len(patterns) == len(set(patterns))


@pytest.mark.parametrize(
    ("host", "says"),
    [("llm.corp.example", True), ("copilot-api.example.org", True), ("ai.example.com", True), ("mail.example", False),
     ("chairs.example.com", False), ("gptimes.example", False), ("inference.eu.example", True)],
)  # fmt: skip
def test_names_that_say_model(host: str, says: bool) -> None:
    assert hosts.says_model(host) is says
