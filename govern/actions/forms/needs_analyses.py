"""What a browser may send to write the needs analysis of a municipality."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from wtforms import FieldList, FormField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from govern.actions.forms.gap_reports import GuardedForm, optional_key
from govern.actions.models import FindingSort, NeedsAnalysis, TermKind
from govern.actions.queries.vocabularies import Terms
from govern.actions.redaction import plain
from govern.actions.services.needs_analyses import Analysis, Line
from govern.formats import today
from govern.people.forms.fields import VersionedForm, date_field
from govern.web import GermanForm

MOST_LINES = 120
MORE_LINES = 3
_LONG = Length(max=5_000, message="Höchstens 5.000 Zeichen.")


class LineForm(GermanForm):
    """One line; without a text it is left out."""

    class Meta(GermanForm.Meta):
        csrf = False  # the whole form has one

    sort = SelectField("Was", choices=[(sort.value, sort.label) for sort in FindingSort], coerce=FindingSort)
    action_field = SelectField("Handlungsfeld")
    target_group = SelectField("Zielgruppe", coerce=optional_key)
    text = TextAreaField("Beschreibung", [Length(max=1_000, message="Höchstens 1.000 Zeichen.")])
    provider = StringField("Träger oder Stelle", [Length(max=200, message="Höchstens 200 Zeichen.")])


class AnalysisForm(GuardedForm, VersionedForm):
    """A whole version."""

    as_of = date_field("Stand", InputRequired("Bitte den Tag angeben, dessen Stand Sie beschreiben."))
    summary = TextAreaField("Zusammenfassung", [_LONG])
    sources = TextAreaField("Quellen", [_LONG])
    lines = FieldList(FormField(LineForm), min_entries=1, max_entries=MOST_LINES)

    @classmethod
    def of(cls, analysis: NeedsAnalysis | None, terms: Terms, known: Collection[str]) -> AnalysisForm:
        """The form with the newest version."""
        form = cls(data=_stored(analysis))
        form.offer(terms)
        form.guard(known)
        return form

    def offer(self, terms: Terms) -> None:
        """What each line may choose, also what is no longer offered where it was chosen."""
        for entry in self.lines:
            for field, kind, nothing in (
                (entry.form.action_field, TermKind.ACTION_FIELD, []),
                (entry.form.target_group, TermKind.TARGET_GROUP, [("", "nicht angegeben")]),
            ):
                field.choices = [*nothing, *terms.offered(kind)]
                if field.data and field.data in terms.lists[kind] and field.data not in dict(field.choices):
                    field.choices.append((field.data, terms.label(kind, field.data)))

    def add_lines(self, terms: Terms) -> None:
        """Some empty lines at the end."""
        for _line in range(min(MORE_LINES, MOST_LINES - len(self.lines))):
            self.lines.append_entry({"sort": FindingSort.MISSING})
        self.offer(terms)

    def written(self) -> str:
        """Everything that was written freely."""
        return self.analysis().words

    def analysis(self) -> Analysis:
        """What was typed, for the service."""
        lines = [
            Line(sort=entry.form.sort.data or FindingSort.NEED, action_field=entry.form.action_field.data or "",
                 target_group=entry.form.target_group.data, text=text, provider=plain(entry.form.provider.data))
            for entry in self.lines if (text := plain(entry.form.text.data))
        ]  # fmt: skip
        return Analysis(as_of=self.as_of.data or today(), lines=lines, summary=plain(self.summary.data),
                        sources=plain(self.sources.data))  # fmt: skip


def _stored(analysis: NeedsAnalysis | None) -> dict[str, Any]:
    if analysis is None:
        return {"version": "0", "as_of": today(), "lines": [{"sort": sort} for sort in FindingSort]}
    return {
        "version": str(analysis.number), "as_of": today(), "summary": analysis.summary, "sources": analysis.sources,
        "lines": [
            {"sort": line.sort, "action_field": line.action_field, "target_group": line.target_group or "",
             "text": line.text, "provider": line.provider}
            for line in analysis.lines
        ],
    }  # fmt: skip
