"""What a browser may send while a meeting is minuted."""

from __future__ import annotations

from wtforms import HiddenField, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length
from wtforms.widgets import HiddenInput

from govern.committees.queries.addressees import Names
from govern.meetings.models import AgendaItem, ItemResult
from govern.web import GermanForm

LONGEST_TEXT = 200_000


class FirstItemForm(GermanForm):
    """What a meeting without an agenda is about, said as it is opened."""

    title = StringField(
        "Worum geht es?",
        [DataRequired("Bitte sagen, worum es geht."), Length(max=300, message="Höchstens 300 Zeichen.")],
        description="Wird der erste Punkt der Tagesordnung.",
        default="Austausch",
    )


class MinutesTextForm(GermanForm):
    """The minutes text of an item, with the version it was read at."""

    minutes_text = TextAreaField(
        "Ergebnis der Beratung",
        [Length(max=LONGEST_TEXT, message="Der Text ist zu lang: höchstens 200.000 Zeichen.")],
    )
    version = IntegerField("Stand", [InputRequired()], widget=HiddenInput())
    conflict = IntegerField("Aufgehobener Text", widget=HiddenInput())


class OpeningForm(GermanForm):
    """What the minutes say before the first item."""

    general_minutes = TextAreaField("Eröffnung und Allgemeines", [Length(max=LONGEST_TEXT)])
    seen = HiddenField()

    def hold_both(self, stored: str, merged: str) -> None:
        """Offer both texts for another try, which is then based on what is stored."""
        self.seen.data, self.general_minutes.data = stored, merged
        self.general_minutes.errors = [
            "Hier wurde zugleich geschrieben. Beide Fassungen stehen jetzt im Feld; bitte bereinigen und noch einmal "
            "speichern."
        ]


class ResultForm(GermanForm):
    """What became of an item."""

    result = RadioField(
        "Ergebnis des Punktes",
        [DataRequired("Bitte ein Ergebnis wählen.")],
        choices=[SelectChoice(r.value, r.label) for r in ItemResult],
        coerce=lambda value: ItemResult(value) if value else None,
    )
    referred_to_id = SelectField("Verwiesen an", coerce=lambda value: int(value) if value else None)
    result_note = StringField("Anmerkung zum Ergebnis", [Length(max=500)])
    result_version = HiddenField()

    is_stale = False

    @classmethod
    def of(cls, item: AgendaItem, committees: Names, *, version: str, fresh: bool = False) -> ResultForm:
        """The form for ``item``, filled with what is recorded; ``fresh`` does not read what was sent."""
        form = cls(formdata=None, obj=item, result_version=version) if fresh else cls(obj=item, result_version=version)
        form.referred_to_id.choices = [SelectChoice("", "kein Gremium")] + [
            SelectChoice(str(identity), name) for identity, name in committees
        ]
        return form

    def seen(self) -> str:
        """The version the person saw; none counts as stale."""
        return str((self.result_version.raw_data or [""])[0])

    def hold(self, error: Exception, version: str) -> None:
        """Keep what came too late for another try, which is then based on what is stored."""
        self.refuse(error, "result")
        self.is_stale, self.result_version.data = True, version
