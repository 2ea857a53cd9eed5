"""What a browser may send to invite guests."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from wtforms import StringField
from wtforms.validators import DataRequired, Length

from govern.meetings.forms.agendas import ManyChoices
from govern.meetings.queries.agendas import Entry
from govern.people.forms.fields import VersionedForm, is_email, text_field

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


def _label(entry: Entry) -> str:
    return f"TOP {entry.number}: {entry.item.title}" + ("" if entry.item.is_public else " (nicht öffentlich)")
