"""The mailbox that answers come to (IMAP, RFC 9051 as far as its elder RFC 3501 goes), read from where it was left.

One rule: how far it was read is told in the transaction that takes a mail in; the mailbox hears of it afterwards. So a
mail may stay unmarked in the mailbox, and is still neither lost nor taken in twice.
"""

from __future__ import annotations

import imaplib
import logging
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import parse_qs, unquote, urlsplit

from django.conf import settings
from django.db import DatabaseError

from handrail.desk import models
from handrail.desk.clock import Clock, clock_of
from handrail.desk.post import keeping
from handrail.desk.post.taking_in import Brought, take_in

log = logging.getLogger(__name__)

EVERY = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(minutes=30)
_LEASE = timedelta(minutes=10)
BATCH = 50
_LONGEST_ERROR = 500
_NUMBER = re.compile(rb"(\d+)")
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")
_THIS_MACHINE = frozenset(["localhost", "127.0.0.1", "::1"])


class Fault(Exception):
    """The mailbox cannot be read now; its words are for people."""


@dataclass(frozen=True, kw_only=True)
class Server:
    host: str
    port: int
    user: str
    password: str
    folder: str
    done: str
    at_once: bool

    @property
    def key(self) -> str:
        return f"{self.user}@{self.host}/{self.folder}"[:300]


def server_of(address: str) -> Server | None:
    """None where there is none."""
    if not address:
        return None
    told = urlsplit(address)
    at_once = told.scheme != "imap"
    return Server(
        host=told.hostname or "localhost",
        port=told.port or (993 if at_once else 143),
        user=unquote(told.username or ""),
        password=unquote(told.password or ""),
        folder=unquote(told.path.strip("/")) or "INBOX",
        done=parse_qs(told.query).get("done", [""])[0],
        at_once=at_once,
    )


def poll_due(now: datetime | Clock) -> int:
    """Look into the mailbox where it is time, a batch at most; how many mails were taken in. One worker looks at a
    time."""
    server, clock = server_of(settings.IMAP), clock_of(now)
    if server is None:
        return 0
    box = _claimed(server.key, clock())
    if box is None:
        return 0
    try:
        taken, is_rest = _read(server, box, clock)
    except Fault as fault:
        return _put_off(box, str(fault), clock())
    except DatabaseError:
        raise
    except Exception as fault:  # whatever a mailbox does, the worker goes on
        log.exception("The mailbox %s could not be read.", server.key)
        return _put_off(box, f"It could not be read: {type(fault).__name__}: {fault}", clock())
    at = clock()
    _tell(box, next_at=at if is_rest else at + EVERY, looked_at=at, tries=0, error="")
    return taken


def _claimed(key: str, now: datetime) -> models.Mailbox | None:
    box, _ = models.Mailbox.objects.get_or_create(key=key, defaults={"next_at": now})
    claimed = models.Mailbox.objects.filter(pk=box.pk, next_at__lte=now)
    return box if claimed.update(next_at=now + _LEASE) else None


def _put_off(box: models.Mailbox, says: str, now: datetime) -> int:
    pause: timedelta = min(EVERY * 2 ** min(box.tries, 10), LONGEST_PAUSE)
    log.warning("The mailbox %s: %s Trying again in %.0f min.", box.key, says, pause.total_seconds() / 60)
    _tell(box, next_at=now + pause, tries=min(box.tries + 1, 1000), error=says[:_LONGEST_ERROR])
    return 0


def _tell(box: models.Mailbox, **columns: object) -> None:
    models.Mailbox.objects.filter(pk=box.pk).update(**columns)


# --- speaking with the server ----------------------------------------------------------------------------------------


@contextmanager
def _opened(server: Server) -> Iterator[imaplib.IMAP4]:
    try:
        mailbox = _connected(server)
    except (OSError, imaplib.IMAP4.error) as fault:
        raise Fault(f"{server.host} cannot be reached: {fault}") from fault
    try:
        try:
            mailbox.login(server.user, server.password)
        except imaplib.IMAP4.error:
            raise Fault(f"{server.host} does not let {server.user} in. Look at HANDRAIL_IMAP.") from None
        yield mailbox
    except (OSError, imaplib.IMAP4.error) as fault:
        raise Fault(f"The connection to {server.host} broke: {fault}") from fault
    finally:
        try:
            mailbox.logout()
        except (OSError, imaplib.IMAP4.error):
            pass  # what was done is done


def _connected(server: Server) -> imaplib.IMAP4:
    """Without encryption only on this machine itself."""
    context = ssl.create_default_context()
    if server.at_once:
        return imaplib.IMAP4_SSL(server.host, server.port, ssl_context=context, timeout=settings.EMAIL_TIMEOUT)
    mailbox = imaplib.IMAP4(server.host, server.port, timeout=settings.EMAIL_TIMEOUT)
    if "STARTTLS" in mailbox.capabilities and server.host not in _THIS_MACHINE:
        mailbox.starttls(context)
    elif server.host not in _THIS_MACHINE:
        raise imaplib.IMAP4.error("it offers no encryption")
    return mailbox


def _read(server: Server, box: models.Mailbox, clock: Clock) -> tuple[int, bool]:
    """How many were taken in, and whether there are more."""
    with _opened(server) as mailbox:
        _selected(mailbox, server)
        validity = _validity(mailbox)
        last = box.last_uid if box.uidvalidity == validity else 0
        uids = [uid for uid in _numbers(_asked(mailbox, "SEARCH", None, f"UID {last + 1}:*")) if uid > last]
        for uid in sorted(uids)[:BATCH]:
            _take(mailbox, server, box, validity, uid, clock)
        return min(len(uids), BATCH), len(uids) > BATCH


def _selected(mailbox: imaplib.IMAP4, server: Server) -> None:
    answer, _ = mailbox.select(_quoted(server.folder))
    if answer != "OK":
        raise Fault(f"{server.user} has no folder “{server.folder}”.")
    done = _quoted(server.done)
    if server.done and mailbox.status(done, "(MESSAGES)")[0] != "OK" and mailbox.create(done)[0] != "OK":
        raise Fault(f"{server.user} has no folder “{server.done}” for what was read, and may not make one.")


def _quoted(folder: str) -> str:
    """Names of folders are written in a coding of their own (RFC 3501, section 5.1.3); plain ones stand as they are."""
    escaped = folder.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _validity(mailbox: imaplib.IMAP4) -> int:
    _, found = mailbox.response("UIDVALIDITY")
    number = _NUMBER.search(found[0] or b"") if found and isinstance(found[0], bytes) else None
    return int(number[1]) if number else 0


def _asked(mailbox: imaplib.IMAP4, command: str, *arguments: str | None) -> list[object]:
    answer, data = mailbox.uid(command, *[one for one in arguments if one is not None])
    if answer != "OK":
        raise Fault(f"The mailbox refused {command}.")
    return list(data)


def _numbers(data: list[object]) -> list[int]:
    return [int(one) for line in data if isinstance(line, bytes) for one in line.split()]


def _take(mailbox: imaplib.IMAP4, server: Server, box: models.Mailbox, validity: int, uid: int, clock: Clock) -> None:
    size = _SIZE.search(b" ".join(_bytes(_asked(mailbox, "FETCH", str(uid), "(RFC822.SIZE)"))))
    too_large = size is not None and int(size[1]) > keeping.LARGEST
    wanted = "(BODY.PEEK[HEADER])" if too_large else "(BODY.PEEK[])"
    raw = next((one[1] for one in _asked(mailbox, "FETCH", str(uid), wanted) if isinstance(one, tuple)), None)

    def also() -> None:
        _tell(box, uidvalidity=validity, last_uid=uid)

    if not isinstance(raw, bytes):  # somebody removed it meanwhile
        also()
        return
    problem = "It is too large to be kept: only its headers are. The whole is in the mailbox." if too_large else ""
    take_in(raw, Brought(by="the mailbox", now=clock(), also=also, problem=problem))
    _mark(mailbox, server, uid, keeps=too_large)


def _removes_one(mailbox: imaplib.IMAP4) -> bool:
    """Without UIDPLUS (RFC 4315) everything that anybody marked would go; what it can is told anew to who signed in."""
    _, data = mailbox.capability()
    return any(isinstance(one, bytes) and b"UIDPLUS" in one.upper().split() for one in data)


def _bytes(data: list[object]) -> Iterator[bytes]:
    for one in data:
        if isinstance(one, bytes):
            yield one
        elif isinstance(one, tuple):
            yield from (part for part in one if isinstance(part, bytes))


def _mark(mailbox: imaplib.IMAP4, server: Server, uid: int, *, keeps: bool) -> None:
    """That it is not done is no harm: it was taken in. Only what was copied is removed."""
    _asked(mailbox, "STORE", str(uid), "+FLAGS", r"(\Seen)")
    if not server.done or keeps:
        return
    answer, _ = mailbox.uid("COPY", str(uid), _quoted(server.done))
    if answer != "OK":
        log.warning("A mail was taken in, and could not be moved to “%s”; it stays where it is.", server.done)
        return
    _asked(mailbox, "STORE", str(uid), "+FLAGS", r"(\Deleted)")
    if _removes_one(mailbox):
        mailbox.uid("EXPUNGE", str(uid))
