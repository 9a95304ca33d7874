"""Checks of seats and of those who sit in them: that each can be filled, and that somebody is there where a step or a
message needs them.

One rule: a role that is not needed for a customer has no holder there.
"""

from collections.abc import Iterator, Mapping

from handrail.runbook.checks.order import cycles
from handrail.runbook.checks.stopping import stopped
from handrail.runbook.model import All, AnyOf, Condition, Not, Role, Runbook, Step
from handrail.runbook.problem import Problem
from handrail.runbook.ways.ground import Ground
from handrail.runbook.ways.outlook import Outlook
from handrail.runbook.ways.search import Work, a_case, both, can_be, cases_in_words
from handrail.runbook.words import listed


def roles_that_nobody_fills(runbook: Runbook) -> Iterator[Problem]:
    """Of roles that wait for each other, or for themselves, to be filled."""
    waiting = _filled_by(runbook)
    fillable = {name for name in runbook.roles if name not in waiting}
    while more := [name for name in waiting if name not in fillable and fillable & waiting[name].keys()]:
        fillable.update(more)
    for name, fillers in waiting.items():
        if name not in fillable:
            yield _never_filled(runbook.roles[name], fillers)


def _filled_by(runbook: Runbook) -> Mapping[str, Mapping[str, str]]:
    """For the roles that somebody in another seat fills: those seats, each with how."""
    found: dict[str, dict[str, str]] = {}
    for step in runbook.steps.values():
        if step.fills and runbook.roles[step.fills].fill == "by hand":
            found.setdefault(step.fills, {}).update(dict.fromkeys(step.asked, f", in “{step.name}”"))
    for role in runbook.roles.values():
        if role.chosen_by is not None:
            found.setdefault(role.name, {})[role.chosen_by] = ""
    return found


def _never_filled(role: Role, fillers: Mapping[str, str]) -> Problem:
    """By hand CS Operations can fill it all the same; whoever is chosen is chosen by one seat alone."""
    who = listed([f"“{name}”" for name in fillers], "or")
    how = "".join(dict.fromkeys(fillers.values()))
    return Problem(
        where=role.place,
        code="never-filled",
        says=f"Nobody can fill “{role.name}”: only {who} fills it{how}, and that seat cannot be filled before.",
        mend="Let a role fill it that is filled in another way.",
        severity="error" if role.fill == "chosen" else "warning",
    )


def nobody_there(runbook: Runbook) -> Iterator[Problem]:
    """Steps and messages in cases in which no role that they need is needed."""
    concerned = list(_concerned(runbook))
    if not concerned or any(cycles(runbook)):
        return
    search = _Absence(runbook)
    for step, roles, what in concerned:
        problem = search.problem(step, roles, what)
        if problem is not None:
            yield problem
    if search.work.is_over:
        yield stopped(runbook, search.work, "whether somebody is there wherever a step needs them")


# A step, the roles of which it needs one, and what nobody does without them.
_Concern = tuple[Step, tuple[str, ...], str]


def _concerned(runbook: Runbook) -> Iterator[_Concern]:
    """What needs one of several roles of which each is needed only sometimes."""
    for step in runbook.steps.values():
        doers, answering = step.asked, step.roles_with("A")
        message = runbook.messages.get(step.message or "")
        concerns = [(doers, f"does “{step.name}”")]
        if answering != doers:
            concerns.append((answering, f"answers for “{step.name}”"))
        if message is not None and not message.contacts:
            concerns.append((message.to, f"gets “{message.name}” of “{step.name}”"))
        for roles, what in concerns:
            if roles and all(runbook.roles[name].when is not None for name in roles):
                yield step, roles, what


class _Absence:
    """In the cases that the tables decide: whoever decides elsewhere can see who is there."""

    def __init__(self, runbook: Runbook) -> None:
        self._runbook = runbook
        self.work = Work()
        ground = Ground(runbook)
        self._start = self.work.on(Outlook(ground, ground.given, "nowhere"))

    def problem(self, step: Step, roles: tuple[str, ...], what: str) -> Problem | None:
        needed = All(tests=()) if step.when is None else step.when
        whens = [when for name in roles if (when := self._runbook.roles[name].when) is not None]
        nobody = both(needed, *(Not(of=when) for when in whens))
        found = a_case(self._start, nobody, self.work)
        if found is None:
            return None
        cases = cases_in_words(found, self._start)
        names = listed([f"“{name}”" for name in roles])
        is_needed = f"{names} {'is' if len(roles) == 1 else 'are'} not needed there"
        return Problem(
            where=step.place,
            code="nobody-there",
            says=f"Nobody {what} {f'where {cases}' if cases else 'in any case'}: {is_needed}.",
            mend="Ask for the same in “when” of the role as in that of the step, or name another role beside it.",
            severity="warning" if self._ever(needed, whens) else "error",
        )

    def _ever(self, needed: Condition, whens: list[Condition]) -> bool:
        return can_be(self._start, both(needed, AnyOf(of=tuple(whens))), self.work) is not False
