"""What a browser may send to write a work order down."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self

from wtforms import DateField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.fields import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, Optional
from wtforms.widgets import HiddenInput

from govern.actions.models import Priority, WorkOrder
from govern.actions.queries.work_orders import AddresseeGroup
from govern.actions.services.work_orders import Order, address_of
from govern.committees.models import Committee
from govern.meetings.models import Resolution
from govern.people.forms.choices import PersonChoiceField
from govern.people.forms.fields import date_field
from govern.web import GermanForm


class QuickOrderForm(GermanForm):
    """A work order as it is written down while minuting."""

    task = StringField("Auftrag", [DataRequired("Bitte angeben, was zu tun ist."), Length(max=500)])
    addressee = SelectField("An", [InputRequired("Bitte wählen, an wen der Auftrag geht.")])
    due_on = DateField("Frist", [Optional()])
    resolution_id = SelectField("Zu Beschluss", coerce=lambda value: int(value) if value else None)

    @classmethod
    def of(
        cls, groups: Sequence[AddresseeGroup], resolutions: Sequence[Resolution], *, fresh: bool = False
    ) -> QuickOrderForm:
        """The form with everybody to choose from; ``fresh`` does not read what was sent."""
        form = cls(formdata=None) if fresh else cls()
        _offer(form, groups, resolutions)
        return form

    def order(self) -> Order:
        """What was typed, for the service."""
        return Order(
            task=self.task.data or "", addressee=self.addressee.data or "", due_on=self.due_on.data,
            resolution_id=self.resolution_id.data,
        )  # fmt: skip


class OrderForm(GermanForm):
    """Everything that can be said of a work order."""

    task = StringField(
        "Auftrag", [DataRequired("Bitte angeben, was zu tun ist."), Length(max=500)],
        description="In einem Satz, der auch ohne die Sitzung verständlich ist.",
    )  # fmt: skip
    addressee = SelectField("An", [InputRequired("Bitte wählen, an wen der Auftrag geht.")])
    person_id = PersonChoiceField("Ansprechperson dort", [Optional()], description="Freiwillig; zuständig bleibt die "
                                  "Institution.")  # fmt: skip
    due_on = date_field("Frist", Optional())
    priority = SelectField(
        "Dringlichkeit", choices=[(p.value, p.label) for p in Priority], default=Priority.NORMAL.value,
        coerce=lambda value: Priority(value),
    )  # fmt: skip
    resolution_id = SelectField("Zu Beschluss", coerce=lambda value: int(value) if value else None)
    details = TextAreaField("Erläuterung", [Length(max=20_000)])
    success_measure = StringField(
        "Woran Erfolg zu erkennen ist", [Length(max=500)], description="Zum Beispiel „Hinweisblatt liegt in acht "
        "Sprachen aus“.",
    )  # fmt: skip
    resubmit_on = date_field("Wiedervorlage", Optional())
    effect_check_on = date_field("Wirkung prüfen am", Optional())
    version = IntegerField("Stand", [Optional()], widget=HiddenInput())

    @classmethod
    def of(
        cls,
        groups: Sequence[AddresseeGroup],
        resolutions: Sequence[Resolution],
        *,
        order: WorkOrder | None = None,
    ) -> Self:
        """The form with everybody to choose from, filled from ``order`` if there is one."""
        form = cls(data=_data(order)) if order is not None else cls()
        _offer(form, groups, resolutions)
        return form

    def order(self) -> Order:
        """What was typed, for the service."""
        person = self.person_id.data
        return Order(
            task=self.task.data or "", addressee=self.addressee.data or "", due_on=self.due_on.data,
            details=self.details.data or "", resolution_id=self.resolution_id.data,
            success_measure=self.success_measure.data or "", priority=self.priority.data,
            resubmit_on=self.resubmit_on.data, effect_check_on=self.effect_check_on.data,
            person_id=person if isinstance(person, int) else None,
        )  # fmt: skip


class MatterOrderForm(OrderForm):
    """An order given for a matter directly, in the name of one of the committees."""

    committee_id = SelectField("Auftrag von", coerce=int, description="Dessen Mitglieder lesen den Auftrag.")

    def offer(self, committees: Sequence[Committee]) -> None:
        """The committees that give orders."""
        self._committees = {committee.id: committee for committee in committees}
        self.committee_id.choices = [(committee.id, committee.name) for committee in committees]

    def chosen(self) -> Committee:
        """The chosen committee."""
        return self._committees[self.committee_id.data]


def addressee_choices(groups: Sequence[AddresseeGroup]) -> list[SelectChoice]:
    """Everybody to choose from, under headings."""
    return [SelectChoice("", "bitte wählen")] + [
        SelectChoice(value, label, optgroup=group.heading) for group in groups for value, label in group.options
    ]


def _offer(
    form: QuickOrderForm | OrderForm, groups: Sequence[AddresseeGroup], resolutions: Sequence[Resolution]
) -> None:
    form.addressee.choices = addressee_choices(groups)
    form.resolution_id.choices = [SelectChoice("", "ohne Beschluss")] + [
        SelectChoice(str(r.id), r.number or f"Beschluss {n}") for n, r in enumerate(resolutions, 1)
    ]


def _data(order: WorkOrder) -> dict[str, object]:
    return {
        "task": order.task, "addressee": address_of(order), "due_on": order.due_on, "details": order.details,
        "resolution_id": order.resolution_id, "version": order.version, "priority": order.priority.value,
        "success_measure": order.success_measure, "resubmit_on": order.resubmit_on,
        "effect_check_on": order.effect_check_on, "person_id": order.person_id,
    }  # fmt: skip
