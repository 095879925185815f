"""E-mail (RFC 5322): the subject is the headline, the sender the author."""

from __future__ import annotations

import re
from email import message_from_bytes, policy
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import getaddresses

from index.formats import names
from index.formats.dates import quiet_date
from index.formats.draft import Draft, FormatError, LeftOut
from index.formats.fragments import clean_blocks, paragraphs_of, plain_line
from index.formats.text import from_text, paragraphs_in
from index.formats.wire import without_label

_REPLY = re.compile(r"^(?:(?:re|fwd?|aw|wg|tr|rv|sv|vs)\s*:\s*)+", re.IGNORECASE)
_SIGNATURE = re.compile(r"\n-- ?\n.*\Z", re.DOTALL)


def _decoded(value: str) -> str:
    """A header with its comments, “a@b.example (Ann Lee)”, which the parsed one lacks."""
    try:
        return str(make_header(decode_header(str(value))))
    except (UnicodeError, LookupError, ValueError, MessageError):
        return str(value)


def from_mail(data: bytes) -> Draft | LeftOut:
    """The text of a message; plain text before HTML.

    Raises:
        FormatError: it is no message: it names no sender and no date.
    """
    message = message_from_bytes(data, policy=policy.default)
    if not isinstance(message, EmailMessage) or not (message["From"] or message["Date"]):
        raise FormatError("is no e-mail: its head names no sender and no date")
    try:
        body = message.get_body(preferencelist=("plain", "html"))
        content = body.get_content() if body is not None else ""
    except (KeyError, LookupError, ValueError, AttributeError):
        body, content = None, ""
    headline = without_label(_REPLY.sub("", plain_line(str(message["Subject"] or ""))))
    text = content if isinstance(content, str) else ""
    if body is not None and body.get_content_type() == "text/html":
        paragraphs = tuple(block.text for block in clean_blocks(paragraphs_of(text), headline))
    else:
        text = _SIGNATURE.sub("", "\n" + text.replace("\r\n", "\n"))
        if body is not None and body.get_param("format") == "flowed":
            text = re.sub(r" \n(?=\S)", " ", text)
        held = from_text(f"{headline}\n\n{text}")
        if isinstance(held, LeftOut):
            return held
        paragraphs = held.paragraphs or tuple(paragraphs_in(text))
    written = [_decoded(value) for name, value in message.raw_items() if name.lower() == "from"]
    senders = [name or address for name, address in getaddresses(written)]
    return Draft(
        headline=headline,
        paragraphs=paragraphs,
        authors=names.from_list(senders),
        published=quiet_date(re.sub(r"\s*\([^)]*\)\s*$", "", str(message["Date"] or ""))),
        id=str(message["Message-ID"]).strip(" <>") or None if message["Message-ID"] else None,
    )
