"""The proof: is a text that goes in at either door really masked when it comes out?

Starts a mitmdump of its own with this very configuration, except that every target is a fake upstream in this
process. A canary (a name, a Social Security number, a key) goes in at both doors, in every dialect the target
speaks; what counts is what the upstream received. The negative control sends the same requests straight to the
upstream: they must be found out as leaks, or the check itself is broken.

    python -m cli.doctor_proof        (the command `faasera.verify` runs this)
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import re
import secrets
import ssl
import string
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from cli import places
from cli.doctor_environment import doctor_environment
from cli.doctor_report import Finding, failed, lines, wants_colour
from cli.doctor_upstream import Arrived, FakeUpstream, fake_upstream
from cli.proxy_process import ProxyProcess, StartFailed
from config.config_errors import ConfigError
from config.configuration import Config, load_config
from routing.hosts import HostTable

SECTION: Final = "Proof: a canary through both doors"
TIMEOUT: Final = 60.0
MARK: Final = "canary of the doctor"
"""Ordinary words that must arrive: a request that lost its text proves nothing."""


@dataclass(frozen=True, slots=True)
class Canary:
    """What must not arrive. New for each run, so that no cache and no exclusion knows it; the repr shows nothing."""

    name: str = field(repr=False)
    ssn: str = field(repr=False)
    key: str = field(repr=False)

    @classmethod
    def new(cls) -> Canary:
        area, group, serial = 100 + secrets.randbelow(500), 10 + secrets.randbelow(89), 1000 + secrets.randbelow(8999)
        key = "".join(secrets.choice(string.ascii_letters + string.digits) for _ in range(48))
        return cls("Jane Doe", f"{area}-{group}-{serial}", f"sk-proj-{key}")

    @property
    def text(self) -> str:
        return f"This is the {MARK}. What is {self.name}'s SSN {self.ssn}? My key is {self.key} and that is all."

    def found_in(self, request: Arrived) -> list[str]:
        """The kinds that arrived readable, in the words of the report."""
        seen = (request.head + b"\n" + request.body).decode("utf-8", "replace")
        digits = re.sub(r"\D", "", self.ssn)
        kinds = {
            "name": any(part.lower() in seen.lower() for part in self.name.split()),
            "SSN": self.ssn in seen or digits in seen,
            "API key": self.key in seen or self.key[8:] in seen,
        }
        return [kind for kind, there in kinds.items() if there]


@dataclass(frozen=True, slots=True)
class Probe:
    """One request of a dialect: where it goes at the interception door, its path, and its body around a text."""

    dialect: str
    home: str
    path: str
    headers: Mapping[str, str]

    def body(self, text: str) -> bytes:
        if self.dialect == "gemini":
            return json.dumps({"contents": [{"role": "user", "parts": [{"text": text}]}]}).encode()
        messages = [{"role": "user", "content": text}]
        return json.dumps({"model": "doctor", "max_tokens": 1, "messages": messages}).encode()


# The keys are placeholders that no vendor would take; the upstream is ours.
PROBES: Final = (
    Probe("chat", "api.openai.com", "/v1/chat/completions", {"authorization": "Bearer doctor"}),
    Probe("messages", "api.anthropic.com", "/v1/messages", {"x-api-key": "doctor", "anthropic-version": "2023-06-01"}),
    Probe(
        "gemini",
        "generativelanguage.googleapis.com",
        "/v1beta/models/doctor:generateContent",
        {"x-goog-api-key": "doctor"},
    ),
)


def probes_for(config: Config) -> tuple[Probe, ...]:
    """The probes that the configured target takes; all of them when each request goes home."""
    target = config.routing.default
    return tuple(probe for probe in PROBES if target is None or probe.dialect in target.speaks)


def inspected(config: Config, probes: Sequence[Probe]) -> tuple[Probe, ...]:
    """The probes whose own host the configuration opens."""
    table = HostTable(config.routing)
    rows = [(probe, table.find(probe.home, 443)) for probe in probes]
    return tuple(probe for probe, row in rows if row is not None and row.mode == "inspect")


def prove(
    *, config_path: str | None = None, environ: Mapping[str, str] = os.environ, confdir: Path | None = None
) -> list[Finding]:
    """All of it. `confdir` holds the CA to be used; None: a CA made for the run."""
    source = Path(config_path).expanduser() if config_path else places.config_in_use(environ)
    try:
        config = load_config({}, environ, source, str(source))
    except ConfigError as error:
        return [Finding(SECTION, "configuration", "fail", str(error), "correct this line, then run the doctor again")]
    canary = Canary.new()
    with fake_upstream() as upstream, tempfile.TemporaryDirectory(prefix="faasera-doctor-") as folder:
        control = negative_control(upstream, canary)
        if control.state == "fail":
            return [control]
        proxy = ProxyProcess(doctor_environment(config, upstream.url, Path(folder), environ, source), confdir=confdir)
        try:
            with proxy:
                probes = probes_for(config)
                return [
                    control,
                    _door("gateway", "gateway door (HTTP)", probes, proxy, upstream, canary, config),
                    _door("interception", "interception door (HTTPS)", inspected(config, probes), proxy, upstream,
                          canary, config),
                ]  # fmt: skip
        except StartFailed as error:
            remedy = "correct what the line names; `make run` shows the same"
            return [control, Finding(SECTION, "start of the proxy", "fail", str(error), remedy)]


def negative_control(upstream: FakeUpstream, canary: Canary) -> Finding:
    """The same requests, past the proxy: each kind must be found, or this check would not see a leak."""
    name = "negative control"
    for probe in PROBES:
        connection = http.client.HTTPConnection("127.0.0.1", upstream.server_port, timeout=TIMEOUT)
        try:
            _send(connection, probe, canary)
        except (OSError, http.client.HTTPException) as error:
            return _broken(name, f"the fake upstream did not answer ({type(error).__name__})")
        finally:
            connection.close()
    taken = upstream.pop_all()
    if len(taken) != len(PROBES) or any(len(canary.found_in(request)) != 3 for request in taken):
        return _broken(name, "requests sent past the proxy were not found out as leaks")
    return Finding(SECTION, name, "ok", f"{len(taken)} requests past the proxy: found out as leaks, as they must be")


def _broken(name: str, detail: str) -> Finding:
    return Finding(
        SECTION, name, "fail", detail, "the check itself is broken: trust no green line; report this as a bug"
    )


def _door(
    door: str,
    name: str,
    probes: Sequence[Probe],
    proxy: ProxyProcess,
    upstream: FakeUpstream,
    canary: Canary,
    config: Config,
) -> Finding:
    if not probes:
        detail = (
            "the configuration opens none of the vendors' hosts" if door != "gateway" else "no probe fits the target"
        )
        return Finding(SECTION, name, "skip", detail, "see hosts and targets in mitm-config.yaml")
    for probe in probes:
        try:
            connection = _gateway(proxy) if door == "gateway" else _tunnel(proxy, probe.home)
            try:
                status, code = _send(connection, probe, canary)
            finally:
                connection.close()
        except (OSError, http.client.HTTPException) as error:
            detail = f"{probe.dialect}: no answer from the proxy ({type(error).__name__})"
            return Finding(SECTION, name, "fail", detail, _remedy_of_line(proxy))
        arrived = upstream.pop_all()
        if problem := _judge(arrived, status, code, canary, config, proxy):
            return Finding(SECTION, name, "fail", f"{probe.dialect}: {problem[0]}", problem[1])
    dialects = ", ".join(probe.dialect for probe in probes)
    return Finding(SECTION, name, "ok", f"name, SSN and API key arrived masked ({dialects})")


def _judge(
    arrived: list[Arrived], status: int, code: str, canary: Canary, config: Config, proxy: ProxyProcess
) -> tuple[str, str] | None:
    """(what is wrong, what to do), or None."""
    leaks = sorted({kind for request in arrived for kind in canary.found_in(request)})
    if leaks:
        profiler = config.redaction.profiler
        where = (
            f"recognizers and exclusion of policy {profiler.policy} in {config.source}"
            if profiler.embedded
            else f"policy {profiler.policy} of the Profiler {profiler.endpoint}"
        )
        return f"arrived UNMASKED: {', '.join(leaks)}", f"send nothing through it until this is green; check {where}"
    if not arrived:
        told = f"refused with {status} {code}".rstrip()
        if code.startswith("faasera_profiler"):
            return (
                told,
                "the Profiler does not do its work: see its lines above, or use --set faasera_profiler=embedded",
            )
        return told, f"nothing leaked, and nothing arrived: {_remedy_of_line(proxy)}"
    if len(arrived) != 1 or status != 200:
        return f"{len(arrived)} requests arrived for one, status {status}", _remedy_of_line(proxy)
    if MARK.encode() not in arrived[0].body:
        return "arrived without its ordinary words", "report this as a bug"
    return None


def _remedy_of_line(proxy: ProxyProcess) -> str:
    line = proxy.last_line
    return f"the proxy's last line: {line}" if line else "run `make run` and look at its log"


def _gateway(proxy: ProxyProcess) -> http.client.HTTPConnection:
    return http.client.HTTPConnection("127.0.0.1", proxy.port, timeout=TIMEOUT)


def _tunnel(proxy: ProxyProcess, host: str) -> http.client.HTTPConnection:
    context = ssl.create_default_context(cafile=str(proxy.ca))
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT  # mitmproxy's leaf certificates lack what RFC 5280 asks for
    connection = http.client.HTTPSConnection("127.0.0.1", proxy.port, timeout=TIMEOUT, context=context)
    connection.set_tunnel(host, 443)
    return connection


def _send(connection: http.client.HTTPConnection, probe: Probe, canary: Canary) -> tuple[int, str]:
    """(status, our code of a refusal)."""
    headers = {"content-type": "application/json", **probe.headers}
    connection.request("POST", probe.path, probe.body(canary.text), headers)
    answer = connection.getresponse()
    answer.read()
    return answer.status, answer.headers.get("x-faasera-code", "")


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="cli.doctor_proof", description=__doc__.splitlines()[0])
    parser.add_argument("--config", help="mitm-config.yaml; default: FAASERA_CONFIG, or the file beside the addon")
    parser.add_argument("--confdir", type=Path, help="folder with the CA to be used; default: a CA for this run")
    told = parser.parse_args(arguments)
    findings = prove(config_path=told.config, confdir=told.confdir and told.confdir.expanduser())
    print("\n".join(lines(findings, colour=wants_colour(sys.stdout))))
    return int(failed(findings))


if __name__ == "__main__":
    sys.exit(main())
