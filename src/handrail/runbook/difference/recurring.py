"""What changed in the times that recur: the sessions, and the windows of the year."""

from calendar import day_name, month_name
from datetime import date

from handrail.runbook.difference.change import Changes, Thing, Versions, in_order
from handrail.runbook.model import FirstDays, Season, Session, Window
from handrail.runbook.words import listed


def session_changes(both: Versions) -> Changes:
    old, new = both.old.sessions, both.new.sessions
    for name in in_order(old, new):
        if name in old and name in new:
            yield from _session(both, old[name], new[name])
        elif name in new:
            thing = Thing(part="sessions", title=new[name].title, name=name)
            yield thing.change("new", f"New: {_days(new[name])}, {_hours(new[name])}.", new=_days(new[name]))
        else:
            thing = Thing(part="sessions", title=old[name].title, name=name)
            yield thing.change("removed", "No longer held.", old=_days(old[name]))


def _session(both: Versions, old: Session, new: Session) -> Changes:
    thing = Thing(part="sessions", title=new.title, name=new.name)
    yield from thing.called(old.title, new.title)
    yield from thing.named(both.names.was("sessions", new.name), new.name, told=old.title != new.title)
    yield from thing.turned(_days(old), _days(new), "Now held {new} (was {old}).")
    yield from thing.turned(_hours(old), _hours(new), "Now {new} (was {old}).")
    yield from thing.turned(
        str(old.seats or ""),
        str(new.seats or ""),
        "Now has {new} seats (was {old}).",
        gained="Now has {new} seats (was without limit).",
        lost="Now has seats without limit (was {old}).",
    )
    yield from thing.reworded("Its explanation", old.says, new.says)


def _days(session: Session) -> str:
    """`every 2 weeks on Monday and Thursday, counted from 5 January 2026`."""
    often = "every week" if session.every == 1 else f"every {session.every} weeks"
    first = f", counted from {_day(session.first)}" if session.first else ""
    return f"{often} on {listed([day_name[day] for day in sorted({*session.weekdays})])}{first}"


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _hours(session: Session) -> str:
    return f"from {session.starts:%H:%M} to {session.ends:%H:%M} in {session.zone}"


# ------------------------------------------------------------------------------------------------------------ windows


def window_changes(both: Versions) -> Changes:
    old, new = both.old.windows, both.new.windows
    for name in in_order(old, new):
        if name in old and name in new:
            yield from _window(both, old[name], new[name])
        elif name in new:
            thing = Thing(part="windows", title=new[name].title, name=name)
            said = window_words(new[name])
            yield thing.change("new", f"New: {said}.", new=said)
        else:
            thing = Thing(part="windows", title=old[name].title, name=name)
            yield thing.change("removed", "No longer a window.", old=window_words(old[name]))


def _window(both: Versions, old: Window, new: Window) -> Changes:
    thing = Thing(part="windows", title=new.title, name=new.name)
    yield from thing.called(old.title, new.title)
    yield from thing.named(both.names.was("windows", new.name), new.name, told=old.title != new.title)
    yield from thing.turned(window_words(old), window_words(new), "Now {new} (was {old}).")
    yield from thing.reworded("Its explanation", old.says, new.says)


def window_words(window: Window) -> str:
    """`the first 5 working days of each quarter`, `from 15 December to 5 January`."""
    match window.days:
        case FirstDays(count=count, of=of, working=working, last=last):
            which = f"{'last' if last else 'first'}{'' if count == 1 else f' {count}'}"
            return f"the {which} {'working' if working else 'calendar'} day{'' if count == 1 else 's'} of each {of}"
        case Season(first=first, last=last_day):
            return f"from {_month_day(*first)} to {_month_day(*last_day)}"


def _month_day(month: int, day: int) -> str:
    return f"{day} {month_name[month]}"
