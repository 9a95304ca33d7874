"""A document in another language: its texts as the runbook, or Handrail, calls them there.

One rule: what has no other name stays as it is; the document that is kept, and its digest, are never touched.
"""

from collections.abc import Mapping
from dataclasses import replace

from handrail.handoff.document_tree import Document, Line, Part
from handrail.runbook.model import Layout

# What Handrail itself says in documents, in the languages that it knows.
_WORDS: Mapping[str, Mapping[str, str]] = {
    "de": {
        "Missing": "Fehlt", "Not applicable": "Trifft nicht zu", "owed by": "zu liefern von", "Promise": "Zusage",
        "By": "Durch", "Until": "Bis", "To": "An", "Kept": "Erfüllt", "yes": "ja", "no": "nein", "Step": "Schritt",
        "Who": "Wer", "Question": "Frage", "Term": "Begriff", "Meaning": "Bedeutung", "Name": "Name",
        "E-mail": "E-Mail", "Phone": "Telefon", "Said by": "Gesagt von", "As": "Als", "On": "Am", "Advice": "Rat",
        "Addenda": "Nachträge", "Contents": "Inhalt", "Checklist": "Checkliste", "None.": "Keine.",
        "Open steps": "Offene Schritte", "Open questions": "Offene Fragen", "Terms": "Begriffe", "Page": "Seite",
        "of": "von", "Customer": "Kunde", "Decisions": "Entscheidungen", "Meetings": "Besprechungen",
        "Evidence": "Nachweise", "People": "Personen",
    },
    "fr": {
        "Missing": "Manquant", "Not applicable": "Sans objet", "owed by": "à fournir par", "Promise": "Engagement",
        "By": "Par", "Until": "Avant le", "To": "À", "Kept": "Tenu", "yes": "oui", "no": "non", "Step": "Étape",
        "Who": "Qui", "Question": "Question", "Term": "Terme", "Meaning": "Signification", "Name": "Nom",
        "E-mail": "E-mail", "Phone": "Téléphone", "Said by": "Dit par", "As": "En tant que", "On": "Le",
        "Advice": "Avis", "Addenda": "Avenants", "Contents": "Sommaire", "Checklist": "Liste de contrôle",
        "None.": "Aucun.", "Open steps": "Étapes ouvertes", "Open questions": "Questions ouvertes", "Terms": "Termes",
        "Page": "Page", "of": "sur", "Customer": "Client", "Decisions": "Décisions", "Meetings": "Réunions",
        "Evidence": "Justificatifs", "People": "Personnes",
    },
    "es": {
        "Missing": "Falta", "Not applicable": "No aplica", "owed by": "a cargo de", "Promise": "Compromiso",
        "By": "Por", "Until": "Hasta", "To": "A", "Kept": "Cumplido", "yes": "sí", "no": "no", "Step": "Paso",
        "Who": "Quién", "Question": "Pregunta", "Term": "Término", "Meaning": "Significado", "Name": "Nombre",
        "E-mail": "Correo", "Phone": "Teléfono", "Said by": "Dicho por", "As": "Como", "On": "El", "Advice": "Consejo",
        "Addenda": "Anexos", "Contents": "Contenido", "Checklist": "Lista de comprobación", "None.": "Ninguno.",
        "Open steps": "Pasos abiertos", "Open questions": "Preguntas abiertas", "Terms": "Términos", "Page": "Página",
        "of": "de", "Customer": "Cliente", "Decisions": "Decisiones", "Meetings": "Reuniones",
        "Evidence": "Justificantes", "People": "Personas",
    },
}  # fmt: skip
_RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur", "yi", "ps", "sd", "ug", "dv", "ckb"})


def languages_of(layout: Layout | None) -> tuple[str, ...]:
    """Those in which the runbook has the document beside its own."""
    return tuple(layout.languages) if layout else ()


def is_right_to_left(language: str) -> bool:
    return language.partition("-")[0] in _RIGHT_TO_LEFT


def phrases_in(layout: Layout | None, language: str) -> Mapping[str, str]:
    """By what is said in the runbook's own language; the runbook's words go before Handrail's."""
    own = _WORDS.get(language) or _WORDS.get(language.partition("-")[0], {})
    return {**own, **(layout.languages.get(language, {}) if layout else {})}


def translated(tree: Document, phrases: Mapping[str, str]) -> Document:
    if not phrases:
        return tree
    return replace(
        tree,
        title=_in(phrases, tree.title),
        says=_in(phrases, tree.says),
        parts=tuple(_part(part, phrases) for part in tree.parts),
    )


def _part(part: Part, phrases: Mapping[str, str]) -> Part:
    lines = tuple(_line(line, phrases) for line in part.lines)
    return replace(part, title=_in(phrases, part.title), says=_in(phrases, part.says), lines=lines)


def _line(line: Line, phrases: Mapping[str, str]) -> Line:
    return replace(
        line,
        label=_in(phrases, line.label),
        value=_in(phrases, line.value),
        heads=tuple(_in(phrases, head) for head in line.heads),
        rows=tuple(tuple(_in(phrases, cell) for cell in row) for row in line.rows),
        notes=tuple(_in(phrases, note) for note in line.notes),
    )


def _in(phrases: Mapping[str, str], text: str) -> str:
    return phrases.get(text, text)
