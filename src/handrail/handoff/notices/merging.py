"""Several reasons to tell somebody something at one moment, as few notices.

One rule: of one thing a person is told once, by the reason that asks most of them; of several things of one sort in one
notice that names them.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from handrail.handoff.notices.reason import ACTING, RANKS, SEVERAL, About, Reason, Sort
from handrail.handoff.people import Person
from handrail.handoff.plan import Plan
from handrail.runbook.words import listed

_NAMED = 5


@dataclass(frozen=True, kw_only=True)
class Notice:
    """`key` is its own within the handoff and for the person: what is recorded twice is told once."""

    key: str
    person: Person
    sort: Sort
    about: About
    name: str
    title: str
    why: str
    due_at: datetime | None = None

    @property
    def is_breach(self) -> bool:
        return self.sort == "breach"


def merged(plan: Plan, key: str, reasons: Iterable[Reason]) -> Iterator[Notice]:
    by_person: dict[int, list[Reason]] = {}
    for one in reasons:
        by_person.setdefault(one.person.id, []).append(one)
    for theirs in by_person.values():
        given = [one for one in theirs if _is_given(one)]
        for sort, of_sort in _by_sort(one for one in theirs if not _is_given(one)).items():
            takes = given if sort in ACTING else []
            yield _notice(plan, f"{key}.{sort}", sort, of_sort, takes)
            given = given if takes is not given else []
        if given:
            yield _notice(plan, f"{key}.work", "work", [], given)


def _by_sort(reasons: Iterable[Reason]) -> dict[Sort, list[Reason]]:
    """Of each thing the reason that comes first among the sorts."""
    strongest: dict[tuple[str, str], Reason] = {}
    for one in reasons:
        known = strongest.get(one.thing)
        if known is None or RANKS[one.sort] < RANKS[known.sort]:
            strongest[one.thing] = one
    found: dict[Sort, list[Reason]] = {}
    for one in strongest.values():
        found.setdefault(one.sort, []).append(one)
    return found


def _is_given(one: Reason) -> bool:
    """Whether it is only a role that was given; what there is to do in it says more."""
    return one.about == "role" and one.sort == "work" and not one.whose


def _notice(plan: Plan, key: str, sort: Sort, reasons: list[Reason], given: list[Reason]) -> Notice:
    if not reasons:
        return _of_roles(plan, key, given)
    if len(reasons) > 1:
        return _of_several(plan, key, sort, reasons, given)
    [one] = reasons
    return Notice(
        key=key,
        person=one.person,
        sort=sort,
        about=one.about,
        name=one.name,
        title=one.title,
        why=" ".join((one.why, *_words(given))),
        due_at=one.due_at,
    )


def _of_roles(plan: Plan, key: str, given: list[Reason]) -> Notice:
    roles = listed([f"the {plan.role_title(one.name)}" for one in given])
    return Notice(
        key=key,
        person=given[0].person,
        sort="work",
        about="role" if len(given) == 1 else "handoff",
        name=given[0].name if len(given) == 1 else "",
        title=f"You are {roles} now",
        why=" ".join(_words(given)),
    )


def _words(given: list[Reason]) -> list[str]:
    return [why for why in dict.fromkeys(one.why for one in given) if why]


_HOW_MANY: dict[Sort, str] = {
    "breach": "{} things are late or were turned over to you",
    "approval": "{} things for you to decide on",
    "work": "{} things to do now",
    "reminder": "{} things still wait for you",
    "warning": "{} things are soon late",
    "answer": "{} answers",
    "role": "{} roles are no longer yours",
    "told": "{} things happened",
}


def _of_several(plan: Plan, key: str, sort: Sort, reasons: list[Reason], given: list[Reason]) -> Notice:
    """Of those that are due the first says by when."""
    by_when = sorted(reasons, key=lambda one: (one.due_at is None, one.due_at.timestamp() if one.due_at else 0))
    titles = [one.title for one in by_when]
    if len(titles) > _NAMED:
        titles = [*titles[: _NAMED - 1], f"{len(titles) - _NAMED + 1} more"]
    roles = dict.fromkeys(one.role for one in (*by_when, *given) if one.role in plan.runbook.roles)
    are = listed([f"the {plan.role_title(role)}" for role in roles], last="and")
    whose = dict.fromkeys(one.whose for one in by_when)
    why = [f"You are {are}." if are else "", *whose, *_words(given)]
    return Notice(
        key=key,
        person=reasons[0].person,
        sort=sort,
        about="handoff",
        name=SEVERAL if sort in ACTING else "",
        title=f"{_HOW_MANY[sort].format(len(reasons))}: {'; '.join(titles)}",
        why=" ".join(one for one in why if one) or reasons[0].why,
        due_at=by_when[0].due_at,
    )
