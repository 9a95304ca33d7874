"""A process of its own for each peer: what one imports, keeps in memory or leaves to the collector is not the other's.

One rule: it works only when asked, one line for one answer, so that never two of them run at the same time.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_SHORTEST_LAP_SECONDS = 0.06
_HERE = Path(__file__).parent


class Silent(Exception):
    """The process ended without an answer; what it said stands above, on the standard error."""


@contextmanager
def neighbour(script: str, *arguments: str, **environment: str) -> Iterator[Callable[[str], Any]]:
    """Start the script of this folder; call what comes with a word that its `answer` knows.

    What a developer's shell says about their own Handrail does not reach it.
    """
    command = [sys.executable, str(_HERE / script), *arguments]
    around = {name: value for name, value in os.environ.items() if not name.startswith("HANDRAIL_")} | environment
    with subprocess.Popen(command, env=around, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield lambda word: _ask(process, word)
        assert process.stdin is not None
        process.stdin.close()


def _ask(process: subprocess.Popen[str], word: str) -> Any:
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(f"{word}\n")
    process.stdin.flush()
    said = process.stdout.readline()
    if not said:
        raise Silent(f"{process.args!r} ended when asked for {word}.")
    return json.loads(said)


def answer(by_word: Mapping[str, Callable[[], object]]) -> None:
    """In the process itself: answer each line in JSON until there are no more."""
    for line in sys.stdin:
        print(json.dumps(by_word[line.strip()]()), flush=True)


def seconds_a_step(live: Callable[[], float], steps: int) -> float:
    """The mean over as many whole instances as make a lap long enough: what a database puts off comes in its turn."""
    seconds = [live()]
    while sum(seconds) < _SHORTEST_LAP_SECONDS:
        seconds.append(live())
    return sum(seconds) / len(seconds) / steps
