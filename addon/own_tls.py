"""TLS at the proxy's own port with a certificate of the operator's (`listen.tls`), for clients of other machines."""

from __future__ import annotations

from typing import Any

from mitmproxy import tls
from mitmproxy.proxy import layers
from OpenSSL import SSL

from config.config_errors import ConfigError
from config.configuration import Config


class OwnTls:
    """The certificate and key of one configuration, or none."""

    def __init__(self, config: Config) -> None:
        """Raises ConfigError for files that cannot be used."""
        self._context: SSL.Context | None = None
        if config.listen.tls is None:
            return
        context = SSL.Context(SSL.TLS_SERVER_METHOD)
        context.set_min_proto_version(SSL.TLS1_2_VERSION)
        context.set_alpn_select_callback(_choose)
        # The key first: beside a certificate of another, it would look unreadable.
        for key, use, path in (
            ("key", context.use_privatekey_file, config.listen.tls.key),
            ("cert", context.use_certificate_chain_file, config.listen.tls.cert),
        ):
            try:
                use(path)
            except (SSL.Error, OSError):
                raise ConfigError(config.source, f"listen.tls.{key}", "is no PEM file that can be read") from None
        try:
            context.check_privatekey()
        except SSL.Error:
            raise ConfigError(config.source, "listen.tls", "key and certificate do not belong together") from None
        self._context = context

    def start(self, data: tls.TlsData) -> None:
        """Answer the first TLS of a connection; a tunnel's is mitmproxy's to open."""
        kinds = (layers.ClientTLSLayer, layers.HttpLayer)
        first = next((each for each in data.context.layers if isinstance(each, kinds)), None)
        outermost = isinstance(first, layers.ClientTLSLayer) and not data.conn.tls_established
        if self._context is not None and outermost:
            data.ssl_conn = SSL.Connection(self._context)
            data.ssl_conn.set_accept_state()


def _choose(_connection: SSL.Connection, offered: list[bytes]) -> Any:
    return b"http/1.1" if b"http/1.1" in offered else SSL.NO_OVERLAPPING_PROTOCOLS
