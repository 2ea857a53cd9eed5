"""Write a draft: begin with the version in force, save sections as one types, add, move, split, remove, replace."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import sqlalchemy as sa

from govern.db import db, now, own_transaction
from govern.documents import contributions
from govern.documents.in_force import version_in_force
from govern.documents.markdown_text import with_its_notes
from govern.documents.merging import clean_text
from govern.documents.models import (
    OPEN_STATES,
    ChangeKind,
    Concept,
    ConceptChange,
    ConceptSection,
    ConceptVersion,
    LateText,
    VersionState,
)
from govern.documents.queries.sections import lines_of, sections_of
from govern.documents.rendering import new_key, reading_order, render_text
from govern.documents.sections import DEEPEST, words_in
from govern.documents.services.annexes import carry_over
from govern.documents.services.images import carry_pictures
from govern.documents.services.versions import lock
from govern.documents.text_images import count_of, replaced
from govern.errors import Conflict, DomainError
from govern.formats import one_line
from govern.people.models import User

TOO_LATE = "Hier wurde zugleich geschrieben. Ihr Text ist aufgehoben; vergleichen Sie bitte beide Fassungen."
LONGEST_TEXT = 200_000
LONGEST_HEADING = 300


def start_draft(concept: Concept, *, label: str, day: date, by: User) -> ConceptVersion:
    """A new draft with sections and annexes of the version in force; each keeps its key, so that it is known again."""
    lock(concept.id)
    known = db.session.scalars(sa.select(ConceptVersion).where(ConceptVersion.concept_id == concept.id)).all()
    running = next((v for v in known if v.state in OPEN_STATES), None)
    if running is not None:
        raise DomainError(f"Es gibt schon einen Entwurf: „{running.label}“.")
    label = " ".join(label.split())
    if not label:
        raise DomainError("Bitte angeben, wie der Entwurf heißt.", field="label")
    base = version_in_force(known, day, today=day)
    draft = ConceptVersion(concept_id=concept.id, number=max((v.number for v in known), default=0) + 1, label=label,
                           status_date=day.isoformat(), state=VersionState.DRAFT, created_by_id=by.id,
                           based_on_id=base.id if base is not None else None)  # fmt: skip
    db.session.add(draft)
    db.session.flush()
    if base is not None:
        _copy(base, draft)
        carry_over(base, draft, by=by)
        carry_pictures(base, draft)
    return draft


def _copy(base: ConceptVersion, draft: ConceptVersion) -> None:
    made: dict[int, ConceptSection] = {}
    for row, _depth in reading_order(sections_of(base)):
        parent = made[row.parent_id].id if row.parent_id is not None else None
        made[row.id] = ConceptSection(
            version_id=draft.id, key=row.key, parent_id=parent, position=row.position, heading=row.heading,
            printed_number=row.printed_number, text=row.text, html=row.html, words=row.words,
        )  # fmt: skip
        db.session.add(made[row.id])
        db.session.flush()


def save_text(section: ConceptSection, text: str, *, revision: int, by: User) -> int:
    """Save the words of a section as they are typed; returns the new revision.

    Raises Conflict when somebody saved after ``revision``; sending the same text twice is no conflict.
    """
    return _save(section, section.heading, text, revision=revision, by=by)


def save_section(
    section: ConceptSection, heading: str, text: str, *, revision: int, reason: str | None, link: str | None, by: User
) -> int:
    """Save heading and words of a section with the reason of the change; what came too late before is settled.

    ``link`` is an address, or the number of a matter, resolution or work order.
    """
    why = _why(reason, link, by)
    before = (section.heading, section.text)
    saved = _save(section, heading, text, revision=revision, by=by)
    if why.is_told or before != (section.heading, section.text):
        _note(section, ChangeKind.EDITED, why, by)
    late = sa.update(LateText).where(LateText.section_id == section.id, LateText.typed_by_id == by.id)
    db.session.execute(late.where(LateText.settled_at.is_(None)).values(settled_at=now()))
    db.session.flush()
    return saved


@dataclass(frozen=True)
class _Why:
    """The reason of a change: words, an address, or a thing of the chain."""

    words: str | None = None
    address: str | None = None
    cause: contributions.ChangeReason | None = None

    @property
    def is_told(self) -> bool:
        """True if anything was said."""
        return bool(self.words or self.address or self.cause)


def _why(reason: str | None, link: str | None, by: User) -> _Why:
    reason, link = (reason or "").strip() or None, (link or "").strip() or None
    if link is None or "://" in link:
        return _Why(reason, link)
    cause = _cause_of(link, by)
    return _Why(reason or cause.words, None, cause)


def _cause_of(number: str, by: User) -> contributions.ChangeReason:
    for find in contributions.change_reasons:
        found = find(by, number)
        if found is not None:
            return found
    raise DomainError("Unter dieser Nummer gibt es nichts, das Sie sehen dürfen.", field="link")


def _save(section: ConceptSection, heading: str, text: str, *, revision: int, by: User) -> int:
    _lock_section(section)
    heading, text = " ".join(heading.split()), clean_text(text)
    if not heading:
        raise DomainError("Bitte eine Überschrift angeben.", field="heading")
    if len(text) > LONGEST_TEXT:
        raise DomainError("Dieser Abschnitt ist zu lang; bitte teilen Sie ihn.", field="text")
    if (heading, text) == (section.heading, section.text):
        return section.revision
    if revision != section.revision:
        raise Conflict(TOO_LATE)
    _write(section, heading, text, by)
    db.session.flush()
    return section.revision


def _write(section: ConceptSection, heading: str, text: str, by: User) -> None:
    if text != section.text:
        section.html = render_text(text)
    section.heading, section.text = heading, text
    section.words = words_in(heading) + words_in(text)
    section.revision += 1
    section.changed_at, section.changed_by_id = now(), by.id


def keep_late_text(section_id: int, text: str, *, revision: int, by_id: int) -> None:
    """Keep a text that came too late, beside the refused request; who goes on typing has one such text."""
    text = clean_text(text)
    with own_transaction() as session:
        known = session.query(LateText).filter_by(section_id=section_id, typed_by_id=by_id, based_on_revision=revision,
                                                  settled_at=None)  # fmt: skip
        row = known.order_by(LateText.id.desc()).first()
        if row is not None and text.startswith(row.text):
            row.text = text
        elif row is None or not row.text.startswith(text):
            session.add(LateText(section_id=section_id, typed_by_id=by_id, based_on_revision=revision, text=text))


def settle_late_text(section: ConceptSection, late_id: int, *, by: User) -> None:
    """Put a text that came too late aside: its words are worked in, or not needed."""
    require_draft(section.version)
    statement = sa.update(LateText).where(LateText.id == late_id, LateText.section_id == section.id)
    db.session.execute(statement.where(LateText.settled_at.is_(None)).values(settled_at=now()))


def add_section(
    version: ConceptVersion, heading: str, *, after: ConceptSection | None, reason: str | None, by: User,
    link: str | None = None,
) -> ConceptSection:  # fmt: skip
    """A new section behind another one, on its level; without one at the end of the draft."""
    _lock(version)
    why = _why(reason, link, by)
    heading = " ".join(heading.split())
    if not heading:
        raise DomainError("Bitte eine Überschrift angeben.", field="heading")
    siblings = _siblings(version, after.parent_id if after is not None else None)
    place = siblings.index(after) + 1 if after is not None else len(siblings)
    section = ConceptSection(
        version_id=version.id, key=new_key(), parent_id=after.parent_id if after is not None else None, position=0,
        heading=heading, text="", html="", words=words_in(heading), changed_by_id=by.id,
    )  # fmt: skip
    db.session.add(section)
    siblings.insert(place, section)
    _number(siblings)
    db.session.flush()
    _note(section, ChangeKind.ADDED, why, by)
    return section


def split_section(section: ConceptSection, heading: str, *, at: int, revision: int, by: User) -> ConceptSection:
    """Make a section of its own of all from paragraph ``at`` on (counted from 0)."""
    _lock_section(section)
    paragraphs = paragraphs_of(section.text)
    if revision != section.revision:
        raise Conflict("Dieser Abschnitt wurde inzwischen geändert. Bitte prüfen Sie noch einmal, wo er zu teilen ist.")
    if not 0 < at < len(paragraphs):
        raise DomainError("Bitte wählen, mit welchem Absatz der neue Abschnitt beginnt.", field="at")
    new = add_section(section.version, heading, after=section, reason=None, by=by)
    rest, before = ("\n\n".join(each) for each in (paragraphs[at:], paragraphs[:at]))
    _write(new, new.heading, with_its_notes(rest, section.text), by)
    _write(section, section.heading, with_its_notes(before, section.text), by)
    _note(section, ChangeKind.SPLIT, _Why(f"ab hier: „{new.heading}“"), by)
    db.session.flush()
    return new


def paragraphs_of(text: str) -> list[str]:
    """The paragraphs of a section, as a split may cut them."""
    return [part for part in text.split("\n\n") if part.strip()]


def move_section(section: ConceptSection, direction: str, *, by: User) -> None:
    """Move a section with all in it: up or down, in (below the one before it), out (a level up)."""
    _lock(section.version)
    siblings = _siblings(section.version, section.parent_id)
    place = siblings.index(section)
    if direction in ("up", "down"):
        _swap(siblings, place, place + (1 if direction == "down" else -1))
    elif direction == "in":
        _move_in(section, siblings, place)
    elif direction == "out":
        _move_out(section, siblings)
    else:
        raise DomainError("Diese Richtung gibt es nicht.")
    db.session.flush()
    _note(section, ChangeKind.MOVED, _Why(), by)


def _swap(siblings: list[ConceptSection], place: int, other: int) -> None:
    if not 0 <= other < len(siblings):
        raise DomainError("Weiter geht es in diese Richtung nicht.")
    siblings[place], siblings[other] = siblings[other], siblings[place]
    _number(siblings)


def _move_in(section: ConceptSection, siblings: list[ConceptSection], place: int) -> None:
    if place == 0:
        raise DomainError("Davor steht kein Abschnitt, unter den er rücken könnte.")
    lines = {line.row.id: line.depth for line in lines_of(sections_of(section.version))}
    deepest = max(lines[row.id] for row in [section, *_below(section)])
    if deepest >= DEEPEST:
        raise DomainError(f"Abschnitte stehen höchstens auf Ebene {DEEPEST}.")
    siblings.remove(section)
    target = siblings[place - 1]
    inside = _siblings(section.version, target.id)
    section.parent_id = target.id
    _number(siblings)
    _number([*inside, section])


def _move_out(section: ConceptSection, siblings: list[ConceptSection]) -> None:
    if section.parent is None:
        raise DomainError("Dieser Abschnitt steht schon auf der ersten Ebene.")
    above = _siblings(section.version, section.parent.parent_id)
    siblings.remove(section)
    _number(siblings)
    above.insert(above.index(section.parent) + 1, section)
    section.parent_id = section.parent.parent_id
    _number(above)


def remove_section(section: ConceptSection, *, reason: str | None, link: str | None = None, by: User) -> None:
    """Take a section out of the draft, with a reason; its words are kept with it. What stands below must go first."""
    _lock_section(section)
    why = _why(reason, link, by)
    if not why.words:
        raise DomainError("Bitte angeben, warum der Abschnitt entfällt.", field="reason")
    if _below(section):
        raise DomainError("Darunter stehen noch Abschnitte. Verschieben oder entfernen Sie zuerst diese.")
    _note(section, ChangeKind.REMOVED, why, by, text=section.text)
    siblings = [row for row in _siblings(section.version, section.parent_id) if row is not section]
    db.session.execute(sa.delete(LateText).where(LateText.section_id == section.id))
    db.session.delete(section)
    _number(siblings)
    db.session.flush()


def replace_words(
    version: ConceptVersion, old: str, new: str, *, reason: str | None, link: str | None = None, by: User
) -> int:  # fmt: skip
    """Replace words in headings and texts of the whole draft; returns how often."""
    _lock(version)
    why = _why(reason, link, by)
    why = why if why.words else replace(why, words=f"„{old}“ durch „{new}“ ersetzt")
    if not old.strip():
        raise DomainError("Bitte angeben, was ersetzt werden soll.", field="old")
    count = 0
    for row in sections_of(version):
        found = row.heading.count(old) + count_of(row.text, old)
        if found:
            heading = " ".join(row.heading.replace(old, new).split()) or row.heading
            text = clean_text(replaced(row.text, old, new))
            if len(text) > LONGEST_TEXT or len(heading) > LONGEST_HEADING:
                raise DomainError(
                    f"Damit würde „{one_line(row.heading, 80)}“ zu lang. Nichts wurde ersetzt.", field="new"
                )
            _write(row, heading, text, by)
            _note(row, ChangeKind.REPLACED, why, by)
            count += found
    db.session.flush()
    return count


def require_draft(version: ConceptVersion) -> None:
    """Only a draft is written; a version that others comment on or decide on stands still."""
    if version.state is not VersionState.DRAFT or version.frozen_at is not None:
        raise DomainError("Diese Fassung ist kein Entwurf mehr; ihr Text ändert sich nicht.")


def _lock_section(section: ConceptSection) -> None:
    """Lock the whole version, so that nobody freezes it or replaces words meanwhile, and read what is stored now."""
    _lock(section.version)
    db.session.refresh(section, ["heading", "text", "revision"])


def _lock(version: ConceptVersion) -> None:
    db.session.execute(sa.select(ConceptVersion.id).where(ConceptVersion.id == version.id).with_for_update())
    db.session.refresh(version, ["state", "frozen_at"])
    require_draft(version)


def _siblings(version: ConceptVersion, parent_id: int | None) -> list[ConceptSection]:
    return list(
        db.session.scalars(
            sa.select(ConceptSection)
            .where(ConceptSection.version_id == version.id, ConceptSection.parent_id == parent_id)
            .order_by(ConceptSection.position, ConceptSection.id)
        )
    )


def _below(section: ConceptSection) -> list[ConceptSection]:
    found: list[ConceptSection] = []
    waiting = _siblings(section.version, section.id)
    while waiting:
        row = waiting.pop()
        found.append(row)
        waiting += _siblings(section.version, row.id)
    return found


def _number(siblings: list[ConceptSection]) -> None:
    for position, row in enumerate(siblings, start=1):
        row.position = position


def _note(
    section: ConceptSection, kind: ChangeKind, why: _Why, by: User, *, text: str | None = None
) -> ConceptChange:  # fmt: skip
    change = ConceptChange(
        version_id=section.version_id, section_key=section.key, kind=kind, heading=section.heading, text=text,
        reason=why.words, link=why.address, changed_by_id=by.id,
    )  # fmt: skip
    db.session.add(change)
    if why.cause is not None:
        db.session.flush()
        why.cause.keep(change)
    return change
