"""Read consultations: which ones a person sees, the text that was laid open, who is asked and invited."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, load_only, selectinload

from govern.committees.models import Committee, Mandate, OfficerRole, Seat, seat_organisation
from govern.committees.queries.addresses import address_of_person, chairs_of
from govern.committees.queries.compositions import mandate_is_held, seat_is_there
from govern.committees.queries.list_mails import list_recipients
from govern.db import count_rows, db, fingerprint, kept
from govern.documents.models import (
    Comment,
    Concept,
    ConceptAnnex,
    ConceptVersion,
    Consultation,
    ConsultationInvitation,
    ConsultationParty,
    ConsultedSection,
    VersionState,
)
from govern.documents.policies_concepts import concepts_viewable_by
from govern.documents.policies_consultations import (
    asked_of,
    comments_viewable_by,
    consultations_viewable_by,
    own_comments,
)
from govern.formats import today
from govern.people.models import Organisation, User, UserRole

PAGE_SIZE = 25
_OUTLINE = (
    ConsultedSection.consultation_id, ConsultedSection.key, ConsultedSection.position, ConsultedSection.depth,
    ConsultedSection.number, ConsultedSection.heading,
)  # fmt: skip


@dataclass(frozen=True)
class Listed:
    """A consultation in a list, with how many comments the reader sees and how many are of the reader's institution."""

    consultation: Consultation
    comments: int
    own: int


@dataclass(frozen=True)
class Invitee:
    """An address that is written to, and because of whom or what."""

    address: str | None
    name: str
    person_id: int | None
    organisation_id: int | None
    reasons: tuple[str, ...]


def list_consultations(user: User, page: int) -> tuple[list[Listed], int]:
    """One page of the consultations that ``user`` sees: running ones first, then the latest."""
    found = sa.select(Consultation.id).where(consultations_viewable_by(user))
    total = count_rows(found, seen=page * PAGE_SIZE)
    of_it = Comment.consultation_id == Consultation.id
    rows = db.session.execute(
        sa.select(
            Consultation, _count(of_it, comments_viewable_by(user), Comment.withdrawn_at.is_(None)),
            _count(of_it, own_comments(user), Comment.withdrawn_at.is_(None)),
        )
        .where(consultations_viewable_by(user))
        .options(joinedload(Consultation.version).joinedload(ConceptVersion.concept))
        .order_by(Consultation.ended_at.is_not(None), Consultation.until.desc(), Consultation.id.desc())
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    )  # fmt: skip
    return [Listed(*row) for row in rows], total


def _count(*wanted: sa.ColumnElement[bool]) -> sa.ScalarSelect[int]:
    return sa.select(sa.func.count(Comment.id)).where(*wanted).correlate(Consultation).scalar_subquery()


def latest_of(version: ConceptVersion) -> Consultation | None:
    """The latest consultation on a draft."""
    wanted = sa.select(Consultation).where(Consultation.version_id == version.id).order_by(Consultation.id.desc())
    return db.session.scalars(wanted.limit(1)).first()


def latest_seen_by(user: User, version: ConceptVersion) -> Consultation | None:
    """The latest consultation on a version that ``user`` may see, in one statement."""
    return db.session.scalars(_latest(user), {"version": version.id}).first()


@kept
def _latest(user: User) -> sa.Select[Consultation]:
    of_version = Consultation.version_id == sa.bindparam("version", type_=sa.Integer)
    wanted = sa.select(Consultation).where(of_version, consultations_viewable_by(user))
    return wanted.order_by(Consultation.id.desc()).limit(1)


WITH_PARTIES = (
    joinedload(Consultation.version).joinedload(ConceptVersion.concept).joinedload(Concept.filings),
    selectinload(Consultation.parties).options(
        joinedload(ConsultationParty.committee), joinedload(ConsultationParty.organisation)
    ),
)
"""What pages load along with a consultation: who is asked, by name, and the concept with where it is filed."""

WITH_ANNEXES = (*WITH_PARTIES, joinedload(Consultation.version).joinedload(ConceptVersion.annexes))
"""The same, and the annexes of the draft."""


def annexes_of(consultation: Consultation) -> list[ConceptAnnex]:
    """The annexes that were laid open with the draft, as far as nobody took them out since."""
    return [annex for annex in consultation.version.annexes if annex.added_at < consultation.opened_at]


def outline_of(consultation: Consultation) -> Sequence[ConsultedSection]:
    """The sections as they were laid open, in the order of reading, without their text."""
    return db.session.scalars(
        sa.select(ConsultedSection)
        .where(ConsultedSection.consultation_id == consultation.id)
        .options(load_only(*_OUTLINE))
        .order_by(ConsultedSection.position)
    ).all()


def titles_of(consultation: Consultation) -> dict[str, str]:
    """Key → „2.3.1 Gremienarbeit" of the sections that were laid open, for references."""
    return {line.key: line.title for line in outline_of(consultation)}


def chapter_of(lines: Sequence[ConsultedSection], key: str | None) -> list[ConsultedSection]:
    """The sections of the chapter in which ``key`` stands, or of the first one."""
    place = next((n for n, line in enumerate(lines) if line.key == key), 0)
    start = next((n for n in range(place, -1, -1) if n < len(lines) and lines[n].depth == 1), 0)
    end = next((n for n in range(start + 1, len(lines)) if lines[n].depth == 1), len(lines))
    return list(lines[start:end])


def html_of(lines: Sequence[ConsultedSection]) -> dict[int, str]:
    """Id → stored HTML of these sections."""
    wanted = sa.select(ConsultedSection.id, ConsultedSection.html)
    rows = db.session.execute(wanted.where(ConsultedSection.id.in_([line.id for line in lines])))
    return {identity: html for identity, html in rows}


def find_section(consultation: Consultation, key: str | None) -> ConsultedSection | None:
    """A section as it was laid open, by its key, with its text."""
    if not key:
        return None
    wanted = sa.select(ConsultedSection).where(
        ConsultedSection.consultation_id == consultation.id, ConsultedSection.key == key
    )
    return db.session.scalars(wanted).one_or_none()


def list_invitations(consultation: Consultation) -> Sequence[ConsultationInvitation]:
    """Who was written to, by name."""
    return db.session.scalars(
        sa.select(ConsultationInvitation)
        .where(ConsultationInvitation.consultation_id == consultation.id)
        .order_by(ConsultationInvitation.name, ConsultationInvitation.id)
    ).all()


def list_invitees(
    committees: Sequence[Committee], organisations: Sequence[Organisation], day: date
) -> list[Invitee]:  # fmt: skip
    """Whom an invitation reaches: holders of seats, chairs, mailboxes of institutions and accounts that act for them.

    A chair reads what the committee reads, with or without a seat; who is written to anyway gets one mail.
    """
    found: dict[str, Invitee] = {}
    others = [*_of_organisations(organisations), *_of_committees(committees, day)]
    for one in (*others, *_of_chairs(committees, day, written_to={other.person_id for other in others})):
        key = one.address.casefold() if one.address else f"#{one.person_id}-{one.organisation_id}"
        known = found.get(key, one)
        reasons = tuple(dict.fromkeys((*known.reasons, *one.reasons)))
        found[key] = Invitee(known.address, known.name, known.person_id or one.person_id,
                             known.organisation_id or one.organisation_id, reasons)  # fmt: skip
    return sorted(found.values(), key=lambda one: (one.address is None, one.name.casefold(), one.address or ""))


def fingerprint_of(invitees: Sequence[Invitee]) -> str:
    """Another one as soon as the invitation would go to somebody else."""
    return fingerprint(*sorted(one.address or f"#{one.name}" for one in invitees))


def _of_committees(committees: Sequence[Committee], day: date) -> list[Invitee]:
    return [
        Invitee(r.address, r.person.name, r.person.id, None, r.reasons)
        for r in list_recipients(committees, day, with_deputies=False, to_case_managers=False)
    ]


def _of_chairs(committees: Sequence[Committee], day: date, *, written_to: set[int | None]) -> list[Invitee]:
    return [
        Invitee(address_of_person(each.person), each.person.name, each.person_id, None,
                (f"{each.committee.name} ({each.role.label})",))
        for each in chairs_of(committees, day)
        if each.person_id not in written_to
    ]  # fmt: skip


def _of_organisations(organisations: Sequence[Organisation]) -> list[Invitee]:
    if not organisations:
        return []
    accounts = db.session.execute(
        sa.select(User.email, UserRole.organisation_id, User.person_id)
        .join(UserRole, UserRole.user_id == User.id)
        .join(Organisation, Organisation.id == UserRole.organisation_id)
        .where(
            UserRole.organisation_id.in_([one.id for one in organisations]),
            User.is_locked.is_(False),
            sa.or_(Organisation.ended_on.is_(None), Organisation.ended_on >= today()),
        )
        .order_by(User.id)
    ).all()
    found = []
    for one in organisations:
        own = [Invitee(one.email, one.name, None, one.id, (one.name,))] if one.email else []
        own += [Invitee(row.email, one.name, row.person_id, one.id, (one.name,))
                for row in accounts if row.organisation_id == one.id]  # fmt: skip
        found += own or [Invitee(None, one.name, None, one.id, (one.name,))]
    return found


def list_asked(consultation: Consultation, day: date) -> list[Invitee]:
    """Whom an invitation would reach on ``day``: seats change hands while a consultation runs."""
    committees: Sequence[Committee] = [p.committee for p in consultation.parties if p.committee is not None]
    if consultation.to_all_members:
        committees = list_committees(consultation.version.concept.body_id)
    organisations = [p.organisation for p in consultation.parties if p.organisation is not None]
    return list_invitees(committees, organisations, day)


def list_committees(body_id: int) -> Sequence[Committee]:
    """The committees of a body that work today."""
    return db.session.scalars(
        sa.select(Committee)
        .where(Committee.body_id == body_id, Committee.ended_on.is_(None), Committee.merged_into_id.is_(None))
        .order_by(Committee.is_highest.desc(), Committee.sort_name, Committee.id)
    ).all()


def list_over(day: date) -> Sequence[Consultation]:
    """Consultations whose last day has gone by and that nobody has ended."""
    return db.session.scalars(
        sa.select(Consultation)
        .where(Consultation.ended_at.is_(None), Consultation.until < day)
        .options(joinedload(Consultation.version))
        .order_by(Consultation.id)
    ).all()


def list_to_remind(day: date, before: timedelta) -> Sequence[Consultation]:
    """Running consultations whose end is near and of which nobody was reminded."""
    return db.session.scalars(
        sa.select(Consultation)
        .join(Consultation.version)
        .where(
            Consultation.ended_at.is_(None), Consultation.until >= day, Consultation.until <= day + before,
            Consultation.reminded_on.is_(None), ConceptVersion.state == VersionState.CONSULTATION,
        )
        .options(joinedload(Consultation.version).joinedload(ConceptVersion.concept).joinedload(Concept.body))
        .order_by(Consultation.id)
    ).all()  # fmt: skip


def list_invited(consultation: Consultation) -> Sequence[ConsultationInvitation]:
    """Everybody who was invited, one line for each address."""
    return db.session.scalars(
        sa.select(ConsultationInvitation)
        .where(ConsultationInvitation.consultation_id == consultation.id)
        .order_by(ConsultationInvitation.id)
    ).all()


def list_silent(consultation: Consultation, day: date) -> Sequence[ConsultationInvitation]:
    """Who was invited and has said nothing: neither the person nor the institution of the person or of a seat."""
    invited = ConsultationInvitation
    of_seats = (
        sa.select(seat_organisation.c.organisation_id)
        .join(Seat, Seat.id == seat_organisation.c.seat_id)
        .join(Mandate, Mandate.seat_id == Seat.id)
        .where(Mandate.person_id == invited.person_id, mandate_is_held(day))
        .correlate(invited)
    )
    has_spoken = sa.exists().where(
        Comment.consultation_id == invited.consultation_id, Comment.withdrawn_at.is_(None),
        sa.or_(
            Comment.author_id.in_(sa.select(User.id).where(User.person_id == invited.person_id).correlate(invited)),
            Comment.organisation_id == invited.organisation_id,
            Comment.organisation_id.in_(of_seats),
        ),
    )  # fmt: skip
    return db.session.scalars(
        sa.select(invited).where(invited.consultation_id == consultation.id, ~has_spoken).order_by(invited.id)
    ).all()


def waiting_for(user: User, day: Any, most: int) -> sa.Select[str, int, str, str, date]:
    """Running consultations in which ``user`` is asked and has said nothing yet, for the overview.

    ``day`` is today, as a parameter of a statement that is kept.
    """
    has_spoken = sa.exists().where(
        Comment.consultation_id == Consultation.id, Comment.withdrawn_at.is_(None), own_comments(user, day)
    )
    asked = sa.and_(asked_of(user, day), concepts_viewable_by(user), Consultation.ended_at.is_(None),
                    Consultation.until >= day)  # fmt: skip
    return (
        sa.select(sa.literal("consulted").label("kind"), Consultation.id, ConceptVersion.label, Concept.title,
                  Consultation.until)
        .join(Consultation.version)
        .join(ConceptVersion.concept)
        .where(asked, ~has_spoken)
        .order_by(Consultation.until, Consultation.id)
        .limit(most)
    )  # fmt: skip


def voices_of(
    user: User, consultation: Consultation, day: date, *, institutions: frozenset[int], leads: bool
) -> list[tuple[str, str]]:
    """For whom ``user`` may speak: pairs of a key and a name; who leads the consultation notes it for all asked.

    A key is `i` with the id of an institution, `s` with that of a seat without one. A chair who has neither speaks as
    the chair of the committee that is asked: `c` with its id.
    """
    seats: sa.ColumnElement[bool] = Seat.id.in_(sorted(user.standing.holder_seats | user.standing.deputy_seats))
    named: sa.ColumnElement[bool] = Organisation.id.in_(sorted(institutions))
    if leads:
        committees = [p.committee_id for p in consultation.parties if p.committee_id is not None]
        asked = [p.organisation_id for p in consultation.parties if p.organisation_id is not None]
        everywhere = sa.true() if consultation.to_all_members else Seat.committee_id.in_(committees)
        seats = sa.or_(seats, sa.and_(everywhere, seat_is_there(day)))
        named = sa.or_(named, Organisation.id.in_(asked))
    through_seats = (
        sa.select(seat_organisation.c.organisation_id).join(Seat, Seat.id == seat_organisation.c.seat_id).where(seats)
    )
    organisations = (
        sa.select(Organisation.id, Organisation.name)
        .where(Organisation.ended_on.is_(None), sa.or_(named, Organisation.id.in_(through_seats)))
        .order_by(Organisation.sort_name, Organisation.id)
    )
    has_none = ~sa.exists().where(seat_organisation.c.seat_id == Seat.id)
    alone = sa.select(Seat.id, Seat.function).where(seats, has_none).order_by(Seat.position, Seat.id)
    found = [(f"i{row.id}", row.name) for row in db.session.execute(organisations)]
    found += [(f"s{row.id}", row.function) for row in db.session.execute(alone)]
    return found or _voices_of_chair(user, consultation)


def _voices_of_chair(user: User, consultation: Consultation) -> list[tuple[str, str]]:
    asked = {party.committee_id for party in consultation.parties}
    chaired = [c for c in user.standing.chair_committees if consultation.to_all_members or c in asked]
    wanted = sa.select(Committee).where(Committee.id.in_(sorted(chaired))).order_by(Committee.sort_name, Committee.id)
    return [(f"c{c.id}", f"{OfficerRole.CHAIR.label} {c.name}") for c in db.session.scalars(wanted)] if chaired else []
