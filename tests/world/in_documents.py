"""Concepts of the small county: open and confidential ones, each with a version in force, a draft and one on offer."""

from __future__ import annotations

from govern.committees.models import Committee
from govern.db import db
from govern.documents import policies_concepts as policies
from govern.documents.models import (
    Concept,
    ConceptFiling,
    ConceptImport,
    ConceptKind,
    ConceptSection,
    ConceptVersion,
    VersionState,
)
from govern.meetings import policies as meetings
from govern.meetings.models import ConceptSubmission
from tests.factories import make, make_topic
from tests.world.roles import World


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
