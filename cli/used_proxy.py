"""A proxy that runs already, for `faasera run --use URL`: used only once it has proved that it is this user's.

Whoever listens at a port may be anybody. So it is asked to answer a challenge with the key of this user's folder.
"""

from __future__ import annotations

import http.client
import json
import secrets
import tempfile
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from urllib.parse import urlsplit

import msgspec

from cli import places
from cli.authority import CERTIFICATE
from cli.proxy_process import StartFailed
from config.ip_addresses import is_loopback
from redaction.restore.restore_key import RestoreKeyError, load_key
from routing.owner_proof import KEY_FILE, Answer, holds

_SECONDS = 5.0
_LONGEST_ANSWER = 1 << 20


class UsedProxy:
    """A running proxy of this user; entered, it is proven. `folder` is ours, for the run."""

    def __init__(self, url: str, confdir: Path | None = None) -> None:
        """`url`: `http://127.0.0.1:8080`. `confdir`: the folder that it was started with. Raises StartFailed."""
        self._confdir = confdir or places.confdir()
        try:
            parts = urlsplit(url)
            host, port = parts.hostname or "", parts.port or 80
        except ValueError:
            host, port, parts = "", 0, urlsplit("")
        if parts.scheme != "http" or not is_loopback(host) or parts.path.strip("/") or parts.username:
            raise StartFailed("--use takes the address of a proxy on this machine, such as http://127.0.0.1:8080")
        self._host, self._port = host, port
        self._folder = tempfile.TemporaryDirectory(prefix="faasera-run-")  # mode 0700
        self.folder = Path(self._folder.name)
        self.url = ""
        self.restores = False

    @property
    def ca(self) -> Path:
        return self._confdir / CERTIFICATE

    def __enter__(self) -> UsedProxy:
        """Raises StartFailed unless it is this user's proxy."""
        try:
            self.prove()
        except BaseException:
            self._folder.cleanup()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._folder.cleanup()

    def prove(self) -> None:
        """Have it answer a new challenge. Raises StartFailed. From then on its address is the very one that answered:
        a name could lead elsewhere the next time."""
        where = f"http://{self._host}:{self._port}"
        try:
            key = load_key(self._confdir / KEY_FILE)
            ca = sha256(self.ca.read_bytes()).hexdigest()
        except RestoreKeyError as error:
            raise StartFailed(str(error)) from None
        except OSError:
            raise StartFailed(f"there is no CA in {self._confdir}: no proxy of yours ran with this folder") from None
        challenge = secrets.token_hex(32)
        status, body, address = self._ask(f"/prove?challenge={challenge}")
        if not status:
            raise StartFailed(f"nothing answers at {where}: start it with `faasera serve`")
        try:
            answer = msgspec.json.decode(body, type=Answer)
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise StartFailed(f"{where} is no proxy of this version that you may use (status {status})") from None
        if not holds(key, challenge, address, answer):
            raise StartFailed(
                f"{where} did not prove that it is your proxy: it does not hold the key of {self._confdir / KEY_FILE}. "
                "Another program or user may listen there; name the folder of your proxy with --confdir"
            )
        if answer.facts.ca != ca:
            raise StartFailed(f"{where} signs with another CA than {self.ca}: restart it")
        host, port = address
        self.url = f"http://{f'[{host}]' if ':' in host else host}:{port}"
        self.restores = answer.facts.restore

    def is_at(self, url: str) -> bool:
        """Whether a URL leads to this very proxy."""
        with suppress(ValueError):
            parts = urlsplit(url)
            return is_loopback(parts.hostname or "") and parts.port == self._port
        return False

    def problem(self) -> str:
        """Why it would refuse every request, or is not this user's any more; "" if all is well."""
        try:
            self.prove()
        except StartFailed as error:
            return str(error)
        status, body, _ = self._ask("/healthz")
        if status == 200:
            return ""
        with suppress(ValueError, TypeError, KeyError):
            return str(json.loads(body)["reason"])
        return "it does not answer"

    def get(self, path: str) -> tuple[int, str]:
        """Status and body of one of its own pages; (0, "") when nothing answers."""
        return self._ask(path)[:2]

    def _ask(self, path: str) -> tuple[int, str, tuple[str, int]]:
        """The same, and the address that answered."""
        connection = http.client.HTTPConnection(self._host, self._port, timeout=_SECONDS)
        try:
            connection.connect()
            address = connection.sock.getpeername()[:2]
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read(_LONGEST_ANSWER).decode("utf-8", "replace"), address
        except (OSError, http.client.HTTPException):
            return 0, "", ("", 0)
        finally:
            connection.close()
