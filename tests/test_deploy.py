"""The container and the systemd unit: what they promise, and what they copy exists."""

from __future__ import annotations

import configparser
import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from config.configuration import read_document
from reporting.metrics import Metrics
from tests.support.servers import program
from tests.support.warm_process import ROOT

DOCKERFILE = (ROOT / "deploy" / "Dockerfile").read_text(encoding="utf-8")
DEPLOY = ROOT / "deploy"
UNIT = DEPLOY / "faasera-proxy.service"


def instructions() -> list[tuple[str, str]]:
    joined = re.sub(r"\\\n\s*", "", DOCKERFILE)
    lines = [line for line in joined.splitlines() if line and not line.startswith("#")]
    return [(word, rest) for word, _, rest in (line.partition(" ") for line in lines)]


def test_the_container_holds_the_wheel_is_not_root_and_has_a_health_check() -> None:
    found = instructions()
    names = [name for name, _ in found]
    assert [rest for name, rest in found if name == "FROM"] == ["${BASE} AS build", "${BASE}"]
    assert ("USER", "65534:65534") in found
    assert names.index("USER") < names.index("CMD")
    assert "HEALTHCHECK" in names
    assert ("VOLUME", '["/var/lib/faasera"]') in found
    assert re.search(r"@sha256:[0-9a-f]{64}$", dict(found)["ARG"])
    last = len(names) - names[::-1].index("FROM")
    assert [rest for name, rest in found[last:] if name == "COPY"] == ["--from=build /opt/faasera /opt/faasera"]


def test_what_the_build_reads_is_there() -> None:
    ignored = (ROOT / ".dockerignore").read_text().split()
    for name in ("pyproject.toml", "requirements.txt", "README.md", "tools"):
        assert (ROOT / name).exists()
        assert name not in ignored


def test_the_unit_is_well_formed_and_confined() -> None:
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string(UNIT.read_text(encoding="utf-8"))
    service = parser["Service"]
    assert service["ExecStart"].endswith("faasera_addon.py")
    assert "--listen-host 127.0.0.1" in service["ExecStart"]
    assert service["NoNewPrivileges"] == "true"
    assert int(service["TimeoutStopSec"]) > 23  # 3 s notice and 20 s for running requests
    assert service["LimitCORE"] == "0"


@pytest.mark.parametrize(
    ("source", "name"), [(UNIT.name, UNIT.name), ("faasera-proxy@.service", "faasera-proxy@8091.service")]
)
def test_systemd_accepts_the_unit(source: str, name: str, tmp_path: Path) -> None:
    text = (DEPLOY / source).read_text(encoding="utf-8")
    text = re.sub(r"ExecStart=\S+", "ExecStart=/bin/true", text)
    (tmp_path / name).write_text(re.sub(r"WorkingDirectory=.*", "WorkingDirectory=/", text), encoding="utf-8")
    command = [program("systemd-analyze"), "verify", "--man=no", str(tmp_path / name)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_template_unit_is_one_worker_a_port() -> None:
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string((DEPLOY / "faasera-proxy@.service").read_text(encoding="utf-8"))
    service = parser["Service"]
    assert "--set listen_port=%i" in service["ExecStart"]
    assert "--listen-host 127.0.0.1" in service["ExecStart"]
    assert (service["LimitCORE"], service["ExecReload"]) == ("0", "/bin/kill -HUP $MAINPID")
    assert int(service["TimeoutStopSec"]) > 23


def documents(path: str) -> list[dict[str, Any]]:
    return list(YAML(typ="safe", pure=True).load_all((DEPLOY / path).read_text(encoding="utf-8")))


def test_the_teams_configuration_asks_everybody_for_the_key() -> None:
    [kubernetes] = [each for each in documents("kubernetes/faasera.yaml") if each["kind"] == "ConfigMap"]
    inside = YAML(typ="safe", pure=True).load(kubernetes["data"]["team.yaml"])
    for document in (*documents("team.yaml"), inside):
        config = read_document(document)
        assert config.routing.gateway.loopback == "key"
        assert config.routing.gateway.trusted_proxies
        assert config.log == "json"


def test_compose_and_kubernetes_agree_with_the_proxy() -> None:
    [compose] = documents("compose.yaml")
    proxies = [row for name, row in compose["services"].items() if name.startswith("proxy")]
    assert len(proxies) == 3
    for proxy in proxies:
        assert {"FAASERA_GATEWAY_KEY", "FAASERA_RESTORE_KEY"} <= set(proxy["environment"])
        assert proxy["read_only"]
        assert proxy["stop_grace_period"] == "40s"
    kinds = {each["kind"]: each for each in documents("kubernetes/faasera.yaml")}
    assert set(kinds) == {
        "ConfigMap", "Deployment", "Service", "PodDisruptionBudget", "HorizontalPodAutoscaler", "NetworkPolicy"
    }  # fmt: skip
    pod = kinds["Deployment"]["spec"]["template"]["spec"]
    assert pod["terminationGracePeriodSeconds"] > 23
    [container] = pod["containers"]
    assert container["readinessProbe"]["httpGet"]["path"] == "/readyz"
    assert container["livenessProbe"]["httpGet"]["path"] == "/livez"
    assert container["securityContext"]["readOnlyRootFilesystem"]
    [ca] = pod["initContainers"]
    assert "/var/lib/faasera/.mitmproxy/" in ca["command"][-1]  # where the image's proxy has its CA: HOME/.mitmproxy
    assert "HOME=/var/lib/faasera" in dict(instructions())["ENV"]
    assert str(pod["securityContext"]["runAsUser"]) == dict(instructions())["USER"].partition(":")[0]


def test_the_balancers_log_holds_no_url_and_no_header() -> None:
    text = (DEPLOY / "haproxy.cfg").read_text(encoding="utf-8")
    formats = re.findall(r'log-format "(.*)"', text)
    assert len(formats) == 2
    for each in formats:
        assert not re.search(r"%(?:HU|HP|HQ|HPO|r|hr|hs|\[)|%\{.*?\}r|capture", each)
    assert "option httplog" not in text
    assert "retry-on conn-failure" in text


def test_the_dashboard_shows_metrics_that_there_are() -> None:
    board = json.loads((DEPLOY / "grafana" / "faasera.json").read_text(encoding="utf-8"))
    asked = set(re.findall(r"faasera_[a-z_]+", " ".join(t["expr"] for p in board["panels"] for t in p["targets"])))
    shown = re.findall(r"^# TYPE (\S+) (\w+)$", Metrics().render()[0].decode(), re.MULTILINE)
    assert asked <= {f"{name}_bucket" if kind == "histogram" else name for name, kind in shown}
    assert len(asked) >= 10
