"""A persisted step, load, decide and save in one transaction, and what is stored: Handrail beside SpiffWorkflow.

One rule: the same promise on both sides. Each step is committed before the next begins, in a file of SQLite with a
write-ahead log and synchronous=NORMAL, in one folder.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from neighbour import neighbour
from report import Line, Size, Subject
from rounds import Contestant, side_by_side

_HANDRAIL = "Handrail, ledger.record"
_POSTGRESQL = "Handrail on PostgreSQL"
_SPIFF = "SpiffWorkflow on SQLite"

_Ask = Callable[[str], Any]


@dataclass(frozen=True, kw_only=True)
class Steps:
    """The processes that live through twenty tasks when asked to, by the name of the contestant."""

    by_name: dict[str, _Ask]

    def subject(self, rounds: int) -> Subject:
        contestants = [Contestant(name=name, lap=partial(ask, "lap")) for name, ask in self.by_name.items()]
        laps = side_by_side(contestants, rounds)
        aims = {_HANDRAIL: 10.0}
        return Subject(
            name="A persisted step: load, decide, save; one of twenty tasks in a row",
            unit="step",
            says=f"{rounds} laps of each; a lap is the mean over the steps of some whole instances.",
            against=_SPIFF,
            lines=tuple(Line(name=name, laps=one, aim=aims.get(name)) for name, one in laps.items()),
        )

    def sizes(self) -> Iterator[Size]:
        aims = {"Handrail, folded state": 10.0, "Handrail, whole event log": 3.0}
        for name in (_HANDRAIL, _SPIFF):
            for what, bytes_ in self.by_name[name]("sizes").items():
                halfway = bytes_[len(bytes_) // 2]
                yield Size(name=what, begun=bytes_[0], halfway=halfway, ended=bytes_[-1], aim=aims.get(what))


@contextmanager
def steps() -> Iterator[Steps]:
    """HANDRAIL_BENCH_DATABASE_URL adds Handrail on a PostgreSQL, in a database that is there for it to fill."""
    postgresql = os.environ.get("HANDRAIL_BENCH_DATABASE_URL")
    with ExitStack() as open_:
        folder = Path(open_.enter_context(TemporaryDirectory(prefix="handrail-bench-")))
        by_name = {_HANDRAIL: open_.enter_context(_handrail(folder / "sqlite"))}
        if postgresql:
            by_name[_POSTGRESQL] = open_.enter_context(_handrail(folder / "postgresql", postgresql))
        by_name[_SPIFF] = open_.enter_context(neighbour("twenty_tasks_spiff.py", str(folder / "spiff.sqlite3")))
        yield Steps(by_name=by_name)


@contextmanager
def _handrail(folder: Path, database_url: str = "") -> Iterator[_Ask]:
    folder.mkdir()
    with neighbour("twenty_tasks_handrail.py", HANDRAIL_DATA_DIR=str(folder), DATABASE_URL=database_url) as ask:
        yield ask
