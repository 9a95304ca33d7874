"""The analysis of an account in a transfer, as its page shows it: what the records answer and from where, what is
asked, what does not fit, and both records side by side.

One rule: what somebody wrote in the account's handoff goes before what the records say.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from handrail.book import analysis as book
from handrail.desk import models
from handrail.desk.queries.customer.facts import Told, told_by
from handrail.desk.queries.opened import Opened
from handrail.desk.runbooks import runbook_of
from handrail.desk.transfers.known import Known, known_of, version_of
from handrail.runbook.kinds import Written, in_a_line
from handrail.runbook.model import Runbook


@dataclass(frozen=True, kw_only=True)
class Answered:
    """`source` is where the answer comes from; empty where it is to be asked."""

    question: book.Question
    source: str


@dataclass(frozen=True, kw_only=True)
class Side:
    told: Told | None
    source: str = ""


@dataclass(frozen=True, kw_only=True)
class Row:
    title: str
    left: Side
    right: Side
    state: book.State
    compares: bool


@dataclass(frozen=True, kw_only=True)
class Analysis:
    crm: tuple[Answered, ...]
    lms: tuple[Answered, ...]
    discrepancies: tuple[book.Discrepancy, ...]
    rows: tuple[Row, ...]
    facts: Mapping[str, Written]
    sources: Mapping[str, str]

    @property
    def known(self) -> int:
        return sum(one.question.is_known for one in (*self.crm, *self.lms))

    @property
    def asked(self) -> int:
        return len(self.crm) + len(self.lms) - self.known

    @property
    def differences(self) -> int:
        return sum(row.compares and row.state == "different" for row in self.rows)


def analysis_of(line: models.TransferLine, opened: Opened | None, today: date) -> Analysis:
    """`opened` is the handoff of the account, where it has one."""
    version = version_of(line.transfer)
    runbook = opened.plan.runbook if opened else (runbook_of(version) if version else None)
    known = _known(line, opened, runbook)
    facts = {name: one.value for name, one in known.items()}
    asked = [_answered(one, known) for one in book.questions(facts, today)]
    sheet = {name: value for name, value in line.sheet.items() if isinstance(value, str)}
    return Analysis(
        crm=tuple(one for one in asked if one.question.record == "crm"),
        lms=tuple(one for one in asked if one.question.record == "lms"),
        discrepancies=(*book.discrepancies(facts, today), *book.against_sheet(facts, sheet)),
        rows=tuple(_row(pair, known, runbook) for pair in book.PAIRS) if runbook else (),
        facts=facts,
        sources={name: one.source for name, one in known.items()},
    )


def _known(line: models.TransferLine, opened: Opened | None, runbook: Runbook | None) -> dict[str, Known]:
    if line.customer_id is None or runbook is None:
        return {}
    records = known_of(line.transfer, line.customer_id, runbook)
    given = opened.state.facts if opened else {}
    found = dict(records)
    for name, fact in given.items():
        if name not in records or in_a_line(records[name].value) != in_a_line(fact.value):
            found[name] = Known(value=fact.value, source=fact.by.name if fact.by else fact.source)
    return found


def _answered(question: book.Question, known: Mapping[str, Known]) -> Answered:
    sources = dict.fromkeys(known[name].source for name in question.facts if name in known)
    return Answered(question=question, source=", ".join(sources) if question.is_known else "")


def _row(pair: book.Pair, known: Mapping[str, Known], runbook: Runbook) -> Row:
    facts = {name: one.value for name, one in known.items()}
    return Row(
        title=pair.title,
        left=_side(pair.left, known, runbook),
        right=_side(pair.right, known, runbook),
        state=pair.state(facts),
        compares=bool(pair.compares),
    )


def _side(name: str, known: Mapping[str, Known], runbook: Runbook) -> Side:
    one = known.get(name)
    if one is None:
        return Side(told=None)
    _, told = told_by(name, one.value, [runbook.facts[name]] if name in runbook.facts else [])
    return Side(told=told, source=one.source)
