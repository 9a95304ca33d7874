"""What the order says in words, and who is invoiced (S4.14, S4.16, S4.17)."""

from collections.abc import Iterator

from handrail.order.purchase import Address
from handrail.order.rules.rule import Case, Told


def free_text(case: Case) -> Iterator[Told]:
    if case.order.remarks.strip():
        yield Told("It has free text outside the statement of work.", field="remarks")


def empty_work(case: Case) -> Iterator[Told]:
    if case.order.work is not None and not case.order.work.text.strip():
        yield Told("Its statement of work says nothing.", field="work")


def unsigned_work(case: Case) -> Iterator[Told]:
    work = case.order.work
    if work is None:
        return
    if not work.author.strip():
        yield Told("Nobody of pre-sales is named as the author of its statement of work.", field="work")
    if not work.specialist.strip():
        yield Told("No specialist is named with its statement of work.", field="work")


def other_language(case: Case) -> Iterator[Told]:
    if case.order.language not in case.catalogue.languages:
        languages = ", ".join(case.catalogue.languages)
        says = f"The catalogue is not written in “{case.order.language}”."
        yield Told(says, f"Write the order in one of {languages}.", None, "language")


def no_invoice(case: Case) -> Iterator[Told]:
    invoice = case.order.invoice
    lacking = [
        words
        for words, is_there in (
            ("name", invoice.name.strip()),
            ("e-mail", invoice.email.strip()),
            ("address", _is_written(invoice.address)),
        )
        if not is_there
    ]
    if lacking:
        says = f"The invoice contact has no {' and no '.join(lacking)}."
        yield Told(says, field="invoice")


def unverified_invoice(case: Case) -> Iterator[Told]:
    if case.order.invoice.verified is None and case.order.invoice.name.strip():
        yield Told("Nobody has verified the invoice contact and address.", field="invoice")


def _is_written(address: Address) -> bool:
    return bool(address.country and (address.street or address.city or address.postal_code))
