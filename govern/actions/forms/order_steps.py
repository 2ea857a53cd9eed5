"""What a browser may send about an issued work order: one form for each step."""

from __future__ import annotations

from collections.abc import Sequence

from wtforms import BooleanField, IntegerField, RadioField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from govern.actions.forms.work_orders import addressee_choices
from govern.actions.models import Effect, Priority, WorkOrder
from govern.actions.queries.work_orders import AddresseeGroup
from govern.actions.services.order_bulk import BulkAction
from govern.actions.services.work_orders import Order
from govern.meetings.forms.papers import papers_field
from govern.meetings.models import Resolution
from govern.people.forms.fields import VersionedForm, date_field
from govern.web import GermanForm

NO_CASES = "Bitte keine Namen oder Angaben zu Einzelfällen."


NEW_DEADLINE = "Leer: Es bleibt bei der bisherigen. Ist sie vorbei, braucht es eine neue."


class ReasonForm(VersionedForm):
    """Why an order is declined or taken up again."""

    reason = TextAreaField("Grund", [DataRequired("Bitte den Grund angeben."), Length(max=2_000)])


class ReopenForm(ReasonForm):
    """Why a finished order is taken up again, and until when."""

    due_on = date_field("Neue Frist", Optional(), description=NEW_DEADLINE)


class NoteForm(VersionedForm):
    """A word that may be left out."""

    text = TextAreaField("Anmerkung", [Length(max=2_000)], description="Freiwillig; steht im Verlauf des Auftrags.")


class WordsForm(GermanForm):
    """A question or an answer."""

    text = TextAreaField(
        "Ihre Nachricht", [DataRequired("Bitte schreiben Sie einen Satz."), Length(max=5_000)], description=NO_CASES
    )


class ReportForm(GermanForm):
    """What the addressee reports, and the papers that go with it (D5)."""

    text = TextAreaField(
        "Was ist geschehen?",
        [DataRequired("Bitte schreiben Sie einen Satz dazu."), Length(max=5_000)],
        description=f"Ein Satz genügt. {NO_CASES}",
    )
    delay = TextAreaField(
        "Grund für den Verzug", [Length(max=2_000)],
        description="Die Frist ist verstrichen. Der Grund steht in der Beschlusskontrolle; ist der Auftrag erledigt, "
        "kann er fehlen.",
    )  # fmt: skip
    done = RadioField("Stand", choices=[SelectChoice("no", "in Arbeit"), SelectChoice("yes", "erledigt")], default="no")
    percent = IntegerField(
        "Fortschritt in Prozent",
        [Optional(), NumberRange(0, 100, "Bitte eine Zahl von 0 bis 100.")],
        description="Freiwillig.",
    )
    papers = papers_field()

    @property
    def why_late(self) -> str | None:
        """The reason of the delay; None where the page did not ask for one."""
        return self.delay.data if self.delay is not None else None


class AskDeadlineForm(VersionedForm):
    """Until when the addressee needs more time, and why."""

    due_on = date_field("Neue Frist", InputRequired("Bitte den gewünschten Tag angeben."))
    reason = TextAreaField(
        "Grund", [DataRequired("Bitte den Grund für die spätere Frist angeben."), Length(max=2_000)],
        description=NO_CASES,
    )  # fmt: skip


class DecideDeadlineForm(VersionedForm):
    """Whether the later day is granted."""

    granted = RadioField(
        "Entscheidung", [InputRequired("Bitte wählen.")],
        choices=[SelectChoice("yes", "gewähren"), SelectChoice("no", "ablehnen")],
    )  # fmt: skip
    reason = TextAreaField("Grund", [Length(max=2_000)], description="Nötig, wenn Sie ablehnen.")


class DatesForm(VersionedForm):
    """Due date, resubmission and the day on which the effect is looked at."""

    due_on = date_field("Frist", Optional())
    reason = StringField(
        "Grund für die neue Frist", [Length(max=500)],
        description="Nötig, wenn sich die Frist ändert; der Grund steht im Verlauf des Auftrags.",
    )  # fmt: skip
    resubmit_on = date_field(
        "Wiedervorlage", Optional(),
        description="An diesem Tag bekommt die Geschäftsführung eine Nachricht, und der Auftrag steht unter "
        "„Wiedervorlage“.",
    )  # fmt: skip
    effect_check_on = date_field("Wirkung prüfen am", Optional())


class EffectForm(VersionedForm):
    """What a finished order has brought about."""

    effect = RadioField(
        "Ergebnis", [InputRequired("Bitte wählen.")], choices=[(e.value, e.label) for e in Effect],
        coerce=lambda value: Effect(value) if value else None,
    )  # fmt: skip
    text = TextAreaField(
        "Woran sehen Sie das?",
        [DataRequired("Bitte in einem Satz begründen, woran Sie das sehen."), Length(max=2_000)],
    )


class WithdrawForm(VersionedForm):
    """The resolution that withdraws an order, or the reason."""

    resolution_id = SelectField("Durch Beschluss", coerce=lambda value: int(value) if value else None)
    reason = TextAreaField("Grund", [Length(max=2_000)], description="Nötig, wenn kein Beschluss gewählt ist.")

    @classmethod
    def of(cls, order: WorkOrder, resolutions: Sequence[Resolution]) -> WithdrawForm:
        """The form with the resolutions of the committee to choose from."""
        form = cls(data={"version": str(order.version)})
        form.resolution_id.choices = [SelectChoice("", "ohne Beschluss in Govern")] + [
            SelectChoice(str(r.id), f"{r.number}: {' '.join(r.text.split())[:80]}") for r in resolutions
        ]
        return form


class ReissueForm(VersionedForm):
    """To whom a declined order goes now, and why."""

    addressee = SelectField("An", [InputRequired("Bitte wählen, an wen der Auftrag geht.")])
    reason = TextAreaField("Grund", [DataRequired("Bitte den Grund angeben."), Length(max=2_000)])
    due_on = date_field("Neue Frist", Optional(), description=NEW_DEADLINE)

    @classmethod
    def of(cls, order: WorkOrder, groups: Sequence[AddresseeGroup], addressee: str) -> ReissueForm:
        """The form with everybody to choose from; the present addressee is chosen."""
        form = cls(data={"version": str(order.version), "addressee": addressee})
        form.addressee.choices = addressee_choices(groups)
        return form


class BulkForm(GermanForm):
    """What is done with the chosen orders."""

    ids = SelectMultipleField("Aufträge", validate_choice=False)
    action = SelectField(
        "Mit den gewählten Aufträgen", [InputRequired("Bitte wählen.")],
        choices=[(a.value, a.label) for a in BulkAction], coerce=lambda value: BulkAction(value),
    )  # fmt: skip
    resubmit_on = date_field("Wiedervorlage am", Optional())

    def chosen(self) -> list[int]:
        """Ids of the chosen orders; what is no id is left out."""
        return [int(v) for v in self.ids.data or [] if v.isascii() and v.isdigit() and len(v) < 10]


class SplitForm(GermanForm):
    """Parts of an order for several at once."""

    addressees = SelectMultipleField(
        "An", option_widget=CheckboxInput(), widget=ListWidget(prefix_label=False),
        description="Jede gewählte Stelle bekommt einen eigenen Auftrag; der Überblick bleibt beim Hauptauftrag.",
    )  # fmt: skip
    all_municipalities = BooleanField("Alle Kommunen")
    task = StringField("Auftrag", [DataRequired("Bitte angeben, was zu tun ist."), Length(max=500)])
    due_on = date_field("Frist", Optional())
    success_measure = StringField("Woran Erfolg zu erkennen ist", [Length(max=500)])
    details = TextAreaField("Erläuterung", [Length(max=20_000)])

    @classmethod
    def of(cls, order: WorkOrder, options: Sequence[tuple[str, str]]) -> SplitForm:
        """The form filled from the whole, with those to choose from who have no part yet."""
        form = cls(
            data={"task": order.task, "due_on": order.due_on, "success_measure": order.success_measure,
                  "details": order.details}
        )  # fmt: skip
        form.addressees.choices = [SelectChoice(value, label) for value, label in options]
        return form

    def order(self, priority: Priority) -> Order:
        """What was typed, for the service; it takes the addressees one by one."""
        return Order(
            task=self.task.data or "", addressee="", due_on=self.due_on.data, details=self.details.data or "",
            success_measure=self.success_measure.data or "", priority=priority,
        )  # fmt: skip
