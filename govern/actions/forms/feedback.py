"""What a browser may send about the feedback to authors."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from wtforms import RadioField, SelectMultipleField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from govern.actions.forms.gap_reports import GuardedForm
from govern.actions.models import FeedbackStage
from govern.web import GermanForm


class FeedbackForm(GuardedForm):
    """Which stage, and what the authors read."""

    WORDS = ("text",)
    stage = RadioField("Schritt", [InputRequired("Bitte den Schritt wählen.")], coerce=lambda value: _stage(value))
    text = TextAreaField(
        "Was die Meldenden lesen",
        [DataRequired("Bitte schreiben Sie, was die Meldenden lesen sollen."), Length(max=2_000)],
    )

    @classmethod
    def of(
        cls, stage: FeedbackStage, proposed: Mapping[FeedbackStage, str], reached: Collection[FeedbackStage],
        known: Collection[str],
    ) -> FeedbackForm:  # fmt: skip
        """The form with the text proposed for ``stage``."""
        form = cls(data={"stage": stage, "text": proposed.get(stage, "")})
        form.stage.choices = [(s.value, s.label if s in reached else f"{s.label} (noch nicht erreicht)")
                              for s in FeedbackStage]  # fmt: skip
        form.guard(known)
        return form


class ChoiceForm(GermanForm):
    """About which stages to be told."""

    stages = SelectMultipleField(
        "Ich möchte es erfahren, wenn meine Meldung", choices=[(s.value, s.label) for s in FeedbackStage],
        coerce=lambda value: _stage(value), option_widget=CheckboxInput(), widget=ListWidget(prefix_label=False),
    )  # fmt: skip


def _stage(value: Any) -> FeedbackStage | None:
    return FeedbackStage(value) if value in list(FeedbackStage) else None
