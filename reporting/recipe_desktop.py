"""Recipes for the machine: trusting the CA, desktops, browsers and editors. Fields: `reporting.recipes`."""

from __future__ import annotations

from typing import Final

from reporting.recipes import ALL, Recipe, Step

TRUST: Final = (
    Recipe(
        "trust-linux",
        "Trust the CA: Linux",
        "This machine",
        "interception",
        ("linux",),
        (
            Step(
                "Debian, Ubuntu and relatives: put the certificate into the system's list.",
                "sudo cp {ca} /usr/local/share/ca-certificates/faasera-proxy.crt\nsudo update-ca-certificates",
            ),
            Step(
                "Fedora and relatives.",
                "sudo cp {ca} /etc/pki/ca-trust/source/anchors/faasera-proxy.pem\nsudo update-ca-trust",
            ),
            Step(
                "Chromium and Chrome keep a list of their own.",
                'certutil -d "sql:$HOME/.pki/nssdb" -A -t C,, -n faasera-proxy -i {ca}',
            ),
        ),
        Step(
            "Remove the file again and refresh.",
            "sudo rm -f /usr/local/share/ca-certificates/faasera-proxy.crt\nsudo update-ca-certificates --fresh\n"
            'certutil -d "sql:$HOME/.pki/nssdb" -D -n faasera-proxy',
        ),
        "documented",
        "Only LLM hosts are opened with this CA; all other TLS is tunnelled untouched.",
    ),
    Recipe(
        "trust-macos",
        "Trust the CA: macOS",
        "This machine",
        "interception",
        ("macos",),
        (
            Step(
                "Add it to the system keychain as a trusted root.",
                "sudo security add-trusted-cert -d -p ssl -k /Library/Keychains/System.keychain {ca}",
            ),
        ),
        Step("Remove it.", "sudo security remove-trusted-cert -d {ca}"),
        "documented",
        "The ChatGPT app for macOS keeps its own list and will not connect; it then shows as blind on this page.",
    ),
    Recipe(
        "trust-windows",
        "Trust the CA: Windows",
        "This machine",
        "interception",
        ("windows",),
        (Step("Add it to your own root store; confirm the question.", 'certutil -user -addstore Root "{ca}"', "bat"),),
        Step("Remove it.", "certutil -user -delstore Root mitmproxy", "bat"),
        "documented",
    ),
)

DESKTOP: Final = (
    Recipe(
        "gnome",
        "GNOME",
        "This machine",
        "interception",
        ("linux",),
        (
            Step(
                "Use the PAC file, so that only LLM hosts take this way.",
                "gsettings set org.gnome.system.proxy autoconfig-url '{pac}'\n"
                "gsettings set org.gnome.system.proxy mode 'auto'",
            ),
        ),
        Step("Switch it off.", "gsettings set org.gnome.system.proxy mode 'none'"),
        "documented",
        "A browser that cannot fetch the PAC file goes direct. See the browser recipe for the setting that forbids it.",
    ),
    Recipe(
        "kde",
        "KDE Plasma",
        "This machine",
        "interception",
        ("linux",),
        (
            Step(
                "Use the PAC file.",
                "kwriteconfig6 --file kioslaverc --group 'Proxy Settings' --key ProxyType 2\n"
                "kwriteconfig6 --file kioslaverc --group 'Proxy Settings' --key 'Proxy Config Script' '{pac}'",
            ),
        ),
        Step(
            "Switch it off.",
            "kwriteconfig6 --file kioslaverc --group 'Proxy Settings' --key ProxyType 0",
        ),
        "documented",
    ),
    Recipe(
        "macos",
        "macOS",
        "This machine",
        "interception",
        ("macos",),
        (
            Step(
                "Set the PAC file for your network service (here Wi-Fi).",
                'networksetup -setautoproxyurl "Wi-Fi" {pac}\nnetworksetup -setautoproxystate "Wi-Fi" on',
            ),
        ),
        Step("Switch it off.", 'networksetup -setautoproxystate "Wi-Fi" off'),
        "documented",
        "Apps that ignore the system's proxy can be caught with mitmproxy's local mode: --mode local:AppName.",
    ),
    Recipe(
        "windows",
        "Windows",
        "This machine",
        "interception",
        ("windows",),
        (
            Step(
                "Set the PAC file for your account (also in Settings, Network, Proxy, Use set-up script).",
                'reg add "HKCU\\Software\\Microsoft\\Windows\\CurrentVersion\\Internet Settings" ^\n'
                "  /v AutoConfigURL /t REG_SZ /d {pac} /f",
                "bat",
            ),
        ),
        Step(
            "Switch it off.",
            'reg delete "HKCU\\Software\\Microsoft\\Windows\\CurrentVersion\\Internet Settings" ^\n'
            "  /v AutoConfigURL /f",
            "bat",
        ),
        "documented",
    ),
    Recipe(
        "chromium",
        "Chrome, Chromium, Edge",
        "Browsers and editors",
        "interception",
        ALL,
        (
            Step(
                "Trust the CA, then start the browser with the PAC file.",
                "chromium --proxy-pac-url={pac} --disable-quic",
            ),
            Step(
                "For good, by policy (on Linux in /etc/chromium/policies/managed/faasera.json). The mandatory PAC "
                "keeps the browser from going direct when the file cannot be fetched.",
                '{"ProxySettings": {"ProxyMode": "pac_script", "ProxyPacUrl": "{pac}", "ProxyPacMandatory": true},\n'
                ' "QuicAllowed": false}',
                "json",
            ),
        ),
        Step("Start it without the switch, or remove the policy."),
        "documented",
        "A PAC file that cannot be fetched fails open in browsers unless it is mandatory.",
    ),
    Recipe(
        "firefox",
        "Firefox",
        "Browsers and editors",
        "interception",
        ALL,
        (
            Step("Settings, Network Settings, Automatic proxy configuration URL:", "{pac}", "text"),
            Step("Settings, Certificates, Authorities, Import (trust it to identify websites):", "{ca}", "text"),
        ),
        Step("Choose No proxy again, and delete the authority mitmproxy."),
        "documented",
        "In about:config, network.http.http3.enable = false keeps it from going past the proxy by QUIC.",
    ),
    Recipe(
        "vscode",
        "VS Code and its extensions",
        "Browsers and editors",
        "interception",
        ALL,
        (
            Step(
                "In settings.json; the window itself uses the system's trust store.",
                '"http.proxy": "{base}",\n"http.proxySupport": "override"',
                "json",
            ),
            Step(
                "The extension host is Node and needs the CA from its environment: start it so.",
                "NODE_EXTRA_CA_CERTS={ca} code",
            ),
        ),
        Step("Remove both settings and start it as usual."),
        "documented",
    ),
)
