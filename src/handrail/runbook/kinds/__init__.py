"""The kinds of value that a runbook can speak about, and how text becomes such a value and back.

One rule: nothing is typed by how it looks. `no`, `1.10` and `2024-08-01` are text until a declared kind reads them.

    declared    the kinds themselves           amounts   numbers and money
    scalars     one value, of whatever kind    lists     records, and several values of one kind
    values      a value of any kind at all
"""

from handrail.runbook.kinds.amounts import plain
from handrail.runbook.kinds.declared import (
    LONGEST_PERSON,
    LONGEST_TEXT,
    MOST_RECORDS,
    ORDERED,
    Choice,
    Date,
    Instant,
    Kind,
    Link,
    Money,
    Number,
    PersonName,
    Record,
    Records,
    Scalar,
    Several,
    Text,
    Value,
    Written,
    YesNo,
    a_value_of,
    bounds_of,
    name_of,
    step_of,
)
from handrail.runbook.kinds.scalars import read_scalar, write_scalar
from handrail.runbook.kinds.unfit import Unfit
from handrail.runbook.kinds.values import in_a_line, read, spoken, write, write_text

__all__ = [
    "LONGEST_PERSON",
    "LONGEST_TEXT",
    "MOST_RECORDS",
    "ORDERED",
    "Choice",
    "Date",
    "Instant",
    "Kind",
    "Link",
    "Money",
    "Number",
    "PersonName",
    "Record",
    "Records",
    "Scalar",
    "Several",
    "Text",
    "Unfit",
    "Value",
    "Written",
    "YesNo",
    "a_value_of",
    "bounds_of",
    "in_a_line",
    "name_of",
    "plain",
    "read",
    "read_scalar",
    "spoken",
    "step_of",
    "write",
    "write_scalar",
    "write_text",
]
