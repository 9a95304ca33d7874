"""Trying a runbook out, with facts of one's own or those of a customer. All of it stands in the address.

One rule: it is only looked at. Nothing is started, and nothing is kept.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils import timezone
from django.views.decorators.http import require_safe

from handrail.desk.queries.choices import Suggested, colleagues
from handrail.desk.queries.controls import asks_for_people
from handrail.desk.queries.runbook.trial import (
    CustomerFacts,
    customer_facts,
    customers_to_try,
    fact_fields,
    first_and_last_day,
    trial,
    trial_view,
)
from handrail.desk.web.asked import identity, text
from handrail.desk.web.runbooks import Opened, opened, page
from handrail.desk.web.value_input import is_typed, typed_value
from handrail.handoff.plan import Plan
from handrail.handoff.refusal import Mistake, Refused
from handrail.handoff.trying import Tried
from handrail.runbook.kinds import Written

UNFIT = 422


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What the address asks: `day` is the first day as it was written, `at` the time it stands for."""

    day: str
    at: datetime
    customer: CustomerFacts | None
    typed: Mapping[str, Written | None]
    mistakes: tuple[Mistake, ...]
    is_asked: bool


@require_safe
def attempt(request: HttpRequest, name: str, version_id: int | None = None) -> HttpResponse:
    at = opened(name, version_id)
    asked = _asked(request.GET, at.plan, timezone.now())
    outcome = _outcome(at, asked)
    mistakes = (*asked.mistakes, *(outcome.mistakes if isinstance(outcome, Refused) else ()))
    q = text(request.GET, "q")
    context = {
        "asked": asked,
        "fields": fact_fields(at.plan, asked.typed, mistakes, outcome),
        "mistakes": mistakes,
        "errors": {one.field: one.says for one in mistakes},
        "trial": trial_view(at.plan, outcome, asked.at) if isinstance(outcome, Tried) else None,
        "q": q,
        "found": customers_to_try(q) if q else (),
        "colleagues": colleagues() if asks_for_people(at.plan.kinds.values()) else Suggested(),
    }
    return page(request, at, "try", version_id, context, status=UNFIT if mistakes else 200)


def _outcome(at: Opened, asked: Asked) -> Tried | Refused | None:
    """None where nothing was asked yet, or the day is none."""
    if not asked.is_asked or asked.mistakes:
        return None
    facts = {name: value for name, value in asked.typed.items() if value is not None}
    return trial(at.plan, facts, asked.customer.id if asked.customer else 0, asked.at)


def _asked(given: QueryDict, plan: Plan, now: datetime) -> Asked:
    is_typed_in = "day" in given
    customer, unknown = _customer(given, plan)
    day, too_far = _day(text(given, "day"), plan, now)
    typed = _typed(given, plan) if is_typed_in else dict(customer.facts if customer else {})
    today = plan.calendar.day_of(now)
    return Asked(
        day=text(given, "day") if is_typed_in else today.isoformat(),
        at=now if day is None or day == today else plan.calendar.opening(day),
        customer=customer,
        typed=typed,
        mistakes=(*unknown, *too_far),
        is_asked=is_typed_in or customer is not None,
    )


def _customer(given: QueryDict, plan: Plan) -> tuple[CustomerFacts | None, tuple[Mistake, ...]]:
    written = text(given, "customer")
    wanted = identity(written)
    found = customer_facts(plan, wanted) if wanted is not None else None
    if not written or found is not None:
        return found, ()
    return None, (Mistake(field="q", says="There is no such customer: look for them by name."),)


def _day(written: str, plan: Plan, now: datetime) -> tuple[date | None, tuple[Mistake, ...]]:
    """None, and what is wrong, where it is no day or one that is far away; none of both where nothing is written."""
    if not written:
        return None, ()
    first, last = first_and_last_day(plan.calendar.day_of(now))
    try:
        day = date.fromisoformat(written)
    except ValueError:
        return None, (Mistake(field="day", says="Write the day like 2027-03-31."),)
    if not first <= day <= last:
        says = f"Choose a day from {first.isoformat()} to {last.isoformat()}."
        return None, (Mistake(field="day", says=says),)
    return day, ()


def _typed(given: QueryDict, plan: Plan) -> dict[str, Written | None]:
    kinds = plan.kinds
    return {
        name: typed_value(given, f"f.{name}", kind)
        for name, kind in kinds.items()
        if is_typed(given, f"f.{name}", kind)
    }
