"""What a browser may send to the pages of organisations."""

from __future__ import annotations

from typing import Any

from flask import request
from wtforms import BooleanField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional

from govern.people.forms.choices import OrganisationChoiceField
from govern.people.forms.fields import (
    LinesField,
    VersionedForm,
    date_field,
    is_email,
    is_web_address,
    text_field,
    three_valued,
    tidy,
)
from govern.people.queries.organisations import KINDS_BY_LABEL
from govern.web import GermanForm


class OrganisationFilterForm(GermanForm):
    """Search and filters of the directory; part of the address, so without token."""

    q = StringField("Name oder weiterer Name")
    art = SelectField("Art", validate_choice=False)
    aufgeloest = BooleanField("auch aufgelöste")

    class Meta:
        csrf = False

    def __init__(self, kinds: list[tuple[str, str]]) -> None:
        super().__init__(formdata=request.args)
        self.art.choices = {"": "alle", **dict(kinds)}


class OrganisationForm(VersionedForm):
    """The facts of an organisation."""

    name = StringField("Name", [DataRequired("Bitte den Namen angeben."), Length(max=300)])
    short_name = text_field("Kurzname", Length(max=100))
    kind = SelectField("Art", [DataRequired("Bitte die Art wählen.")], choices={"": "bitte wählen", **KINDS_BY_LABEL},
                       validate_choice=False)  # fmt: skip
    municipality_kind = SelectField(
        "Gemeindeart (bei Kommunen)", coerce=tidy,
        choices={"": "nicht angegeben", "stadt": "Stadt", "gemeinde": "Gemeinde"},
    )  # fmt: skip
    aliases = LinesField("Weitere Namen", [Optional(), Length(max=2000)],
                         description="Abkürzungen und andere Schreibweisen, je Zeile eine.")  # fmt: skip
    parent_id = OrganisationChoiceField("Gehört zu", description="Die Institution, deren Amt oder Stelle sie ist.")
    belongs_to_body = three_valued("Gehört zur eigenen Verwaltung", no="nein, zu einem anderen Träger")
    is_collective = BooleanField("Sammelbezeichnung für mehrere, etwa „alle Migrantenselbstorganisationen“")
    region = text_field("Region", Length(max=200))
    street = text_field("Straße und Hausnummer", Length(max=200))
    postal_code = text_field("Postleitzahl", Length(max=10))
    town = text_field("Ort", Length(max=100))
    email = text_field("Funktionspostfach", is_email, description="Keine Adresse einer Person.")
    phone = text_field("Telefon", Length(max=60))
    website = text_field("Internetseite", is_web_address)
    note = TextAreaField("Anmerkung", [Optional(), Length(max=5000)], filters=[tidy])
    is_another = BooleanField("Trotzdem speichern: Es ist eine andere Institution.")

    def facts(self) -> dict[str, Any]:
        """What the services take: everything typed but the version."""
        facts = self.values()
        facts.pop("version")
        if facts["kind"] != "municipality":
            facts["municipality_kind"] = None
        return facts


class EndForm(GermanForm):
    """The last day of something."""

    on = date_field("Letzter Tag", DataRequired("Bitte den Tag angeben."))
