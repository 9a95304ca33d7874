"""What is said of deadlines, against the days that a real calendar gives."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from handrail.handoff.counting import Own, day_of
from handrail.handoff.history import Handoff, KnownFact
from handrail.handoff.plan import Plan
from handrail.runbook.checks.deadlines import deadlines
from handrail.runbook.model import Runbook
from handrail.runbook.reading import read
from tests.core.runbook_text import spoiled
from tests.spec.office import OFFICE

_AT = datetime(2026, 12, 1, 12, tzinfo=UTC)
# Two years, so that the amounts below meet weekends, holidays and both.
_GO_LIVES = [date(2026, 1, 1) + timedelta(days=at) for at in range(730)]
_TIMINGS = st.builds(
    "{} {} days {} go_live".format, st.integers(0, 12), st.sampled_from(["working", "calendar"]),
    st.sampled_from(["before", "after"]),
)  # fmt: skip


def _runbook(opens: str, due: str) -> Runbook:
    text = spoiled(("opens: {on: support.days calendar days after go_live}", f"opens: {{on: {opens}}}\n    due: {due}"))
    runbook = read(text, "small.yaml").runbook
    assert runbook is not None
    return runbook


def _told(opens: str, due: str) -> bool:
    return any(problem.code == "due-before-it-opens" for problem in deadlines(_runbook(opens, due)))


def _days(opens: str, due: str) -> list[tuple[date, date]]:
    """The days on which the step opens and is due, for every go-live."""
    plan = Plan(_runbook(opens, due), OFFICE)
    step = plan.runbook.steps["watch"]
    assert step.opens_on is not None
    assert step.due is not None
    found = []
    for day in _GO_LIVES:
        known = KnownFact(value=day.isoformat(), source="", at=_AT, by=None, number=1)
        handoff = Handoff(facts={"go_live": known})
        own = Own(calendar=OFFICE)
        opened, fell_due = day_of(plan, handoff, step.opens_on, own), day_of(plan, handoff, step.due, own)
        assert opened is not None
        assert fell_due is not None
        found.append((opened, fell_due))
    return found


@given(_TIMINGS, _TIMINGS)
def test_a_deadline_that_is_told_can_be_met_on_no_day(opens: str, due: str) -> None:
    if _told(opens, due):
        assert [(opened, fell_due) for opened, fell_due in _days(opens, due) if opened <= fell_due] == []


@given(st.integers(0, 12), st.integers(0, 12), st.sampled_from(["working", "calendar"]))
def test_a_deadline_that_can_never_be_met_is_told(opens: int, due: int, unit: str) -> None:
    """Where both count days of one sort on one side."""
    first, last = f"{opens} {unit} days after go_live", f"{due} {unit} days after go_live"
    assert _told(first, last) == all(opened > fell_due for opened, fell_due in _days(first, last))
