"""What a browser may send about work orders."""

from __future__ import annotations

from collections.abc import Sequence

from wtforms import DateField, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, Optional
from wtforms.widgets import HiddenInput

from govern.actions.models import WorkOrder
from govern.actions.queries.work_orders import AddresseeGroup
from govern.actions.services.work_orders import Order
from govern.meetings.models import Resolution
from govern.web import GermanForm


class OrderForm(GermanForm):
    """A work order as it is written down in the minutes."""

    task = StringField("Auftrag", [DataRequired("Bitte angeben, was zu tun ist."), Length(max=500)])
    addressee = SelectField("An", [InputRequired("Bitte wählen, an wen der Auftrag geht.")])
    due_on = DateField("Frist", [Optional()])
    resolution_id = SelectField("Zu Beschluss", coerce=lambda value: int(value) if value else None)
    details = TextAreaField("Erläuterung", [Length(max=20_000)])
    version = IntegerField("Stand", [Optional()], widget=HiddenInput())

    @classmethod
    def of(
        cls,
        groups: Sequence[AddresseeGroup],
        resolutions: Sequence[Resolution],
        *,
        order: WorkOrder | None = None,
        fresh: bool = False,
    ) -> OrderForm:
        """The form with everybody to choose from; ``fresh`` does not read what was sent."""
        given = {"data": _data(order)} if order is not None else {}
        form = cls(formdata=None, **given) if fresh else cls(**given)
        form.addressee.choices = [SelectChoice("", "bitte wählen")] + [
            SelectChoice(value, label, optgroup=group.heading) for group in groups for value, label in group.options
        ]
        form.resolution_id.choices = [SelectChoice("", "ohne Beschluss")] + [
            SelectChoice(str(r.id), r.number or f"Beschluss {n}") for n, r in enumerate(resolutions, 1)
        ]
        return form

    def order(self) -> Order:
        """What was typed, for the service."""
        return Order(
            task=self.task.data or "", addressee=self.addressee.data or "", due_on=self.due_on.data,
            details=self.details.data or "", resolution_id=self.resolution_id.data,
        )  # fmt: skip


class ReportForm(GermanForm):
    """What the addressee reports (D5)."""

    text = TextAreaField(
        "Was ist geschehen?", [DataRequired("Bitte schreiben Sie einen Satz dazu."), Length(max=5_000)]
    )
    done = RadioField("Stand", choices=[SelectChoice("no", "in Arbeit"), SelectChoice("yes", "erledigt")], default="no")


class DatesForm(GermanForm):
    """Due date and resubmission."""

    due_on = DateField("Frist", [Optional()])
    reason = StringField("Grund für die neue Frist", [Length(max=500)])
    resubmit_on = DateField(
        "Wiedervorlage", [Optional()], description="An diesem Tag erscheint der Auftrag unter „Wiedervorlage“."
    )
    version = IntegerField("Stand", [InputRequired()], widget=HiddenInput())


class ReasonForm(GermanForm):
    """Why an order is withdrawn or taken up again."""

    reason = TextAreaField("Grund", [DataRequired("Bitte den Grund angeben."), Length(max=2_000)])


def _data(order: WorkOrder) -> dict[str, object]:
    addressee = ""
    for kind in ("organisation", "seat", "committee"):
        identity = getattr(order, f"addressee_{kind}_id")
        if identity is not None:
            addressee = f"{kind}:{identity}"
    return {"task": order.task, "addressee": addressee, "due_on": order.due_on, "details": order.details,
            "resolution_id": order.resolution_id, "version": order.version}  # fmt: skip
