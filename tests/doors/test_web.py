"""Consumer back ends, account traffic, telemetry, query strings and forms, host by host, as they leave."""

from __future__ import annotations

import json
from collections.abc import Iterator
from urllib.parse import parse_qsl, quote_plus, urlencode

import httpx
import pytest

from tests.support.internet import Internet

PERSONAL = "I am Jane Doe, SSN 123-45-6789"
MASKED = "I am [[NAME]], SSN [[SSN]]"
BODY = json.dumps(
    {"email": "jane.doe@acme.org", "password": "hunter2hunter2", "name": "Jane Doe", "ssn": "123-45-6789"}
)

# One per host: sign-in, tokens, billing, invites, flags. Sent byte-identical, personal data and all.
ACCOUNT: list[tuple[str, str, str]] = [
    ("POST", "api.openai.com", "/v1/oauth/token"),
    ("POST", "api.openai.com", "/v1/organization/invites"),
    ("POST", "chatgpt.com", "/backend-api/accounts/1/invites"),
    ("POST", "chatgpt.com", "/backend-api/payments/checkout"),
    ("POST", "chatgpt.com", "/api/auth/signin/login-web"),
    ("POST", "chatgpt.com", "/backend-api/sentinel/chat-requirements"),
    ("GET", "chatgpt.com", "/backend-api/conversations/search?query=Jane+Doe"),
    ("POST", "ab.chatgpt.com", "/v1/initialize"),
    ("POST", "api.anthropic.com", "/api/oauth/profile"),
    ("GET", "api.anthropic.com", "/api/claude_code/settings?user=jane.doe%40acme.org"),
    ("POST", "claude.ai", "/api/organizations/o/invites"),
    ("GET", "claude.ai", "/api/organizations/o/chat_conversations/c?tree=True"),
    ("POST", "cloudcode-pa.googleapis.com", "/v1internal:loadCodeAssist"),
    ("POST", "gemini.google.com", "/signin/identifier"),
    ("POST", "api2.cursor.sh", "/auth/poll"),
    ("POST", "openrouter.ai", "/api/v1/auth/keys"),
    ("GET", "router.huggingface.co", "/api/whoami-v2?n=Jane+Doe"),
    ("POST", "www.perplexity.ai", "/rest/billing/checkout"),
    ("POST", "grok.com", "/rest/subscriptions/new"),
    ("POST", "chat.deepseek.com", "/api/v0/users/login"),
    ("POST", "chat.mistral.ai", "/auth/login"),
    ("POST", "copilot.microsoft.com", "/c/api/start"),
    ("POST", "chat.qwen.ai", "/api/v1/auths/signin"),
    ("POST", "poe.com", "/login/email"),
]
TELEMETRY = [
    ("chatgpt.com", "/ces/v1/t"),
    ("ab.chatgpt.com", "/v1/rgstr"),
    ("api.anthropic.com", "/api/event_logging/batch"),
    ("gemini.google.com", "/_/BardChatUi/jserror"),
    ("www.perplexity.ai", "/rest/event/analytics"),
    ("grok.com", "/api/log_metric"),
    ("api.individual.githubcopilot.com", "/telemetry"),
]
OTHERS = ("files.oaiusercontent.com", "content-push.googleapis.com")
HOSTS = sorted({row[1] for row in ACCOUNT} | {host for host, _ in TELEMETRY} | set(OTHERS))


@pytest.fixture(scope="module")
def running() -> Iterator[Internet]:
    with Internet(HOSTS) as internet:
        yield internet


@pytest.fixture
def internet(running: Internet) -> Internet:
    running.forget()
    return running


@pytest.fixture(scope="module")
def client(running: Internet) -> Iterator[httpx.Client]:
    with running.proxy.client(through=True) as client:
        yield client


@pytest.mark.parametrize(("method", "host", "path"), ACCOUNT, ids=[f"{m} {h}{p}" for m, h, p in ACCOUNT])
def test_account_traffic_passes_to_the_byte(
    internet: Internet, client: httpx.Client, method: str, host: str, path: str
) -> None:
    content = BODY if method == "POST" else None
    response = client.request(
        method, f"https://{host}{path}", content=content, headers={"content-type": "application/json"}
    )
    assert response.status_code == 200
    [request] = internet.llm.requests
    assert request.body.decode() == (content or "")
    assert (request.target, request.header("host")) == (path, host)


def test_account_traffic_is_counted(internet: Internet, client: httpx.Client) -> None:
    client.post("https://claude.ai/api/organizations/o/invites", content=BODY)
    assert internet.proxy.wait_for("account")
    assert "hunter2" not in internet.proxy.log


@pytest.mark.parametrize(("host", "path"), TELEMETRY)
def test_telemetry_is_masked(internet: Internet, client: httpx.Client, host: str, path: str) -> None:
    body = {"events": [{"type": "message", "payload": {"text": PERSONAL}}]}
    assert client.post(f"https://{host}{path}", json=body).status_code == 200
    assert internet.llm.requests[0].json() == {"events": [{"type": "message", "payload": {"text": MASKED}}]}


def test_telemetry_can_be_blocked() -> None:
    with (
        Internet(["chatgpt.com"], config="telemetry: block\n") as blocking,
        blocking.proxy.client(through=True) as client,
    ):
        assert client.post("https://chatgpt.com/ces/v1/t", json={"text": PERSONAL}).status_code == 204
        assert client.post("https://chatgpt.com/backend-api/f/conversation", json={"x": PERSONAL}).status_code == 200
        assert [request.target for request in blocking.llm.requests] == ["/backend-api/f/conversation"]


def f_req(text: str, token: str) -> str:
    inner = [
        [text, 0, None, None, None, None, 0],
        ["en"],
        ["c_1234567890abcdef", "r_fedcba0987654321", "rc_11"],
        token,
        None,
        1,
    ]
    return json.dumps([None, json.dumps(inner)])


TOKEN = "!" + "Wx9_aB-c0" * 60
AT = "AJvLN6MzQ0Fq3Ea-1hX0v9k2pW7t:1716480000000"
PAGE = "/_/BardChatUi/data/assistant.lamda.BardFrontendService/StreamGenerate"
QUERY = "?bl=boq_assistant-bard-web-server_20240519.16_p0&f.sid=-1234567890123456789&hl=en&_reqid=2345678&rt=c"


@pytest.mark.parametrize("page", [PAGE, "/_/BardChatUi/data/batchexecute"])
def test_gemini_web(internet: Internet, client: httpx.Client, page: str) -> None:
    body = urlencode({"f.req": f_req(PERSONAL, TOKEN), "at": AT}) + "&"
    headers = {"content-type": "application/x-www-form-urlencoded;charset=UTF-8"}
    assert client.post(f"https://gemini.google.com{page}{QUERY}", content=body, headers=headers).status_code == 200
    [request] = internet.llm.requests
    assert request.target == page + QUERY
    assert dict(parse_qsl(request.body.decode())) == {"f.req": f_req(MASKED, TOKEN), "at": AT}
    assert request.body.decode() == body.replace(quote_plus("Jane Doe"), "%5B%5BNAME%5D%5D").replace(
        "123-45-6789", "%5B%5BSSN%5D%5D"
    )


def test_a_field_called_at_is_text_elsewhere(internet: Internet, client: httpx.Client) -> None:
    client.post("https://chatgpt.com/backend-api/x?at=Jane+Doe", data={"at": PERSONAL, "model": "Jane Doe"})
    [request] = internet.llm.requests
    assert dict(parse_qsl(request.body.decode())) == {"at": MASKED, "model": "[[NAME]]"}
    assert request.target == "/backend-api/x?at=%5B%5BNAME%5D%5D"


def test_queries_are_masked_and_credentials_kept(internet: Internet, client: httpx.Client) -> None:
    query = "?key=AIzaSyD-123456789012345678901234567890123&q=I+am+Jane%20Doe&ssn=123-45-6789&limit=20&after=msg_1&x"
    client.get(f"https://api.openai.com/v1/unknown/things{query}")
    [request] = internet.llm.requests
    assert request.target == "/v1/unknown/things" + query.replace("Jane%20Doe", "%5B%5BNAME%5D%5D").replace(
        "123-45-6789", "%5B%5BSSN%5D%5D"
    )
    assert "Jane" not in internet.proxy.log
    assert "123-45-6789" not in internet.proxy.log
    assert "AIzaSyD" not in internet.proxy.log


def test_a_query_at_the_gateway_is_masked(internet: Internet) -> None:
    with internet.proxy.client() as client:
        client.get(f"{internet.proxy.url}/v1/responses/resp_1/input_items?q=Jane+Doe&order=asc")
    assert internet.llm.requests[0].target == "/v1/responses/resp_1/input_items?q=%5B%5BNAME%5D%5D&order=asc"


@pytest.mark.parametrize("host", ["files.oaiusercontent.com", "content-push.googleapis.com"])
def test_blob_hosts_judge_files_by_content(internet: Internet, client: httpx.Client, host: str) -> None:
    url = f"https://{host}/file-00000000?se=2026-11-24T00%3A00%3A00Z&sig=abc%2F123%3D"
    csv = f"id,note\n1,{PERSONAL}\n"
    user_json = json.dumps({"id": PERSONAL, "status": PERSONAL})
    picture = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20
    assert client.put(url, content=csv, headers={"content-type": "text/csv"}).status_code == 200
    assert client.put(url, content=user_json, headers={"content-type": "application/json"}).status_code == 200
    assert client.put(url, content=picture, headers={"content-type": "image/png"}).status_code == 200
    refused = client.put(url, content=b"\x1f\x8b\x08" + bytes(99), headers={"content-type": "application/gzip"})
    assert refused.status_code == 422
    assert [request.body for request in internet.llm.requests] == [
        csv.replace(PERSONAL, MASKED).encode(),
        user_json.replace(PERSONAL, MASKED).encode(),
        picture,
    ]
    assert {request.target for request in internet.llm.requests} == {url.split(host)[1]}


def test_cursors_protobuf_is_refused_with_a_clear_answer(internet: Internet, client: httpx.Client) -> None:
    frame = b"\x00\x00\x00\x00\x20" + b"\x0a\x1e" + PERSONAL.encode()
    response = client.post(
        "https://api2.cursor.sh/aiserver.v1.ChatService/StreamUnifiedChatWithTools",
        content=frame,
        headers={"content-type": "application/connect+proto"},
    )
    assert response.status_code == 422
    assert response.json()["error"]["code"].startswith("faasera_")
    assert internet.llm.requests == []


SIGNED = {
    "authorization": "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20261124/us-east-1/bedrock/aws4_request, "
    "SignedHeaders=host;x-amz-date, Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7",
    "x-amz-date": "20261124T000000Z",
    "content-type": "application/json",
}
AWS = "bedrock-runtime.eu-central-1.amazonaws.com"


def test_signed_bodies() -> None:
    with Internet([AWS]) as aws, aws.proxy.client(through=True) as client:
        url = f"https://{AWS}/model/anthropic.claude-3%3A0/converse"
        clean = b'{ "messages": [{"role": "user", "content": [{"text": "How are you?"}]}] }'
        assert client.post(url, content=clean, headers=SIGNED).status_code == 200
        assert aws.llm.requests[0].body == clean
        assert aws.llm.requests[0].header("authorization") == SIGNED["authorization"]
        personal = json.dumps({"messages": [{"role": "user", "content": [{"text": PERSONAL}]}]})
        refused = client.post(url, content=personal, headers=SIGNED)
        assert refused.status_code == 422
        assert refused.json()["code"] == "faasera_signed_body"
        assert "NAME 1, SSN 1" in refused.json()["message"]
        assert "Bedrock API key" in refused.json()["message"]
        bearer = client.post(
            url, content=personal, headers={"authorization": "Bearer ABSK1", "content-type": "application/json"}
        )
        assert bearer.status_code == 200
        assert len(aws.llm.requests) == 2
        assert aws.llm.requests[1].body.decode() == personal.replace(PERSONAL, MASKED)
