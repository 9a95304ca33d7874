"""A small runbook without problems, and ways to spoil it, for tests of reading and checking."""

from dataclasses import dataclass
from itertools import groupby, pairwise
from pathlib import Path

SMALL = """\
runbook: small
version: "1"
facts:
  vertical: {kind: choice, of: [tax, utilities]}
  mrr: {kind: money, currency: USD, at_least: 0, owed_by: pm}
  go_live: {kind: date, owed_by: pm}
roles:
  pm: {title: Project Manager}
  lead: {title: Client Services lead}
decisions:
  support:
    inputs: [vertical, mrr]
    outputs:
      type: {kind: choice, of: [desk, transition]}
      days: {kind: number, whole: yes}
    rules:
      - {when: ["-", "[0..3000)"], then: [desk, 0]}
      - {when: [tax, ">= 3000"], then: [transition, 30]}
      - {when: {vertical: utilities, mrr: ">= 3000"}, then: {days: 90, type: transition}}
forms:
  summary:
    sections:
      - title: General
        fields: {notes: {kind: link}, area: {}}
stages: [prepare, go live]
steps:
  fill:
    {stage: prepare, kind: form, form: summary, raci: {pm: RA}, due: 5 working days before go_live}
  accept:
    {stage: go live, kind: acceptance, raci: {lead: RA, pm: I}, needs: [fill], on_refuse: {reopen: [fill]}}
  watch:
    stage: go live
    kind: task
    raci: {pm: RA}
    when: {support.type: transition}
    opens: {on: support.days calendar days after go_live}
ends:
  over: {when: {accept: done}}
"""


def spoiled(*changes: tuple[str, str]) -> str:
    """`SMALL` with each of the texts, which must stand in it exactly once, replaced by another."""
    text = SMALL
    for before, after in changes:
        assert text.count(before) == 1, f"{before!r} stands {text.count(before)} times in the small runbook"
        text = text.replace(before, after)
    return text


@dataclass(frozen=True)
class Case:
    """A text, and every problem that it is told to have, one a line as `handrail check` prints them."""

    name: str
    text: str
    problems: tuple[str, ...]


def cases(file: str) -> list[Case]:
    """The cases of a text file beside this one; its head tells how they are written."""
    text = (Path(__file__).parent / file).read_text(encoding="utf-8")
    return [_case(part) for part in text.split("\n## ")[1:]]


def _case(part: str) -> Case:
    name, *lines = part.split("\n")
    signed = [(line[:1], line[2:]) for line in lines if line]
    whole = [rest for sign, rest in signed if sign == "|"]
    problems = tuple(f"small.yaml{rest}" for sign, rest in signed if sign == "=")
    return Case(name, "\n".join(whole) if whole else spoiled(*_changes(signed)), problems)


def _changes(signed: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Each run of lines at - with the run at + that follows it."""
    runs = [(sign, "\n".join(rest for _, rest in run)) for sign, run in groupby(signed, key=lambda line: line[0])]
    return [(before, after) for (sign, before), (_, after) in pairwise(runs) if sign == "-"]
