"""What a browser may send when a meeting is closed and its minutes are corrected."""

from __future__ import annotations

from wtforms import BooleanField, DateField, IntegerField, TextAreaField, TimeField
from wtforms.validators import DataRequired, InputRequired, Length
from wtforms.widgets import HiddenInput

from govern.meetings.forms.minutes import LONGEST_TEXT
from govern.web import GermanForm


class CloseForm(GermanForm):
    """When the meeting really ended."""

    ended_on = DateField("Ende am", [DataRequired("Bitte den Tag angeben.")])
    ended_at = TimeField("um", [InputRequired("Bitte die Uhrzeit angeben.")])


class ReleaseForm(GermanForm):
    """Release minutes, and send them unless it is said otherwise."""

    send = BooleanField("Jetzt per E-Mail an die Mitglieder senden")


class RevisionForm(GermanForm):
    """A correction of released minutes."""

    minutes_text = TextAreaField("Berichtigter Wortlaut", [Length(max=LONGEST_TEXT)])
    reason = TextAreaField("Grund der Berichtigung", [DataRequired("Bitte den Grund angeben."), Length(max=2_000)])
    version = IntegerField("Stand", [InputRequired()], widget=HiddenInput())
