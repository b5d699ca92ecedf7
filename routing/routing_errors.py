"""The error family of `routing`: every way a request can have no way to go. None is ever 401 or 403.

    RoutingError             400
    ├── ForeignOrigin             a web page that is not listed uses the gateway
    ├── UnknownAuthority          an origin-form request for a name that is not the gateway's (DNS rebinding)
    ├── GatewayClosed             a client that is not on loopback came without the gateway key
    ├── ForeignCredential         the client's key belongs to another vendor, and none is configured
    ├── CredentialDropped         a redirect dropped the original host's key, and none is configured
    ├── NoHome                    no target for this kind of request
    ├── ExclusiveTarget           the chosen target is exclusive and does not speak the request's dialect
    ├── BadPath                   a path with `.` or `..` segments, which could leave the target's base URL
    ├── HostRefused               the host's mode is `refuse`
    ├── PastTheProxy              an offer of a connection that would go round this proxy
    ├── BadForwarded              a trusted proxy's X-Forwarded-For is no list of addresses
    ├── PlainText                 a client of another machine speaks plain HTTP
    ├── ProxyKeyMissing      407  a client that is not on loopback came to the interception door without the key
    ├── LoopFound            508  the request was sent by this proxy before
    └── PrivateDestination        a client that is not on loopback asks for a private address

A message names the setting to change. It never holds text of the request, a key, or a path.
"""

from __future__ import annotations


class RoutingError(Exception):
    """Base of the family. Raised when a request must not be sent. `code` is stable (`faasera_...`)."""

    status = 400
    code = "faasera_not_routed"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class ForeignOrigin(RoutingError):
    """Raised when a page of another origin uses the gateway: it must not spend the user's key."""

    code = "faasera_foreign_origin"


class UnknownAuthority(RoutingError):
    """Raised when a request sent straight to the proxy's port names a host that is not the gateway's."""

    code = "faasera_unknown_authority"


class GatewayClosed(RoutingError):
    """Raised when a client that is not on loopback has no, or a wrong, gateway key."""

    code = "faasera_gateway_closed"


class ForeignCredential(RoutingError):
    """Raised when the client's key plainly belongs to another vendor and no key is configured."""

    code = "faasera_foreign_credential"


class CredentialDropped(RoutingError):
    """Raised when a redirect leaves the request without any key and none is configured."""

    code = "faasera_credential_dropped"


class NoHome(RoutingError):
    """Raised when a gateway request is of a dialect that no target speaks."""

    code = "faasera_no_home"


class ExclusiveTarget(RoutingError):
    """Raised when an exclusive target does not speak the dialect: the request must not go elsewhere."""

    code = "faasera_exclusive_target"


class BadPath(RoutingError):
    """Raised when a path has `.` or `..` segments: it could leave the base URL of the target."""

    code = "faasera_bad_path"


class HostRefused(RoutingError):
    """Raised when the configuration refuses a host."""

    code = "faasera_host_refused"


class PastTheProxy(RoutingError):
    """Raised when a request offers a connection that this proxy does not see (WebRTC)."""

    code = "faasera_webrtc_refused"


class PrivateDestination(RoutingError):
    """Raised when a client that is not on loopback asks for a loopback, private or link-local address."""

    code = "faasera_private_destination"


class BadForwarded(RoutingError):
    """Raised when a trusted proxy says who its client is in a way that cannot be read."""

    code = "faasera_bad_forwarded"


class PlainText(RoutingError):
    """Raised when a client of another machine speaks plain HTTP, and the configuration does not allow it."""

    code = "faasera_plain_text"


class ProxyKeyMissing(RoutingError):
    """Raised when a client that is not on loopback has no, or a wrong, password at the interception door. 407 makes
    clients ask for it or send it; they do not take it for a vendor's answer."""

    status = 407
    code = "faasera_proxy_key"


class LoopFound(RoutingError):
    """Raised when a request comes back to the proxy that sent it."""

    status = 508
    code = "faasera_loop"
