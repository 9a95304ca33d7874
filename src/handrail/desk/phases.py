"""Projects that go through their runbook in phases: which handoffs belong together, and whether another may begin.

One rule: a project is known by its first handoff; one that has no other phase yet stands alone.
"""

from handrail.desk import models
from handrail.handoff.commands import Start
from handrail.handoff.plan import Plan
from handrail.handoff.refusal import Mistake, Refused

LONGEST_NAME = 60


def phases_of(project_id: int) -> list[models.Handoff]:
    """In the order in which they began; of a handoff that stands alone that one."""
    rows = models.Handoff.objects.filter(pk=project_id) | models.Handoff.objects.filter(project=project_id)
    return list(rows.order_by("pk").select_related("runbook_version__calendar"))


def joined(project_id: int, plan: Plan, command: Start) -> list[models.Handoff] | Refused:
    """The phases that another one joins, held in one order until the transaction ends; or why it cannot."""
    held = models.Handoff.objects.filter(pk=project_id) | models.Handoff.objects.filter(project=project_id)
    rows = list(held.order_by("pk").select_for_update(of=("self",)))
    first = rows[0] if rows else None
    if first is None or (first.customer_id, first.runbook) != (command.customer_id, plan.runbook.name):
        return Refused(code="unknown", says="There is no such project of this customer.")
    if first.project_id not in {None, project_id}:
        return Refused(code="unknown", says="A project is known by its first handoff.")
    if plan.runbook.phases is None:
        says = f"{plan.runbook.title} {plan.runbook.version} is not gone through in phases."
        return Refused(code="no-phases", says=says)
    return _misnamed(command.phase.strip(), {row.phase for row in rows}) or rows


def _misnamed(phase: str, taken: set[str]) -> Refused | None:
    if not phase:
        says = "Give the phase a name, such as “Phase 2”."
    elif len(phase) > LONGEST_NAME:
        says = f"The name of a phase has at most {LONGEST_NAME} characters."
    elif phase in taken:
        says = f"This project has a phase “{phase}” already. Give this one another name."
    else:
        return None
    return Refused(code="unfit", says=says, mistakes=(Mistake(field="phase", says=says),))


def running(customer: models.Customer, runbook: str) -> Refused | None:
    """Why the customer cannot begin the runbook anew: it still goes through it."""
    row = customer.handoffs.filter(runbook=runbook, status=models.Handoff.Status.RUNNING).order_by("pk").first()
    if row is None:
        return None
    says = f"{customer.name} has a handoff of this runbook that still runs, started {row.started_at:%d %B %Y}."
    return Refused(code="running", says=says)
