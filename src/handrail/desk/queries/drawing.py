"""The plan of a handoff drawn: a rail of what waits for what beside its steps, and the same in layers.

One rule: it draws what `handoff.flow` laid out; sizes are in pixels and ems, whatever the length of a title.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from handrail.desk.queries.opened import Opened
from handrail.desk.queries.plan_lines import StageLines, StepLine
from handrail.handoff.flow import Needs, Piece, Rail, followers, layers, needs_in, rail
from handrail.runbook.words import listed

_LANE, _EDGE, _WIDEST = 11, 8, 120
_MOST_LANES = 11
_MIDDLE = "1.55em"  # where the mark of a step is, from the top of its row


@dataclass(frozen=True, kw_only=True)
class RailLine:
    hub: str
    part: str
    x1: int
    y1: str
    x2: int
    y2: str


@dataclass(frozen=True, kw_only=True)
class RowDrawing:
    """Beside one step; `needs` are the names that it waits for, `needed_by` the words for what waits for it."""

    lines: tuple[RailLine, ...]
    needs: tuple[str, ...]
    needed_by: str


@dataclass(frozen=True, kw_only=True)
class StageDrawing:
    stage: StageLines
    passing: tuple[RailLine, ...]
    rows: tuple[tuple[StepLine, RowDrawing], ...]


@dataclass(frozen=True, kw_only=True)
class PlanDrawing:
    """`lanes` names how wide the rail is in the style sheet, where eleven is as wide as it gets."""

    width: int
    lanes: int
    stages: tuple[StageDrawing, ...]


def plan_drawing(opened: Opened, stages: tuple[StageLines, ...]) -> PlanDrawing:
    needs, titles = needs_in(opened.plan, opened.state), {line.name: line.title for line in _lines(stages)}
    order = tuple(line.name for line in _lines(stages))
    laid, after = _laid(order, tuple(needs.items())), followers(needs)
    draw = _Pen(laid)
    return PlanDrawing(
        width=draw.width,
        lanes=min(laid.lanes, _MOST_LANES),
        stages=tuple(
            StageDrawing(
                stage=stage,
                passing=draw.passing(stage.steps[0].name),
                rows=tuple((line, draw.row(line, needs, after, titles)) for line in stage.steps),
            )
            for stage in stages
        ),
    )


@lru_cache(maxsize=256)
def _laid(order: tuple[str, ...], needs: tuple[tuple[str, Sequence[str]], ...]) -> Rail:
    """Handoffs of one runbook are mostly drawn alike."""
    return rail(order, dict(needs))


def _lines(stages: Iterable[StageLines]) -> Iterable[StepLine]:
    return (line for stage in stages for line in stage.steps)


class _Pen:
    def __init__(self, laid: Rail) -> None:
        self._laid = laid
        self._apart = min(_LANE, (_WIDEST - _EDGE) // max(laid.lanes, 1))
        self.width = laid.lanes * self._apart + _EDGE if laid.lanes else 0

    def row(
        self, line: StepLine, needs: Needs, after: Mapping[str, tuple[str, ...]], titles: Mapping[str, str]
    ) -> RowDrawing:
        waiting = [f"“{titles[name]}”" for name in after.get(line.name, ()) if name in titles]
        return RowDrawing(
            lines=tuple(map(self._line, self._laid.rows[line.name])),
            needs=tuple(needs.get(line.name, ())),
            needed_by=listed(waiting) if waiting else "",
        )

    def passing(self, name: str) -> tuple[RailLine, ...]:
        lines = (self._line(piece) for piece in self._laid.before[name])
        return tuple(replace(line, part="through", y2="100%") for line in lines)

    def _line(self, piece: Piece) -> RailLine:
        x = self.width - _EDGE - piece.lane * self._apart - self._apart // 2
        x1, y1, x2, y2 = {
            "up": (x, "0", x, _MIDDLE),
            "down": (x, _MIDDLE, x, "100%"),
            "out": (self.width, _MIDDLE, x, _MIDDLE),
            "in": (x, _MIDDLE, self.width, _MIDDLE),
        }[piece.part]
        return RailLine(hub=piece.hub, part=piece.part, x1=x1, y1=y1, x2=x2, y2=y2)


# ------------------------------------------------------------------------------------------------------------ a graph

_BOX_WIDE, _BOX_HIGH, _GAP_WIDE, _GAP_HIGH, _MARGIN = 190, 54, 46, 16, 8
_LINE, _MOST_LINES = 22, 2


@dataclass(frozen=True, kw_only=True)
class Box:
    """`words` is the title in the lines that there is room for."""

    line: StepLine
    x: int
    y: int
    words: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Way:
    of: str
    to: str
    path: str


@dataclass(frozen=True, kw_only=True)
class Graph:
    width: int
    height: int
    boxes: tuple[Box, ...]
    ways: tuple[Way, ...]
    box_wide: int = _BOX_WIDE
    box_high: int = _BOX_HIGH


def plan_graph(opened: Opened, stages: tuple[StageLines, ...]) -> Graph:
    """The steps of records are in the step that they are of."""
    lines = {line.name: line for line in _lines(stages) if not line.of_record}
    needs = {name: tuple(one for one in waits if one in lines) for name, waits in _wanted(opened, lines).items()}
    places = {
        name: (_MARGIN + column * (_BOX_WIDE + _GAP_WIDE), _MARGIN + row * (_BOX_HIGH + _GAP_HIGH))
        for column, layer in enumerate(layers(tuple(lines), needs))
        for row, name in enumerate(layer)
    }
    return Graph(
        width=max((x for x, _ in places.values()), default=0) + _BOX_WIDE + _MARGIN,
        height=max((y for _, y in places.values()), default=0) + _BOX_HIGH + _MARGIN,
        boxes=tuple(
            Box(line=lines[name], x=x, y=y, words=_broken(lines[name].title)) for name, (x, y) in places.items()
        ),
        ways=tuple(_way(one, name, places) for name, waits in needs.items() for one in waits),
    )


def _wanted(opened: Opened, lines: Mapping[str, StepLine]) -> Needs:
    return {name: waits for name, waits in needs_in(opened.plan, opened.state).items() if name in lines}


def _way(of: str, to: str, places: Mapping[str, tuple[int, int]]) -> Way:
    (x1, y1), (x2, y2) = places[of], places[to]
    start, end, half = (x1 + _BOX_WIDE, y1 + _BOX_HIGH // 2), (x2, y2 + _BOX_HIGH // 2), _GAP_WIDE // 2
    path = f"M{start[0]} {start[1]}C{start[0] + half} {start[1]} {end[0] - half} {end[1]} {end[0]} {end[1]}"
    return Way(of=of, to=to, path=path)


def _broken(title: str) -> tuple[str, ...]:
    """In lines of about the width of a box; what has no room ends in an ellipsis."""
    lines: list[str] = []
    for word in title.split():
        if lines and len(lines[-1]) + 1 + len(word) <= _LINE:
            lines[-1] = f"{lines[-1]} {word}"
        else:
            lines.append(word)
    if len(lines) > _MOST_LINES:
        lines = [*lines[: _MOST_LINES - 1], " ".join(lines[_MOST_LINES - 1 :])]
    return tuple(line if len(line) <= _LINE else f"{line[: _LINE - 1].rstrip()}…" for line in lines)
