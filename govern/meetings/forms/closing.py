"""What a browser may send when a meeting is closed and its minutes are corrected."""

from __future__ import annotations

from wtforms import BooleanField, DateField, HiddenField, IntegerField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional
from wtforms.widgets import HiddenInput

from govern.meetings.forms.minutes import LONGEST_TEXT
from govern.meetings.forms.times import ClockField
from govern.web import GermanForm


class CloseForm(GermanForm):
    """When the meeting really ended; what a light circle leaves to the same click."""

    notes_rest = BooleanField("Punkte ohne Ergebnis: zur Kenntnis genommen")
    marks_everybody = BooleanField("Sitze ohne Eintrag: anwesend")
    sends_minutes = BooleanField("Protokoll gleich freigeben und an die Mitglieder senden")
    began_at = ClockField(
        "Beginn um", [Optional()],
        description="Steht so in der Niederschrift. Leer: als die Sitzung gestartet wurde.",
    )  # fmt: skip
    ended_on = DateField("Ende am", [DataRequired("Bitte den Tag angeben.")])
    ended_at = ClockField("Ende um", [InputRequired("Bitte die Uhrzeit angeben.")])

    def offer(self, *, to_note: int, to_mark: int, may_send: bool) -> None:
        """Leave out what there is nothing of, or nobody may do; the labels say how many it concerns."""
        self.notes_rest.label.text += f" ({to_note})"
        self.marks_everybody.label.text += f" ({to_mark})"
        for name, offered in (("notes_rest", to_note), ("marks_everybody", to_mark), ("sends_minutes", may_send)):
            if not offered:
                del self[name]

    @property
    def is_short(self) -> bool:
        """True if anything is left to this click."""
        return any(name in self for name in ("notes_rest", "marks_everybody", "sends_minutes"))

    def wants(self, name: str) -> bool:
        """Whether something offered was ticked."""
        return name in self and bool(self[name].data)


class ReleaseForm(GermanForm):
    """Release minutes, and send them unless it is said otherwise."""

    send = BooleanField("Jetzt per E-Mail an die Mitglieder senden")
    guests = BooleanField(
        "Auch den Gästen senden, was das Protokoll zu ihrem Punkt festhält",
        description="Nur zu öffentlichen Punkten: Wortlaut, Ergebnis und Beschluss. Nicht, wer da war und wer wie "
        "abgestimmt hat.",
    )
    again = HiddenField()
    """Filled where the page was opened to send what is released already: a second click sends nothing twice."""


class RevisionForm(GermanForm):
    """A correction of released minutes."""

    minutes_text = TextAreaField("Berichtigter Wortlaut", [Length(max=LONGEST_TEXT)])
    reason = TextAreaField("Grund der Berichtigung", [DataRequired("Bitte den Grund angeben."), Length(max=2_000)])
    version = IntegerField("Stand", [InputRequired()], widget=HiddenInput())
