"""What a browser may send about drafts of concepts that lie before committees."""

from __future__ import annotations

from collections.abc import Sequence

from wtforms import RadioField, SelectField

from govern.formats import date_short, one_line
from govern.meetings.models import Resolution
from govern.meetings.queries.concept_submissions import Place
from govern.people.forms.fields import date_field
from govern.web import GermanForm

NONE = 0
"""None of the resolutions decides on the draft."""


class SubmitVersionForm(GermanForm):
    """To which committee a draft goes, on which agenda, and from when on it is to be in force."""

    place = SelectField("Gremium und Sitzung")
    in_force_from = date_field("Soll gelten ab", description="Leer: ab dem Tag des Beschlusses.")

    def offer(self, places: Sequence[Place]) -> SubmitVersionForm:
        """Offer meetings and the topic store, by committee."""
        self._places = {place.key: place for place in places}
        self.place.choices = [(place.key, f"{place.committee.name}: {_words_of(place)}") for place in places]
        return self

    def chosen(self) -> Place:
        """Where it goes."""
        return self._places[self.place.data]


def _words_of(place: Place) -> str:
    meeting = place.meeting
    return f"{meeting.name}, {date_short(meeting.starts_at)}" if meeting is not None else "Themenspeicher"


class TakeOverForm(GermanForm):
    """Which resolution decides on a draft."""

    resolution = RadioField("Was gilt für den Entwurf?", coerce=int)

    def offer(self, resolutions: Sequence[Resolution], *, none: bool = True) -> TakeOverForm:
        """Offer the resolutions of the item and none of them; of circulars one is chosen."""
        self._resolutions = {row.id: row for row in resolutions}
        self.resolution.choices = [
            *((row.id, f"{'Angenommen' if row.is_adopted else 'Abgelehnt'}: {one_line(row.text, 160)}")
              for row in resolutions),
            *([(NONE, "Keiner davon: Der Entwurf wird weiter bearbeitet")] if none else []),
        ]  # fmt: skip
        return self

    def chosen(self) -> Resolution | None:
        """The resolution that counts; None: none of them."""
        return self._resolutions.get(self.resolution.data)
