"""What the proxy stands on: configuration, port and Profiler."""

from __future__ import annotations

import asyncio
import http.client
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from addon.pipeline import CANARY, Pipeline
from cli import places
from cli.doctor_report import Finding
from config.config_errors import ConfigError
from config.configuration import Config, load_config
from redaction.errors import RedactionError
from redaction.profiler.http import HttpProfiler

SECTION: Final = "This machine"
CONNECT_SECONDS: Final = 5.0

PortState = tuple[str, str]
"""("free" | "ours" | "failing" | "taken", what was found)."""


def configuration(config_path: str | None, environ: Mapping[str, str]) -> tuple[Config | None, Finding]:
    """The configuration that a start would use; None when it cannot be used."""
    source = Path(config_path).expanduser() if config_path else places.config_in_use(environ)
    try:
        config = load_config({}, environ, source, str(source))
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
        return Finding(SECTION, name, "note", "free: the proxy is not running", f"start it: faasera serve -p {number}")
    if kind == "taken":
        remedy = f"stop what listens there, or choose another port: faasera serve -p {number + 1}"
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
        pipeline = Pipeline(config)
        pipeline.self_test()
    except ConfigError as error:
        return Finding(SECTION, name, "fail", str(error), "correct profiler and policies in mitm-config.yaml")
    where = "embedded" if settings.embedded else settings.endpoint
    problem = asyncio.run(_ask(pipeline))
    if problem is None:
        return Finding(SECTION, name, "ok", f"{where} answers (policy {settings.policy})")
    remedy = "correct the policy: recognizers and exclusions" if settings.embedded else (
        "start the service, or correct FAASERA_PROFILER_ENDPOINT, FAASERA_PROFILER_TOKEN or profiler.ca_file; "
        "--set faasera_profiler=embedded works without it"
    )  # fmt: skip
    return Finding(SECTION, name, "fail", f"{where}: {problem}", remedy)


async def _ask(pipeline: Pipeline) -> str | None:
    """Why it does not work, or None. The canary goes to the Profiler as any text would."""
    try:
        if isinstance(pipeline.profiler, HttpProfiler) and (problem := await pipeline.profiler.check()):
            return problem
        masked = (await pipeline.masker.mask([CANARY], pipeline.config.redaction.profiler.policy)).maskings[CANARY]
        return "it answers, but it masked nothing of a name and an SSN" if masked.replacement == CANARY else None
    except RedactionError as error:
        return error.message
    finally:
        await pipeline.profiler.aclose()
