"""Submit a draft of a concept to a committee: topic, item, draft, Synopse and proposed resolution in one step."""

from __future__ import annotations

import re
from datetime import date

from govern import files
from govern.db import db
from govern.documents.exports import concept_pdf, synopsis_pdf
from govern.documents.models import ConceptVersion, VersionState
from govern.documents.queries.concepts import list_versions, versions_with_text
from govern.documents.queries.synopses import concept_content, print_of, synopsis_content, synopsis_of
from govern.documents.services import versions
from govern.errors import DomainError
from govern.files import clean_name
from govern.formats import date_text
from govern.meetings.models import (
    AgendaItem,
    ConceptSubmission,
    ItemKind,
    PaperKind,
    Topic,
    TopicInput,
    TopicState,
)
from govern.meetings.queries.concept_submissions import Place, find_open
from govern.meetings.services import papers
from govern.meetings.services.changes import why_fixed
from govern.meetings.services.papers import PaperStore, Upload
from govern.meetings.services.scheduling import take_topics
from govern.meetings.services.topics import propose_topic
from govern.people.models import User

LONGEST_TITLE = 300
EXTENT = re.compile(r"^Umfang: \d[^\n]*$", re.MULTILINE)


def submit_version(
    version: ConceptVersion, place: Place, *, in_force_from: date | None, is_accepted: bool, store: PaperStore, by: User
) -> ConceptSubmission:
    """Lay a draft before a committee; its text stands still from now on.

    ``is_accepted``: the office of the committee submits it, so that nobody has to accept the topic.
    """
    if find_open(version) is not None:
        raise DomainError("Dieser Entwurf ist schon vorgelegt.")
    versions.submit(version)
    before = _version_before(version, by)
    starts_on = before.starts_on if before is not None else None
    if in_force_from is not None and in_force_from.isoformat() < (starts_on or ""):
        raise DomainError("An diesem Tag galt auch die Fassung davor noch nicht.", field="in_force_from")
    topic = propose_topic(
        place.committee, by=by, title=f"{version.concept.title}: {version.label}"[:LONGEST_TITLE],
        purpose=_purpose(version, before), wished_outcome=_proposal(version, before, in_force_from),
        input_kind=TopicInput.CONCEPT_VERSION, wished_kind=ItemKind.DECISION, planned_minutes=None,
        is_public=not version.concept.is_confidential,
    )  # fmt: skip
    submission = ConceptSubmission(version=version, topic=topic, in_force_from=in_force_from, submitted_by=by)
    db.session.add(submission)
    db.session.flush()
    _add_papers(submission, before, store=store, by=by)
    if is_accepted:
        topic.state = TopicState.ACCEPTED
    if place.meeting is not None:
        take_topics(place.meeting, [topic], store=store, by=by)
    db.session.flush()
    return submission


def reopen_version(version: ConceptVersion, *, by: User) -> None:
    """Write on a draft that was submitted; where it lies before a committee its papers are renewed afterwards."""
    versions.reopen(version)


def renew_papers(submission: ConceptSubmission, *, store: PaperStore, by: User) -> None:
    """Draft and Synopse as they are now take the place of those that lie before the committee."""
    version = submission.version
    if submission.item_id is not None:
        raise DomainError("Über diesen Entwurf ist schon entschieden.")
    if version.state is VersionState.DRAFT:
        versions.submit(version)
    if submission.text_print == print_of(version):
        return
    before = _version_before(version, by)
    _add_papers(submission, before, store=store, by=by)
    if before is not None:
        _renew_extent(submission, _extent(before, version))


def _renew_extent(submission: ConceptSubmission, words: str) -> None:
    # The sentence that counts the changed sections; whatever else the office wrote around it stays.
    submission.topic.purpose = EXTENT.sub(words, submission.topic.purpose)
    for item in _waiting(submission):
        item.description = EXTENT.sub(words, item.description)
    db.session.flush()


def _waiting(submission: ConceptSubmission) -> list[AgendaItem]:
    # Items of meetings whose agenda may still be changed.
    return [item for item in submission.topic.items if why_fixed(item.meeting) is None]


def _extent(before: ConceptVersion, version: ConceptVersion) -> str:
    return f"Umfang: {synopsis_of(before, version).summary}."


def _add_papers(
    submission: ConceptSubmission, before: ConceptVersion | None, *, store: PaperStore, by: User
) -> None:  # fmt: skip
    version = submission.version
    text = concept_content(by, version, folder=store.folder)
    draft = Upload(_file_name("Entwurf", version), concept_pdf.as_pdf(text))
    synopsis = None
    if before is not None:
        content = synopsis_content(version.concept, before, version, only_changes=True)
        synopsis = Upload(_file_name("Synopse", version), synopsis_pdf.as_pdf(content))
    annexes = [(row.label, Upload(row.file_name, files.read(store.folder, row.stored_name))) for row in version.annexes]
    owners: list[Topic | AgendaItem] = [submission.topic, *_waiting(submission)]
    for owner in owners:
        _replace(owner, version, PaperKind.DECISION_PAPER, f"Entwurf: {version.label}", draft, store, by)
        if synopsis is not None and before is not None:
            title = f"Synopse: {before.label} und {version.label}"
            _add(owner, version, PaperKind.PAPER, title, synopsis, store, by)
        for title, annex in annexes:
            _add(owner, version, PaperKind.PAPER, title, annex, store, by)
    submission.text_print = print_of(version)
    db.session.flush()


def _replace(
    owner: Topic | AgendaItem, version: ConceptVersion, kind: PaperKind, title: str, upload: Upload, store: PaperStore,
    by: User,
) -> None:  # fmt: skip
    for paper in [p for p in owner.papers if p.concept_version_id == version.id and p.withdrawn_at is None]:
        papers.withdraw_paper(paper, by=by)
    _add(owner, version, kind, title, upload, store, by)


def _add(
    owner: Topic | AgendaItem, version: ConceptVersion, kind: PaperKind, title: str, upload: Upload, store: PaperStore,
    by: User,
) -> None:  # fmt: skip
    roomy = PaperStore(store.folder, max(store.most_bytes, len(upload.data)))
    (paper,) = papers.add_papers(owner, [upload], kind=kind, store=roomy, by=by)
    paper.title, paper.concept_version_id = title, version.id


def _version_before(version: ConceptVersion, by: User) -> ConceptVersion | None:
    # The version the draft was begun with, or the newest with a text that is or was in force.
    with_text = versions_with_text(version.concept)
    known = [v for v in list_versions(by, version.concept) if v.id in with_text and v.id != version.id]
    begun_with = next((v for v in known if v.id == version.based_on_id), None)
    return begun_with or next((v for v in known if v.was_in_force and v.number < version.number), None)


def _purpose(version: ConceptVersion, before: ConceptVersion | None) -> str:
    name = f"„{version.concept.title}“ ({version.concept.kind.label})"
    if before is None:
        return f"{name} liegt im Entwurf „{version.label}“ vor. Der vollständige Text liegt bei."
    return (
        f"{name} soll fortgeschrieben werden. Vorgelegt wird der Entwurf „{version.label}“; er beruht auf "
        f"„{before.label}“.\n\n{_extent(before, version)}\n\nWas sich im Wortlaut ändert und "
        "warum, zeigt die beigefügte Synopse. Der vollständige Text liegt bei."
    )


def _proposal(version: ConceptVersion, before: ConceptVersion | None, in_force_from: date | None) -> str:
    since = f"ab dem {date_text(in_force_from)}" if in_force_from else "ab dem Tag des Beschlusses"
    follows = f" und löst „{before.label}“ ab" if before is not None and before.was_in_force else ""
    return (
        f"„{version.concept.title}“ wird in der vorgelegten Fassung „{version.label}“ beschlossen. "
        f"Diese Fassung gilt {since}{follows}."
    )


def _file_name(word: str, version: ConceptVersion) -> str:
    name = f"{word} {version.concept.title}, {version.label}".replace("/", "-").replace("\\", "-")
    return clean_name(f"{name[:140]}.pdf")
