"""What a browser may send about project groups: the charge, a report, the end."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError

from govern.actions.forms.forwardings import LONG
from govern.actions.forms.gap_reports import GuardedForm
from govern.actions.forms.matter_steps import optional_id
from govern.actions.models import Project
from govern.actions.services.projects import Charge
from govern.committees.contributions import KnownResolution
from govern.committees.forms.fields import choose_one
from govern.committees.models import CadenceInterval, Committee, CommitteeKind
from govern.formats import date_text, today
from govern.people.forms.choices import OrganisationsChoiceField
from govern.people.forms.fields import LinesField, VersionedForm, date_field
from govern.people.models import Organisation


class ChargeForm(GuardedForm):
    """Which group is charged with a matter, with what, until when, and to whom it reports (E-32)."""

    WORDS = ("name", "mandate", "reason")
    group_id = SelectField("Projektgruppe", [Optional()], coerce=optional_id)
    name = StringField("Name der neuen Projektgruppe", [Length(max=300)])
    parent_id = SelectField("Sie arbeitet unter", [Optional()], coerce=optional_id)
    organisation_ids = OrganisationsChoiceField("Mitglieder (Institutionen)", [Optional()])
    mandate = TextAreaField("Auftrag", [DataRequired("Bitte den Auftrag in Worten festhalten."), LONG])
    resolution_id = SelectField("Beschluss", [Optional()], coerce=optional_id)
    reason = TextAreaField("Anlass, wenn ohne Beschluss", [LONG])
    starts_on = date_field("Beginn", InputRequired("Bitte den Beginn angeben."))
    due_on = date_field("Frist", InputRequired("Bitte die Frist angeben."))
    reports_to_id = SelectField("Berichtet an", [Optional()], coerce=optional_id)
    interval = choose_one("Zwischenberichte", CadenceInterval, empty="kein Rhythmus")
    report_days = LinesField("Feste Berichtstage")

    def offer(
        self, committees: Sequence[Committee], resolutions: Sequence[KnownResolution], known: Collection[str]
    ) -> ChargeForm:  # fmt: skip
        """The groups, the committees above, those to report to, the resolutions; ``known`` are nobody's names."""
        self.guard(known)
        self._committees = {committee.id: committee for committee in committees}
        self._resolutions = {resolution.id: resolution for resolution in resolutions}
        groups = [c for c in committees if c.kind is CommitteeKind.PROJECT_GROUP]
        self.group_id.choices = [("", "neue Projektgruppe"), *((c.id, c.name) for c in groups)]
        others = [("", "bitte wählen"), *((c.id, c.name) for c in committees if c.is_kim)]
        self.parent_id.choices, self.reports_to_id.choices = others, others
        self.resolution_id.choices = [("", "ohne Beschluss"), *((r.id, r.label) for r in resolutions)]
        if not self.is_submitted():
            highest = next((c.id for c in committees if c.is_highest), None)
            self.starts_on.data, self.parent_id.data, self.reports_to_id.data = today(), highest, highest
        return self

    def validate_report_days(self, field: LinesField) -> None:
        """Days as „31.03.2027", one a line."""
        for line in field.data or []:
            if read_day(line) is None:
                raise ValidationError(f"„{line[:40]}“ ist kein Tag. Bitte zum Beispiel 31.03.2027 schreiben.")

    def charge(self, organisations: Sequence[Organisation]) -> Charge:
        """What was sent, for the service."""
        group = self._committees.get(self.group_id.data or 0)
        days = [day for line in self.report_days.data or [] if (day := read_day(line)) is not None]
        return Charge(
            group=group, name=self.name.data or "", parent=self._committees.get(self.parent_id.data or 0),
            organisations=organisations, mandate=self.mandate.data or "", starts_on=self.starts_on.data,
            due_on=self.due_on.data, reports_to=self._committees.get(self.reports_to_id.data or 0),
            resolution=self._resolutions.get(self.resolution_id.data or 0), reason=self.reason.data or "",
            interval=self.interval.data, report_days=days, confirmation=self.confirmation(),
        )  # fmt: skip


class ReportForm(GuardedForm):
    """What a project group reported."""

    WORDS = ("text",)
    day_id = SelectField("Bericht zum", [Optional()], coerce=optional_id)
    reported_on = date_field("Berichtet am", InputRequired("Bitte den Tag des Berichts angeben."))
    text = TextAreaField("Was wurde berichtet?", [DataRequired("Bitte festhalten, was berichtet wurde."), LONG])
    item_id = SelectField("In der Sitzung", [Optional()], coerce=optional_id)

    def offer(self, project: Project, items: Sequence[tuple[int, str]], known: Collection[str]) -> ReportForm:
        """The days still open and the agenda items at which it may have been given; ``known`` are nobody's names."""
        self.guard(known)
        days: list[tuple[Any, str]] = [(day.id, date_text(day.due_on)) for day in project.open_days]
        self.day_id.choices = [*days, ("", "außer der Reihe")]
        self.item_id.choices = [("", "nicht in einer Sitzung"), *items]
        if not self.is_submitted():
            self.reported_on.data = today()
            self.day_id.data = days[0][0] if days else None
        return self


class EndForm(VersionedForm, GuardedForm):
    """How a mandate ends."""

    WORDS = ("end_note",)
    ended_on = date_field("Beendet am", InputRequired("Bitte den Tag angeben."))
    end_note = TextAreaField("Ergebnis", [DataRequired("Bitte festhalten, wie der Auftrag endet."), LONG])


def read_day(text: str) -> date | None:
    """A day as people write it, „31.03.2027"."""
    found = re.fullmatch(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", text.strip())
    try:
        return date(int(found[3]), int(found[2]), int(found[1])) if found else date.fromisoformat(text.strip())
    except ValueError:
        return None
