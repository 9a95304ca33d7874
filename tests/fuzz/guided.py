"""The same inputs, chosen by what they reach: `make fuzz-guided` (FUZZ=… inputs), with atheris, libFuzzer for Python.

One rule: nothing is spoiled or judged here otherwise than in the plain fuzzer; only which input is spoiled next is
chosen by the lines that it reached. An input is a byte that says how it is taken, and a file.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from contextlib import chdir
from hashlib import sha256
from pathlib import Path
from random import Random

import atheris

with atheris.instrument_imports(include=["handrail"]):  # what is imported here tells which of its lines are reached
    import handrail.command_line.checking
    import handrail.command_line.comparing
    import handrail.command_line.deciding  # noqa: F401
    from tests.fuzz.attempts import COMMANDS, attempt_with
    from tests.fuzz.seeds import SUFFIXES, Seed, seeds
    from tests.fuzz.spoiling import spoiled
    from tests.fuzz.trying import fault_of, keep

FUZZ = Path(__file__).parents[2] / ".fuzz"
CORPUS = FUZZ / "corpus"
LARGEST = 100_000


def main() -> int:
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--inputs", type=int, default=1_000_000)
    reader.add_argument("--seed", type=int, default=1)
    given = reader.parse_args()
    _write_seeds()
    options = [f"-runs={given.inputs}", f"-seed={given.seed}", f"-max_len={LARGEST}", f"-artifact_prefix={FUZZ}/"]
    with tempfile.TemporaryDirectory(prefix="handrail-fuzz-") as folder, chdir(folder):
        atheris.Setup([sys.argv[0], *options, str(CORPUS)], _try, custom_mutator=_spoil)
        atheris.Fuzz()
    return 0


def _write_seeds() -> None:
    """Each sound file as every command takes it; what earlier runs found stays beside them."""
    CORPUS.mkdir(parents=True, exist_ok=True)
    for kind, suffix in enumerate(SUFFIXES):
        for at, seed in enumerate(seeds()[suffix]):
            for number in range(len(COMMANDS)):
                head = bytes([(at * len(SUFFIXES) + kind) * len(COMMANDS) + number])
                (CORPUS / f"{COMMANDS[number]}-{at}{suffix}").write_bytes(head + seed.content)


def _taken(data: bytes) -> tuple[str, Seed, bytes]:
    """The command, the sound file, and what became of it."""
    rest, number = divmod(data[0] if data else 0, len(COMMANDS))
    at, kind = divmod(rest, len(SUFFIXES))
    of = seeds()[SUFFIXES[kind]]
    return COMMANDS[number], of[at % len(of)], data[1:]


def _spoil(data: bytes, most: int, seed: int) -> bytes:
    chance = Random(seed)
    of = seeds()[chance.choice(SUFFIXES)]
    return (data[:1] + spoiled(data[1:], chance.choice(of).content, chance))[:most]


def _try(data: bytes) -> None:
    command, sound, content = _taken(data)
    attempt = attempt_with(command, content, sound, Random(data))
    fault = fault_of(attempt, Path.cwd())
    if fault is not None:
        folder = keep(attempt, fault, FUZZ / f"guided-{sha256(data).hexdigest()[:12]}")
        raise AssertionError(f"Kept in {folder}:\n{fault}")


if __name__ == "__main__":
    sys.exit(main())
