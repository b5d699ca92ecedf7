"""The port opens when the proxy is ready, not before.

mitmproxy listens before it loads its scripts, and loading takes seconds in which nobody would be answered: a balancer
that only connects would count this replica as up. What listens then is closed at once, and opened again when
everything stands. A start that is refused has no open port. Where asyncio's loop is of another kind (Windows), the
port stays open as mitmproxy has it.
"""

from __future__ import annotations

import asyncio

from mitmproxy import ctx
from mitmproxy.proxy.mode_servers import AsyncioServerInstance


def close() -> None:
    """Close the ports of a mitmproxy that has not started yet; one that runs (a script saved anew) keeps its own."""
    master = getattr(ctx, "master", None)  # none where something else than mitmproxy imports the script
    proxyserver = master.addons.get("proxyserver") if master is not None else None
    if proxyserver is None or proxyserver.is_running:
        return
    # mitmproxy is still waiting for its servers and has no name for them: the loop knows who accepts connections.
    selector = getattr(asyncio.get_running_loop(), "_selector", None)
    for key in list(selector.get_map().values()) if selector is not None else ():
        reader = key.data[0] if isinstance(key.data, tuple) else None
        for server in getattr(reader, "_args", None) or ():
            if isinstance(server, asyncio.Server):
                server.close()


async def reopen() -> None:
    """Listen where mitmproxy's options say. Raises OSError where that is not possible."""
    proxyserver = ctx.master.addons.get("proxyserver")
    for instance in list(proxyserver.servers) if proxyserver is not None else ():
        if isinstance(instance, AsyncioServerInstance) and instance.is_running and not instance.listen_addrs:
            await instance.stop()
            await instance.start()
