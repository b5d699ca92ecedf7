"""mitmproxy's own imports warn (old names of pyparsing and pyasn1); everything else stays an error."""

from __future__ import annotations

import warnings

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    import mitmproxy.addons.proxyserver
    import mitmproxy.flowfilter
    import mitmproxy.test.taddons  # noqa: F401
