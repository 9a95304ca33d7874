"""One input of the fuzzer: files, one of them spoiled, and the command that is to take them.

One rule: an attempt is all that is needed to do it again by hand: its files, its words, what stands on standard input.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from random import Random

from tests.fuzz.seeds import SUFFIXES, Seed, Suffix, seeds
from tests.fuzz.spoiling import ODD_WORDS, spoiled, spoiled_words

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
    sound, other = _a_seed(chance), _a_seed(chance)
    command = chance.choice(COMMANDS)
    if command == "decide" and sound.asked and chance.random() < 0.6:  # the file stays sound
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
            good = f"sound{sound.suffix}"
            names = (good, name) if chance.random() < 0.5 else (name, good)
            return Attempt(arguments=("diff", *names, *json), files={name: content, good: sound.content})
        case _:
            decision = _a_decision(sound, chance)
            facts = _facts(sound, decision, chance)
            return Attempt(arguments=("decide", name, decision, *facts, *json), files={name: content})


def _a_seed(chance: Random) -> Seed:
    """Runbooks most often, as there is most in them; of the long ones, which take long, fewer."""
    suffix: Suffix = chance.choices(SUFFIXES, (5, 3, 2))[0]
    of = seeds()[suffix]
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
    """What the decision looks at, with values that stand somewhere in the file; now and then one is left out."""
    names = sound.asked.get(decision, ())
    return [f"{name}={_a_value(sound, chance)}" for name in names if chance.random() < 0.9]


def _a_value(sound: Seed, chance: Random) -> str:
    makers: Sequence[Callable[[], str]] = (
        lambda: chance.choice(sound.words),
        lambda: str(chance.randint(0, 30_000)),
        lambda: chance.choice(ODD_WORDS),
    )
    return chance.choices(makers, (6, 3, 1))[0]()


def _spoiled_fact(fact: str, chance: Random) -> str:
    """A command's words hold no NUL, and what begins like an option is taken for one."""
    words = spoiled_words(fact, "", chance) if chance.random() < 0.5 else fact
    return words[:10_000].replace("\x00", "")


def _rows(sound: Seed, decision: str, chance: Random) -> bytes:
    names = sound.asked.get(decision, ())
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["customer", *names])
    writer.writerows([f"C{row}", *(_a_value(sound, chance) for _ in names)] for row in range(chance.randint(1, 6)))
    return text.getvalue().encode("utf-8", "surrogatepass")
