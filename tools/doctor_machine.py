"""What the proxy stands on: Python, packages, configuration, port, Profiler, and the way to the targets."""

from __future__ import annotations

import asyncio
import errno
import http.client
import importlib.metadata
import json
import re
import socket
import ssl
import sys
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from addon.pipeline import CANARY, Pipeline
from config.config_errors import ConfigError
from config.configuration import Config, load_config
from config.ip_addresses import is_loopback
from config.routing_settings import Target
from redaction.errors import RedactionError
from redaction.profiler.http import HttpProfiler
from tools.doctor_report import Finding, State

ROOT: Final = Path(__file__).resolve().parents[1]
SECTION: Final = "This machine"
CONNECT_SECONDS: Final = 5.0
_OLDEST: Final = (3, 12)
_HOMES: Final = ("openai", "claude", "gemini")
# What a machine without a network says, rather than a target that is down.
_NO_NETWORK: Final = (errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN, errno.EADDRNOTAVAIL)

PortState = tuple[str, str]
"""("free" | "ours" | "failing" | "taken", what was found)."""


def python(version: tuple[int, ...] = sys.version_info[:3]) -> Finding:
    found = ".".join(map(str, version))
    if version < _OLDEST:
        return Finding(SECTION, "Python", "fail", found, "install Python 3.12 or newer, then: make clean setup")
    return Finding(SECTION, "Python", "ok", found)


def packages(
    requirements: Path = ROOT / "requirements.txt", installed: Callable[[str], str] = importlib.metadata.version
) -> Finding:
    """Whether what is pinned for this system is what is installed."""
    missing: list[str] = []
    other: list[str] = []
    count = 0
    for line in requirements.read_text(encoding="utf-8").splitlines():
        found = re.match(r"([A-Za-z0-9._-]+)==([^\s;\\]+)\s*(;)?", line)
        if found is None:
            continue
        name, wanted, conditional = found.groups()
        try:
            there = installed(name)
        except importlib.metadata.PackageNotFoundError:
            if not conditional:  # a marker may leave it out here
                missing.append(f"{name} is missing")
            continue
        count += 1
        if there != wanted:
            other.append(f"{name} is {there}, not {wanted}")
    if missing or other:
        state: State = "fail" if missing else "note"
        return Finding(SECTION, "packages", state, "; ".join((missing + other)[:4]), "make clean setup")
    return Finding(SECTION, "packages", "ok", f"{count} as pinned")


def configuration(config_path: str | None, environ: Mapping[str, str]) -> tuple[Config | None, Finding]:
    try:
        config = load_config({}, environ, ROOT / "mitm-config.yaml", config_path)
    except ConfigError as error:
        return None, Finding(SECTION, "configuration", "fail", str(error), "correct what the line names")
    target = config.routing.target or "none (each request goes to its own home)"
    detail = f"{Path(config.source).name}: target {target}, policy {config.redaction.profiler.policy}"
    return config, Finding(SECTION, "configuration", "ok", detail)


def look_at_port(port: int, host: str = "127.0.0.1") -> PortState:
    """What is on the port: nothing, this proxy (by its /healthz), or something else."""
    try:
        connection = http.client.HTTPConnection(host, port, timeout=CONNECT_SECONDS)
        connection.request("GET", "/healthz")
        answer = connection.getresponse()
        body = json.loads(answer.read(1 << 16))
        connection.close()
        if "configuration" not in body["checks"]:
            return "taken", "something that is not this proxy"
        if answer.status != 200:
            return "failing", str(body["reason"])[:200]
        return "ours", str(body["reason"])[:200]
    except ConnectionRefusedError:
        return "free", ""
    except (OSError, http.client.HTTPException, ValueError, KeyError, TypeError):
        return "taken", "something that is not this proxy"


def port(number: int, state: PortState) -> Finding:
    name = f"port {number}"
    kind, detail = state
    if kind == "free":
        return Finding(SECTION, name, "note", "free: the proxy is not running", f"start it: make PORT={number} run")
    if kind == "taken":
        remedy = f"stop what listens there, or choose another port: make PORT={number + 1} run"
        return Finding(SECTION, name, "fail", f"{detail} answers", remedy)
    if kind == "failing":
        remedy = "nothing is sent until this is corrected; the other lines say what"
        return Finding(SECTION, name, "fail", f"the proxy runs and refuses requests: {detail}", remedy)
    return Finding(SECTION, name, "ok", "the proxy runs and is healthy" + (f" ({detail})" if detail else ""))


def profiler(config: Config) -> Finding:
    """Asks the service (one call with a fixed text), or tests the embedded profiler."""
    settings = config.redaction.profiler
    name = "Profiler"
    try:
        engine = Pipeline(config)
        engine.self_test()
    except ConfigError as error:
        return Finding(SECTION, name, "fail", str(error), "correct profiler and policies in mitm-config.yaml")
    where = "embedded" if settings.embedded else settings.endpoint
    problem = asyncio.run(_ask(engine))
    if problem is None:
        return Finding(SECTION, name, "ok", f"{where} answers (policy {settings.policy})")
    remedy = "correct the policy: recognizers and exclusions" if settings.embedded else (
        "start the service, or correct FAASERA_PROFILER_ENDPOINT, FAASERA_PROFILER_TOKEN or profiler.ca_file; "
        "--set faasera_profiler=embedded works without it"
    )  # fmt: skip
    return Finding(SECTION, name, "fail", f"{where}: {problem}", remedy)


async def _ask(engine: Pipeline) -> str | None:
    """Why it does not work, or None. The canary goes to the Profiler as any text would."""
    try:
        if isinstance(engine.profiler, HttpProfiler) and (problem := await engine.profiler.check()):
            return problem
        masked = (await engine.masker.mask([CANARY], engine.config.redaction.profiler.policy)).maskings[CANARY]
        return "it answers, but it masked nothing of a name and an SSN" if masked.replacement == CANARY else None
    except RedactionError as error:
        return error.message
    finally:
        await engine.profiler.aclose()


@dataclass(frozen=True, slots=True)
class Reach:
    """How a connection to a target went. `kind`: ok, no_network, certificate, failed."""

    kind: str
    detail: str = ""


def reach(host: str, port: int, tls: bool) -> Reach:
    """Connect (and shake hands); nothing else is sent."""
    try:
        with socket.create_connection((host, port), CONNECT_SECONDS) as plain:
            if tls:
                import certifi  # mitmproxy trusts its list, not the system's

                context = ssl.create_default_context(cafile=certifi.where())
                with context.wrap_socket(plain, server_hostname=host) as secure:
                    return Reach("ok", secure.version() or "TLS")
        return Reach("ok", "TCP")
    except ssl.SSLCertVerificationError as error:
        return Reach("certificate", error.verify_message)
    except socket.gaierror as error:
        return Reach("no_network", str(error.strerror))
    except OSError as error:
        kind = "no_network" if error.errno in _NO_NETWORK else "failed"
        return Reach(kind, str(error.strerror or type(error).__name__))


def targets(config: Config, reaching: Callable[[str, int, bool], Reach] | None = None) -> list[Finding]:
    """The chosen target, or the three vendors that are homes."""
    chosen = config.routing.default
    rows = [chosen] if chosen is not None else [config.routing.targets[name] for name in _HOMES]
    with ThreadPoolExecutor(len(rows)) as pool:
        found = list(pool.map(lambda row: (reaching or reach)(row.host, row.port, row.url.scheme == "https"), rows))
    remote = [result for row, result in zip(rows, found, strict=True) if not is_loopback(row.host)]
    offline = bool(remote) and all(result.kind == "no_network" for result in remote)
    return [_target(row, result, offline) for row, result in zip(rows, found, strict=True)]


def _target(row: Target, result: Reach, offline: bool) -> Finding:
    name, place = f"target {row.name}", f"{row.host}:{row.port}"
    if result.kind == "ok":
        return Finding(SECTION, name, "ok", f"{place} takes connections ({result.detail}); no key was sent")
    if offline and not is_loopback(row.host):
        return Finding(SECTION, name, "skip", f"{place}: no network or no DNS here ({result.detail})")
    if result.kind == "certificate":
        remedy = (
            "TLS is inspected on the way (a corporate CA): start with "
            "--set ssl_verify_upstream_trusted_ca=/path/to/corporate-ca.pem"
        )
        return Finding(SECTION, name, "fail", f"{place}: {result.detail}", remedy)
    started = (
        "start it (ollama serve), or correct its base_url" if is_loopback(row.host) else "check network and base_url"
    )
    return Finding(SECTION, name, "fail", f"{place} cannot be reached: {result.detail}", started)
