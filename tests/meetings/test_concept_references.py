"""References of resolutions and work orders to concepts: fixed or dynamic, both ways, to a section, confidential."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from govern.actions.models import OrderReference, WorkOrderState
from govern.audit import AuditEntry
from govern.db import db, now
from govern.documents.models import Concept, VersionState
from govern.documents.sections import SectionText
from govern.meetings.models import MeetingState, Resolution, ResolutionReference
from tests.conftest import Client
from tests.documents.test_concepts import make_concept, make_version
from tests.factories import (
    make,
    make_committee,
    make_item,
    make_meeting,
    make_member,
    make_office_user,
    make_resolution,
    make_work_order,
)

TEXT = (SectionText("Lage", "Alt.", key="lage"), SectionText("Ziele", "Ankommen.", key="ziele"))
NEWER = (SectionText("Ziele", "Ankommen und bleiben.", key="ziele"),)


def world(**concept: Any) -> tuple[Concept, Resolution, Any]:
    """A concept in force with two sections, and a resolution of a meeting closed long ago."""
    committee = make_committee()
    made = make_concept(committee, **concept)
    make_version(made, VersionState.IN_FORCE, TEXT, label="Fassung 2021", in_force_from="2021-03-17")
    meeting = make_meeting(committee, state=MeetingState.CLOSED, closed_at=now(), is_public=True)
    resolution = make_resolution(make_item(meeting), number="LG-B-2022-01", year=2022, sequence_number=1)
    db.session.commit()
    return made, resolution, committee


@pytest.mark.proves("F3")
def test_an_old_resolution_leads_to_what_is_in_force_now_and_a_fixed_reference_to_its_version(client: Client) -> None:
    concept, resolution, committee = world()
    words, first = resolution.text, concept.versions[0].id
    client.sign_in(make_office_user(committee))
    address = f"/beschluesse/{resolution.id}/konzepte"
    assert concept.title in client.get(address).text
    form = f"{address}?konzept={concept.id}"
    assert "in der jeweils geltenden Fassung" in client.get(form).text
    assert client.post(form, data={"fassung": "", "abschnitt": "ziele"}).status_code in (302, 303)
    assert client.post(form, data={"fassung": first, "abschnitt": ""}).status_code in (302, 303)
    assert client.post(form, data={"fassung": first, "abschnitt": ""}).status_code == 422
    make_version(concept, VersionState.IN_FORCE, NEWER, label="Fassung 2025", in_force_from="2025-02-01")
    page = client.get(f"/beschluesse/{resolution.id}").text
    dynamic = f"/konzepte/{concept.id}/geltend?abschnitt=ziele#a-ziele"
    assert dynamic in page
    assert f"/fassungen/{first}" in page
    assert db.session.get_one(Resolution, resolution.id).text == words
    newest = next(v.id for v in concept.versions if v.label == "Fassung 2025")
    assert (
        client.get(dynamic.split("#")[0]).headers["Location"].endswith(f"/fassungen/{newest}?abschnitt=ziele#a-ziele")
    )
    assert client.post(form, data={"fassung": newest, "abschnitt": "lage"}).status_code == 422


@pytest.mark.proves("F3", "F8")
def test_a_dynamic_reference_to_a_concept_that_went_into_another_leads_on(client: Client) -> None:
    concept, resolution, committee = world()
    first = concept.versions[0].id
    client.sign_in(make_office_user(committee))
    form = f"/beschluesse/{resolution.id}/konzepte?konzept={concept.id}"
    client.post(form, data={"fassung": first, "abschnitt": ""})
    concept.merged_into = into = make_concept(committee, title="Teilhabe im Kreis", is_confidential=True)
    db.session.commit()
    page = f"/beschluesse/{resolution.id}"
    assert "aufgegangen in" not in client.get(page).text  # who refers to one version means that one
    client.post(form, data={"fassung": "", "abschnitt": ""})
    shown = client.get(page).text
    assert f'aufgegangen in <a href="/konzepte/{into.id}/geltend">Teilhabe im Kreis</a>' in shown
    client.sign_in(make_member(make_committee()))
    assert "Teilhabe im Kreis" not in client.get(page).text


@pytest.mark.proves("F3")
def test_the_concept_names_what_refers_to_it_and_a_reference_can_be_taken_back(client: Client) -> None:
    concept, resolution, committee = world()
    order = make_work_order(committee, task="Netz der Paten aufbauen")
    db.session.commit()
    office = make_office_user(committee)
    client.sign_in(office)
    for owner in (f"/beschluesse/{resolution.id}", f"/arbeitsauftraege/{order.id}"):
        client.post(f"{owner}/konzepte?konzept={concept.id}", data={"fassung": "", "abschnitt": ""})
        assert f"/konzepte/{concept.id}/geltend" in client.get(owner).text
    page = client.get(f"/konzepte/{concept.id}").text
    assert f"/beschluesse/{resolution.id}" in page
    assert "Netz der Paten aufbauen" in page
    for model, owner in ((ResolutionReference, f"/beschluesse/{resolution.id}"),
                         (OrderReference, f"/arbeitsauftraege/{order.id}")):  # fmt: skip
        row = db.session.query(model).one()
        assert row.added_by_id == office.id
        client.post(f"{owner}/konzepte/entfernen", data={"bezug": row.id})
        assert f"/konzepte/{concept.id}/geltend" not in client.get(owner).text
        db.session.expire_all()
        assert db.session.query(model).one().removed_by_id == office.id
        assert client.post(f"{owner}/konzepte/entfernen", data={"bezug": row.id}).status_code in (302, 303)


@pytest.mark.proves("F3")
def test_neither_end_tells_of_the_other_to_whom_may_not_read_it(client: Client) -> None:
    concept, resolution, committee = world(is_confidential=True, title="Geheimes Konzept")
    other = make_concept(title="Offenes Konzept")
    hidden = make_resolution(make_item(resolution.item.meeting, is_public=False))  # type: ignore[union-attr]
    db.session.commit()
    client.sign_in(make_office_user(committee))
    client.post(f"/beschluesse/{resolution.id}/konzepte?konzept={concept.id}", data={"fassung": "", "abschnitt": ""})
    client.post(f"/beschluesse/{hidden.id}/konzepte?konzept={other.id}", data={"fassung": "", "abschnitt": ""})
    assert hidden.text in client.get(f"/konzepte/{other.id}").text
    client.sign_in(make_member(make_committee()))
    page = client.get(f"/beschluesse/{resolution.id}")
    assert page.status_code == 200
    assert "Geheimes Konzept" not in page.text
    assert client.get(f"/beschluesse/{resolution.id}/konzepte").status_code == 403
    page = client.get(f"/konzepte/{other.id}")
    assert page.status_code == 200
    assert hidden.text not in page.text


@pytest.mark.proves("F3", "I8")
def test_the_page_of_a_version_names_what_is_fixed_to_it_as_far_as_one_may_read_it(client: Client) -> None:
    concept, resolution, committee = world()
    first = concept.versions[0].id
    hidden = make_resolution(make_item(resolution.item.meeting, is_public=False))  # type: ignore[union-attr]
    order = make_work_order(committee, task="Netz der Paten aufbauen")
    db.session.commit()
    client.sign_in(make_office_user(committee))
    owners = [f"/beschluesse/{resolution.id}", f"/beschluesse/{hidden.id}", f"/arbeitsauftraege/{order.id}"]
    for owner in owners:
        client.post(f"{owner}/konzepte?konzept={concept.id}", data={"fassung": first, "abschnitt": "ziele"})
    page = client.get(f"/fassungen/{first}").text
    assert "Wer sich auf diese Fassung bezieht" in page
    assert all(f'href="{owner}"' in page for owner in owners)
    assert "in dieser Fassung, Abschnitt 2 Ziele" in page
    newest = make_version(concept, VersionState.IN_FORCE, NEWER, label="Fassung 2025", in_force_from="2025-02-01").id
    client.post(f"{owners[0]}/konzepte?konzept={concept.id}", data={"fassung": "", "abschnitt": ""})
    assert "Wer sich auf diese Fassung bezieht" not in client.get(f"/fassungen/{newest}").text
    client.sign_in(make_member(make_committee()))
    page = client.get(f"/fassungen/{first}").text
    assert f'href="{owners[0]}"' in page
    assert hidden.text not in page
    assert "Netz der Paten" not in page
    client.sign_in(make_office_user(committee))
    row = db.session.query(OrderReference).one()
    client.post(f"{owners[2]}/konzepte/entfernen", data={"bezug": row.id})
    assert "Netz der Paten" not in client.get(f"/fassungen/{first}").text


@pytest.mark.proves("F3", "I8")
def test_what_one_may_not_read_is_neither_named_nor_taken_back_by_its_number(client: Client) -> None:
    concept, resolution, committee = world(title="Offenes Konzept")
    draft = make_version(concept, VersionState.WITHDRAWN, TEXT, label="Heimlicher Entwurf")
    secret = make_concept(make_committee(), title="Geheimes Konzept", is_confidential=True)
    make(ResolutionReference(resolution_id=resolution.id, concept_id=concept.id, version_id=draft.id,
                             section_key="lage", section_title="Heimliche Lage"))  # fmt: skip
    hidden = make(ResolutionReference(resolution_id=resolution.id, concept_id=secret.id, section_key="x",
                                      section_title="Geheimer Abschnitt"))  # fmt: skip
    noted = sa.select(AuditEntry).where(AuditEntry.kind == "resolution_reference", AuditEntry.object_id == hidden.id)
    assert db.session.scalars(noted).one().is_restricted
    client.sign_in(make_office_user(committee))
    form = client.get(f"/beschluesse/{resolution.id}/konzepte?konzept={concept.id}").text
    assert "Heimlicher Entwurf" not in form
    client.post(f"/beschluesse/{resolution.id}/konzepte/entfernen", data={"bezug": hidden.id})
    db.session.expire_all()
    assert hidden.removed_at is None
    assert "Heimliche" in client.get(f"/konzepte/{concept.id}").text
    client.sign_in(make_member(make_committee()))
    for path in (f"/konzepte/{concept.id}", f"/beschluesse/{resolution.id}"):
        page = client.get(path)
        assert page.status_code == 200
        assert "Heimlich" not in page.text


@pytest.mark.proves("F3")
def test_what_was_only_noted_is_removed_together_with_its_references(client: Client) -> None:
    concept, _resolution, committee = world()
    meeting = make_meeting(committee, state=MeetingState.IN_SESSION)
    noted = make_resolution(make_item(meeting))
    draft = make_work_order(committee, state=WorkOrderState.DRAFT, number=None, year=None, sequence_number=None,
                            issued_on=None)  # fmt: skip
    db.session.commit()
    client.sign_in(make_office_user(committee))
    whole = {"fassung": "", "abschnitt": ""}
    for owner in (f"/beschluesse/{noted.id}", f"/arbeitsauftraege/{draft.id}"):
        assert client.post(f"{owner}/konzepte?konzept={concept.id}", data=whole).status_code == 303
    assert client.post(f"/sitzungen/{meeting.id}/beschluesse/{noted.id}/entfernen").status_code == 303
    assert client.post(f"/arbeitsauftraege/{draft.id}/entfernen").status_code == 303
    assert [db.session.query(model).count() for model in (ResolutionReference, OrderReference)] == [0, 0]
