"""What can be said of a condition over many cases at once.

One rule: what may be is never left out, and what will be is never made up; in between it is not known yet.
"""

from collections.abc import Iterable
from typing import NamedTuple


class Truth(NamedTuple):
    """`may_hold`: in some of the cases people can bring it to hold; `will_hold`: in every one of them. Both can be true
    of a condition and of its contrary, where people have the choice. `settled`: it is known in every case whether it
    holds."""

    may_hold: bool
    may_fail: bool
    will_hold: bool
    will_fail: bool
    settled: bool

    @property
    def in_doubt(self) -> bool:
        """Whether more would be known of it if the cases were fewer."""
        return self.may_hold != self.will_hold or self.may_fail != self.will_fail or not self.settled


ALWAYS = Truth(True, False, True, False, True)
CHOSEN = Truth(True, True, True, True, True)


def all_of(truths: Iterable[Truth]) -> Truth:
    found = ALWAYS
    for one in truths:
        found = one if found is ALWAYS else _both(found, one)
    return found


def _both(first: Truth, second: Truth) -> Truth:
    return Truth(
        first.may_hold and second.may_hold,
        first.may_fail or second.may_fail,
        first.will_hold and second.will_hold,
        first.will_fail or second.will_fail,
        first.settled and second.settled,
    )


def contrary(truth: Truth) -> Truth:
    return Truth(truth.may_fail, truth.may_hold, truth.will_fail, truth.will_hold, truth.settled)


def any_of(truths: Iterable[Truth]) -> Truth:
    return contrary(all_of(contrary(one) for one in truths))
