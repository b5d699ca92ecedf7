"""Kinds of labels: the placeholder that a labelled value gets, and which shapes of values count behind the label."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of label.

    `shape` names a judge of `label_engine`; `clear` labels say by themselves what follows, others (`token`, `key`)
    need a value that looks generated. `glued` labels count at the end of a longer word without a boundary
    (`dbpassword`). `short`: four characters are enough for a number.
    """

    name: str
    type: str
    shape: str
    score: float
    clear: bool = True
    glued: bool = False
    short: bool = False


_ROWS = (
    Kind("password", "PASSWORD", "password", 0.88, glued=True),
    Kind("pass", "PASSWORD", "password", 0.84, clear=False),
    Kind("pin", "PASSWORD", "pin", 0.8),
    Kind("secret", "API_KEY", "secret", 0.88, glued=True),
    Kind("token", "API_KEY", "secret", 0.84, clear=False, glued=True),
    Kind("authorization", "API_KEY", "secret", 0.9),
    Kind("username", "USERNAME", "username", 0.6),
    Kind("account", "USERNAME", "username", 0.55, clear=False),
    Kind("passport", "PASSPORT_NUMBER", "number", 0.9, short=True),
    Kind("licence", "DRIVER_LICENSE", "number", 0.9, short=True),
    Kind("patient", "MEDICAL_RECORD", "number", 0.86, short=True),
    Kind("insurance", "MEDICAL_RECORD", "number", 0.84),
    Kind("customer", "ID_NUMBER", "number", 0.82),
    Kind("employee", "ID_NUMBER", "number", 0.82),
    Kind("student", "ID_NUMBER", "number", 0.82),
    Kind("case", "ID_NUMBER", "number", 0.82),
    Kind("national", "NATIONAL_ID", "number", 0.83),
    Kind("tax", "TAX_ID", "number", 0.83),
    Kind("plate", "LICENSE_PLATE", "plate", 0.8),
    Kind("bank", "ACCOUNT_NUMBER", "number", 0.8),
    Kind("plan", "PLAN_NUMBER", "number", 0.8),
    Kind("serial", "DEVICE_ID", "number", 0.8),
    Kind("device", "NATIONAL_ID", "device", 0.85),
    Kind("birth", "DATE_OF_BIRTH", "birth", 0.9),
    Kind("payment", "ACCOUNT_NUMBER", "handle", 0.84),
    Kind("command", "PASSWORD", "command", 0.86),
    Kind("insert", "PASSWORD", "insert", 0.86),
    Kind("phone", "PHONE_NUMBER", "phone", 0.8),
)
KINDS: dict[str, Kind] = {kind.name: kind for kind in _ROWS}
