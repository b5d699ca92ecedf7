"""The bill of materials of a release: CycloneDX 1.6 (https://cyclonedx.org/docs/1.6/json/) from the hash-pinned lock.

    python -m tools.sbom requirements.txt > sbom.cdx.json

Each component has name, version, package URL and the SHA-256 of every file that the lock allows. No time and no random
serial number: the same lock gives the same bytes.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

from config.version import __version__

_PIN = re.compile(r"([A-Za-z0-9._-]+)==([^\s;\\]+)")
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


def components(lock: str) -> list[dict[str, Any]]:
    """One component for each pin of a lock file, in its order."""
    found: list[dict[str, Any]] = []
    for line in lock.splitlines():
        if pin := _PIN.match(line):
            name = re.sub(r"[-_.]+", "-", pin[1]).lower()
            found.append({"type": "library", "name": name, "version": pin[2], "purl": f"pkg:pypi/{name}@{pin[2]}",
                          "bom-ref": f"{name}@{pin[2]}", "properties": []})  # fmt: skip
        elif (digest := _HASH.search(line)) and found:
            found[-1]["properties"].append({"name": "sha256", "value": digest[1]})
    return found


def bill(lock: str) -> dict[str, Any]:
    """The whole document."""
    product = {"type": "application", "name": "faasera-llm-privacy-proxy", "version": __version__, "bom-ref": "product",
               "licenses": [{"license": {"id": "MIT"}}]}  # fmt: skip
    return {"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1, "metadata": {"component": product},
            "components": components(lock)}  # fmt: skip


if __name__ == "__main__":
    json.dump(bill(Path(sys.argv[1]).read_text(encoding="utf-8")), sys.stdout, indent=1)
    print()
