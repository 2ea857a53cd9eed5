"""What a browser may send about matters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from wtforms import BooleanField, RadioField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from govern.actions.forms.gap_reports import optional_key, optional_place
from govern.actions.models import ChainPlace, GapKind, GapReport, Matter, MatterState, TermKind
from govern.actions.queries.vocabularies import Terms
from govern.actions.services.matters import Classification, TopicWish
from govern.committees.models import Committee
from govern.meetings.models import ItemKind
from govern.people.forms.fields import VersionedForm
from govern.web import GermanForm

TITLE = [DataRequired("Bitte benennen Sie die Lücke."), Length(max=200, message="Höchstens 200 Zeichen.")]
NOTE = Length(max=2_000, message="Höchstens 2.000 Zeichen.")


def many(label: str) -> SelectMultipleField:
    """Checkboxes."""
    return SelectMultipleField(label, coerce=int, option_widget=CheckboxInput(), widget=ListWidget(prefix_label=False))


class MatterForm(VersionedForm):
    """Title, text and classification of a matter."""

    title = StringField("Titel", TITLE)
    summary = TextAreaField("Worum es geht", [Length(max=10_000, message="Höchstens 10.000 Zeichen.")])
    action_field = SelectField("Handlungsfeld", [DataRequired("Bitte ein Handlungsfeld wählen.")])
    further_fields = SelectMultipleField(
        "Weitere Handlungsfelder", option_widget=CheckboxInput(), widget=ListWidget(prefix_label=False)
    )
    gap_kind = SelectField("Art der Lücke", [InputRequired("Bitte die Art der Lücke wählen.")])
    target_group = SelectField("Zielgruppe", coerce=optional_key)
    legal_area_from = SelectField("Rechtskreis", coerce=optional_key)
    legal_area_to = SelectField("Wechsel in den Rechtskreis", coerce=optional_key)
    chain_place = SelectField("Wo hakt es in der Kette?", coerce=optional_place)

    @classmethod
    def of(cls, terms: Terms, values: dict[str, Any] | None = None, *, fresh: bool = False) -> MatterForm:
        """The form with everything to choose from; ``fresh`` does not read what was sent."""
        form = cls(formdata=None, data=values) if fresh else cls(data=values)
        nothing = ("", "nicht angegeben")
        form.action_field.choices = _kept(terms, TermKind.ACTION_FIELD, (values or {}).get("action_field"))
        form.further_fields.choices = terms.offered(TermKind.ACTION_FIELD)
        form.gap_kind.choices = [(k.value, k.label) for k in GapKind]
        form.target_group.choices = [nothing, *_kept(terms, TermKind.TARGET_GROUP, (values or {}).get("target_group"))]
        areas = terms.offered(TermKind.LEGAL_AREA)
        form.legal_area_from.choices = [nothing, *areas]
        form.legal_area_to.choices = [("", "kein Wechsel"), *areas]
        form.chain_place.choices = [nothing, *((p.value, p.label) for p in ChainPlace)]
        return form

    def classification(self) -> Classification:
        """What was sent, for the service."""
        return Classification(
            title=self.title.data or "", summary=self.summary.data or "", action_field=self.action_field.data,
            further_fields=[f for f in self.further_fields.data or [] if f != self.action_field.data],
            gap_kind=GapKind(self.gap_kind.data), target_group=self.target_group.data,
            legal_area_from=self.legal_area_from.data, legal_area_to=self.legal_area_to.data,
            chain_place=self.chain_place.data,
        )  # fmt: skip


def stored_values(row: Matter | GapReport) -> dict[str, Any]:
    """What the form of a matter starts with; a new one starts from a report."""
    values = {name: getattr(row, name) for name in ("action_field", "target_group", "legal_area_from", "legal_area_to",
                                                    "chain_place")}  # fmt: skip
    values["gap_kind"] = row.gap_kind.value
    if isinstance(row, Matter):
        values |= {"title": row.title, "summary": row.summary, "further_fields": row.further_fields,
                   "version": str(row.version)}  # fmt: skip
    return values


def common_values(reports: Sequence[GapReport]) -> dict[str, Any]:
    """What the form of a matter starts with that bundles reports: of each list what most of them chose."""
    rows = [stored_values(report) for report in reports]
    return {name: Counter(row[name] for row in rows).most_common(1)[0][0] for name in rows[0]}


class AssignForm(GermanForm):
    """To which matter a report goes."""

    matter_id = RadioField("Lücke", [InputRequired("Bitte wählen Sie eine Lücke.")], coerce=int)

    def offer(self, matters: Sequence[Matter]) -> None:
        """The open matters."""
        self._matters = {matter.id: matter for matter in matters}
        self.matter_id.choices = [(m.id, f"{m.number} {m.title}") for m in matters]

    def chosen(self) -> Matter:
        """The chosen matter."""
        return self._matters[self.matter_id.data]


class MergeForm(AssignForm):
    """Which other matter is taken in, and why."""

    reason = StringField("Grund", [Length(max=500, message="Höchstens 500 Zeichen.")])


class SplitForm(GermanForm):
    """Which reports become a matter of their own."""

    title = StringField("Titel der neuen Lücke", TITLE)
    reports = many("Meldungen, die abgetrennt werden")
    reason = StringField("Grund", [Length(max=500, message="Höchstens 500 Zeichen.")])

    def offer(self, reports: Sequence[GapReport]) -> None:
        """The reports of the matter."""
        self._reports = list(reports)
        self.reports.choices = [
            (r.id, " · ".join(p for p in (r.number, r.headline, r.municipality.name if r.municipality else "") if p))
            for r in reports
        ]

    def chosen(self) -> list[GapReport]:
        """The chosen reports."""
        return [report for report in self._reports if report.id in (self.reports.data or [])]


class MatterTopicForm(GermanForm):
    """Before which committee a matter is brought, and in which words."""

    committee_id = SelectField("Gremium", coerce=int)
    purpose = TextAreaField(
        "Worum geht es?", [DataRequired("Bitte kurz beschreiben, worum es geht."), Length(max=20_000)]
    )
    wished_kind = RadioField(
        "Was soll das Gremium tun?", choices=[(k.value, k.label) for k in (ItemKind.DISCUSSION, ItemKind.DECISION)],
        coerce=ItemKind, default=ItemKind.DISCUSSION,
    )  # fmt: skip
    proposal = TextAreaField("Beschlussvorschlag", [Length(max=20_000)])
    with_paper = BooleanField("Entscheidungsvorlage aus den Angaben der Lücke beilegen")
    is_public = BooleanField("Öffentlich beraten", default=True)

    def validate_proposal(self, field: TextAreaField) -> None:
        """What is proposed is there to be decided."""
        if (field.data or "").strip() and self.wished_kind.data is not ItemKind.DECISION:
            raise ValidationError("Bitte oben „Beschluss“ wählen, oder den Vorschlag weglassen.")

    def wish(self) -> TopicWish:
        """What was sent, for the service."""
        return TopicWish(
            purpose=self.purpose.data or "", kind=self.wished_kind.data, proposal=self.proposal.data or "",
            is_public=self.is_public.data,
        )  # fmt: skip

    def offer(self, committees: Sequence[Committee]) -> None:
        """The committees that take topics."""
        self._committees = {committee.id: committee for committee in committees}
        self.committee_id.choices = [(committee.id, committee.name) for committee in committees]

    def chosen(self) -> Committee:
        """The chosen committee."""
        return self._committees[self.committee_id.data]


class CloseForm(GermanForm):
    """How a matter ended, and why."""

    state = RadioField(
        "Ergebnis", choices=[(s.value, s.label) for s in (MatterState.SETTLED, MatterState.DROPPED)],
        coerce=MatterState, default=MatterState.SETTLED,
    )  # fmt: skip
    note = TextAreaField("Begründung", [DataRequired("Bitte begründen: Die Meldenden lesen es."), NOTE])


def _kept(terms: Terms, kind: TermKind, key: str | None) -> list[tuple[str, str]]:
    # An entry that is no longer offered stays where it was chosen.
    offered = terms.offered(kind)
    label = terms.label(kind, key)
    return offered if key is None or key in dict(offered) or label is None else [*offered, (key, label)]
