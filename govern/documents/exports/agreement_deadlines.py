"""Reviews and ends of agreements in a calendar; one that is not for everybody is named by kind and number only."""

from __future__ import annotations

from datetime import date

from govern.calendars import Deadline
from govern.documents.models import Agreement


def deadlines_of_agreement(agreement: Agreement, base_url: str, host: str) -> list[Deadline]:
    """The day of its review, and its last day where that is known to the day."""
    days = [("ueberpruefung", "Überprüfen", agreement.review_on)]
    if agreement.valid_to is not None and len(agreement.valid_to) == 10:
        days.append(("ende", "Läuft aus", date.fromisoformat(agreement.valid_to)))
    url = f"{base_url}/vereinbarungen/{agreement.id}"
    return [
        Deadline(uid=f"vereinbarung-{kind}-{agreement.id}@{host}", title=f"{word}: {agreement.name_for_outside}",
                 day=day, url=url, changed_at=agreement.changed_at, sequence=agreement.revision,
                 description=f"Stand: {agreement.state.label}\nÖffnen: {url}")
        for kind, word, day in days if day is not None
    ]  # fmt: skip
