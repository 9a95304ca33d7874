"""Rows of the longest lists, put together without a template for each, which took most of the time of their pages.

One rule: a row's words and order stand here and nowhere else; what a person wrote is escaped where it is put in.
"""

from html import escape

from django import template
from django.template.defaultfilters import capfirst
from django.utils.safestring import SafeString, mark_safe

from handrail.desk.queries.handoffs import HandoffRow
from handrail.desk.queries.orders import OrderRow
from handrail.desk.queries.work import WorkRow
from handrail.desk.web.addresses import address
from handrail.desk.web.tags import badge, day, due, icon, money, progress, turn, work_region, work_url

register = template.Library()


@register.simple_tag
def work_row(row: WorkRow) -> SafeString:
    """A row of work/rows.html: what can be done here opens beneath it."""
    url, title, customer = escape(work_url(row)), escape(row.title), escape(row.customer)
    does = f" Done by {escape(row.does)}." if row.does else ""
    return mark_safe(
        f'<tr class="work-row">'
        f'<th scope="row"><a class="title-link" href="{url}">{title}</a>'
        f'<span class="sub">{escape(row.why)}{does}</span></th>'
        f'<td data-label="Customer"><span>'
        f'<a class="quiet-link" href="{address("handoff", row.handoff_id)}">{customer}</a>'
        f'<span class="sub">{escape(row.runbook)}</span></span></td>'
        f'<td data-label="Due">{due(row.due)}</td>'
        f'<td class="fit work-do">{_do_here(url, work_region(row), f"{title}, {customer}")}</td></tr>\n'
    )


def _do_here(url: str, region: str, what: str) -> str:
    """`url` and `what` are escaped."""
    if not region:
        return ""
    return (
        f'<button class="button button-small" type="button" data-do-here="{url}" data-region="{region}" '
        f'aria-expanded="false" data-with-script>{icon("chevron-down", 14)}Do here'
        f'<span class="visually-hidden">: {what}</span></button>'
    )


@register.simple_tag
def handoff_row(row: HandoffRow) -> SafeString:
    """A row of handoffs/table.html."""
    customer, phase = escape(row.customer), f" · {escape(row.phase)}" if row.phase else ""
    runs = row.status == "running"
    return mark_safe(
        f'<tr><td class="tick">'
        f'<input type="checkbox" name="handoff" value="{row.id}" aria-label="Choose {customer}"></td>'
        f'<th scope="row"><a class="title-link" href="{address("handoff", row.id)}">{customer}</a>'
        f'<span class="sub">{escape(row.runbook)} {escape(row.version)}{phase}</span></th>'
        f'<td data-label="Stage">{_stands(row)}</td>'
        f'<td data-label="Progress">{progress(row.done, row.needed)}</td>'
        f"{_next(row) if runs else '<td></td><td></td>'}"
        f'<td class="minor" data-label="Changed">{day(row.changed_at)}</td></tr>\n'
    )


def _stands(row: HandoffRow) -> str:
    if row.status == "running":
        return escape(capfirst(row.stage))
    end = f'<span class="sub">{escape(capfirst(row.end))}</span>' if row.status == "over" and row.end else ""
    return f"{badge(row.status)}{end}"


def _next(row: HandoffRow) -> str:
    who = f'<span class="sub">{escape(turn(row))}</span>' if row.next_title else ""
    return (
        f'<td data-label="Next"><span>{escape(row.next_title or "Nothing at the moment")}{who}</span></td>'
        f'<td data-label="Due">{held() if row.held_since else due(row.due)}</td>'
    )


# What each state of an order looks like: the state whose colours it has, and its word.
_ORDER_STATES = {
    "draft": ("waiting", "Draft"),
    "validation": ("open", "In validation"),
    "returned": ("held", "Returned to Sales"),
    "approved": ("running", "Approved"),
    "sent": ("running", "With the customer"),
    "signed": ("done", "Signed"),
    "taken over": ("done", "Taken over"),
    "withdrawn": ("cancelled", "Withdrawn"),
}


@register.simple_tag
def order_badge(state: str) -> SafeString:
    return badge(*_ORDER_STATES[state])


@register.simple_tag
def order_row(row: OrderRow) -> SafeString:
    """A row of orders/list.html."""
    territory = escape(row.territory) if row.territory else '<span class="muted">None</span>'
    return mark_safe(
        f'<tr><th scope="row"><a class="title-link" href="{address("order", row.id)}">{escape(row.number)}</a></th>'
        f'<td data-label="Customer"><a class="title-link" href="{address("customer", row.customer_id)}">'
        f"{escape(row.customer)}</a></td>"
        f'<td data-label="State">{order_badge(row.state)}</td>'
        f'<td data-label="Value" class="number money"><span>{money(row.value, row.currency)} '
        f'<span class="muted">{escape(row.currency)}</span></span></td>'
        f'<td data-label="Catalogue">{_in_catalogue(row)}</td>'
        f'<td data-label="Territory" class="minor">{territory}</td>'
        f'<td data-label="Written by" class="minor">{escape(row.writer) or "–"}</td>'
        f'<td data-label="Changed">{day(row.changed_at)}</td></tr>\n'
    )


def _in_catalogue(row: OrderRow) -> str:
    if row.errors:
        return badge("error", "Cannot be sold")
    if row.is_outside or row.warnings:
        return badge("warning", "Exception")
    return f'<span class="inline-icon muted">{icon("check", 14)}Inside</span>'


@register.simple_tag
def held() -> SafeString:
    return mark_safe(f'<span class="badge is-waiting">{icon("pause", 14)}On hold</span>')


@register.simple_tag
def handoff_card(row: HandoffRow) -> SafeString:
    """A card of handoffs/board.html."""
    runs = row.status == "running"
    look = " is-waiting" if row.held_since else " is-late" if runs and row.due and row.due.state == "late" else ""
    phase = f'<p class="small muted">{escape(row.phase)}</p>' if row.phase else ""
    return mark_safe(
        f'<li class="card{look}">'
        f'<h3 class="card-title"><a href="{address("handoff", row.id)}">{escape(row.customer)}</a></h3>'
        f"{phase}{_card_now(row) if runs else _card_over(row)}{progress(row.done, row.needed)}</p></li>"
    )


def _card_now(row: HandoffRow) -> str:
    return (
        f'<p class="card-next">{escape(row.next_title or "Nothing at the moment")}</p>'
        f'<p class="card-line">{held() if row.held_since else due(row.due)}</p>'
        f'<p class="card-line card-foot"><span class="small muted card-who">'
        f"{escape(turn(row)) if row.next_title else ''}</span>"
    )


def _card_over(row: HandoffRow) -> str:
    return (
        f'<p class="card-line">{badge(row.status, capfirst(row.end))}</p>'
        f'<p class="card-line card-foot"><span class="small muted">{day(row.ended_at)}</span>'
    )
