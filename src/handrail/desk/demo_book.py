"""A book of accounts in the demo's company that is large enough to be given to others, and people to give it to.

One rule: made once, for the demo that is lived in; what tests begin with stays as it is.
"""

from datetime import datetime

from django.db import transaction

from handrail.desk import company, models, ownership
from handrail.desk.folding import words_of

_TEAM, _GIVER = "client-services", "carla.santos"
# The part of the address before the @, name, skills, languages, region, and how many roles they can hold.
CSMS = (
    ("nora.weiss", "Nora Weiss", ["utilities", "training"], ["en", "de"], "Europe", 25),
    ("luis.ortega", "Luis Ortega", ["utilities"], ["en", "es"], "Americas", 25),
    ("mei.tanaka", "Mei Tanaka", ["training"], ["en", "ja"], "Asia-Pacific", 20),
    ("aisha.rahman", "Aisha Rahman", ["tax", "training"], ["en", "fr"], "Europe", 25),
    ("jonas.berg", "Jonas Berg", ["utilities", "tax"], ["en", "pt-br"], "Americas", 30),
)
# Key, name, MRR, health, first and last name of the main contact, their language, paid seats and active users.
ACCOUNTS = (
    ("ACC-60011", "Alpenblick Kliniken", "6400", "good", "Katrin", "Vogel", "de", 120, 118),
    ("ACC-60024", "Baywater Home Care", "3100", "good", "Leo", "Marsh", "en", 60, 51),
    ("ACC-60037", "Clínica Santa Rita", "4850", "fair", "Beatriz", "Moura", "pt-br", 90, 104),
    ("ACC-60040", "Dr. Okoye & Partners", "780", "good", "Chidi", "Okoye", "en", 12, 9),
    ("ACC-60053", "Evergreen Senior Living", "11200", "poor", "Hannah", "Lowe", "en", 240, 236),
    ("ACC-60066", "Foyer Saint-Michel", "2900", "good", "Claire", "Fontaine", "fr", 45, 40),
    ("ACC-60079", "Golden Gate Hospice", "5300", "good", "Victor", "Alvarez", "es", 80, 77),
    ("ACC-60082", "Hillside Rehabilitation Center", "7600", "fair", "Joan", "Pike", "en", 130, 122),
    ("ACC-60095", "Instituto del Corazón", "9900", "good", "Lucía", "Herrera", "es", 150, 149),
    ("ACC-60108", "Juniper Behavioral Health", "1450", "good", "Sam", "Reyes", "en", 25, 25),
    ("ACC-60111", "Kawasaki Care Group", "8200", "good", "Yuki", "Mori", "ja", 110, 96),
    ("ACC-60124", "Lakeview Children’s Hospital and Foundation", "21500", "poor", "Ingrid", "Holm", "en", 400, 431),
    ("ACC-60137", "Maple Street Dental", "640", "good", "Tom", "Eddy", "en", 8, 8),
    ("ACC-60140", "Nordlicht Pflege", "2250", "fair", "Uwe", "Brandt", "de", 38, 30),
)  # fmt: skip


def begin(now: datetime) -> None:
    """Nothing where the people are there already."""
    team = models.Team.objects.filter(key=_TEAM).select_related("lead").first()
    emails = {f"{name}@example.com" for name, *_ in CSMS}
    giver = models.Person.objects.filter(email=f"{_GIVER}@example.com").first()
    if team is None or giver is None or models.Person.objects.filter(email__in=emails).exists():
        return
    with transaction.atomic():
        _people(team, giver.password)
        _accounts(giver, now)


def _people(team: models.Team, hashed: str) -> None:
    """With the password that the others have."""
    for name, called, skills, languages, region, capacity in CSMS:
        models.Person.objects.create(
            email=f"{name}@example.com",
            password=hashed,
            name=called,
            title="Customer Success Manager",
            team=team,
            manager=team.lead,
            skills=skills,
            languages=languages,
            region=region,
            capacity=capacity,
        )
    company.changed()


def _accounts(giver: models.Person, now: datetime) -> None:
    made = models.Customer.objects.bulk_create(
        models.Customer(key=key, name=name, owner=giver, created_at=now, changed_at=now) for key, name, *_ in ACCOUNTS
    )
    words = [models.CustomerWord(customer=row, word=word) for row in made for word in words_of(row.name, row.key)]
    models.CustomerWord.objects.bulk_create(words)
    occasion = ownership.Occasion(source="The demo", by=None, now=now)
    ownership.keep({row.pk: giver.pk for row in made}, occasion)
    facts = [
        models.CustomerFact(customer=row, name=name, value=value, source="The demo", at=now)
        for row, account in zip(made, ACCOUNTS, strict=True)
        for name, value in facts_of(account).items()
    ]
    models.CustomerFact.objects.bulk_create(facts)


def facts_of(account: tuple[str, str, str, str, str, str, str, int, int]) -> dict[str, str]:
    """As an import of the CRM would write them."""
    key, name, mrr, health, first, last, language, paid, active = account
    digits = key.removeprefix("ACC-")
    return {
        "crm_id": key,
        "account_name": name,
        "lms_id": f"LMS-{digits}",
        "billing_id": f"B-{digits}",
        "mrr": mrr,
        "health": health,
        "contact_first_name": first,
        "contact_last_name": last,
        "contact_email": f"contact@{digits}.example.org",
        "contact_phone": f"+1 212 555 {digits[-4:]}",
        "contact_language": language,
        "paid_seats": str(paid),
        "active_users": str(active),
    }
