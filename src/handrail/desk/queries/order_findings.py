"""What was found with an order, as its page shows it: by severity, with what follows from all of it.

One rule: it is what was kept when the order was checked; nothing is checked by looking at it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from handrail.desk import catalogue as catalogues
from handrail.desk import models
from handrail.desk.queries.pages import Page
from handrail.order.catalogue import Catalogue
from handrail.order.finding import Finding, Severity
from handrail.order.findings import approver
from handrail.order.money import number_words
from handrail.order.purchase import Order
from handrail.order.rules.discounts import NOBODY, Approval
from handrail.order.rules.listed import BY_NAME
from handrail.order.rules.requirements import REQUIREMENTS
from handrail.order.wire import decode_findings

SIZE = 100

_SEVERITIES: tuple[tuple[Severity, str, str], ...] = (
    ("error", "Errors", "Cannot be sold, whoever approves. Sales corrects them."),
    ("warning", "Warnings", "Sold as it is only with the approval of Finance, Customer Success and Sales."),
    ("notice", "Notices", "To be known; they change no approval."),
)


@dataclass(frozen=True, kw_only=True)
class FindingLine:
    """`line` is None where it is about the whole order; `product` is what the line sells, as the catalogue calls it."""

    line: int | None
    sku: str
    product: str
    title: str
    says: str
    remedy: str
    serves: str
    requirement: str
    is_outside: bool


@dataclass(frozen=True, kw_only=True)
class Group:
    """Those of one severity that are on this page, of `count` in all."""

    severity: Severity
    title: str
    says: str
    count: int
    lines: tuple[FindingLine, ...]

    @property
    def look(self) -> str:
        """The state whose icon and colours it has."""
        return "note" if self.severity == "notice" else self.severity


@dataclass(frozen=True, kw_only=True)
class Follows:
    """What follows from all of it, for whoever wants no more."""

    state: str
    title: str
    says: str


@dataclass(frozen=True, kw_only=True)
class Found:
    groups: tuple[Group, ...]
    page: Page[FindingLine]
    follows: Follows
    # Up to whom discounts go, and why; empty where nobody has to approve one.
    approver: str
    approver_says: str
    counts: tuple[tuple[str, int], ...]


def found_of(row: models.Order, order: Order, number: int) -> Found:
    """Reads the catalogue of the check, which is kept in memory."""
    findings = decode_findings(row.findings)
    catalogue = catalogues.version(row.catalogue_id) if row.catalogue_id else None
    start = (number - 1) * SIZE
    shown = findings[start : start + SIZE]
    counts = {severity: sum(one.severity == severity for one in findings) for severity, _, _ in _SEVERITIES}
    approval = _approval(order, catalogue)
    lines = {one: _line(one, order, catalogue) for one in shown}
    return Found(
        groups=tuple(
            Group(severity=severity, title=title, says=says, count=counts[severity], lines=of)
            for severity, title, says in _SEVERITIES
            if (of := tuple(lines[one] for one in shown if one.severity == severity))
        ),
        page=_page(tuple(lines.values()), number, len(findings)),
        follows=_follows(row, findings),
        approver=approval.approver if approval else "",
        approver_says=_approval_says(approval) if approval else "",
        counts=tuple((severity, count) for severity, count in counts.items() if count),
    )


def _line(one: Finding, order: Order, catalogue: Catalogue | None) -> FindingLine:
    sold = next((line for line in order.lines if line.number == one.line), None) if one.line is not None else None
    product = catalogue.products.get(sold.sku) if catalogue is not None and sold is not None else None
    rule = BY_NAME.get(one.rule)
    return FindingLine(
        line=one.line,
        sku=sold.sku if sold is not None else "",
        product=product.title("en", catalogue.language) if product is not None and catalogue is not None else "",
        title=rule.title if rule is not None else "No catalogue",
        says=one.says,
        remedy=one.remedy,
        serves=one.serves,
        requirement=REQUIREMENTS.get(one.serves, ""),
        is_outside=one.outside,
    )


def _page(lines: tuple[FindingLine, ...], number: int, total: int) -> Page[FindingLine]:
    first = (number - 1) * SIZE + 1
    return Page(
        rows=lines,
        number=number,
        first=first,
        total=total,
        total_text=f"{total:,}",
        before=number - 1 if number > 1 else None,
        after=number + 1 if first + SIZE <= total else None,
    )


def _follows(row: models.Order, findings: Sequence[Finding]) -> Follows:
    errors, warnings = (sum(one.severity == severity for one in findings) for severity in ("error", "warning"))
    if row.checked_at is None:
        return Follows(state="waiting", title="Not checked yet", says="It is checked whenever it is written.")
    if errors:
        says = "No approval opens before Sales has corrected it. All that has to be corrected stands below."
        return Follows(state="error", title=f"Cannot be sold as it is: {_counted(errors, 'error')}", says=says)
    where = "Outside the catalogue" if row.is_outside else "In the catalogue, with exceptions"
    if warnings:
        says = (
            "Finance, Customer Success and Sales approve it, at the same time. Without the warnings below, Customer "
            "Success would validate it with one action."
        )
        return Follows(state="warning", title=f"{where}: {_counted(warnings, 'warning')}", says=says)
    says = "Customer Success validates it with one action."
    return Follows(state="success", title="Wholly inside the catalogue", says=says)


def _counted(number: int, word: str) -> str:
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def _approval(order: Order, catalogue: Catalogue | None) -> Approval | None:
    """None where nobody has to approve a discount."""
    found = approver(order, catalogue) if catalogue is not None else None
    return found if found is not None and found.approver != NOBODY else None


def _approval_says(approval: Approval) -> str:
    return f"Line {approval.line}: {number_words(approval.percent)} %, {approval.why}"
