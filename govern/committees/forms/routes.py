"""What a browser may send to give the body another route: its steps in their order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wtforms import (
    BooleanField,
    FieldList,
    FormField,
    HiddenField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from govern.committees.models import (
    COMMITTEE_KIND_LABELS,
    Committee,
    Level,
    Route,
    RoutePhase,
    StepDirection,
    StepPlace,
)
from govern.committees.structure.entries import RouteEntry, RouteStepEntry
from govern.committees.structure.exporting import made_from
from govern.formats import today
from govern.people.forms.fields import VersionedForm, date_field, text_field
from govern.web import GermanForm

MOST_STEPS = 20
NOTHING = ("", "–")


def _labels(enum: Any) -> list[tuple[str, str]]:
    return [(each.value, each.label) for each in enum]


class StepForm(GermanForm):
    """One step; without a name it is left out."""

    class Meta(GermanForm.Meta):
        csrf = False  # the whole form has one

    key = HiddenField()
    position = IntegerField("Nr.", [Optional(), NumberRange(1, 99, "Bitte eine Zahl von 1 bis 99.")])
    name = StringField("Name des Schritts", [Length(max=60, message="Höchstens 60 Zeichen.")])
    text = TextAreaField("Was geschieht dort?", [Length(max=1_000, message="Höchstens 1.000 Zeichen.")])
    phase = SelectField("Phase", choices=_labels(RoutePhase))
    direction = SelectField("Richtung", choices=_labels(StepDirection))
    place = SelectField("Liegt bei", choices=_labels(StepPlace))
    committee = SelectField("Gremium", [Optional()], validate_choice=False)
    committee_kind = SelectField(
        "oder jedes der Art", [Optional()], choices=[NOTHING, *((k.value, v) for k, v in COMMITTEE_KIND_LABELS.items())]
    )
    level = SelectField("oder jedes der Ebene", [Optional()], choices=[NOTHING, *_labels(Level)])
    needs_resolution = BooleanField("Braucht einen Beschluss des höchsten KIM-Gremiums")
    is_optional = BooleanField("Nur bei Bedarf")
    is_local = BooleanField("Zuerst wird hier vor Ort eine Lösung versucht")
    shortcut_to = SelectMultipleField(
        "Abkürzung möglich zu",
        validate_choice=False,
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
    )
    note = HiddenField()
    source = HiddenField()


class RouteForm(VersionedForm):
    """The whole route from a day on."""

    name = StringField("Name des Weges", [DataRequired("Bitte benennen Sie den Weg."), Length(max=200)])
    starts_on = date_field("Gilt ab", InputRequired("Bitte den ersten Tag angeben."))
    source = text_field("Fundstelle", Length(max=500))
    note = text_field("Anmerkung", Length(max=1_000))
    steps = FieldList(FormField(StepForm), min_entries=1, max_entries=MOST_STEPS)

    def offer(self, committees: Mapping[str, Committee]) -> RouteForm:
        """The committees a step may name, and the steps a shortcut may lead to."""
        choices = [NOTHING, *((key, committee.name) for key, committee in committees.items())]
        known = [(e.form.key.data, e.form.name.data) for e in self.steps if e.form.key.data and e.form.name.data]
        for entry in self.steps:
            entry.form.committee.choices = choices
            entry.form.shortcut_to.choices = [pair for pair in known if pair[0] != entry.form.key.data]
        return self

    def add_row(self, committees: Mapping[str, Committee]) -> None:
        """An empty step at the end."""
        if len(self.steps) < MOST_STEPS:
            self.steps.append_entry({"position": len(self.steps) + 1})
            self.offer(committees)

    def wanted(self, committees: Mapping[str, Committee]) -> RouteEntry:
        """What was sent, as the structure file would say it; steps without a name are left out."""
        named = [entry.form for entry in self.steps if (entry.form.name.data or "").strip()]
        ordered = sorted(named, key=lambda form: form.position.data or 99)
        taken: set[str] = set()
        keyed = [(form, _free_key(form.key.data or made_from(form.name.data), taken)) for form in ordered]
        return RouteEntry(
            name=(self.name.data or "").strip(), source=self.source.data, note=self.note.data,
            steps=tuple(_entry(form, key, {key for _form, key in keyed}, committees) for form, key in keyed),
        )  # fmt: skip


def _entry(form: Any, key: str, keys: set[str], committees: Mapping[str, Committee]) -> RouteStepEntry:
    return RouteStepEntry(
        key=key, name=form.name.data.strip(), text=(form.text.data or "").strip() or None, phase=form.phase.data,
        direction=form.direction.data, place=form.place.data,
        committee=form.committee.data if form.committee.data in committees else None,
        committee_kind=form.committee_kind.data or None, level=form.level.data or None,
        needs_resolution=form.needs_resolution.data, is_optional=form.is_optional.data, is_local=form.is_local.data,
        shortcut_to=tuple(each for each in form.shortcut_to.data or () if each in keys and each != key),
        note=form.note.data or None, source=form.source.data or None,
    )  # fmt: skip


def _free_key(stem: str, taken: set[str]) -> str:
    key, number = stem, 1
    while key in taken:
        number += 1
        key = f"{stem}_{number}"
    taken.add(key)
    return key


def route_form(route: Route | None, newest: int, committees: Mapping[str, Committee]) -> RouteForm:
    """The form with what holds today."""
    keys = {committee.id: key for key, committee in committees.items()}
    values: dict[str, Any] = {"version": str(newest), "starts_on": today()}
    if route is not None:
        values |= {"name": route.name, "source": route.source, "note": route.note}
        values["steps"] = [
            {
                "key": s.key, "position": s.position, "name": s.name, "text": s.text, "phase": s.phase.value,
                "direction": s.direction.value, "place": s.place.value, "note": s.note, "source": s.source,
                "committee": keys.get(s.committee_id, "") if s.committee_id else "",
                "committee_kind": s.committee_kind.value if s.committee_kind else "",
                "level": s.level.value if s.level else "", "needs_resolution": s.needs_resolution,
                "is_optional": s.is_optional, "is_local": s.is_local, "shortcut_to": s.shortcut_to,
            }
            for s in route.steps
        ]  # fmt: skip
    return RouteForm(data=values).offer(committees)
