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
    calls: int | None = None


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
    Page(name="Protokoll mit 30 Punkten", path="/sitzungen/{past}/protokoll"),
    Page(name="Themenspeicher", path="/themen"),
    Page(name="Thema", path="/themen/{topic}"),
    Page(name="Beschlüsse", path="/beschluesse"),
    Page(name="Beschlüsse, gesucht", path="/beschluesse?q=wohnraum"),
    Page(name="Beschluss", path="/beschluesse/{resolution}"),
    Page(name="Arbeitsaufträge", path="/arbeitsauftraege"),
    Page(name="Arbeitsauftrag", path="/arbeitsauftraege/{order}"),
    Page(name="Gremien", path="/gremien"),
    Page(name="Gremium", path="/gremien/{committee}"),
    Page(name="Organisation", path="/organisationen/{organisation}"),
    Page(name="Suche", path="/suche?q=kita"),
    Page(name="Postausgang", path="/postausgang"),
    Page(name="Protokoll, DOCX, 30 Punkte", path="/sitzungen/{past}/protokoll.docx", most_ms=1000, calls=5),
    Page(name="Protokoll, PDF, 30 Punkte", path="/sitzungen/{past}/protokoll.pdf", most_ms=300, calls=10),
)
