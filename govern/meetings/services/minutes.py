"""Write the minutes while the meeting runs: texts, results, one item after the other."""

from __future__ import annotations

from govern.committees.models import Committee
from govern.db import db, fingerprint, now, own_transaction
from govern.documents.merging import clean_text
from govern.errors import Conflict, DomainError
from govern.meetings.models import AgendaItem, ConflictingText, ItemResult, Meeting
from govern.meetings.queries.minutes import find_conflicting_text, what_is_missing
from govern.meetings.services import phases
from govern.people.models import User

TOO_LATE = "Hier wurde zugleich geschrieben. Ihr Text ist aufgehoben; vergleichen Sie bitte beide Fassungen."


def save_text(item: AgendaItem, text: str, *, version: int, by: User) -> int:
    """Save the minutes text of an item; returns its new version.

    Raises Conflict when somebody saved after ``version``; sending the same text twice is no conflict.
    """
    phases.require_open_wording(item.meeting)
    db.session.refresh(item, ["minutes_text", "minutes_version"], with_for_update=True)
    text = clean_text(text)
    if text == item.minutes_text:
        return item.minutes_version
    if version != item.minutes_version:
        raise Conflict(TOO_LATE)
    item.minutes_text = text
    item.minutes_version += 1
    if item.meeting.is_closed:
        phases.note_change_of_wording(item.meeting)
    if item.opened_at is None and not item.meeting.is_closed:
        item.opened_at = now()
    db.session.flush()
    return item.minutes_version


def keep_conflicting_text(item_id: int, text: str, *, version: int, by_id: int) -> int:
    """Keep a text that came too late, beside the refused request; returns its id. The same text is kept once."""
    text = clean_text(text)
    with own_transaction() as session:
        known = session.query(ConflictingText).filter_by(
            item_id=item_id, typed_by_id=by_id, based_on_version=version, settled_at=None
        )
        row = known.order_by(ConflictingText.id.desc()).first()
        if row is None:
            row = ConflictingText(item_id=item_id, typed_by_id=by_id, based_on_version=version, text=text)
            session.add(row)
        elif text.startswith(row.text):
            row.text = text  # the same person went on typing
        elif not row.text.startswith(text):
            row = ConflictingText(item_id=item_id, typed_by_id=by_id, based_on_version=version, text=text)
            session.add(row)
        session.flush()
        return row.id


def settle_conflict(item: AgendaItem, conflict_id: int, text: str, *, version: int, by: User) -> int:
    """Save the text that was merged by hand and put the kept one aside; returns the new version."""
    new_version = save_text(item, text, version=version, by=by)
    kept = find_conflicting_text(item, conflict_id)
    if kept is not None:
        kept.settled_at = now()
    db.session.flush()
    return new_version


def work_in_conflict(item: AgendaItem, conflict_id: int, *, append: bool, by: User) -> bool:
    """Append a text that came too late to the saved one, or only put it aside as worked in; False if it is gone."""
    phases.require_open_wording(item.meeting)
    kept = find_conflicting_text(item, conflict_id)
    if kept is None:
        return False
    if append:
        db.session.refresh(item, ["minutes_text", "minutes_version"], with_for_update=True)
        save_text(item, f"{item.minutes_text}\n\n{kept.text}".strip(), version=item.minutes_version, by=by)
    kept.settled_at = now()
    db.session.flush()
    return True


def save_opening(meeting: Meeting, text: str, *, seen: str, by: User) -> None:
    """Save what the minutes say before the first item; ``seen`` is the text that was shown for editing."""
    phases.require_open_wording(meeting)
    db.session.refresh(meeting, ["general_minutes"], with_for_update=True)
    text = clean_text(text)
    if text != meeting.general_minutes and clean_text(seen) != meeting.general_minutes:
        raise Conflict(TOO_LATE)
    if meeting.is_closed and text != meeting.general_minutes:
        phases.note_change_of_wording(meeting)
    meeting.general_minutes = text
    db.session.flush()


def call_up(item: AgendaItem, *, by: User) -> None:
    """Call an item up: its time runs from now."""
    phases.require_in_session(item.meeting)
    if item.opened_at is None:
        item.opened_at = now()
    item.meeting.called_item = item
    db.session.flush()


class StaleResult(Conflict):
    """Somebody else recorded a result in the meantime."""

    def __init__(self, item: AgendaItem) -> None:
        result = f"„{item.result.label}“" if item.result else "kein Ergebnis"
        place = f" an „{item.referred_to.name}“" if item.referred_to else ""
        note = f", Anmerkung „{item.result_note}“" if item.result_note else ""
        super().__init__(
            f"Inzwischen gespeichert: {result}{place}{note}. Nichts wurde überschrieben; Ihre Angaben stehen noch hier "
            "und gelten, wenn Sie noch einmal speichern.", field="result",
        )  # fmt: skip


def result_version(item: AgendaItem) -> str:
    """What a form for the result of an item is based on."""
    return fingerprint(item.result, item.referred_to_id, item.result_note)


def record_result(
    item: AgendaItem, result: ItemResult, *, referred_to: Committee | None = None, note: str = "",
    version: str | None = None, by: User,
) -> None:  # fmt: skip
    """Record what became of an item. A referral names the committee, or says in words where it went.

    Raises StaleResult when somebody recorded something else since ``version``; the same once more is no conflict
    (choosing a result and going on at once sends it twice).
    """
    phases.require_in_session(item.meeting)
    note = note.strip()
    if version is not None:
        db.session.refresh(item, ["result", "referred_to_id", "referred_to", "result_note"], with_for_update=True)
        goes_to = referred_to.id if result is ItemResult.REFERRED and referred_to is not None else None
        wanted = fingerprint(result, goes_to, note or None)
        if result_version(item) not in (version, wanted):
            raise StaleResult(item)
    if result is ItemResult.REFERRED and referred_to is None and not note:
        raise DomainError("Bitte angeben, wohin der Punkt verwiesen wird.", field="referred_to_id")
    if result is ItemResult.REFERRED and referred_to is not None and referred_to.id == item.meeting.committee_id:
        raise DomainError("Verweisen geht nur an ein anderes Gremium; sonst „vertagt“ wählen.", field="referred_to_id")
    item.result = result
    item.referred_to_id = referred_to.id if result is ItemResult.REFERRED and referred_to is not None else None
    item.result_note = note or None
    db.session.flush()


def finish_item(item: AgendaItem, *, by: User) -> None:
    """The item is dealt with: a result is recorded, its time stops."""
    phases.require_in_session(item.meeting)
    missing = what_is_missing(item)
    if missing:
        raise DomainError(f"Der Punkt lässt sich noch nicht abschließen: {missing}.", field="result")
    moment = now()
    item.opened_at = item.opened_at or moment
    item.done_at = item.done_at or moment
    db.session.flush()


def reopen_item(item: AgendaItem, *, by: User) -> None:
    """Take an item up again while the meeting runs; its result stays until another one is recorded."""
    phases.require_in_session(item.meeting)
    item.done_at = None
    item.meeting.called_item = item
    db.session.flush()
