"""Canonical text: every notation read as what it spells, with an exact way back to the original."""
