"""The mitmproxy side: everything that touches a flow. Imports `routing`, `redaction` and `reporting`."""
