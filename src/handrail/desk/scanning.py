"""Looking at uploads for viruses, with whatever program the installation names.

One rule: the program says clean (0) or infected (1) by how it ends, as clamdscan does; anything else is a fault, and
the file is looked at again later.
"""

import logging
import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

from django.conf import settings
from django.db import Error

from handrail.desk import audit, ledger, models, uploads
from handrail.desk.clock import Clock, clock_of
from handrail.handoff.commands_outside import TellOfAttachment

log = logging.getLogger(__name__)

Finding = tuple[Literal["clean", "infected", "fault"], str]
Scanner = Callable[[Path], Finding]

BATCH = 20
_LEASE = timedelta(minutes=10)
_PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240))
_SECONDS = 120
_LONGEST = 300


def command_scanner(command: str) -> Scanner:
    """Runs the command with the path after it."""

    def scan(path: Path) -> Finding:
        try:
            done = subprocess.run(
                [*shlex.split(command), str(path)], capture_output=True, text=True, errors="replace", timeout=_SECONDS
            )
        except (OSError, subprocess.TimeoutExpired, ValueError) as fault:
            return "fault", str(fault)[:_LONGEST]
        said = " ".join((done.stdout or done.stderr).replace(str(path), "").split()).strip(": ")[:_LONGEST]
        match done.returncode:
            case 0:
                return "clean", ""
            case 1:
                return "infected", said
            case code:
                return "fault", f"It ended with {code}. {said}"[:_LONGEST]

    return scan


def scan_due(now: datetime | Clock, scanner: Scanner | None = None) -> int:
    """Look at what is waiting, a batch at most; how many were looked at. Several workers share the work."""
    if scanner is None and not settings.SCAN_COMMAND:
        return 0
    scan, clock = scanner or command_scanner(settings.SCAN_COMMAND), clock_of(now)
    due = (
        models.Upload.objects.filter(scan_at__lte=clock(), is_loose=False)
        .order_by("scan_at")
        .values_list("pk", flat=True)
    )
    return sum(_scan(number, scan, clock) for number in list(due[:BATCH]))


def _scan(number: int, scan: Scanner, clock: Clock) -> bool:
    now = clock()
    claimed = models.Upload.objects.filter(pk=number, scan_at__lte=now)
    if not claimed.update(scan_at=now + _LEASE):
        return False
    row = models.Upload.objects.select_related("handoff__customer").get(pk=number)
    found, says = _found(row, scan)
    row.scan_tries += 1
    row.scan_says = says
    if found == "fault":
        log.warning("Upload %s could not be looked at for viruses: %s", row.pk, says)
        row.scan_at = clock() + _PAUSES[min(row.scan_tries, len(_PAUSES)) - 1]
    else:
        row.scan, row.scan_at = models.Upload.Scan(found), None
    row.save(update_fields=["scan", "scan_says", "scan_at", "scan_tries"])
    if found == "infected":
        _told(row, clock())
    return True


def _told(row: models.Upload, now: datetime) -> None:
    try:
        _tell(row, now)
    except Error:
        raise
    except Exception:  # of a handoff that cannot be read, which must not hold up the others
        log.exception("That upload %s is infected could not be told.", row.pk)


def _found(row: models.Upload, scan: Scanner) -> Finding:
    """The program gets a copy of its own, wherever the bytes are kept."""
    with tempfile.TemporaryDirectory(prefix="handrail-scan-") as folder:
        path = Path(folder) / row.key
        try:
            with uploads.opened(row) as source, path.open("wb") as copy:
                shutil.copyfileobj(source, copy)
        except OSError as fault:
            return "fault", str(fault)[:_LONGEST]
        return scan(path)


def _tell(row: models.Upload, now: datetime) -> None:
    """In the audit, and as an event, so that whoever owes the step hears of it."""
    name = f"{row.name}, for {row.handoff.customer}"
    audit.write(action="infected", about="upload", key=row.key, name=name, says=row.scan_says, by=audit.DESK)
    state = ledger.standing_now(row.handoff_id)
    for step, attached in state.evidence.items():
        for one in attached:
            if one.upload == row.key:
                says = "A virus was found in it; nobody can open it."
                ledger.record(row.handoff_id, TellOfAttachment(step=step, key=one.key, says=says), now=now)
