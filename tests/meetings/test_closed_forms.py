"""Where nothing of a meeting may change any more, no form opens, by whatever address."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from govern.meetings.models import MeetingState
from tests.conftest import Client
from tests.factories import make_coordinator, make_guest, make_item, make_meeting

FIXED = {
    "geschlossen": {"state": MeetingState.CLOSED, "closed_at": datetime(2026, 5, 1, tzinfo=UTC)},
    "abgesagt": {"state": MeetingState.CANCELLED, "cancelled_at": datetime(2026, 5, 1, tzinfo=UTC)},
    "im Papierkorb": {"deleted_at": datetime(2026, 5, 1, tzinfo=UTC)},
}


@pytest.mark.proves("D-11")
@pytest.mark.parametrize("state", FIXED)
def test_no_form_of_a_fixed_meeting_opens(client: Client, state: str) -> None:
    meeting = make_meeting(**FIXED[state])
    item, guest = make_item(meeting), make_guest(meeting)
    client.sign_in(make_coordinator())
    base, point = f"/sitzungen/{meeting.id}", f"/tagesordnungspunkte/{item.id}"
    for path in (
        f"{base}/bearbeiten", f"{base}/verschieben", f"{base}/absagen", f"{base}/tagesordnung/neu",
        f"{base}/tagesordnung/themen", f"{base}/gaeste/neu", f"/gaeste/{guest.id}/bearbeiten",
        f"{point}/bearbeiten", f"{point}/absetzen", f"{point}/unterlagen",
    ):  # fmt: skip
        answer = client.get(path)
        assert (answer.status_code, answer.location) == (303, base), path
        landing = client.get(base)
        assert landing.status_code == 200
        sentence = {"geschlossen": "Die Sitzung ist geschlossen.", "abgesagt": "Die Sitzung ist abgesagt;",
                    "im Papierkorb": "Die Sitzung liegt im Papierkorb."}[state]  # fmt: skip
        assert sentence in landing.text, path
        assert client.post(path, data={}).status_code in (303, 422), path
