"""What a program is told: the proxy, a bundle of authorities, and none of our secrets."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.client_environment import BASE_URLS, UNKNOWN, certificate_bundle, client_environment, known, own_targets

URL = "http://127.0.0.1:1234"
CA, BUNDLE = Path("/x/ca.pem"), Path("/x/all.pem")
PEM = "-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n"


def test_an_unknown_program_gets_every_variable() -> None:
    told = client_environment(UNKNOWN, {"PATH": "/bin", "NO_PROXY": "corp.example"}, URL, CA, BUNDLE)
    assert told["OPENAI_BASE_URL"] == f"{URL}/v1"
    assert told["ANTHROPIC_BASE_URL"] == URL
    assert told["HTTPS_PROXY"] == told["https_proxy"] == URL
    assert told["NO_PROXY"] == "corp.example,localhost,127.0.0.1,::1"
    assert told["SSL_CERT_FILE"] == str(BUNDLE)
    assert told["NODE_EXTRA_CA_CERTS"] == str(CA)
    assert "HTTP_PROXY" not in told
    assert told["PATH"] == "/bin"


def test_no_secret_of_ours_reaches_the_program() -> None:
    environ = {"FAASERA_CLAUDE_API_KEY": "k", "FAASERA_PROFILER_TOKEN": "t", "DEFAULT_TARGET": "claude"}
    told = client_environment(UNKNOWN, environ, URL, CA, BUNDLE)
    assert not [name for name in told if name.startswith("FAASERA_") or name == "DEFAULT_TARGET"]


@pytest.mark.parametrize("command", ["claude", "/usr/bin/claude", "codex", "gemini", "opencode"])
def test_known_agents_get_the_proxy_and_no_base_url(command: str) -> None:
    told = client_environment(known(command), {}, URL, CA, BUNDLE)
    assert told["HTTPS_PROXY"] == URL
    assert not set(BASE_URLS) & set(told)


def test_a_base_url_of_the_users_own_becomes_the_target_behind_the_proxy() -> None:
    environ = {"ANTHROPIC_BASE_URL": "https://llm.corp.example/anthropic"}
    assert own_targets(environ) == {"FAASERA_CLAUDE_BASE_URL": "https://llm.corp.example/anthropic"}
    # Also for an agent that otherwise keeps its own host: the corporate host would be tunnelled unread.
    assert client_environment(known("claude"), environ, URL, CA, BUNDLE)["ANTHROPIC_BASE_URL"] == URL
    assert own_targets({"OLLAMA_HOST": "0.0.0.0"}) == {}


def test_the_bundle_holds_the_companys_authorities_and_ours(tmp_path: Path) -> None:
    ca, company, broken = tmp_path / "ca.pem", tmp_path / "company.pem", tmp_path / "broken.pem"
    ca.write_text(PEM.format("b3Vycw=="))
    company.write_text(PEM.format("Y29tcGFueQ=="))
    broken.write_text("nothing")
    environ = {"SSL_CERT_FILE": str(company), "AWS_CA_BUNDLE": str(broken), "CURL_CA_BUNDLE": "/nonexistent"}
    text = certificate_bundle(environ, ca)
    assert "Y29tcGFueQ==" in text
    assert text.rstrip().endswith("-----END CERTIFICATE-----")
    assert "b3Vycw==" in text
    assert "nothing" not in text
