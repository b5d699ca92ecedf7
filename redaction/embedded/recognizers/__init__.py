"""The rules, a file per family. `ROWS` is all of them; the order means nothing."""

from __future__ import annotations

from redaction.embedded.recognizer import Recognizer
from redaction.embedded.recognizers import (
    address,
    bank,
    birth,
    cards,
    contact,
    devices,
    identity,
    national_ids,
    network,
    secrets_keys,
    secrets_labelled,
    secrets_vendors,
)

ROWS: tuple[Recognizer, ...] = (
    *identity.ROWS,
    *national_ids.ROWS,
    *cards.ROWS,
    *bank.ROWS,
    *contact.ROWS,
    *network.ROWS,
    *birth.ROWS,
    *address.ROWS,
    *devices.ROWS,
    *secrets_vendors.ROWS,
    *secrets_keys.ROWS,
    *secrets_labelled.ROWS,
)
