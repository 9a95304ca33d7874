"""Checks of deadlines: those that no calendar lets anybody meet, and those that stand in the wrong order.

One rule: what is told is so on every calendar. So many working days are at least as many calendar days, and can be any
number more. Of steps whose roles count on different calendars less is sure: their days begin and end apart.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from math import inf

from handrail.runbook.checks.order import cycles
from handrail.runbook.model import Anchor, Decision, Ref, Runbook, Step, Timing
from handrail.runbook.problem import Problem, Severity
from handrail.runbook.references import all_done

_START = Anchor(source="start")
_DUE = Anchor(source="due")
_OPENED = Anchor(source="opened")
_HOURS = 24
# Days of the same date, in any two zones, lie less than these calendar days apart.
_ZONES_APART = 2

# What decisions give in the cases that are looked at: for each decision the least and the most of each output.
Amounts = Mapping[Ref, tuple[float, float]]


@dataclass(frozen=True)
class Moment:
    """Not before: the day of `anchor` and then all of `timings`, one after the other, counted on the calendars of
    `clocks`. `after` names the step that is waited for; `always`: in every case in which the step itself is needed."""

    anchor: Anchor
    timings: tuple[Timing, ...] = ()
    clocks: frozenset[str] = frozenset()
    after: str = ""
    always: bool = True


def deadlines(runbook: Runbook) -> Iterator[Problem]:
    if any(cycles(runbook)):
        return
    earliest = _Earliest(runbook)
    for step in runbook.steps.values():
        yield from _due_too_early(runbook, step, earliest)
        yield from _meetings_too_late(runbook, step, earliest)
        yield from _due_before_what_it_needs(runbook, step)
        yield from _warnings_and_escalations(runbook, step)


# --------------------------------------------------------------------------------------------------- when it can open


class _Earliest:
    def __init__(self, runbook: Runbook) -> None:
        self._runbook = runbook
        self._known: dict[str, tuple[Moment, ...]] = {}

    def of(self, name: str) -> tuple[Moment, ...]:
        """The moments before which the step cannot open."""
        ahead = [name]
        while ahead:
            waiting = [one for one in self._before(ahead[-1]) if one not in self._known]
            if waiting:
                ahead.extend(waiting)
            else:
                one = ahead.pop()
                self._known.setdefault(one, tuple(self._moments(self._runbook.steps[one])))
        return self._known[name]

    def _before(self, name: str) -> list[str]:
        step = self._runbook.steps[name]
        anchor = step.opens_on.anchor if step.opens_on else _START
        return [*_waited_for(step), *([anchor.name] if anchor.source == "step" else [])]

    def _moments(self, step: Step) -> Iterator[Moment]:
        yield Moment(_START)
        for name in _waited_for(step):
            yield Moment(Anchor(source="step", name=name), after=name, always=self._is_always(step, name))
            yield from self._of_earlier(step, name, ())
        if step.opens_on is not None:
            yield Moment(step.opens_on.anchor, (step.opens_on,), _clock(self._runbook, step))
            if step.opens_on.anchor.source == "step":
                yield from self._of_earlier(step, step.opens_on.anchor.name, (step.opens_on,))

    def _of_earlier(self, step: Step, name: str, then: tuple[Timing, ...]) -> Iterator[Moment]:
        """What the step before could not do without, this one cannot either."""
        always = bool(then) or self._is_always(step, name)
        clocks = _clock(self._runbook, step) if then else frozenset()
        for moment in self._known[name]:
            timings = (*moment.timings, *then)
            also = moment.always and always
            yield Moment(moment.anchor, timings, moment.clocks | clocks, moment.after or name, also)

    def _is_always(self, step: Step, name: str) -> bool:
        before = self._runbook.steps[name]
        by_choice = before.discretionary or before.on_event is not None or before.each is not None
        surely_needed = before.when is None or before.when == step.when
        return name in all_done(step.opens_when) or (surely_needed and not by_choice)


def _clock(runbook: Runbook, step: Step) -> frozenset[str]:
    """The calendar that the step counts on; two steps of which this is the same count alike. None of a step that nobody
    does: that is the runbook's."""
    role = runbook.roles[step.asked[0]] if step.asked else None
    match role.calendar if role else "runbook":
        case "team" if role:
            return frozenset({f"team {role.team}"})
        case "holder" if role:
            return frozenset({f"holder {role.name}"})
        case calendar:
            return frozenset({f"calendar {calendar}"})


_RUNBOOKS = frozenset({"calendar runbook"})


def _moment(runbook: Runbook, step: Step, timing: Timing) -> Moment:
    return Moment(timing.anchor, (timing,), _clock(runbook, step))


def _waited_for(step: Step) -> tuple[str, ...]:
    needs = step.needs if step.needs_at_least is None else ()
    return tuple(dict.fromkeys([*needs, *all_done(step.opens_when)]))


# ------------------------------------------------------------------------------------------------------------- checks


def _due_too_early(runbook: Runbook, step: Step, earliest: _Earliest) -> Iterator[Problem]:
    if step.due is None:
        return
    moments = earliest.of(step.name) if step.due.anchor != _OPENED else (Moment(_OPENED),)
    for moment in moments:
        where = _where_later(runbook, moment, _moment(runbook, step, step.due))
        if where is not None:
            says = f"“{step.name}” is due {step.due.text}{where}, and {_cannot_open(moment)}."
            yield _problem(step, "due-before-it-opens", says, "Let it be due later, or open earlier.", moment.always)
            return


def _cannot_open(moment: Moment) -> str:
    who = f"“{moment.after}”, which it waits for," if moment.after else "it"
    if moment.timings:
        return f"{who} opens {', then '.join(timing.text for timing in moment.timings)} at the earliest"
    return f"it waits for “{moment.after}”" if moment.after else _at_once(moment)


def _at_once(moment: Moment) -> str:
    return "it opens no earlier than that" if moment.anchor == _OPENED else "nothing opens before the start"


def _meetings_too_late(runbook: Runbook, step: Step, earliest: _Earliest) -> Iterator[Problem]:
    """Meetings count only before the day of the anchor begins."""
    before = step.quota.before if step.quota else None
    for moment in earliest.of(step.name) if before else ():
        apart = 0 if moment.clocks <= _RUNBOOKS else _ZONES_APART
        if moment.anchor == before and _least(moment.timings, _amounts(runbook)) >= apart:
            says = f"The meetings of “{step.name}” count only before {before}, and {_cannot_open(moment)}."
            yield _problem(step, "meetings-too-late", says, "Let it open earlier, or count later.", moment.always)
            return


def _due_before_what_it_needs(runbook: Runbook, step: Step) -> Iterator[Problem]:
    for name in (*_waited_for(step), *all_done(step.held_until)):
        before = runbook.steps[name]
        if step.due is None or before.due is None or step.due.anchor == _OPENED:
            continue  # each opens at a time of its own
        where = _where_later(runbook, _moment(runbook, before, before.due), _moment(runbook, step, step.due))
        if where is not None:
            says = (
                f"“{step.name}” is due {step.due.text}{where}, before “{name}”, which it waits for: {before.due.text}."
            )
            yield _problem(step, "due-before-what-it-needs", says, "Let it be due later, or the other earlier.", False)


def _warnings_and_escalations(runbook: Runbook, step: Step) -> Iterator[Problem]:
    if step.warn is not None and _is_later(runbook, step.warn, step.due):
        says = f"“{step.name}” warns {step.warn.text}, after it is due."
        yield _problem(step, "warns-too-late", says, "Let it warn before it is due.", False)
    for escalation in step.escalations:
        if _is_earlier(runbook, escalation.at, step.due):
            to = f"“{escalation.to}”" if escalation.to else "a manager"
            says = f"“{step.name}” turns to {to} {escalation.at.text}, before it is due."
            yield _problem(step, "escalates-too-early", says, "Let it turn to others once it is due.", False)


def _is_later(runbook: Runbook, timing: Timing, due: Timing | None) -> bool:
    if timing.anchor == _DUE:
        return _least((timing,), _amounts(runbook)) > 0
    asked = Moment(timing.anchor, (timing,))  # of the same step, and so on the same calendar
    return due is not None and _where_later(runbook, asked, Moment(due.anchor, (due,))) is not None


def _is_earlier(runbook: Runbook, timing: Timing, due: Timing | None) -> bool:
    if timing.anchor == _DUE:
        return _most((timing,), _amounts(runbook)) < 0
    asked = Moment(timing.anchor, (timing,))
    return due is not None and _where_later(runbook, Moment(due.anchor, (due,)), asked) is not None


# ------------------------------------------------------------------------------------------------------------- bounds


def _where_later(runbook: Runbook, one: Moment, other: Moment) -> str | None:
    """In which cases `one` is later than `other` on every calendar: empty where in all, None where in none that is
    known. Where one decision gives the amounts, each of its rules is a case."""
    if one.anchor != other.anchor:
        return None
    apart = len(one.clocks | other.clocks) > 1
    if _surely_later(one.timings, other.timings, _amounts(runbook), apart):
        return ""
    asked = {timing.amount.name for timing in (*one.timings, *other.timings) if isinstance(timing.amount, Ref)}
    decision = runbook.decisions.get(next(iter(asked), "")) if len(asked) == 1 else None
    if decision is None or decision.gives_lists or decision.aggregator is not None:
        return None
    for rule in decision.rules:
        if _surely_later(one.timings, other.timings, _by_rule(decision, rule.outputs), apart):
            return f" where rule {rule.number} of “{decision.name}” applies"
    return None


def _surely_later(one: tuple[Timing, ...], other: tuple[Timing, ...], amounts: Amounts, apart: bool) -> bool:
    """`apart` where they are counted on different calendars."""
    if apart:
        return _least(one, amounts) > _most(other, amounts) + _ZONES_APART
    if _least(one, amounts) > _most(other, amounts):
        return True
    if len(one) != 1 or len(other) != 1:
        return False
    first, second = one[0], other[0]
    alike = (first.unit, first.side, first.session) == (second.unit, second.side, second.session)
    if not alike or first.session:
        return False
    one_of, other_of = _counted(first, amounts), _counted(second, amounts)
    return one_of[0] > other_of[1] if first.side == "after" else one_of[1] < other_of[0]


def _counted(timing: Timing, amounts: Amounts) -> tuple[float, float]:
    """From a day off, no working day and one lead to the same day."""
    least, most = _amount(timing, amounts)
    return (max(least, 1), max(most, 1)) if timing.unit == "working days" else (least, most)


def _least(timings: tuple[Timing, ...], amounts: Amounts) -> float:
    return sum(_span(timing, amounts)[0] for timing in timings)


def _most(timings: tuple[Timing, ...], amounts: Amounts) -> float:
    return sum(_span(timing, amounts)[1] for timing in timings)


def _span(timing: Timing, amounts: Amounts) -> tuple[float, float]:
    """How many calendar days it is at least and at most from the anchor's day; less than 0 is before it."""
    if timing.session:
        return (-inf, -1) if timing.side == "before" else (0, inf)
    least, most = _amount(timing, amounts)
    if timing.in_hours:
        least, most = least / _HOURS - 1, most / _HOURS + 1  # an instant lies somewhere in its day
    if timing.unit in {"working days", "working hours"}:
        most = inf
    return (least, most) if timing.side == "after" else (-most, -least)


def _amount(timing: Timing, amounts: Amounts) -> tuple[float, float]:
    """As many as are counted; where the anchor's own day is the first, one less."""
    amount = timing.amount
    least, most = amounts.get(amount, (0, inf)) if isinstance(amount, Ref) else (amount, amount)
    return least - timing.inclusive, most - timing.inclusive


def _amounts(runbook: Runbook) -> Amounts:
    """Of every rule; where another answer may be asked for, or rules are added up, it can be any."""
    found: dict[Ref, tuple[float, float]] = {}
    for decision in runbook.decisions.values():
        if decision.override or decision.aggregator or decision.gives_lists:
            continue
        answers = [rule.outputs for rule in decision.rules] + ([decision.otherwise] if decision.otherwise else [])
        for of_one in (_by_rule(decision, outputs) for outputs in answers):
            for ref, (least, most) in of_one.items():
                known = found.get(ref, (least, most))
                found[ref] = min(least, known[0]), max(most, known[1])
    return found


def _by_rule(decision: Decision, outputs: tuple[object, ...]) -> Amounts:
    return {
        Ref(source="output", name=decision.name, part=output.name): (float(value), float(value))
        for output, value in zip(decision.outputs, outputs, strict=True)
        if isinstance(value, Decimal)
    }


def _problem(step: Step, code: str, says: str, mend: str, always: bool) -> Problem:
    """A warning where it is so only in some cases, or harms nobody."""
    severity: Severity = "error" if always else "warning"
    return Problem(where=step.place, code=code, says=says, mend=mend, severity=severity)
