"""What people see of real requests at both doors: audit log, metrics, health, coverage, pages; and never a text."""

from __future__ import annotations

import html
import json
import re
import ssl
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import msgspec
import pytest
from prometheus_client.parser import text_string_to_metric_families

from reporting.audit import AuditLine
from reporting.coverage import REASONS
from tests.doors.conftest import bases
from tests.support.certs import make_certs
from tests.support.fake_llm import FakeLLM
from tests.support.fake_profiler import FakeProfiler
from tests.support.http1 import Answer, Request, answer, json_answer
from tests.support.proxy import Proxy

NAME, SSN, KEY, MAIL = "John Smith", "517-34-8812", "sk-test-visible-0123456789abcdefghij", "smith.j@bigcorp.com"
# Not the example of the recipes, which the page shows.
CANARIES = ("John", "Smith", SSN, "517348812", KEY, MAIL, "bigcorp.com")
TEXT = f"What is {NAME}'s SSN {SSN}? Write to {MAIL}."
HEADERS = {"authorization": f"Bearer {KEY}"}

decode = msgspec.json.Decoder(AuditLine).decode


def chat(text: str = TEXT) -> dict[str, object]:
    return {"model": "gpt-4", "messages": [{"role": "user", "content": text}]}


def challenged(request: Request) -> Answer | None:
    """A vendor that asks for a browser check at one path."""
    if request.target.endswith("/challenge"):
        return answer(403, "<html>", "text/html", headers=[("cf-mitigated", "challenge")])
    return None


@dataclass
class Seen:
    """A proxy after a day's traffic at both doors, and where it wrote."""

    proxy: Proxy
    llm: FakeLLM
    audit: Path

    def lines(self) -> list[AuditLine]:
        return [decode(line) for line in self.audit.read_bytes().splitlines()]

    def get(self, path: str, **headers: str) -> httpx.Response:
        with self.proxy.client() as client:
            return client.get(self.proxy.url + path, headers=headers)

    def coverage(self) -> dict[tuple[str, str], float]:
        return {
            (sample.labels["host"], sample.labels["state"]): sample.value
            for family in text_string_to_metric_families(self.get("/metrics").text)
            for sample in family.samples
            if sample.name == "faasera_coverage"
        }


CONFIG = """
hosts:
  - {host: refused.example.net, mode: refuse, target: openai}
  - {host: localhost, mode: tunnel, target: openai}
"""


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seen]:
    folder = tmp_path_factory.mktemp("seen")
    certs = make_certs(folder)
    with FakeLLM(challenged) as llm, FakeLLM(ssl_context=certs.server_context()) as tunnelled:
        environ = {**bases(llm), "FAASERA_AUDIT": str(folder / "audit.jsonl")}
        with Proxy(environ=environ, config=CONFIG, args=("-w", str(folder / "flows"))) as proxy:
            seen = Seen(proxy, llm, folder / "audit.jsonl")
            with proxy.client() as gateway, proxy.client(through=True) as through:
                gateway.post(proxy.url + "/v1/chat/completions", json=chat(), headers=HEADERS)
                gateway.post(proxy.url + "/v1/chat/completions", json=chat("nothing to see"), headers=HEADERS)
                gateway.post(proxy.url + "/v1/chat/completions", content=f'{{"a":"{NAME}"', headers=HEADERS)
                gateway.get(proxy.url + "/v1/organization/users", headers=HEADERS)
                gateway.post(proxy.url + f"/v1/chat/completions?note={NAME}", json=chat(), headers=HEADERS)
                through.post("https://api.openai.com/v1/chat/completions", json=chat(), headers=HEADERS)
                through.post("https://api.anthropic.com/v1/messages", json=chat(), headers={"x-api-key": KEY})
                through.post("https://refused.example.net/v1/chat/completions", json=chat(), headers=HEADERS)
                through.post("https://generativelanguage.googleapis.com/challenge", json=chat())
            with pytest.raises(httpx.ConnectError), httpx.Client(proxy=proxy.url, trust_env=False) as untrusting:
                untrusting.get("https://api.mistral.ai/v1/models")
            context = ssl.create_default_context(cafile=str(certs.ca))  # the site's own CA, not the proxy's
            with httpx.Client(proxy=proxy.url, trust_env=False, verify=context) as direct:
                told = direct.post(f"https://localhost:{tunnelled.port}/v1/chat/completions", json=chat())
            assert told.status_code == 200
            assert NAME.encode() in tunnelled.requests[0].body  # that is what a tunnel means
            assert proxy.wait_for("blocked 400 faasera_bad_json")
            yield seen


# -- the audit log --------------------------------------------------------------------------------------------------------

ALWAYS = "time door client user host dialect target model policy masked texts ms outcome status code".split()


def test_every_request_is_one_line_of_the_schema(seen: Seen) -> None:
    raw = [json.loads(line) for line in seen.audit.read_bytes().splitlines()]
    assert all(list(row)[: len(ALWAYS)] == ALWAYS for row in raw)
    assert [(row["door"], row["outcome"], row["status"], row["code"]) for row in raw] == [
        ("gateway", "sent", 200, ""),
        ("gateway", "clean", 200, ""),
        ("gateway", "blocked", 400, "faasera_bad_json"),
        ("gateway", "account", 200, ""),
        ("gateway", "sent", 200, ""),
        ("interception", "sent", 200, ""),
        ("interception", "sent", 200, ""),
        ("interception", "blocked", 400, "faasera_host_refused"),
        ("interception", "sent", 403, ""),
    ]
    assert len(seen.lines()) == len(raw)


def test_a_line_says_what_was_masked(seen: Seen) -> None:
    first, _, _, account, _, intercepted, claude, *_ = seen.lines()
    assert first.masked == {"NAME": 1, "SSN": 1, "EMAIL_ADDRESS": 1}
    assert (first.dialect, first.target, first.model, first.policy) == ("chat", "openai", "gpt-4", "default")
    assert first.client == "127.0.0.1"
    assert (first.texts.new, first.texts.cached) == (1, 0)
    assert first.ms.total >= first.ms.profiler > 0
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", first.time)
    assert (intercepted.host, intercepted.texts.cached) == ("api.openai.com", 1)
    assert (claude.host, claude.dialect) == ("api.anthropic.com", "messages")
    assert account.masked == {}


def test_dash_is_standard_output() -> None:
    with FakeLLM() as llm, Proxy("faasera_audit=-", environ=bases(llm)) as proxy, proxy.client() as client:
        client.post(proxy.url + "/v1/chat/completions", json=chat(), headers=HEADERS)
        assert proxy.wait_for('{"time"')
        [line] = [line for line in proxy.log.splitlines() if line.startswith("{")]
    assert decode(line).masked["SSN"] == 1
    assert not any(canary in proxy.log for canary in CANARIES)


@pytest.mark.parametrize("path", ["no/such/folder/audit.jsonl", "."])
def test_a_path_that_cannot_be_written_stops_the_start(path: str) -> None:
    with pytest.raises(RuntimeError, match="did not start") as failure, Proxy(f"faasera_audit={path}"):
        pass
    log = str(failure.value)
    [line] = [line for line in log.splitlines() if "faasera_audit" in line]
    assert path in line
    assert "Traceback" not in log


# -- metrics and health -------------------------------------------------------------------------------------------------


def test_metrics_count_what_happened(seen: Seen) -> None:
    response = seen.get("/metrics")
    assert response.headers["content-type"].startswith("text/plain; version=")
    samples = {
        (sample.name, *sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(response.text)
        for sample in family.samples
    }

    def requests(**labels: str) -> float:
        return sum(
            v for k, v in samples.items() if k[0] == "faasera_requests_total" and set(labels.items()) <= set(k[1:])
        )

    assert requests() == 9
    assert requests(door="gateway", outcome="sent") == 2
    assert requests(door="gateway", outcome="account") == 1
    assert requests(outcome="blocked") == 2
    assert samples["faasera_masked_total", ("type", "SSN")] == 5
    assert samples["faasera_texts_total", ("state", "cached")] >= 3
    assert samples[("faasera_profiler_seconds_count",)] >= 2
    assert not any(canary in response.text for canary in CANARIES)


def test_health_follows_the_profiler() -> None:
    down = True
    with FakeLLM() as llm, FakeProfiler(lambda call: json_answer({}, 500) if down else None) as profiler:
        environ = {**bases(llm), "FAASERA_PROFILER_ENDPOINT": profiler.url}
        with Proxy(environ=environ) as proxy, proxy.client() as client:
            for number in range(5):  # five texts in a row open the breaker
                told = client.post(proxy.url + "/v1/chat/completions", json=chat(f"text {number}"))
                assert (told.status_code, told.json()["error"]["code"][:16]) == (503, "faasera_profiler")
            before = len(profiler.calls)
            assert client.post(proxy.url + "/v1/chat/completions", json=chat("text 9")).status_code == 503
            assert len(profiler.calls) == before  # left alone
            sick = client.get(proxy.url + "/healthz")
            assert sick.status_code == 503
            assert sick.json()["status"] == "failing"
            assert "profiler" in sick.json()["reason"]
            assert "Paused" in client.get(proxy.url + "/").text
            down = False
            well = _until(lambda: client.get(proxy.url + "/healthz"), 200)
            assert well.json()["status"] == "ok"
            assert client.post(proxy.url + "/v1/chat/completions", json=chat()).status_code == 200
            assert llm.requests[0].json()["messages"][0]["content"].startswith("What is [[NAME]]'s SSN [[SSN]]?")


def _until(ask: object, status: int, seconds: float = 15) -> httpx.Response:
    deadline = time.monotonic() + seconds
    while True:
        response = ask()  # type: ignore[operator]
        if response.status_code == status or time.monotonic() > deadline:
            assert response.status_code == status, response.text
            return response  # type: ignore[no-any-return]
        time.sleep(0.1)


def test_a_profiler_that_was_never_there_is_seen_before_any_request() -> None:
    with FakeProfiler() as gone:
        url = gone.url
    with Proxy(environ={"FAASERA_PROFILER_ENDPOINT": url}) as proxy, proxy.client() as client:
        assert client.get(proxy.url + "/healthz").status_code == 503


def test_a_healthy_proxy_says_so(seen: Seen) -> None:
    told = seen.get("/healthz")
    assert (told.status_code, told.json()["status"]) == (200, "ok")
    assert set(told.json()["checks"]) == {"configuration", "profiler", "ca", "audit"}


# -- coverage -----------------------------------------------------------------------------------------------------------

STATES = [
    ("api.openai.com", "inspected"),
    ("api.anthropic.com", "inspected"),
    ("refused.example.net", "refused"),
    ("localhost", "tunnelled"),
    ("api.mistral.ai", "blind"),
    ("generativelanguage.googleapis.com", "blind"),
    ("api.cohere.com", "unseen"),
]


@pytest.mark.parametrize(("host", "state"), STATES)
def test_coverage_tells_how_each_host_is_seen(seen: Seen, host: str, state: str) -> None:
    assert seen.coverage().get((host, state), 0) >= 1


def test_a_refusal_has_its_reason() -> None:
    """A host each, as a host shows the latest reason only."""
    refused = {
        "api.openai.com": ({"content-encoding": "x-own"}, b"{}", "undecodable"),
        "api.anthropic.com": ({}, b"{", "malformed"),
        "api.mistral.ai": ({}, b'{"messages": [{"role": "user", "content": "some text"}]}', "profiler"),
    }
    failing = FakeProfiler(lambda call: json_answer({}, 500))
    with failing as profiler, Proxy(environ={"FAASERA_PROFILER_ENDPOINT": profiler.url}) as proxy:
        with proxy.client(through=True) as client:
            for host, (headers, content, _) in refused.items():
                sent = {"content-type": "application/json", **headers}
                told = client.post(f"https://{host}/v1/chat/completions", content=content, headers=sent)
                assert told.headers["x-faasera-code"]
        with proxy.client() as client:
            page = client.get(proxy.url + "/").text
    for _, _, reason in refused.values():
        assert html.escape(REASONS[reason], quote=False)[:40] in page, reason


def test_the_page_shows_every_state_with_its_reason(seen: Seen) -> None:
    page = seen.get("/").text
    hosts = page.partition('data-panel="hosts"')[2].partition("</section>")[0]
    assert "more hosts are in the table and were not seen yet" in hosts
    for host, state in STATES:
        if state == "unseen":
            assert f">{host}<" not in hosts
            continue
        row = re.search(rf"<tr[^>]*>(?:(?!</tr>).)*>{re.escape(host)}<.*?</tr>", hosts, re.DOTALL)
        assert row is not None, host
        assert state in row[0].lower(), (host, row[0])
    assert "browser challenge" in page
    assert "mode: refuse for this host" in page
    assert seen.coverage()["refused.example.net", "refused"] == 1
    assert "install and trust the CA" in page
    assert not any(canary in page for canary in CANARIES)


# -- the page's own door ------------------------------------------------------------------------------------------------


def test_the_try_box_masks_and_keeps_nothing(seen: Seen) -> None:
    token = re.search(r'name="token" value="([^"]+)"', seen.get("/").text)
    assert token is not None
    before = len(seen.llm.requests), seen.audit.read_bytes()
    with seen.proxy.client() as client:
        told = client.post(
            seen.proxy.url + "/try", data={"token": token[1], "text": "I am Mary Poppins, SSN 219-09-9999"}
        )
    assert told.status_code == 200
    assert "[[SSN]]" in told.text
    assert (len(seen.llm.requests), seen.audit.read_bytes()) == before
    assert "219-09-9999" not in seen.get("/").text
    assert "219-09-9999" not in seen.proxy.log


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site"},
    ],
)
def test_the_try_box_refuses_strangers(seen: Seen, headers: dict[str, str]) -> None:
    token = re.search(r'name="token" value="([^"]+)"', seen.get("/").text)
    assert token is not None
    with seen.proxy.client() as client:
        told = client.post(seen.proxy.url + "/try", data={"token": token[1], "text": f"I am {NAME}"}, headers=headers)
    assert told.status_code == 400
    assert "[[NAME]]" not in told.text


def test_a_rebound_name_gets_no_page(seen: Seen) -> None:
    told = seen.get("/", host=f"evil.example:{seen.proxy.port}")
    assert told.status_code >= 400
    assert "try-text" not in told.text
    assert 'name="token"' not in told.text


def test_a_wrong_token_masks_nothing(seen: Seen) -> None:
    with seen.proxy.client() as client:
        told = client.post(seen.proxy.url + "/try", data={"token": "x", "text": "SSN 219-09-9999"})
    assert "[[SSN]]" not in told.text
    assert "earlier run" in told.text
