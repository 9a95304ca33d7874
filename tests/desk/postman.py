"""A real mail server for tests, on a port of its own."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import Message

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.test import override_settings


class Postman:
    """Takes mail; `answers` has what to say to the recipients of that address instead, `breaks` whether the connection
    ends when all was said."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, Message]] = []
        self.answers: dict[str, str] = {}
        self.breaks = False

    async def handle_RCPT(  # noqa: N802 - aiosmtpd looks for this name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, rcpt_options: list[str]
    ) -> str:
        if address in self.answers:
            return self.answers[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        self.taken.append((envelope.rcpt_tos[0], message_from_bytes(envelope.content)))
        if self.breaks:
            assert server.transport is not None
            server.transport.close()
        return "250 OK"


SMTP_BACKEND = "django.core.mail.backends.smtp.EmailBackend"


@contextmanager
def receiving() -> Iterator[Postman]:
    """While it lasts, the desk's mail goes to the postman."""
    postman = Postman()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(postman, hostname="127.0.0.1", port=port)
    controller.start()
    sender = {"EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": port, "DEFAULT_FROM_EMAIL": "Handrail <handrail@example.net>"}
    with override_settings(EMAIL_BACKEND=SMTP_BACKEND, **sender):
        yield postman
    controller.stop()
