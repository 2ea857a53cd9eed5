"""What a browser may send to ask for dates and to answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from wtforms import BooleanField, FieldList, Form, FormField, RadioField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from govern.formats import local, timespan
from govern.meetings.forms.times import ClockField, within_reach
from govern.meetings.models import DateChoice, DateOption, DatePoll
from govern.meetings.queries.meetings import Proposal
from govern.meetings.services.polls import MOST_OPTIONS, Offer
from govern.people.forms.fields import VersionedForm, date_field, text_field
from govern.web import GermanForm

ROWS = 6


class OfferForm(Form):
    """One date to offer; a row without a day is passed over."""

    day = date_field("Tag", Optional(), within_reach)
    starts = ClockField("Beginn", [Optional()])
    ends = ClockField("Ende", [Optional()])


class PollForm(VersionedForm):
    """A date poll: what for, until when, and which dates."""

    title = text_field("Wofür", InputRequired("Bitte angeben, wofür der Termin gesucht wird."),
                       Length(max=200, message="Höchstens 200 Zeichen."))  # fmt: skip
    note = TextAreaField("Hinweis an die Mitglieder", [Length(max=2000, message="Höchstens 2.000 Zeichen.")])
    closes_on = date_field(
        "Antworten bis", Optional(), within_reach, description="Letzter Tag, an dem Antworten angenommen werden."
    )
    with_deputies = BooleanField("Auch Stellvertretungen fragen")
    offers = FieldList(FormField(OfferForm), "Termine", max_entries=MOST_OPTIONS)

    def dates(self) -> list[Offer] | None:
        """The dates typed; None after noting what is missing."""
        found: list[Offer] = []
        for row in self.offers:
            if row.day.data is None:
                continue
            if row.starts.data is None or row.ends.data is None:
                row.day.errors = [*row.day.errors, "Bitte Beginn und Ende angeben."]
                self.form_errors.append("Bei einem Termin fehlen Beginn oder Ende.")
                return None
            found.append((row.day.data, row.starts.data, row.ends.data))
        return found

    def facts(self) -> dict[str, Any]:
        """What the service takes, beside the dates."""
        return {"title": self.title.data, "note": self.note.data, "closes_on": self.closes_on.data}


def start_values(proposal: Proposal) -> dict[str, Any]:
    """An empty poll: the title and usual times of the committee's next meeting."""
    row: dict[str, Any] = {"day": None, "starts": proposal.starts, "ends": proposal.ends}
    rows = [dict(row) for _ in range(ROWS)]
    rows[0]["day"] = proposal.day
    return {"title": f"{proposal.number}. Sitzung", "offers": rows}


def stored_values(poll: DatePoll, version: str) -> dict[str, Any]:
    """What the form for an existing poll starts with, and some empty rows."""
    rows: list[dict[str, Any]] = [
        {"day": local(o.starts_at).date(), "starts": local(o.starts_at).time(), "ends": local(o.ends_at).time()}
        for o in poll.options
    ]
    empty = {**rows[0], "day": None}
    rows += [dict(empty) for _ in range(min(3, MOST_OPTIONS - len(rows)))]
    return {"title": poll.title, "note": poll.note, "closes_on": poll.closes_on, "offers": rows, "version": version}


class AnswerForm(GermanForm):
    """An answer to each date, and a note. The fields for the dates are made by :func:`answer_form`."""

    note = text_field("Bemerkung", Length(max=500, message="Höchstens 500 Zeichen."),
                      description="Zum Beispiel: kann erst ab 15 Uhr.")  # fmt: skip
    option_ids: Sequence[int] = ()

    @property
    def rows(self) -> list[Any]:
        """The fields of the dates, in order."""
        return [self[f"option_{identity}"] for identity in self.option_ids]

    def choices(self) -> dict[int, DateChoice]:
        """What the service takes."""
        return {i: DateChoice(self[f"option_{i}"].data) for i in self.option_ids}


def answer_form(options: Sequence[DateOption], given: Mapping[int, DateChoice], note: str | None) -> AnswerForm:
    """The form for these dates, filled with what was answered before."""
    choices = [(choice.value, choice.label) for choice in DateChoice]
    fields: dict[str, Any] = {
        f"option_{option.id}": RadioField(
            timespan(option.starts_at, option.ends_at), [InputRequired("Bitte eine Antwort wählen.")], choices=choices
        )
        for option in options
    }
    made: type[AnswerForm] = type(
        "DatedAnswerForm", (AnswerForm,), {**fields, "option_ids": [option.id for option in options]}
    )
    values = {f"option_{option_id}": choice.value for option_id, choice in given.items()}
    return made(data={**values, "note": note})
