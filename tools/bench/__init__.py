"""Benches: what the proxy costs over bare mitmdump, what restoring costs, what the embedded profiler finds."""
