"""What a browser may send to the pages of persons."""

from __future__ import annotations

from typing import Any

from flask import request
from wtforms import BooleanField, StringField
from wtforms.validators import DataRequired, InputRequired, Length

from govern.people.forms.choices import OrganisationChoiceField
from govern.people.forms.fields import VersionedForm, date_field, is_email, is_postal_code, text_field
from govern.web import GermanForm


class PersonFilterForm(GermanForm):
    """Search and filters of the directory; part of the address, so without token."""

    q = StringField("Name oder Institution")
    ausgeschieden = BooleanField("auch ausgeschiedene")

    class Meta:
        csrf = False

    def __init__(self) -> None:
        super().__init__(formdata=request.args)


class PersonForm(VersionedForm):
    """Name and contact data: only what the office needs to invite and address somebody (D-37)."""

    title = text_field("Titel", Length(max=60), description="Zum Beispiel Dr.")
    given_name = StringField("Vorname", [Length(max=120)])
    family_name = StringField("Nachname", [DataRequired("Bitte den Nachnamen angeben."), Length(max=120)])
    email = text_field("E-Mail", is_email, description="Dienstlich. Sehen nur Koordination, Geschäftsführung, "
                       "Administration und die eigene Institution.")  # fmt: skip
    phone = text_field("Telefon", Length(max=60), description="Dienstlich.")
    street = text_field("Straße und Hausnummer", Length(max=200), description="Postanschrift, dienstlich; wer die Post "
                        "anders bekommt als die eigene Institution.")  # fmt: skip
    postal_code = text_field("Postleitzahl", Length(max=10), is_postal_code)
    town = text_field("Ort", Length(max=100))
    is_another = BooleanField("Trotzdem speichern: Es ist eine andere Person.")

    def facts(self) -> dict[str, Any]:
        """What the services take: everything typed but the version."""
        facts = self.values()
        facts.pop("version")
        return facts


class FunctionForm(VersionedForm):
    """What a person is in an institution, from–to."""

    organisation_id = OrganisationChoiceField("Institution", [InputRequired("Bitte die Institution wählen.")])
    function = StringField("Funktion", [DataRequired("Bitte die Funktion angeben."), Length(max=200)],
                           description="In neutraler Form, etwa „Leitung“ oder „Koordination“.")  # fmt: skip
    starts_on = date_field("von")
    ends_on = date_field("bis (letzter Tag)")

    def facts(self) -> dict[str, Any]:
        """What the services take."""
        return {name: value for name, value in self.values().items() if name != "version"}


class LeavingForm(GermanForm):
    """The last day of a person."""

    on = date_field("Letzter Tag", DataRequired("Bitte den Tag angeben."))
