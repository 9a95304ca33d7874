"""The flow of a runbook drawn: boxes, arrows and lanes in pixels, and the same in words.

One rule: a shape never says anything alone; the box has the word for it, and the list under the drawing all of it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from handrail.desk.queries.runbook.lettering import lines_of
from handrail.desk.queries.runbook.lines import Sort, place_of, the_step
from handrail.desk.queries.runbook.steps import StepView, stage_views
from handrail.handoff.plan import Plan
from handrail.runbook.flow import Box, Flow, Lane, Link, end_name, flow
from handrail.runbook.model import Condition, Runbook, Step
from handrail.runbook.references import tests_in
from handrail.runbook.words import condition_words, listed

WIDE, HIGH = 190, 70  # a box
_SLOT, _ROW, _LANE = 206, 108, 30  # from box to box, from layer to layer, and what a lane has above its first layer
_MARGIN, _FOOT = 16, 14
_TITLE, _SMALL = 13.0, 11.5
_BOLD = 1.14  # so much wider than plain letters

Shape = Literal["plain", "by-itself", "if-begun", "on-report", "acceptance", "milestone", "end"]

# From the left edge to the text.
_INSETS: Mapping[Shape, int] = {
    "plain": 12,
    "by-itself": 16,
    "if-begun": 12,
    "on-report": 20,
    "acceptance": 12,
    "milestone": 40,
    "end": 26,
}


@dataclass(frozen=True, kw_only=True)
class BoxView:
    """`x` and `y` are its left upper corner; `marks` are numbers of conditions, `says` all of it in a sentence."""

    name: str
    place: str
    shape: Shape
    x: float
    y: float
    lines: tuple[tuple[float, str], ...]
    sub: str
    marks: tuple[int, ...]
    repeated: bool
    says: str

    @property
    def outline(self) -> str:
        """The points of a hexagon."""
        x, y, nose = self.x, self.y, 14
        points = ((nose, 0), (WIDE - nose, 0), (WIDE, HIGH / 2), (WIDE - nose, HIGH), (nose, HIGH), (0, HIGH / 2))
        return " ".join(f"{_number(x + dx)},{_number(y + dy)}" for dx, dy in points)

    @property
    def behind(self) -> tuple[float, float]:
        """The corner of the box behind, of a step that is done for each record."""
        return self.x + 5, self.y + 5

    @property
    def bar(self) -> str:
        return f"M{_number(self.x + 6)} {_number(self.y)}v{HIGH}"

    @property
    def diamond(self) -> str:
        return f"M{_number(self.x + 24)} {_number(self.y + HIGH / 2 - 7)}l7 7l-7 7l-7 -7Z"

    @property
    def text_x(self) -> float:
        return self.x + _INSETS[self.shape]

    @property
    def sub_y(self) -> float:
        return self.lines[-1][0] + 17

    @property
    def mark(self) -> str:
        """A diamond in the right upper corner."""
        return f"M{_number(self.x + WIDE - 14)} {_number(self.y - 15)}l13 13l-13 13l-13 -13Z"

    @property
    def mark_at(self) -> tuple[float, float]:
        return self.x + WIDE - 14, self.y + 2

    @property
    def mark_text(self) -> str:
        return ", ".join(map(str, self.marks))


@dataclass(frozen=True, kw_only=True)
class ArrowView:
    path: str
    tie: str


@dataclass(frozen=True, kw_only=True)
class LaneView:
    title: str
    y: float
    height: float
    is_odd: bool

    @property
    def title_y(self) -> float:
        return self.y + 20


@dataclass(frozen=True, kw_only=True)
class ConditionView:
    """What the mark of this number stands for; `place` is that of a decision that it asks, empty where it asks none."""

    number: int
    says: str
    place: str
    decision: str


@dataclass(frozen=True, kw_only=True)
class StageText:
    title: str
    steps: tuple[tuple[str, str, str], ...]  # place, title, what is to be known


@dataclass(frozen=True, kw_only=True)
class FlowView:
    width: float
    height: float
    lanes: tuple[LaneView, ...]
    boxes: tuple[BoxView, ...]
    arrows: tuple[ArrowView, ...]
    conditions: tuple[ConditionView, ...]
    shapes: tuple[Shape, ...]
    repeats: bool
    asks: bool
    stages: tuple[StageText, ...]


@lru_cache(maxsize=32)
def flow_view(plan: Plan) -> FlowView:
    """Drawn once, and kept with the plan."""
    runbook = plan.runbook
    drawn = flow(runbook)
    tops = _tops(drawn)
    conditions = tuple(_conditions(runbook))
    numbers = {one.says: one.number for one in conditions}
    steps = {step.name: step for stage in stage_views(runbook) for step in stage.steps}
    boxes = tuple(_box(runbook, box, tops, steps, numbers) for box in drawn.boxes)
    return FlowView(
        width=drawn.width * _SLOT + 2 * _MARGIN,
        height=tops[-1] + HIGH + _FOOT if tops else 0,
        lanes=tuple(_lane(lane, tops, at) for at, lane in enumerate(drawn.lanes)),
        boxes=boxes,
        arrows=tuple(_arrow(link, drawn, tops) for link in drawn.links),
        conditions=conditions,
        shapes=tuple(dict.fromkeys(box.shape for box in boxes if box.shape != "plain")),
        repeats=any(box.repeated for box in boxes),
        asks=any(link.tie == "asks" for link in drawn.links),
        stages=tuple(_stage_texts(runbook, steps)),
    )


def _tops(drawn: Flow) -> list[float]:
    """Of each layer where its boxes begin."""
    starts = {lane.first for lane in drawn.lanes}
    tops: list[float] = []
    at = 0.0
    for layer in range(drawn.layers):
        at += _LANE if layer in starts else 0
        tops.append(at)
        at += _ROW
    return tops


def _lane(lane: Lane, tops: list[float], at: int) -> LaneView:
    top = tops[lane.first] - _LANE
    bottom = tops[lane.last] + (_ROW if lane.last + 1 < len(tops) else HIGH + _FOOT)
    return LaneView(title=lane.title[:1].upper() + lane.title[1:], y=top, height=bottom - top, is_odd=at % 2 == 1)


# ------------------------------------------------------------------------------------------------------------ the boxes


def _box(runbook: Runbook, box: Box, tops: list[float], steps: dict[str, StepView], numbers: dict[str, int]) -> BoxView:
    title, sub, shape = _told(runbook, box, steps)
    x, y = _left(box), tops[box.layer] + 4
    step = runbook.steps.get(box.name)
    condition = step.when if step else None
    marks = (numbers[condition_words(runbook, condition)],) if condition is not None else ()
    room = WIDE - 2 * _INSETS[shape]
    lines = lines_of(title, room, _TITLE * _BOLD, 2)
    first = y + (31 if len(lines) == 1 else 23)
    return BoxView(
        name=box.name,
        place=_place(box),
        shape=shape,
        x=x,
        y=y,
        lines=tuple((first + at * 16, line) for at, line in enumerate(lines)),
        sub=lines_of(sub, room, _SMALL, 1)[0] if sub else "",
        marks=marks,
        repeated=step is not None and step.each is not None,
        says=f"{title}: {sub}" if sub else title,
    )


def _left(box: Box) -> float:
    return round(_MARGIN + box.x * _SLOT - WIDE / 2, 1)


def _place(box: Box) -> str:
    sorts: dict[str, Sort] = {"step": "step", "milestone": "milestone"}
    return place_of(sorts[box.sort], box.name) if box.sort in sorts else "ends"


def _told(runbook: Runbook, box: Box, steps: dict[str, StepView]) -> tuple[str, str, Shape]:
    """Its title, what stands under it, and its shape."""
    if box.sort == "milestone":
        return runbook.milestones[box.name].title, "Milestone", "milestone"
    if box.sort == "end":
        ends = {end_name(at): end.name for at, end in enumerate(runbook.ends)}
        return ends[box.name][:1].upper() + ends[box.name][1:], "End", "end"
    view, step = steps[box.name], runbook.steps[box.name]
    marks = [mark for mark in view.marks if mark not in {"sometimes", "also after the end"}]
    return view.title, ", ".join(filter(None, [view.kind, *marks, view.who])), _shape(step)


def _shape(step: Step) -> Shape:
    if step.on_event is not None:
        return "on-report"
    if step.discretionary:
        return "if-begun"
    if step.by_itself:
        return "by-itself"
    return "acceptance" if step.kind == "acceptance" else "plain"


def _conditions(runbook: Runbook) -> Iterator[ConditionView]:
    """Each that some step is under, once."""
    found: dict[str, Condition] = {}
    for step in runbook.steps.values():
        if step.when is not None:
            found.setdefault(condition_words(runbook, step.when), step.when)
    for number, (says, condition) in enumerate(found.items(), start=1):
        asked = next((test.ref.name for test in tests_in(condition) if test.ref.source == "output"), "")
        yield ConditionView(
            number=number,
            says=says,
            place=place_of("decision", asked) if asked else "",
            decision=runbook.decisions[asked].title if asked else "",
        )


# ----------------------------------------------------------------------------------------------------------- the arrows


def _arrow(link: Link, drawn: Flow, tops: list[float]) -> ArrowView:
    boxes = {box.name: box for box in drawn.boxes}
    one, other = boxes[link.of], boxes[link.to]
    path = _down(one, other, link, tops) if one.layer < other.layer else _up(one, other, tops)
    return ArrowView(path=path, tie=link.tie)


def _down(one: Box, other: Box, link: Link, tops: list[float]) -> str:
    """From under the one to above the other, straight down beside what lies between."""
    x, y = _across(one.x), tops[one.layer] + 4 + HIGH
    parts = [f"M{_number(x)} {_number(y)}"]
    for layer, at in link.bends:
        parts += [_curve(x, y, _across(at), tops[layer] + 4), f"V{_number(tops[layer] + 4 + HIGH)}"]
        x, y = _across(at), tops[layer] + 4 + HIGH
    parts.append(_curve(x, y, _across(other.x), tops[other.layer] + 4 - 7))
    return "".join(parts)


def _up(one: Box, other: Box, tops: list[float]) -> str:
    """Around the right of both."""
    x, y = _left(one) + WIDE, tops[one.layer] + 4 + HIGH / 2
    to_x, to_y = _left(other) + WIDE + 7, tops[other.layer] + 4 + HIGH / 2
    far = max(x, to_x) + 18
    numbers = (far, y, far, to_y, to_x, to_y)
    return f"M{_number(x)} {_number(y)}C" + " ".join(map(_number, numbers))


def _across(x: float) -> float:
    return _MARGIN + x * _SLOT


def _curve(x: float, y: float, to_x: float, to_y: float) -> str:
    if abs(x - to_x) < 0.5:
        return f"V{_number(to_y)}"
    half = (to_y - y) / 2
    numbers = (x, y + half, to_x, to_y - half, to_x, to_y)
    return "C" + " ".join(map(_number, numbers))


def _number(value: float) -> str:
    return f"{value:.1f}".rstrip("0").rstrip(".")


# --------------------------------------------------------------------------------------------------------- in words


def _stage_texts(runbook: Runbook, steps: dict[str, StepView]) -> Iterator[StageText]:
    for stage in runbook.stages:
        inside = [step for step in runbook.steps.values() if step.stage == stage]
        if inside:
            yield StageText(
                title=stage[:1].upper() + stage[1:],
                steps=tuple(
                    (steps[one.name].place, one.title, _in_words(runbook, one, steps[one.name])) for one in inside
                ),
            )


def _in_words(runbook: Runbook, step: Step, view: StepView) -> str:
    """`Form, Implementation Manager. After “A” and “B”. Only where MRR is from 5,000 USD. If begun.`"""
    said = [", ".join(filter(None, [view.kind, view.who]))]
    if step.needs:
        said.append(f"After {listed([the_step(runbook, name) for name in step.needs])}")
    if step.when is not None:
        said.append(f"Only where {condition_words(runbook, step.when)}")
    said += [mark[:1].upper() + mark[1:] for mark in view.marks if mark != "sometimes"]
    if step.reopens:
        said.append(f"Sends back to {listed([the_step(runbook, name) for name in step.reopens])}")
    return f"{'. '.join(said)}."
