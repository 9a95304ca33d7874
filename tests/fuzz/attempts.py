"""One input of the fuzzer: files, one of them spoiled, and the command that is to take them.

One rule: an attempt is all that is needed to do it again by hand: its files, its words, what stands on standard input.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random

from tests.fuzz.rough import ODD_WORDS
from tests.fuzz.seeds import SUFFIXES, Seed, Suffix, seeds
from tests.fuzz.spoiling import spoiled, spoiled_words

COMMANDS = ("check", "decide", "diff")


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """`arguments` are those of `handrail`, which name the `files` as they are called in the folder where it runs."""

    arguments: tuple[str, ...]
    files: Mapping[str, bytes]
    standard_input: bytes = b""


def attempt_of(seed: int, number: int) -> Attempt:
    """The same one for the same seed and number."""
    chance = Random(f"{seed}/{number}")
    command = chance.choice(COMMANDS)
    sound, other = _a_seed(command, chance), _a_seed(command, chance)
    if command == "decide" and chance.random() < 0.6:  # the file stays sound
        return _with_spoiled_cases(sound, other, chance)
    return attempt_with(command, spoiled(sound.content, other.content, chance), sound, chance)


def attempt_with(command: str, content: bytes, sound: Seed, chance: Random) -> Attempt:
    """`content` is what became of the sound file."""
    json = ("--json",) if chance.random() < 0.2 else ()
    name = f"spoiled{sound.suffix if chance.random() < 0.97 else chance.choice(SUFFIXES)}"
    match command:
        case "check":
            return Attempt(arguments=("check", name, *json), files={name: content})
        case "diff":
            before = sound if chance.random() < 0.9 else _a_seed(command, chance)
            good = f"sound{before.suffix}"
            names = (good, name) if chance.random() < 0.5 else (name, good)
            return Attempt(arguments=("diff", *names, *json), files={name: content, good: before.content})
        case _:
            decision = _a_decision(sound, chance)
            facts = _facts(sound, decision, chance)
            return Attempt(arguments=("decide", name, decision, *facts, *json), files={name: content})


def _a_seed(command: str, chance: Random) -> Seed:
    """Runbooks most often, as there is most in them; of the long ones, which take long, fewer."""
    suffix: Suffix = chance.choices(SUFFIXES, (5, 3, 2))[0]
    of = [seed for seed in seeds()[suffix] if seed.asked or command != "decide"]
    return chance.choices(of, [1 / len(seed.content) ** 0.5 for seed in of])[0]


def _a_decision(sound: Seed, chance: Random) -> str:
    return chance.choice([*sound.asked] or ["support"]) if chance.random() < 0.98 else chance.choice(ODD_WORDS)


def _with_spoiled_cases(sound: Seed, other: Seed, chance: Random) -> Attempt:
    decision, name = _a_decision(sound, chance), f"sound{sound.suffix}"
    files = {name: sound.content}
    if chance.random() < 0.5:
        facts = [_spoiled_fact(fact, chance) for fact in _facts(sound, decision, chance)]
        return Attempt(arguments=("decide", name, decision, *facts), files=files)
    rows = spoiled(_rows(sound, decision, chance), other.content, chance)
    if chance.random() < 0.1:
        return Attempt(arguments=("decide", name, decision, "--csv", "-"), files=files, standard_input=rows)
    return Attempt(arguments=("decide", name, decision, "--csv", "rows.csv"), files={**files, "rows.csv": rows})


def _facts(sound: Seed, decision: str, chance: Random) -> Sequence[str]:
    """What the decision looks at, each with a value; now and then one is left out."""
    values = sound.asked.get(decision, {})
    return [f"{name}={_a_value(values[name], chance)}" for name in values if chance.random() < 0.95]


def _a_value(fit: Sequence[str], chance: Random) -> str:
    if chance.random() < 0.05:
        return chance.choice(ODD_WORDS)
    return chance.choice(fit) if fit and chance.random() < 0.9 else str(chance.randint(0, 30_000))


def _spoiled_fact(fact: str, chance: Random) -> str:
    """A command's words hold no NUL, and what begins like an option is taken for one."""
    words = spoiled_words(fact, "", chance) if chance.random() < 0.3 else fact
    return words[:10_000].replace("\x00", "")


def _rows(sound: Seed, decision: str, chance: Random) -> bytes:
    values = sound.asked.get(decision, {})
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["customer", *values])
    for row in range(chance.randint(1, 6)):
        writer.writerow([f"C{row}", *(_a_value(fit, chance) for fit in values.values())])
    return text.getvalue().encode("utf-8", "surrogatepass")
