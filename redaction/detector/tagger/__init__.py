"""The network that finds names and addresses, and what surrounds it."""
