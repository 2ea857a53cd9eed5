"""What a browser may send to the standing items of a committee."""

from __future__ import annotations

from typing import Any

from wtforms import BooleanField, IntegerField, RadioField, SelectField, StringField
from wtforms.validators import DataRequired, Length, NumberRange, Optional

from govern.meetings.forms.agendas import KINDS
from govern.meetings.models import ItemKind, ItemPurpose
from govern.people.forms.fields import VersionedForm


class StandingItemForm(VersionedForm):
    """An item every new agenda of the committee gets."""

    title = StringField(
        "Titel", [DataRequired("Bitte einen Titel angeben."), Length(max=300, message="Höchstens 300 Zeichen.")]
    )
    kind = RadioField("Art", choices=KINDS, coerce=ItemKind, default=ItemKind.REPORT)
    planned_minutes = IntegerField(
        "Minuten", [Optional(), NumberRange(0, 600, message="Bitte eine Zahl von 0 bis 600 angeben.")]
    )
    at_end = RadioField(
        "Stelle", choices=[("anfang", "am Anfang"), ("ende", "am Ende, zum Beispiel „Verschiedenes“")], default="anfang"
    )
    purpose = SelectField(
        "Füllt sich selbst", choices=[("", "nein"), *((p.value, p.label) for p in ItemPurpose)],
        coerce=lambda value: ItemPurpose(value) if value else None, default="",
        description="Die Beschlusskontrolle füllt sich mit offenen Aufträgen und Beschlüssen, die Genehmigung verweist "
        "auf das letzte freigegebene Protokoll.",
    )  # fmt: skip
    is_public = BooleanField("Öffentlich", default=True)

    def facts(self) -> dict[str, Any]:
        """What the service takes."""
        return {
            "title": self.title.data,
            "kind": self.kind.data,
            "planned_minutes": self.planned_minutes.data,
            "at_end": self.at_end.data == "ende",
            "is_public": self.is_public.data,
            "purpose": self.purpose.data,
        }
