"""mitmproxy's own imports warn (pyparsing's old names); everything else stays an error."""

from __future__ import annotations

import warnings

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    import mitmproxy.flowfilter  # noqa: F401
