"""Twenty tasks in a row on a desk of its own, through `ledger.record`: the product's own way, nothing switched off.

One rule: the environment says where the desk is (HANDRAIL_DATA_DIR, DATABASE_URL), as for every desk.
"""

from datetime import UTC, datetime, timedelta
from time import perf_counter
from uuid import uuid4

from neighbour import answer, seconds_a_step

from handrail.command_line.preparing import migrate, set_up_django

set_up_django()

from handrail.desk import ledger, models, runbooks  # noqa: E402 - models can be read only now
from handrail.handoff import commands as c  # noqa: E402
from handrail.handoff.people import Actor, Person  # noqa: E402

TASKS = 20

_TASK = "  task-{number}: {{title: Task {number}, stage: work, kind: task, raci: {{pm: RA}}, needs: [{needs}]}}"
# A runbook must end with an acceptance: a step more than the tasks, given at the end and not timed.
_RUNBOOK = """\
runbook: tasks
version: "1"
roles:
  pm: {{title: Project Manager}}
stages: [work]
steps:
{tasks}
  accept: {{stage: work, kind: acceptance, raci: {{pm: RA}}, needs: [{last}]}}
ends:
  accepted: {{when: {{accept: done}}}}
"""


class Desk:
    """The desk with its runbook of so many tasks published and one person at work."""

    def __init__(self, tasks: int) -> None:
        published = runbooks.publish(_runbook_text(tasks), "tasks.yaml")
        assert isinstance(published, models.RunbookVersion), published
        row, _ = models.Person.objects.get_or_create(email="paula@example.com", defaults={"name": "Paula Reyes"})
        self._tasks = [f"task-{number}" for number in range(1, tasks + 1)]
        self._version = published
        self._by = Actor(person=Person(row.pk, row.name))
        # As a clock tells it: instants are stored to the microsecond, and each digit counts in the sizes.
        self._now = datetime(2026, 11, 23, 9, 0, 0, 123_456, tzinfo=UTC)

    def live(self) -> tuple[int, float]:
        """One handoff, and the seconds of its tasks: without its start, and without the acceptance at its end."""
        handoff_id = self._start()
        began = perf_counter()
        for step in self._tasks:
            self._record(handoff_id, c.Finish(by=self._by, step=step))
        seconds = perf_counter() - began
        self._accept(handoff_id)
        return handoff_id, seconds

    def sizes(self) -> dict[str, list[int]]:
        """Bytes before the first task, after each and at the end: the folded state, and all columns of the events."""
        handoff_id = self._start()
        state, log = [_state_bytes(handoff_id)], [_log_bytes(handoff_id)]
        for step in self._tasks:
            self._record(handoff_id, c.Finish(by=self._by, step=step))
            state.append(_state_bytes(handoff_id))
            log.append(_log_bytes(handoff_id))
        self._accept(handoff_id)
        state.append(_state_bytes(handoff_id))
        log.append(_log_bytes(handoff_id))
        return {"Handrail, folded state": state, "Handrail, whole event log": log}

    def _accept(self, handoff_id: int) -> None:
        ended = self._record(handoff_id, c.Accept(by=self._by, step="accept"))
        assert ended.handoff.end == "accepted"

    def _start(self) -> int:
        customer = models.Customer.objects.create(key=uuid4().hex, name="Acme Utilities")
        people = {"pm": self._by.person}
        command = c.Start(by=self._by, customer_id=customer.pk, customer=customer.name, people=people)
        started = ledger.start(self._version, command, now=self._now)
        assert isinstance(started, ledger.Change), started
        return started.handoff_id

    def _record(self, handoff_id: int, command: c.Command) -> ledger.Change:
        self._now += timedelta(minutes=1)
        change = ledger.record(handoff_id, command, now=self._now)
        assert isinstance(change, ledger.Change), change
        return change


def _runbook_text(count: int) -> str:
    tasks = [
        _TASK.format(number=number, needs=f"task-{number - 1}" if number > 1 else "") for number in range(1, count + 1)
    ]
    return _RUNBOOK.format(tasks="\n".join(tasks), last=f"task-{count}")


def _state_bytes(handoff_id: int) -> int:
    return len(models.Handoff.objects.get(pk=handoff_id).state.encode())


def _log_bytes(handoff_id: int) -> int:
    columns = ("handoff", "number", "at", "by", "by_name", "kind", "data")
    rows: list[tuple[object, ...]] = list(models.Event.objects.filter(handoff=handoff_id).values_list(*columns))
    return sum(len(str(value).encode()) for row in rows for value in row if value is not None)


def main() -> None:
    migrate()
    desk = Desk(TASKS)
    answer({"lap": lambda: seconds_a_step(lambda: desk.live()[1], TASKS), "sizes": desk.sizes})


if __name__ == "__main__":
    main()
