"""Values that are known without being found: shown earlier in a request, or told by the user."""
