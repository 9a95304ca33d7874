"""The picture of what a decision table covers, in pixels; and its gaps and overlaps in words.

One rule: which columns are drawn, and where the others stand, is the reader's to choose; what they ask for and the
table does not have is left out.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import prod

from handrail.desk.queries.runbook.lettering import lines_of, width_of
from handrail.desk.queries.runbook.tables import DecisionView, decision_view
from handrail.handoff.plan import Plan
from handrail.runbook.model import Decision
from handrail.runbook.tables.analysis import Analysis
from handrail.runbook.tables.coverage import MOST_BANDS, Axis, Coverage, Look, Picture, Region
from handrail.runbook.tables.findings import Finding, Findings

MOST_PANES, MOST_FIELDS = 8, 400
_HUES = 8
_DRAWN = ("down", "across", "panes")
_FIELD_WIDE, _FIELD_HIGH = 118, 56
_LEFT, _TOP = 172, 54
_SIZE, _BOLD = 12.0, 17.0  # of letters, as wide as they are set

_WORDS: Mapping[Look, str] = {
    "gap": "no rule",
    "otherwise": "otherwise",
    "overlap": "overlap",
    "rule": "",
    "several": "",
}


@dataclass(frozen=True, kw_only=True)
class LabelView:
    """Lines of text, each with its y; centred at `x` for a column, ending there for a row."""

    x: float
    lines: tuple[tuple[float, str], ...]


@dataclass(frozen=True, kw_only=True)
class FieldView:
    """A rectangle of the picture; `hue` is a number of a colour, of the rule that gives the answer."""

    look: Look
    hue: int
    x: float
    y: float
    width: float
    height: float
    label: str
    sub: str
    says: str

    @property
    def middle(self) -> float:
        return self.x + self.width / 2

    @property
    def label_y(self) -> float:
        return self.y + self.height / 2 + (0 if self.sub else 5)

    @property
    def sub_y(self) -> float:
        return self.y + self.height / 2 + 15

    @property
    def plate(self) -> tuple[float, float, float, float]:
        """Where the words lie on hatching: x, y, width and height."""
        width = min(self.width - 8, width_of(max(self.label, self.sub, key=len), 13) + 14)
        height = 40 if self.sub else 24
        return self.middle - width / 2, self.y + (self.height - height) / 2, width, height


@dataclass(frozen=True, kw_only=True)
class PictureView:
    """`title` is where the column of the panes stands, empty where there is one picture only."""

    title: str
    width: float
    height: float
    across: str
    down: str
    columns: tuple[LabelView, ...]
    rows: tuple[LabelView, ...]
    fields: tuple[FieldView, ...]
    texts: tuple[str, ...]
    left_out: tuple[str, ...]

    @property
    def left(self) -> float:
        return _LEFT

    @property
    def down_y(self) -> float:
        return _TOP - 8


@dataclass(frozen=True, kw_only=True)
class ColumnChoice:
    """A column that the picture could be drawn by. `role` is what it does now: across, down, panes or fixed; `band` the
    number of the band at which it stands."""

    at: int
    title: str
    bands: tuple[str, ...]
    role: str
    band: int


@dataclass(frozen=True, kw_only=True)
class Trouble:
    """What is said of gaps, or of overlaps: each as (where, example); `more` how many are not listed."""

    found: tuple[tuple[str, str], ...]
    more: str


@dataclass(frozen=True, kw_only=True)
class CoverageView:
    """`can_choose` where there are more columns than one picture shows; `looks` are those that occur."""

    table: DecisionView
    columns: tuple[ColumnChoice, ...]
    pictures: tuple[PictureView, ...]
    boundaries: tuple[tuple[str, str, str], ...]
    gaps: Trouble
    gaps_matter: bool
    overlaps: Trouble
    overlaps_matter: bool
    looks: tuple[Look, ...]

    @property
    def can_choose(self) -> bool:
        return len(self.columns) > 2

    @property
    def fixed(self) -> tuple[ColumnChoice, ...]:
        return tuple(one for one in self.columns if one.role == "fixed")


@lru_cache(maxsize=256)
def _known(plan: Plan, name: str) -> tuple[Coverage, Analysis]:
    """Kept with the plan: the proofs about a large table take a second."""
    decision = plan.runbook.decisions[name]
    return Coverage(decision), Analysis(decision)


def coverage_view(plan: Plan, name: str, asked: Mapping[str, str]) -> CoverageView:
    """`asked` by `across`, `down`, `panes` and `at-N` for column N: numbers, of columns and of bands."""
    decision = plan.runbook.decisions[name]
    coverage, analysis = _known(plan, name)
    columns = _chosen(coverage, asked)
    pictures = tuple(_pictures(coverage, columns))
    overlaps = analysis.overlaps if decision.hit_policy != "any" else analysis.contradictions
    return CoverageView(
        table=decision_view(plan.runbook, decision),
        columns=columns,
        pictures=pictures,
        boundaries=tuple(_boundaries(coverage)),
        gaps=_trouble(analysis.gaps, "gap"),
        gaps_matter=analysis.gaps_matter,
        overlaps=_trouble(overlaps, "overlap"),
        overlaps_matter=decision.hit_policy in {"unique", "any"},
        looks=tuple(dict.fromkeys(field.look for one in pictures for field in one.fields)),
    )


def _boundaries(coverage: Coverage) -> Iterator[tuple[str, str, str]]:
    for at in coverage.varying:
        for value, band in coverage.boundaries(at):
            yield coverage.decision.inputs[at].title, value, band


def _trouble(found: Findings[Finding], what: str) -> Trouble:
    told = tuple((_where(one), one.example) for one in found.found)
    if found.complete:
        return Trouble(found=told, more="")
    least = "" if found.exact else "at least "
    left = found.count - len(told)
    more = f"And {least}{left:,} more." if left else f"There may be more: the search for {what}s was stopped."
    return Trouble(found=told, more=more)


def _where(finding: Finding) -> str:
    if not finding.rules:
        return finding.where
    first, second = finding.rules
    return f"Rules {first} and {second} both cover {finding.where}"


# ---------------------------------------------------------------------------------------------- which columns are drawn


def _chosen(coverage: Coverage, asked: Mapping[str, str]) -> tuple[ColumnChoice, ...]:
    varying = coverage.varying
    bands = {at: coverage.bands(at) for at in varying}
    roles = _roles(varying, {at: len(one) for at, one in bands.items()}, asked)
    return tuple(
        ColumnChoice(
            at=at,
            title=coverage.decision.inputs[at].title,
            bands=bands[at],
            role=roles[at],
            band=_number(asked.get(f"at-{at}", ""), len(bands[at])) or 0,
        )
        for at in varying
    )


def _roles(varying: tuple[int, ...], sizes: Mapping[int, int], asked: Mapping[str, str]) -> dict[int, str]:
    """Down goes the column with most bands, whose words then have room; the next across, and a third in panes."""
    free = sorted(varying, key=lambda at: (-sizes[at], at))
    roles: dict[int, str] = {}
    for role in _DRAWN:
        wanted = _number(asked.get(role, ""), max(varying, default=0) + 1)
        if wanted in sizes and wanted not in roles and wanted is not None:
            roles[wanted] = role
    for role in _DRAWN:
        fitting = next((one for one in free if one not in roles), None)
        if role not in roles.values() and fitting is not None and asked.get(role) != "none":
            roles[fitting] = role
    return {
        at: "fixed" if roles.get(at) == "panes" and _are_many(roles, sizes) else roles.get(at, "fixed")
        for at in varying
    }


def _are_many(roles: Mapping[int, str], sizes: Mapping[int, int]) -> bool:
    """Too many pictures to be seen side by side, or too large ones."""
    fields = prod(min(sizes[at], MOST_BANDS) for at in roles)
    return fields > MOST_FIELDS or any(role == "panes" and sizes[at] > MOST_PANES for at, role in roles.items())


def _number(text: str, below: int) -> int | None:
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 6 else below
    return number if number < below else None


def _pictures(coverage: Coverage, columns: tuple[ColumnChoice, ...]) -> Iterator[PictureView]:
    at = {one.role: one.at for one in columns}
    fixed = {one.at: one.band for one in columns}
    panes = next((one for one in columns if one.role == "panes"), None)
    for number, band in enumerate(panes.bands if panes else ("",)):
        stands = fixed | ({panes.at: number} if panes else {})
        title = f"{panes.title}: {band}" if panes else ""
        yield _picture(coverage, coverage.picture(at.get("across"), at.get("down"), stands), title)


# ------------------------------------------------------------------------------------------------------------ in pixels


def _picture(coverage: Coverage, picture: Picture, title: str) -> PictureView:
    wide, high = (len(axis.bands) if axis else 1 for axis in (picture.across, picture.down))
    return PictureView(
        title=title,
        width=_LEFT + wide * _FIELD_WIDE + 2,
        height=_TOP + high * _FIELD_HIGH + 2,
        across=_short(picture.across.title, wide * _FIELD_WIDE - 16) if picture.across else "",
        down=_short(picture.down.title, _LEFT - 28) if picture.down else "",
        columns=tuple(_column_labels(picture.across)),
        rows=tuple(_row_labels(picture.down)),
        fields=tuple(_field(coverage.decision, one) for one in sorted(picture.regions, key=_drawn_last)),
        texts=tuple(_told(coverage.decision, one) for one in picture.regions),
        left_out=tuple(_left_out(axis) for axis in (picture.across, picture.down) if axis and axis.of > MOST_BANDS),
    )


def _drawn_last(region: Region) -> bool:
    """What has a line around it lies above what has none."""
    return region.look not in {"rule", "several"}


def _left_out(axis: Axis) -> str:
    return f"Of the {axis.of:,} bands of {axis.title} the first {MOST_BANDS} are drawn."


def _column_labels(axis: Axis | None) -> Iterator[LabelView]:
    for at, words in enumerate(axis.bands if axis else ()):
        lines = lines_of(words, _FIELD_WIDE - 8, _SIZE, 2)
        first = _TOP - 8 - 15 * (len(lines) - 1)
        x = _LEFT + (at + 0.5) * _FIELD_WIDE
        yield LabelView(x=x, lines=tuple((first + 15 * line, text) for line, text in enumerate(lines)))


def _row_labels(axis: Axis | None) -> Iterator[LabelView]:
    for at, words in enumerate(axis.bands if axis else ()):
        lines = lines_of(words, _LEFT - 14, _SIZE, 3)
        first = _TOP + (at + 0.5) * _FIELD_HIGH + 4 - 7.5 * (len(lines) - 1)
        yield LabelView(x=_LEFT - 10, lines=tuple((first + 15 * line, text) for line, text in enumerate(lines)))


def _field(decision: Decision, region: Region) -> FieldView:
    wide, high = len(region.across), len(region.down)
    lead = (region.counts or region.rules or (0,))[0]
    others = tuple(one for one in region.rules if one not in region.counts)
    label = " + ".join(map(str, region.counts if region.look in {"rule", "several"} else region.rules))
    also = f"also {', '.join(map(str, others))}" if region.look == "rule" and others else ""
    if not region.rules:
        label = _WORDS[region.look]
    return FieldView(
        look=region.look,
        hue=(lead - 1) % _HUES if lead else 0,
        x=_LEFT + region.across.start * _FIELD_WIDE,
        y=_TOP + region.down.start * _FIELD_HIGH,
        width=wide * _FIELD_WIDE,
        height=high * _FIELD_HIGH,
        label=label if width_of(label, _BOLD) <= wide * _FIELD_WIDE - 12 else f"{len(region.rules)} rules",
        sub=_WORDS[region.look] if region.look == "overlap" else _short(also, wide * _FIELD_WIDE - 12),
        says=_told(decision, region),
    )


def _short(text: str, width: float) -> str:
    return lines_of(text, width, _SIZE * 1.14, 1)[0] if text else ""


def _told(decision: Decision, region: Region) -> str:
    """`MRR from 5,000 USD: rule 4.`"""
    where = region.where if decision.inputs else "Every case"
    match region.look:
        case "gap":
            return f"{where}: no rule; for example {region.example}."
        case "otherwise":
            return f"{where}: no rule, which has an answer too."
        case "overlap":
            return f"{where}: {_rules(region.rules)} overlap; for example {region.example}."
        case _:
            return f"{where}: {_rules(region.counts)}{_also(region)}."


def _also(region: Region) -> str:
    others = tuple(one for one in region.rules if one not in region.counts)
    return f", before {_rules(others)}" if others else ""


def _rules(numbers: tuple[int, ...]) -> str:
    if len(numbers) == 1:
        return f"rule {numbers[0]}"
    return f"rules {', '.join(map(str, numbers[:-1]))} and {numbers[-1]}"
