"""Recognizers as table rows, and the matcher that runs them."""
