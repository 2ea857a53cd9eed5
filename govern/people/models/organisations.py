"""Tables of organisations (Institutionen) and their further names."""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from govern.db import Base, SortText, sort_key
from govern.people.models.bodies import Body

ORGANISATION_KINDS: dict[str, str] = {
    "kreisverwaltung": "Kreisverwaltung",
    "kreis_unit": "Stelle der Kreisverwaltung",
    "stadtverwaltung": "Stadtverwaltung",
    "city_unit": "Stelle einer Stadtverwaltung",
    "municipality": "Kommune",
    "integration_centre": "Kommunales Integrationszentrum",
    "foreigners_authority": "Ausländerbehörde",
    "naturalisation_authority": "Einbürgerungsbehörde",
    "jobcenter": "Jobcenter",
    "employment_agency": "Agentur für Arbeit",
    "bamf": "BAMF",
    "school_supervision": "Schulaufsicht",
    "adult_education": "Volkshochschule",
    "education_provider": "Bildungsträger",
    "university": "Hochschule",
    "welfare_association": "Wohlfahrtsverband",
    "counselling_service": "Beratungsstelle",
    "youth_agency": "Jugendhilfeträger",
    "integration_council": "Integrationsrat",
    "migrant_organisation": "Migrantenselbstorganisation",
    "civil_society": "Zivilgesellschaft und Ehrenamt",
    "chamber": "Kammer",
    "business": "Wirtschaft",
    "network_body": "Netzwerk",
    "state_coordination": "Landeskoordinierung",
    "ministry": "Ministerium",
    "political_body": "Politisches Gremium",
    "other": "Sonstige",
}
"""Key → German label of the kinds of institution (domain.md 3.5)."""


class Organisation(Base):
    """An institution: office, department, municipality, welfare association, agency, council (Institution)."""

    __tablename__ = "organisation"
    __audit__ = {
        "name": "Name",
        "short_name": "Kurzname",
        "kind": "Art",
        "parent_id": "gehört zu",
        "is_collective": "Sammelbezeichnung",
        "municipality_kind": "Gemeindeart",
        "region": "Region",
        "email": "Funktionspostfach",
        "note": "Anmerkung",
        "ended_on": "aufgelöst am",
    }
    __audit_words__ = {"kind": ORGANISATION_KINDS, "municipality_kind": {"stadt": "Stadt", "gemeinde": "Gemeinde"}}

    id: Mapped[int] = mapped_column(primary_key=True)
    body_id: Mapped[int] = mapped_column(ForeignKey("body.id"))
    key: Mapped[str | None]
    """Stable key of the structure file; None for organisations entered by hand."""
    name: Mapped[str]
    sort_name: Mapped[str] = mapped_column(SortText)
    short_name: Mapped[str | None]
    kind: Mapped[str]
    """Key of `ORGANISATION_KINDS`; the list stays open, unknown keys are refused by the forms and the file check."""
    is_municipality: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    """True for member municipalities (kreisangehörige Kommunen)."""
    municipality_kind: Mapped[str | None]
    """`stadt` or `gemeinde`; None where the concept does not say."""
    region: Mapped[str | None]
    population: Mapped[int | None]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    belongs_to_body: Mapped[bool | None]
    """False when it belongs to another authority than the body (B19); None: not stated."""
    is_collective: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    """True for a name that stands for many (e.g. all migrant organisations)."""
    street: Mapped[str | None]
    postal_code: Mapped[str | None]
    town: Mapped[str | None]
    email: Mapped[str | None]
    """Mailbox of the function, never of a person."""
    phone: Mapped[str | None]
    website: Mapped[str | None]
    note: Mapped[str | None]
    source: Mapped[str | None]
    ended_on: Mapped[date | None]
    version: Mapped[int] = mapped_column(default=1, server_default="1")

    body: Mapped[Body] = relationship()
    parent: Mapped[Organisation | None] = relationship(remote_side=[id], back_populates="units")
    units: Mapped[list[Organisation]] = relationship(back_populates="parent", order_by="Organisation.sort_name")
    aliases: Mapped[list[OrganisationAlias]] = relationship(
        back_populates="organisation", cascade="all, delete-orphan", order_by="OrganisationAlias.name"
    )

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        UniqueConstraint("body_id", "key"),
        Index("ix_organisation_sort_name", "sort_name"),
        CheckConstraint("length(trim(name)) > 0", name="name_not_blank"),
        CheckConstraint("parent_id IS NULL OR parent_id <> id", name="not_its_own_parent"),
        CheckConstraint("municipality_kind IN ('stadt', 'gemeinde')", name="municipality_kind"),
    )

    @property
    def kind_label(self) -> str:
        """German label of the kind; municipalities read „Kommune", or „Stadt" and „Gemeinde" where that is stated."""
        if self.is_municipality:
            return (self.municipality_kind or "Kommune").capitalize()
        return ORGANISATION_KINDS.get(self.kind, ORGANISATION_KINDS["other"])


class OrganisationAlias(Base):
    """Another name or spelling under which an organisation is found."""

    __tablename__ = "organisation_alias"
    __audit__ = {"name": "weiterer Name"}
    __audit_root__ = ("organisation", "organisation_id")

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"))
    name: Mapped[str]
    sort_name: Mapped[str] = mapped_column(SortText)

    organisation: Mapped[Organisation] = relationship(back_populates="aliases")

    __table_args__ = (UniqueConstraint("organisation_id", "name"),)


@sa.event.listens_for(Organisation, "before_insert")
@sa.event.listens_for(Organisation, "before_update")
@sa.event.listens_for(OrganisationAlias, "before_insert")
@sa.event.listens_for(OrganisationAlias, "before_update")
def _set_sort_name(_mapper: Any, _connection: Any, row: Organisation | OrganisationAlias) -> None:
    row.sort_name = sort_key(row.name)
