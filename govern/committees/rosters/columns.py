"""The columns of the table; reader, template and page are made from this list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Column:
    """One column: the name of its field, its heading, what to write into it."""

    field: str
    heading: str
    help: str
    width: int
    other_headings: tuple[str, ...] = ()
    is_required: bool = False


COLUMNS: Final = (
    Column("organisation", "Organisation", "Name, Kurzname oder Kürzel der Organisation oder Kommune, der die Person "
           "angehört; sie muss schon angelegt sein.", 38, ("Institution", "Einrichtung")),
    Column("function", "Funktion", "Was die Person dort ist, z. B. „Amtsleitung“.", 30),
    Column("title", "Titel", "Akademischer Titel, z. B. „Dr.“; kann leer bleiben.", 10, ("Anrede/Titel", "Anrede")),
    Column("given_name", "Vorname", "Vorname.", 18, is_required=True),
    Column("family_name", "Nachname", "Nachname.", 22, ("Name", "Familienname"), is_required=True),
    Column("email", "E-Mail", "Dienstliche Adresse. An ihr wird die Person wiedererkannt.", 34, ("Email", "Mail")),
    Column("phone", "Telefon", "Dienstliche Telefonnummer.", 20, ("Tel.", "Telefonnummer")),
    Column("committee", "Gremium", "Name, Kurzname oder Kürzel des Gremiums; leer, wenn die Person kein Mandat hat.",
           34),
    Column("seat", "Sitz", "Institution und Funktion wie in der Sitzliste, z. B. „Sozialamt: Amtsleitung“; die "
           "Funktion allein genügt, wenn sie nur einmal vorkommt. Leer: der Sitz der Organisation.", 44),
    Column("role", "Rolle", "„Inhaber:in“ oder „Stellvertretung“; leer bedeutet Inhaber:in.", 18),
    Column("starts_on", "von", "Erster Tag des Mandats, z. B. 01.03.2026; bei einem Mandat nötig. Ohne Gremium: "
           "erster Tag der Funktion.", 13, ("ab", "Beginn")),
    Column("ends_on", "bis", "Letzter Tag; leer bedeutet bis auf Weiteres.", 13, ("Ende",)),
    Column("street", "Straße", "Straße und Hausnummer der Postanschrift; kann leer bleiben.", 30,
           ("Straße und Hausnummer",)),
    Column("postal_code", "PLZ", "Postleitzahl, z. B. 52349; im Ausland mit Kürzel, z. B. B-4700.", 10,
           ("Postleitzahl",)),
    Column("town", "Ort", "Ort der Postanschrift.", 22, ("Stadt",)),
)  # fmt: skip
SHEET: Final = "Personen"
ROLES: Final = ("Inhaber:in", "Stellvertretung")
