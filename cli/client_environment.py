"""Which variables make a program use the proxy. Tables: a program of its own kind is a row.

Sources: each vendor's documentation of its client, and what was measured on Linux (docs/clients.md).
"""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

# variable -> path behind the gateway's address, as the client's SDK appends to it
BASE_URLS: Mapping[str, str] = {
    "OPENAI_BASE_URL": "/v1",
    "OPENAI_API_BASE": "/v1",  # LiteLLM, aider
    "ANTHROPIC_BASE_URL": "",
    "ANTHROPIC_API_BASE": "",  # LiteLLM, aider
    "GOOGLE_GEMINI_BASE_URL": "",  # google-genai, Gemini CLI
    "OLLAMA_HOST": "",
    "OLLAMA_API_BASE": "",
}
# The target whose base URL a variable names: what the user set there becomes the target's own.
TARGET_OF: Mapping[str, str] = {
    "OPENAI_BASE_URL": "OPENAI", "OPENAI_API_BASE": "OPENAI", "ANTHROPIC_BASE_URL": "CLAUDE",
    "ANTHROPIC_API_BASE": "CLAUDE", "GOOGLE_GEMINI_BASE_URL": "GEMINI", "OLLAMA_HOST": "LOCAL",
    "OLLAMA_API_BASE": "LOCAL",
}  # fmt: skip
PROXIES = ("HTTPS_PROXY", "https_proxy")
NO_PROXY = ("NO_PROXY", "no_proxy")
LOOPBACK = "localhost,127.0.0.1,::1"
# Read as the whole list of authorities: they get system + company + ours.
BUNDLES = (
    "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "AWS_CA_BUNDLE", "CODEX_CA_CERTIFICATE",
    "GIT_SSL_CAINFO", "PIP_CERT", "npm_config_cafile", "CARGO_HTTP_CAINFO",
)  # fmt: skip
# Read beside the built-in list.
EXTRA = ("NODE_EXTRA_CA_CERTS", "DENO_CERT")
# Node 24 looks at HTTPS_PROXY only then.
SWITCHES: Mapping[str, str] = {"NODE_USE_ENV_PROXY": "1"}


@dataclass(frozen=True, slots=True)
class Program:
    """What a known program needs; None of both doors is wrong for it, one is enough.

    base_urls  the variables of BASE_URLS that it reads and that it is to use
    proxy      whether it goes through HTTPS_PROXY with our CA
    more       variables of its own
    """

    base_urls: tuple[str, ...] = ()
    proxy: bool = True
    more: tuple[tuple[str, str], ...] = ()


PROGRAMS: Mapping[str, Program] = {
    "claude": Program(),  # also with a subscription: its own host stays
    "codex": Program(),  # its WebSocket too
    "gemini": Program(),  # with GOOGLE_GEMINI_BASE_URL it asks how to sign in
    "opencode": Program(),  # of several vendors, some without a variable for a base URL
    "aider": Program(("OPENAI_API_BASE", "ANTHROPIC_API_BASE", "OLLAMA_API_BASE")),
    "ollama": Program(("OLLAMA_HOST",), proxy=False),
}
UNKNOWN = Program(tuple(BASE_URLS))


def known(command: str) -> Program:
    """The row of a program, by the name of its file; every variable for one that has none."""
    return PROGRAMS.get(Path(command).name.removesuffix(".exe").removesuffix(".cmd"), UNKNOWN)


def own_targets(environ: Mapping[str, str]) -> dict[str, str]:
    """`FAASERA_..._BASE_URL` for each base URL that the user has set: it stays the destination, behind the proxy."""
    found: dict[str, str] = {}
    for variable, target in TARGET_OF.items():
        value = environ.get(variable, "")
        if value and urlsplit(value).scheme in ("http", "https"):
            found.setdefault(f"FAASERA_{target}_BASE_URL", value)
    return found


def client_environment(
    program: Program, environ: Mapping[str, str], url: str, ca: Path, bundle: Path
) -> dict[str, str]:
    """The environment of the program: ours for the proxy, none of our secrets.

    `url` is the gateway, `ca` the proxy's certificate, `bundle` a file with it and everybody else's.
    """
    kept = {name: value for name, value in environ.items() if not name.startswith("FAASERA_")}
    kept.pop("DEFAULT_TARGET", None)
    # A base URL that the user set goes past HTTPS_PROXY's host table: it always gets the gateway in its place.
    for name in BASE_URLS:
        if name in program.base_urls or environ.get(name):
            kept[name] = url + BASE_URLS[name]
    if program.proxy:
        kept |= dict.fromkeys(PROXIES, url)
        kept |= {name: ",".join(filter(None, (environ.get(name, ""), LOOPBACK))) for name in NO_PROXY}
        kept |= dict.fromkeys(BUNDLES, str(bundle)) | dict.fromkeys(EXTRA, str(ca)) | dict(SWITCHES)
    return kept | dict(program.more)


def certificate_bundle(environ: Mapping[str, str], ca: Path) -> str:
    """PEM text: the system's authorities, those that the user's variables name, and the proxy's."""
    paths = [ssl.get_default_verify_paths().openssl_cafile, *_SYSTEM]
    texts = [text for path in paths if (text := _pem(path))][:1]
    texts += [text for name in (*BUNDLES, *EXTRA) if (text := _pem(environ.get(name, "")))]
    return "\n".join(dict.fromkeys([*texts, ca.read_text(encoding="ascii")]))


_SYSTEM = (
    "/etc/ssl/certs/ca-certificates.crt",  # Debian, Arch
    "/etc/pki/tls/certs/ca-bundle.crt",  # Fedora, RHEL
    "/etc/ssl/ca-bundle.pem",  # openSUSE
    "/etc/ssl/cert.pem",  # Alpine, macOS
)


def _pem(path: str) -> str:
    try:
        text = Path(path).read_text(encoding="utf-8", errors="replace") if path else ""
    except OSError:
        return ""
    return text if "BEGIN CERTIFICATE" in text else ""
