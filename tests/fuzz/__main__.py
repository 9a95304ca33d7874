"""Give spoiled files to `check`, `decide` and `diff`: `make fuzz` (FUZZ=1000000 inputs, SEED=…, on every core).

One rule: what is found is kept, with the command that shows it again.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import chdir
from dataclasses import dataclass, field
from pathlib import Path

from tests.fuzz.attempts import attempt_of
from tests.fuzz.seeds import seeds
from tests.fuzz.trying import fault_of, keep

FINDINGS = Path(__file__).parents[2] / ".fuzz"
_SPAN = 500
_MOST_SHOWN = 20
_MEMORY = 4_000_000_000  # bytes that one process may take: a bomb is a MemoryError, and found


@dataclass(frozen=True, kw_only=True)
class _Done:
    """A span of inputs: how many each command had, and where what was found is kept."""

    commands: Counter[str] = field(default_factory=Counter)
    found: list[Path] = field(default_factory=list)


def main() -> int:
    given = _given()
    print(f"Seed {given.seed}: {given.inputs:,} inputs from number {given.first} on.", flush=True)
    seeds()  # once, before there are several processes
    started = time.monotonic()
    commands: Counter[str] = Counter()
    found: list[Path] = []
    with ProcessPoolExecutor(given.processes, initializer=_prepare) as pool:
        spans = [pool.submit(_try_span, given.seed, first, last) for first, last in _spans(given.first, given.inputs)]
        for done in _results(spans):
            commands += done.commands
            _tell(done.found, len(found))
            found += done.found
            if commands.total() % 20_000 == 0:
                _tell_rate(commands, found, time.monotonic() - started)
    _tell_rate(commands, found, time.monotonic() - started)
    return 1 if found or commands.total() < given.inputs else 0


def _given() -> argparse.Namespace:
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--inputs", type=int, default=1_000_000)
    reader.add_argument("--seed", type=int, default=None, help="a number (default: another one each time)")
    reader.add_argument("--first", type=int, default=0, help="the number of the first input")
    reader.add_argument("--processes", type=int, default=os.cpu_count())
    given = reader.parse_args()
    if given.seed is None:
        given.seed = random.randrange(1_000_000)
    return given


def _spans(first: int, inputs: int) -> Iterator[tuple[int, int]]:
    for at in range(first, first + inputs, _SPAN):
        yield at, min(at + _SPAN, first + inputs)


def _prepare() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))


def _try_span(seed: int, first: int, last: int) -> _Done:
    """In a folder of its own, which stays where the process dies: what it died of is then in it."""
    done = _Done()
    with tempfile.TemporaryDirectory(prefix=f"handrail-fuzz-{seed}-{first}-") as name, chdir(name):
        for number in range(first, last):
            attempt = attempt_of(seed, number)
            done.commands[attempt.arguments[0]] += 1
            fault = fault_of(attempt, Path(name))
            if fault is not None:
                done.found.append(keep(attempt, fault, FINDINGS / f"{seed}-{number}"))
    return done


def _results(spans: list[Future[_Done]]) -> Iterator[_Done]:
    try:
        for future in as_completed(spans):
            yield future.result()
    except BrokenProcessPool:
        where = Path(tempfile.gettempdir()) / "handrail-fuzz-*"
        print(f"A process died; what it died of is left in {where}.", file=sys.stderr)


def _tell(found: list[Path], before: int) -> None:
    for folder in found[: max(0, _MOST_SHOWN - before)]:
        told = (folder / "how.txt").read_text(encoding="utf-8").rstrip().splitlines()
        print(f"{folder}: {told[-1]}", file=sys.stderr)


def _tell_rate(commands: Counter[str], found: list[Path], seconds: float) -> None:
    each = ", ".join(f"{command} {number:,}" for command, number in sorted(commands.items()))
    rate = commands.total() / seconds
    print(f"{commands.total():,} inputs ({each}), {rate:,.0f} a second; {len(found):,} found.", flush=True)


if __name__ == "__main__":
    sys.exit(main())
