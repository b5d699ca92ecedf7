"""Labels of training text. The first five are the network's groups, in the order in which the product reads them."""

from __future__ import annotations

GROUPS = ("nothing", "name", "address", "place", "rules")
O, NAME, ADDRESS, PLACE, RULES = range(5)  # noqa: E741
EMAIL = PHONE = ID = RULES  # the rules' work: a group of its own, so that it is no name
FIRM = 5  # a firm, a work, a product: learnt as "nothing", but counts for more than an everyday word
IGNORE = -1  # either answer is fine
# What a word with each label counts in training.
WEIGHTS = (1.0, 3.0, 3.0, 2.0, 3.0, 2.0)
Piece = tuple[str, int]
