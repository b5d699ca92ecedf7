"""A test text that a Profiler service gets before any text of a client: one that leaves it unchanged masks nothing."""

from __future__ import annotations

CANARY_VALUES = ("Jane Doe", "jane.doe@example.com", "123-45-6789", "4111 1111 1111 1111")
CANARY_TEXT = "My name is {}, my mail is {}, my SSN is {} and my card number is {}.".format(*CANARY_VALUES)
