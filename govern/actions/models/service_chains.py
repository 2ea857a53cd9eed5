"""Tables of service chains (E13): stations, interfaces and who is responsible, kept as versions that never change."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, Column, ForeignKey, ForeignKeyConstraint, Table, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from govern.actions.models.vocabularies import ChainPlace
from govern.db import Base, UtcDateTime, now, text_enum
from govern.people.models import Body, Organisation, User


class ServiceChain(Base):
    """A Dienstleistungskette of the body; what it consists of stands in its versions."""

    __tablename__ = "service_chain"
    __audit__ = {}

    id: Mapped[int] = mapped_column(primary_key=True)
    body_id: Mapped[int] = mapped_column(ForeignKey("body.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)

    body: Mapped[Body] = relationship()
    versions: Mapped[list[ChainVersion]] = relationship(
        back_populates="chain", cascade="all, delete-orphan", order_by="ChainVersion.number"
    )


class ChainVersion(Base):
    """What a chain was from a moment on. A row never changes: whoever edits the chain adds a newer one."""

    __tablename__ = "chain_version"
    __audit__ = {"number": "Fassung", "name": "Kette", "action_field": "Handlungsfeld", "is_in_use": "gilt",
                 "reason": "Grund"}  # fmt: skip
    __audit_root__ = ("service_chain", "chain_id")

    id: Mapped[int] = mapped_column(primary_key=True)
    chain_id: Mapped[int] = mapped_column(ForeignKey("service_chain.id", ondelete="CASCADE"))
    number: Mapped[int]
    name: Mapped[str]
    """„Vom Zuzug zum Sprachkurs"."""
    purpose: Mapped[str] = mapped_column(default="", server_default="")
    action_field: Mapped[str | None]
    """Gaps of this field of action are counted at its stations; None: of all fields."""
    is_in_use: Mapped[bool] = mapped_column(default=True, server_default=sa.true())
    """False for a chain that no longer exists; it stays readable."""
    reason: Mapped[str] = mapped_column(default="", server_default="")
    """Why there is this version."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))

    chain: Mapped[ServiceChain] = relationship(back_populates="versions")
    created_by: Mapped[User | None] = relationship()
    stations: Mapped[list[ChainStation]] = relationship(
        back_populates="version", cascade="all, delete-orphan", order_by="ChainStation.position"
    )
    interfaces: Mapped[list[ChainInterface]] = relationship(
        back_populates="version", cascade="all, delete-orphan", order_by="ChainInterface.number"
    )

    __table_args__ = (
        UniqueConstraint("chain_id", "number"),
        CheckConstraint("length(trim(name)) > 0", name="name_not_blank"),
    )


station_organisation = Table(
    "station_organisation",
    Base.metadata,
    Column("station_id", ForeignKey("chain_station.id", ondelete="CASCADE"), primary_key=True),
    Column("organisation_id", ForeignKey("organisation.id"), primary_key=True, index=True),
)
"""Who is responsible at a station."""


class ChainStation(Base):
    """A station: what happens there, where in the chain that is, and who is responsible."""

    __tablename__ = "chain_station"
    __audit__ = None

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("chain_version.id", ondelete="CASCADE"))
    position: Mapped[int]
    name: Mapped[str]
    text: Mapped[str] = mapped_column(default="", server_default="")
    place: Mapped[ChainPlace | None] = mapped_column(text_enum(ChainPlace))
    """Gaps that name this place are counted here."""

    version: Mapped[ChainVersion] = relationship(back_populates="stations")
    organisations: Mapped[list[Organisation]] = relationship(
        secondary=station_organisation, order_by=Organisation.sort_name
    )

    __table_args__ = (
        UniqueConstraint("version_id", "position"),
        CheckConstraint("length(trim(name)) > 0", name="name_not_blank"),
    )


class ChainInterface(Base):
    """A Schnittstelle: what one station hands over to another, and how."""

    __tablename__ = "chain_interface"
    __audit__ = None

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("chain_version.id", ondelete="CASCADE"))
    number: Mapped[int]
    from_position: Mapped[int]
    to_position: Mapped[int]
    text: Mapped[str] = mapped_column(default="", server_default="")
    place: Mapped[ChainPlace | None] = mapped_column(text_enum(ChainPlace))

    version: Mapped[ChainVersion] = relationship(back_populates="interfaces", foreign_keys=[version_id])

    __table_args__ = (
        UniqueConstraint("version_id", "number"),
        ForeignKeyConstraint(
            ["version_id", "from_position"], ["chain_station.version_id", "chain_station.position"],
            name="fk_chain_interface_from_station",
        ),
        ForeignKeyConstraint(
            ["version_id", "to_position"], ["chain_station.version_id", "chain_station.position"],
            name="fk_chain_interface_to_station",
        ),
    )  # fmt: skip
