"""Files that keep secrets, told by their own grammar: a row each says where the secret stands. The rest stays.

What a label alone announces (`password: ...`) is the labelled rules' business; here stand the notations whose labels
say nothing by themselves: `auth`, `d`, `value`, five fields between colons.
"""

# ruff: noqa: E501 - a row is a line: so they are read and searched
from __future__ import annotations

import base64
import binascii
import functools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import re2

from redaction.body.telling_keys import is_basic
from redaction.detector.rules.byte_text import ByteText
from redaction.detector.rules.re2_classes import loosened
from redaction.detector.rules.rule_matcher import compile_re2
from redaction.spans import Span

# How far around a secret the sign of its kind of file is looked for (code points).
_AROUND = 6_000
_VARIABLE = re.compile(r"^(?:\$|\{\{|<|%[A-Z_]|\*+$|\[\[)")


def _value(text: str) -> bool:
    """Not `${VAR}`, `{{ x }}`, `<password>`, `***` or a placeholder."""
    return not _VARIABLE.match(text) and len(set(text)) > 1


def _coded(text: str) -> bool:
    """Base64 of text, or long: no word of a manifest decodes to text."""
    try:
        plain = base64.b64decode(text, validate=True)
    except binascii.Error:
        return False
    return all(9 <= byte < 127 for byte in plain) or len(text) >= 24


@dataclass(frozen=True, slots=True)
class FileSecret:
    """Where one kind of file keeps a secret: `pattern` (RE2) with the secret as its first group, tried only when
    `sign` is in the text; with `near`, that pattern must be around the secret as well; `check` judges the secret."""

    name: str
    type: str
    sign: str
    pattern: str
    check: Callable[[str], bool] = _value
    near: str = ""
    reference: str = ""


_JSON = r"\\?\"[ \t]*:[ \t\r\n]*\\?\""
_EQUALS = r"[ \t]*=[ \t]*[\"']?"

# fmt: off
FILE_SECRETS: tuple[FileSecret, ...] = (
    FileSecret("jwk", "PRIVATE_KEY", "kty", rf"\"(?:d|p|q|dp|dq|qi|k|t|r){_JSON}([A-Za-z0-9_-]{{16,}})", near=r"\bkty\\?\"", reference="RFC 7517, RFC 7518 section 6"),
    FileSecret("jwk_python", "PRIVATE_KEY", "kty", r"'(?:d|p|q|dp|dq|qi|k)'[ \t]*:[ \t]*'([A-Za-z0-9_-]{16,})", near=r"\bkty'", reference="RFC 7517"),
    FileSecret("docker_auth", "PASSWORD", "auth", rf"\"auth{_JSON}([A-Za-z0-9+/_-]{{6,}}={{0,2}})", check=is_basic, reference="docs.docker.com/reference/cli/docker/login"),
    # Members of JSON that is read leaf by leaf: the leaf behind its (telling) key.
    FileSecret("jwk_member", "PRIVATE_KEY", "jwk.", r"^jwk\.[a-z]{1,2}: ([A-Za-z0-9_-]{16,})$", reference="RFC 7517"),
    FileSecret("docker_auth_member", "PASSWORD", "basic.auth: ", r"^basic\.auth: ([A-Za-z0-9+/_-]{6,}={0,2})$", check=is_basic, reference="docs.docker.com/reference/cli/docker/login"),
    FileSecret("terraform_member", "PASSWORD", "sensitive.", r"^sensitive\.value: (.+)$", reference="developer.hashicorp.com/terraform/language/state/sensitive-data"),
    FileSecret("keystore_member", "PRIVATE_KEY", "keystore.", r"^keystore\.ciphertext: ([0-9a-fA-F]{64,})$", reference="Web3 Secret Storage Definition"),
    FileSecret("docker_token", "API_KEY", "token", rf"\"(?:identitytoken|registrytoken){_JSON}([^\"\\\s]{{8,}})", reference="docs.docker.com/reference/cli/docker/login"),
    FileSecret("netrc", "PASSWORD", "machine", r"\b(?:machine[ \t]+\S+|default)\s+(?:(?:login|user|account)\s+\S+\s+){1,2}(?:password|passwd)\s+([^\s\"']{2,})", reference="ftp(1), inetutils netrc"),
    FileSecret("netrc_no_login", "PASSWORD", "machine", r"\bmachine[ \t]+[\w-]+\.[\w.-]+\s+(?:password|passwd)\s+([^\s\"']{2,})", reference="ftp(1), inetutils netrc"),
    FileSecret("pgpass", "PASSWORD", ":", r"(?m)(?:^|[ \t'\"`])(?:[A-Za-z0-9_.*-]+|\[[0-9a-fA-F:]+\]):(?:\*|54[0-9]{2}|6432|6543|5[0-9]{4}|2506[01]|26257):[^:\s]{1,64}:[^:\s]{1,64}:([^\s:\"'`]{3,128})(?:$|[\s'\"`])", reference="postgresql.org/docs/current/libpq-pgpass.html"),
    FileSecret("sasl_passwd", "PASSWORD", "]:", r"\[[A-Za-z0-9.-]+\]:(?:25|465|587|2525)[ \t]+[^\s:]{1,80}:([^\s:\"'`]{3,128})(?:$|[\s\"'`])", reference="postfix.org/SASL_README.html"),
    FileSecret("digest_response", "API_KEY", "response", r"\bresponse=\\?\"([0-9a-f]{32,64})\\?\"", near=r"(?i)\bdigest[ \t]+\w+=", reference="RFC 7616"),
    FileSecret("redis_auth", "PASSWORD", "AUTH ", r"(?m)(?:^|> ?)AUTH (?:[\w.-]{1,40} )?\"?([^\s\"]{6,200})\"?[ \r]*$", near=r"(?m)^\+?OK|redis|^127\.|> ", check=lambda v: _value(v) and not v.isalpha(), reference="redis.io/commands/auth"),
    FileSecret("irc_identify", "PASSWORD", "ickServ", r"(?i)nickserv[^\n]{0,12}[ :]identify (?:\S{1,40} )?(\S{5,100})", reference="wiki.libera.chat, NickServ"),
    FileSecret("html_password", "PASSWORD", "password", r"(?i)<input\b[^<>]{0,200}\btype=[\"']?password[\"']?[^<>]{0,200}\bvalue=[\"']([^\"'<>\n]{3,200})", reference="html.spec.whatwg.org, input type=password"),
    FileSecret("html_password_first", "PASSWORD", "password", r"(?i)<input\b[^<>]{0,200}\bvalue=[\"']([^\"'<>\n]{3,200})[\"'][^<>]{0,200}\btype=[\"']?password\b", reference="html.spec.whatwg.org, input type=password"),
    FileSecret("wifi_code", "PASSWORD", "WIFI:", r"\bWIFI:(?:[^\n;]{0,80};){0,4}?P:((?:[^;\\\n]|\\.){4,63});", reference="WPA3 specification section 7, ZXing: barcode contents"),
    FileSecret("proxychains", "PASSWORD", "socks", r"(?m)^[ \t]*socks[45][ \t]+\S{1,80}[ \t]+[0-9]{2,5}[ \t]+\S{1,60}[ \t]+(\S{4,120})", reference="proxychains.conf"),
    FileSecret("imap_login", "PASSWORD", " LOGIN ", r"(?:^|\W)[A-Za-z]{1,4}[0-9]{1,6} LOGIN \S{1,80} \"?([^\s\"]{4,120})", reference="RFC 9051 section 6.2.3"),
    FileSecret("masked_in_log", "API_KEY", "::add-mask::", r"::add-mask::([^\s\"'`$]{4,400})", reference="docs.github.com, workflow commands"),
    FileSecret("ipsec", "PASSWORD", ":", r":[ \t]+(?:PSK|EAP|XAUTH|NTLM)[ \t]+\"([^\"\n]{3,200})\"", reference="docs.strongswan.org, ipsec.secrets"),
    FileSecret("cisco_user", "PASSWORD", "username", r"(?m)^[ \t]*username[ \t]+\S+[ \t][^\n]{0,60}\bsecret[ \t]+(?:[0-9][ \t]+)?(\S{5,200})[ \t]*$", reference="cisco.com, IOS security command reference"),
    FileSecret("cloud_init_users", "PASSWORD", "chpasswd", r"(?m)^[ \t]+[a-z_][a-z0-9_-]{0,31}:([^\s:]{4,120})[ \t]*$", near=r"(?m)^[ \t]*chpasswd:", reference="cloudinit.readthedocs.io, cc_set_passwords"),
    FileSecret("npmrc", "API_KEY", "_", rf"(?:^|[^A-Za-z])_(?:authToken|auth|password){_EQUALS}([^\s\"'${{]{{4,}})", reference="npm documentation, npmrc"),
    FileSecret("kubeconfig_key", "PRIVATE_KEY", "client-key-data", r"client-key-data[\"']?[ \t]*:[ \t]*[\"']?([A-Za-z0-9+/]{16,}={0,2})", reference="kubernetes.io/docs/reference/config-api/kubeconfig.v1"),
    FileSecret("kubernetes_tls", "PRIVATE_KEY", "tls.key", r"tls\.key[\"']?[ \t]*:[ \t]*[\"']?([A-Za-z0-9+/]{16,}={0,2})", reference="kubernetes.io/docs/concepts/configuration/secret"),
    FileSecret("kubernetes_data", "PASSWORD", "Secret", r"(?m)^[ \t]+[\w.-]+:[ \t]+[\"']?([A-Za-z0-9+/]{8,}={0,2})[\"']?[ \t]*$", check=_coded, near=r"\bkind:[ \t]*[\"']?Secret(?:List)?\b", reference="kubernetes.io/docs/concepts/configuration/secret"),
    FileSecret("kubernetes_member", "PASSWORD", "kubernetes.secret: ", r"^kubernetes\.secret: (.+)$", reference="kubernetes.io/docs/concepts/configuration/secret"),
    FileSecret("kubernetes_docker", "PASSWORD", ".dockerconfigjson", r"\.dockerconfigjson[\"']?[ \t]*:[ \t]*[\"']?([A-Za-z0-9+/]{16,}={0,2})", reference="kubernetes.io/docs/concepts/configuration/secret"),
    FileSecret("kubeconfig_token", "API_KEY", "token", r"(?m)^[ \t-]*token:[ \t]+[\"']?([A-Za-z0-9._~+/=-]{16,})", near=r"\b(?:apiVersion|clusters|users|current-context)\b", reference="kubernetes.io/docs/reference/config-api/kubeconfig.v1"),
    FileSecret("terraform_output", "PASSWORD", "sensitive", rf"\"value{_JSON}((?:[^\"\\]|\\.)+)\\?\"[ \t\r\n]*,[ \t\r\n]*(?:\"type\"[ \t]*:[ \t]*\"string\"[ \t\r\n]*,[ \t\r\n]*)?\"sensitive\"[ \t]*:[ \t]*true", reference="developer.hashicorp.com/terraform/language/state/sensitive-data"),
    FileSecret("terraform_output_first", "PASSWORD", "sensitive", rf"\"sensitive\"[ \t]*:[ \t]*true[ \t\r\n]*,[ \t\r\n]*(?:\"type\"[ \t]*:[ \t]*\"string\"[ \t\r\n]*,[ \t\r\n]*)?\"value{_JSON}((?:[^\"\\]|\\.)+)\"", reference="developer.hashicorp.com/terraform/language/state/sensitive-data"),
    FileSecret("terraform_random", "PASSWORD", "random_password", rf"\"(?:result|bcrypt_hash){_JSON}((?:[^\"\\]|\\.)+)\"", near=r"\"random_password\"", reference="registry.terraform.io/providers/hashicorp/random"),
    FileSecret("aws_secret", "API_KEY", "ecret", r"(?i)(?:aws_?)?secret_?(?:access_?)?key[\"']?[ \t]*[:=][ \t]*[\"']?([A-Za-z0-9+/]{40})(?:[^A-Za-z0-9+/=]|$)", reference="docs.aws.amazon.com/cli/latest/userguide/cli-configure-files.html"),
    FileSecret("aws_session", "API_KEY", "oken", r"(?i)(?:aws_?)?(?:session|security)_?token[\"']?[ \t]*[:=][ \t]*[\"']?([A-Za-z0-9+/]{60,}={0,2})", reference="docs.aws.amazon.com/cli/latest/userguide/cli-configure-files.html"),
    FileSecret("aws_session_xml", "API_KEY", "SessionToken", r"<SessionToken>\s*([A-Za-z0-9+/]{40,}={0,2})", reference="docs.aws.amazon.com/STS/latest/APIReference"),
    FileSecret("azure_publish", "PASSWORD", "userPWD", r"userPWD=\"([^\"]{4,})\"", reference="learn.microsoft.com/azure/app-service"),
    FileSecret("azure_token_cache", "API_KEY", "secret", rf"\"secret{_JSON}([A-Za-z0-9._~-]{{20,}})", near=r"\"(?:credential_type|home_account_id)\"", reference="learn.microsoft.com/entra/msal"),
    FileSecret("jenkins", "PASSWORD", "{AQAA", r"\{(AQAA[A-Za-z0-9+/=]{16,})\}", reference="jenkins.io/doc/developer/security/secrets"),
    FileSecret("jenkins_element", "PASSWORD", "</", r"<(?:password|secret|passphrase|apiToken|secretKey|privateKey|secretBytes)>\s*([^<\s][^<]+)</(?:password|secret|passphrase|apiToken|secretKey|privateKey|secretBytes)>", near=r"com\.cloudbees|org\.jenkinsci|hudson\.", reference="jenkins.io/doc/book/using/using-credentials"),
    FileSecret("wireguard", "PRIVATE_KEY", "Key", rf"(?i)\b(?:PrivateKey|PresharedKey){_EQUALS}([A-Za-z0-9+/]{{43}}=)", reference="wg(8)"),
    FileSecret("rclone", "PASSWORD", "pass", r"(?m)^(?:pass|password2)[ \t]*=[ \t]*([A-Za-z0-9_-]{20,})", near=r"(?m)^type[ \t]*=", reference="rclone.org/docs"),
    FileSecret("filezilla", "PASSWORD", "<Pass", r"<Pass(?: encoding=\"[a-z0-9]+\")?>([^<]{3,})</Pass>", reference="wiki.filezilla-project.org"),
    FileSecret("maven_encrypted", "PASSWORD", "<", r"<(?:password|passphrase|master)>\s*(\{[A-Za-z0-9+/=]{20,}\})\s*</", reference="maven.apache.org/guides/mini/guide-encryption.html"),
    FileSecret("sops", "PASSWORD", "ENC[", r"ENC\[AES256_GCM,data:([A-Za-z0-9+/=]{4,})", reference="getsops.io/docs"),
    FileSecret("extended_key", "PRIVATE_KEY", "prv", r"\b([xyzYZtuvUV]prv[1-9A-HJ-NP-Za-km-z]{107})\b", reference="BIP-32"),
    FileSecret("nostr", "PRIVATE_KEY", "nsec1", r"\b(nsec1[ac-hj-np-z02-9]{58})\b", reference="NIP-19"),
    FileSecret("ethereum_keystore", "PRIVATE_KEY", "ciphertext", rf"\"ciphertext{_JSON}([0-9a-fA-F]{{64,}})\"", near=r"\"(?:kdf|kdfparams)\"", reference="Web3 Secret Storage Definition"),
)
# fmt: on


@functools.cache
def _compiled(pattern: str) -> Any:
    return compile_re2(pattern)


@functools.cache
def _triggers() -> Any:
    """One set of all rows: says in one pass which of them a text may hold."""
    options = re2.Options()
    options.max_mem = 64 << 20
    found = re2.Set.SearchSet(options)
    for row in FILE_SECRETS:
        found.Add(loosened(row.pattern))
    found.Compile()
    return found


def file_secrets(text: str) -> Iterator[Span]:
    """The secrets of all kinds of files that a text may be, or quote."""
    data = text.encode("utf-8", "replace")
    for index in _triggers().Match(data) or ():
        yield from _of_row(FILE_SECRETS[index], text, data)


def _of_row(row: FileSecret, text: str, data: bytes) -> Iterator[Span]:
    near = _Near(_compiled(row.near), data) if row.near else None
    coded: ByteText | None = None
    for match in _compiled(row.pattern).finditer(data):
        first, last = match.span(1)
        value = data[first:last].decode("utf-8", "replace")
        if row.check(value) and (near is None or near.reaches(first)):
            coded = coded or ByteText(text)
            start = coded.place(first)
            yield Span(start, start + len(value), row.type, 0.97, f"file_{row.name}")


class _Near:
    """Whether a pattern stands around a place. Asked from left to right: the text is read once."""

    def __init__(self, pattern: Any, data: bytes) -> None:
        self._places = (match.start() for match in pattern.finditer(data))
        self._last = -_AROUND - 1
        self._next = next(self._places, None)

    def reaches(self, place: int) -> bool:
        while self._next is not None and self._next <= place:
            self._last = self._next
            self._next = next(self._places, None)
        return place - self._last <= _AROUND or (self._next is not None and self._next - place <= _AROUND)
