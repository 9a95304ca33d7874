"""The demo company: people in every role, a working calendar, the shipped runbooks, a catalogue. Made once; making it
again changes nothing. It holds no customers: importing them is the first thing that a new user tries."""

from datetime import date, time, timedelta
from importlib.resources import files

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from handrail.desk import catalogue, company, models, runbooks
from handrail.order import samples

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

# What other systems have on the accounts of transfers.csv, and what each file holds; products come first.
RECORD_FILES = {
    "products.csv": "Products",
    "opportunities.csv": "Opportunities",
    "cases.csv": "Cases",
    "tasks.csv": "Tasks",
    "meetings.csv": "Meetings",
    "sequences.csv": "Sequences",
    "pending.csv": "Pending items",
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

# Who leads which team, by the part of the address before the @.
LEADS = {
    "implementation": "emma.laurent",
    "client-services": "lena.fischer",
    "cs-operations": "adam.ford",
    "technical-services": "amara.diallo",
    "support": "sven.aalto",
    "integration-support": "iris.novak",
    "customer-success": "talia.romero",
    "customer-value": "vera.costa",
    "sales": "dirk.jansen",
    "services": "stella.byrne",
    "finance": "frank.weber",
    "management": "greta.olsen",
}
# The leads who turn to somebody else than the managing director, and whoever turns to somebody else than their lead.
MANAGERS = {
    "talia.romero": "marco.bruno",
    "nina.kovac": "talia.romero",
    "sam.keller": "mona.haddad",
    "greta.olsen": "",
}
TOP = "greta.olsen"
# Skills, languages, region, and how many roles they can hold.
KNOWN = {
    "paula.reyes": (["utilities", "tax"], ["en", "es"], "Americas", 30),
    "ivan.petrov": (["integrations"], ["en", "ru"], "Americas", 30),
    "tom.okafor": (["training"], ["en"], "Americas", 25),
    "carla.santos": (["utilities"], ["en", "pt-br"], "Americas", 25),
    "dev.patel": (["tax"], ["en", "hi"], "Americas", 25),
    "iris.novak": (["integrations"], ["en", "cs"], "Europe", None),
    "sven.aalto": (["support"], ["en", "fi"], "Europe", None),
    "rita.moreau": (["support"], ["en", "fr"], "Europe", 40),
    "vera.costa": (["value"], ["en", "pt"], "Europe", None),
}
LONDON = ("support", "customer-value")


def make_company(today: date | None = None) -> list[str]:
    """Make what is missing; the lines to print tell how to sign in as whom. From `today` on somebody is away, where
    that is known."""
    with transaction.atomic():
        calendars = _calendars()
        teams = {
            key: models.Team.objects.get_or_create(key=key, defaults={"name": name})[0] for key, name in TEAMS.items()
        }
        missing = {email for email, *_ in PEOPLE} - set(models.Person.objects.values_list("email", flat=True))
        _people(teams, missing)
        if missing:
            _lines(teams, missing, calendars["london-office"])
        if today is not None and "rita.moreau@example.com" in missing:
            _absence(today)
        _publish()
        if not models.CatalogueVersion.objects.exists():
            catalogue.publish(samples.catalogue(), by=None, now=timezone.now(), says="The first.")
    return _how_to_sign_in()


def _lines(teams: dict[str, models.Team], missing: set[str], london: models.Calendar) -> None:
    """Who leads, who manages whom, and what each can do; of those who were made just now."""
    people = {row.email.partition("@")[0]: row for row in models.Person.objects.select_related("team")}
    for key, lead in LEADS.items():
        if teams[key].lead_id is None and people[lead].email in missing:
            teams[key].lead, teams[key].calendar = people[lead], london if key in LONDON else None
            teams[key].save()
    for name in (one for one, row in people.items() if row.email in missing):
        team = people[name].team
        lead = LEADS.get(team.key, TOP) if team else TOP
        above = MANAGERS.get(name, TOP if lead == name else lead)
        people[name].manager = people[above] if above else None
        skills, languages, region, capacity = KNOWN.get(name, ([], ["en"], "", None))
        people[name].skills, people[name].languages = skills, languages
        people[name].region, people[name].capacity = region, capacity
    fields = ["manager", "skills", "languages", "region", "capacity"]
    models.Person.objects.bulk_update([row for row in people.values() if row.email in missing], fields)
    company.changed()


def _absence(today: date) -> None:
    people = {row.email.partition("@")[0]: row for row in models.Person.objects.filter(team__key="support")}
    models.Absence.objects.create(
        person=people["rita.moreau"],
        first_day=today,
        last_day=today + timedelta(days=4),
        delegate=people["sven.aalto"],
        note="On holiday",
        made_by=people["rita.moreau"],
    )


def _people(teams: dict[str, models.Team], missing: set[str]) -> None:
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


def _calendars() -> dict[str, models.Calendar]:
    office = {"weekdays": [0, 1, 2, 3, 4], "opens": time(9)}
    found = {
        "eastern-office": {"name": "Eastern office", "zone": "America/New_York", "closes": time(17), "country": "US"},
        "london-office": {
            "name": "London office",
            "zone": "Europe/London",
            "closes": time(17, 30),
            "country": "GB",
            "region": "ENG",  # without one, only what all of the United Kingdom keeps is a holiday
        },
    }
    return {
        key: models.Calendar.objects.get_or_create(key=key, defaults={**office, **one})[0] for key, one in found.items()
    }


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
        "As Lena Fischer, transfer a book, with a spreadsheet in which some rows are wrong:",
        f"  {data / 'transfer-sheet.csv'}",
        "After transfers.csv, what other systems have on its accounts:",
        *(f"  {data / file}  {holds}" for file, holds in RECORD_FILES.items()),
    ]
