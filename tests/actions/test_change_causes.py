"""A passage of a concept names the matter, resolution or order behind its change, and each of them the passage."""

from __future__ import annotations

import io

import pytest
from docx import Document

from govern.actions.models import ChangeCause, Matter
from govern.db import db, now
from govern.documents.models import ConceptChange, ConceptSection, ConceptVersion, VersionState
from govern.documents.sections import SectionText
from govern.documents.services import drafts
from govern.formats import today
from govern.people.models import Role
from tests.conftest import Client
from tests.documents.test_concepts import make_concept, make_version
from tests.factories import (
    make_coordinator,
    make_matter,
    make_member,
    make_resolution,
    make_steering_group,
    make_user,
    make_work_order,
)

TEXT = (SectionText("Ziele", "Alle kommen an.", key="ziele"), SectionText("Kita", "Wie bisher.", key="kita"))


@pytest.fixture
def draft(client: Client) -> ConceptVersion:
    concept, user = make_concept(make_steering_group()), make_coordinator()
    make_version(concept, VersionState.IN_FORCE, TEXT, label="Fassung 1", in_force_from="2024")
    made = drafts.start_draft(concept, label="Fassung 2", day=today(), by=user)
    db.session.commit()
    client.sign_in(user)
    return made


def write(client: Client, draft: ConceptVersion, text: str, link: str, reason: str = "") -> int:
    row = db.session.query(ConceptSection).filter_by(version_id=draft.id, key="kita").one()
    data = {"heading": "Kita", "text": text, "version": row.revision, "link": link, "reason": reason}
    return client.post(f"/abschnitte/{row.id}", data=data).status_code


@pytest.mark.proves("L-5", "W-24")
def test_a_change_names_what_led_to_it_by_number_and_is_found_from_there(client: Client, draft: ConceptVersion) -> None:
    matter = make_matter(title="Zugang zur Kita")
    resolution = make_resolution(number="LG-B-2026-07")
    order = make_work_order(number="A-2026-12")
    for number, link in enumerate((matter.number.lower(), "LG-B-2026-07", "A-2026-12")):
        assert write(client, draft, f"Neu {number}.", link) == 303
    passage = f'href="/fassungen/{draft.id}?abschnitt=kita#a-kita"'
    page, desk = client.get(f"/fassungen/{draft.id}").text, client.get(f"/fassungen/{draft.id}/entwurf").text
    for address in (f"/luecken/{matter.id}", f"/beschluesse/{resolution.id}", f"/arbeitsauftraege/{order.id}"):
        assert f'href="{address}"' in page
        assert f'href="{address}"' in desk
        assert passage in client.get(address).text
    assert write(client, draft, "Neu 3.", "LG-B-2026-07", "Beratung in der Sitzung") == 303
    page = client.get(f"/konzepte/{draft.concept_id}/synopse?neu={draft.id}").text
    told = page.split("Anlass: ")[1]
    assert told.startswith("Beratung in der Sitzung, <a "), "no word is said twice: the numbers stand beside it"


def test_a_number_that_is_not_there_or_an_unsafe_address_is_refused_and_nothing_is_saved(
    client: Client, draft: ConceptVersion
) -> None:
    for link in ("L-2026-999", "javascript:alert(1)", "ftp://kreis.example/a"):
        assert write(client, draft, "Neu.", link) == 422
    assert db.session.query(ConceptChange).count() == db.session.query(ChangeCause).count() == 0
    assert write(client, draft, "Neu.", "https://kreis.example/gesetz", "Gesetz") == 303


@pytest.mark.proves("D-12")
def test_who_may_not_see_the_matter_or_the_draft_learns_of_neither(client: Client, draft: ConceptVersion) -> None:
    matter: Matter = make_matter(title="Geheim")
    assert write(client, draft, "Neu.", matter.number) == 303
    member = make_member(draft.concept.filings[0].committee)
    draft.state = VersionState.CONSULTATION
    db.session.commit()
    page = client.sign_in(member).get(f"/fassungen/{draft.id}?abschnitt=kita").text
    assert "Neu." in page
    assert f"/luecken/{matter.id}" not in page
    assert matter.number not in page
    matter.shared_at, draft.state = now(), VersionState.DRAFT
    db.session.commit()
    shared = client.sign_in(make_user(Role.CASE_MANAGER)).get(f"/luecken/{matter.id}")
    assert shared.status_code == 200
    assert "Fassung 2" not in shared.text


@pytest.mark.proves("L-5", "W-24")
def test_adding_removing_and_replacing_name_what_led_to_them_and_the_synopse_leads_there(
    client: Client, draft: ConceptVersion
) -> None:
    matter, resolution = make_matter(title="Zugang zur Kita"), make_resolution(number="LG-B-2026-07")
    kita = db.session.query(ConceptSection).filter_by(version_id=draft.id, key="kita").one()
    new = {"heading": "Schule", "after": "", "reason": "", "link": matter.number}
    assert client.post(f"/fassungen/{draft.id}/abschnitte/neu", data=new).status_code == 303
    swap = {"old": "Alle", "new": "Alle Menschen", "seen": "Alle", "replace": "1", "link": "LG-B-2026-07", "reason": ""}
    assert client.post(f"/fassungen/{draft.id}/ersetzen", data=swap).status_code == 303
    assert client.post(f"/abschnitte/{kita.id}/entfernen", data={"reason": "", "link": ""}).status_code == 422
    assert client.post(f"/abschnitte/{kita.id}/entfernen", data={"link": matter.number}).status_code == 303
    assert db.session.query(ChangeCause).count() == 3
    page = client.get(f"/konzepte/{draft.concept_id}/synopse?neu={draft.id}").text
    assert page.count(f'<a href="/luecken/{matter.id}">Lücke {matter.number}</a>') == 2
    assert f'<a href="/beschluesse/{resolution.id}">Beschluss LG-B-2026-07</a>' in page
    word = Document(io.BytesIO(client.get(f"/konzepte/{draft.concept_id}/synopse.docx?neu={draft.id}").data))
    assert f"Anlass: Lücke {matter.number}" in [p.text for p in word.paragraphs]
    draft.state = VersionState.CONSULTATION
    db.session.commit()
    member = make_member(draft.concept.filings[0].committee)
    hidden = client.sign_in(member).get(f"/konzepte/{draft.concept_id}/synopse?neu={draft.id}").text
    assert "Lücke aus der Praxis" in hidden
    assert matter.number not in hidden
