"""What a browser may send about the report to the municipalities."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from wtforms import HiddenField, TextAreaField
from wtforms.validators import DataRequired, Length

from govern.actions.forms.gap_reports import GuardedForm
from govern.actions.models import MunicipalReport
from govern.people.forms.fields import VersionedForm, date_field
from govern.web import GermanForm

DAY = DataRequired("Bitte einen Tag angeben.")


class MunicipalReportForm(GuardedForm, VersionedForm):
    """Period and foreword."""

    WORDS = ("foreword",)
    starts_on = date_field("Von", DAY)
    ends_on = date_field("Bis", DAY)
    foreword = TextAreaField("Vorwort", [Length(max=5_000, message="Höchstens 5.000 Zeichen.")])

    @classmethod
    def of(cls, values: dict[str, Any], known: Collection[str], *, fresh: bool = False) -> MunicipalReportForm:
        """The form; ``fresh`` does not read what was sent."""
        form = cls(formdata=None, data=values) if fresh else cls(data=values)
        form.guard(known)
        return form


class SendForm(GermanForm):
    """The deliberate dispatch of what was seen."""

    version = HiddenField()

    def based_on(self) -> int:
        """The version the person saw."""
        text = str((self.version.raw_data or [""])[0])
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


def stored_values(report: MunicipalReport) -> dict[str, Any]:
    """What the form of a draft starts with."""
    return {"starts_on": report.starts_on, "ends_on": report.ends_on, "foreword": report.foreword,
            "version": str(report.version)}  # fmt: skip
