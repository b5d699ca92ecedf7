"""Files of secrets: «...» marks what goes. Every row of the table has a text here and a near miss; formats still parse."""

from __future__ import annotations

import base64
import json
import random
import string
import xml.etree.ElementTree as ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from config.redaction_settings import Policy
from redaction.detector.detect import Detector
from redaction.detector.policy import compile_policy
from redaction.detector.rules.secret_files import FILE_SECRETS, file_secrets
from redaction.spans import substitute

K43 = "Zq8wLmTr2xVb9KcYd4MnZq8wLmTr2xVb9KcYd4MnAbc"
K40 = "Zq8w/LmTr2xVb9KcY+d4MnZq8wLmTr2xVb9KcYd4"
BASIC = base64.b64encode(b"bob:hunter2").decode()
LONG = "Zq8wLmTr2xVb9KcYd4Mn" * 4
HEX = "0123456789abcdef" * 4
XPRV = "Zq8wLmTr2xVb9KcYd4Mn" * 5 + "abcdefg"

# row -> (text with the secrets in «», a text in which the row finds nothing)
TEXTS: dict[str, tuple[str, str]] = {
    "jwk": (f'{{"kty":"RSA","n":"{LONG}","e":"AQAB","d":"«{LONG}»","p":"«{K43}»"}}', f'{{"kty":"EC","x":"{K43}","y":"{K43}"}}'),
    "jwk_python": (f"{{'kty': 'OKP', 'x': '{K43}', 'd': '«{K43}»'}}", f"{{'d': '{K43}'}}"),
    "jwk_member": (f"jwk.d: «{K43}»", f"jwk.d: two words of {K43}"),
    "docker_auth": (f'{{"auths": {{"ghcr.io": {{"auth": "«{BASIC}»"}}}}}}', '{"auth": "required"}'),
    "docker_auth_member": (f"basic.auth: «{BASIC}»", "basic.auth: required"),
    "docker_token": ('{"identitytoken": "«Zq8w-LmTr2xVb»"}', '{"identitytoken": ""}'),
    "netrc": ("machine api.corp.example\n  login bob\n  password «hunter2»\n", "machine h login ${USER} password ${TOKEN}"),
    "netrc_no_login": ("machine api.corp.example password «hunter2»", "machine learning password policy"),
    "pgpass": ("db.corp.example:5432:prod:bob:«hunter2»", "src/main.c:5432:7:error:expected"),
    "redis_auth": ("127.0.0.1:6379> AUTH bob «hunter2x»\nOK", "> AUTH LOGIN"),
    "irc_identify": ("/msg NickServ IDENTIFY bob «hunter2x»", "NickServ asks you to identify"),
    "html_password": ('<input id="a" type="password" value="«hunter2x»">', '<input type="password" value="">'),
    "html_password_first": ("<input value='«hunter2x»' type='password'>", "<input value='hunter2x' type='text'>"),
    "wifi_code": ("WIFI:T:WPA;S:attic;P:«hunter2x»;;", "WIFI: P: on; S: off"),
    "proxychains": ("socks5 10.0.0.1 1080 bob «hunter2x»", "socks5 10.0.0.1 1080"),
    "imap_login": ("C: a001 LOGIN bob «hunter2x»", "the LOGIN page 2 LOGIN button"),
    "masked_in_log": ("echo '::add-mask::«Zq8wLmTr»'", 'echo "::add-mask::$TOKEN"'),
    "npmrc": ("//registry.corp.example/:_authToken=«Zq8wLmTr2xVb»", "//registry.corp.example/:_authToken=${NPM_TOKEN}"),
    "kubeconfig_key": (f"    client-key-data: «{LONG}»\n    client-certificate-data: {LONG}", "client-key-data: REDACTED"),
    "kubernetes_tls": (f"data:\n  tls.crt: {LONG}\n  tls.key: «{LONG}»", "tls.key: /etc/tls/tls.key"),
    "kubernetes_data": (f"kind: Secret\ndata:\n  session: «{BASIC}»\n  name: database\n", f"kind: ConfigMap\ndata:\n  session: {BASIC}\n"),
    "kubernetes_member": ("kubernetes.secret: «hunter2»", "kubernetes: hunter2"),
    "sasl_passwd": ("[smtp.corp.example]:587 bob:«hunter2»", "[smtp.corp.example]:587 refused: try later"),
    "digest_response": (f'Digest username="bo", response="«{HEX[:32]}»"', f'response="{HEX[:32]}"'),
    "ipsec": ('bo : EAP "«hunter2»"', "key: EAP is a protocol"),
    "cisco_user": ("username bo privilege 15 secret 0 «hunter2»", "username bo keeps a secret 0"),
    "cloud_init_users": ("chpasswd:\n  list: |\n    root:«hunter2»\n", "list: |\n    root:hunter2\n"),
    "kubernetes_docker": (f"data:\n  .dockerconfigjson: «{LONG}»", "type: kubernetes.io/dockerconfigjson"),
    "kubeconfig_token": ("users:\n- name: a\n  user:\n    token: «Zq8wLmTr2xVb9KcY»\n", "lexer:\n  token: Zq8wLmTr2xVb9KcY\n"),
    "terraform_output": ('{"outputs": {"pw": {"value": "«hunter2»", "type": "string", "sensitive": true}}}', '{"pw": {"value": "a", "type": "string", "sensitive": false}}'),
    "terraform_output_first": ('{"pw": {"sensitive": true, "type": "string", "value": "«hunter2»"}}', '{"sensitive": false, "value": "a"}'),
    "terraform_random": ('{"type": "random_password", "instances": [{"attributes": {"result": "«hun\\"ter2»", "length": 8}}]}', '{"result": "hunter2"}'),
    "terraform_member": ("sensitive.value: «hunter2 and more»", "insensitive value: hunter2"),
    "keystore_member": (f"keystore.ciphertext: «{HEX}»", f"keystore.cipher: {HEX}"),
    "aws_secret": (f"aws_secret_access_key = «{K40}»", f"secret_key = {K40}Z"),
    "aws_session": (f'"SessionToken": "«{LONG}»"', "session_token: none"),
    "aws_session_xml": (f"<SessionToken>«{LONG}»</SessionToken>", "<SessionToken/>"),
    "azure_publish": ('<publishProfile userName="$x" userPWD="«Zq8wLmTr2xVb»" />', '<publishProfile userPWD="" />'),
    "azure_token_cache": ('{"home_account_id": "x", "secret": "«Zq8wLmTr2xVb9KcYd4Mn»"}', '{"secret": "Zq8wLmTr2xVb9KcYd4Mn"}'),
    "jenkins": ("<a>{«AQAABAAAAZq8wLmTr2xVb9KcY=»}</a>", "{AQAA}"),
    "jenkins_element": ("<com.cloudbees.x><password>«hunter2»</password></com.cloudbees.x>", "<x><password>hunter2</password></x>"),
    "wireguard": (f"[Interface]\nPrivateKey = «{K43}=»\n[Peer]\nPublicKey = {K43}=", f"PublicKey = {K43}="),
    "rclone": ("[x]\ntype = sftp\npass = «Zq8wLmTr2xVb9KcYd4Mn»", "pass = Zq8wLmTr2xVb9KcYd4Mn"),
    "filezilla": ('<Pass encoding="base64">«aHVudGVy»</Pass>', "<Pass></Pass>"),
    "maven_encrypted": ("<password>«{Zq8wLmTr2xVb9KcYd4Mn=}»</password>", "<password>{name}</password>"),
    "sops": ("pw: ENC[AES256_GCM,data:«Zq8wLmTr»,iv:x,tag:y,type:str]", "ENC[x]"),
    "extended_key": (f"«xprv{XPRV}»", f"xpub{XPRV}"),
    "nostr": ("«nsec1" + "acd2ef3gh4" * 5 + "acd2ef3g»", "npub1" + "acd2ef3gh4" * 5 + "acd2ef3g"),
    "ethereum_keystore": (f'{{"crypto": {{"kdf": "scrypt", "ciphertext": "«{HEX}»"}}}}', f'{{"ciphertext": "{HEX}"}}'),
}  # fmt: skip


def marked(text: str) -> str:
    for start, end in sorted({(span.start, span.end) for span in file_secrets(text)}, reverse=True):
        text = f"{text[:start]}«{text[start:end]}»{text[end:]}"
    return text


def test_every_row_has_a_text() -> None:
    assert {row.name for row in FILE_SECRETS} == set(TEXTS)
    assert all(row.reference for row in FILE_SECRETS)


@pytest.mark.parametrize("name", TEXTS)
def test_the_secret_goes_and_the_rest_stays(name: str) -> None:
    expected = TEXTS[name][0]
    text = expected.replace("«", "").replace("»", "")
    assert marked(text) == expected
    assert any(span.recognizer == f"file_{name}" for span in file_secrets(text))


@pytest.mark.parametrize("name", TEXTS)
def test_behind_other_scripts_places_are_the_same(name: str) -> None:
    if name.endswith("_member") or name in ("pgpass",):
        return  # these stand alone
    text = "# ключ 鍵 🔑\n" + TEXTS[name][0]
    assert marked(text.replace("«", "").replace("»", "")) == text


@pytest.mark.parametrize("name", TEXTS)
def test_near_misses(name: str) -> None:
    text = TEXTS[name][1]
    assert [span for span in file_secrets(text) if span.recognizer == f"file_{name}"] == []


LETTERS = string.ascii_letters + string.digits
SECRET = st.builds(
    lambda seed, size: "".join(random.Random(seed).choices(LETTERS, k=size)), st.integers(0, 10**9), st.integers(20, 60)
)
DETECTOR = Detector()
POLICY = compile_policy(Policy())


def masked(text: str) -> str:
    return substitute(text, DETECTOR.find(text, POLICY))


@given(SECRET, SECRET)
def test_json_still_parses(one: str, two: str) -> None:
    document = {
        "auths": {"ghcr.io": {"auth": base64.b64encode(f"bob:{one}".encode()).decode()}},
        "key": {"kty": "RSA", "d": one, "n": "AQAB", "p": two},
        "outputs": {"pw": {"value": f'{one}"\\', "type": "string", "sensitive": True}},
    }
    out = masked(json.dumps(document, indent=1))
    assert one not in out
    assert two not in out
    assert json.loads(out)["key"]["kty"] == "RSA"
    assert list(json.loads(out)) == list(document)


@given(SECRET, SECRET)
def test_yaml_still_parses(one: str, two: str) -> None:
    text = f"apiVersion: v1\nusers:\n- name: a\n  user:\n    client-key-data: {one}\n    token: {two}\ncurrent-context: c\n"
    out = masked(text)
    assert one not in out
    assert two not in out
    assert YAML(typ="safe").load(out)["current-context"] == "c"


@given(SECRET)
def test_xml_still_parses(one: str) -> None:
    text = f"<c><com.cloudbees.plugins><id>x</id><password>{{AQAA{one}=}}</password></com.cloudbees.plugins></c>"
    out = masked(text)
    assert one not in out
    assert ElementTree.fromstring(out).find(".//id").text == "x"  # type: ignore[union-attr]
