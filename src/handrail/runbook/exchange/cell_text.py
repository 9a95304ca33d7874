"""Cells as S-FEEL writes them and as Handrail does: from one to the other and back.

One rule: a cell means the same on both sides, or it is refused.
"""

import re
from datetime import date
from decimal import Decimal

from handrail.runbook.cells import Among, Anything, Cell, Interval, Presence, Within, parse
from handrail.runbook.exchange.feel import Between, Compared, Literal, Moment, Operand, UnaryTests, written
from handrail.runbook.exchange.feel import Test as FeelTest
from handrail.runbook.kinds import Choice, Date, Kind, Link, Money, Number, Scalar, Text, Unfit, YesNo, name_of, plain
from handrail.runbook.reading.margin import listed, quoted

_PLAIN_WORD = re.compile(r"[^\W_][\w .&/'’-]*")
_NEGATION = "not("


def cell_of(tests: UnaryTests, kind: Kind) -> Cell | Unfit:
    """The cell that holds where the tests do, for values of `kind`; they speak of no other data."""
    if not tests.tests:
        return Anything()
    moment = next((one for test in tests.tests for one in _operands(test) if isinstance(one, Moment)), None)
    if moment is not None:
        return Unfit(f"{quoted(moment.text)} is a time or a duration, which no cell holds.")
    if any(value is None for test in tests.tests for value in _values(test)):
        return _presence(tests)
    unfit = next(
        (fault for test in tests.tests for value in _values(test) if (fault := unfit_value(value, kind))), None
    )
    if unfit is not None:
        return unfit
    text = _ordered_text(tests) if isinstance(kind, Number | Money | Date) else _discrete_text(tests, kind)
    return text if isinstance(text, Unfit) else parse(text, kind)


def _operands(test: FeelTest) -> tuple[Operand, ...]:
    return (test.operand,) if isinstance(test, Compared) else (test.low, test.high)


def _values(test: FeelTest) -> list[Scalar | None]:
    return [operand.value for operand in _operands(test) if isinstance(operand, Literal)]


def _presence(tests: UnaryTests) -> Cell | Unfit:
    match tests.tests:
        case (Compared("=" | "!=" as sign, Literal(None)),):
            given = (sign == "!=") != tests.negated
            return Presence(given, "given" if given else "missing")
        case _:
            return Unfit("Null stands beside other tests; a cell asks either whether a value is there or which it is.")


def unfit_value(value: Scalar | None, kind: Kind) -> Unfit | None:
    """Why the value is none of the kind."""
    match kind:
        case Number() | Money():
            fits = isinstance(value, Decimal)
        case Date():
            fits = isinstance(value, date)
        case YesNo():
            fits = isinstance(value, bool)
        case Choice(of=of) if isinstance(value, str) and value not in of:
            return Unfit(f"{quoted(value)} is none of the values that may be: {listed(of)}.")
        case _:
            fits = isinstance(value, str)
    if not fits:
        return Unfit(f"{written(value)} is not a {name_of(kind)}.")
    if isinstance(value, str) and (value != value.strip() or not value):
        return Unfit(f"The text {written(value)} begins or ends with a space, or is empty; such texts are not kept.")
    return None


def _ordered_text(tests: UnaryTests) -> str:
    parts = [text for test in tests.tests for text in _ordered_parts(test)]
    return f"{_NEGATION}{', '.join(parts)})" if tests.negated else ", ".join(parts)


def _ordered_parts(test: FeelTest) -> list[str]:
    match test:
        case Between(Literal(low), low_closed, Literal(high), high_closed):
            return [f"{'[' if low_closed else '('}{_point(low)}..{_point(high)}{']' if high_closed else ')'}"]
        case Compared("=", Literal(value)):
            return [_point(value)]
        case Compared("!=", Literal(value)):
            return [f"< {_point(value)}", f"> {_point(value)}"]
        case Compared(sign, Literal(value)):
            return [f"{sign} {_point(value)}"]
        case _:
            raise AssertionError(test)  # names are another table's business, and have been taken out


def _point(value: Scalar | None) -> str:
    return plain(value) if isinstance(value, Decimal) else str(value)


def _discrete_text(tests: UnaryTests, kind: Kind) -> str | Unfit:
    values: list[Scalar | None] = []
    signs = set()
    for test in tests.tests:
        if not (isinstance(test, Compared) and test.sign in {"=", "!="}):
            return Unfit(
                "These values have no order: a cell names those that may be, or with “not(…)” those that may not."
            )
        signs.add(test.sign)
        values += _values(test)
    if len(signs) > 1 or ("!=" in signs and len(values) > 1):
        return Unfit("“!=” stands beside other tests: write what the value may be, or “not(…)”.")
    words = ", ".join(_word(value) for value in values)
    return f"{_NEGATION}{words})" if tests.negated != ("!=" in signs) else words


def _word(value: Scalar | None) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = str(value)
    if _PLAIN_WORD.fullmatch(text) and text not in {"given", "missing"} and not text.startswith("not"):
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def feel_of(cell: Cell, kind: Kind) -> str:
    """The cell in S-FEEL; null, which says whether a value is there, is FEEL's own."""
    match cell:
        case Anything():
            return "-"
        case Presence(given=given):
            return "not(null)" if given else "null"
        case Among(values=values, negated=negated):
            words = ", ".join(written(value) for value in _in_order(values, kind))
            return f"not({words})" if negated else words
        case Within(intervals=intervals):
            return ", ".join(_interval(one) for one in intervals) or _never(kind)


def _in_order(values: frozenset[str | bool], kind: Kind) -> list[str | bool]:
    if isinstance(kind, Choice):
        return [word for word in kind.of if word in values]
    return sorted(values, key=lambda value: (value is False, str(value)))


def _interval(interval: Interval) -> str:
    low, high = interval.low, interval.high
    if low is None and high is None:
        return "not(null)"
    if low is None:
        return f"<{'=' if interval.high_closed else ''} {written(high)}"
    if high is None:
        return f">{'=' if interval.low_closed else ''} {written(low)}"
    if low == high:
        return written(low)
    opening, closing = "[" if interval.low_closed else "(", "]" if interval.high_closed else ")"
    return f"{opening}{written(low)}..{written(high)}{closing}"


def _never(kind: Kind) -> str:
    """A test that no value passes."""
    end = written(date(2000, 1, 1) if isinstance(kind, Date) else Decimal(0))
    return f"not(< {end}, >= {end})"


def kept(cell: Cell, text: str, kind: Kind) -> Cell:
    """The cell in its author's words, as long as they still say the same."""
    again = parse(text, kind)
    return again if not isinstance(again, Unfit) and _meaning(again) == _meaning(cell) else cell


def _meaning(cell: Cell) -> object:
    match cell:
        case Within(intervals=intervals):
            return intervals
        case Among(values=values, negated=negated):
            return values, negated
        case Presence(given=given):
            return ("given", given)
        case Anything():
            return "anything"


def literal_text(kind: Kind, value: Scalar) -> str:
    """An output in FEEL."""
    return written(value) if not isinstance(kind, Text | Choice | Link) else written(str(value))
