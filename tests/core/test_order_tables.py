"""The catalogue's tables are those of the runbook language, with the lines of their own text."""

from decimal import Decimal

from handrail.order import samples
from handrail.order.catalogue import KINDS
from handrail.order.shipped import CUSTOMER_KINDS
from handrail.order.tables import APPROVERS, Said, Tables, approver_of, pack_of, read_tables, tables_of
from handrail.order.wire import decode_catalogue, encoded


def shipped() -> Tables:
    found = tables_of(samples.catalogue())
    assert isinstance(found, Tables)
    return found


def test_shipped_tables_say_who_approves_each_discount() -> None:
    tables = shipped()
    assert approver_of(tables, kind="subscription", percent=Decimal("5.01")) == Said(
        values=("Sales Manager",), why="Rule 6 of “Who approves a discount”"
    )
    percents = [Decimal(one) / 4 for one in range(401)]
    told = {approver_of(tables, kind=kind, percent=percent).values for kind in KINDS for percent in percents}
    assert told == {(one,) for one in APPROVERS}


def test_starter_pack_goes_by_the_kind_of_customer() -> None:
    tables = shipped()
    assert pack_of(tables, is_new=True, kind="small").values == ("WS-KICKOFF", "TR-ADMIN")
    assert pack_of(tables, is_new=True, kind="enterprise").values == ("WS-KICKOFF", "TR-ADMIN", "AU-SETUP")
    assert pack_of(tables, is_new=False, kind="enterprise").values == ()


def test_problems_of_tables_have_the_lines_of_their_text() -> None:
    text = samples.catalogue().tables.replace("then: [nobody]}", "then: [somebody]}", 1)
    problems = read_tables(text, CUSTOMER_KINDS)
    assert isinstance(problems, tuple)
    line = text.splitlines().index('      - {when: ["-", "0"], then: [somebody]}') + 1
    assert (problems[0].where.file, problems[0].where.line) == ("tables.yaml", line)


def test_missing_table_is_said() -> None:
    problems = read_tables("decisions: {}\n", ())
    assert isinstance(problems, tuple)
    assert [(one.where.line, one.says, one.mend) for one in problems] == [
        (0, f"There is no table “{name}”.", f"Write it under “decisions:”, as “{name}:”.")
        for name in ("discount-approval", "starter-pack")
    ]


def test_catalogue_is_read_as_it_was_written() -> None:
    catalogue = samples.catalogue()
    assert decode_catalogue(encoded(catalogue)) == catalogue
