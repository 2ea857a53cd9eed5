"""After the dispatch the agenda is frozen: every change is gathered in a numbered supplement (E-04).

Before the meeting there is one supplement in preparation, made by the first change and gone with the last one. What it
adds is not visible to the members; what it changes about items they have received stays as it went out, until it is
sent. While the meeting runs a change is announced in the room at once, as a supplement without mails.
"""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa

from govern.committees.models import Seat
from govern.db import db, now
from govern.errors import Conflict, DomainError
from govern.meetings.agenda_lines import Said
from govern.meetings.announced import is_announced
from govern.meetings.models import (
    AgendaChange,
    AgendaItem,
    AgendaSupplement,
    ChangeKind,
    Dispatch,
    ItemKind,
    Meeting,
    MeetingGuest,
    MeetingState,
    Paper,
    PaperKind,
    SupplementKind,
)
from govern.meetings.queries.procedures import procedure_of_meeting
from govern.meetings.queries.supplements import RULES, draft_of, is_frozen
from govern.people.models import Person, User

HAS_ONE = "Dieser Nachtrag ist schon versandt."


def holds_back(item: AgendaItem) -> bool:
    """True where a change of ``item`` waits for the dispatch: the members have it, and the meeting has not begun."""
    return is_frozen(item.meeting) and item.meeting.state is MeetingState.PUBLISHED and is_announced(item)


def gather(meeting: Meeting, *, by: User | None) -> AgendaSupplement:
    """The supplement in preparation; the first change makes it."""
    found = draft_of(meeting)
    if found is None:
        found = _next(meeting, SupplementKind.SUPPLEMENT, by=by)
    return found


def announce_in_room(
    meeting: Meeting, kind: SupplementKind, *, by: User | None, reason: str | None = None
) -> AgendaSupplement:
    """A supplement that needs no mail because the meeting runs; changes without a reason of their own share one."""
    require_admitted(meeting, kind)
    found = None if reason or kind is SupplementKind.URGENT else _of_room(meeting, kind)
    if found is None:
        found = _next(meeting, kind, by=by)
        found.reason, found.sent_at = reason, now()
        db.session.flush()
    return found


def require_admitted(meeting: Meeting, kind: SupplementKind, field: str = "kind") -> None:
    """Refuse a table paper or an urgent item where the committee's rules say that there are none (E-05)."""
    kind_of_rule = RULES.get(kind)
    if kind_of_rule is None:
        return
    rule = procedure_of_meeting(meeting).rule(kind_of_rule)
    if rule.state.value == "off":
        source = f" ({rule.source})" if rule.source else ""
        raise DomainError(f"{kind_of_rule.label} sind in diesem Gremium nicht zugelassen{source}.", field=field)


def note_new_item(meeting: Meeting, item: AgendaItem, *, by: User | None, reason: str | None = None) -> None:
    """A new item of a frozen agenda belongs to a supplement; while the meeting runs it is an urgent one."""
    if not is_frozen(meeting):
        return
    if meeting.state is MeetingState.IN_SESSION:
        supplement = announce_in_room(meeting, SupplementKind.URGENT, by=by, reason=reason)
    else:
        supplement = gather(meeting, by=by)
    item.supplement = supplement
    db.session.flush()
    record(supplement, ChangeKind.ITEM_ADDED, item, new=item.title)


def plan_changes(item: AgendaItem, said: Mapping[str, Said], wished: Mapping[str, Said], *, by: User) -> None:
    """Gather what ``item`` is going to say; what it says again as before is dropped from the supplement.

    What becomes confidential is hidden at once, whatever else waits.
    """
    supplement = draft_of(item.meeting)
    known = {c.field: c for c in supplement.changes if c.item_id == item.id and c.field} if supplement else {}
    for field, wish in wished.items():
        if field == "is_public" and item.parent_id is not None:
            continue
        line = known.get(field)
        if wish.value == said[field].value:
            if line is not None and supplement is not None:
                supplement.changes.remove(line)
            continue
        if field == "is_public" and not wish.value:
            set_field(item, field, wish.value)
        supplement = supplement or gather(item.meeting, by=by)
        if line is None:
            line = record(supplement, ChangeKind.ITEM_CHANGED, item, field=field, old=said[field].words)
        line.new_text, line.changed_at = wish.words, now()
        line.new_value = None if field == "is_public" and not wish.value else {"to": wish.value}
    if supplement is not None:
        settle(supplement)


def note_changed_item(item: AgendaItem, before: Mapping[str, Said], after: Mapping[str, Said], *, by: User) -> None:
    """A frozen item was changed while the meeting runs: everybody in the room knows, and the line stays."""
    if not is_frozen(item.meeting):
        return
    if not is_announced(item):
        settle(gather(item.meeting, by=by))
        return
    changed = [field for field, said in after.items() if said.value != before[field].value]
    if not changed:
        return
    supplement = announce_in_room(item.meeting, SupplementKind.SUPPLEMENT, by=by)
    for field in changed:
        record(supplement, ChangeKind.ITEM_CHANGED, item, field=field, old=before[field].words,
                new=after[field].words)  # fmt: skip
    was_public = bool(before["is_public"].value)
    for line in supplement.changes:
        if line.item_id == item.id and not (was_public and item.is_public):
            line.is_public = False


def plan_withdrawal(item: AgendaItem, reason: str | None, *, by: User) -> None:
    """Strike an item the members have received, once the supplement is sent."""
    supplement = gather(item.meeting, by=by)
    if any(c.item_id == item.id and c.kind is ChangeKind.ITEM_WITHDRAWN for c in supplement.changes):
        raise Conflict("Der Punkt ist im Nachtrag schon abgesetzt.")
    line = record(supplement, ChangeKind.ITEM_WITHDRAWN, item, old=item.title, new=reason)
    line.new_value = {"to": reason}
    settle(supplement)


def supplement_for_papers(item: AgendaItem, kind: PaperKind | None, *, by: User | None) -> AgendaSupplement | None:
    """What new papers of ``item`` belong to; None while the agenda is not frozen."""
    meeting = item.meeting
    if not is_frozen(meeting):
        return None
    if meeting.state is MeetingState.IN_SESSION:
        return announce_in_room(meeting, SupplementKind.TABLE_PAPER, by=by)
    if kind is PaperKind.TABLE_PAPER:
        require_admitted(meeting, SupplementKind.TABLE_PAPER, field="paper_kind")
    return gather(meeting, by=by)


def note_new_paper(item: AgendaItem, paper: Paper, supplement: AgendaSupplement) -> None:
    """A new paper of a frozen agenda; one on the table is marked as such. A new item names its papers itself."""
    paper.supplement = supplement
    if supplement.kind is SupplementKind.TABLE_PAPER:
        paper.kind = PaperKind.TABLE_PAPER
    db.session.flush()
    if item.supplement_id != supplement.id:
        record(supplement, ChangeKind.PAPER_ADDED, item, paper=paper, new=paper.file_name)


def note_withdrawn_paper(paper: Paper, *, by: User) -> None:
    """A paper is taken back at once; that the members learn of it waits for the supplement."""
    item = paper.item
    if item is None or not is_frozen(item.meeting):
        return
    if not is_announced(paper) and paper.supplement is not None:
        supplement = paper.supplement
        _drop_lines(supplement, paper)
        forget_if_empty(supplement)
    elif item.meeting.state is MeetingState.IN_SESSION:
        supplement = announce_in_room(item.meeting, SupplementKind.SUPPLEMENT, by=by)
        record(supplement, ChangeKind.PAPER_WITHDRAWN, item, paper=paper, old=paper.file_name)
    elif is_announced(item):
        record(gather(item.meeting, by=by), ChangeKind.PAPER_WITHDRAWN, item, paper=paper, old=paper.file_name)


def note_paper_again(paper: Paper, *, by: User) -> None:
    """A paper that was taken back is there again: as before where nobody knows of it yet, else as a new one."""
    item = paper.item
    if item is None or not is_frozen(item.meeting):
        return
    draft = draft_of(item.meeting)
    if draft is not None and any(c.paper_id == paper.id for c in draft.changes):
        _drop_lines(draft, paper)
        forget_if_empty(draft)
        return
    supplement = supplement_for_papers(item, paper.kind, by=by)
    if supplement is not None:
        note_new_paper(item, paper, supplement)


def set_kind(supplement: AgendaSupplement, kind: SupplementKind, reason: str | None) -> None:
    """Say what kind of supplement it is; an urgent motion says why it cannot wait."""
    demand_unsent(supplement)
    require_admitted(supplement.meeting, kind)
    reason = (reason or "").strip() or None
    if kind is SupplementKind.URGENT and reason is None:
        raise DomainError("Bitte sagen, warum es nicht bis zur nächsten Sitzung warten kann.", field="reason")
    supplement.kind, supplement.reason = kind, reason


def settle(supplement: AgendaSupplement) -> None:
    """Say of every line whether it is public: the item has to be so before and after; drop an empty supplement."""
    planned = {c.item_id: bool(c.new_value["to"]) for c in supplement.changes if c.field == "is_public" and c.new_value}
    for line in supplement.changes:
        if line.item is None or (supplement.sent_at is not None and line.kind is ChangeKind.ITEM_CHANGED):
            continue
        will_be = planned.get(line.item_id, planned.get(line.item.parent_id, line.item.is_public))
        line.is_public = will_be and (line.item.is_public or line.kind is not ChangeKind.ITEM_CHANGED)
        if line.kind is ChangeKind.ITEM_ADDED:
            line.new_text = line.item.title
        if line.kind is ChangeKind.ITEM_MOVED and line.old_text == line.new_text:
            line.is_public = False  # only against confidential items: for everybody else nothing has changed
    db.session.flush()
    forget_if_empty(supplement)


def forget_if_empty(supplement: AgendaSupplement) -> None:
    """A supplement in preparation without a line is none; its number is free again."""
    if supplement.sent_at is None and not supplement.changes:
        meeting = supplement.meeting
        db.session.flush()
        db.session.delete(supplement)
        db.session.flush()
        db.session.expire(meeting, ["supplements"])


def demand_unsent(supplement: AgendaSupplement) -> None:
    """Raise Conflict when the supplement was sent in the meantime; wait for whoever sends it just now."""
    db.session.execute(sa.select(AgendaSupplement.id).where(AgendaSupplement.id == supplement.id).with_for_update())
    db.session.refresh(supplement, ["sent_at"])
    if supplement.sent_at is not None:
        raise Conflict(HAS_ONE)


def set_field(item: AgendaItem, field: str, value: object) -> None:
    """Set what a line keeps as a plain value."""
    if field == "kind":
        item.kind = ItemKind(str(value))
    elif field == "rapporteur":
        _set_rapporteur(item, str(value or ""))
    elif field == "is_public":
        item.is_public = bool(value)
        for sub_item in item.sub_items:
            sub_item.is_public = bool(value)
    else:
        setattr(item, field, value)


def _set_rapporteur(item: AgendaItem, key: str) -> None:
    kind, _colon, identity = key.partition(":")
    row = int(identity) if identity else 0
    item.rapporteur_seat = db.session.get(Seat, row) if kind == "seat" else None
    item.rapporteur_person = db.session.get(Person, row) if kind == "person" else None
    item.rapporteur_guest = db.session.get(MeetingGuest, row) if kind == "guest" else None


def _next(meeting: Meeting, kind: SupplementKind, *, by: User | None) -> AgendaSupplement:
    last = db.session.scalar(
        sa.select(sa.func.max(AgendaSupplement.number)).where(AgendaSupplement.meeting_id == meeting.id)
    )
    supplement = AgendaSupplement(meeting=meeting, number=(last or 0) + 1, kind=kind, created_by=by)
    db.session.add(supplement)
    db.session.flush()
    return supplement


def _of_room(meeting: Meeting, kind: SupplementKind) -> AgendaSupplement | None:
    was_mailed = sa.exists().where(Dispatch.supplement_id == AgendaSupplement.id)
    return db.session.scalars(
        sa.select(AgendaSupplement)
        .where(
            AgendaSupplement.meeting_id == meeting.id,
            AgendaSupplement.kind == kind,
            AgendaSupplement.created_at >= meeting.started_at,
            AgendaSupplement.reason.is_(None),
            ~was_mailed,
        )
        .order_by(AgendaSupplement.number.desc())
        .limit(1)
    ).first()


def _drop_lines(supplement: AgendaSupplement, paper: Paper) -> None:
    for line in [c for c in supplement.changes if c.paper_id == paper.id]:
        supplement.changes.remove(line)
    db.session.flush()


def record(
    supplement: AgendaSupplement, kind: ChangeKind, item: AgendaItem, *, paper: Paper | None = None,
    field: str | None = None, old: str | None = None, new: str | None = None,
) -> AgendaChange:  # fmt: skip
    """Write a line into ``supplement``."""
    line = AgendaChange(
        kind=kind, item=item, paper=paper, field=field, old_text=old or None, new_text=new or None,
        is_public=item.is_public,
    )  # fmt: skip
    supplement.changes.append(line)
    db.session.flush()
    db.session.expire(item, ["changes"])
    return line
