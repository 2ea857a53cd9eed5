"""The county's concept in the demo: two invented versions after the real ones, a draft with reasons and leftovers."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import yaml

from govern.actions.models import OrderReference, WorkOrder
from govern.committees.models import Committee
from govern.db import db
from govern.demo.papers import paper_bytes
from govern.demo.texts import Text
from govern.documents.models import AdoptionResult, Concept, ConceptSection, ConceptVersion, VersionState
from govern.documents.sections import SectionText, Tree
from govern.documents.services import annexes, concepts, drafts, versions
from govern.documents.services.documents import Store, Upload
from govern.documents.services.references import Target, refer
from govern.meetings.models import Resolution, ResolutionReference
from govern.people.models import User

FILE = Path(__file__).with_name("concepts.yaml")


def make_concepts(committee: Committee, *, store: Store, by: User, today: date) -> None:
    """Everything that `concepts.yaml` describes: the county's own concept, filed and revised further."""
    data: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    concept = _own_concept(committee, by)
    sections: list[dict[str, str]] = []
    for text in data["versions"]:
        sections = text.get("sections") or _changed(sections, text["changes"])
        version = versions.record_version(concept, _facts(text, committee, today), text=_tree(sections, None), by=by)
        if "sent_to" in text:
            sent_on = (_day(text["adopted_days_ago"], today) + timedelta(days=7)).isoformat()
            versions.record_sending(version, recipient=text["sent_to"], sent_on=sent_on, note=None, by=by)
    label = data["draft"]["label"].format(year=today.year + 1)
    draft = drafts.start_draft(concept, label=label, day=today, by=by)
    _write(draft, data["draft"], by)
    _hand_in(draft, data["draft"]["annex"], today, store, by)
    _refer(concept, committee, by)


def _own_concept(committee: Committee, by: User) -> Concept:
    """The concept that stands first in the county's structure file, with its real history."""
    first = sa.select(Concept).where(Concept.body_id == by.body_id, Concept.key.is_not(None)).order_by(Concept.id)
    concept = db.session.scalars(first.limit(1)).one()
    return concepts.update_concept(
        concept, {"title": concept.title}, [committee], responsible=committee,
        bases=[basis.title for basis in concept.bases], merged_into=None, version=concepts.version_of(concept), by=by,
    )  # fmt: skip


def _hand_in(draft: ConceptVersion, text: Text, today: date, store: Store, by: User) -> None:
    data = paper_bytes(text["title"], text["text"], body=draft.concept.body.name, day=today)
    annexes.add_annex(draft, text["title"], Upload(text["file"], data), store=store, by=by)


def _refer(concept: Concept, committee: Committee, by: User) -> None:
    """The first resolution of the committee, and the first order, refer to whatever version is in force."""
    resolution = sa.select(Resolution.id).where(Resolution.committee_id == committee.id, Resolution.is_public)
    order = sa.select(WorkOrder.id).where(WorkOrder.committee_id == committee.id, WorkOrder.number.is_not(None))
    resolution_id = db.session.scalar(resolution.order_by(Resolution.id).limit(1))
    order_id = db.session.scalar(order.order_by(WorkOrder.id).limit(1))
    if resolution_id is not None:
        refer(ResolutionReference, {"resolution_id": resolution_id}, Target(concept), by=by)
    if order_id is not None:
        place = Target(concept, section_key="gremienarbeit", section_title="3.1 Gremienarbeit")
        refer(OrderReference, {"work_order_id": order_id}, place, by=by)


def _facts(text: Text, committee: Committee, today: date) -> dict[str, Any]:
    adopted_on = _day(text["adopted_days_ago"], today).isoformat()
    return {
        "label": text["label"], "status_date": _day(text["days_ago"], today).isoformat()[:7],
        "state": VersionState.IN_FORCE, "adopted_committee_id": committee.id, "adopted_on": adopted_on,
        "result": AdoptionResult(text["result"]), "proviso": text.get("proviso"), "in_force_from": adopted_on,
    }  # fmt: skip


def _write(draft: ConceptVersion, text: Text, by: User) -> None:
    for edit in text["edits"]:
        section = _section(draft, edit["key"])
        drafts.save_section(section, section.heading, edit["text"], revision=section.revision,
                            reason=edit.get("reason"), link=None, by=by)  # fmt: skip
    added = text["added"]
    new = drafts.add_section(draft, added["heading"], after=_section(draft, added["after"]), reason=added["reason"],
                             by=by)  # fmt: skip
    drafts.save_text(new, added["text"], revision=new.revision, by=by)


def _section(draft: ConceptVersion, key: str) -> ConceptSection:
    wanted = sa.select(ConceptSection).where(ConceptSection.version_id == draft.id, ConceptSection.key == key)
    return db.session.scalars(wanted).one()


def _changed(sections: list[dict[str, str]], changes: dict[str, str]) -> list[dict[str, str]]:
    return [{**section, "text": changes.get(section["key"], section["text"])} for section in sections]


def _tree(sections: list[dict[str, str]], parent: str | None) -> Tree:
    return tuple(
        SectionText(section["heading"], section["text"].strip(), key=section["key"],
                    sections=_tree(sections, section["key"]))
        for section in sections if section.get("below") == parent
    )  # fmt: skip


def _day(days_ago: int, today: date) -> date:
    return today - timedelta(days=days_ago)
