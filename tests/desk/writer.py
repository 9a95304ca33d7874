"""A process that writes to a SQLite database through the gate: `python tests/desk/writer.py DATABASE NAME WORK NUMBER`.

It stands apart from the desk: a table with one row per written line tells who committed in which order. It says
"ready" on its output, and starts when its input says a line.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import django
from django.conf import settings
from django.db import connection, transaction

ROWS_OF_A_CHUNK = 100


def configure(database: Path) -> None:
    engine = {"ENGINE": "handrail.desk.sqlite_gate", "NAME": database}
    settings.configure(DATABASES={"default": engine}, USE_TZ=True, INSTALLED_APPS=[])
    django.setup()


def write(name: str, rows: int) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS line (number INTEGER PRIMARY KEY, who TEXT NOT NULL)")
        # The count reads before it writes: without BEGIN IMMEDIATE this is what fails with "database is locked".
        cursor.execute("SELECT count(*) FROM line")
        cursor.executemany("INSERT INTO line (who) VALUES (%s)", [[name]] * rows)


def write_singly(name: str, number: int) -> None:
    for _ in range(number):
        write(name, 1)


def write_in_bulk(name: str, number: int) -> None:
    for _ in range(number):
        write(name, ROWS_OF_A_CHUNK)


def hold(name: str, number: int) -> None:
    """Hold the gate in a transaction that is never committed."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.executemany("INSERT INTO line (who) VALUES (%s)", [[name]] * number)
        print("holding", flush=True)
        time.sleep(600)


WORK = {"singly": write_singly, "in-bulk": write_in_bulk, "hold": hold}

if __name__ == "__main__":
    configure(Path(sys.argv[1]))
    print("ready", flush=True)
    sys.stdin.readline()
    WORK[sys.argv[3]](sys.argv[2], int(sys.argv[4]))
