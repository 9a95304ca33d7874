"""Hit policies by their words, and whether the outputs are such that a policy can work with them.

One rule: a policy is told with its aggregator, as DMN prints them in the corner of a table.
"""

from collections.abc import Iterator, Sequence
from typing import get_args

from handrail.runbook.kinds import Choice, Kind, Money, Number
from handrail.runbook.model import Aggregator, HitPolicy

Policy = tuple[HitPolicy, Aggregator | None]

POLICIES: dict[str, Policy] = {
    **{policy: (policy, None) for policy in get_args(HitPolicy)},
    **{f"collect {aggregator}": ("collect", aggregator) for aggregator in get_args(Aggregator)},
}


def policy_text(policy: HitPolicy, aggregator: Aggregator | None) -> str:
    return f"{policy} {aggregator}" if aggregator else policy


def unfit_outputs(
    policy: HitPolicy, aggregator: Aggregator | None, kinds: Sequence[Kind | None]
) -> Iterator[tuple[str, str]]:
    """What is wrong, and how to mend it; a kind that is not known yet is passed over."""
    known = [kind for kind in kinds if kind is not None]
    if policy in {"priority", "output order"} and not any(isinstance(kind, Choice) for kind in known):
        says = f"The hit policy “{policy}” needs an output with listed values: their order is the priority."
        yield says, "List the values of an output, the most important one first."
    if aggregator is not None and len(kinds) > 1:
        says = f"“collect {aggregator}” makes one value, and there are {len(kinds)} outputs."
        yield says, "Keep one output, or collect them without the aggregation."
    if aggregator in {"sum", "min", "max"} and any(not isinstance(kind, Number | Money) for kind in known):
        yield f"“collect {aggregator}” needs numbers.", "Give numbers, or collect without the aggregation."
