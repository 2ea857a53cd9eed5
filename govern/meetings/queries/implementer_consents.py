"""Read whose consent resolutions need, and where it is missing (E-10)."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload, selectinload
from sqlalchemy.orm.attributes import set_committed_value

from govern.committees.models import RuleKind
from govern.committees.queries.procedures import procedure_of
from govern.db import db
from govern.formats import count
from govern.meetings import contributions
from govern.meetings.contributions import Charge, Check, Line
from govern.meetings.models import AgendaItem, ConsentState, ImplementerConsent, Meeting, Resolution
from govern.meetings.policies import resolutions_viewable_by
from govern.meetings.policies_consents import consents_asked_of
from govern.meetings.queries.procedures import procedure_of_meeting
from govern.people.models import Organisation, User


def needs_consent(resolution: Resolution) -> bool:
    """True where the rules of its day ask for the consent of those who implement it."""
    if resolution.item is not None:
        return procedure_of_meeting(resolution.item.meeting).is_on(RuleKind.IMPLEMENTER_CONSENT)
    return procedure_of(resolution.committee, resolution.resolved_on).is_on(RuleKind.IMPLEMENTER_CONSENT)


def list_consents(resolution: Resolution) -> Sequence[ImplementerConsent]:
    """Whose consent was asked for, in the order of asking; the resolution knows them from then on."""
    rows = db.session.scalars(
        sa.select(ImplementerConsent)
        .where(ImplementerConsent.resolution_id == resolution.id)
        .options(joinedload(ImplementerConsent.organisation), joinedload(ImplementerConsent.resolution))
        .order_by(ImplementerConsent.id)
    ).all()
    set_committed_value(resolution, "implementer_consents", list(rows))
    return rows


def charged_organisations(resolutions: Sequence[Resolution]) -> dict[int, list[Organisation]]:
    """Resolution id → institutions that are to carry it out, as work orders and the responsible institution say."""
    found: dict[int, dict[int, Organisation]] = {r.id: {} for r in resolutions}
    for r in resolutions:
        if r.responsible_organisation is not None:
            found[r.id][r.responsible_organisation.id] = r.responsible_organisation
    for charge in (c for ask in contributions.charges for c in ask(resolutions)):
        if charge.organisation is not None:
            found[charge.resolution_id][charge.organisation.id] = charge.organisation
    return {identity: list(organisations.values()) for identity, organisations in found.items()}


def consents_of(items: Sequence[AgendaItem]) -> list[tuple[Resolution, Sequence[ImplementerConsent]]]:
    """The adopted resolutions of these items with the consents they ask for; two statements."""
    ids = [r.id for item in items for r in item.resolutions if r.is_adopted and not r.is_being_voted]
    rows = db.session.scalars(
        sa.select(Resolution)
        .where(Resolution.id.in_(ids))
        .options(selectinload(Resolution.implementer_consents).joinedload(ImplementerConsent.organisation))
        .order_by(Resolution.id)
    ).all()
    return [(r, r.implementer_consents) for r in rows]


def consent_words(meeting: Meeting, items: Sequence[AgendaItem]) -> str | None:
    """What the panel before closing says of consents; None where none are asked for and the rule does not hold."""
    is_needed = procedure_of_meeting(meeting).is_on(RuleKind.IMPLEMENTER_CONSENT)
    found = consents_of(items)
    states = [c.state for _resolution, consents in found for c in consents]
    if not found or not (states or is_needed):
        return None
    if not states:
        return (
            "Beschlüsse brauchen hier das Einvernehmen der Umsetzenden. Institutionen mit einem Arbeitsauftrag aus "
            "einem Beschluss werden beim Schließen gefragt; weitere nennen Sie am Beschluss."
        )
    words = [
        f"{states.count(state)} {word}"
        for state, word in (
            (ConsentState.GIVEN, "erteilt"),
            (ConsentState.REFUSED, "verweigert"),
            (ConsentState.ASKED, "offen"),
        )
        if state in states
    ]
    silent = sum(1 for _resolution, consents in found if not consents) if is_needed else 0
    if silent:
        words.append(f"{count(silent, 'Beschluss', 'Beschlüsse')} ohne gefragte Institution")
    return ", ".join(words) + (
        ". Ohne das Einvernehmen aller ist ein Beschluss nicht wirksam."
        if set(states) != {ConsentState.GIVEN} or silent
        else "."
    )


def open_consents(user: User, committee_id: int) -> sa.Subquery:
    """How many consents to resolutions of a committee are open, and how many are refused: one row of two columns.

    Only of resolutions that ``user`` may read.
    """
    asked, refused = ((ImplementerConsent.state == state, 1) for state in (ConsentState.ASKED, ConsentState.REFUSED))
    return (
        sa.select(sa.func.count(sa.case(asked)).label("asked"), sa.func.count(sa.case(refused)).label("refused"))
        .select_from(ImplementerConsent)
        .join(ImplementerConsent.resolution)
        .outerjoin(Resolution.item)
        .outerjoin(AgendaItem.meeting)
        .where(
            ImplementerConsent.state.in_((ConsentState.ASKED, ConsentState.REFUSED)),
            Resolution.committee_id == committee_id,
            Resolution.number.is_not(None),
            Resolution.is_adopted.is_(True),
            Resolution.cancelled_at.is_(None),
            resolutions_viewable_by(user),
        )
        .subquery()
    )


def consent_checks(meeting: Meeting, asked: int, refused: int) -> list[Check]:
    """What the readiness panel says of consents that resolutions of earlier meetings still lack."""
    words = [f"{refused} verweigert"] * bool(refused) + [f"{asked} offen"] * bool(asked)
    if not words:
        return []
    text = f"Einvernehmen der Umsetzenden zu früheren Beschlüssen: {', '.join(words)}"
    return [Check("bad" if refused else "todo", text, f"/gremien/{meeting.committee_id}/beschlusskontrolle")]


def list_asked(user: User, organisation_id: int, *, most: int = 5) -> Sequence[ImplementerConsent]:
    """What an institution that ``user`` acts for is still asked."""
    return db.session.scalars(
        sa.select(ImplementerConsent)
        .join(ImplementerConsent.resolution)
        .where(
            consents_asked_of(user),
            ImplementerConsent.organisation_id == organisation_id,
            ImplementerConsent.state == ConsentState.ASKED,
        )
        .options(contains_eager(ImplementerConsent.resolution).joinedload(Resolution.committee))
        .order_by(ImplementerConsent.id)
        .limit(most)
    ).all()


def consent_charges(resolutions: Sequence[Resolution]) -> list[Charge]:
    """Institutions whose consent is still asked for; they get the extract with the way to answer."""
    rows = db.session.scalars(
        sa.select(ImplementerConsent)
        .where(
            ImplementerConsent.resolution_id.in_([r.id for r in resolutions]),
            ImplementerConsent.state == ConsentState.ASKED,
        )
        .options(joinedload(ImplementerConsent.organisation))
        .order_by(ImplementerConsent.id)
    ).all()
    return [
        Charge(
            resolution_id=row.resolution_id,
            organisation=row.organisation,
            line=Line("Ihr Einvernehmen wird erbeten", "", f"/einvernehmen/{row.id}"),
        )
        for row in rows
    ]
