"""A value of any kind, a list or not: how it is read, written and spoken.

One rule: what a list is made of is told apart by the kind, never by the value.
"""

from collections.abc import Mapping

from handrail.runbook.kinds.declared import Kind, Records, Scalar, Several, Value, Written, a_value_of
from handrail.runbook.kinds.lists import (
    read_records,
    read_several,
    spoken_records,
    spoken_several,
    write_records,
    write_several,
)
from handrail.runbook.kinds.scalars import read_scalar, spoken_scalar, write_scalar
from handrail.runbook.kinds.unfit import Unfit


def read(kind: Kind, written: Written) -> Value | Unfit:
    """The value that `written` stands for, or why it is not one."""
    if isinstance(kind, Records):
        return read_records(kind, written)
    if isinstance(kind, Several) and isinstance(written, str):
        return read_several(kind, written)
    if not isinstance(written, str):
        return Unfit(f"A list is not {a_value_of(kind)}.")
    return read_scalar(kind, written)


def write(kind: Kind, value: Value) -> Written:
    """The canonical text of `value`: reading it gives the value back."""
    if not isinstance(value, tuple):
        return write_scalar(value)
    if isinstance(kind, Several):
        return write_several([one for one in value if not isinstance(one, Mapping)])
    return write_records(kind, [row for row in value if isinstance(row, Mapping)])


def write_text(kind: Kind, value: Scalar | tuple[Scalar, ...]) -> str:
    """Like `write`, for what is never a list of records."""
    written = write(kind, value)
    assert isinstance(written, str)
    return written


def in_a_line(written: Written) -> str:
    """What is written, as it stands, whatever kind would read it: of a list `Water, 2027-03-01; Gas`, or `none`."""
    if isinstance(written, str):
        return written
    return "; ".join(", ".join(row.values()) for row in written) or "none"


def spoken(kind: Kind, value: Value) -> str:
    """The value as a person reads it: 5,000 USD; 3 August 2026; yes."""
    match kind, value:
        case Records(), tuple():
            return spoken_records(kind, [row for row in value if isinstance(row, Mapping)])
        case Several(), tuple():
            return spoken_several(kind, [one for one in value if not isinstance(one, Mapping)])
        case _, tuple():
            return ", ".join(str(one) for one in value)  # a value of another kind than is said; shown as it is
        case _:
            return spoken_scalar(kind, value)
