"""The bill of materials names every pin of the lock with its hashes."""

from __future__ import annotations

from tests.support.proxy import ROOT
from tools.sbom import bill, components

LOCK = (
    "Ruamel.yaml==0.18.1 ; x \\\n    --hash=sha256:"
    + "a" * 64
    + "\n    # via x\nhttpx==0.28.1 \\\n    --hash=sha256:"
    + "b" * 64
    + "\n"
)


def test_components() -> None:
    first, second = components(LOCK)
    assert first["purl"] == "pkg:pypi/ruamel-yaml@0.18.1"
    assert [each["value"] for each in second["properties"]] == ["b" * 64]


def test_the_lock_of_this_checkout() -> None:
    names = {each["name"] for each in bill((ROOT / "requirements.txt").read_text())["components"]}
    assert {"mitmproxy", "httpx", "msgspec"} <= names
    assert "pytest" not in names
