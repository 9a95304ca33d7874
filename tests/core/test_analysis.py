"""What is proved about tables, against the plainest reading of all their cases: nothing claimed that is not so, nothing
left out."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from itertools import combinations, groupby
from random import Random

import pytest
from hypothesis import given

from handrail.runbook.cells import Presence, parse
from handrail.runbook.checks.tables import and_more
from handrail.runbook.kinds import ORDERED, Choice, Date, Instant, Kind, Money, Number, Scalar, Text, Unfit, YesNo
from handrail.runbook.model import Decision, HitPolicy, Output, Rule
from handrail.runbook.tables.analysis import Analysis
from handrail.runbook.tables.findings import MOST, Findings
from handrail.runbook.tables.gaps import gap_boxes, gaps
from handrail.runbook.tables.hits import answer_of
from handrail.runbook.tables.shadows import shadows
from handrail.runbook.tables.sheet import Box, Sheet
from handrail.runbook.tables.simplification import MOST_TRIED, Merger
from tests.core.plain_tables import CHOICES, Plain, answering
from tests.core.random_tables import Case, decision_of, fits


@given(answering())
def test_gaps_are_disjoint_and_all_that_is_not_covered(plain: Plain) -> None:
    sheet = Sheet(plain.decision)
    boxes, exact = gap_boxes(sheet)
    assert exact
    assert all(all(box) for box in boxes)
    for case, fitting in zip(plain.cases, plain.fitting, strict=True):
        assert sum(_holds(sheet, box, case) for box in boxes) == (not fitting), case


def _holds(sheet: Sheet, box: Box, case: Case) -> bool:
    return all(
        bands.column.piece_of(case[bands.column.input.name]) in bands.pieces_in(held)
        for bands, held in zip(sheet.columns, box, strict=True)
    )


@given(answering())
def test_every_two_rules_that_meet_are_counted_and_those_that_differ_apart(plain: Plain) -> None:
    analysis = Analysis(plain.decision)
    meeting = {
        (one.number, other.number): one.outputs != other.outputs
        for one, other in combinations(plain.decision.rules, 2)
        if plain.reach[one.number] & plain.reach[other.number]
    }
    differing = [pair for pair, differs in meeting.items() if differs]
    assert [finding.rules for finding in analysis.overlaps.found] == list(meeting)
    assert (analysis.overlaps.count, analysis.overlaps.complete) == (len(meeting), True)
    assert [finding.rules for finding in analysis.contradictions.found] == differing
    assert (analysis.contradictions.count, analysis.contradictions.complete) == (len(differing), True)


@given(answering())
def test_overlap_holds_exactly_the_cases_of_both_rules(plain: Plain) -> None:
    sheet = Sheet(plain.decision)
    for finding in Analysis(plain.decision).overlaps.found:
        one, other = finding.rules
        both = sheet.shared(one - 1, other - 1)
        held = {at for at, case in enumerate(plain.cases) if _holds(sheet, both, case)}
        assert held == plain.reach[one] & plain.reach[other]


@given(answering())
def test_duplicates_are_the_rules_that_say_the_same_again(plain: Plain) -> None:
    assert {one.rule: one.of for one in Analysis(plain.decision).duplicates} == _repeating(plain)


def _repeating(plain: Plain) -> dict[int, int]:
    first: dict[object, int] = {}
    for rule in plain.decision.rules:
        if plain.reach[rule.number]:
            first.setdefault((plain.reach[rule.number], rule.outputs), rule.number)
    said = {rule.number: first.get((plain.reach[rule.number], rule.outputs)) for rule in plain.decision.rules}
    return {rule: of for rule, of in said.items() if of is not None and of != rule}


@given(answering())
def test_shadowed_rules_are_those_that_never_give_the_answer(plain: Plain) -> None:
    found = Analysis(plain.decision).shadowed
    assert [shadow.rule for shadow in found.found] == _never_answering(plain)
    assert found.complete
    for shadow in found.found:
        assert plain.reach[shadow.rule] <= _reach(plain, shadow.by)
        for one in shadow.by:
            assert not plain.reach[shadow.rule] <= _reach(plain, tuple(by for by in shadow.by if by != one))


def _reach(plain: Plain, rules: tuple[int, ...]) -> frozenset[int]:
    return frozenset[int]().union(*(plain.reach[rule] for rule in rules))


def _never_answering(plain: Plain) -> list[int]:
    repeating = _repeating(plain)
    looked_at = [rule for rule in plain.decision.rules if plain.reach[rule.number] and rule.number not in repeating]
    match plain.decision.hit_policy:
        case "unique":
            repeated = [rule for rule in looked_at if rule.number not in repeating.values()]
            return [rule.number for rule in repeated if not any(fitting == (rule,) for fitting in plain.fitting)]
        case "first" | "priority":
            answers = [answer_of(plain.decision, fitting) for fitting in plain.fitting]
            giving = [answer.rule for answer in answers if answer is not None]
            return [rule.number for rule in looked_at if rule not in giving]
        case "any":
            return _superfluous(plain, looked_at)
        case _:
            return []


def _superfluous(plain: Plain, rules: list[Rule]) -> list[int]:
    """Taken out one after the other, from the last on."""
    kept = list(rules)
    for rule in reversed(rules):
        alike = tuple(other.number for other in kept if other.outputs == rule.outputs and other != rule)
        if plain.reach[rule.number] <= _reach(plain, alike):
            kept.remove(rule)
    return [rule.number for rule in rules if rule not in kept]


@given(answering((("any", None),)))
def test_what_is_shadowed_under_any_can_be_taken_out_at_once(plain: Plain) -> None:
    analysis = Analysis(plain.decision)
    out = {shadow.rule for shadow in analysis.shadowed.found} | {one.rule for one in analysis.duplicates}
    left = replace(plain.decision, rules=tuple(rule for rule in plain.decision.rules if rule.number not in out))
    for fitting in plain.fitting:
        kept = tuple(rule for rule in fitting if rule.number not in out)
        assert _outputs(left, kept) == _outputs(plain.decision, fitting)


def _outputs(decision: Decision, fitting: tuple[Rule, ...]) -> object:
    answer = answer_of(decision, fitting)
    return None if answer is None else answer.outputs


@given(answering())
def test_rules_made_one_answer_every_case_as_before(plain: Plain) -> None:
    for merger in Analysis(plain.decision).mergers.found:
        merged = _merged(plain.decision, merger)
        for case, fitting in zip(plain.cases, plain.fitting, strict=True):
            before = _outputs(plain.decision, fitting)
            after = _outputs(merged, tuple(rule for rule in merged.rules if fits(merged, rule, case)))
            undecided = plain.decision.hit_policy == "unique" and len(fitting) > 1  # now it may be decided
            assert after == before or undecided, (case, merger)


def _merged(decision: Decision, merger: Merger) -> Decision:
    kept = decision.rules[merger.instead_of - 1]
    cell = parse(merger.cell, decision.inputs[merger.at].kind)
    assert not isinstance(cell, Unfit), cell.says
    one = replace(kept, cells=(*kept.cells[: merger.at], cell, *kept.cells[merger.at + 1 :]))
    gone = {merger.first, merger.second} - {merger.instead_of}
    rules = (one if rule is kept else rule for rule in decision.rules if rule.number not in gone)
    return replace(decision, rules=tuple(rules))


@given(answering((("unique", None), ("any", None), ("priority", None), ("collect", "min"), ("collect", "max"))))
def test_every_rule_that_could_be_one_with_another_is_found(plain: Plain) -> None:
    """Where neither the order of the rules nor their number matters."""
    analysis = Analysis(plain.decision)
    out = {shadow.rule for shadow in analysis.shadowed.found} | {one.rule for one in analysis.duplicates}
    looked_at = [rule for rule in plain.decision.rules if plain.reach[rule.number] and rule.number not in out]
    expected = {
        other.number: one.number for one, other in reversed(list(combinations(looked_at, 2))) if _one(plain, one, other)
    }
    found = analysis.mergers
    assert {merger.second for merger in found.found} == set(expected)
    assert found.complete


def _one(plain: Plain, one: Rule, other: Rule) -> bool:
    if (one.outputs, one.note) != (other.outputs, other.note):
        return False
    both = [(plain.cells(one.number, at), plain.cells(other.number, at)) for at in range(len(one.cells))]
    differing = [at for at, (first, second) in enumerate(both) if first != second]
    return len(differing) == 1 and _one_cell(plain, differing[0], *both[differing[0]], (one, other))


def _one_cell(plain: Plain, at: int, one: frozenset[int], other: frozenset[int], rules: tuple[Rule, Rule]) -> bool:
    count = len(plain.table.grids[at].values)
    together = one | other
    if count in together and together != {count}:
        rest = [rule.cells[at] for rule in plain.decision.rules if rule not in rules]
        asked = any(isinstance(cell, Presence) for cell in rest)
        if len(together) <= count or not (asked or all(cell.text == "-" for cell in rest)):
            return False
    if not isinstance(plain.table.grids[at].kind, ORDERED):
        return True
    return _runs(together, count) < _runs(one, count) + _runs(other, count)


def _runs(values: frozenset[int], count: int) -> int:
    """How many intervals it takes to say them; the missing value is one of its own."""
    order = sorted(values - {count})
    return sum(1 for _ in groupby(enumerate(order), key=lambda pair: pair[1] - pair[0])) + (count in values)


@given(answering())
def test_choice_never_given_is_no_answer_to_any_case(plain: Plain) -> None:
    never = {value for one in Analysis(plain.decision).never_given for value in one.values}
    given_in_some_case = set(_given(plain))
    assert not never & given_in_some_case
    contradicts = plain.decision.hit_policy == "any" or (plain.decision.hit_policy == "unique" and _repeating(plain))
    if plain.decision.aggregator is None and not contradicts:
        assert never == set(CHOICES.of) - given_in_some_case


def _given(plain: Plain) -> Iterator[Scalar]:
    for fitting in plain.fitting:
        answer = answer_of(plain.decision, fitting)
        given_here = () if answer is None else answer.outputs["says"]
        yield from given_here if isinstance(given_here, tuple) else (given_here,)


WILD: tuple[Kind, ...] = (
    Number(whole=True, at_least=Decimal(0), at_most=Decimal(5)),
    Money(currency="EUR"),
    Date(),
    Choice(of=("new", "known")),
    YesNo(),
    Text(),
)


def _wild() -> Decision:
    """Ninety rules of chance, each of which looks at two of three columns: there are far more gaps than rules."""
    random = Random("wild")
    texts = (
        ("1", "3", "[4..5]", "[0..2]"),
        ("[0..10)", "[20..30)", ">= 25", "< 5", "[7..22]"),
        ("<= 2027-01-01", "2027-02-01", "> 2027-01-15", "(2027-01-01..2027-01-20]"),
        ("new", "known"),
        ("yes", "no"),
        ("Iowa", "Utah", "Ohio"),
    )
    rows = [[random.choice((*column, "-")) for column in texts] for _ in range(60)]
    cells = [tuple(parse(text, kind) for text, kind in zip(row, WILD, strict=True)) for row in rows]
    return decision_of(list(WILD), cells)  # type: ignore[arg-type]


def test_search_for_gaps_that_is_stopped_says_so_and_lists_only_gaps() -> None:
    decision = _wild()
    whole = gaps(Sheet(decision))
    assert whole.exact
    for most_work in (0, 1, 10, 100):
        part = gaps(Sheet(decision), most_work)
        assert not part.exact
        assert not part.complete
        assert part.count <= whole.count
        for gap in part.found:
            assert [rule.number for rule in decision.rules if fits(decision, rule, gap.witness)] == []


def test_gaps_are_all_counted_where_only_the_first_are_listed() -> None:
    found = gaps(Sheet(_wild()))
    assert (len(found.found), found.exact, found.complete, found.count > MOST) == (MOST, True, False, True)


def test_overlaps_are_all_counted_where_only_the_first_are_listed() -> None:
    kind = Number()
    cell = parse("-", kind)
    assert not isinstance(cell, Unfit)
    found = Analysis(decision_of([kind], [(cell,)] * 300)).overlaps
    assert (len(found.found), found.exact, found.complete, found.count) == (MOST, True, False, 300 * 299 // 2)


def test_rules_that_were_not_looked_through_are_told_apart_from_those_that_are_not_shadowed() -> None:
    texts = ["< 10", "[10..20)", ">= 20", "[5..15)", "[5..25)"]
    decision = replace(_numbers(*texts), hit_policy="first")
    known, unknown = shadows(Sheet(decision), duplicates=0), shadows(Sheet(decision), duplicates=0, most_work=0)
    assert ([(one.rule, one.by) for one in known.listed.found], known.listed.exact) == (
        [(4, (1, 2)), (5, (1, 2, 3))],
        True,
    )
    assert (unknown.listed.found, unknown.listed.exact, unknown.unknown) == ((), False, 0b11000)


def _numbers(*texts: str) -> Decision:
    cells = [(parse(text, Number()),) for text in texts]
    return decision_of([Number()], cells)  # type: ignore[arg-type]


def test_search_for_rules_to_make_one_is_stopped_after_a_number_of_pairs() -> None:
    """All give the same and touch the last, but those between give something else and bar its way."""
    same, other = (Decimal(1),), (Decimal(2),)
    decision = _numbers(*["[0..10)", "-"] * (MOST_TRIED + 1), "[10..20)")
    rules = [replace(rule, outputs=other if at % 2 else same, note=str(at)) for at, rule in enumerate(decision.rules)]
    rules[-1] = replace(rules[-1], outputs=same)
    alike = tuple(replace(rule, note="") for rule in rules)
    barred = replace(decision, hit_policy="rule order", rules=alike)
    found = Analysis(barred).mergers
    assert (found.found, found.count, found.exact) == ((), 0, True)


def _choices(*rows: tuple[str, str]) -> Decision:
    kind = Choice(of=("new", "known", "gone"))
    decision = decision_of([kind], [(parse(text, kind),) for text, _ in rows])  # type: ignore[misc]
    rules = (replace(rule, outputs=(answer,)) for rule, (_, answer) in zip(decision.rules, rows, strict=True))
    return replace(decision, rules=tuple(rules), outputs=(Output(name="says", title="Says", kind=CHOICES),))


@pytest.mark.parametrize(
    ("policy", "rows", "mergers"),
    [
        ("first", [("new", "first"), ("known", "first")], [(1, 2, "new, known", 1)]),
        ("first", [("new", "first"), ("-", "second"), ("known", "first")], []),
        ("first", [("new", "first"), ("not(known)", "second"), ("known", "first")], [(1, 3, "new, known", 1)]),
        ("first", [("known", "first"), ("not(new)", "second"), ("new", "first")], [(1, 3, "new, known", 1)]),
        ("first", [("gone", "first"), ("known", "second"), ("known, new", "first")], [(1, 3, "-", 3)]),
        ("rule order", [("new, known", "first"), ("known, gone", "first")], []),
        ("any", [("new, known", "first"), ("known, gone", "first")], [(1, 2, "-", 1)]),
    ],
)  # fmt: skip
def test_rules_are_made_one_only_where_their_order_allows_it(
    policy: HitPolicy, rows: list[tuple[str, str]], mergers: list[tuple[int, int, str, int]]
) -> None:
    found = Analysis(replace(_choices(*rows), hit_policy=policy)).mergers
    assert [(one.first, one.second, one.cell, one.instead_of) for one in found.found] == mergers


@pytest.mark.parametrize(
    ("kind", "texts", "cell"),
    [
        (Number(), ("< 1", "1"), "<= 1"),
        (Number(), ("(1..2)", "[2..3]"), "(1..3]"),
        (Number(whole=True), ("1", "2"), "[1..2]"),
        (Number(), ("1", "2"), None),
        (Number(), ("1, 5", "(1..2)"), "[1..2), 5"),
        (Money(currency="EUR", at_least=Decimal(0)), ("[0..5)", ">= 5"), "-"),
        (Date(), ("<= 2027-02-28", "2027-03-01"), "<= 2027-03-01"),
        (Instant(), ("< 2027-01-04T14:00Z", "2027-01-04T09:00-05:00"), "<= 2027-01-04T14:00:00Z"),
        (Text(), ("Iowa", '"one, two"'), 'Iowa, "one, two"'),
        (Text(), ("not(Iowa, Ohio)", "Iowa"), "not(Ohio)"),
        (Text(), ("given", "missing"), "-"),
        (Text(), ("Iowa", "missing"), None),
        (YesNo(), ("yes", "no"), "-"),
    ],
)  # fmt: skip
def test_cell_of_two_rules_made_one(kind: Kind, texts: tuple[str, str], cell: str | None) -> None:
    decision = decision_of([kind], [(parse(text, kind),) for text in texts])  # type: ignore[misc]
    same = replace(decision, rules=tuple(replace(rule, outputs=(Decimal(1),)) for rule in decision.rules))
    assert [merger.cell for merger in Analysis(same).mergers.found] == ([] if cell is None else [cell])


def test_column_of_a_kind_without_values_has_no_gaps() -> None:
    nothing = Number(whole=True, at_least=Decimal("0.2"), at_most=Decimal("0.8"))
    cell = parse("-", nothing)
    assert not isinstance(cell, Unfit)
    found = Analysis(decision_of([nothing, YesNo()], [(cell, cell)])).gaps
    assert (found.found, found.count, found.complete) == ((), 0, True)


STOPPED = "The search for gaps in “table” was stopped, for there is too much to go through: there are at least"


@pytest.mark.parametrize(
    ("count", "exact", "listed", "says", "mend"),
    [
        (330, True, 2, "“table” has 330 gaps; the first 2 are listed here.", "Mend these first, then check again."),
        (330, False, 2, f"{STOPPED} 330; the first 2 are listed here.", "Mend these first, then check again."),
        (0, False, 0, f"{STOPPED} 0; none was found so far.", "Cut the table in two, and it can be searched."),
        (2, True, 2, None, None),
    ],
)  # fmt: skip
def test_what_is_not_listed_is_told(count: int, exact: bool, listed: int, says: str | None, mend: str | None) -> None:
    some = Findings(found=(None,) * listed, count=count, exact=exact)
    problems = [(one.says, one.mend, one.code) for one in and_more(_numbers("-"), some, "gaps", "warning")]
    assert problems == ([] if says is None else [(says, mend, "more-gaps")])
