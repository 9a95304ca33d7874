"""`handrail decide`: ask a decision of a runbook, for one case or for every row of a CSV file.

One rule: everything unfit is told at once, before anything is decided.
"""

import sys
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec

from handrail.command_line.checking import content_of, tell_problems
from handrail.command_line.deciding_rows import decide_rows
from handrail.runbook.exchange.asking import ExchangedInquiry
from handrail.runbook.exchange.loading import holds_tables, tables_in
from handrail.runbook.exchange.names import plain_name
from handrail.runbook.inquiry import Answer, Inquiry, Known
from handrail.runbook.kinds import Scalar, Unfit, spoken
from handrail.runbook.loading import load
from handrail.runbook.reading.margin import did_you_mean
from handrail.runbook.tables.deciding import Decided

# Numbers are written digit for digit; a float would move an amount across a boundary.
_JSON = msgspec.json.Encoder(decimal_format="number")


def decide(file: Path, decision: str, given: Sequence[str], *, as_json: bool = False, csv: str | None = None) -> int:
    """0 where it is decided, 1 where not, 2 where what was given cannot be used."""
    inquiry = inquiry_in(file, decision)
    if inquiry is None:
        return 2
    if csv is not None:
        mixed = [f"“{csv}” gives the cases: take {' '.join(given)} out."] if given else []
        mixed += ["With --csv the answer is CSV: take --json out."] if as_json else []
        return _refuse(mixed) if mixed else decide_rows(inquiry, csv)
    return _decide_case(inquiry, given, as_json=as_json)


def inquiry_in(file: Path, decision: str) -> Inquiry | None:
    """The decision of a runbook, or of a file of tables; None where it cannot be asked, which is then told."""
    content = content_of(file)
    if isinstance(content, str):
        _refuse([content])
        return None
    if holds_tables(content, str(file)):
        return _exchanged_inquiry(content, str(file), decision)
    reading = load(content, str(file))
    if reading.runbook is None:
        tell_problems(reading.problems, content)
    elif decision not in reading.runbook.decisions:
        _refuse([f"No decision is called “{decision}”. {did_you_mean(decision, reading.runbook.decisions)}"])
    else:
        return Inquiry(reading.runbook, decision)
    return None


def _exchanged_inquiry(content: bytes, file: str, decision: str) -> Inquiry | None:
    """Only what keeps this decision from being asked is told: the others of the file are left aside."""
    exchanged = tables_in(content, file)
    name = exchanged.names.get(plain_name(decision))
    if name is not None:
        return ExchangedInquiry(exchanged, name)
    problems = exchanged.unread.get(plain_name(decision)) or () if exchanged.tables else exchanged.problems
    if problems:
        tell_problems(problems, content)
    else:
        _refuse([f"No decision is called “{decision}”. {did_you_mean(decision, exchanged.names)}"])
    return None


def _refuse(says: Sequence[str]) -> int:
    for line in says:
        print(line, file=sys.stderr)
    return 2


def _decide_case(inquiry: Inquiry, given: Sequence[str], *, as_json: bool) -> int:
    mistakes: list[str] = []
    known = dict(_read(given, inquiry, mistakes))
    if mistakes:
        return _refuse(mistakes)
    answers = inquiry.ask(known)
    if as_json:
        print(_JSON.encode(_plain(answers, known)).decode())
    else:
        for answer in answers:
            print(*_said(answer), sep="\n")
    return 0 if isinstance(answers[-1].outcome, Decided) else 1


def _read(
    given: Sequence[str], inquiry: Inquiry, mistakes: list[str]
) -> Iterator[tuple[str, Scalar | tuple[Scalar, ...]]]:
    """The values by what they are the value of; what cannot be read is told in `mistakes`."""
    askable = inquiry.askable
    seen: dict[str, str] = {}
    for text in given:
        name, sign, written = text.partition("=")
        asked = askable.get(name.strip())
        if not sign:
            mistakes.append(f"“{text}” gives nothing a value. Write it like name=value.")
        elif asked is None:
            mistakes.append(f"The decision does not look at “{name}”. {did_you_mean(name, inquiry.names)}")
        elif asked.key in seen:
            mistakes.append(f"“{name}” is given twice: {seen[asked.key]} and {text}. Keep one.")
        else:
            seen[asked.key] = text
            value = asked.read(written)
            if isinstance(value, Unfit):
                mistakes.append(f"{name}: {value.says}")
            else:
                yield asked.key, value


def _said(answer: Answer) -> Iterator[str]:
    decision, outcome = answer.decision, answer.outcome
    if not isinstance(outcome, Decided):
        yield f"{decision.title}: undecided. {answer.because}"
        return
    outputs = [(output, spoken(decision.kind_of(output), outcome.outputs[output.name])) for output in decision.outputs]
    if len(outputs) == 1:
        yield f"{decision.title}: {outputs[0][1]}"
    else:
        yield f"{decision.title}:"
        yield from (f"  {output.title}: {value}" for output, value in outputs)
    yield f"  {answer.because} ({_line_of(answer, outcome)})"
    yield from (f"  Note: {rule.note}" for rule in outcome.rules if rule.note)
    yield from (f"  {boundary}" for boundary in answer.boundaries)


def _line_of(answer: Answer, decided: Decided) -> str:
    """Of the first rule that applied; of the table where none did."""
    place = decided.rule.place if decided.rule else answer.decision.place
    return f"{place.file}:{place.line}"


def _plain(answers: Sequence[Answer], known: Known) -> dict[str, Any]:
    """The answer for machines; what was decided on the way stands in `before`."""
    return {
        **_plain_answer(answers[-1]),
        "facts": {name: _plain_value(value) for name, value in known.items()},
        "before": [_plain_answer(answer) for answer in answers[:-1]],
    }


def _plain_answer(answer: Answer) -> dict[str, Any]:
    outcome = answer.outcome
    decided = outcome if isinstance(outcome, Decided) else None
    return {
        "decision": answer.decision.name,
        "outcome": "decided" if decided else "undecided",
        "outputs": {name: _plain_value(value) for name, value in decided.outputs.items()} if decided else {},
        "rule": decided.rule.number if decided and decided.rule else None,
        "rules": [rule.number for rule in decided.rules] if decided else [],
        "place": _line_of(answer, decided) if decided else None,
        "note": " ".join(rule.note for rule in decided.rules if rule.note) if decided else "",
        "boundary": list(answer.boundaries),
        "because": answer.because,
    }


def _plain_value(value: Scalar | tuple[Scalar, ...]) -> object:
    """A whole Decimal as an int, so that 90 is not written 90.0 or 9E+1."""
    if isinstance(value, tuple):
        return [_plain_value(one) for one in value]
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else value
    return value
