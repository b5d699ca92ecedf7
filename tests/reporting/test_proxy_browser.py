"""A real Chromium and the real proxy: LLM hosts arrive masked, every other site keeps its own certificate.

Chromium is told to accept exactly one key (`--ignore-certificate-errors-spki-list`): the site's own in the tunnel test,
so that an opened tunnel would end in a certificate error; the proxy's CA in the others. mitmproxy signs its host
certificates with the CA's key over that same key, so its SPKI is the CA's.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.doors.conftest import bases
from tests.support.certs import Certs, make_certs
from tests.support.fake_llm import FakeLLM
from tests.support.http1 import Answer, Request, answer
from tests.support.proxy import Proxy

pytestmark = [pytest.mark.needs_tool("chromium"), pytest.mark.slow]

TEXT = "I am Jane Doe, SSN 123-45-6789"
CORS = [("access-control-allow-origin", "*"), ("access-control-allow-headers", "*")]


def page_of_a_site(request: Request) -> Answer | None:
    """An ordinary site; it takes the same text and must get it as it was typed."""
    return answer(200, "<title>an ordinary site</title>", "text/html")


def llm_for_browsers(request: Request) -> Answer | None:
    return answer(
        204 if request.method == "OPTIONS" else 200, b"" if request.method == "OPTIONS" else b"{}", headers=CORS
    )


def spki(path: Path) -> str:
    """What the flag takes: SHA-256 of the SubjectPublicKeyInfo, in base64."""
    key = x509.load_pem_x509_certificate(path.read_bytes()).public_key()
    digest = hashlib.sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).digest()
    return base64.b64encode(digest).decode()


def trusting(*paths: Path) -> str:
    return f"--ignore-certificate-errors-spki-list={','.join(map(spki, paths))}"


@pytest.fixture
def certs(tmp_path: Path) -> Certs:
    return make_certs(tmp_path)


@pytest.fixture
def site(certs: Certs) -> Iterator[FakeLLM]:
    with FakeLLM(page_of_a_site, ssl_context=certs.server_context()) as server:
        yield server


@pytest.fixture
def llm() -> Iterator[FakeLLM]:
    with FakeLLM(llm_for_browsers) as server:
        yield server


@pytest.fixture
def proxy(llm: FakeLLM) -> Iterator[Proxy]:
    with Proxy(environ=bases(llm)) as running:
        yield running


def fetch(page: Any, url: str, body: object) -> Any:
    """A fetch of the page's script: the answer's text, or the error's."""
    script = (
        f"fetch({json.dumps(url)}, {{method: 'POST', headers: {{'content-type': 'application/json', "
        f"authorization: 'Bearer sk-browser'}}, body: {json.dumps(json.dumps(body))}}})"
        ".then(r => r.text(), e => 'error: ' + e)"
    )
    told = page.call("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
    return told["result"]["value"]


def connection(page: Any, url: str) -> tuple[str, int]:
    """(who signed the certificate that the browser saw for a response, the port it was connected to)."""
    for event in page.events:
        response = event.get("params", {}).get("response", {})
        if event.get("method") == "Network.responseReceived" and response.get("url") == url:
            return str(response["securityDetails"]["issuer"]), int(response["remotePort"])
    raise AssertionError(f"no response of {url}")


def test_another_site_keeps_its_own_certificate_in_the_tunnel(
    site: FakeLLM, certs: Certs, llm: FakeLLM, proxy: Proxy, browse: Callable[..., Any]
) -> None:
    page = browse(f"--proxy-server=127.0.0.1:{proxy.port}", "--proxy-bypass-list=<-loopback>", trusting(certs.server))
    url = f"https://localhost:{site.port}/"
    page.open(url)
    assert page.js("document.title") == "an ordinary site"
    assert connection(page, url) == ("Test CA", proxy.port)
    assert fetch(page, url + "v1/form", {"text": TEXT}).startswith("<title>")
    [form] = [request for request in site.requests if request.method == "POST"]
    assert json.loads(form.body) == {"text": TEXT}  # untouched
    assert llm.requests == []


def test_a_page_asks_an_llm_through_the_pac_file(
    site: FakeLLM, certs: Certs, llm: FakeLLM, proxy: Proxy, browse: Callable[..., Any]
) -> None:
    page = browse(f"--proxy-pac-url={proxy.url}/proxy.pac", trusting(certs.server, proxy.ca_file))
    own, url = f"https://localhost:{site.port}/", "https://api.openai.com/v1/chat/completions"
    page.open(own)
    told = fetch(page, url, {"model": "gpt-4", "messages": [{"role": "user", "content": TEXT}]})
    assert told == "{}"
    [request] = [request for request in llm.requests if request.method == "POST"]
    assert request.json() == {"model": "gpt-4", "messages": [{"role": "user", "content": "I am [[NAME]], SSN [[SSN]]"}]}
    assert request.header("authorization") == "Bearer sk-browser"
    assert b"Jane" not in b"".join(llm.raw)
    assert connection(page, url) == ("mitmproxy", proxy.port)
    assert connection(page, own) == ("Test CA", site.port)  # the site itself went direct
    assert proxy.wait_for("interception api.openai.com chat gpt-4: 2 masked: NAME 1, SSN 1")


def test_a_browser_that_does_not_trust_the_ca_sends_nothing_and_shows_as_blind(
    site: FakeLLM, certs: Certs, llm: FakeLLM, proxy: Proxy, browse: Callable[..., Any]
) -> None:
    page = browse(f"--proxy-pac-url={proxy.url}/proxy.pac", trusting(certs.server))
    page.open(f"https://localhost:{site.port}/")
    told = fetch(page, "https://claude.ai/api/organizations/x/chat_conversations/y/completion", {"prompt": TEXT})
    assert told.startswith("error: ")
    assert llm.requests == []
    with proxy.client() as client:
        metrics = client.get(proxy.url + "/metrics").text
    assert 'faasera_coverage{host="claude.ai",state="blind"}' in metrics


def test_a_pac_file_that_cannot_be_fetched_fails_open(site: FakeLLM, certs: Certs, browse: Callable[..., Any]) -> None:
    """What README warns of: without the mandatory setting a browser goes direct, past the masking."""
    page = browse(
        "--proxy-pac-url=http://127.0.0.1:1/proxy.pac",
        f"--host-resolver-rules=MAP api.openai.com 127.0.0.1:{site.port}",
        trusting(certs.server),
    )
    page.open("https://api.openai.com/")
    assert page.js("document.title") == "an ordinary site"
