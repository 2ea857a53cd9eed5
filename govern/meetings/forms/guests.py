"""What a browser may send to invite guests."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from wtforms import SelectField, StringField
from wtforms.validators import DataRequired, Length

from govern.errors import DomainError
from govern.meetings.forms.agendas import ManyChoices
from govern.meetings.forms.papers import papers_field
from govern.meetings.models import AgendaItem
from govern.meetings.queries.agendas import Entry
from govern.meetings.services.papers import Upload
from govern.people.forms.fields import VersionedForm, is_email, text_field
from govern.web import GermanForm

SHORT = Length(max=200, message="Höchstens 200 Zeichen.")


class GuestForm(VersionedForm):
    """A guest of one meeting and some of its items."""

    name = StringField("Name", [DataRequired("Bitte den Namen angeben."), SHORT])
    function = text_field("Funktion", SHORT)
    organisation_name = text_field("Institution", SHORT)
    email = text_field("E-Mail", SHORT, is_email, description="Dorthin geht der persönliche Link, wenn Sie ihn senden.")
    reason = text_field("Anlass", Length(max=500, message="Höchstens 500 Zeichen."))
    items = ManyChoices(
        "Eingeladen zu", coerce=int, description="Nur diese Punkte und ihre Unterlagen zeigt der Link des Gastes."
    )

    def __init__(self, *args: Any, entries: Sequence[Entry], **values: Any) -> None:
        super().__init__(*args, **values)
        self._items = {entry.item.id: entry.item for entry in entries}
        self.items.choices = [(e.item.id, _label(e)) for e in entries]

    def facts(self) -> dict[str, Any]:
        """What the service takes."""
        return {
            "name": self.name.data,
            "function": self.function.data,
            "organisation_name": self.organisation_name.data,
            "email": self.email.data,
            "reason": self.reason.data,
            "items": [item for item in self._items.values() if item.id in (self.items.data or [])],
        }


class HandInForm(GermanForm):
    """What a guest hands in for one of the items of the invitation."""

    item_id = SelectField("Zu welchem Punkt", coerce=int)
    papers = papers_field("Dateien")

    def __init__(self, *args: Any, entries: Sequence[Entry], **values: Any) -> None:
        super().__init__(*args, **values)
        self._items = {entry.item.id: entry.item for entry in entries}
        self.item_id.choices = [(e.item.id, f"TOP {e.number}: {e.item.title}") for e in entries]

    def item(self) -> AgendaItem:
        """The chosen item."""
        return self._items[self.item_id.data]

    def chosen_files(self) -> list[Upload]:
        """The files; raises DomainError when none was chosen."""
        uploads = self.papers.uploads()
        if not uploads:
            raise DomainError("Bitte mindestens eine Datei auswählen.", field="papers")
        return uploads


def _label(entry: Entry) -> str:
    return f"TOP {entry.number}: {entry.item.title}" + ("" if entry.item.is_public else " (nicht öffentlich)")
