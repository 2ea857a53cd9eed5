"""Concepts of the small county: open and confidential ones, each with a version in force, a draft and one on offer."""

from __future__ import annotations

import io
from datetime import timedelta
from itertools import cycle

from flask import current_app
from PIL import Image

from govern import files
from govern.committees.models import Committee
from govern.db import db, now
from govern.documents import policies_agreements as agreements
from govern.documents import policies_annexes as annexes
from govern.documents import policies_concepts as policies
from govern.documents import policies_consultations as consultations
from govern.documents import policies_images as images
from govern.documents.models import (
    Agreement,
    AgreementKind,
    AgreementParty,
    AgreementReview,
    AgreementState,
    AgreementStep,
    AgreementVersion,
    Comment,
    CommentAnswer,
    Concept,
    ConceptAnnex,
    ConceptFiling,
    ConceptImage,
    ConceptImport,
    ConceptKind,
    ConceptSection,
    ConceptVersion,
    Consultation,
    ConsultationInvitation,
    ConsultationParty,
    ConsultedSection,
    Outcome,
    PartyRole,
    VersionState,
)
from govern.formats import today
from govern.meetings import policies as meetings
from govern.meetings.models import AgreementResolution, ConceptSubmission, Resolution, ResolutionReference
from govern.people.models import Organisation, User
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


def add_annex(world: World, name: str, version: ConceptVersion) -> None:
    """A file handed in with a version; the database keeps what was adopted, so its words are there from the start."""
    version_id = version.id

    def reads(user: User) -> bool:
        found = db.session.query(ConceptAnnex).filter_by(version_id=version_id)
        return any(annexes.can_view_annex(user, one) for one in found)

    word = world.word(reads)
    stored = files.store(current_app.config["SETTINGS"].files, word.encode(), f"{word}.txt", most_bytes=1000)
    annex = ConceptAnnex(
        version_id=version.id, key="anlage", position=1, title=f"Karte {word}", file_name=stored.file_name,
        media_type=stored.media_type, size=stored.size, sha256=stored.sha256, stored_name=stored.stored_name,
    )  # fmt: skip
    world.note(name, make(annex))


def add_image(world: World, name: str, owner: ConceptVersion | ConceptImport) -> None:
    """A picture in a text; behind its one point stands a word that only its readers may get."""
    owned = {"version_id": owner.id} if isinstance(owner, ConceptVersion) else {"import_id": owner.id}

    def sees(user: User) -> bool:
        return any(images.can_view_image(user, one) for one in db.session.query(ConceptImage).filter_by(**owned))

    word = world.word(sees)
    picture = io.BytesIO()
    Image.new("L", (1, 1)).save(picture, "PNG")
    data = picture.getvalue() + word.encode()
    stored = files.store(current_app.config["SETTINGS"].files, data, f"{word}.png", most_bytes=1000)
    world.note(name, make(ConceptImage(**owned, key="bild", media_type="image/png", size=stored.size,
                                       sha256=stored.sha256, stored_name=stored.stored_name)))  # fmt: skip


def reads_label_of(version_id: int) -> Rule:
    """Whoever reads a version, or is asked about it, reads what it is called."""

    def reads(user: User) -> bool:
        laid_open = db.session.query(Consultation).filter_by(version_id=version_id)
        return policies.can_view_version(user, db.session.get_one(ConceptVersion, version_id)) or any(
            consultations.can_view_consultation(user, one) for one in laid_open
        )

    return reads


def add_reference(world: World, concept: Concept, committee: Committee) -> None:
    """Resolutions refer to the concept: told to whoever reads both."""
    concept_id = concept.id
    resolutions = db.session.query(Resolution).filter_by(committee_id=committee.id).order_by(Resolution.id)
    for resolution in resolutions.limit(2):

        def reads(user: User, resolution_id: int = resolution.id) -> bool:
            referring = db.session.get_one(Resolution, resolution_id)
            referred = db.session.get_one(Concept, concept_id)
            return meetings.can_view_resolution(user, referring) and policies.can_view_concept(user, referred)

        make(ResolutionReference(resolution_id=resolution.id, concept_id=concept.id, section_key="a1",
                                 section_title=f"Ziel {world.word(reads)}"))  # fmt: skip


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
            add_annex(world, f"{name} {kind} {state}", version)
            add_image(world, f"{name} {kind} {state}", version)
            if state is VersionState.CONSULTATION:
                add_consultation(world, f"{name} {kind}", version, committee)
                version.label = f"Fassung {world.word(reads_label_of(version.id))}"
        topic = make_topic(committee, is_public=kind == "open")
        topic.title = f"Vorlage {world.word_on(topic, meetings.can_view_topic)}"
        world.note(f"{name} {kind} submitted", make(ConceptSubmission(version_id=version.id, topic_id=topic.id)))
        add_reference(world, concept, committee)
        read = ConceptImport(concept_id=concept.id, file_name="konzept.docx", notes=[])
        world.note(f"{name} {kind} read in", make(read))
        add_image(world, f"{name} {kind} read in", read)
        word = world.word_on(read, policies.can_edit_import)
        read.sections = [
            {"level": 1, "heading": f"Lage {word}", "text": f"Text {word}", "printed_number": None, "key": None}
        ]
    db.session.commit()


def add_agreements(world: World, name: str, organisation: Organisation, committee: Committee) -> None:
    """A draft, one that is negotiated, and two in force: one for everybody, one for the parties.

    The last numbered resolutions of the committee decided them: neither end tells of the other.
    """
    decided = db.session.query(Resolution).filter_by(committee_id=committee.id).filter(Resolution.number.is_not(None))
    resolutions = cycle(decided.order_by(Resolution.id.desc()).limit(4).all())
    stages = {
        "draft": (AgreementState.DRAFT, True),
        "negotiated": (AgreementState.NEGOTIATION, True),
        "closed": (AgreementState.IN_FORCE, False),
        "public": (AgreementState.IN_FORCE, True),
    }
    for stage, (state, is_public) in stages.items():
        agreement = Agreement(
            body_id=organisation.body_id, kind=AgreementKind.COOPERATION_AGREEMENT, title="x", sort_title="x",
            state=state, is_public=is_public, valid_to=(today() + timedelta(days=9)).isoformat(), review_on=today(),
            parties=[AgreementParty(organisation_id=organisation.id, role=PartyRole.PARTNER, position=1)],
        )  # fmt: skip
        world.note(f"{name} {stage}", make(agreement))
        agreement.title = f"Vereinbarung {world.word_on(agreement, agreements.can_view_agreement)}"
        agreement.number = f"Az. {world.word_on(agreement, agreements.can_view_agreement)}"
        agreement.note = f"Hinweis {world.word_on(agreement, agreements.is_near)}"
        make(AgreementResolution(agreement_id=agreement.id, resolution_id=next(resolutions).id))
        make(AgreementStep(agreement_id=agreement.id, number=1, state=state,
                           reason=f"Anlass {world.word_on(agreement, agreements.is_near)}"))  # fmt: skip
        make(AgreementReview(agreement_id=agreement.id, number=1, reviewed_on=today(),
                             outcome=f"Bleibt {world.word_on(agreement, agreements.is_near)}"))  # fmt: skip
        for number, is_signed in enumerate((False, True), start=1):
            word = world.word_on(agreement, agreements.can_view_agreement if is_signed else agreements.is_near)
            stored = files.store(current_app.config["SETTINGS"].files, word.encode(), f"{word}.txt", most_bytes=1000)
            text = AgreementVersion(
                agreement_id=agreement.id, number=number, label=f"Fassung {word}", text=word, is_signed=is_signed,
                stored_name=stored.stored_name, file_name=stored.file_name, media_type=stored.media_type,
                size=stored.size, sha256=stored.sha256,
                note=f"Hinweis {world.word_on(agreement, agreements.is_near)}",
            )  # fmt: skip
            world.note(f"{name} {stage} {number}", make(text))
    db.session.commit()
