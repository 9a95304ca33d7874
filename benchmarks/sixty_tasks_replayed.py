"""A handoff of sixty tasks made anew from the rows of its events, as `handrail rebuild` makes each.

One rule: every lap begins with the rows as the database gives them and ends with the handoff; the handoffs are compared
before anything is timed.
"""

from time import process_time

from neighbour import answer
from twenty_tasks_handrail import Desk

from handrail.command_line.preparing import migrate
from handrail.desk import ledger, models
from handrail.handoff import wire
from handrail.handoff.history import Handoff, fold

TASKS = 60
_TIMES = 20


class Replay:
    """The rows of one handoff that has ended."""

    def __init__(self) -> None:
        handoff_id, _ = Desk(TASKS).live()
        self._rows = list(models.Event.objects.filter(handoff=handoff_id).order_by("number"))
        assert self._replayed() == wire.decode_handoff(models.Handoff.objects.get(pk=handoff_id).state)

    def lap(self) -> float:
        """Seconds of the processor for one replay: what others do on the machine meanwhile is not counted."""
        began = process_time()
        for _ in range(_TIMES):
            self._replayed()
        return (process_time() - began) / _TIMES

    def events(self) -> int:
        return len(self._rows)

    def _replayed(self) -> Handoff:
        return fold(map(ledger.event_of, self._rows))


def main() -> None:
    migrate()
    replay = Replay()
    answer({"lap": replay.lap, "events": replay.events})


if __name__ == "__main__":
    main()
