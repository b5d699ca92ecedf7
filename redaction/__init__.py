"""What is masked, and how. Knows no mitmproxy and no routing."""
