"""A small catalogue that shows everything a catalogue can say; the demo company sells from it, and tests use it."""

from datetime import date
from decimal import Decimal

from handrail.order.catalogue import Catalogue, ListPrice, Product, Tier
from handrail.order.shipped import CUSTOMER_KINDS, TABLES, TERRITORIES

SINCE = date(2025, 1, 1)


def catalogue(version: int = 1) -> Catalogue:
    return Catalogue(
        version=version,
        products={one.sku: one for one in PRODUCTS},
        languages=("en", "de", "fr", "es"),
        currencies=("EUR", "USD", "JPY"),
        territories=TERRITORIES,
        customer_kinds=CUSTOMER_KINDS,
        tables=TABLES,
        says="The first.",
    )


def _prices(euros: str, dollars: str, yen: str) -> tuple[ListPrice, ...]:
    amounts = (("EUR", euros), ("USD", dollars), ("JPY", yen))
    return tuple(ListPrice(currency=code, amount=Decimal(amount), valid_from=SINCE) for code, amount in amounts)


def _tier(above: int, euros: str, dollars: str, yen: str) -> Tier:
    return Tier(above=above, prices={"EUR": Decimal(euros), "USD": Decimal(dollars), "JPY": Decimal(yen)})


PRODUCTS = (
    Product(
        sku="SUB-EDIT",
        kind="subscription",
        titles={"en": "Editorial Suite", "de": "Redaktionssuite", "fr": "Suite éditoriale", "es": "Suite editorial"},
        descriptions={
            "en": "Writing, planning and publishing for a newsroom, one year.",
            "de": "Schreiben, Planen und Veröffentlichen für eine Redaktion, ein Jahr.",
            "fr": "Rédaction, planification et publication pour une rédaction, un an.",
            "es": "Redacción, planificación y publicación para una redacción, un año.",
        },
        unit="year",
        prices=_prices("12000", "13500", "2000000"),
    ),
    Product(
        sku="PV-1K",
        kind="page views",
        titles={"en": "Page views", "de": "Seitenaufrufe", "fr": "Pages vues", "es": "Páginas vistas"},
        descriptions={
            "en": "A thousand page views in a year.",
            "de": "Tausend Seitenaufrufe im Jahr.",
            "fr": "Mille pages vues par an.",
            "es": "Mil páginas vistas al año.",
        },
        unit="thousand",
        pricing="graduated",
        tiers=(
            _tier(0, "1.20", "1.35", "190"),
            _tier(10_000, "0.90", "1.00", "140"),
            _tier(100_000, "0.55", "0.60", "90"),
        ),
    ),
    Product(
        sku="WS-KICKOFF",
        kind="workshop",
        titles={
            "en": "Kick-off workshop",
            "de": "Auftaktworkshop",
            "fr": "Atelier de lancement",
            "es": "Taller inicial",
        },
        descriptions={
            "en": "One day with your team: aims, people, plan.",
            "de": "Ein Tag mit Ihrem Team: Ziele, Menschen, Plan.",
            "fr": "Une journée avec votre équipe : objectifs, personnes, plan.",
            "es": "Un día con su equipo: objetivos, personas, plan.",
        },
        unit="day",
        quantities=(1,),
        prices=_prices("1800", "2000", "300000"),
        consume_within_days=90,
        prepaid=True,
        effort_hours=Decimal(12),
        team="client-services",
    ),
    Product(
        sku="WS-SEO",
        kind="workshop",
        titles={
            "en": "Search workshop",
            "de": "Suchworkshop",
            "fr": "Atelier de référencement",
            "es": "Taller de búsqueda",
        },
        descriptions={"en": "Half a day on being found.", "de": "Ein halber Tag über das Gefundenwerden."},
        unit="session",
        quantities=(1, 2, 4),
        prices=_prices("950", "1050", "150000"),
        consume_within_days=180,
        prepaid=True,
        effort_hours=Decimal(6),
        team="client-services",
    ),
    Product(
        sku="TR-ADMIN",
        kind="training",
        titles={"en": "Administrator training", "de": "Administratorschulung", "fr": "Formation administrateur"},
        descriptions={"en": "Two days for up to eight administrators.", "de": "Zwei Tage für bis zu acht Personen."},
        unit="course",
        quantities=(1, 2, 3),
        prices=_prices("2400", "2700", "400000"),
        consume_within_days=180,
        prepaid=True,
        effort_hours=Decimal(20),
        team="client-services",
    ),
    Product(
        sku="AU-SETUP",
        kind="audit",
        titles={"en": "Setup audit", "de": "Einrichtungsprüfung", "fr": "Audit de mise en place"},
        descriptions={"en": "What is set up, what is missing, what to do first."},
        quantities=(1,),
        prices=_prices("3200", "3600", "520000"),
        consume_within_days=365,
        prepaid=True,
        effort_hours=Decimal(24),
        team="client-services",
    ),
    Product(
        sku="OS-DAY",
        kind="on-site support",
        titles={"en": "On-site support", "de": "Unterstützung vor Ort", "fr": "Assistance sur site"},
        descriptions={"en": "A specialist at your place, by the day, travel included."},
        unit="day",
        prices=_prices("1600", "1800", "260000"),
        consults=True,
        prepaid=True,
        effort_hours=Decimal(10),
        team="client-services",
    ),
    Product(
        sku="MS-RUN",
        kind="managed service",
        titles={"en": "Managed operation", "de": "Betreuter Betrieb", "fr": "Exploitation gérée"},
        descriptions={"en": "We run it for you, by the month."},
        unit="month",
        prices=_prices("2900", "3300", "480000"),
        consults=True,
        effort_hours=Decimal(16),
        team="client-services",
    ),
    Product(
        sku="WS-PRINT",
        kind="workshop",
        titles={"en": "Print workshop", "de": "Druckworkshop"},
        descriptions={"en": "From page plan to press."},
        unit="day",
        quantities=(1,),
        prices=_prices("1700", "1900", "280000"),
        consume_within_days=90,
        prepaid=True,
        retired_on=date(2026, 1, 1),
        replaced_by="WS-KICKOFF",
    ),
)
