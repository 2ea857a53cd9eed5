"""Drafts: begun from the version in force, written by several at once, looked through, adopted."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from lxml import html

from govern.db import db
from govern.documents.leftovers import HintKind, Passage, hints
from govern.documents.models import ConceptChange, ConceptSection, ConceptVersion, LateText, VersionState
from govern.documents.queries.drafts import load_desk
from govern.documents.queries.sections import outline
from govern.documents.sections import SectionText
from govern.documents.services import drafts
from govern.documents.services.versions import fingerprint_of
from govern.errors import Conflict, DomainError
from govern.formats import today
from tests.conftest import Client
from tests.documents.test_concepts import make_concept, make_version
from tests.factories import make_coordinator, make_user

TEXT = (
    SectionText("Ziele", "Erster Absatz.\n\nZweiter Absatz.", key="ziele"),
    SectionText("Stellen", "Für das Case-Management.", key="stellen",
                sections=(SectionText("Anteile", "x", key="anteile"),)),
    SectionText("Gremien", "Die Lenkungsgruppe tagt zweimal im Jahr.", key="gremien"),
)  # fmt: skip


@pytest.fixture
def draft(client: Client) -> ConceptVersion:
    """A draft from a version in force, with the coordination signed in."""
    concept = make_concept()
    make_version(concept, VersionState.IN_FORCE, TEXT, label="Erste", in_force_from="2024")
    client.sign_in(make_coordinator())
    answer = client.post(f"/konzepte/{concept.id}/entwurf", data={"label": "Zweite"})
    made = db.session.query(ConceptVersion).filter_by(label="Zweite").one()
    assert answer.location == f"/fassungen/{made.id}/entwurf"
    return made


def section(draft: ConceptVersion, key: str) -> ConceptSection:
    return db.session.query(ConceptSection).filter_by(version_id=draft.id, key=key).populate_existing().one()


def titles(draft: ConceptVersion) -> list[str]:
    db.session.expire_all()
    return [line.title for line in outline(draft)]


def test_a_draft_begins_with_the_version_in_force_and_says_what_changed_and_why(
    client: Client, draft: ConceptVersion
) -> None:
    assert titles(draft) == ["1 Ziele", "2 Stellen", "2.1 Anteile", "3 Gremien"]
    again = client.post(f"/konzepte/{draft.concept_id}/entwurf", data={"label": "Noch einer"})
    assert again.status_code == 422
    row = section(draft, "gremien")
    data = {"heading": "Gremien", "text": "Die Lenkungsgruppe tagt dreimal im Jahr.", "version": row.revision,
            "reason": "Beschluss LG-B-2026-07", "link": "https://kreis.example/b/7"}  # fmt: skip
    assert client.post(f"/abschnitte/{row.id}", data=data).status_code == 303
    for old_and_new in ("", f"?neu={draft.id}"):
        page = client.get(f"/konzepte/{draft.concept_id}/synopse{old_and_new}").text
        assert "Anlass: Beschluss LG-B-2026-07" in page
    desk = load_desk(draft)
    assert [(entry.line.row.key, entry.change) for entry in desk.changed] == [("gremien", "geändert")]
    page = client.get(f"/fassungen/{draft.id}/entwurf").text
    assert "Beschluss LG-B-2026-07" in page
    assert 'href="https://kreis.example/b/7"' in page
    bad = client.post(f"/abschnitte/{row.id}", data={**data, "version": "9", "link": "javascript:alert(1)"})
    assert bad.status_code == 422
    client.sign_in(make_user())
    assert client.get(f"/fassungen/{draft.id}/entwurf").status_code == 404


def test_text_saves_itself_and_what_comes_too_late_is_kept_and_merged_by_hand(
    client: Client, draft: ConceptVersion
) -> None:
    row = section(draft, "ziele")
    path, typed = f"/abschnitte/{row.id}", {"heading": "Ziele", "version": row.revision, "autosave": "1"}
    answer = client.post(path, data={**typed, "text": "Erster Absatz.\n\nZweiter Absatz.\n\nVon mir."})
    assert (answer.status_code, answer.headers["X-Version"]) == (204, "2")
    assert answer.headers["X-Words"] == "7"
    late = client.post(path, data={**typed, "text": "Neu vorn.\n\nErster Absatz.\n\nZweiter Absatz."},
                       headers={"HX-Request": "true"})  # fmt: skip
    assert late.status_code == 409
    for words in ("Von mir.", "Neu vorn.", "Zusammengeführter Text"):
        assert words in late.text
    assert section(draft, "ziele").text.endswith("Von mir.")
    kept = db.session.query(LateText).one()
    assert (kept.text, kept.settled_at) == ("Neu vorn.\n\nErster Absatz.\n\nZweiter Absatz.", None)
    page = client.get(path).text
    assert "Aufgehobener Text" in page
    decided = {"adopted_by": "Kreistag", "adopted_on": "2026", "result": "unanimous"}
    plain = {"heading": "Meine Ziele", "version": "1", "text": "Neu vorn.", "reason": "Mein Grund"}
    answer = client.post(path, data=plain)
    assert answer.status_code == 409
    assert "Mein Grund" in answer.text
    assert "Inzwischen heißt der Abschnitt „Ziele“." in answer.text
    assert client.post(f"/fassungen/{draft.id}/beschluss", data=decided).status_code == 422
    facts = {"label": draft.label, "state": "in_force", "version": fingerprint_of(draft)}
    refused = client.post(f"/fassungen/{draft.id}/bearbeiten", data=facts)
    assert (refused.status_code, "warten noch aufgehobene Texte" in refused.text) == (422, True)
    merged = "Neu vorn.\n\nErster Absatz.\n\nZweiter Absatz.\n\nVon mir."
    client.post(path, data={"heading": "Ziele", "version": "2", "text": merged})
    db.session.expire_all()
    assert section(draft, "ziele").text == merged
    assert kept.settled_at is not None


def test_sections_are_added_moved_split_and_removed_with_a_reason_and_keep_their_key(
    client: Client, draft: ConceptVersion
) -> None:
    stellen, gremien, ziele = (section(draft, key) for key in ("stellen", "gremien", "ziele"))
    client.post(f"/abschnitte/{gremien.id}/verschieben", data={"direction": "up"})
    assert titles(draft) == ["1 Ziele", "2 Gremien", "3 Stellen", "3.1 Anteile"]
    assert [(entry.line.row.key, entry.change) for entry in load_desk(draft).changed] == [("gremien", "verschoben")]
    client.post(f"/abschnitte/{stellen.id}/verschieben", data={"direction": "in"})
    assert titles(draft) == ["1 Ziele", "2 Gremien", "2.1 Stellen", "2.1.1 Anteile"]
    client.post(f"/abschnitte/{stellen.id}/verschieben", data={"direction": "out"})
    assert titles(draft) == ["1 Ziele", "2 Gremien", "3 Stellen", "3.1 Anteile"]
    client.post(f"/abschnitte/{ziele.id}/teilen", data={"heading": "Wege", "at": "1", "version": ziele.revision})
    assert titles(draft)[:2] == ["1 Ziele", "2 Wege"]
    assert section(draft, "ziele").text == "Erster Absatz."
    client.post(f"/fassungen/{draft.id}/abschnitte/neu", data={"heading": "Ausblick", "after": ""})
    assert titles(draft)[-1] == "5 Ausblick"
    assert client.post(f"/abschnitte/{stellen.id}/entfernen", data={"reason": "x"}).status_code == 422
    anteile = section(draft, "anteile")
    assert client.post(f"/abschnitte/{anteile.id}/entfernen", data={"reason": ""}).status_code == 422
    assert client.post(f"/abschnitte/{anteile.id}/entfernen", data={"reason": "steht im Plan"}).status_code == 303
    removed = db.session.query(ConceptChange).filter_by(section_key="anteile").one()
    assert (removed.reason, removed.text) == ("steht im Plan", "x")
    assert "Entfallen" in client.get(f"/fassungen/{draft.id}/entwurf").text
    assert {entry.line.row.key: entry.change for entry in load_desk(draft).lines}["stellen"] == "verschoben"


def test_words_are_found_first_and_then_replaced_in_the_whole_draft(client: Client, draft: ConceptVersion) -> None:
    path = f"/fassungen/{draft.id}/ersetzen"
    page = client.post(path, data={"old": "Absatz", "new": "Teil"}).text
    assert "2 Stellen" in page
    assert "nirgends im Entwurf" in client.post(path, data={"old": "Kein Wort von hier", "new": ""}).text
    assert section(draft, "ziele").text.startswith("Erster Absatz")
    unseen = client.post(path, data={"old": "Absatz", "new": "Teil", "seen": "anderes", "replace": "1"})
    assert unseen.status_code == 200
    done = client.post(path, data={"old": "Absatz", "new": "Teil", "seen": "Absatz", "replace": "1"})
    assert done.status_code == 303
    assert section(draft, "ziele").text == "Erster Teil.\n\nZweiter Teil."


@pytest.mark.proves("F2", "F3")
def test_an_adopted_draft_is_in_force_and_fixed_and_a_rejected_one_is_written_on(
    client: Client, draft: ConceptVersion
) -> None:
    path = f"/fassungen/{draft.id}/beschluss"
    decided: dict[str, Any] = {"adopted_by": "Kreistag", "adopted_on": today().isoformat(), "result": "rejected"}
    assert client.post(path, data={"adopted_by": "Kreistag"}).status_code == 422
    assert client.post(path, data=decided).status_code == 303
    db.session.refresh(draft)
    assert (draft.state, draft.frozen_at) == (VersionState.DRAFT, None)
    client.post(path, data={**decided, "result": "unanimous", "proviso": "unter Vorbehalt"})
    db.session.refresh(draft)
    assert draft.state is VersionState.IN_FORCE
    assert draft.sha256 is not None
    first = db.session.query(ConceptVersion).filter_by(label="Erste").one()
    assert (first.state, first.ended_on) == (VersionState.SUPERSEDED, today().isoformat())
    answer = client.get(f"/konzepte/{draft.concept_id}/geltend")
    assert answer.location == f"/fassungen/{draft.id}"
    row = section(draft, "ziele")
    late = client.post(f"/abschnitte/{row.id}", data={"heading": "x", "text": "x", "version": row.revision})
    assert late.status_code == 422
    assert client.post(path, data={**decided, "result": "unanimous"}).status_code == 422


@pytest.mark.proves("F6")
def test_leftover_passages_dead_references_and_differing_numbers_are_pointed_out() -> None:
    def passage(key: str, heading: str, text: str) -> Passage:
        return Passage(key, heading, heading, text)

    found = hints([
        passage("a", "Stand Januar 2023", "2023 ist eine zweite Stelle vorgesehen. 2019 wurde das Konzept beschlossen. "
                "Ab März 2026 werden die Angebote erweitert."),
        passage("b", "Stellen", "Es gibt zwei Stellen für Einbürgerung. Siehe [[abschnitt:fort]] und Abschnitt 7.3."),
        passage("c", "Personal", "Besetzt sind 3,0 Stellen für die Einbürgerung und drei Case Manager:innen."),
        passage("d", "Team", "Die 3 Case-Manager:innen arbeiten in [[abschnitt:a]], Abschnitt 2. Zwei Stellen fehlen. "
                "Insgesamt sind 12 Stellen eingerichtet."),
        passage("e", "Geld", "Der Stellenplan weist 14 Stellen aus; davon sind 5 Stellen befristet."),
    ], status_date="2025-01", numbers=["1", "2", "3", "4", "5"])  # fmt: skip
    kinds = [(hint.kind, hint.key) for hint in found]
    assert kinds == [
        (HintKind.OLD_HEADING, "a"), (HintKind.OLD_DATE, "a"), (HintKind.GONE, "b"), (HintKind.GONE, "b"),
        (HintKind.NUMBERS, "b"), (HintKind.NUMBERS, "c"), (HintKind.NUMBERS, "d"), (HintKind.NUMBERS, "e"),
    ]  # fmt: skip
    assert (found[-1].passage, found[-1].reason) == ("14 Stellen", "Anderswo steht „12 Stellen“ in Team.")
    assert found[1].passage == "2023 ist eine zweite Stelle vorgesehen."


def test_a_split_section_takes_its_footnotes_along(draft: ConceptVersion) -> None:
    row, user = section(draft, "ziele"), make_coordinator()
    row.text = "Eins.[^1]\n\nZwei.[^b]\n\n[^1]: Erste\n[^b]: Zweite"
    db.session.flush()
    new = drafts.split_section(row, "Rest", at=1, revision=row.revision, by=user)
    assert (row.text, new.text) == ("Eins.[^1]\n\n[^1]: Erste", "Zwei.[^b]\n\n[^b]: Zweite")


def test_what_others_saved_since_a_page_was_loaded_is_split_replaced_and_removed_too(draft: ConceptVersion) -> None:
    loaded, user = section(draft, "ziele"), make_coordinator()
    newer = sa.update(ConceptSection).where(ConceptSection.id == loaded.id).values(text="Neu.\n\nWort.", revision=2)
    db.session.execute(newer.execution_options(synchronize_session=False))  # as another person's request does
    with pytest.raises(Conflict):
        drafts.split_section(loaded, "Rest", at=1, revision=1, by=user)
    db.session.execute(newer.values(text="Zuletzt.", revision=3).execution_options(synchronize_session=False))
    drafts.remove_section(loaded, reason="entfällt", by=user)
    assert db.session.query(ConceptChange).filter_by(kind="removed").one().text == "Zuletzt."
    with pytest.raises(DomainError, match="zu lang"):
        drafts.replace_words(draft, "Gremien", "G" * 301, reason=None, by=user)


def test_a_draft_of_one_who_types_on_keeps_one_late_text(client: Client, draft: ConceptVersion) -> None:
    row, user = section(draft, "ziele"), make_coordinator()
    identity, user_id = row.id, user.id
    drafts.keep_late_text(identity, "Ein Anf", revision=1, by_id=user_id)
    drafts.keep_late_text(identity, "Ein Anfang", revision=1, by_id=user_id)
    drafts.keep_late_text(identity, "Ein", revision=1, by_id=user_id)
    assert [late.text for late in db.session.query(LateText)] == ["Ein Anfang"]


def test_without_scripts_the_merged_text_stands_in_one_field_beside_all_that_was_typed(
    client: Client, draft: ConceptVersion
) -> None:
    row = section(draft, "gremien")
    path, based_on = f"/abschnitte/{row.id}", row.revision
    client.post(path, data={"heading": "Gremien", "version": based_on, "text": "Von anderen."})
    late = {"heading": "Gremien neu", "version": based_on, "text": "Von mir.", "reason": "Mein Grund"}
    answer = client.post(path, data=late)
    assert (answer.status_code, answer.text.count("<textarea")) == (409, 1)
    for typed in ("Gremien neu", "Von anderen.", "Von mir.", "Mein Grund", "noch nicht gespeichert"):
        assert typed in answer.text
    page = html.fromstring(answer.text)  # both texts are marked where they differ, and it is said
    (stored,), (mine,) = (page.xpath(f"//*[contains(@class, 'conflict__texts')]//{tag}") for tag in ("del", "ins"))
    assert (stored.text_content(), mine.text_content()) == (" [gestrichen: anderen] ", " [eingefügt: mir] ")
