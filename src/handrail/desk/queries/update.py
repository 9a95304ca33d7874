"""An update of another system: what is to stand in its fields now, and what was last written there."""

from dataclasses import dataclass

from handrail.desk.queries.opened import Opened
from handrail.handoff.updating import value_of_field
from handrail.handoff.words import ref_title
from handrail.runbook.model import Step, Write


@dataclass(frozen=True, kw_only=True)
class WriteLine:
    """`value` is empty where it is not known yet; `source` where it comes from, empty where that needs no telling."""

    field: str
    value: str
    source: str
    wrote: str

    @property
    def is_out_of_step(self) -> bool:
        return bool(self.wrote) and self.wrote != self.value


@dataclass(frozen=True, kw_only=True)
class UpdateView:
    """`has_changed` where something that was written is to be written anew."""

    system: str
    lines: tuple[WriteLine, ...]

    @property
    def has_changed(self) -> bool:
        return any(one.is_out_of_step for one in self.lines)

    @property
    def was_written(self) -> bool:
        return any(one.wrote for one in self.lines)


def update_of(opened: Opened, step: Step) -> UpdateView | None:
    if step.kind != "update":
        return None
    known = opened.state.steps.get(step.name)
    wrote = known.wrote if known else {}
    return UpdateView(
        system=step.system,
        lines=tuple(
            WriteLine(
                field=one.field,
                value=value_of_field(opened.plan, opened.state, one) or "",
                source=_source(opened, one),
                wrote=wrote.get(one.field, ""),
            )
            for one in step.writes
        ),
    )


def _source(opened: Opened, write: Write) -> str:
    title = ref_title(opened.plan, write.ref) if write.ref else ""
    return "" if title.casefold() == write.field.casefold() else title
