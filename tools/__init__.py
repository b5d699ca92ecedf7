"""What the Makefile runs beside the proxy: set-up, demo, bench, soak."""
