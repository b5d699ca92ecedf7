"""The rules, a file per family. `GROUPS` is all of them, as they share a trigger set; the order means nothing."""

from __future__ import annotations

from redaction.detector.rules.recognizer import Recognizer
from redaction.detector.rules.recognizers import (
    account_places,
    address,
    bank,
    cards,
    connection_strings,
    contact,
    coordinates,
    devices,
    identity,
    national_ids,
    network_addresses,
    phones,
    secrets_keys,
    secrets_vendors,
)

# One RE2 set each: the automaton of all together would have to be built anew for nearly every new text.
GROUPS: tuple[tuple[Recognizer, ...], ...] = (
    identity.ROWS + cards.ROWS + network_addresses.ROWS,
    national_ids.ROWS,
    bank.ROWS,
    contact.ROWS + phones.ROWS,
    address.ROWS[:6],
    address.ROWS[6:],
    devices.ROWS + coordinates.ROWS,
    account_places.ROWS,
    secrets_vendors.ROWS,
    secrets_keys.ROWS + connection_strings.ROWS,
)
ROWS: tuple[Recognizer, ...] = tuple(row for group in GROUPS for row in group)
