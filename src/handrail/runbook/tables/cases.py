"""Very many cases, column by column, in the forms that numpy holds them in.

One rule: a form holds its values exactly or refuses them. No amount becomes a float on its way.

An amount with more digits than 64 bits hold is none for `Scaled`. It is given as it is, in a sequence of Python's own
values, or as one of the values of `Coded`: there it may have any size and any number of decimals.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from handrail.runbook.kinds import Scalar

MISSING = -1  # as a code
NO_DAY = np.iinfo(np.int64).min  # as a number: what numpy keeps for NaT
_FIRST_OF_1970 = date(1970, 1, 1).toordinal()  # numpy counts days from it


@dataclass(frozen=True, kw_only=True, eq=False)
class Coded:
    """Values of any kind by their place in `values`, from 0; the code -1 is a missing value."""

    values: Sequence[Scalar]
    codes: NDArray[np.integer]

    def __post_init__(self) -> None:
        if self.codes.dtype.kind not in "iu":
            raise ValueError(f"Codes are whole numbers; these are {self.codes.dtype}.")
        if len(self.codes) and not (self.codes.min() >= MISSING and self.codes.max() < len(self.values)):
            raise ValueError(
                f"Codes go from {MISSING} to {len(self.values) - 1}, for {len(self.values)} values; "
                f"these go from {self.codes.min()} to {self.codes.max()}."
            )

    def __len__(self) -> int:
        return len(self.codes)

    def __getitem__(self, case: int) -> Scalar | None:
        code = int(self.codes[case])
        return None if code == MISSING else self.values[code]


@dataclass(frozen=True, kw_only=True, eq=False)
class Scaled:
    """Numbers or money in units of the last decimal: 4999.50 is 499950 with 2 `decimals`.

    `missing` is true where there is no value, whatever the unit there; None where no value is missing.
    """

    units: NDArray[np.integer]
    decimals: int
    missing: NDArray[np.bool_] | None = None

    def __post_init__(self) -> None:
        if self.units.dtype.kind not in "iu" or not np.can_cast(self.units.dtype, np.int64):
            raise ValueError(f"Units are whole numbers of at most 64 bits with a sign; these are {self.units.dtype}.")
        if self.missing is not None and (self.missing.dtype != np.bool_ or len(self.missing) != len(self.units)):
            raise ValueError("What is missing is told by true or false, once for each case.")

    def __len__(self) -> int:
        return len(self.units)

    def __getitem__(self, case: int) -> Decimal | None:
        if self.missing is not None and self.missing[case]:
            return None
        return Decimal(int(self.units[case])).scaleb(-self.decimals)


@dataclass(frozen=True, kw_only=True, eq=False)
class Days:
    """Dates as `datetime64[D]`; NaT is a missing value."""

    days: NDArray[np.datetime64]

    def __post_init__(self) -> None:
        if self.days.dtype != np.dtype("datetime64[D]"):
            raise ValueError(f"Dates are days, datetime64[D]; these are {self.days.dtype}.")
        numbers = self.numbers
        known = numbers[numbers != NO_DAY]
        if len(known) and not (day_number(date.min) <= known.min() and known.max() <= day_number(date.max)):
            raise ValueError(f"Dates go from {date.min} to {date.max}; some of these lie outside.")

    @property
    def numbers(self) -> NDArray[np.int64]:
        return self.days.view(np.int64)

    def __len__(self) -> int:
        return len(self.days)

    def __getitem__(self, case: int) -> date | None:
        number = int(self.numbers[case])
        return None if number == NO_DAY else date.fromordinal(number + _FIRST_OF_1970)


def day_number(day: date) -> int:
    """As numpy counts days."""
    return day.toordinal() - _FIRST_OF_1970


# The last two are for values of any kind, with None for a missing one.
CaseColumn = Coded | Scaled | Days | Sequence[Scalar | None] | NDArray[np.object_]
