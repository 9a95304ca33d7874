"""What is read out of DMN files, and what is told of those that cannot be read whole."""

from decimal import Decimal

import pytest

from handrail.runbook.exchange.asking import ExchangedInquiry
from handrail.runbook.exchange.dmn import read_dmn
from handrail.runbook.exchange.dmn_writing import write_dmn
from handrail.runbook.exchange.loading import load_any
from handrail.runbook.exchange.names import NAMESPACES
from handrail.runbook.exchange.xml_tree import DEEPEST
from handrail.runbook.kinds import Choice, Instant, Number, Unfit
from handrail.runbook.reading import read
from handrail.runbook.tables.deciding import Decided
from tests.core.dmn_text import DMN, spoiled
from tests.core.runbook_text import SMALL

TESTS = "Write S-FEEL unary tests: “-”, a value, a comparison, an interval, a list with commas, or “not(…)”. [cell]"
VALUES = 'Write one value: a text in quotes, a number, true, false or date("…"). [output]'
RATE = "<outputEntry><text>1.5</text></outputEntry>"


def asked(decision: str, **known: object) -> object:
    named = {name.replace("__", ".").replace("_", " "): value for name, value in known.items()}
    answer = ExchangedInquiry(read_dmn(DMN.encode(), "loans.dmn"), decision).ask(named)[-1]  # type: ignore[arg-type]
    return dict(answer.outcome.outputs) if isinstance(answer.outcome, Decided) else answer.because


def test_decisions_are_read_with_types_notes_and_defaults() -> None:
    tables = read_dmn(DMN.encode(), "loans.dmn").tables
    risk, terms = tables["Risk level"].decision, tables["Terms"].decision
    assert (risk.hit_policy, risk.otherwise, risk.rules[0].note) == ("first", ("low",), "Young drivers.")
    assert [(one.name, one.kind) for one in risk.inputs] == [
        ("Applicant.age", Number()),
        ("Applicant.age compared with Legal age", Choice(of=("below", "equal", "above"))),
    ]
    assert [cell.text for cell in risk.rules[0].cells] == ["< 25", "equal, above"]
    assert (terms.inputs[0].ref.source, terms.inputs[0].kind) == ("output", Choice(of=("high", "low")))


@pytest.mark.parametrize("namespace", NAMESPACES)
def test_every_version_is_read(namespace: str) -> None:
    content = spoiled(("https://www.omg.org/spec/DMN/20191111/MODEL/", namespace))
    assert list(read_dmn(content, "loans.dmn").tables) == ["Risk level", "Terms"]


@pytest.mark.parametrize(
    ("known", "answer"),
    [
        ({"Applicant__age": Decimal(24), "Legal_age": Decimal(18)}, {"Risk level": "high"}),
        ({"Applicant__age": Decimal(25), "Legal_age": Decimal(18)}, {"Risk level": "low"}),
        ({"Applicant__age": Decimal(17), "Legal_age": Decimal(18)}, {"Risk level": "low"}),
        ({"Applicant__age": Decimal(24)}, "Legal age is missing."),
    ],
)
def test_data_is_compared_with_other_data(known: dict[str, object], answer: object) -> None:
    assert asked("Risk level", **known) == answer


def test_data_without_a_type_is_read_as_what_it_is_compared_with() -> None:
    content = spoiled(('name="Legal age" typeRef="number"', 'name="Legal age"'))
    legal_age = ExchangedInquiry(read_dmn(content, "loans.dmn"), "Risk level").askable["Legal age"]
    assert legal_age.read("18") == Decimal(18)
    assert legal_age.read("much") == Unfit("“much” is not a number. Write it like 12 or 1.5.")


def test_values_of_different_kinds_have_no_order() -> None:
    assert asked("Risk level", Applicant__age=Decimal(24), Legal_age="much") == (
        "Applicant.age compared with Legal age is missing."
    )


def test_output_is_put_together_of_texts_and_data() -> None:
    known = {"Applicant__age": Decimal(24), "Legal_age": Decimal(18)}
    assert asked("Terms", **known, Nick_names="Bo") == {"rate": Decimal("1.5"), "greeting": "Sorry, Bo"}
    assert asked("Terms", **known) == "The answer “Sorry, {Nick names}” speaks of what is missing."


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (
            ("[Legal age..25)", "Legal age, 25"),
            f"19:27: error: Other data stands among alternatives; a cell compares with one. {TESTS}",
        ),
        (
            ("[Legal age..25)", "Legal age + 1"),
            f"19:27: error: “Legal age + 1” is not a unary test of S-FEEL over known names. {TESTS}",
        ),
        (
            ("[Legal age..25)", 'duration("P1Y")'),
            f"19:27: error: “P1Y” is not a number. {TESTS}",
        ),
        (("[Legal age..25)", '"old"'), f'19:27: error: "old" is not a number. {TESTS}'),
        (
            ("[Legal age..25)", "&lt; null"),
            "19:27: error: Null stands beside other tests; a cell asks either whether a value is there or which it is. "
            + TESTS,
        ),
        (
            (
                '<text>"high"</text></inputEntry>\n        <outputEntry><text>1.5',
                '<text>"High"</text></inputEntry>\n        <outputEntry><text>1.5',
            ),
            f"33:27: error: “High” is none of the values that may be: high, low. {TESTS}",
        ),
        (
            ('not("high")', '&lt; "high"'),
            "37:27: error: These values have no order: a cell names those that may be, or with “not(…)” those "
            "that may not. " + TESTS,
        ),
        (("<text>0.5</text>", '<text>"0.5"</text>'), f'38:28: error: "0.5" is not a number. {VALUES}'),
        (("<text>0.5</text>", "<text>abs(0.5)</text>"), f"38:28: error: “abs(0.5)” is not a value. {VALUES}"),
        (
            ("<text>0.5</text>", "<text>null</text>"),
            f"38:28: error: Null is no answer; leave the rule out, and the case is left to a person. {VALUES}",
        ),
        (
            ("<text>0.5</text>", "<text>Legal age</text>"),
            f"38:28: error: The output is computed; an output is a value, or texts joined with +. {VALUES}",
        ),
        (
            ("<text>Applicant.age</text>", "<text>Applicant.age * 2</text>"),
            (
                "15:66: error: The column looks at “Applicant.age * 2”, which is not the name of a piece of data. "
                "Let the table look at data; give what has to be computed as data of its own. [expression]"
            ),
        ),
        (
            ('hitPolicy="FIRST"', 'hitPolicy="BEST"'),
            (
                "14:5: error: “BEST” is not a hit policy. "
                "There is: UNIQUE, FIRST, ANY, PRIORITY, RULE ORDER, OUTPUT ORDER, COLLECT. [hit-policy]"
            ),
        ),
        (
            ("<decisionTable>", '<decisionTable hitPolicy="PRIORITY">'),
            (
                "28:5: error: The hit policy “priority” needs an output with listed values: "
                "their order is the priority. "
                "List the values of an output, the most important one first. [hit-policy]"
            ),
        ),
        (
            (RATE, ""),
            "32:7: error: The rule has 1 output entries for 2 outputs. A rule gives every output a value. [row-length]",
        ),
        (
            ("</definitions>", '<businessKnowledgeModel name="f"/></definitions>'),
            (
                "42:1: error: A business knowledge model is a function, which no table here can call. "
                "Write it as decision tables in this file. [beyond-tables]"
            ),
        ),
        (
            (
                "</definitions>",
                '<decision name="Fee"><literalExpression><text>2</text></literalExpression></decision></definitions>',
            ),
            (
                "42:22: error: “Fee” is decided by an expression, not by a table. "
                "Give its answer as data, or write it as a decision table. [no-table]"
            ),
        ),
        (
            ("</definitions>", '<knowledgeSource name="Law"/></definitions>'),
            "42:1: warning: A knowledge source is not kept. The answers do not change. [not-kept]",
        ),
        (
            ('typeRef="tRisk"', 'typeRef="tChance"'),
            (
                "12:5: error: No type is called “tChance”. "
                "Declare it as an item definition, or name another. [unknown-type]"
            ),
        ),
    ],
    ids=lambda value: value[1][:40] if isinstance(value, tuple) else "",
)
def test_what_cannot_be_taken_over_is_told(change: tuple[str, str], problem: str) -> None:
    problems = read_dmn(spoiled(change), "loans.dmn").problems
    assert [str(one) for one in problems][:1] == [f"loans.dmn:{problem}"]


def test_column_of_a_type_that_no_cell_holds_is_told() -> None:
    content = spoiled(
        ('<itemComponent name="age"><typeRef>number', '<itemComponent name="age"><typeRef>time'),
        ('<inputExpression typeRef="number">', '<inputExpression typeRef="time">'),
        ("[Legal age..25)", 'time("10:00:00")'),
    )
    assert [str(problem) for problem in read_dmn(content, "loans.dmn").problems] == [
        (
            "loans.dmn:15:7: error: “Applicant.age” is a time; a column holds texts, numbers, dates, "
            "dates and times or yes/no. "
            "Compare it "
            "with other data of its type, or let the table look at something else. [unknown-kind]"
        )
    ]


def of_instants(cell: str) -> bytes:
    return spoiled(
        ('<itemComponent name="age"><typeRef>number', '<itemComponent name="age"><typeRef>dateTime'),
        ('<inputExpression typeRef="number">', '<inputExpression typeRef="date and time">'),
        ("[Legal age..25)", cell),
    )


@pytest.mark.parametrize(
    ("feel", "cell"),
    [
        ('&lt; date and time("2027-03-01T16:11:00Z")', "< 2027-03-01T16:11:00Z"),
        ('@"2027-03-01T11:11:00-05:00"', "2027-03-01T16:11:00Z"),
        (
            '[date and time("2027-03-01T00:00:00Z")..date and time("2027-04-01T00:00:00Z"))',
            "[2027-03-01T00:00:00Z..2027-04-01T00:00:00Z)",
        ),
    ],
)
def test_date_and_time_is_an_instant(feel: str, cell: str) -> None:
    decision = read_dmn(of_instants(feel), "loans.dmn").tables["Risk level"].decision
    assert (decision.inputs[0].kind, decision.rules[0].cells[0].text) == (Instant(), cell)


@pytest.mark.parametrize(
    ("feel", "says"),
    [
        (
            '&lt; date and time("2027-03-01T16:11:00")',
            (
                "“2027-03-01T16:11:00” does not say where clocks show that time. Add the offset from UTC: "
                "2027-03-01T16:11:00Z where that is the time in UTC, "
                "2027-03-01T16:11:00-05:00 where clocks are five hours behind it."
            ),
        ),
        (
            '&lt; duration("P1D")',
            ("“P1D” is not an instant. Write day, time and offset from UTC, like 2027-01-04T09:00-05:00."),
        ),
        ('&lt; date("2027-03-01")', 'date("2027-03-01") is not an instant.'),
        ('&lt; time("2027-03-01T16:11:00Z")', "“2027-03-01T16:11:00Z” is not an instant."),
    ],
)
def test_what_is_no_instant_is_told(feel: str, says: str) -> None:
    problems = read_dmn(of_instants(feel), "loans.dmn").problems
    assert [(one.code, one.says) for one in problems][:1] == [("cell", says)]


def test_time_is_no_number() -> None:
    problems = read_dmn(spoiled(("[Legal age..25)", 'time("10:00:00")')), "loans.dmn").problems
    assert [(one.code, one.says) for one in problems] == [("cell", "“10:00:00” is not a number.")]


def test_decision_that_waits_for_itself_is_told() -> None:
    content = spoiled(("<text>Risk level</text>", "<text>Terms.greeting</text>"))
    exchanged = read_dmn(content, "loans.dmn")
    assert list(exchanged.tables) == ["Risk level"]
    assert [str(problem) for problem in exchanged.problems] == [
        (
            "loans.dmn:25:3: error: “Terms” waits for its own answer. "
            "Let one of the decisions look at something else. [cycle]"
        )
    ]


def test_columns_of_one_name_are_told() -> None:
    runbook = read(SMALL, "small.yaml").runbook
    assert runbook is not None
    content = write_dmn(tuple(runbook.decisions.values()), "small").content
    twice = content.replace(b'column name="mrr"', b'column name="vertical"')
    assert [str(problem).partition(": ")[2] for problem in read_dmn(twice, "x.dmn").problems] == [
        "error: “vertical” is the name of two columns of “support”. Give one of the two another name. [name-taken]"
    ]


def test_decision_that_cannot_be_read_leaves_the_others() -> None:
    exchanged = read_dmn(spoiled(("[Legal age..25)", "x + 1")), "loans.dmn")
    assert list(exchanged.tables) == ["Terms"]
    assert list(exchanged.unread) == ["Risk level", "risk"]
    assert ExchangedInquiry(exchanged, "Terms").names == ("Risk level", "Nick names")


BOMB = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><definitions>&b;</definitions>'
EXTERNAL = '<!DOCTYPE x SYSTEM "http://localhost/x.dtd"><definitions/>'


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (
            BOMB,
            (
                "x.dmn:1:13: error: The file declares a document type (DOCTYPE), which can hold entities; DMN needs "
                "none. Take the <!DOCTYPE …> out. [doctype]"
            ),
        ),
        (
            EXTERNAL,
            (
                "x.dmn:1:44: error: The file declares a document type (DOCTYPE), which can hold entities; DMN "
                "needs none. Take the <!DOCTYPE …> out. [doctype]"
            ),
        ),
        (
            "<a>" * (DEEPEST + 1),
            (
                f"x.dmn:1:{DEEPEST * 3 + 1}: error: Elements are nested more than {DEEPEST} deep here. "
                "Check that this is the file you meant. [too-deep]"
            ),
        ),
        (
            "<a>&b;</a>",
            (
                "x.dmn:1:4: error: This is not well-formed XML: “undefined entity”. "
                "Mend it, or export the file again. [not-xml]"
            ),
        ),
        (
            "<a/>",
            (
                "x.dmn:1:1: error: This is not a DMN file: its outermost element is not one of DMN’s definitions. "
                "Write it in one of the versions of DMN that are read: 1.5, 1.4, 1.3, 1.2, 1.1. [not-dmn]"
            ),
        ),
        (
            "",
            (
                "x.dmn:1:1: error: This is not well-formed XML: “no element found”. "
                "Mend it, or export the file again. [not-xml]"
            ),
        ),
        (
            '<?xml version="1.0" encoding="no-such"?><a/>',
            ("x.dmn: error: The file cannot be read: unknown encoding: no-such. Save it in UTF-8. [not-xml]"),
        ),
    ],
    ids=["bomb", "external", "deep", "entity", "other", "empty", "encoding"],
)
def test_hostile_xml_is_answered(content: str, problem: str) -> None:
    assert [str(one) for one in load_any(content.encode(), "x.dmn").problems] == [problem]


def test_file_that_is_too_large_is_not_read() -> None:
    assert [problem.code for problem in load_any(b"<" + b" " * 10_000_000, "x.dmn").problems] == ["too-large"]


def test_tables_are_checked_like_those_of_a_runbook() -> None:
    content = spoiled(('<defaultOutputEntry><text>"low"</text></defaultOutputEntry>', ""))
    found = [(problem.where.line, problem.code, problem.severity) for problem in load_any(content, "x.dmn").problems]
    assert found == [(11, "gap", "warning"), (11, "gap", "warning"), (11, "choice-never-given", "warning")]


@pytest.mark.parametrize(
    ("type_name", "text", "unfit"),
    [
        ("time", "16:11:00", None),
        ("time", "4 pm", Unfit("“4 pm” is not a time. Write it like 16:11:00.")),
        ("dateTime", "2027-03-01T16:11:00Z", None),
        ("dayTimeDuration", "P1Y", Unfit("“P1Y” is not a days and time duration. Write it like P1DT10H.")),
        ("yearMonthDuration", "P1Y", None),
    ],
)
def test_moment_is_read_as_what_it_is(type_name: str, text: str, unfit: Unfit | None) -> None:
    content = spoiled(
        ('<itemComponent name="age"><typeRef>number', f'<itemComponent name="age"><typeRef>{type_name}'),
        ('name="Legal age" typeRef="number"', f'name="Legal age" typeRef="{type_name}"'),
        ('<inputExpression typeRef="number">', "<inputExpression>"),
        ("[Legal age..25)", "&gt;= Legal age"),
    )
    asked = ExchangedInquiry(read_dmn(content, "x.dmn"), "Risk level").askable["Applicant.age"]
    assert asked.read(text) == (unfit or text)
