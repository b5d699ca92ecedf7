"""Where a request goes, and with whose key. Knows no mitmproxy and no redaction."""
