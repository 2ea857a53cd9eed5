"""Send a supplement: planned changes are made, the members see it, and each gets only what changed for them (E-04)."""

from __future__ import annotations

from govern.committees.models import RuleKind
from govern.db import db, now
from govern.errors import Conflict, DomainError
from govern.meetings.agenda_lines import lines_of
from govern.meetings.announced import PLACE
from govern.meetings.mails import topics as topic_mails
from govern.meetings.models import (
    AgendaChange,
    AgendaSupplement,
    ChangeKind,
    Dispatch,
    DispatchKind,
    ItemResult,
    PaperKind,
    SupplementKind,
)
from govern.meetings.queries import supplements as queries
from govern.meetings.queries.agendas import whole_agenda
from govern.meetings.queries.answers import allows_deputies
from govern.meetings.queries.heads import chair_of, place_of
from govern.meetings.queries.invitations import standing_invitations
from govern.meetings.queries.meetings import load_parts
from govern.meetings.queries.procedures import procedure_of_meeting
from govern.meetings.queries.recipients import with_recipients
from govern.meetings.queries.supplements import SupplementPreview
from govern.meetings.services import topics
from govern.meetings.services.changes import demand_open
from govern.meetings.services.dispatches import Content, Post, send_all
from govern.meetings.services.supplements import demand_unsent, record, set_field, set_kind, settle
from govern.people.models import User

CHANGED = "Inzwischen hat sich der Nachtrag oder der Kreis der Eingeladenen geändert. Bitte prüfen Sie ihn noch einmal."


def send_supplement(
    supplement: AgendaSupplement, *, kind: SupplementKind, reason: str | None, subject: str, cover_text: str, seen: str,
    post: Post, by: User,
) -> Dispatch:  # fmt: skip
    """Send what ``seen`` showed: the invited get a mail with the lines they may read, and nobody else gets one."""
    _announce(supplement, kind=kind, reason=reason, seen=seen, by=by)
    meeting = load_parts(supplement.meeting)
    items = queries.agenda_items(meeting)
    lines = lines_of(supplement.changes, queries.numbers_before(items))
    pairs = [
        (invitation, reached)
        for invitation, recipient in with_recipients(standing_invitations(meeting))
        if (reached := queries.reached_by(recipient, lines)) is not None
    ]
    if not " ".join(subject.split()):
        raise DomainError("Bitte einen Betreff angeben.", field="subject")
    content = Content(
        kind=DispatchKind.SUPPLEMENT, subject=" ".join(subject.split()), cover_text=cover_text.strip(),
        supplement=supplement, changes=lines, whole=whole_agenda(meeting),
        offers_deputy=allows_deputies(procedure_of_meeting(meeting)),
        place=place_of(meeting), chair=chair_of(meeting),
    )  # fmt: skip
    sent = send_all(meeting, pairs, content, post=post, by=by)
    db.session.flush()
    return sent


def lay_on_the_table(supplement: AgendaSupplement, *, kind: SupplementKind, reason: str | None, seen: str,
                     by: User) -> None:  # fmt: skip
    """Let the members see what ``seen`` showed without a mail, e.g. right before the meeting."""
    _announce(supplement, kind=kind, reason=reason, seen=seen, by=by)
    supplement.meeting.version += 1
    db.session.flush()


def _announce(supplement: AgendaSupplement, *, kind: SupplementKind, reason: str | None, seen: str, by: User) -> None:
    demand_open(supplement.meeting)
    demand_unsent(supplement)
    preview = queries.preview_of_supplement(supplement)
    if not preview.lines:
        raise DomainError("In diesem Nachtrag steht noch nichts. Ändern Sie zuerst die Tagesordnung.")
    if seen != preview.seen:
        raise Conflict(CHANGED)
    set_kind(supplement, kind, reason)
    _demand_reason(supplement, preview)
    _make_visible(supplement)
    for item in supplement.items:
        if item.topic is not None:
            topic_mails.tell_scheduled(item.topic, supplement.meeting, by=by)


def _demand_reason(supplement: AgendaSupplement, preview: SupplementPreview) -> None:
    if not preview.needs_reason:
        return
    rule = preview.procedure.rule(RuleKind.URGENT_ITEMS)
    if rule.state.value == "off":
        source = f" ({rule.source})" if rule.source else ""
        raise DomainError(
            f"Die Ladungsfrist ist vorbei, und dringliche Punkte sind nicht zugelassen{source}. Nehmen Sie die neuen "
            "Punkte heraus; sie gehören auf die nächste Tagesordnung."
        )
    if supplement.reason is None:
        raise DomainError(
            "Die Ladungsfrist ist vorbei. Bitte sagen, warum die neuen Punkte nicht warten können; der Grund steht in "
            "der Niederschrift.",
            field="reason",
        )


def _make_visible(supplement: AgendaSupplement) -> None:
    items = queries.agenda_items(supplement.meeting)
    before, after = queries.numbers_before(items), queries.numbers_after(items, supplement.changes)
    shifted = queries.moved_items(before, after)
    moves = [line for line in supplement.changes if line.field == PLACE]
    by_id = {item.id: item for item in items}
    if moves:
        for each in queries.placed_after(items, supplement.changes):
            by_id[each.id].position = each.position
    for line in moves:
        item_id = by_id[line.item_id or 0].id
        line.old_text, line.new_text, line.new_value = before[item_id], after[item_id], None
    for line in list(supplement.changes):
        _make(line)
    supplement.sent_at = now()
    moved = {line.item_id for line in moves}
    for item_id, old, new in (each for each in shifted if each[0] not in moved):
        record(supplement, ChangeKind.ITEM_MOVED, by_id[item_id], old=old, new=new)
    if supplement.kind is SupplementKind.TABLE_PAPER:
        for paper in supplement.papers:
            paper.kind = PaperKind.TABLE_PAPER
    db.session.flush()
    settle(supplement)


def _make(line: AgendaChange) -> None:
    item = line.item
    if item is None or line.new_value is None:
        return
    value, line.new_value = line.new_value["to"], None
    if line.kind is ChangeKind.ITEM_WITHDRAWN:
        for each in (item, *item.sub_items):
            each.result, each.result_note = ItemResult.WITHDRAWN, value
            each.version += 1
        topics.give_back([item, *item.sub_items])
        return
    if line.field == "is_public" and value:
        # For everybody else it is new: what it said before stays with the circle.
        line.is_public, line.old_text = True, None
    set_field(item, line.field or "title", value)
    item.version += 1
