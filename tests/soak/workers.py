"""The workers of the soak: processes of `handrail work` that are killed, stopped for a while, and started again.

One rule: nobody is spared, and whoever dies is replaced at once.
"""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

HANDRAIL = [sys.executable, "-m", "handrail.command_line"]


@dataclass(kw_only=True)
class Workers:
    """`stopped` has until when each of the stopped sleeps."""

    environment: dict[str, str]
    log: Path
    chance: random.Random
    number: int
    kills: Counter[str] = field(default_factory=Counter)
    running: list[subprocess.Popen[bytes]] = field(default_factory=list)
    stopped: dict[int, float] = field(default_factory=dict)

    def start(self) -> None:
        self.running = [self._started() for _ in range(self.number)]

    def _started(self) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as log:
            # Their input ends with this process, however it ends, and they do with their input.
            command = [*HANDRAIL, "work", "--until-input-ends"]
            return subprocess.Popen(command, env=self.environment, stdin=subprocess.PIPE, stdout=log, stderr=log)

    def kill_one(self) -> None:
        place = self.chance.randrange(self.number)
        self.running[place].kill()
        self.running[place].wait()
        self.stopped.pop(self.running[place].pid, None)
        self.running[place] = self._started()
        self.kills["workers killed"] += 1

    def stop_one(self, seconds: float) -> None:
        """As a machine that is put to sleep: it knows nothing of the time that passes."""
        awake = [one for one in self.running if one.pid not in self.stopped]
        if len(awake) > 1:
            victim = self.chance.choice(awake)
            victim.send_signal(signal.SIGSTOP)
            self.stopped[victim.pid] = time.monotonic() + seconds
            self.kills["workers stopped for a while"] += 1

    def keep_up(self) -> None:
        """Let those go on whose sleep is over, and replace whoever ended by itself: nobody should."""
        for pid, until in list(self.stopped.items()):
            if time.monotonic() >= until:
                del self.stopped[pid]
                next(one for one in self.running if one.pid == pid).send_signal(signal.SIGCONT)
        for place, one in enumerate(self.running):
            if one.poll() is not None:
                self.kills["workers that ended by themselves"] += 1
                self.running[place] = self._started()

    def end(self) -> None:
        for one in self.running:
            one.send_signal(signal.SIGCONT)
            one.terminate()
        for one in self.running:
            try:
                one.wait(30)
            except subprocess.TimeoutExpired:
                one.kill()
                one.wait()
