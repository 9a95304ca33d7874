"""The demo company: people in every role, a working calendar, the shipped runbooks. Made once; making it again changes
nothing. It holds no customers: importing them is the first thing that a new user tries."""

from datetime import time
from importlib.resources import files

from django.db import transaction

from handrail.desk import models, runbooks

PASSWORD = "handrail-demo-2026"  # printed at every start: the demo is for looking, on this machine only

TEAMS = {
    "implementation": "Implementation",
    "client-services": "Client Services",
    "cs-operations": "CS Operations",
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
)


def make_company() -> list[str]:
    """Make what is missing; the lines to print tell how to sign in as whom."""
    with transaction.atomic():
        _calendar()
        teams = {
            key: models.Team.objects.get_or_create(key=key, defaults={"name": name})[0] for key, name in TEAMS.items()
        }
        for email, name, title, team, operations, administrator in PEOPLE:
            if not models.Person.objects.filter(email=email).exists():
                models.Person.objects.create_user(
                    email,
                    PASSWORD,
                    name=name,
                    title=title,
                    team=teams[team],
                    is_operations=operations,
                    is_administrator=administrator,
                )
        _publish()
    return _how_to_sign_in()


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
    for path in runbooks.shipped():
        published = runbooks.publish(path.read_text(encoding="utf-8"), path.name)
        if isinstance(published, tuple):
            raise RuntimeError("A shipped runbook has problems: " + "; ".join(str(one) for one in published))


def _how_to_sign_in() -> list[str]:
    accounts = files("handrail.desk") / "demo_data" / "accounts.csv"
    return [
        f"Sign in with any of these addresses and the password {PASSWORD}",
        *(f"  {email:<28} {name}, {title}" for email, name, title, *_ in PEOPLE),
        f"As Olga Lind, import the customers in {accounts}",
    ]
