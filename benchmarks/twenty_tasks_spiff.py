"""Twenty user tasks in a row in SpiffWorkflow, loaded before and saved after each, in a file of SQLite.

One rule: what its documentation shows: a parsed specification, `deserialize_json` and `serialize_json`; and the same
safety as Handrail's: a write-ahead log, synchronous=NORMAL, one transaction for one step. Who did a task is kept in
the process's data, for each task, as Handrail keeps it.
"""

import json
import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

from neighbour import answer, seconds_a_step
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState

TASKS = 20

_SPECIFICATION = {"spec", "subprocess_specs"}


class Office:
    """The database with one table of processes, and the specification that they follow."""

    def __init__(self, database: Path) -> None:
        self._serializer = BpmnWorkflowSerializer()
        parser = BpmnParser()
        parser.add_bpmn_str("\n".join(_bpmn_lines()).encode())
        self._specification = parser.get_spec("tasks")
        self._connection = sqlite3.connect(database, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = NORMAL")
        self._connection.execute("CREATE TABLE process (id INTEGER PRIMARY KEY, state TEXT NOT NULL)")

    def live(self) -> float:
        """One process, the seconds of its twenty steps: without its start."""
        process = self._start()
        began = perf_counter()
        for _ in range(TASKS):
            self._step(process)
        seconds = perf_counter() - began
        assert self._serializer.deserialize_json(self._state(process)).is_completed()
        return seconds

    def sizes(self) -> dict[str, list[int]]:
        """Bytes of the serialised state before the first task and after each, with the specification and without."""
        process = self._start()
        whole, bare = [self._bytes(process)], [self._bytes_without_specification(process)]
        for _ in range(TASKS):
            self._step(process)
            whole.append(self._bytes(process))
            bare.append(self._bytes_without_specification(process))
        return {"SpiffWorkflow": whole, "SpiffWorkflow without its specification": bare}

    def _start(self) -> int:
        workflow = BpmnWorkflow(self._specification)
        workflow.do_engine_steps()
        state = self._serializer.serialize_json(workflow)
        process = self._connection.execute("INSERT INTO process (state) VALUES (?)", (state,)).lastrowid
        assert process is not None
        return process

    def _step(self, process: int) -> None:
        self._connection.execute("BEGIN IMMEDIATE")
        workflow = self._serializer.deserialize_json(self._state(process))
        task = workflow.get_next_task(state=TaskState.READY, manual=True)
        task.data[task.task_spec.name] = "Paula Reyes"
        task.run()
        workflow.do_engine_steps()
        state = self._serializer.serialize_json(workflow)
        self._connection.execute("UPDATE process SET state = ? WHERE id = ?", (state, process))
        self._connection.execute("COMMIT")

    def _state(self, process: int) -> str:
        state: str = self._connection.execute("SELECT state FROM process WHERE id = ?", (process,)).fetchone()[0]
        return state

    def _bytes(self, process: int) -> int:
        return len(self._state(process).encode())

    def _bytes_without_specification(self, process: int) -> int:
        """As one would store it who keeps the specification elsewhere, once for all processes."""
        parts = json.loads(self._state(process))
        return len(json.dumps({name: part for name, part in parts.items() if name not in _SPECIFICATION}).encode())


def _bpmn_lines() -> Iterator[str]:
    nodes = ["begin", *(f"task-{number}" for number in range(1, TASKS + 1)), "end"]
    yield (
        '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="twenty" targetNamespace="urn:twenty">'
        '<process id="tasks" isExecutable="true">'
    )
    for at, node in enumerate(nodes):
        comes = f"<incoming>flow-{at}</incoming>" if at else ""
        goes = f"<outgoing>flow-{at + 1}</outgoing>" if at < len(nodes) - 1 else ""
        kind = {"begin": "startEvent", "end": "endEvent"}.get(node, "userTask")
        yield f'<{kind} id="{node}" name="{node}">{comes}{goes}</{kind}>'
    for at in range(1, len(nodes)):
        yield f'<sequenceFlow id="flow-{at}" sourceRef="{nodes[at - 1]}" targetRef="{nodes[at]}"/>'
    yield "</process></definitions>"


def main() -> None:
    office = Office(Path(sys.argv[1]))
    answer({"lap": lambda: seconds_a_step(office.live, TASKS), "sizes": office.sizes})


if __name__ == "__main__":
    main()
