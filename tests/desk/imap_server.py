"""A real IMAP server for tests, in a process and on a port of its own; everything in it is gone when it ends."""

from __future__ import annotations

import imaplib
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

USER, PASSWORD = "replies", "open sesame"
_SECONDS = 30


@dataclass(frozen=True, kw_only=True)
class MailServer:
    port: int

    @property
    def address(self) -> str:
        """As HANDRAIL_IMAP has it."""
        return f"imap://{USER}:{PASSWORD.replace(' ', '%20')}@127.0.0.1:{self.port}/INBOX?done=Done"

    def put(self, *mails: bytes) -> None:
        with self._signed_in() as mailbox:
            for raw in mails:
                mailbox.append("INBOX", None, None, raw)  # no flags, and now

    def count(self, folder: str) -> int:
        with self._signed_in() as mailbox:
            _, [number] = mailbox.select(folder, readonly=True)
            return int(number or b"0")

    @contextmanager
    def _signed_in(self) -> Iterator[imaplib.IMAP4]:
        mailbox = imaplib.IMAP4("127.0.0.1", self.port, timeout=10)
        mailbox.login(USER, PASSWORD)
        yield mailbox
        mailbox.logout()


@contextmanager
def mail_server() -> Iterator[MailServer]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    arguments = ["--host", "127.0.0.1", "--port", str(port), "dict", "--demo-user", USER, "--demo-password", PASSWORD]
    program = [sys.executable, "-c", "from pymap.main import main; main()", *arguments]
    with subprocess.Popen(program, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            server = MailServer(port=port)
            _wait_for(server)
            yield server
        finally:
            process.kill()


def _wait_for(server: MailServer) -> None:
    ends_at = time.monotonic() + _SECONDS
    while True:
        try:
            with server._signed_in():
                return
        except (OSError, imaplib.IMAP4.error):
            if time.monotonic() > ends_at:
                raise
            time.sleep(0.1)
