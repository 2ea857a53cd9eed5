"""Attach, carry over and withdraw papers. Files are checked before anything is stored (D-15)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from govern import files
from govern.db import db, now
from govern.errors import Conflict, DomainError
from govern.meetings.models import AgendaItem, CircularResolution, CircularState, ItemKind, Paper, PaperKind, Topic
from govern.meetings.services import supplements
from govern.meetings.services.changes import demand_open
from govern.people.models import User


@dataclass(frozen=True)
class PaperStore:
    """Where papers lie and how large one may be; from the settings."""

    folder: Path
    most_bytes: int


@dataclass(frozen=True)
class Upload:
    """A file as it arrived."""

    name: str
    data: bytes


def check_uploads(uploads: Iterable[Upload], store: PaperStore) -> None:
    """Check every file; raises DomainError with one German sentence for each that is refused."""
    sentences = []
    for upload in uploads:
        try:
            files.check(upload.data, upload.name, most_bytes=store.most_bytes)
        except DomainError as error:
            sentences.append(str(error))
    if sentences:
        raise DomainError(" ".join(sentences), field="papers")


def add_papers(
    owner: AgendaItem | Topic | CircularResolution,
    uploads: Sequence[Upload],
    *,
    kind: PaperKind | None,
    store: PaperStore,
    by: User | None,
) -> list[Paper]:
    """Attach files to an item, a topic or a circular resolution: all of them or, when one is refused, none.

    Without ``kind`` the first one becomes the decision paper where an item still lacks it.
    """
    if isinstance(owner, AgendaItem):
        demand_open(owner.meeting)
    if isinstance(owner, CircularResolution) and owner.state is not CircularState.DRAFT:
        raise DomainError("Was im Umlauf ist, bekommt keine neuen Unterlagen.")
    check_uploads(uploads, store)
    supplement = None
    if isinstance(owner, AgendaItem) and uploads:
        supplement = supplements.supplement_for_papers(owner, kind, by=by)
    added = []
    first = max((p.position for p in owner.papers), default=0) + 1
    for position, upload in enumerate(uploads, start=first):
        stored = files.keep(store.folder, upload.data, upload.name, most_bytes=store.most_bytes)
        paper = Paper(
            kind=kind or _fitting_kind(owner),
            title=stored.file_name.rsplit(".", 1)[0],
            file_name=stored.file_name,
            media_type=stored.media_type,
            size=stored.size,
            sha256=stored.sha256,
            stored_name=stored.stored_name,
            position=position,
            uploaded_by=by,
        )
        owner.papers.append(paper)
        added.append(paper)
        if isinstance(owner, AgendaItem) and supplement is not None:
            supplements.note_new_paper(owner, paper, supplement)
    db.session.flush()
    return added


def _fitting_kind(owner: AgendaItem | Topic | CircularResolution) -> PaperKind:
    is_decision = isinstance(owner, AgendaItem) and owner.kind is ItemKind.DECISION
    has_one = any(p.kind is not PaperKind.PAPER and p.withdrawn_at is None for p in owner.papers)
    return PaperKind.DECISION_PAPER if is_decision and not has_one else PaperKind.PAPER


def copy_papers(
    source: AgendaItem | Topic, target: AgendaItem | Topic, *, store: PaperStore, by: User,
    but: Collection[tuple[str, int]] = (),
) -> None:  # fmt: skip
    """Copy the papers of an item or topic to another one; each keeps a life of its own.

    ``but`` are file names and sizes of those that need not come along.
    """
    for paper in source.papers:
        if paper.withdrawn_at is not None or (paper.file_name, paper.size) in but:
            continue
        upload = Upload(paper.file_name, files.read(store.folder, paper.stored_name))
        added = add_papers(
            target, [upload], kind=paper.kind, store=PaperStore(store.folder, max(store.most_bytes, paper.size)), by=by
        )
        added[0].title, added[0].concept_version_id = paper.title, paper.concept_version_id


def withdraw_paper(paper: Paper, *, by: User) -> None:
    """Take a paper back: it stays on record for the office, nobody else can open it."""
    if paper.item is not None:
        demand_open(paper.item.meeting)
    if paper.withdrawn_at is not None:
        raise Conflict("Diese Unterlage ist schon zurückgezogen.")
    paper.withdrawn_at = now()
    supplements.note_withdrawn_paper(paper, by=by)
    db.session.flush()


def lay_out_again(paper: Paper, *, by: User) -> None:
    """Make a withdrawn paper available again."""
    if paper.item is not None:
        demand_open(paper.item.meeting)
    if paper.withdrawn_at is None:
        return
    paper.withdrawn_at = None
    supplements.note_paper_again(paper, by=by)
    db.session.flush()
