"""What goes into redaction and what comes out: a body as the client sent it, and the body to send."""

from __future__ import annotations

from dataclasses import dataclass

from redaction.report import Report


@dataclass(frozen=True, slots=True)
class Payload:
    """A request body as the client sent it. `signed`: a signature covers the bytes (SigV4), so no edit may happen.
    `foreign`: it goes to another vendor than it was made for, who gets no credentials of its body."""

    data: bytes
    dialect: str
    policy: str
    content_type: str = ""
    content_encoding: str = ""
    signed: bool = False
    foreign: bool = False

    def __repr__(self) -> str:
        return f"Payload({len(self.data)} bytes, {self.dialect})"


@dataclass(frozen=True, slots=True)
class Redacted:
    """The body to send. `data is payload.data` when nothing was found."""

    data: bytes
    report: Report

    def __repr__(self) -> str:
        return f"Redacted({len(self.data)} bytes, changed={self.report.changed})"
