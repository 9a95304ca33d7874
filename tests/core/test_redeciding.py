"""Which decisions another version of a runbook can answer differently."""

from __future__ import annotations

import pytest

from handrail.handoff.plan import Plan
from handrail.handoff.redeciding import affected
from handrail.runbook.difference import names_between
from tests.core.difference_text import changed
from tests.spec.office import OFFICE

LOOKS_AT_DERIVED = (
    "    inputs: [mrr]\n    outputs: {visits",
    "    inputs: [open_fee]\n    outputs: {visits",
)


@pytest.mark.parametrize(
    ("changes", "decisions"),
    [
        ((), set()),
        ((("then: [full, 90]", "then: [full, 120]"),), {"support"}),
        ((("difference: [fee, worth]", "difference: [worth, fee]"),), {"visits"}),
        ((("sum: modules.price", "sum: modules.price, where: {price: \"> 5\"}"),), {"visits"}),
        ((("working_days: [signed_on, go_live]", "days: [signed_on, go_live]"),), set()),
    ],
)  # fmt: skip
def test_decision_is_asked_anew_where_its_table_or_what_it_looks_at_follows_otherwise(
    changes: tuple[tuple[str, str], ...], decisions: set[str]
) -> None:
    old, new = changed(LOOKS_AT_DERIVED), changed(LOOKS_AT_DERIVED, *changes)
    assert affected(Plan(old, OFFICE), Plan(new, OFFICE), names_between(old, new)) == decisions
