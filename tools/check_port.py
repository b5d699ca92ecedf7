"""Says in one line, with the remedy, when the port is taken. Used by the Makefile before the proxy starts."""

from __future__ import annotations

import socket
import sys


def main(port: int) -> int:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            print(
                f"port {port} cannot be used ({error.strerror}): stop what listens there, or choose another: "
                f"make PORT={port + 1} run",
                file=sys.stderr,
            )
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
