"""What a browser may send about how far a resolution is."""

from __future__ import annotations

from typing import Any

from wtforms import RadioField, TextAreaField
from wtforms.validators import Length, Optional

from govern.meetings.models import Implementation, Resolution
from govern.people.forms.choices import OrganisationChoiceField
from govern.people.forms.fields import VersionedForm, date_field


class ImplementationForm(VersionedForm):
    """Responsible institution, due date, state and the last word."""

    responsible_id = OrganisationChoiceField("Zuständig", description="Eine Institution, nie nur eine Person.")
    due_on = date_field("Frist", Optional())
    implementation = RadioField(
        "Stand der Umsetzung", choices=[(i.value, i.label) for i in Implementation], coerce=Implementation
    )
    note = TextAreaField(
        "Letztes Wort", [Length(max=2_000, message="Höchstens 2.000 Zeichen.")],
        description="Was zuletzt geschah. Bei Verzug oder wenn der Beschluss nicht weiter verfolgt wird: der Grund. "
        "Es steht in der Beschlusskontrolle.",
    )  # fmt: skip

    def responsible(self) -> int | None:
        """The chosen institution."""
        chosen = self.responsible_id.data
        return chosen if isinstance(chosen, int) else None

    def facts(self) -> dict[str, Any]:
        """What the service takes."""
        return {
            "due_on": self.due_on.data,
            "implementation": self.implementation.data,
            "note": self.note.data or "",
        }


def stored_implementation(resolution: Resolution) -> dict[str, Any]:
    """What the form starts with."""
    return {
        "version": str(resolution.version),
        "responsible_id": resolution.responsible_organisation_id,
        "due_on": resolution.due_on,
        "implementation": resolution.implementation,
        "note": resolution.implementation_note,
    }
