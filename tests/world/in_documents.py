"""Concepts of the small county: open and confidential ones, each with a version in force, a draft and one on offer."""

from __future__ import annotations

from datetime import timedelta

from govern.committees.models import Committee
from govern.db import db, now
from govern.documents import policies_concepts as policies
from govern.documents import policies_consultations as consultations
from govern.documents.models import (
    Comment,
    CommentAnswer,
    Concept,
    ConceptFiling,
    ConceptImport,
    ConceptKind,
    ConceptSection,
    ConceptVersion,
    Consultation,
    ConsultationInvitation,
    ConsultationParty,
    ConsultedSection,
    Outcome,
    VersionState,
)
from govern.formats import today
from govern.meetings import policies as meetings
from govern.meetings.models import ConceptSubmission
from govern.people.models import User
from tests.factories import make, make_municipality, make_topic
from tests.world.roles import Rule, World


def add_consultation(world: World, name: str, version: ConceptVersion, committee: Committee) -> None:
    """A running consultation that shows the comments of others, and one that is over and does not."""
    town = make_municipality()
    for stage in ("over", "running"):
        is_over = stage == "over"
        consultation = Consultation(version_id=version.id, until=today() + timedelta(days=20), shows_others=not is_over,
                                    parties=[ConsultationParty(committee=committee)],
                                    ended_at=now() if is_over else None)  # fmt: skip
        world.note(f"{name} {stage}", make(consultation))
        consultation.question = f"Frage {world.word_on(consultation, consultations.can_view_consultation)}"
        word = world.word_on(consultation, consultations.can_view_consultation)
        section = make(ConsultedSection(consultation_id=consultation.id, key="a3", position=1, depth=1, number="1",
                                        heading=f"Ziel {word}", text=f"Text {word}",
                                        html=f"<p>Text {word}</p>"))  # fmt: skip
        invited = ConsultationInvitation(consultation_id=consultation.id, address="amt@muster.example", name="x",
                                         organisation_id=town.id)  # fmt: skip
        make(invited).name = world.word_on(consultation, consultations.can_keep_consultation)
        for number, author in enumerate(("holder", "coordinator"), start=1):
            comment = Comment(consultation_id=consultation.id, number=number, section_id=section.id, text="x",
                              on_behalf_of="x", author_id=world.users[author], starts_at=0,
                              passage="Text", proposal="x")  # fmt: skip
            world.note(f"{name} {stage} {number}", make(comment))
            comment.text = comment.on_behalf_of = world.word_on(comment, consultations.can_view_comment)
            comment.proposal = world.word_on(comment, consultations.can_view_comment)
            word = world.word_on(comment, consultations.can_view_comment,
                                 lambda user, row: consultations.reads_answers(user, row.consultation))  # fmt: skip
            make(CommentAnswer(comment_id=comment.id, number=1, outcome=Outcome.NOT_TAKEN, reason=word))


def reads_label_of(version_id: int) -> Rule:
    """Whoever reads a version, or is asked about it, reads what it is called."""

    def reads(user: User) -> bool:
        laid_open = db.session.query(Consultation).filter_by(version_id=version_id)
        return policies.can_view_version(user, db.session.get_one(ConceptVersion, version_id)) or any(
            consultations.can_view_consultation(user, one) for one in laid_open
        )

    return reads


def add_concepts(world: World, name: str, committee: Committee) -> None:
    for kind in ("open", "confidential"):
        concept = Concept(body_id=committee.body_id, title="x", sort_title="x", kind=ConceptKind.CONCEPT,
                          is_confidential=kind == "confidential",
                          filings=[ConceptFiling(committee=committee)])  # fmt: skip
        world.note(f"{name} {kind}", make(concept))
        concept.title = f"Konzept {world.word_on(concept, policies.can_view_concept)}"
        concept.note = f"Hinweis {world.word_on(concept, policies.can_view_concept)}"
        states = (VersionState.IN_FORCE, VersionState.DRAFT, VersionState.CONSULTATION)
        for number, state in enumerate(states, start=1):
            version = ConceptVersion(concept_id=concept.id, number=number, label="x", state=state)
            world.note(f"{name} {kind} {state}", make(version))
            version.label = f"Fassung {world.word_on(version, policies.can_view_version)}"
            word = world.word_on(version, policies.can_view_version)
            section = ConceptSection(version_id=version.id, key=f"a{number}", position=1, heading=f"Ziel {word}",
                                     text=f"Text {word}", html=f"<p>Text {word}</p>", words=4)  # fmt: skip
            world.note(f"{name} {kind} {state}", make(section))
            if state is VersionState.CONSULTATION:
                add_consultation(world, f"{name} {kind}", version, committee)
                version.label = f"Fassung {world.word(reads_label_of(version.id))}"
        topic = make_topic(committee, is_public=kind == "open")
        topic.title = f"Vorlage {world.word_on(topic, meetings.can_view_topic)}"
        world.note(f"{name} {kind} submitted", make(ConceptSubmission(version_id=version.id, topic_id=topic.id)))
        read = ConceptImport(concept_id=concept.id, file_name="konzept.docx", notes=[])
        world.note(f"{name} {kind} read in", make(read))
        word = world.word_on(read, policies.can_edit_import)
        read.sections = [
            {"level": 1, "heading": f"Lage {word}", "text": f"Text {word}", "printed_number": None, "key": None}
        ]
    db.session.commit()
