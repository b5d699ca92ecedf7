"""The view of the last requests before and after masking: where it is, who opens it, and what it never shows."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import httpx
import pytest

from tests.doors.conftest import bases
from tests.support.fake_llm import FakeLLM
from tests.support.proxy import Proxy

KEY = "sk-proj-" + "Zk3vQ9xLm2Rt7Yw1Bn5Hc8Jd" * 2
PASSWORD = "Tr0ub4dor-Green-77"
TEXT = f"I am Rosalind Achterberg, mail r.achterberg@corp.example. The key is {KEY}, password: {PASSWORD}."
CONFIG = "before_after: true\npolicies: {people: {only: [person]}}\nrules: [{filter: '~u /v1/completions', policy: people}]\n"


def page_token(text: str) -> str:
    found = re.search(r'name="token" value="([^"]+)"', text)
    assert found
    return found[1]


def shown(answer: httpx.Response) -> str:
    return unescape(re.sub(r"<[^>]+>", "", answer.text))


class Site:
    """The proxy's page as a browser on this machine would use it."""

    def __init__(self, proxy: Proxy, client: httpx.Client) -> None:
        self.proxy, self.client = proxy, client
        self.url = f"{proxy.url}/before-after"

    def post(self, **fields: str) -> httpx.Response:
        form = {"token": page_token(self.client.get(self.url).text), **fields}
        return self.client.post(self.url, data=form, headers={"origin": self.proxy.url})

    def printed(self) -> str:
        self.post(do="print")
        assert self.proxy.wait_for("token of the before and after view")
        found = re.search(r"for 10 minutes: (\S+)", self.proxy.log)
        assert found
        return found[1]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("view")
    with (
        FakeLLM() as llm,
        Proxy(environ={**bases(llm), "FAASERA_AUDIT": str(folder / "audit.jsonl")}, config=CONFIG) as proxy,
        proxy.client() as client,
    ):
        for path, body in (
            ("chat/completions", {"messages": [{"role": "user", "content": TEXT}]}),
            ("completions", {"prompt": TEXT}),  # under the policy that looks for people only
        ):
            told = {"model": "gpt-4", **body}
            assert client.post(f"{proxy.url}/v1/{path}", json=told, headers={"authorization": "Bearer k"}).is_success
        found = Site(proxy, client)
        found.audit = folder / "audit.jsonl"  # type: ignore[attr-defined]
        yield found


def test_the_token_opens_it_and_secrets_are_type_and_length(site: Site) -> None:
    closed = site.client.get(site.url)
    assert "Achterberg" not in closed.text
    assert "Before and after" in site.client.get(site.proxy.url).text
    for wrong in ("", "x", page_token(closed.text)):
        assert "Achterberg" not in site.post(do="show", view=wrong).text
    token = site.printed()
    answer = site.post(do="show", view=token)
    text = shown(answer)
    assert "Rosalind Achterberg" in text
    assert "[[NAME]]" in text
    assert "r.achterberg@corp.example" in text
    # Of secrets neither side shows a character: also where the policy let them through.
    assert KEY not in answer.text
    assert PASSWORD not in answer.text
    assert text.count(f"⟨API_KEY, {len(KEY)} characters⟩") >= 2
    assert "not masked" in text
    assert "script" not in answer.headers["content-security-policy"]
    assert answer.headers["cache-control"] == "no-store"
    events = [json.loads(line) for line in Path(site.audit).read_text().splitlines() if '"event"' in line]  # type: ignore[attr-defined]
    assert [each["what"] for each in events if each["event"] == "before_after"].count("shown") == 1
    assert {each["what"] for each in events} == {"refused", "token printed", "shown"}
    written = Path(site.audit).read_text()  # type: ignore[attr-defined]
    assert token not in written
    assert "Achterberg" not in written + site.proxy.log
    assert site.proxy.log.count(token) == 1


@pytest.mark.parametrize(
    "headers",
    [{"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}, {"host": "rebound.example"}],
    ids=["foreign origin", "cross site", "rebound name"],
)
def test_no_web_page_of_others_gets_to_it(site: Site, headers: dict[str, str]) -> None:
    form = {"token": page_token(site.client.get(site.url).text), "do": "show", "view": site.printed()}
    answer = site.client.post(site.url, data=form, headers=headers)
    assert answer.status_code == 400
    assert "Achterberg" not in answer.text


def test_a_form_of_another_page_does_nothing(site: Site) -> None:
    token = site.printed()
    for content in (b"do=show&view=" + token.encode(), b"\xff", b""):
        kind = {"content-type": "application/x-www-form-urlencoded"}
        assert "Achterberg" not in site.client.post(site.url, content=content, headers=kind).text
    assert "Achterberg" not in site.client.get(f"{site.url}?view={token}&do=show").text


@pytest.mark.parametrize(
    ("config", "environ"),
    [
        ("{}", {}),
        ("before_after: true\ngateway: {names: [llm.corp.example]}", {}),
        ("before_after: true\ngateway: {origins: ['http://localhost:3000']}", {}),
        ("before_after: true\ngateway: {trusted_proxies: [10.9.8.7]}", {}),
        ("before_after: true", {"FAASERA_GATEWAY_KEY": "0123456789abcdef-key"}),
        ("before_after: true\ninsecure: true", {"FAASERA_GATEWAY_KEY": "0123456789abcdef-key", "LISTEN": "0.0.0.0"}),
    ],
    ids=["off", "names", "origins", "balancer", "key", "listening"],
)
def test_it_is_absent_when_off_or_when_others_may_connect(config: str, environ: dict[str, str]) -> None:
    options = [f"listen_host={environ['LISTEN']}"] if "LISTEN" in environ else []
    told = {name: value for name, value in environ.items() if name != "LISTEN"}
    with Proxy(*options, config=config, environ=told) as proxy, proxy.client() as client:
        assert client.get(f"{proxy.url}/before-after").status_code == 404
        assert client.post(f"{proxy.url}/before-after", data={"do": "print"}).status_code == 404
        assert "Before and after" not in client.get(proxy.url).text
        assert "token of" not in proxy.log
