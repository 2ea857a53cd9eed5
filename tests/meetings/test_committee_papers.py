"""What a committee has is found in one place: rules, forms, papers of its meetings and circular resolutions (I3)."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from itertools import count
from typing import Any

import pytest

from govern.committees.models import Committee, MandateKind
from govern.db import db, now
from govern.documents.models import DocumentKind
from govern.meetings.models import (
    AgendaSupplement,
    CircularResolution,
    CircularState,
    JointCommittee,
    MeetingState,
    Paper,
    SupplementKind,
)
from tests.conftest import Client
from tests.documents.test_documents import make_document
from tests.factories import (
    make,
    make_committee,
    make_coordinator,
    make_item,
    make_meeting,
    make_member,
    make_office_user,
    make_user,
)

_numbers = count(1)


def paper(name: str, **values: Any) -> Paper:
    defaults = {"title": name, "file_name": f"{name}.pdf", "media_type": "application/pdf", "size": 2_048,
                "sha256": "0" * 64, "stored_name": f"unterlage-{next(_numbers)}"}  # fmt: skip
    return Paper(**{**defaults, **values})


def make_paper(name: str, **values: Any) -> Paper:
    return make(paper(name, **values))


def place(committee: Committee) -> str:
    return f"/gremien/{committee.id}/unterlagen"


@pytest.mark.proves("I3")
def test_rules_forms_and_papers_by_meeting_stand_in_one_place(client: Client) -> None:
    committee, other = make_committee(), make_committee()
    make_document(committee, title="Geschäftsordnung von 2024", kind=DocumentKind.RULES_OF_PROCEDURE)
    make_document(committee, title="Antrag auf Reisekosten", kind=DocumentKind.FORM)
    make_document(other, title="Fremdes Konzept")
    first, second = (
        make_meeting(committee, number=number, starts_at=now() - timedelta(days=days), state=MeetingState.RELEASED,
                     published_at=now() - timedelta(days=days + 20), closed_at=now(), released_at=now())
        for number, days in ((3, 90), (4, 30))
    )  # fmt: skip
    make_paper("Konzept-Sprachmittlung", item=make_item(first, title="Sprachmittlung im Jobcenter"))
    make_paper("Haushaltsplan", item=make_item(second))
    joint = make_meeting(other, number=8, published_at=now(), state=MeetingState.PUBLISHED)
    make(JointCommittee(meeting=joint, committee=committee))
    make_paper("Gemeinsame-Vorlage", item=make_item(joint))
    circular = make(CircularResolution(committee=committee, title="Neue Vertretung", proposed_resolution="Ja",
                                       state=CircularState.RUNNING, starts_at=now(), ends_at=now()))  # fmt: skip
    reasons = make_paper("Begründung", circular_resolution=circular)
    client.sign_in(make_member(committee))
    page = client.get(place(committee)).text
    words = ["Geschäftsordnung von 2024", "Antrag auf Reisekosten", "Gemeinsame-Vorlage.pdf", "Begründung.pdf",
             "4. Sitzung", "Haushaltsplan.pdf", "3. Sitzung", "Sprachmittlung im Jobcenter",
             "Konzept-Sprachmittlung.pdf"]  # fmt: skip
    assert [word for word in words if word not in page] == []
    assert page.index("4. Sitzung") < page.index("3. Sitzung")
    assert "Fremdes Konzept" not in page
    assert f"/umlaufbeschluesse/{circular.id}/unterlagen/{reasons.id}" in page
    assert f'href="{place(committee)}"' in client.get(f"/gremien/{committee.id}").text
    for query, found in {
        "?q=sprachmitt": ["Konzept-Sprachmittlung.pdf"],
        "?q=jobcenter": ["Konzept-Sprachmittlung.pdf"],
        "?q=reisekosten": ["Antrag auf Reisekosten"],
        "?art=form": ["Antrag auf Reisekosten"],
        "?art=dokumente": ["Geschäftsordnung von 2024", "Antrag auf Reisekosten"],
        "?art=sitzungen&q=haushalt": ["Haushaltsplan.pdf"],
        "?q=gibtesnicht": [],
    }.items():
        text = client.get(place(committee) + query, headers={"HX-Request": "true"}).text
        names = {"Antrag auf Reisekosten", "Geschäftsordnung von 2024", "Haushaltsplan.pdf",
                 "Konzept-Sprachmittlung.pdf"}  # fmt: skip
        assert {name for name in names if name in text} == set(found), query
        assert ("Nichts gefunden" in text) == (not found)


@pytest.mark.proves("I3", "D-10")
def test_everybody_finds_only_what_they_may_read(client: Client) -> None:
    committee = make_committee()
    make_document(committee, title="Vertrauliche Vereinbarung", is_confidential=True)
    sent = make_meeting(committee, published_at=now(), invited_at=now(), state=MeetingState.PUBLISHED, is_public=True)
    make_paper("Offenes", item=make_item(sent))
    make_paper("Personalie", item=make_item(sent, is_public=False))
    make_paper("Zurückgezogenes", item=make_item(sent), withdrawn_at=now())
    draft = make(AgendaSupplement(meeting=sent, number=1, kind=SupplementKind.SUPPLEMENT))
    make_paper("Nachtragsentwurf", item=make_item(sent), supplement=draft)
    make_paper("Entwurf", item=make_item(make_meeting(committee)))
    make_paper("Gelöschtes", item=make_item(make_meeting(committee, deleted_at=now())))
    secret = make(CircularResolution(committee=committee, title="X", proposed_resolution="X", is_public=False,
                                     state=CircularState.RUNNING, starts_at=now(), ends_at=now()))  # fmt: skip
    make_paper("Vertraulicher-Umlauf", circular_resolution=secret)
    everything = {"Vertrauliche Vereinbarung", "Offenes.pdf", "Personalie.pdf", "Zurückgezogenes.pdf", "Entwurf.pdf",
                  "Nachtragsentwurf.pdf", "Gelöschtes.pdf", "Vertraulicher-Umlauf.pdf"}  # fmt: skip
    circle = {"Vertrauliche Vereinbarung", "Offenes.pdf", "Personalie.pdf", "Vertraulicher-Umlauf.pdf"}
    for user, readable in (
        (make_user(), {"Offenes.pdf"}),
        (make_member(committee, MandateKind.DEPUTY), {"Offenes.pdf"}),
        (make_member(committee), circle),
        (make_office_user(committee), everything - {"Zurückgezogenes.pdf", "Gelöschtes.pdf"}),
        (make_coordinator(), everything - {"Zurückgezogenes.pdf", "Gelöschtes.pdf"}),
    ):
        page = client.sign_in(user).get(place(committee)).text
        assert {name for name in everything if name in page} == readable, user.function_label
        papers = len([name for name in readable if name.endswith(".pdf")])
        assert f'data-announce="{papers} Unterlage' in page


@pytest.mark.proves("I3")
def test_many_papers_are_paged_and_need_no_more_statements(
    client: Client, count_queries: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    committee = make_committee()
    item = make_item(make_meeting(committee, published_at=now(), state=MeetingState.PUBLISHED))
    make_paper("Blatt-00", item=item, position=0)
    make_document(committee, title="Formular 0")
    client.sign_in(make_office_user(committee))
    counts = []
    for papers, documents in ((53, 10), (0, 0)):
        with count_queries() as statements:
            client.get(place(committee))
        counts.append(len(statements))
        db.session.add_all(paper(f"Blatt-{n + 1:02d}", item=item, position=n + 1) for n in range(papers))
        db.session.commit()
        for n in range(documents):
            make_document(committee, title=f"Formular {n + 1}")
    assert counts[1] <= counts[0] <= 12
    first, second = (client.get(f"{place(committee)}?seite={n}").text for n in (1, 2))
    assert ("Blatt-49" in first, "Blatt-50" in first, "Blatt-50" in second) == (True, False, True)
    assert "Seite 2 von 2" in second
    assert "Alle Dokumente des Gremiums" in first
    assert "Formular 10" in client.get(place(committee) + "?art=dokumente").text
