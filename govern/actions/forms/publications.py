"""What a browser may send to publish a settled matter."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from wtforms import StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from govern.actions.forms.gap_reports import GuardedForm
from govern.actions.models import Matter, MatterPublication
from govern.actions.services.publications import stamp
from govern.people.forms.fields import VersionedForm


class PublicationForm(GuardedForm, VersionedForm):
    """What everybody will read."""

    WORDS = ("title", "text")
    title = StringField("Titel", [DataRequired("Bitte den Titel angeben."), Length(max=160)])
    text = TextAreaField(
        "Was die Öffentlichkeit liest",
        [DataRequired("Bitte schreiben Sie, was gelöst ist und wie."),
         Length(max=3_000, message="Höchstens 3.000 Zeichen.")],
    )  # fmt: skip

    @classmethod
    def of(cls, matter: Matter, known: Sequence[MatterPublication], names: Collection[str]) -> PublicationForm:
        """The form with what is released now; else with the title alone: the note of its end is internal."""
        newest = known[0] if known else None
        values = {"title": newest.title if newest else matter.title, "text": newest.text if newest else ""}
        form = cls(data={**values, "version": str(stamp(list(known)))})
        form.guard(names)
        return form
