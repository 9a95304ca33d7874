"""The catalogue's decision tables: who may approve which discount, and what the starter pack holds (S4.8, S4.4, S4.20).

One rule: they are tables of the runbook language, read by its reader and proved free of gaps and overlaps like any
other; what they speak about is given here, so that a company writes the tables alone.

    decisions:
      discount-approval:          # inputs: kind, discount (percent); output: approver, one of APPROVERS
      starter-pack:               # inputs: new_customer, customer_kind; output: sku, each a SKU of the catalogue
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from handrail.order.catalogue import KINDS, Catalogue
from handrail.runbook.kinds import Scalar
from handrail.runbook.loading import load
from handrail.runbook.model import Runbook
from handrail.runbook.problem import Place, Problem
from handrail.runbook.reading import Reading
from handrail.runbook.tables.deciding import Table, Undecided

FILE = "tables.yaml"
DISCOUNT = "discount-approval"
PACK = "starter-pack"
# Up the hierarchy; each is told and asked together with all before it.
APPROVERS = ("nobody", "Sales Manager", "Sales Director", "Managing Director")


@dataclass(frozen=True, kw_only=True)
class Tables:
    discount: Table
    pack: Table


@dataclass(frozen=True, kw_only=True)
class Said:
    """What a table answers, with the rule that says so in words: “rule 2 of Who approves a discount”."""

    values: tuple[str, ...]
    why: str


@lru_cache(maxsize=64)
def read_tables(text: str, customer_kinds: tuple[str, ...]) -> Tables | tuple[Problem, ...]:
    """The tables, or everything that is wrong with them, each with its line."""
    reading = _reading(text, customer_kinds)
    if reading.runbook is None:
        return _within(text, tuple(one for one in reading.problems if one.severity == "error"))
    found = reading.runbook.decisions
    missing = tuple(name for name in (DISCOUNT, PACK) if name not in found)
    if missing:
        return tuple(_missing(name) for name in missing)
    return Tables(discount=Table(found[DISCOUNT]), pack=Table(found[PACK]))


def read_book(text: str, customer_kinds: tuple[str, ...]) -> Runbook | None:
    """The tables as a runbook with what they speak about, which can be drawn like any other; None where it cannot be
    read."""
    return _reading(text, customer_kinds).runbook


def table_warnings(text: str, customer_kinds: tuple[str, ...]) -> tuple[Problem, ...]:
    """What somebody should look at in tables that can be read: gaps, rules that never count."""
    lines = text.count("\n") + 1
    found = _reading(text, customer_kinds).problems
    return tuple(one for one in found if one.severity == "warning" and 0 < one.where.line <= lines)


@lru_cache(maxsize=16)
def _reading(text: str, customer_kinds: tuple[str, ...]) -> Reading:
    return load(text.rstrip("\n") + "\n" + _frame(customer_kinds), FILE)


def tables_of(catalogue: Catalogue) -> Tables | tuple[Problem, ...]:
    return read_tables(catalogue.tables, catalogue.customer_kinds)


def approver_of(tables: Tables, *, kind: str, percent: Decimal) -> Said:
    """Up to whom a line of the kind with so many percent off goes."""
    return _said(tables.discount, {"kind": kind, "discount": percent})


def pack_of(tables: Tables, *, is_new: bool, kind: str) -> Said:
    """The SKUs that a customer gets with its order."""
    return _said(tables.pack, {"new_customer": is_new, "customer_kind": kind or None})


def pack_reasons(tables: Tables, *, is_new: bool, kind: str) -> Mapping[str, str]:
    """The SKUs of the pack, each with the rule that says so: “Rule 1 of Starter pack”."""
    answer = tables.pack.decide({"new_customer": is_new, "customer_kind": kind or None})
    title = tables.pack.decision.title
    if isinstance(answer, Undecided):
        return {}
    found: dict[str, str] = {}
    for rule in answer.rules:
        found.setdefault(str(rule.outputs[0]), f"Rule {rule.number} of “{title}”")
    return found


def _said(table: Table, values: Mapping[str, Scalar | None]) -> Said:
    answer = table.decide(values)
    title = table.decision.title
    if isinstance(answer, Undecided):
        return Said(values=(), why=f"“{title}” does not say: {answer.says}")
    (given,) = answer.outputs.values()
    several = given if isinstance(given, tuple) else (given,)
    numbers = " and ".join(str(rule.number) for rule in answer.rules)
    return Said(values=tuple(str(one) for one in several), why=f"Rule {numbers} of “{title}”" if numbers else "")


def _within(text: str, problems: tuple[Problem, ...]) -> tuple[Problem, ...]:
    """Those of the text's own lines; what else there is follows from them."""
    lines = text.count("\n") + 1
    own = tuple(one for one in problems if 0 < one.where.line <= lines)
    return own or problems


def _missing(name: str) -> Problem:
    return Problem(
        where=Place(file=FILE),
        code="missing-table",
        says=f"There is no table “{name}”.",
        mend=f"Write it under “decisions:”, as “{name}:”.",
    )


def _frame(customer_kinds: tuple[str, ...]) -> str:
    """What the tables speak about, after their text, so that the lines of problems are those of the text."""
    return f"""
runbook: catalogue
title: The catalogue's tables
version: "1"
about: order
stages: [sell]
facts:
  kind: {{kind: choice, of: {_listed(KINDS)}, owed_by: sales}}
  discount: {{kind: number, at_least: 0, at_most: 100, owed_by: sales}}
  new_customer: {{kind: yes/no, owed_by: sales}}
  customer_kind: {{kind: choice, of: {_listed(customer_kinds or ("any",))}, owed_by: sales}}
roles:
  sales: {{team: sales}}
steps:
  sell: {{stage: sell, kind: acceptance, raci: {{sales: RA}}}}
ends:
  sold: {{when: {{sell: done}}}}
"""


def _listed(words: tuple[str, ...]) -> str:
    return json.dumps(list(words), ensure_ascii=False)
