"""Take things out of a supplement in preparation again: one line, or all of them."""

from __future__ import annotations

from pathlib import Path

from govern import files
from govern.db import db
from govern.errors import Conflict
from govern.meetings.models import AgendaChange, AgendaSupplement, ChangeKind
from govern.meetings.services import papers
from govern.meetings.services.agendas import delete_item
from govern.meetings.services.changes import demand_open
from govern.meetings.services.supplements import demand_unsent, forget_if_empty, set_field, settle
from govern.people.models import User


def drop_line(line: AgendaChange, *, folder: Path, by: User) -> None:
    """Take back one line: a new item or paper is deleted, a planned change is not made, a paper is there again."""
    supplement = line.supplement
    demand_open(supplement.meeting)
    demand_unsent(supplement)
    if line.kind is ChangeKind.ITEM_ADDED and line.item is not None:
        delete_item(line.item, folder=folder, by=by)
    elif line.kind is ChangeKind.PAPER_ADDED and line.paper is not None:
        _delete_paper(line, folder)
    elif line.kind is ChangeKind.PAPER_WITHDRAWN and line.paper is not None:
        papers.lay_out_again(line.paper, by=by)
    else:
        if line.field == "is_public" and line.new_value is None and line.item is not None:
            set_field(line.item, "is_public", True)
        supplement.changes.remove(line)
        settle(supplement)


def discard(supplement: AgendaSupplement, *, folder: Path, by: User) -> None:
    """Take back all lines; the agenda stays as the members have it, and the number is free again."""
    demand_open(supplement.meeting)
    demand_unsent(supplement)
    while supplement.changes:
        left = len(supplement.changes)
        drop_line(supplement.changes[-1], folder=folder, by=by)
        if supplement not in db.session:
            return
        db.session.refresh(supplement, ["changes"])
        if len(supplement.changes) >= left:
            raise Conflict("Der Nachtrag wurde gleichzeitig geändert. Bitte laden Sie die Seite neu.")
    forget_if_empty(supplement)


def _delete_paper(line: AgendaChange, folder: Path) -> None:
    supplement, paper = line.supplement, line.paper
    assert paper is not None  # noqa: S101 - asked by the caller
    files.forget(folder, [paper.stored_name])
    for each in [c for c in supplement.changes if c.paper_id == paper.id]:
        supplement.changes.remove(each)
    db.session.flush()
    db.session.delete(paper)
    db.session.flush()
    if paper.item is not None:
        db.session.expire(paper.item, ["papers"])
    forget_if_empty(supplement)
