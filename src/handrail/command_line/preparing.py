"""What has to be true before the desk serves or works: Django set up, tables and static files as this version has them.

Its one rule: of several that start at once, one prepares and the others wait for it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# Any number does, as long as every Handrail uses the same one.
_ADVISORY_LOCK = 0x4841_4E44_5241_494C


def set_up_django() -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "handrail.desk.settings")
    django.setup()


@contextmanager
def alone() -> Iterator[None]:
    """Hold off every other Handrail of the same database that wants to prepare too."""
    from django.db import connection

    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            # Whoever prepares may take its time, and so may those who wait for it.
            cursor.execute("SET lock_timeout = 0; SET idle_in_transaction_session_timeout = 0")
            cursor.execute("SELECT pg_advisory_lock(%s)", [_ADVISORY_LOCK])
            try:
                yield
            finally:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [_ADVISORY_LOCK])
                cursor.execute("RESET lock_timeout; RESET idle_in_transaction_session_timeout")
    else:
        with _alone_at(Path(connection.settings_dict["NAME"])):
            yield


@contextmanager
def _alone_at(database: Path) -> Iterator[None]:
    """A gate of its own beside the database: the migrations go through the writers' gate themselves."""
    from handrail.desk.sqlite_gate.gate import Gate

    database.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    gate = Gate(database.with_name(database.name + ".preparing"))
    gate.enter(patience_seconds=600)
    try:
        yield
    finally:
        gate.close()


def migrate() -> None:
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)


def collect_static_files() -> None:
    """Of files that stand there already only those that changed; all of them where the last time was cut short, since
    it may have left half of one, which looks like a new file."""
    from django.conf import settings
    from django.core.management import call_command

    unfinished = Path(settings.STATIC_ROOT).with_name("static.unfinished")
    cut_short = unfinished.exists()
    unfinished.touch()
    call_command("collectstatic", verbosity=0, interactive=False, clear=cut_short)
    unfinished.unlink()
