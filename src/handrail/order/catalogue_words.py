"""What the catalogue says to customers beside its products' own words, in the languages that Handrail speaks to them.

One rule: every language has every word; another language than these reads English.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from handrail.order.catalogue import KINDS


@dataclass(frozen=True, kw_only=True)
class CatalogueWords:
    """`…` stands where something is put in."""

    catalogue: str
    kinds: Mapping[str, str]
    search: str
    kind: str
    any_kind: str
    language: str
    currency: str
    show: str
    product: str
    price: str
    per: str
    units: Mapping[str, str]
    beginning_at: str
    on_request: str
    sold_in: str
    above: str
    graduated: str
    volume: str
    use_within: str
    prepaid: str
    retired: str
    retired_since: str
    replaced_by: str
    valid_from: str
    valid_until: str
    nothing: str
    nothing_found: str
    everything: str
    version: str
    back: str


def _kinds(*words: str) -> Mapping[str, str]:
    return dict(zip(KINDS, words, strict=True))


ENGLISH = CatalogueWords(
    catalogue="Services catalogue",
    kinds=_kinds(
        "Subscriptions",
        "Page views",
        "Workshops",
        "Trainings",
        "Audits",
        "On-site support",
        "Managed services",
        "Other",
    ),
    search="Search",
    kind="Kind",
    any_kind="All kinds",
    language="Language",
    currency="Currency",
    show="Show",
    product="Product",
    price="Price",
    per="per …",
    units={"each": "each"},
    beginning_at="from …",
    on_request="On request",
    sold_in="Quantities: …",
    above="Above",
    graduated="Each unit costs what its own threshold says.",
    volume="All units cost what the threshold of their whole number says.",
    use_within="To be used within … days",
    prepaid="Invoiced before delivery",
    retired="Not sold any more",
    retired_since="Not sold any more since …",
    replaced_by="Replaced by",
    valid_from="From",
    valid_until="Until",
    nothing="No catalogue has been published yet.",
    nothing_found="Nothing is like that.",
    everything="All on one page to print",
    version="Catalogue …, published on …",
    back="All products",
)

GERMAN = CatalogueWords(
    catalogue="Leistungskatalog",
    kinds=_kinds(
        "Abonnements",
        "Seitenaufrufe",
        "Workshops",
        "Schulungen",
        "Prüfungen",
        "Unterstützung vor Ort",
        "Betreute Dienste",
        "Weiteres",
    ),
    search="Suche",
    kind="Art",
    any_kind="Alle Arten",
    language="Sprache",
    currency="Währung",
    show="Anzeigen",
    product="Produkt",
    price="Preis",
    per="je …",
    units={
        "each": "je Stück",
        "hour": "je Stunde",
        "day": "je Tag",
        "month": "je Monat",
        "year": "je Jahr",
        "session": "je Sitzung",
        "course": "je Kurs",
        "thousand": "je tausend",
        "user": "je Person",
    },
    beginning_at="ab …",
    on_request="Auf Anfrage",
    sold_in="Mengen: …",
    above="Über",
    graduated="Jede Einheit kostet, was ihre eigene Schwelle sagt.",
    volume="Alle Einheiten kosten, was die Schwelle ihrer ganzen Zahl sagt.",
    use_within="Einzulösen innerhalb von … Tagen",
    prepaid="Wird vor der Lieferung berechnet",
    retired="Nicht mehr im Verkauf",
    retired_since="Nicht mehr im Verkauf seit …",
    replaced_by="Ersetzt durch",
    valid_from="Ab",
    valid_until="Bis",
    nothing="Es ist noch kein Katalog veröffentlicht.",
    nothing_found="Dazu gibt es nichts.",
    everything="Alles auf einer Seite zum Drucken",
    version="Katalog …, veröffentlicht am …",
    back="Alle Produkte",
)

FRENCH = CatalogueWords(
    catalogue="Catalogue des services",
    kinds=_kinds(
        "Abonnements",
        "Pages vues",
        "Ateliers",
        "Formations",
        "Audits",
        "Assistance sur site",
        "Services gérés",
        "Autres",
    ),
    search="Recherche",
    kind="Type",
    any_kind="Tous les types",
    language="Langue",
    currency="Devise",
    show="Afficher",
    product="Produit",
    price="Prix",
    per="par …",
    units={
        "each": "l’unité",
        "hour": "par heure",
        "day": "par jour",
        "month": "par mois",
        "year": "par an",
        "session": "par séance",
        "course": "par cours",
        "thousand": "par millier",
        "user": "par personne",
    },
    beginning_at="à partir de …",
    on_request="Sur demande",
    sold_in="Quantités : …",
    above="Au-delà de",
    graduated="Chaque unité coûte ce que dit son propre seuil.",
    volume="Toutes les unités coûtent ce que dit le seuil de leur nombre total.",
    use_within="À utiliser dans les … jours",
    prepaid="Facturé avant la livraison",
    retired="N’est plus vendu",
    retired_since="N’est plus vendu depuis le …",
    replaced_by="Remplacé par",
    valid_from="Du",
    valid_until="Au",
    nothing="Aucun catalogue n’a encore été publié.",
    nothing_found="Rien ne correspond.",
    everything="Tout sur une page à imprimer",
    version="Catalogue …, publié le …",
    back="Tous les produits",
)

SPANISH = CatalogueWords(
    catalogue="Catálogo de servicios",
    kinds=_kinds(
        "Suscripciones",
        "Páginas vistas",
        "Talleres",
        "Formaciones",
        "Auditorías",
        "Asistencia in situ",
        "Servicios gestionados",
        "Otros",
    ),
    search="Buscar",
    kind="Tipo",
    any_kind="Todos los tipos",
    language="Idioma",
    currency="Moneda",
    show="Mostrar",
    product="Producto",
    price="Precio",
    per="por …",
    units={
        "each": "la unidad",
        "hour": "por hora",
        "day": "por día",
        "month": "por mes",
        "year": "por año",
        "session": "por sesión",
        "course": "por curso",
        "thousand": "por millar",
        "user": "por persona",
    },
    beginning_at="desde …",
    on_request="A petición",
    sold_in="Cantidades: …",
    above="Más de",
    graduated="Cada unidad cuesta lo que dice su propio umbral.",
    volume="Todas las unidades cuestan lo que dice el umbral de su número total.",
    use_within="A utilizar en … días",
    prepaid="Se factura antes de la entrega",
    retired="Ya no se vende",
    retired_since="Ya no se vende desde el …",
    replaced_by="Sustituido por",
    valid_from="Desde",
    valid_until="Hasta",
    nothing="Todavía no se ha publicado ningún catálogo.",
    nothing_found="No hay nada así.",
    everything="Todo en una página para imprimir",
    version="Catálogo …, publicado el …",
    back="Todos los productos",
)

_BY_LANGUAGE = {"en": ENGLISH, "de": GERMAN, "fr": FRENCH, "es": SPANISH}


def per_unit(words: CatalogueWords, unit: str) -> str:
    """A unit is one word for all languages; the usual ones are known in each."""
    return words.units.get(unit.casefold()) or put(words.per, unit)


def words_in(language: str) -> CatalogueWords:
    return _BY_LANGUAGE.get(language.partition("-")[0], ENGLISH)


def put(phrase: str, *values: str) -> str:
    """The values in the places of the dots, one after the other."""
    for value in values:
        phrase = phrase.replace("…", value, 1)
    return phrase
