"""What recurs in a runbook, as the calendars know it: its sessions, and its windows of the year."""

from handrail.runbook.model import FirstDays, Season, Session, Window
from handrail.worktime import windows
from handrail.worktime.sessions import Sessions


def sessions_of(session: Session) -> Sessions:
    beat = {"anchor": session.first} if session.first is not None else {}
    return Sessions(
        weekdays=frozenset(session.weekdays),
        starts=session.starts,
        ends=session.ends,
        zone=session.zone,
        every_weeks=session.every,
        **beat,
    )


def window_of(window: Window) -> windows.Window:
    match window.days:
        case FirstDays(count=count, of=of, working=working, last=last):
            sort = windows.LastDays if last else windows.FirstDays
            return sort(count=count, of=of, unit="working days" if working else "calendar days")
        case Season(first=first, last=last):
            return windows.Season(first=windows.MonthDay(*first), last=windows.MonthDay(*last))
