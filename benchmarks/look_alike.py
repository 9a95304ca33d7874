"""Decision tables that look like those of real lending, for measuring proofs: after Calvanese et al. (BPM 2016), who
made theirs from a decision tree and then disturbed a tenth of the rules.

One rule: the same numbers give the same table, on every machine.

All cases are cut in two, and a part of them again, until there are as many parts as rules; every third column, from the
second on, has words and the others amounts. So each case has exactly one rule. Then one cell of every tenth rule is
widened, which makes rules overlap, or narrowed, which leaves gaps.
"""

from dataclasses import dataclass
from random import Random
from typing import Literal

from handrail.runbook.cells import Anything, Cell, Unfit, parse
from handrail.runbook.kinds import Choice, Kind, Number
from handrail.runbook.model import Decision, Input, Output, Ref, Rule
from handrail.runbook.problem import Place

Noise = Literal["none", "overlaps", "gaps"]

# Of an amount the ends of an interval, None without end; of a column of words those that are meant.
Span = tuple[int | None, int | None] | frozenset[str]
Part = tuple[Span, ...]

_LARGEST = 100_000
_NARROWEST = 20
_ANSWERS = Choice(of=tuple("ABCDEFG"))


@dataclass(frozen=True, kw_only=True)
class LookAlike:
    """`parts` are the rules as spans, in the order of `decision.rules`."""

    name: str
    decision: Decision
    parts: tuple[Part, ...]


def look_alike(rules: int, columns: int, noise: Noise = "none", seed: int = 1) -> LookAlike:
    random = Random(f"{rules} rules, {columns} columns, {seed}")
    whole = tuple(_everything(random, at) for at in range(columns))
    parts = _cut(random, whole, rules)
    random.shuffle(parts)
    for at in random.sample(range(rules), rules // 10) if noise != "none" else ():
        parts[at] = _disturbed(random, parts[at], whole, noise)
    given = [random.choice(_ANSWERS.of) for _ in parts]
    name = f"{rules:,} rules × {columns} columns, {'no noise' if noise == 'none' else f'{noise} made'}"
    return LookAlike(name=name, decision=_decision(whole, parts, given), parts=tuple(parts))


def _everything(random: Random, at: int) -> Span:
    return frozenset(f"v{word}" for word in range(random.randint(3, 6))) if at % 3 == 1 else (None, None)


def _cut(random: Random, whole: Part, count: int) -> list[Part]:
    parts = [whole]
    while len(parts) < count:
        at = random.randrange(len(parts))
        halves = _halves(random, parts[at])
        if halves:
            parts[at] = halves[0]
            parts.append(halves[1])
    return parts


def _halves(random: Random, part: Part) -> tuple[Part, Part] | None:
    for at in random.sample(range(len(part)), len(part)):
        halves = _halves_of_span(random, part[at])
        if halves:
            lower, upper = ((*part[:at], half, *part[at + 1 :]) for half in halves)
            return lower, upper
    return None


def _halves_of_span(random: Random, span: Span) -> tuple[Span, Span] | None:
    if isinstance(span, frozenset):
        if len(span) < 2:
            return None
        some = frozenset(random.sample(sorted(span), random.randint(1, len(span) - 1)))
        return some, span - some
    low, high = _numbers(span)
    if high - low < _NARROWEST:
        return None
    middle = random.randint(low + 5, high - 5)
    return (span[0], middle), (middle, span[1])


def _numbers(span: tuple[int | None, int | None]) -> tuple[int, int]:
    return span[0] or 0, _LARGEST if span[1] is None else span[1]


def _disturbed(random: Random, part: Part, whole: Part, noise: Noise) -> Part:
    """The part with one of its spans wider (for overlaps) or narrower (for gaps); the same where none can be."""
    for at in random.sample(range(len(part)), len(part)):
        span, every = part[at], whole[at]
        if isinstance(span, frozenset):
            assert isinstance(every, frozenset)
            changed: Span | None = _other_words(random, span, every, noise)
        else:
            changed = _other_ends(random, span, noise)
        if changed is not None:
            return (*part[:at], changed, *part[at + 1 :])
    return part


def _other_words(random: Random, span: frozenset[str], every: frozenset[str], noise: Noise) -> Span | None:
    if noise == "overlaps":
        return span | {random.choice(sorted(every - span))} if span != every else None
    return span - {random.choice(sorted(span))} if len(span) > 1 else None


def _other_ends(random: Random, span: tuple[int | None, int | None], noise: Noise) -> Span | None:
    low, high = span
    if low is None and high is None:
        return None
    width = _numbers(span)[1] - _numbers(span)[0]
    by = max(1, int(width * random.uniform(0.1, 0.5))) * (1 if noise == "overlaps" else -1)
    if high is not None and (low is None or random.random() < 0.5):
        return low, high + by
    assert low is not None
    return low - by, high


def _decision(whole: Part, parts: list[Part], given: list[str]) -> Decision:
    place = Place(file="")
    kinds: list[Kind] = [
        Choice(of=tuple(sorted(every))) if isinstance(every, frozenset) else Number() for every in whole
    ]
    inputs = tuple(
        Input(name=f"c{at}", title=f"C{at}", ref=Ref(source="fact", name=f"c{at}"), kind=kind)
        for at, kind in enumerate(kinds)
    )
    rules = tuple(
        Rule(number=number, cells=tuple(map(_cell, part, whole, kinds)), outputs=(answer,), place=place)
        for number, (part, answer) in enumerate(zip(parts, given, strict=True), start=1)
    )
    outputs = (Output(name="grade", title="Grade", kind=_ANSWERS),)
    return Decision(name="loan", title="Loan", inputs=inputs, outputs=outputs, rules=rules, place=place)


def _cell(span: Span, every: Span, kind: Kind) -> Cell:
    if span == every:
        return Anything()
    cell = parse(_text(span), kind)
    assert not isinstance(cell, Unfit), cell.says
    return cell


def _text(span: Span) -> str:
    if isinstance(span, frozenset):
        return ", ".join(sorted(span))
    low, high = span
    if low is None:
        return f"< {high}"
    return f">= {low}" if high is None else f"[{low}..{high})"
