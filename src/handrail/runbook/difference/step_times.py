"""What changed in whether a step is needed, from when it can be done, and until when.

One rule: what a step waits for is told thing by thing; windows are told together, as any of them will do.
"""

from collections.abc import Hashable

from handrail.runbook.difference.change import Changes, Thing, Versions, in_order
from handrail.runbook.difference.sameness import timing_meaning
from handrail.runbook.difference.shared_words import (
    choice_changes,
    condition_changes,
    flag_changes,
    list_changes,
    plain_braces,
    pointer_changes,
    the_role,
    timing_changes,
    titles,
    when_changes,
)
from handrail.runbook.model import Reminder, Runbook, Step
from handrail.runbook.words import listed, reminder_words, timing_words


def needed_changes(both: Versions, thing: Thing, old: Step, new: Step) -> Changes:
    yield from when_changes(both, thing, old.when, new.when)
    yield from pointer_changes(
        both,
        thing,
        "facts",
        old.each,
        new.each,
        "Now done once for each record of {new} (was for each of {old}).",
        gained="Now done once for each record of {new} (was done once).",
        lost="Now done once (was for each record of {old}).",
    )
    yield from flag_changes(
        thing,
        old.discretionary,
        new.discretionary,
        "Now needed only once somebody begins it.",
        "Now needed without anybody beginning it.",
    )
    yield from pointer_changes(
        both,
        thing,
        "events",
        old.on_event,
        new.on_event,
        "Now done each time {new} is reported (was each time {old} is).",
        gained="Now done each time {new} is reported.",
        lost="No longer done each time {old} is reported.",
    )
    yield from flag_changes(
        thing,
        old.after_end,
        new.after_end,
        "Now done also when the handoff is over.",
        "No longer done when the handoff is over.",
    )


def opening_changes(both: Versions, thing: Thing, old: Step, new: Step) -> Changes:
    yield from _needs(both, thing, old, new)
    yield from condition_changes(
        both,
        thing,
        old.opens_when,
        new.opens_when,
        "Now opens when {new} (was when {old}).",
        gained="Now opens only when {new}.",
        lost="No longer waits until {old}.",
    )
    yield from timing_changes(
        both,
        thing,
        old.opens_on,
        new.opens_on,
        "Now opens {new} (was {old}).",
        gained="Now opens only {new}.",
        lost="No longer opens on a day of its own (was {old}).",
    )
    yield from _windows(both, thing, old, new)
    yield from pointer_changes(
        both,
        thing,
        "events",
        old.until_event,
        new.until_event,
        "Now waits until {new} is reported (was until {old} is).",
        gained="Now waits until {new} is reported.",
        lost="No longer waits until {old} is reported.",
    )


def _needs(both: Versions, thing: Thing, old: Step, new: Step) -> Changes:
    needs = titles(both.old, "steps", old.needs), titles(both.new, "steps", new.needs)
    yield from list_changes(thing, *needs, "Now also waits for {}.", "No longer waits for {}.")
    before, after = _enough(old), _enough(new)
    if new.needs and (old.needs or after != "all"):
        yield from thing.turned(
            before if old.needs else "",
            after,
            "Of the steps that it waits for, {new} must now be done (was {old}).",
            gained="Of the steps that it waits for, {new} must now be done.",
        )


def _enough(step: Step) -> str:
    """How many of the steps that it waits for must be done."""
    if step.needs_at_least is None or step.needs_at_least >= len(step.needs):
        return "all"
    return "one" if step.needs_at_least == 1 else f"at least {step.needs_at_least}"


def _windows(both: Versions, thing: Thing, old: Step, new: Step) -> Changes:
    yield from choice_changes(
        both,
        thing,
        "windows",
        old.opens_in,
        new.opens_in,
        "Now opens only within {new} (was only within {old}).",
        gained="Now opens only within {new}.",
        lost="No longer opens only within {old}.",
    )
    yield from choice_changes(
        both,
        thing,
        "windows",
        old.opens_not_in,
        new.opens_not_in,
        "Now never opens within {new} (was never within {old}).",
        gained="Now never opens within {new}.",
        lost="May now open within {old} too.",
    )


def time_changes(both: Versions, thing: Thing, old: Step, new: Step) -> Changes:
    yield from timing_changes(
        both,
        thing,
        old.due,
        new.due,
        "Now due {new} (was {old}).",
        gained="Now due {new} (had no due day).",
        lost="No longer due on a day (was {old}).",
    )
    yield from timing_changes(
        both,
        thing,
        old.warn,
        new.warn,
        "A warning now comes {new} (was {old}).",
        gained="A warning now comes {new}.",
        lost="No warning comes any more (was {old}).",
    )
    yield from _reminders(both, thing, old.remind, new.remind)
    yield from _escalations(both, thing, old, new)


def _reminders(both: Versions, thing: Thing, old: Reminder | None, new: Reminder | None) -> Changes:
    if _reminder_meaning(old) != _reminder_meaning(new):
        yield from thing.turned(
            reminder_words(both.old, old) if old else "",
            reminder_words(both.new, new) if new else "",
            "Those who owe it are now reminded {new} (was {old}).",
            gained="Those who owe it are now reminded {new}.",
            lost="Those who owe it are no longer reminded (was {old}).",
        )


def _reminder_meaning(reminder: Reminder | None) -> Hashable:
    return reminder and (timing_meaning(reminder.first), reminder.every)


def _escalations(both: Versions, thing: Thing, old: Step, new: Step) -> Changes:
    """Role by role, each with all times at which it is turned to."""
    for role in in_order(_turned_to(old), _turned_to(new)):
        if _turned_to(old).get(role) == _turned_to(new).get(role):
            continue
        runbook = both.new if role in both.new.roles else both.old
        title = plain_braces(the_role(runbook, role)) if role else "the manager of whoever does it"
        yield from thing.turned(
            _escalated(both.old, old, role),
            _escalated(both.new, new, role),
            f"Still open, it now goes up to {title} {{new}} (was {{old}}).",
            gained=f"Still open, it now goes up to {title} {{new}}.",
            lost=f"Still open, it no longer goes up to {title} (was {{old}}).",
        )


def _turned_to(step: Step) -> dict[str | None, frozenset[Hashable]]:
    """None is the manager line."""
    return {
        role: frozenset(timing_meaning(one.at) for one in step.escalations if one.to == role)
        for role in dict.fromkeys(one.to for one in step.escalations)
    }


def _escalated(runbook: Runbook, step: Step, role: str | None) -> str:
    return listed([timing_words(runbook, one.at) for one in step.escalations if one.to == role])
