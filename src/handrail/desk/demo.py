"""The demo company: people in every role, a working calendar, the shipped runbooks. Made once; making it again changes
nothing. It holds no customers: importing them is the first thing that a new user tries."""

from datetime import time
from importlib.resources import files

from django.contrib.auth.hashers import make_password
from django.db import transaction

from handrail.desk import models, runbooks

PASSWORD = "handrail-demo-2026"  # printed at every start: the demo is for looking, on this machine only

TEAMS = {
    "implementation": "Implementation",
    "client-services": "Client Services",
    "cs-operations": "CS Operations",
    "technical-services": "Technical Services",
    "support": "Support",
    "integration-support": "Integration support",
    "customer-success": "Customer Success",
    "customer-value": "Customer Value Management",
    "sales": "Sales",
    "services": "Services",
    "finance": "Finance",
    "management": "Management",
}

# The files of customers, and the runbook whose facts are in their columns.
FILES = {
    "accounts.csv": "Transition to Client Services",
    "projects.csv": "Transition to Support and CVM",
    "transfers.csv": "Account transition",
    "orders.csv": "Purchase order validation",
}

# e-mail, name, title, team, operations, administrator
PEOPLE = (
    ("paula.reyes@example.com", "Paula Reyes", "Project Manager", "implementation", False, False),
    ("ivan.petrov@example.com", "Ivan Petrov", "Implementation Manager", "implementation", False, False),
    ("lena.fischer@example.com", "Lena Fischer", "Client Services lead", "client-services", False, False),
    ("tom.okafor@example.com", "Tom Okafor", "Transition Success Manager", "client-services", False, False),
    ("carla.santos@example.com", "Carla Santos", "Customer Success Manager", "client-services", False, False),
    ("dev.patel@example.com", "Dev Patel", "Customer Success Manager", "client-services", False, False),
    ("olga.lind@example.com", "Olga Lind", "CS Operations", "cs-operations", True, False),
    ("adam.ford@example.com", "Adam Ford", "Administrator", "cs-operations", True, True),
    ("emma.laurent@example.com", "Emma Laurent", "Engagement Manager", "implementation", False, False),
    ("sara.nilsson@example.com", "Sara Nilsson", "Solution Architect", "implementation", False, False),
    ("theo.brandt@example.com", "Theo Brandt", "Technical Architect", "implementation", False, False),
    ("amara.diallo@example.com", "Amara Diallo", "TS Technical Architect", "technical-services", False, False),
    ("sven.aalto@example.com", "Sven Aalto", "Support manager", "support", False, False),
    ("rita.moreau@example.com", "Rita Moreau", "Regional support representative", "support", False, False),
    ("iris.novak@example.com", "Iris Novak", "Integration support", "integration-support", False, False),
    ("talia.romero@example.com", "Talia Romero", "Team Lead", "customer-success", False, False),
    ("marco.bruno@example.com", "Marco Bruno", "Manager", "customer-success", False, False),
    ("nina.kovac@example.com", "Nina Kovac", "CSM", "customer-success", False, False),
    ("vera.costa@example.com", "Vera Costa", "Customer Value Manager", "customer-value", False, False),
    ("sam.keller@example.com", "Sam Keller", "Sales Representative", "sales", False, False),
    ("mona.haddad@example.com", "Mona Haddad", "Sales Manager", "sales", False, False),
    ("dirk.jansen@example.com", "Dirk Jansen", "Sales Director", "sales", False, False),
    ("piet.visser@example.com", "Piet Visser", "Pre-sales Consultant", "sales", False, False),
    ("stella.byrne@example.com", "Stella Byrne", "Specialist", "services", False, False),
    ("fay.morgan@example.com", "Fay Morgan", "Finance Officer", "finance", False, False),
    ("frank.weber@example.com", "Frank Weber", "Finance Manager", "finance", False, False),
    ("greta.olsen@example.com", "Greta Olsen", "Managing Director", "management", False, False),
)


def make_company() -> list[str]:
    """Make what is missing; the lines to print tell how to sign in as whom."""
    with transaction.atomic():
        _calendar()
        teams = {
            key: models.Team.objects.get_or_create(key=key, defaults={"name": name})[0] for key, name in TEAMS.items()
        }
        _people(teams)
        _publish()
    return _how_to_sign_in()


def _people(teams: dict[str, models.Team]) -> None:
    missing = {email for email, *_ in PEOPLE} - set(models.Person.objects.values_list("email", flat=True))
    # A hash is slow, as it must be. This password is printed at every start, so that all may share one hash of it.
    hashed = make_password(PASSWORD) if missing else ""
    for email, name, title, team, operations, administrator in PEOPLE:
        if email in missing:
            models.Person.objects.create(
                email=email,
                password=hashed,
                name=name,
                title=title,
                team=teams[team],
                is_operations=operations,
                is_administrator=administrator,
            )


def _calendar() -> None:
    models.Calendar.objects.get_or_create(
        key="eastern-office",
        defaults={
            "name": "Eastern office",
            "zone": "America/New_York",
            "weekdays": [0, 1, 2, 3, 4],
            "opens": time(9),
            "closes": time(17),
            "country": "US",
        },
    )


def _publish() -> None:
    """What is current already was checked when it became so: the next start need not wait for that again."""
    current = set(models.RunbookVersion.objects.filter(is_current=True).values_list("source", flat=True))
    for path in runbooks.shipped():
        text = path.read_text(encoding="utf-8")
        if text in current:
            continue
        published = runbooks.publish(text, path.name)
        if isinstance(published, tuple):
            raise RuntimeError("A shipped runbook has problems: " + "; ".join(str(one) for one in published))


def _how_to_sign_in() -> list[str]:
    data = files("handrail.desk") / "demo_data"
    return [
        f"Sign in with any of these addresses and the password {PASSWORD}",
        *(f"  {email:<28} {name}, {title}" for email, name, title, *_ in PEOPLE),
        "As Olga Lind, import customers, each file for the runbook beside it:",
        *(f"  {data / file}  {runbook}" for file, runbook in FILES.items()),
    ]
