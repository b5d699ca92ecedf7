from __future__ import annotations

import json
import shutil
import subprocess

import pytest

from reporting.pac import CONTENT_TYPE, proxy_pac

HOSTS = (
    "api.openai.com",
    "*.api.openai.com",
    "*.openai.azure.com",
    "*-aiplatform.googleapis.com",
    "bedrock-runtime.*.amazonaws.com",
    "api.anthropic.com.",
    "LLM.Corp.Example",
    "10.1.2.3",
)

INSIDE = (
    "api.openai.com",
    "API.OpenAI.COM",
    "api.openai.com.",
    "eu.api.openai.com",
    "corp.openai.azure.com",
    "a.b.openai.azure.com",
    "us-central1-aiplatform.googleapis.com",
    "bedrock-runtime.us-east-1.amazonaws.com",
    "api.anthropic.com",
    "llm.corp.example",
    "10.1.2.3",
)
OUTSIDE = (
    "openai.com",
    "xapi.openai.com",
    "api.openai.com.evil.test",
    "api-openai.com",
    "apixopenai.com",
    "evilopenai.azure.com",
    "openai.azure.com",
    "x.openaixazure.com",
    ".openai.azure.com",
    "aiplatform.googleapis.com",
    "-aiplatform.googleapis.com",
    "x.us-aiplatform.googleapis.com.evil.test",
    "a.us-central1-aiplatform.googleapis.com",
    "bedrock-runtime.a.b.amazonaws.com",
    "bedrock-runtime.amazonaws.com",
    "bedrock-runtime..amazonaws.com",
    "10.1.2.33",
    "110.1.2.3",
    "localhost",
    "",
    "constructor",
    "__proto__",
)


def find_proxy(pac: bytes, hosts: tuple[str, ...]) -> dict[str, str]:
    """What the PAC file says for each host, run by node without any browser helper function."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed")
    script = (
        "const vm = require('vm'); const input = JSON.parse(require('fs').readFileSync(0, 'utf8'));"
        "const box = vm.createContext({}); vm.runInContext(input.pac, box);"
        "const out = {}; Object.setPrototypeOf(out, null);"
        'for (const h of input.hosts) { box.h = h; out[h] = vm.runInContext(\'FindProxyForURL("https://" + h + "/", h)\', box); }'
        "console.log(JSON.stringify(Object.entries(out)));"
    )
    done = subprocess.run(
        [node, "-e", script],
        input=json.dumps({"pac": pac.decode(), "hosts": hosts}),
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


@pytest.mark.needs_tool("node")
def test_only_llm_hosts_go_to_the_proxy() -> None:
    got = find_proxy(proxy_pac(HOSTS, "127.0.0.1", 8080), INSIDE + OUTSIDE)
    assert {host: got[host] for host in INSIDE} == dict.fromkeys(INSIDE, "PROXY 127.0.0.1:8080")
    assert {host: got[host] for host in OUTSIDE} == dict.fromkeys(OUTSIDE, "DIRECT")


@pytest.mark.needs_tool("node")
def test_no_hosts_means_everything_direct_and_ipv6_proxies_are_bracketed() -> None:
    assert find_proxy(proxy_pac([]), ("api.openai.com",)) == {"api.openai.com": "DIRECT"}
    assert find_proxy(proxy_pac(["a.test"], "::1", 9), ("a.test",)) == {"a.test": "PROXY [::1]:9"}


def test_an_llm_host_never_falls_back_to_direct() -> None:
    assert b"DIRECT" not in proxy_pac(HOSTS).split(b"var PROXY = ")[1].split(b";")[0]
    assert CONTENT_TYPE == "application/x-ns-proxy-autoconfig"


@pytest.mark.parametrize(
    "host",
    [
        'a"; alert(1); "',
        "a.test\nb",
        "</script>",
        "*",
        "*.com",
        "*.*.com",
        "a.*",
        "x.*.com",
        "",
        "a..b",
        "ä.test",
        "a b",
        "(a+)+.test.x",
        "a" * 300,
    ],
)
def test_what_is_no_host_is_refused(host: str) -> None:
    with pytest.raises(ValueError, match="host name or pattern"):
        proxy_pac([host])


@pytest.mark.parametrize(
    ("host", "port"), [('x"', 8080), ("*.a.test", 8080), ("127.0.0.1", 0), ("127.0.0.1", 65536), ("a; DIRECT", 1)]
)
def test_what_is_no_proxy_is_refused(host: str, port: int) -> None:
    with pytest.raises(ValueError):
        proxy_pac(["a.test"], host, port)
