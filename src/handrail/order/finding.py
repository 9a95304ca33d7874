"""What is not as it should be with an order.

One rule: a finding says where, what, how grave, how to mend it and which requirement it serves. None is silent.
"""

from dataclasses import dataclass
from typing import Literal

# An error cannot be sold, whoever approves; a warning is approved by three (S4.19); a notice changes no approval.
Severity = Literal["error", "warning", "notice"]


@dataclass(frozen=True, kw_only=True)
class Finding:
    """`line` is the number of the order's line, None where it is about the whole order; `field` is the name of the
    field of `handrail.order.purchase` that it is about, empty where it is about several. `serves` is a line of the
    requirements, such as S4.9. `outside` is whether it takes the order out of the catalogue (S4.13)."""

    rule: str
    severity: Severity
    says: str
    remedy: str
    serves: str
    line: int | None = None
    field: str = ""
    outside: bool = False
