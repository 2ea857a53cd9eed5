"""What a browser may send about circular resolutions."""

from __future__ import annotations

from wtforms import BooleanField, DateField, IntegerField, RadioField, StringField, TextAreaField
from wtforms.fields import SelectChoice
from wtforms.validators import DataRequired, Length, Optional
from wtforms.widgets import HiddenInput

from govern.meetings.forms.minutes import LONGEST_TEXT
from govern.meetings.models import CircularChoice, MajorityBase, SilenceRule
from govern.meetings.services.circulars import CircularProposal
from govern.web import GermanForm


class CircularForm(GermanForm):
    """A proposal to be sent round."""

    title = StringField("Gegenstand", [DataRequired("Bitte den Gegenstand nennen."), Length(max=300)])
    proposed_resolution = TextAreaField(
        "Beschlussvorschlag", [DataRequired("Bitte den Beschlussvorschlag schreiben."), Length(max=LONGEST_TEXT)]
    )
    explanation = TextAreaField("Erläuterung", [Length(max=LONGEST_TEXT)])
    reason = TextAreaField("Warum im Umlauf und nicht in einer Sitzung?", [Length(max=2_000)])
    ends_on = DateField("Letzter Tag für Antworten", [Optional()])
    majority_base = RadioField(
        "Grundlage der Mehrheit",
        choices=[SelectChoice(b.value, b.label) for b in MajorityBase],
        coerce=lambda value: MajorityBase(value) if value else MajorityBase.ALL_SEATS,
        default=MajorityBase.ALL_SEATS,
    )
    silence = RadioField(
        "Wer nicht antwortet",
        choices=[SelectChoice(s.value, s.label) for s in SilenceRule],
        coerce=lambda value: SilenceRule(value) if value else SilenceRule.NO_VOTE,
        default=SilenceRule.NO_VOTE,
    )
    is_public = BooleanField("Öffentlich")
    version = IntegerField("Stand", [Optional()], widget=HiddenInput())

    def proposal(self) -> CircularProposal:
        """What was typed."""
        return CircularProposal(
            title=self.title.data or "", proposed_resolution=self.proposed_resolution.data or "",
            explanation=self.explanation.data or "", reason=self.reason.data or "", ends_on=self.ends_on.data,
            majority_base=self.majority_base.data, silence=self.silence.data, is_public=self.is_public.data,
        )  # fmt: skip


class CircularAnswerForm(GermanForm):
    """The answer of one seat."""

    choice = RadioField(
        "Ihre Antwort",
        [DataRequired("Bitte eine Antwort wählen.")],
        choices=[SelectChoice(c.value, c.label) for c in CircularChoice],
        coerce=lambda value: CircularChoice(value) if value else None,
    )
    note = TextAreaField("Anmerkung", [Length(max=1_000)])


class CircularCancelForm(GermanForm):
    """Why a circular resolution is broken off."""

    reason = TextAreaField("Grund", [DataRequired("Bitte den Grund angeben."), Length(max=1_000)])
