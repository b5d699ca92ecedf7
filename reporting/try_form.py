"""The form of the try-it box: a token that only our own page knows, and a strict reading of what is posted."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import parse_qs

MAX_BODY: Final = 128 * 1024  # bytes, percent-encoded
MAX_TEXT: Final = 10_000  # characters
_FORM: Final = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class TryForm:
    """A sentence to mask under a policy (empty: the default one). The repr shows no text."""

    text: str = field(repr=False)
    policy: str = ""


class TryToken:
    """A random value per process, in the page's form. Another site cannot read the page, so it cannot post."""

    def __init__(self) -> None:
        self.value = secrets.token_urlsafe(24)

    def __repr__(self) -> str:
        return "TryToken()"

    def matches(self, value: str) -> bool:
        """Whether a posted token is this page's, compared in constant time."""
        return hmac.compare_digest(self.value.encode(), value.encode("utf-8", "replace"))


def read_form(body: bytes, content_type: str, token: TryToken) -> dict[str, str]:
    """The fields that one of our own pages posted. Raises ValueError with a sentence for the page; it never holds what
    was posted."""
    if content_type.partition(";")[0].strip().lower() != _FORM:
        raise ValueError("The form was not sent by this page.")
    if len(body) > MAX_BODY:
        raise ValueError(f"The text is too long: at most {MAX_TEXT} characters can be tried.")
    try:
        fields = parse_qs(
            body.decode("ascii"), keep_blank_values=True, strict_parsing=True, errors="strict", max_num_fields=8
        )
    except ValueError:
        raise ValueError("The form could not be read.") from None
    if any(len(values) != 1 for values in fields.values()):
        raise ValueError("The form could not be read.")
    if not token.matches(fields.get("token", [""])[0]):
        raise ValueError("This page is from an earlier run of the proxy. It is fresh now: please try again.")
    return {name: values[0] for name, values in fields.items()}


def parse_try(body: bytes, content_type: str, token: TryToken) -> TryForm:
    """The posted form of the try-it box. Raises ValueError as `read_form` does."""
    fields = read_form(body, content_type, token)
    text = fields.get("text", "").replace("\r\n", "\n")
    if not text.strip():
        raise ValueError("Please type a sentence first.")
    if len(text) > MAX_TEXT:
        raise ValueError(f"The text is too long: at most {MAX_TEXT} characters can be tried.")
    return TryForm(text, fields.get("policy", ""))
