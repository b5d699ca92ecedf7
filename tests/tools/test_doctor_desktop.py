"""Proxy settings of each desktop, from what their programs print; what is wrong with them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools import doctor_desktop, doctor_trust
from tools.doctor_desktop import Setting
from tools.doctor_report import Finding

PAC = "http://127.0.0.1:8080/proxy.pac"
SCUTIL = """<dictionary> {
  ExceptionsList : <array> {
    0 : *.local
    1 : 169.254/16
  }
  ProxyAutoConfigEnable : 1
  ProxyAutoConfigURLString : http://127.0.0.1:8080/proxy.pac
}
"""


def gsettings(**values: str) -> doctor_trust.Run:
    return lambda command: values.get(f"{command[-2].split('.')[-1]}_{command[-1]}".replace("-", "_"))


@pytest.mark.parametrize(
    ("found", "kind", "value"),
    [
        (doctor_desktop.environment({"https_proxy": "http://localhost:8080"}), "proxy", "http://localhost:8080"),
        (doctor_desktop.environment({"OPENAI_BASE_URL": "http://127.0.0.1:8080/v1"}), "base", "http://127.0.0.1:8080/v1"),
        (doctor_desktop.gnome(gsettings(proxy_mode="'auto'\n", proxy_autoconfig_url=f"'{PAC}'\n")), "pac", PAC),
        (doctor_desktop.gnome(gsettings(proxy_mode="'manual'", https_host="'::1'", https_port="8080")), "proxy", "http://::1:8080"),
        (doctor_desktop.gnome(gsettings(proxy_mode="'none'\n")), "off", ""),
        (doctor_desktop.macos(lambda _: SCUTIL), "pac", PAC),
        (doctor_desktop.macos(lambda _: "HTTPSEnable : 1\n HTTPSProxy : 127.0.0.1\n HTTPSPort : 8080\n"), "proxy", "http://127.0.0.1:8080"),
        (doctor_desktop.macos(lambda _: "<dictionary> {\n}\n"), "off", ""),
        (doctor_desktop.windows({"AutoConfigURL": PAC}), "pac", PAC),
        (doctor_desktop.windows({"ProxyEnable": 1, "ProxyServer": "http=a:1;https=127.0.0.1:8080"}), "proxy", "127.0.0.1:8080"),
        (doctor_desktop.windows({"ProxyEnable": 0, "ProxyServer": "127.0.0.1:8080"}), "off", ""),
    ],
)  # fmt: skip
def test_settings_are_read(found: list[Setting], kind: str, value: str) -> None:
    [setting] = found
    assert (setting.kind, setting.value) == (kind, value)


def test_desktops_that_are_not_there() -> None:
    assert doctor_desktop.gnome(lambda _: None) == []
    assert doctor_desktop.macos(lambda _: None) == []


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        (f"[Proxy Settings]\nProxyType=2\nProxy Config Script={PAC}\n", "pac", PAC),
        ("[Proxy Settings][$Version]\nx=1\n[Proxy Settings]\nProxyType=1\nhttpsProxy=http://127.0.0.1 8080\n", "proxy", "http://127.0.0.1:8080"),
        ("[Proxy Settings]\nProxyType=0\n", "off", ""),
    ],
)  # fmt: skip
def test_kde(tmp_path: Path, text: str, kind: str, value: str) -> None:
    assert doctor_desktop.kde(tmp_path) == []
    (tmp_path / ".config").mkdir()
    (tmp_path / ".config" / "kioslaverc").write_text(text)
    [setting] = doctor_desktop.kde(tmp_path)
    assert (setting.kind, setting.value) == (kind, value)


@pytest.mark.parametrize(
    ("value", "here"),
    [
        ("http://127.0.0.1:8080", True), ("localhost:8080", True), ("http://[::1]:8080/", True), (PAC, True),
        ("http://u:p@127.0.0.1:8080", True), ("http://127.0.0.1:8081", False), ("http://proxy.corp.example:8080", False),
        ("http://127.0.0.1", False), ("http://[bad:8080", False), ("", False),
    ],
)  # fmt: skip
def test_which_settings_lead_here(value: str, here: bool) -> None:
    assert doctor_desktop.points_here(Setting("x", "proxy", value), 8080) is here


def judged(setting: Setting, running: bool = True, mandatory: bool = False) -> Finding:
    return doctor_desktop.judge([setting], 8080, running=running, mandatory=mandatory)[0]


def test_a_setting_that_outlived_the_proxy() -> None:
    pac = judged(Setting("GNOME", "pac", PAC, (), "gsettings set x"), running=False)
    assert pac.state == "fail"
    assert "go direct, past the masking" in pac.detail
    assert "gsettings set x" in pac.remedy
    proxy = judged(Setting("environment HTTPS_PROXY", "proxy", "http://127.0.0.1:8080", (), "unset it"), running=False)
    assert (proxy.state, "get errors" in proxy.detail) == ("fail", True)


def test_a_pac_is_a_note_until_it_is_mandatory(tmp_path: Path) -> None:
    setting = Setting("GNOME", "pac", PAC)
    found = judged(setting)
    assert found.state == "note"
    assert "ProxyPacMandatory" in found.remedy
    folder = tmp_path / "managed"
    folder.mkdir()
    (folder / "a.json").write_text("not json")
    assert not doctor_desktop.mandatory_pac([str(folder)])
    (folder / "b.json").write_text('{"ProxySettings": {"ProxyPacMandatory": true}}')
    assert doctor_desktop.mandatory_pac([str(folder)])
    assert judged(setting, mandatory=True).state == "ok"


@pytest.mark.parametrize(
    ("bypass", "past"),
    [
        ((), 0), (("localhost", "*.corp.example", "10.0.0.0/8"), 0), (("*",), 5), (("api.openai.com",), 1), ((".openai.com",), 1),
        (("*.openai.com",), 1), (("penai.com",), 0), (("openai.com:443", "claude.ai"), 2), (("com",), 4),
    ],
)  # fmt: skip
def test_exception_lists(bypass: tuple[str, ...], past: int) -> None:
    setting = Setting("environment HTTPS_PROXY", "proxy", "http://127.0.0.1:8080", bypass)
    assert len(doctor_desktop.bypassed(setting)) == past
    assert judged(setting).state == ("fail" if past else "ok")


def test_a_proxy_password_is_not_shown() -> None:
    found = judged(Setting("environment HTTPS_PROXY", "proxy", "http://me:hunter2@proxy.corp.example:3128"))
    assert "hunter2" not in found.detail
    assert found.state == "note"


def test_nothing_in_use_is_said() -> None:
    [found] = doctor_desktop.judge([], 8080, running=True, mandatory=False)
    assert (found.name, found.state) == ("in use", "note")
