"""What a browser may send to the pages of the rules of procedure."""

from __future__ import annotations

from typing import Any

from flask import request
from wtforms import BooleanField, IntegerField, RadioField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from govern.committees.consequences import value_text
from govern.committees.forms.fields import labels, pick_one
from govern.committees.models import RuleKind, RuleState
from govern.committees.presets import PRESETS, Preset, PresetKey
from govern.committees.procedures import MODE_NEEDED, MODES, UNITS, Rule
from govern.formats import today
from govern.people.forms.fields import VersionedForm, date_field, text_field, tidy
from govern.web import GermanForm

NUMBER_LABELS = {
    RuleKind.QUORUM: "Stimmen",
    RuleKind.VOTES_PER_SEAT: "Stimmen",
    RuleKind.CIRCULAR_RESOLUTIONS: "Werktage",
}
MODE_LABELS = {
    RuleKind.NOTICE_PERIOD: "So wird gezählt",
    RuleKind.SHORTENED_NOTICE: "So wird gezählt",
    RuleKind.CIRCULAR_RESOLUTIONS: "Gezählt wird",
}
NUMBER_HINTS = {
    RuleKind.QUORUM: "Leer: mehr als die Hälfte der stimmberechtigten Sitze.",
    RuleKind.TOPIC_DEADLINE: "Tage vor der Sitzung.",
    RuleKind.PAPER_DEADLINE: "Tage vor der Sitzung.",
    RuleKind.MINUTES_DEADLINE: "Tage nach der Sitzung.",
    RuleKind.OBJECTION_PERIOD: "Tage nach dem Versand. Endet die Frist am Wochenende oder an einem Feiertag, läuft sie "
                               "bis zum nächsten Werktag.",
    RuleKind.CIRCULAR_RESOLUTIONS: "Frist in Werktagen: Montag bis Freitag ohne gesetzliche Feiertage in NRW.",
}  # fmt: skip


class ProcedureRuleForm(VersionedForm):
    """One rule from a day on. Fields that the kind of rule does not know are taken out."""

    state = pick_one("Diese Regel", RuleState)
    number = IntegerField("Tage", [Optional(), NumberRange(0, 1000, "Bitte eine Zahl von 0 bis 1000 angeben.")])
    mode = RadioField("So ist sie gemeint", [Optional()], validate_choice=False)
    text = TextAreaField("Wortlaut oder Einzelheiten", [Length(max=2000)], filters=[tidy])
    source = text_field("Fundstelle", Length(max=500), description="Zum Beispiel „Geschäftsordnung § 5“.")
    is_proposal = BooleanField("Nur ein Vorschlag, noch nicht beschlossen")
    starts_on = date_field("Gilt ab", InputRequired("Bitte den Tag angeben."),
                           description="Sitzungen vor diesem Tag behalten die bisherige Regel.")  # fmt: skip

    def __init__(self, kind: RuleKind, **values: Any) -> None:
        super().__init__(**values)
        if kind in UNITS:
            self.number.label.text = NUMBER_LABELS.get(kind, "Tage")
            self.number.description = NUMBER_HINTS.get(kind, "")
        else:
            del self.number
        if kind in MODES:
            self.mode.choices = labels(MODES[kind])
            if kind not in MODE_NEEDED:
                self.mode.choices.insert(0, ("", "nicht angegeben"))
            self.mode.label.text = MODE_LABELS.get(kind, self.mode.label.text)
        else:
            del self.mode

    def rule(self) -> dict[str, Any]:
        """What the service takes."""
        values = {name: value for name, value in self.values().items() if name != "version"}
        return {"number": None, **values, "mode": values.get("mode") or None}


def form_for(kind: RuleKind, rule: Rule, version: str, *, is_fresh: bool = False) -> ProcedureRuleForm:
    """The form for a rule, filled with what holds; ``is_fresh`` leaves aside what was typed."""
    values = {
        "state": rule.state,
        "number": rule.number,
        "mode": rule.mode or "",
        "text": rule.text,
        "source": rule.source,
        "is_proposal": rule.is_proposal,
        "starts_on": today(),
        "version": version,
    }
    return ProcedureRuleForm(kind, **({"formdata": None} if is_fresh else {}), **values)


class PresetForm(GermanForm):
    """Which rules of a proposal to take over, from when."""

    kinds = SelectMultipleField("Regeln", widget=ListWidget(prefix_label=False), option_widget=CheckboxInput())
    starts_on = date_field("Gelten ab", InputRequired("Bitte den Tag angeben."), default=today)

    def offer(self, preset: Preset, settled: set[RuleKind]) -> PresetForm:
        """Offer the rules of ``preset``; those that are settled already are not ticked."""
        self.kinds.choices = [
            (rule.kind.value, f"{capitalised(rule.kind.label)}: {value_text(rule) or rule.state.label}")
            for rule in preset.rules
        ]
        if not self.is_submitted():
            self.kinds.data = [rule.kind.value for rule in preset.rules if rule.kind not in settled]
        return self

    def chosen(self) -> set[RuleKind]:
        """The ticked kinds."""
        return {RuleKind(value) for value in self.kinds.data or []}


class DecideForm(GermanForm):
    """The committee decided what was proposed."""

    source = StringField(
        "Beschlossen in",
        [DataRequired("Bitte angeben, wo das beschlossen ist."), Length(max=500)],
        description="Zum Beispiel „Geschäftsordnung vom 12.03.2026“.",
    )
    starts_on = date_field("Gilt ab", InputRequired("Bitte den Tag angeben."), default=today)


def capitalised(text: str) -> str:
    """„verkürzte Ladungsfrist" at the start of a line."""
    return text[:1].upper() + text[1:]


def asked_kind() -> RuleKind | None:
    """The rule that the address names, None if there is no such rule."""
    value = request.args.get("regel", "")
    return RuleKind(value) if value in set(RuleKind) else None


def asked_preset() -> Preset | None:
    """The proposal that the address names, None if there is no such."""
    value = request.args.get("vorschlag", "")
    return PRESETS[PresetKey(value)] if value in set(PresetKey) else None
