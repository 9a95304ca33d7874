"""Times in words: what is due when, how long something lasts, sessions that recur, windows of the year."""

from datetime import date

from handrail.runbook.model import Anchor, FirstDays, Lapse, Reminder, Runbook, Season, Session, Timing, Window
from handrail.runbook.words.conditions import listed, ref_title

_NUMBERS = ("", "", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_ORDINALS = ("", "first", "second", "third", "fourth", "fifth")
_WEEKDAYS = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")
_LEAP_YEAR = 2024


def timing_words(runbook: Runbook, timing: Timing, amount: str | None = None) -> str:
    """`5 working days before Go-live date`, `on Go-live date`, `in the last “Board” before Go-live date`.

    `amount` is what a decision's output gives, if known.
    """
    anchor = anchor_words(runbook, timing.anchor)
    if timing.session:
        which = "last" if timing.side == "before" else "first"
        return f"in the {which} “{runbook.sessions[timing.session].title}” {timing.side} {anchor}"
    counted = ", that day included" if timing.inclusive else ""
    if isinstance(timing.amount, int):
        amount = str(timing.amount)
    elif amount is None:
        says = ref_title(runbook, timing.amount)
        return f"as many {timing.unit} {timing.side} {anchor} as “{says}” says{counted}"
    if amount == "0":
        return _at_once(runbook, timing)
    unit = timing.unit.removesuffix("s") if amount == "1" else timing.unit
    return f"{amount} {unit} {timing.side} {anchor}{counted}"


def _at_once(runbook: Runbook, timing: Timing) -> str:
    """Neither before nor after: on the day, or in hours, at the moment."""
    anchor = anchor_words(runbook, timing.anchor)
    happens = timing.anchor.source in {"step", "opened", "due"}
    if timing.in_hours:
        return f"when {anchor}" if happens else f"at {anchor}"
    working = " or the nearest working day" if timing.unit == "working days" else ""
    return f"on {'the day when ' if happens else ''}{anchor}{',' if happens and working else ''}{working}"


def anchor_words(runbook: Runbook, anchor: Anchor) -> str:
    match anchor.source:
        case "fact":
            return runbook.facts[anchor.name].title
        case "step":
            return f"“{runbook.steps[anchor.name].title}” is done"
        case "start":
            return "the start of the handoff"
        case "opened":
            return "it opens"
        case "due":
            return "it is due"


def lapse_words(lapse: Lapse) -> str:
    """`5 working days`, `1 hour`."""
    return str(lapse)


def every_words(lapse: Lapse) -> str:
    """`every working day`, `every 8 working hours`."""
    return f"every {lapse.unit.removesuffix('s') if lapse.amount == 1 else lapse}"


def reminder_words(runbook: Runbook, reminder: Reminder) -> str:
    """`every working day`, `2 working days before it is due, then every working day`."""
    every = every_words(reminder.every)
    return f"{timing_words(runbook, reminder.first)}, then {every}" if reminder.first else every


def line_words(level: int) -> str:
    """How far up the manager line: `the manager of whoever does it`, `the second manager above whoever does it`."""
    if level == 1:
        return "the manager of whoever does it"
    which = _ORDINALS[level] if level < len(_ORDINALS) else f"{level}th"
    return f"the {which} manager above whoever does it"


def calendar_words(calendar: str) -> str:
    """Of that which a role's steps count on."""
    match calendar:
        case "runbook":
            return "the calendar of the runbook"
        case "team":
            return "the calendar of its team"
        case "holder":
            return "the calendar of whoever holds it"
        case key:
            return f"the calendar “{key}”"


def session_words(session: Session) -> str:
    """`Mondays and Thursdays 09:00–10:00 (America/New_York), every two weeks`."""
    days = listed([_WEEKDAYS[day] for day in session.weekdays])
    weeks = _NUMBERS[session.every] if session.every < len(_NUMBERS) else str(session.every)
    every = f", every {weeks} weeks" if session.every > 1 else ""
    return f"{days} {session.starts:%H:%M}–{session.ends:%H:%M} ({session.zone}){every}"


def window_words(window: Window) -> str:
    """`the first 5 working days of each quarter`, `15 December to 5 January`."""
    match window.days:
        case FirstDays(count=count, of=of, working=working, last=last):
            unit = f"{'working' if working else 'calendar'} day"
            days = unit if count == 1 else f"{count} {unit}s"
            return f"the {'last' if last else 'first'} {days} of each {of}"
        case Season(first=first, last=last_day):
            return f"{_day_words(*first)} to {_day_words(*last_day)}"


def _day_words(month: int, day: int) -> str:
    return f"{day} {date(_LEAP_YEAR, month, day):%B}"
