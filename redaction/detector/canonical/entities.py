"""HTML character references (WHATWG HTML 13.5), also zero-padded and, where the meaning is plain, without their `;`."""

from __future__ import annotations

import html
import re

from redaction.detector.canonical.segments import Edit

# Named ones need their `;`: `&copy=` is a parameter. Without it only those that every browser takes, at a word's end.
PATTERN = (
    r"&(?:#0{0,16}[0-9]{1,7}+;?|#[xX]0{0,16}[0-9A-Fa-f]{1,6}+;?|[A-Za-z][A-Za-z0-9]{1,30}+;"
    r"|(?:amp|lt|gt|quot|nbsp)(?![A-Za-z0-9=;]))"
)


def read(found: re.Match[str]) -> list[Edit]:
    """The edit that reads one reference; none for a name that is none."""
    code = found.group()
    new = html.unescape(code if code.endswith(";") else code + ";")
    return [] if new.startswith("&") and len(new) > 1 else [(found.start(), found.end(), new, 0)]
