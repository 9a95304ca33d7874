"""Reading: any text becomes a runbook or problems, each with its place and a way to mend it."""

import hashlib
from datetime import date
from decimal import Decimal

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from handrail.runbook import model
from handrail.runbook.cells import Among, Interval, Presence, Within
from handrail.runbook.kinds import Choice, Date, Kind, Link, Money, Number, Records, Text, YesNo
from handrail.runbook.loading import load
from handrail.runbook.model import (
    STEP_STATES,
    All,
    Anchor,
    AnyOf,
    Change,
    Condition,
    Not,
    Override,
    Ref,
    Runbook,
    Timing,
)
from handrail.runbook.reading import Reading, derived_keys, read, step_keys, whole, yaml_text
from handrail.runbook.reading.keys import Either, Inner, Keys, ListOf, Named, Shape
from tests.core.runbook_text import SMALL, Case, cases, spoiled

CASES = cases("problems_of_reading.txt")


def told(text: str | bytes) -> list[str]:
    return [str(problem) for problem in read(text, "small.yaml").problems]


def runbook_of(text: str | bytes) -> Runbook:
    reading = read(text, "small.yaml")
    assert reading.problems == ()
    assert reading.runbook is not None
    return reading.runbook


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_reading_tells_every_problem_once(case: Case) -> None:
    assert told(case.text) == list(case.problems)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_reading_tells_the_same_without_the_c_loader(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    with_c = read(case.text, "small.yaml").problems
    monkeypatch.setattr(yaml_text, "_LOADER", yaml.SafeLoader)
    without = read(case.text, "small.yaml").problems
    assert [(problem.code, problem.says, problem.mend) for problem in without] == [
        (problem.code, problem.says, problem.mend) for problem in with_c
    ]


def test_small_runbook_has_no_problems() -> None:
    runbook = runbook_of(SMALL)
    assert (runbook.name, runbook.title, runbook.version, runbook.about) == ("small", "Small", "1", "account")
    assert list(runbook.facts) == ["vertical", "mrr", "go_live"]
    assert list(runbook.steps) == ["fill", "accept", "watch"]
    assert runbook.stages == ("prepare", "go live")


def test_runbook_is_none_exactly_when_a_problem_is_an_error() -> None:
    assert read("", "small.yaml").runbook is None
    assert read(SMALL, "small.yaml").runbook is not None


# -------------------------------------------------------------- what is understood


def test_scalars_are_text_until_a_kind_reads_them() -> None:
    runbook = runbook_of(spoiled(('version: "1"', "version: 1.10\ntitle: no\nabout: 2024-08-01")))
    assert (runbook.version, runbook.title, runbook.about) == ("1.10", "no", "2024-08-01")


def test_kinds_are_those_that_are_declared() -> None:
    facts = """
  a: {kind: text}
  b: {kind: number, at_least: 1.5, at_most: 2}
  c: {kind: number, whole: yes}
  d: {kind: money, currency: EUR}
  e: {kind: date}
  f: {kind: yes/no}
  g: {kind: choice, of: ["no", 1.10]}
  h: {kind: link}
"""
    runbook = runbook_of(spoiled(("facts:\n", f"facts:{facts}")))
    assert [runbook.facts[name].kind for name in "abcdefgh"] == [
        Text(),
        Number(at_least=Decimal("1.5"), at_most=Decimal(2)),
        Number(whole=True),
        Money(currency="EUR"),
        Date(),
        YesNo(),
        Choice(of=("no", "1.10")),
        Link(),
    ]


def test_list_field_becomes_records() -> None:
    field = "area: {kind: list, of: {name: text, seats: {kind: number, whole: yes}, video: link}, at_least: 1}"
    runbook = runbook_of(spoiled(("area: {}", field)))
    found = runbook.forms["summary"].field_named("area")
    assert found is not None
    columns: dict[str, Kind] = {"name": Text(), "seats": Number(whole=True), "video": Link()}
    assert found.kind == Records(columns=columns, at_least=1)


def test_section_sets_what_its_fields_do_not_say() -> None:
    section = """
      - title: Areas
        kind: link
        may_not_apply: yes
        required: no
        owed_by: pm
        fields: {one: {}, two: {kind: text, may_not_apply: no, required: yes, owed_by: lead}}
      - {title: Plain, fields: [three, four_more]}
"""
    runbook = runbook_of(spoiled(("sections:\n", f"sections:{section}")))
    fields = [field for part in runbook.forms["summary"].sections[:2] for field in part.fields]
    assert [(one.name, one.kind, one.required, one.may_not_apply, one.owed_by) for one in fields] == [
        ("one", Link(), False, True, "pm"),
        ("two", Text(), True, False, "lead"),
        ("three", Text(), True, False, None),
        ("four_more", Text(), True, False, None),
    ]
    assert fields[3].title == "Four more"


def test_field_that_shows_a_fact_has_its_kind_and_title() -> None:
    runbook = runbook_of(
        spoiled(("area: {}", "area: {shows: mrr}"), ("owed_by: pm}\n  go_live", "title: MRR}\n  go_live"))
    )
    field = runbook.forms["summary"].field_named("area")
    assert field is not None
    assert (field.shows, field.kind, field.title) == ("mrr", Money(currency="USD", at_least=Decimal(0)), "MRR")


def test_rules_may_be_written_in_order_or_by_name() -> None:
    rules = runbook_of(SMALL).decisions["support"].rules
    assert [rule.outputs for rule in rules] == [
        ("desk", Decimal(0)),
        ("transition", Decimal(30)),
        ("transition", Decimal(90)),
    ]
    assert rules[1].cells[1] == rules[2].cells[1] == Within((Interval(Decimal(3000), True, None, False),), ">= 3000")
    assert [(rule.number, rule.place.line) for rule in rules] == [(1, 17), (2, 18), (3, 19)]


def test_columns_and_outputs_have_titles() -> None:
    decision = runbook_of(spoiled(("type: {kind", "type: {title: Kind of support, kind"))).decisions["support"]
    assert [column.title for column in decision.inputs] == ["Vertical", "Mrr"]
    assert [output.title for output in decision.outputs] == ["Kind of support", "Days"]


def test_override_is_understood() -> None:
    override = "    override: {asked_by: [pm, lead], approved_by: lead}\n    rules:"
    runbook = runbook_of(spoiled(("    rules:", override)))
    assert runbook.decisions["support"].override == Override(asked_by=("pm", "lead"), approved_by="lead")


DONE = All(
    tests=(
        model.Test(
            ref=Ref(source="step", name="accept"), kind=STEP_STATES, cell=Among(frozenset({"done"}), False, "done")
        ),
    )
)
KNOWN = All(tests=(model.Test(ref=Ref(source="fact", name="go_live"), kind=Date(), cell=Presence(True, "given")),))


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("{accept: done}", DONE),
        ("{accept: done, go_live: given}", All(tests=(*DONE.tests, *KNOWN.tests))),
        ("[{accept: done}, {go_live: given}]", AnyOf(of=(DONE, KNOWN))),
        ("{any of: [{accept: done}, {go_live: given}]}", AnyOf(of=(DONE, KNOWN))),
        ("{not: {accept: done}}", Not(of=DONE)),
        ("{not: [{accept: done}, {not: {go_live: given}}]}", Not(of=AnyOf(of=(DONE, Not(of=KNOWN))))),
    ],
)
def test_condition_is_understood(written: str, meant: Condition) -> None:
    assert runbook_of(spoiled(("{accept: done}", written))).ends[0].when == meant


@pytest.mark.parametrize(
    ("name", "ref"),
    [
        ("vertical", Ref(source="fact", name="vertical")),
        ("support.days", Ref(source="output", name="support", part="days")),
        ("fill.notes", Ref(source="answer", name="fill", part="notes")),
        ("fill", Ref(source="step", name="fill")),
    ],
)
def test_ref_is_understood(name: str, ref: Ref) -> None:
    condition = runbook_of(spoiled(("{accept: done}", f"{{accept: done, {name}: given}}"))).ends[0].when
    assert isinstance(condition, All)
    assert condition.tests[1].ref == ref


def test_decision_alone_stands_for_its_own_or_only_output() -> None:
    only = "  size: {inputs: [mrr], outputs: {words: {kind: text}}, rules: [{when: [given], then: [big]}]}\n"
    outputs = "{x: {kind: text}, deep: {kind: yes/no}}"
    own = f"  deep: {{inputs: [mrr], outputs: {outputs}, rules: [{{when: [given], then: [a, no]}}]}}\n"
    text = spoiled(("decisions:\n", f"decisions:\n{only}{own}"), ("{accept: done}", '{size: big, deep: "no"}'))
    condition = runbook_of(text).ends[0].when
    assert isinstance(condition, All)
    assert [str(test.ref) for test in condition.tests] == ["size.words", "deep.deep"]


@pytest.mark.parametrize(
    ("written", "amount", "unit", "side", "anchor"),
    [
        ("1 working day before go_live", 1, "working days", "before", Anchor(source="fact", name="go_live")),
        ("10  calendar days after accept", 10, "calendar days", "after", Anchor(source="step", name="accept")),
        ("0 working days after start", 0, "working days", "after", Anchor(source="start")),
        (
            "support.days working days after go_live",
            Ref(source="output", name="support", part="days"),
            "working days",
            "after",
            Anchor(source="fact", name="go_live"),
        ),
    ],
)
def test_timing_is_understood(written: str, amount: object, unit: str, side: str, anchor: Anchor) -> None:
    timing = runbook_of(spoiled(("support.days calendar days after go_live", written))).steps["watch"].opens_on
    assert isinstance(timing, Timing)
    assert (timing.amount, timing.unit, timing.side, timing.anchor) == (amount, unit, side, anchor)
    assert timing.text == " ".join(written.split())


def test_step_is_understood() -> None:
    step = """
  review:
    stage: prepare
    title: Look it over
    kind: approval
    raci: {pm: RA, lead: CI}
    needs: [fill]
    opens: {when: {go_live: given}}
    due: 2 calendar days after fill
    evidence: {minutes: {title: The minutes, kind: link}, photo: {required: no}}
    on_reject: {reopen: [fill]}
    says: Take your time.
"""
    found = runbook_of(spoiled(("steps:\n", f"steps:{step}"))).steps["review"]
    assert (found.title, found.kind, found.needs, found.reopens) == ("Look it over", "approval", ("fill",), ("fill",))
    assert found.raci == {"pm": frozenset("RA"), "lead": frozenset("CI")}
    assert [(one.name, one.title, one.kind, one.required) for one in found.evidence] == [
        ("minutes", "The minutes", "link", True),
        ("photo", "Photo", "link or upload", False),
    ]
    assert found.opens_when == KNOWN


def test_top_of_the_runbook_is_understood() -> None:
    top = """version: "2"
title: A title
about: phase
says: What it is for.
history: [{version: "1", date: 2024-08-01, says: First.}]
terms: {RAID log: Risks and more.}
notes: ["One: with a colon.", Two.]
calendar: eastern-office
"""
    runbook = runbook_of(spoiled(('version: "1"\n', top)))
    assert (runbook.title, runbook.about, runbook.says) == ("A title", "phase", "What it is for.")
    assert runbook.history == (Change(version="1", date=date(2024, 8, 1), says="First."),)
    assert runbook.terms == {"RAID log": "Risks and more."}
    assert (runbook.notes, runbook.calendar) == (("One: with a colon.", "Two."), "eastern-office")


def test_order_of_the_parts_does_not_matter() -> None:
    head, _, steps = SMALL.partition("facts:\n")
    facts, _, steps = steps.partition("roles:\n")
    assert runbook_of(f"{head}roles:\n{steps}facts:\n{facts}").steps == runbook_of(SMALL).steps


# --------------------------------------------------------------------------- bytes


def test_digest_is_that_of_the_text() -> None:
    expected = hashlib.sha256(SMALL.encode()).hexdigest()
    assert runbook_of(SMALL).digest == runbook_of(SMALL.encode()).digest == expected
    assert runbook_of(b"\xef\xbb\xbf" + SMALL.encode()).digest == expected


def test_lines_may_end_as_in_windows() -> None:
    assert runbook_of(SMALL.replace("\n", "\r\n")).steps == runbook_of(SMALL).steps


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            b"runbook: caf\xe9",
            (
                "small.yaml:1:13: error: The byte 0xE9 is not UTF-8 text; the file looks like Windows-1252 or Latin-1. "
                "Save the file in UTF-8. [not-utf-8]"
            ),
        ),
        (
            "a: b".encode("utf-16"),
            (
                "small.yaml:1:1: error: The byte 0xFF is not UTF-8 text; the file looks like UTF-16. "
                "Save the file in UTF-8. [not-utf-8]"
            ),
        ),
        (
            "a: b\nc: \x07",
            (
                "small.yaml:2:4: error: There is a control character here (U+0007), which text cannot hold. "
                "Take the character out. [control-character]"
            ),
        ),
        (
            "a: \ud800",
            (
                "small.yaml:1:4: error: There is a control character here (U+D800), which text cannot hold. "
                "Take the character out. [control-character]"
            ),
        ),
        (
            "#" * 2_000_001,
            (
                "small.yaml: error: The file is larger than 2,000,000 bytes, the most that a runbook has. "
                "Check that this is the file you meant, and split what it describes. [too-large]"
            ),
        ),
        (
            "[" + "a," * 300_000 + "]",
            (
                "small.yaml:1:400002: error: The file has more than 200,000 values. "
                "Check that this is the file you meant. [too-many-values]"
            ),
        ),
    ],
)
def test_text_that_cannot_be_read_is_told(text: str | bytes, says: str) -> None:
    assert told(text) == [says]


def test_control_character_in_an_escape_is_told() -> None:
    assert told(spoiled(('version: "1"', 'version: "\\a"'))) == [
        (
            "small.yaml:2:10: error: This text holds a control character (U+0007). "
            "Take the character out. [control-character]"
        )
    ]


def test_bomb_of_aliases_is_refused_before_it_grows() -> None:
    layers = [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 40)]
    codes = [problem.code for problem in read("a0: &a0 lol\n" + "\n".join(layers), "small.yaml").problems]
    assert {"alias", "anchor", "more-problems"} <= set(codes)
    assert len(codes) == 201


@pytest.mark.parametrize("opening", ["[", "{", "- ", "? ", "{a: ", "[{a: "])
def test_deep_nesting_is_told(opening: str) -> None:
    assert {problem.code for problem in read(opening * 10_000, "small.yaml").problems} <= {"too-deep", "yaml-syntax"}


def test_many_problems_are_cut_short() -> None:
    problems = read(SMALL + "".join(f"x{n}: y\n" for n in range(1000)), "small.yaml").problems
    assert str(problems[-1]) == (
        "small.yaml: error: 800 more problems are not shown. "
        "Mend these first, then read the file again. [more-problems]"
    )


# ------------------------------------------------------------------------ any text


def answers(reading: Reading) -> None:
    errors = [problem for problem in reading.problems if problem.severity == "error"]
    assert (reading.runbook is None) == bool(errors)
    assert all(problem.says and problem.mend and problem.where.file == "any.yaml" for problem in reading.problems)


@given(st.text())
@example("%YAML 9")
@example("!<")
@example("? ")
@example("a: |9")
def test_any_text_is_answered(text: str) -> None:
    answers(read(text, "any.yaml"))


@given(st.binary())
def test_any_bytes_are_answered(raw: bytes) -> None:
    answers(read(raw, "any.yaml"))


@given(st.text(alphabet="ab:-?[]{},&*!|>'\"%@`# \n\t0"))
def test_any_yaml_like_text_is_answered(text: str) -> None:
    answers(read(text, "any.yaml"))


PIECES = st.text(alphabet='abz_-.:"[](){}<>=,0159 \n') | st.sampled_from(
    [
        "not(",
        "[0..5)",
        "given",
        "support.type",
        "[]",
        "{}",
        "- ",
        ": ",
        "&a ",
        "*a",
        "!x ",
        "kind: list",
        "yes",
        "1e9",
        "\t",
    ]
)


@given(at=st.integers(0, len(SMALL)), length=st.integers(0, 40), piece=PIECES)
def test_small_runbook_with_any_part_replaced_is_answered(at: int, length: int, piece: str) -> None:
    answers(load(SMALL[:at] + piece + SMALL[at + length :], "any.yaml"))


def _keys_of(keys: Keys) -> set[str]:
    return set(keys) | {name for key in keys.values() for name in _keys_in(key.shape)}


def _keys_in(shape: Shape) -> set[str]:
    match shape:
        case Inner(keys=keys):
            return _keys_of(keys)
        case ListOf(of=of) | Named(of=of):
            return _keys_in(of)
        case Either(of=ways):
            return {name for way in ways for name in _keys_in(way)}
        case _:
            return set()


LEAVES = st.sampled_from(
    [
        *("a", "yes", "5", "mrr", "support.type", "pm", "RA", "[0..5)", "", "customers", "phases", "cases.seats"),
        *("5 working days before go_live", "48 hours after due", "last board before go_live", "= Live", "Monday"),
        *("first 5 working days of a month", "chosen by pm", "from mrr", "approves after 5 days", "cases", "text"),
    ]
)
# The keys of the language, wherever they stand in it, so that what is made of them is nearly right.
KEYS = st.sampled_from(["any of", "at least 2 of", "not", "a", *sorted(_keys_of(whole.KEYS))])
TREES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3), max_leaves=12
)


@given(st.dictionaries(st.sampled_from(sorted(whole.KEYS)), TREES))
def test_parts_of_any_shape_are_answered(parts: dict[str, object]) -> None:
    text = yaml.safe_dump({**yaml.load(SMALL, yaml.BaseLoader), **parts})
    answers(read(text, "any.yaml"))


STEPS = st.dictionaries(st.sampled_from(sorted(step_keys.KEYS)), TREES | LEAVES, max_size=5)


@given(kind=st.sampled_from(step_keys.KINDS), about=STEPS)
def test_step_of_any_shape_is_answered(kind: str, about: dict[str, object]) -> None:
    step = {"stage": "prepare", "kind": kind, "raci": {"pm": "RA"}, **about}
    tree = yaml.load(SMALL, yaml.BaseLoader)
    answers(read(yaml.safe_dump({**tree, "steps": {**tree["steps"], "extra": step}}), "any.yaml"))


@given(st.dictionaries(st.sampled_from(sorted(derived_keys.KEYS)), TREES | LEAVES, min_size=1, max_size=3))
def test_derived_fact_of_any_shape_is_answered(about: dict[str, object]) -> None:
    tree = yaml.load(SMALL, yaml.BaseLoader)
    tree["facts"]["cases"] = {"kind": "list", "of": {"name": "text", "seats": "number"}}
    answers(read(yaml.safe_dump({**tree, "derived": {"extra": about}}), "any.yaml"))
