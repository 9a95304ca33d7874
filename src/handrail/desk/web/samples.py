"""What the page of the components shows in its parts that take view data: one of each state, of nobody.

One rule: the parts are those of the pages, and what they are given is made as for these; none of it is kept anywhere.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from types import SimpleNamespace

from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message

from handrail.desk.long_work.acts import WORDS
from handrail.desk.queries.blocking import blocking, following, next_who
from handrail.desk.queries.board import Board, StageColumn, Tab
from handrail.desk.queries.comments import CommentLine, Piece, Thread
from handrail.desk.queries.customer.beside import Row, Side
from handrail.desk.queries.customer.facts import Told
from handrail.desk.queries.drawing import plan_drawing
from handrail.desk.queries.due import due
from handrail.desk.queries.foresight import ForesightView, FromTo
from handrail.desk.queries.handoffs import HandoffRow
from handrail.desk.queries.load import Load, TeamLoad
from handrail.desk.queries.long_work import Progress, WorkLine
from handrail.desk.queries.moving import StepsLine
from handrail.desk.queries.opened import Holder
from handrail.desk.queries.others import OthersRow
from handrail.desk.queries.pages import Page
from handrail.desk.queries.plan_lines import StageLines, stages_of, step_line, usable_roles, with_headings
from handrail.desk.queries.runbook.coverage import coverage_view
from handrail.desk.queries.runbook.flow import flow_view
from handrail.desk.queries.runbook.raci import MEANINGS, raci_view
from handrail.desk.queries.saved_views import ViewLine
from handrail.desk.queries.strip import Away, strip, weeks
from handrail.desk.queries.timeline import Mark, Stretch, TimelineRow, Window, window_of
from handrail.desk.queries.work import Group, WorkRow
from handrail.desk.web.handoffs import ACT_ICONS
from handrail.desk.web.sample_handoff import sample_actor, sample_handoff, sample_plan
from handrail.desk.web.wanted import LOOKS

LONG = "Consolidated Water & Wastewater Utilities of the Greater Metropolitan Region (Northern Subsidiary) Ltd."


def samples(now: datetime) -> dict[str, object]:
    """By the name under which a part takes it."""
    return {
        **_lists(now),
        **_handoff(now),
        **_work(now),
        **_runbook(),
        **_people(now.date()),
        "thread": _thread(now),
        "progresses": tuple(_progresses(now)),
        "beside_view": SimpleNamespace(left=SimpleNamespace(name="Acme"), right=SimpleNamespace(name=LONG)),
        "beside_rows": tuple(_beside(now)),
        "messages_shown": (
            Message(constants.SUCCESS, "Kept. Lena Hartmann is told of it."),
            Message(constants.ERROR, "Nothing was kept: somebody else changed it at 14:05."),
        ),
    }


# -------------------------------------------------------------------------------------------------------------- lists


def _lists(now: datetime) -> dict[str, object]:
    rows = tuple(_rows(now))
    window = window_of(None, now)
    return {
        "looks": [(name, image, title) for name, (image, title) in LOOKS.items()],
        "look": "board",
        "views": {
            "built_in": (ViewLine(id=0, name="All running", query="", owner="", is_mine=False, is_shared=True),),
            "opened": ViewLine(id=0, name="Late in the north", query="", owner="", is_mine=True, is_shared=False),
            "kept": (
                ViewLine(id=0, name="Late in the north", query="", owner="", is_mine=True, is_shared=False),
                ViewLine(id=1, name=LONG, query="", owner="Olga Lind", is_mine=False, is_shared=True),
            ),
        },
        "acts": [(name, ACT_ICONS[name], words.does) for name, words in WORDS.items()],
        "list_rows": rows,
        "page": _page(rows),
        "board": _board(rows),
        "window": window,
        "timeline_page": _page(tuple(_timeline(rows, window))),
    }


def _rows(now: datetime) -> Iterator[HandoffRow]:
    open_one = HandoffRow(
        id=0,
        customer="Acme",
        customer_id=0,
        runbook="Transition to Client Services",
        version="1.2",
        version_id=0,
        phase="",
        status="running",
        end="",
        stage="prepare",
        done=3,
        needed=9,
        next_title="Complete the Integration Summary",
        next_person="Imre Novak",
        next_team="",
        due=due(now + timedelta(days=5), "UTC", now),
        held_since=None,
        anchor=None,
        started_at=now - timedelta(days=12),
        last_due_at=None,
        changed_at=now,
        ended_at=None,
        zone="UTC",
    )
    late = due(now - timedelta(days=2), "UTC", now)
    yield open_one
    yield replace(open_one, customer=LONG, due=late, next_person="", next_team="Service desk", phase="Phase 2")
    yield replace(open_one, customer="Harbor County", held_since=now, next_person="", stage="go live")
    yield replace(open_one, customer="Mill Creek", status="over", end="accepted", done=9, ended_at=now)
    yield replace(open_one, customer="Juniper", status="cancelled", done=1, ended_at=now)


def _page(rows: tuple[object, ...]) -> Page[object]:
    return Page(rows=rows, number=1, first=1, total=1000, total_text="1,000+", before=None, after=2)


def _board(rows: tuple[HandoffRow, ...]) -> Board:
    return Board(
        runbook="sample",
        title="A sample",
        tabs=(
            Tab(name="sample", title="A sample", count="1,000+", is_shown=True),
            Tab(name="other", title="Another runbook", count="3", is_shown=False),
        ),
        columns=(
            StageColumn(stage="prepare", cards=rows[:2], count="240", more="238"),
            StageColumn(stage="go live", cards=rows[2:], count="3", more=""),
            StageColumn(stage="settle in", cards=(), count="0", more=""),
        ),
    )


def _timeline(rows: tuple[HandoffRow, ...], window: Window) -> Iterator[TimelineRow]:
    drawn = (
        ((("running", "8", "35"),), (("due", "21"), ("anchor", "40"))),
        ((("running", "2", "13"), ("late", "15", "6")), (("late", "15"),)),
        ((("running", "5", "8"), ("held", "13", "20")), ()),
        ((("over", "1", "12"),), (("ended", "13"),)),
        ((("cancelled", "3", "9"),), (("ended", "12"),)),
    )
    for row, (stretches, marks) in zip(rows, drawn, strict=True):
        yield TimelineRow(
            handoff=row,
            stretches=tuple(Stretch(sort=sort, x=f"{x}%", width=f"{width}%") for sort, x, width in stretches),
            marks=tuple(Mark(sort=sort, x=f"{x}%", says=sort) for sort, x in marks),
            says=f"{row.customer}, from {window.first} on",
        )


# --------------------------------------------------------------------------------------------------------- one handoff


def _handoff(now: datetime) -> dict[str, object]:
    """Its head and its plan, and what would follow from a change."""
    opened = sample_handoff(now)
    mine = usable_roles(opened, sample_actor())
    steps = tuple(with_headings(opened.plan, opened.state))
    lines = {step.name: step_line(opened, step, mine, now) for step in steps}
    stages, next_one = tuple(stages_of(opened, lines)), following(opened.row.next_title, lines)
    view = SimpleNamespace(
        id=0,
        status="running",
        stages=stages,
        next_title=opened.row.next_title,
        next_step=next_one.name if next_one else "",
        next_who=next_who(opened.row, next_one) if next_one else None,
        due=next_one.due if next_one else None,
        blocking=tuple(blocking(opened, lines)),
        not_needed=tuple(line for line in lines.values() if line.state == "not needed"),
    )
    over = SimpleNamespace(id=0, status="over", stages=_all_done(stages), end="accepted", ended_on=now.date())
    return {"view": view, "over": over, "drawing": plan_drawing(opened, stages), "foreseen": _foreseen()}


def _all_done(stages: tuple[StageLines, ...]) -> tuple[StageLines, ...]:
    return tuple(replace(one, look="done", done=one.needed) for one in stages)


def _foreseen() -> ForesightView:
    return ForesightView(
        facts=(),
        decisions=(FromTo(title="Support", old="Desk", new="Transition", because="Rule 2"),),
        steps=(
            StepsLine(look="open", word="Opens", titles=("Meetings with the TSM before go-live",)),
            StepsLine(look="not needed", word="Not needed any more", titles=("Name the integrator", LONG)),
        ),
        days=(FromTo(title="Share the overview", old="Tue 1 Dec", new="Fri 4 Dec"),),
        others=("The handoff would end.",),
        people=(Holder(role="lead", title="Client Services lead", name="Lena Hartmann"), _DESK),
        is_quiet=False,
    )


_DESK = Holder(role="desk", title="Service desk", name="", anybody="Service desk")


# ---------------------------------------------------------------------------------------------- work, long and others'


def _work(now: datetime) -> dict[str, object]:
    row = WorkRow(
        id=0,
        sort="step",
        name="collect",
        title="Collect the contracts",
        why="You are the Implementation Manager, who does this.",
        customer="Acme",
        handoff_id=0,
        runbook="A sample",
        due=due(now - timedelta(days=2), "UTC", now),
    )
    vacancy = replace(row, sort="vacancy", title=f"Nobody is the Service desk lead of {LONG}", customer=LONG)
    other = OthersRow(
        handoff_id=0,
        customer="Acme",
        runbook="A sample",
        stands="",
        next_title="Complete the Integration Summary",
        next_person="Imre Novak",
        next_team="",
        due=due(now + timedelta(days=1), "UTC", now),
        news=3,
    )
    return {
        "work_groups": (
            Group(title="Late", rows=(row,)),
            Group(title="Without a date", rows=(replace(vacancy, due=None),)),
        ),
        "work_row": row,
        "others": (
            other,
            replace(other, customer=LONG, next_person="", next_team="Service desk", news=0),
            replace(other, customer="Mill Creek", next_person="", news=0),
            replace(other, customer="Juniper", stands="accepted", news=1),
        ),
    }


def _progresses(now: datetime) -> Iterator[tuple[str, Progress]]:
    waiting = WorkLine(
        id=1,
        sort="bulk",
        title="Hold 3,000 handoffs",
        look="waiting",
        word="Waiting",
        done=0,
        total=None,
        unit="handoffs",
        says="",
        by="Olga Lind",
        at=now,
        started_at=None,
        ended_at=None,
        is_trying_again=False,
    )
    running = replace(waiting, id=2, look="running", word="Running", done=1240, total=3000)
    running = replace(running, started_at=now - timedelta(minutes=2))
    trying = replace(running, id=3, is_trying_again=True, says="The database did not answer; it goes on in a minute.")
    ended = replace(running, ended_at=now)
    yield "Nobody works on it", Progress(work=waiting, left="", no_worker=True)
    yield "Running", Progress(work=running, left=running.left(now), no_worker=False)
    yield "Tried again", Progress(work=trying, left="", no_worker=False)
    yield "Done", Progress(work=replace(ended, id=4, look="done", word="Done", done=3000), left="", no_worker=False)
    yield "Failed", Progress(work=replace(ended, id=5, look="error", word="Failed"), left="", no_worker=False)
    yield "Cancelled", Progress(work=replace(ended, id=6, look="cancelled", word="Cancelled"), left="", no_worker=False)


# -------------------------------------------------------------------------------------------------------------- others


def _runbook() -> dict[str, object]:
    plan = sample_plan()
    return {
        "flow": flow_view(plan),
        "raci": raci_view(plan.runbook, "im"),
        "meanings": MEANINGS,
        "coverage": coverage_view(plan, "support", {}),
        "document": "",
        "here": "",
    }


def _people(today: date) -> dict[str, object]:
    day = timedelta(days=1)
    return {
        "load": TeamLoad(seats=14, work=31, week=6, late=2, counted=12),
        "full": TeamLoad(seats=20, counted=20),
        "unlimited": TeamLoad(seats=7, counted=0),
        "person_load": Load(seats=5, work=8, week=3, late=1),
        "strip_weeks": weeks(today),
        "strips": (
            ("Imre Novak", strip([Away(first_day=today, last_day=today + 4 * day, has_delegate=True)], today, None)),
            (
                LONG,
                strip([Away(first_day=today + 9 * day, last_day=today + 15 * day, has_delegate=False)], today, None),
            ),
        ),
    }


def _thread(now: datetime) -> Thread:
    mine = CommentLine(
        id=0,
        by="Imre Novak",
        by_id=0,
        at=now,
        text="Changed since, and mine.",
        pieces=(Piece(text="Changed since, and mine: "), Piece(text="https://example.com/notes")),
        is_changed=True,
        is_removed=False,
        is_mine=True,
        about="",
    )
    named = (Piece(text="@Lena Hartmann", is_mention=True), Piece(text=", they meet on Monday.\nBoth of them."))
    said = replace(mine, id=1, by="Paula Reyes", pieces=named, is_changed=False, is_mine=False)
    gone = replace(said, id=2, by=LONG, pieces=(), is_removed=True)
    return Thread(on="", about="", key="sample", lines=(said, gone, mine), has_more=True)


def _beside(now: datetime) -> Iterator[Row]:
    five, long = Side(told=Told(words="5,000 USD"), source="accounts.csv", at=now), Side(told=Told(words=LONG))
    odd = Side(told=Told(words="soon", unfit="This is no date."), source="Paula Reyes", at=now)
    yield Row(title="MRR", left=five, right=five, state="same")
    yield Row(title="Go-live", left=odd, right=long, state="different")
    yield Row(title="Vertical", left=five, right=Side(), state="only left")
    yield Row(title="Integrator", left=Side(), right=five, state="only right")
