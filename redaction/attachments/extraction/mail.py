"""EML as Markdown (RFC 5322, MIME): headers that people read, the text of the mail, and of mails inside it.

Attachments are counted and not read; their names are written.
"""

from __future__ import annotations

from email import message_from_bytes, policy
from email.message import EmailMessage, Message

from redaction.attachments.extraction.html_markdown import write_html
from redaction.attachments.extraction.markdown import Markdown
from redaction.attachments.extraction.result import Unreadable

_HEADERS = ("from", "to", "cc", "bcc", "reply-to", "date", "subject")
_DEPTH = 3  # mails in mails


def read_mail(data: bytes, out: Markdown) -> None:
    """Write the text of a mail. Raises `Unreadable`, `OverLimit`."""
    message = message_from_bytes(data, policy=policy.default)
    if not isinstance(message, EmailMessage):
        raise Unreadable("the mail cannot be parsed")
    _mail(message, out, 0)


def _mail(message: EmailMessage, out: Markdown, depth: int) -> None:
    if depth > _DEPTH:
        raise Unreadable("mails are nested too deep")
    for header in _HEADERS:
        for value in message.get_all(header, []):
            out.start("")
            out.run(f"{header.title()}: {' '.join(str(value).split())}")
            out.end_line()
    out.gap()
    body = message.get_body(preferencelist=("plain", "html"))
    if body is not None:
        out.inflated(len(body.as_bytes()))
        _text(body, out)
    for part in message.walk() if message.is_multipart() else ():
        if part is body or part.is_multipart() or not isinstance(part, EmailMessage):
            continue
        name = part.get_filename()
        if name or part.get_content_maintype() not in ("text", "multipart", "message"):
            out.left_out["attachments"] += 1
            if name:
                out.start("")
                stem, dot, ending = name.rpartition(".")
                out.run(f"[attachment: {stem or name}{f' (.{ending})' if dot and stem else ''}]")
                out.end_line()
        elif part.get_content_type() == "text/plain" and not _alternative(message, part):
            _text(part, out)
    for part in message.iter_attachments() if message.is_multipart() else ():
        if part.get_content_type() == "message/rfc822":
            inner = part.get_payload(0)
            if isinstance(inner, EmailMessage):
                out.line("--- forwarded mail ---")
                _mail(inner, out, depth + 1)


def _alternative(message: Message, part: Message) -> bool:
    """Whether a text is another form of the body, or belongs to a mail inside."""
    todo: list[Message] = [message]
    while todo:
        holder = todo.pop()
        payload = holder.get_payload()
        if not isinstance(payload, list):
            continue
        inner = [item for item in payload if isinstance(item, Message)]
        if part in inner:
            return holder.get_content_type() == "multipart/alternative"
        todo += [item for item in inner if item.get_content_type() != "message/rfc822"]
    return True


def _text(part: EmailMessage | Message, out: Markdown) -> None:
    try:
        text = part.get_content() if isinstance(part, EmailMessage) else ""
    except (LookupError, ValueError, KeyError) as error:
        raise Unreadable("a part of the mail cannot be decoded") from error
    if not isinstance(text, str):
        raise Unreadable("a part of the mail cannot be decoded")
    if "\ufffd" in text:
        raise Unreadable("a part of the mail is not in the charset it names")
    if part.get_content_type() == "text/html":
        write_html(text, out)
    else:
        for line in text.splitlines():
            out.start("")
            out.run(line)
            out.end_line()
