"""The proxy settings of this desktop, read only: environment, GNOME, KDE, macOS, Windows, browser policies.

Two things hurt people: settings that still point at a proxy that is off, and settings that look right while LLM
hosts go past the proxy (an exception list, a PAC that browsers may ignore).
"""

from __future__ import annotations

import configparser
import json
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal
from urllib.parse import urlsplit

from config.ip_addresses import is_loopback
from tools.doctor_report import Finding
from tools.doctor_trust import Run, run

SECTION: Final = "Proxy settings"
# Hosts that must not be on an exception list.
WATCHED: Final = (
    "api.openai.com",
    "api.anthropic.com",
    "generativelanguage.googleapis.com",
    "chatgpt.com",
    "claude.ai",
)
BASE_URLS: Final = ("OPENAI_BASE_URL", "OPENAI_API_BASE", "ANTHROPIC_BASE_URL", "GOOGLE_GEMINI_BASE_URL", "OLLAMA_HOST")
POLICY_FOLDERS: Final = (
    "/etc/chromium/policies/managed",
    "/etc/opt/chrome/policies/managed",
    "/etc/opt/edge/policies/managed",
)


@dataclass(frozen=True, slots=True)
class Setting:
    """One place where a proxy is set. `bypass`: hosts that go past it, as written there; `undo`: how to reset it."""

    where: str
    kind: Literal["off", "pac", "proxy", "base"]
    value: str = ""
    bypass: tuple[str, ...] = ()
    undo: str = ""


def environment(environ: Mapping[str, str]) -> list[Setting]:
    """Proxy variables (either case; the lower one wins, as in curl) and the SDKs' base URLs."""
    bypass = environ.get("no_proxy") or environ.get("NO_PROXY") or ""
    names = tuple(part.strip() for part in bypass.split(",") if part.strip())
    found = []
    for name in ("HTTPS_PROXY", "ALL_PROXY"):
        value = environ.get(name.lower()) or environ.get(name)
        if value:
            found.append(Setting(f"environment {name}", "proxy", value, names, f"unset {name} {name.lower()}"))
    found += [Setting(f"environment {n}", "base", environ[n], (), f"unset {n}") for n in BASE_URLS if environ.get(n)]
    return found


def gnome(running: Run = run) -> list[Setting]:
    schema = "org.gnome.system.proxy"
    mode = _gvariant(running(["gsettings", "get", schema, "mode"]))
    if mode is None:
        return []
    undo = f"gsettings set {schema} mode 'none'"
    bypass = tuple(re.findall(r"'([^']*)'", running(["gsettings", "get", schema, "ignore-hosts"]) or ""))
    if mode == "auto":
        url = _gvariant(running(["gsettings", "get", schema, "autoconfig-url"])) or ""
        return [Setting("GNOME", "pac", url, bypass, undo)]
    if mode == "manual":
        host = _gvariant(running(["gsettings", "get", f"{schema}.https", "host"])) or ""
        number = (running(["gsettings", "get", f"{schema}.https", "port"]) or "0").split()[-1]
        return [Setting("GNOME", "proxy" if host else "off", f"http://{host}:{number}", bypass, undo)]
    return [Setting("GNOME", "off")]


def _gvariant(text: str | None) -> str | None:
    return text.strip().strip("'") if text is not None else None


def kde(home: Path) -> list[Setting]:
    """`~/.config/kioslaverc`: ProxyType 0 none, 1 manual, 2 PAC, 3 found by itself, 4 environment."""
    path = home / ".config" / "kioslaverc"
    parser = configparser.RawConfigParser(strict=False)
    try:
        parser.read_string(path.read_text(encoding="utf-8"))
        section = parser["Proxy Settings"]
    except (OSError, UnicodeDecodeError, configparser.Error, KeyError):
        return []
    kind = section.get("ProxyType", "0").strip()
    undo = "kwriteconfig6 --file kioslaverc --group 'Proxy Settings' --key ProxyType 0"
    bypass = tuple(part.strip() for part in section.get("NoProxyFor", "").split(",") if part.strip())
    if kind == "2":
        return [Setting("KDE", "pac", section.get("Proxy Config Script", ""), bypass, undo)]
    if kind == "1":
        value = section.get("httpsProxy", "").strip().replace(" ", ":")  # KDE writes `http://host 8080`
        return [Setting("KDE", "proxy" if value else "off", value, bypass, undo)]
    return [Setting("KDE", "off")]


def macos(running: Run = run) -> list[Setting]:
    """`scutil --proxy`: what the system uses now, whichever network service is up."""
    text = running(["scutil", "--proxy"])
    if text is None:
        return []
    values = dict(re.findall(r"^\s*(\w+) : (.+?)\s*$", text, re.MULTILINE))
    bypass = tuple(re.findall(r"^\s*\d+ : (.+?)\s*$", text, re.MULTILINE))
    if values.get("ProxyAutoConfigEnable") == "1":
        undo = 'networksetup -setautoproxystate "Wi-Fi" off'
        return [Setting("macOS", "pac", values.get("ProxyAutoConfigURLString", ""), bypass, undo)]
    if values.get("HTTPSEnable") == "1":
        value = f"http://{values.get('HTTPSProxy', '')}:{values.get('HTTPSPort', '')}"
        return [Setting("macOS", "proxy", value, bypass, 'networksetup -setsecurewebproxystate "Wi-Fi" off')]
    return [Setting("macOS", "off")]


def windows(values: Mapping[str, Any]) -> list[Setting]:
    """The values of HKCU Internet Settings."""
    undo = 'reg delete "HKCU\\Software\\Microsoft\\Windows\\CurrentVersion\\Internet Settings" /v {} /f'
    bypass = tuple(part for part in str(values.get("ProxyOverride") or "").split(";") if part)
    if values.get("AutoConfigURL"):
        return [Setting("Windows", "pac", str(values["AutoConfigURL"]), bypass, undo.format("AutoConfigURL"))]
    if values.get("ProxyEnable") == 1:
        server = str(values.get("ProxyServer") or "")
        per_scheme = dict(part.split("=", 1) for part in server.split(";") if "=" in part)
        value = per_scheme.get("https", "") if per_scheme else server
        off = "switch it off in Settings, Network, Proxy"
        return [Setting("Windows", "proxy" if value else "off", value, bypass, off)]
    return [Setting("Windows", "off")]


def _registry() -> dict[str, Any]:
    if sys.platform != "win32":
        return {}
    import winreg  # type: ignore[unreachable,unused-ignore]

    found = {}
    with winreg.OpenKey(
        winreg.HKEY_CURRENT_USER, r"Software\Microsoft\Windows\CurrentVersion\Internet Settings"
    ) as key:
        for name in ("AutoConfigURL", "ProxyEnable", "ProxyServer", "ProxyOverride"):
            try:
                found[name] = winreg.QueryValueEx(key, name)[0]
            except OSError:
                continue
    return found


def mandatory_pac(folders: Sequence[str] = POLICY_FOLDERS) -> bool:
    """Whether a managed policy of Chromium, Chrome or Edge (Linux) makes a PAC mandatory."""
    for folder in folders:
        for path in sorted(Path(folder).glob("*.json")):
            try:
                policy = json.loads(path.read_text(encoding="utf-8"))
                if policy["ProxySettings"]["ProxyPacMandatory"] is True:
                    return True
            except (OSError, ValueError, KeyError, TypeError):
                continue
    return False


def read_all(
    environ: Mapping[str, str], home: Path, platform: str = sys.platform, running: Run = run,
    registry: Callable[[], Mapping[str, Any]] = _registry,
) -> list[Setting]:  # fmt: skip
    """Every place of this system where a proxy may be set."""
    found = environment(environ)
    if platform == "darwin":
        return found + macos(running)
    if platform == "win32":
        return found + windows(registry())
    return found + gnome(running) + kde(home)


def points_here(setting: Setting, port: int) -> bool:
    """Whether the setting leads to this proxy: loopback and its port."""
    value = setting.value if "//" in setting.value else f"http://{setting.value}"
    try:
        parts = urlsplit(value)
        host, number = parts.hostname or "", parts.port or {"https": 443}.get(parts.scheme, 80)
    except ValueError:
        return False
    return setting.kind != "off" and number == port and (host == "localhost" or is_loopback(host))


def bypassed(setting: Setting, hosts: Sequence[str] = WATCHED) -> list[str]:
    """The LLM hosts that an exception list lets past the proxy (suffixes, with or without a dot or `*.`, and `*`)."""
    found = []
    for host in hosts:
        for written in setting.bypass:
            suffix = written.strip().lower().split(":")[0].removeprefix("*").lstrip(".")
            if written.strip() == "*" or (suffix and (host == suffix or host.endswith("." + suffix))):
                found.append(host)
                break
    return found


def judge(settings: Sequence[Setting], port: int, *, running: bool, mandatory: bool) -> list[Finding]:
    """One line a setting. `running`: the proxy answers on `port`."""
    found = [_judge(setting, port, running, mandatory) for setting in settings]
    if not any(points_here(setting, port) for setting in settings):
        remedy = f"the recipes: README, Desktop apps, or http://127.0.0.1:{port}/ while the proxy runs"
        detail = "no setting seen here leads to the proxy: only clients with a setting of their own are protected"
        found.append(Finding(SECTION, "in use", "note", detail, remedy))
    return found


def _judge(setting: Setting, port: int, running: bool, mandatory: bool) -> Finding:
    name, shown = setting.where, _shown(setting.value)
    if setting.kind == "off":
        return Finding(SECTION, name, "ok", "no proxy is set")
    if not points_here(setting, port):
        return Finding(SECTION, name, "note", f"{shown} is not this proxy: nothing is masked on this way")
    if not running:
        what = "browsers go direct, past the masking" if setting.kind == "pac" else "clients get errors"
        remedy = f"start it: make PORT={port} run; or reset the setting: {setting.undo}"
        return Finding(SECTION, name, "fail", f"{shown}, but the proxy is off: {what}", remedy)
    if past := bypassed(setting):
        remedy = "take these names off its exception list"
        return Finding(SECTION, name, "fail", f"{shown}, but {', '.join(past)} may go past it", remedy)
    if setting.kind == "pac" and not mandatory:
        detail = f"{shown} leads here; if it cannot be fetched, everything goes direct"
        remedy = "make it mandatory: make pac, and the policy ProxyPacMandatory (README, Desktop apps)"
        return Finding(SECTION, name, "note", detail, remedy)
    return Finding(SECTION, name, "ok", f"{shown} leads here")


def _shown(value: str) -> str:
    """A proxy URL without its user and password."""
    return re.sub(r"//[^/@]*@", "//", value)[:120]
