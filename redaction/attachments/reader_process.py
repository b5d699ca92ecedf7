"""One process that reads documents: started without our environment, fed by pipe, killed when it takes too long.

Blocking calls, for threads. The process ends by itself when its input closes or nobody has asked for a while.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import msgspec

from redaction.attachments.extraction.result import Extracted, Request

IDLE = 60  # seconds without a document after which the process ends
_ROOT = Path(__file__).resolve().parents[2]
# What an interpreter needs to start on Windows; nothing else of our environment, which may hold keys.
ENVIRONMENT = ("SYSTEMROOT", "SYSTEMDRIVE", "TEMP", "TMP", "PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
START = (
    "import json,sys; sys.path[:] = json.loads(sys.argv.pop(1)); "
    "from redaction.attachments.extraction.worker import main; main()"
)
# MessagePack of an answer: text up to the limit, and its marks and counts.
_BESIDES = 16 << 20


class ReaderProcess:
    """A worker process. `documents` and `bytes` count what it was given. The repr shows no text."""

    def __init__(self, memory: int) -> None:
        """`memory` bounds its address space in bytes. Raises OSError when no process can be started."""
        self.memory = memory
        self.documents = self.bytes = 0
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-X", "utf8", "-c", START,
             json.dumps([str(_ROOT), *(path for path in sys.path if path)]), str(memory), str(IDLE)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={key: os.environ[key] for key in ENVIRONMENT if key in os.environ},
            start_new_session=True,
        )  # fmt: skip
        # Somebody has to wait for it when it ends by itself, or it stays in the table of processes.
        threading.Thread(target=self._process.wait, name="document reader ended", daemon=True).start()

    def __repr__(self) -> str:
        return f"ReaderProcess({self._process.pid}, {self.documents} documents)"

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def read(self, request: Request, data: bytes) -> Extracted | None:
        """The answer for one document; None if the process died, was killed or answered anything else."""
        self.documents += 1
        self.bytes += len(data)
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None
        assert stdout is not None
        try:
            for piece in (msgspec.msgpack.encode(request), data):
                stdin.write(len(piece).to_bytes(4, "big"))
                stdin.write(piece)
            stdin.flush()
            size = int.from_bytes(stdout.read(4), "big")
            if not 0 < size <= request.limit + _BESIDES:
                return None
            return msgspec.msgpack.decode(stdout.read(size), type=Extracted)
        except (OSError, ValueError, msgspec.MsgspecError):
            return None

    def end(self) -> None:
        """Kill it, and let go of its pipes."""
        try:
            self._process.kill()
        except OSError:
            pass
        self._process.wait()

    def close(self) -> None:
        """`end`, when no thread reads from it any more."""
        self.end()
        for pipe in (self._process.stdin, self._process.stdout):
            try:
                if pipe is not None:
                    pipe.close()
            except OSError:  # what was not written yet has no reader
                pass
