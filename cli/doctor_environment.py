"""The environment of the doctor's own proxy: this configuration, but every target is the fake upstream."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from ruamel.yaml import YAML

from config.configuration import CONFIG_VARIABLE, GATEWAY_KEY_VARIABLE, Config

# A `mitmproxy` section could make it listen elsewhere or ask for passwords; audit log and traces are for real requests.
_LEFT_OUT: Final = ("mitmproxy", "audit", "traces")
_PROXY_VARIABLES: Final = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")


def doctor_environment(
    config: Config, upstream: str, folder: Path, environ: Mapping[str, str], config_path: Path
) -> dict[str, str]:
    """The environment of the run: no proxy, no real key, every target the `upstream` (a URL).

    `folder` gets a copy (0600) of the configuration file without what would disturb the run.
    """
    targets = config.routing.targets.values()
    keys = {target.api_key_env for target in targets if target.api_key_env}
    dropped = {*keys, "FAASERA_AUDIT", "FAASERA_TRACES", CONFIG_VARIABLE, GATEWAY_KEY_VARIABLE}
    kept = {
        name: value
        for name, value in environ.items()
        if name not in dropped and name.lower() not in _PROXY_VARIABLES and not name.endswith("_API_KEY")
    }
    bases = {
        f"FAASERA_{target.name.upper().replace('-', '_')}_BASE_URL": upstream
        + ("/v1" if target.name == "openai" else "")
        for target in targets
    }
    run = {**kept, **bases, "PYTHONUNBUFFERED": "1"}
    # A redirect to another vendor needs a key of that vendor: this one opens nothing.
    run |= dict.fromkeys(keys, "doctor")
    run[CONFIG_VARIABLE] = str(_copy(config_path, folder))
    return run


def _copy(source: Path, folder: Path) -> Path:
    yaml = YAML(typ="safe", pure=True)
    document = yaml.load(source.read_text(encoding="utf-8")) if source.exists() else None
    kept = {key: value for key, value in (document or {}).items() if key not in _LEFT_OUT}
    path = folder / "mitm-config.yaml"
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        yaml.dump(kept, file)
    return path
