"""The pages that are measured."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Page:
    """A page, or a file made on request."""

    name: str
    path: str
    most_ms: float | None = None
    """Target in milliseconds, where it is not a multiple of the floor."""
    most_first_ms: float | None = None
    """Target of the very first answer, where later ones find something kept."""
    calls: int | None = None
    who: str = "koordination"
    """The account that asks: what stands before the @, or the whole address."""


PAGES = (
    Page(name="Übersicht", path="/"),
    Page(name="Sitzungen", path="/sitzungen"),
    Page(name="Sitzungen, vergangene", path="/sitzungen?zeit=vergangen"),
    Page(name="Sitzung mit 30 Punkten", path="/sitzungen/{coming}"),
    Page(name="Sitzung: Teilnahme", path="/sitzungen/{coming}/teilnahme"),
    Page(name="Sitzung: Unterlagen", path="/sitzungen/{coming}/unterlagen"),
    Page(name="Sitzung: Beschlüsse", path="/sitzungen/{past}/beschluesse"),
    Page(name="Tagesordnung zum Drucken", path="/sitzungen/{coming}/tagesordnung"),
    Page(name="Tagesordnungspunkt", path="/tagesordnungspunkte/{item}"),
    Page(name="Protokoll, freigegeben, 30 Punkte", path="/sitzungen/{past}/protokoll"),
    Page(name="Protokoll, Entwurf, 30 Punkte", path="/sitzungen/{draft}/protokoll"),
    Page(name="Protokollieren, 30 Punkte", path="/sitzungen/{running}/protokollieren"),
    Page(name="Beamer", path="/sitzungen/{running}/beamer"),
    Page(name="Mitverfolgen am Telefon", path="/sitzungen/{running}/mitverfolgen"),
    Page(name="Einladung, Vorschau", path="/sitzungen/{coming}/einladung"),
    Page(name="Einladung, Vorschau, 60 Personen", path="/sitzungen/{large}/einladung"),
    Page(name="Sitzungsmappe, PDF", path="/sitzungen/{coming}/sitzungsmappe.pdf", most_ms=3000, calls=20),
    Page(name="Nachtrag", path="/nachtraege/{supplement}"),
    Page(name="Terminfragen", path="/terminfragen"),
    Page(name="Terminfrage", path="/terminfragen/{poll}"),
    Page(name="Reihen", path="/reihen"),
    Page(name="Reihe", path="/reihen/{series}"),
    Page(name="Rundmails", path="/rundmails"),
    Page(name="Rundmail", path="/rundmails/{list_mail}"),
    Page(name="Umlaufbeschlüsse", path="/umlaufbeschluesse"),
    Page(name="Umlaufbeschluss", path="/umlaufbeschluesse/{circular}"),
    Page(name="Beschlusskontrolle", path="/gremien/{committee}/beschlusskontrolle"),
    Page(name="Lückenmeldungen", path="/lueckenmeldungen"),
    Page(name="Lückenmeldung", path="/lueckenmeldungen/{report}"),
    Page(name="Lücken", path="/luecken"),
    Page(name="Lücke", path="/luecken/{matter}"),
    Page(name="Unsere Aufträge", path="/unsere-auftraege", who="integration@stadt-dormagen.example"),
    # Searches find more where there is more: up to the 500 hits that are counted they take longer by what they find.
    Page(name="Lückenmeldungen, gesucht", path="/lueckenmeldungen?q=sprachkurs"),
    Page(name="Lücke mit ganzer Kette", path="/luecken/{chain_matter}"),
    Page(name="Auftrag mit ganzer Kette", path="/arbeitsauftraege/{order}"),
    Page(name="Auswertung", path="/auswertung"),
    Page(name="Auswertung, XLSX", path="/auswertung.xlsx", most_ms=1000, calls=5),
    Page(name="Auswertung, verdeckte Tabelle", path="/auswertung/freigeben?zeitraum={year}-{half}", most_ms=200),
    Page(name="Themenspeicher", path="/themen"),
    Page(name="Thema", path="/themen/{topic}"),
    Page(name="Beschlüsse", path="/beschluesse"),
    Page(name="Beschlüsse, gesucht", path="/beschluesse?q=wohnraum"),
    Page(name="Beschluss", path="/beschluesse/{resolution}"),
    Page(name="Arbeitsaufträge", path="/arbeitsauftraege"),
    Page(name="Gremien", path="/gremien"),
    Page(name="Gremium", path="/gremien/{committee}"),
    Page(name="Organisation", path="/organisationen/{organisation}"),
    Page(name="Konzept, ein Kapitel lesen", path="/fassungen/{concept_new}?abschnitt=k3-0"),
    Page(
        name="Synopse, 80 Abschnitte",
        path="/konzepte/{concept}/synopse?alt={concept_old}&neu={concept_new}",
        most_ms=50,
        most_first_ms=300,
    ),
    Page(
        name="Synopse, DOCX",
        path="/konzepte/{concept}/synopse.docx?alt={concept_old}&neu={concept_new}",
        most_ms=3000,
        calls=15,
    ),
    Page(name="Suche", path="/suche?q=kita"),
    # The same hits, however much there is: only so do the amounts of data compare.
    Page(name="Suche, gleich viele Treffer", path="/suche?q=dormagen"),
    Page(name="Postausgang", path="/postausgang"),
    Page(name="Protokoll, DOCX, 30 Punkte", path="/sitzungen/{past}/protokoll.docx", most_ms=1000, calls=15),
    Page(name="Protokoll, PDF, 30 Punkte", path="/sitzungen/{past}/protokoll.pdf", most_ms=300, calls=20),
    Page(name="Entwurf, DOCX, 30 Punkte", path="/sitzungen/{draft}/protokoll.docx", most_ms=1000, calls=15),
    Page(name="Entwurf, PDF, 30 Punkte", path="/sitzungen/{draft}/protokoll.pdf", most_ms=300, calls=20),
)
