"""What the desk lets a person do that is not a handoff's own business; that is `handrail.handoff.duty`.

One rule: each function answers None, or `Refused` with the words that the page, the button and the answer show.
"""

from django.contrib.auth.models import AnonymousUser

from handrail.desk.company import company
from handrail.desk.models import Person, Share
from handrail.desk.people import person_of
from handrail.desk.runbooks import ORDERS, role_teams
from handrail.handoff.refusal import Refused

Asker = Person | AnonymousUser


def imports_customers(person: Asker) -> Refused | None:
    return _only_operations(person, "imports customers")


def sees_mail(person: Asker) -> Refused | None:
    """That which came in and belongs to nobody, and who wants no more."""
    return _only_operations(person, "sorts mail that came in")


def sees_unfilled_work(person: Asker) -> Refused | None:
    return _only_operations(person, "fills empty roles")


def rebuilds(person: Asker) -> Refused | None:
    return _only_operations(person, "has the lists made anew")


def looks_after_work(person: Asker, by_id: int | None) -> Refused | None:
    """Sees long work that was begun by them, cancels it and takes it back."""
    if isinstance(person, Person) and (person.is_operations or person.pk == by_id):
        return None
    says = "Only whoever began this work, or CS Operations, sees it, cancels it or takes it back."
    return Refused(code="not-yours", says=says)


def moves_handoffs(person: Asker) -> Refused | None:
    return _only_operations(person, "moves handoffs to another version of their runbook")


def reads_the_audit(person: Asker) -> Refused | None:
    return _only_keepers(
        person, "Only CS Operations and administrators read the audit. Ask one of them; People shows who they are."
    )


def gives_customers_links(person: Asker, holds_a_role: bool) -> Refused | None:
    if holds_a_role or (isinstance(person, Person) and person.is_operations):
        return None
    says = "Only CS Operations, or a person with a role in this handoff, gives its customer a link."
    return Refused(code="not-yours", says=says)


def changes_view(person: Asker, *, is_mine: bool, owner: str) -> Refused | None:
    """Whether they rename, share, overwrite or delete a list that somebody keeps under a name."""
    if is_mine or (isinstance(person, Person) and person.is_operations):
        return None
    return Refused(code="not-yours", says=f"Only {owner}, who made this view, and CS Operations change it.")


def edits_people(person: Asker) -> Refused | None:
    return _only_administrators(person, "Only an administrator adds people and changes what they may do.")


def edits_calendars(person: Asker) -> Refused | None:
    return _only_administrators(person, "Only an administrator adds calendars and changes them.")


def changes_brand(person: Asker) -> Refused | None:
    return _only_administrators(person, "Only an administrator changes how documents look.")


def sees_settings(person: Asker) -> Refused | None:
    return _only_keepers(person, "Only administrators and CS Operations see the settings.")


def deletes_calendar(used_by: str) -> Refused | None:
    """`used_by` says in words who works on it, empty where nobody does."""
    if not used_by:
        return None
    return Refused(code="used", says=f"It cannot be deleted: it is the calendar of {used_by}.")


def sees_health(person: Asker) -> Refused | None:
    return _only_keepers(person, "Only administrators and CS Operations see how the desk itself does.")


def _only_administrators(person: Asker, says: str) -> Refused | None:
    if isinstance(person, Person) and person.is_administrator:
        return None
    return Refused(code="not-yours", says=says)


def _only_keepers(person: Asker, says: str) -> Refused | None:
    """Those who look after the desk itself: administrators and CS Operations."""
    if isinstance(person, Person) and (person.is_administrator or person.is_operations):
        return None
    return Refused(code="not-yours", says=says)


def _only_operations(person: Asker, does: str) -> Refused | None:
    if isinstance(person, Person) and person.is_operations:
        return None
    return Refused(code="not-yours", says=f"Only CS Operations {does}. Ask one of them; People shows who they are.")


def leaves(person: Asker, leaving: Person) -> Refused | None:
    """Whether the account may be closed, and what they hold be given to others."""
    if not leaving.is_active:
        return Refused(code="left", says=f"{leaving.name} has left already.")
    if isinstance(person, Person) and person.pk == leaving.pk:
        return Refused(code="yourself", says="You cannot close your own account; another administrator can.")
    return stops_administering(leaving) if leaving.is_administrator else None


def records_absences(person: Asker, of: Person) -> Refused | None:
    """Their own, those of whom they manage or whose team they lead, and everybody's."""
    if isinstance(person, Person):
        above = {of.manager_id, of.team.lead_id if of.team else None}
        if person.pk in {of.pk, *above} or person.is_operations or person.is_administrator:
            return None
    says = f"Only {of.name}, their manager or team lead, CS Operations and administrators tell when they are away."
    return Refused(code="not-yours", says=says)


def stops_administering(leaving: Person) -> Refused | None:
    """Somebody must be left who can look after people."""
    others = Person.objects.filter(is_administrator=True, is_active=True).exclude(pk=leaving.pk)
    if others.exists():
        return None
    says = f"{leaving.name} is the only administrator. Make somebody else one first."
    return Refused(code="last-administrator", says=says)


def makes_transfers(person: Asker) -> Refused | None:
    """CS Operations and whoever leads a team prepare transfers, ask the receivers and let them move."""
    if isinstance(person, Person) and (person.is_operations or _leads_a_team(person)):
        return None
    says = "Only a team lead or CS Operations transfers accounts. Ask one of them; Teams shows who they are."
    return Refused(code="not-yours", says=says)


def sees_transfer(person: Asker, *, takes_part: bool) -> Refused | None:
    """`takes_part` is whether they give or get something in it."""
    if takes_part:
        return None
    return makes_transfers(person) and Refused(
        code="not-yours",
        says="Only those who give or get accounts in this transfer, team leads and CS Operations see it.",
    )


def shares_accounts(person: Asker, share: Share) -> Refused | None:
    """Whoever owns the account or looks after it, and who makes transfers, says how long it is shared."""
    if isinstance(person, Person):
        is_theirs = person.pk in {share.person_id, share.customer.owner_id}
        if is_theirs or (share.team_id is not None and share.team_id == person.team_id):
            return None
    return makes_transfers(person) and Refused(
        code="not-yours", says="Only its owner, those who look after it, team leads and CS Operations change this."
    )


def sees_book(person: Asker, of: Person) -> Refused | None:
    """What somebody holds and has sold: they, whoever manages them or leads their team, and CS Operations."""
    if isinstance(person, Person):
        above = {of.pk, of.manager_id, of.team.lead_id if of.team else None}
        if person.is_operations or person.pk in above:
            return None
    says = f"Only {of.name}, their manager or team lead and CS Operations see what they hold and have sold."
    return Refused(code="not-yours", says=says)


def edits_catalogue(person: Asker) -> Refused | None:
    return _only_operations(person, "changes the catalogue")


def writes_orders(person: Asker) -> Refused | None:
    """Those of the team that fills the role of Sales in the runbook of orders, and CS Operations."""
    return _only_of_orders(person, ("sales",), "Only Sales and CS Operations write orders.")


def sees_orders(person: Asker) -> Refused | None:
    """Everybody of a team that has a part in the validation of orders, whoever leads a team, and those who look after
    the desk: prices are not for all."""
    if isinstance(person, Person) and (person.is_administrator or _leads_a_team(person)):
        return None
    return _only_of_orders(person, (), "Only teams that validate orders, team leads and CS Operations see orders.")


def verifies_invoices(person: Asker) -> Refused | None:
    return _only_of_orders(person, ("finance",), "Only Finance and CS Operations verify who is invoiced.")


def records_consumption(person: Asker, owner_id: int | None) -> Refused | None:
    """`owner_id` is whose account it is."""
    if isinstance(person, Person) and owner_id is not None and person.pk == owner_id:
        return None
    says = "Only Customer Success, whoever owns the account and CS Operations record what a customer has used."
    return _only_of_orders(person, ("success",), says)


def _only_of_orders(person: Asker, roles: tuple[str, ...], says: str) -> Refused | None:
    """Of a team that fills one of the roles in the runbook of orders; without roles, any of them."""
    if isinstance(person, Person):
        if person.is_operations:
            return None
        teams = role_teams(ORDERS)
        keys = {teams[role] for role in roles if role in teams} if roles else set(teams.values())
        if person.team is not None and person.team.key in keys:
            return None
    return Refused(code="not-yours", says=f"{says} Ask one of them; People shows who they are.")


def _leads_a_team(person: Person) -> bool:
    return bool(company().led_by(person_of(person)))
