"""Processes of an installation that are killed with SIGKILL, and started again as whoever watches over them would.

Its one rule: whom to kill is left to chance; when, to the test.
"""

from __future__ import annotations

import random
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import psutil

from tests.journey.installation import (
    PATIENCE_SECONDS,
    Installation,
    is_server_process,
    is_worker,
    port_is_free,
    wait_until,
)

Victim = Literal["everything", "parent", "server process", "worker"]

_DYING = Path(__file__).with_name("dying.py")


class Supervised:
    """`handrail serve --demo --worker`, started again whenever it has ended."""

    def __init__(self, installation: Installation, chance: random.Random) -> None:
        self._installation = installation
        self._chance = chance
        self._process = installation.start_serving()
        self.kills: Counter[Victim] = Counter()

    def keep_up(self) -> None:
        """Nothing that it had started may outlive it, and where it gave up by itself it must have said so."""
        if self._process.poll() is None:
            return
        self._installation.wait_until_all_has_ended()
        wait_until(lambda: port_is_free(self._installation.port), "the port is free")
        if self._process.returncode != -signal.SIGKILL:
            said = self._installation.output()
            assert "handrail: the server's processes died again and again" in said.splitlines()[-1], said
        self._process = self._installation.start_serving()

    def wait_until(self, happens: Callable[[], bool], what: str) -> None:
        def happens_in_the_end() -> bool:
            self.keep_up()
            return happens()

        wait_until(happens_in_the_end, what)

    def kill(self, what: Victim) -> None:
        victims = self._victims(what)
        for victim in victims:
            try:
                victim.kill()
            except psutil.NoSuchProcess:  # its parent went first, and it followed
                pass
        self.kills[what] += bool(victims)

    def _victims(self, what: Victim) -> list[psutil.Process]:
        family = self._installation.family()
        match what:
            case "everything":
                return family
            case "parent":
                return [self._process]
            case "server process":
                return self._one_of([process for process in family if is_server_process(process)])
            case "worker":
                return self._one_of([process for process in family if is_worker(process)])

    def _one_of(self, processes: list[psutil.Process]) -> list[psutil.Process]:
        """None where none has been started yet."""
        return [self._chance.choice(processes)] if processes else []


class Workers:
    """Several `handrail work` at once; whoever is killed is replaced."""

    def __init__(self, installation: Installation, chance: random.Random, number: int) -> None:
        self._installation = installation
        self._chance = chance
        self._processes = [installation.start("work") for _ in range(number)]
        self._next_kill_at = 1
        self.kills = 0

    def kill_one_now_and_then(self, done: int) -> None:
        """When a little more is done than at the last kill: somebody is in the middle of it then."""
        if done < self._next_kill_at:
            return
        place = self._chance.randrange(len(self._processes))
        self._processes[place].kill()
        self._processes[place] = self._installation.start("work")
        self._next_kill_at = done + self._chance.randrange(1, 8)
        self.kills += 1

    def stop(self) -> None:
        for process in self._processes:
            process.terminate()
        codes = {process.wait(PATIENCE_SECONDS) for process in self._processes}
        # One that has only just been started does not know yet how to end in order.
        assert codes <= {0, -signal.SIGTERM}


@contextmanager
def dying_in(installation: Installation) -> Iterator[Callable[[str, int], bool]]:
    """A question to `dying.py`: whether a process got as far as to die there."""
    with (
        (installation.folder / "output").open("ab") as output,
        subprocess.Popen(
            [sys.executable, str(_DYING)],
            env=installation.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=output,
            text=True,
            bufsize=1,
        ) as parent,
    ):
        assert parent.stdin is not None
        assert parent.stdout is not None
        questions, answers = parent.stdin, parent.stdout

        def dies(what: str, number: int) -> bool:
            questions.write(f"{what} {number}\n")
            code = answers.readline()
            assert code in ("0\n", f"{-signal.SIGKILL}\n"), installation.output()
            return code != "0\n"

        yield dies
