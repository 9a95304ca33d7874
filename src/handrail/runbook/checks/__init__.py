"""What can be proved wrong about a runbook that could be read: a plain list of checks, each Runbook → Problems.

One rule: a check looks only at what is written. Errors keep a runbook from being used, warnings do not.
"""

from collections.abc import Callable, Iterator

from handrail.runbook.checks.deadlines import deadlines
from handrail.runbook.checks.documents import languages_without_use, owed_and_not_handed_over
from handrail.runbook.checks.duties import (
    acceptance_by_the_giver,
    apart_from_the_only_one,
    apart_from_what_nobody_does,
    nobody_accountable,
    nobody_responsible,
    override_by_one_role,
)
from handrail.runbook.checks.endings import steps_that_come_too_late
from handrail.runbook.checks.letters import answers_given_too_late, enclosed_too_late, languages_that_differ
from handrail.runbook.checks.order import cycles, negative_days, reopens_what_is_not_before
from handrail.runbook.checks.people import nobody_there, roles_that_nobody_fills
from handrail.runbook.checks.possibility import conditions_that_never_hold, rules_that_never_apply
from handrail.runbook.checks.shape import forms_of_steps, no_acceptance, no_end
from handrail.runbook.checks.steps import (
    advice_of_nobody,
    asks_outside_in_vain,
    attendees_without_a_part,
    ladders_with_the_refuser,
    more_approvals_than_roles,
    orders_of_one,
    reopens_another_record,
    silence_of_nobody,
)
from handrail.runbook.checks.tables import decision_tables
from handrail.runbook.checks.usage import (
    unread_facts,
    unused_derived,
    unused_events,
    unused_forms,
    unused_messages,
    unused_roles,
    unused_stages,
    unused_times,
)
from handrail.runbook.checks.ways import whole_ways
from handrail.runbook.model import Runbook
from handrail.runbook.problem import Problem

Check = Callable[[Runbook], Iterator[Problem]]

# Those that ask nothing but the decisions: all that can be asked of a file of tables alone.
TABLE_CHECKS: tuple[Check, ...] = (
    rules_that_never_apply,
    decision_tables,
)

CHECKS: tuple[Check, ...] = (
    cycles,
    negative_days,
    reopens_what_is_not_before,
    nobody_accountable,
    nobody_responsible,
    attendees_without_a_part,
    acceptance_by_the_giver,
    override_by_one_role,
    ladders_with_the_refuser,
    more_approvals_than_roles,
    orders_of_one,
    silence_of_nobody,
    advice_of_nobody,
    asks_outside_in_vain,
    reopens_another_record,
    forms_of_steps,
    no_acceptance,
    no_end,
    apart_from_the_only_one,
    apart_from_what_nobody_does,
    unused_forms,
    unused_roles,
    unused_stages,
    unused_times,
    unused_messages,
    unused_events,
    unread_facts,
    unused_derived,
    languages_that_differ,
    answers_given_too_late,
    enclosed_too_late,
    owed_and_not_handed_over,
    languages_without_use,
    conditions_that_never_hold,
    whole_ways,
    steps_that_come_too_late,
    deadlines,
    roles_that_nobody_fills,
    nobody_there,
    *TABLE_CHECKS,
)


def check(runbook: Runbook, checks: tuple[Check, ...] = CHECKS) -> tuple[Problem, ...]:
    """Every problem that a check finds, in the order of the text."""
    found = [problem for one in checks for problem in one(runbook)]
    return tuple(sorted(found, key=lambda problem: problem.where))
