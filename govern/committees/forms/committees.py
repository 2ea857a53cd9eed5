"""What a browser may send to the pages of committees."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import request
from wtforms import (
    BooleanField,
    HiddenField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, Regexp
from wtforms.widgets import CheckboxInput, ListWidget

from govern.committees.contributions import KnownResolution
from govern.committees.forms.fields import PartialDateField, choose_one, id_or_none, labels, pick_one
from govern.committees.models import (
    CadenceInterval,
    Committee,
    CommitteeKind,
    CommitteeNameKind,
    CommitteeStatus,
    Level,
    Mandate,
    MandateKind,
    OfficerRole,
)
from govern.committees.queries.committees import CommitteeFilter
from govern.formats import today
from govern.people.forms.choices import OrganisationChoiceField, PersonChoiceField
from govern.people.forms.fields import LinesField, VersionedForm, date_field, text_field, three_valued, tidy
from govern.web import GermanForm

ONE_A_LINE = "Je Zeile ein Eintrag."
PARTIAL = "Tag, Monat oder Jahr: 17.03.2021, März 2021 oder 2021."


class CommitteeFilterForm(GermanForm):
    """Search and filters of the list; part of the address, so without token."""

    q = StringField("Name", description=None)
    art = SelectField("Art", choices=[("", "alle"), *labels(CommitteeKind)], default="")
    ebene = SelectField("Ebene", choices=[("", "alle"), *labels(Level)], default="")
    status = SelectField("Status", choices=[("", "alle"), *labels(CommitteeStatus)], default="")
    kreis = SelectField("Zugehörigkeit", choices=[("", "alle"), ("kim", "KIM"), ("netzwerk", "Netzwerk")], default="")
    am = date_field("Stand am")
    faellig = BooleanField("nur fällige")
    beendete = BooleanField("auch beendete")

    class Meta:
        csrf = False

    def __init__(self) -> None:
        super().__init__(formdata=request.args)

    def chosen(self) -> CommitteeFilter:
        """The filter; unknown values narrow nothing."""
        return CommitteeFilter(
            text=(self.q.data or "").strip(),
            kind=_member(CommitteeKind, self.art.data),
            level=_member(Level, self.ebene.data),
            status=_member(CommitteeStatus, self.status.data),
            circle={"kim": "kim", "netzwerk": "network"}.get(self.kreis.data or "", ""),
            only_due=bool(self.faellig.data),
            with_ended=bool(self.beendete.data),
        )


class CommitteeForm(VersionedForm):
    """Everything that is recorded of a committee, except what has a date of its own."""

    name = StringField("Name", [DataRequired("Bitte einen Namen angeben."), Length(max=300)])
    short_name = text_field("Kurzname", Length(max=20),
                            description="Steht in Beschlussnummern, zum Beispiel LG-B-2026-07.")  # fmt: skip
    kind = choose_one("Art", CommitteeKind)
    level = choose_one("Ebene", Level, empty="nicht angegeben")
    status = choose_one("Status", CommitteeStatus, default=CommitteeStatus.ACTIVE)
    is_kim = BooleanField("gehört zu KIM", default=True,
                          description="Ohne Haken steht das Gremium im Netzwerk.")  # fmt: skip
    network_relation = text_field("Beziehung zu KIM", Length(max=500), description="Für Gremien des Netzwerks.")
    source = text_field("Quelle", Length(max=500),
                        description="Wo das steht, zum Beispiel „KIM-Konzept, Abschnitt 2.1“.")  # fmt: skip
    purpose = TextAreaField("Zweck", [Length(max=10_000)], filters=[tidy])
    opening_reason = TextAreaField("Anlass der Einrichtung", [Length(max=10_000)], filters=[tidy],
                                   description="Warum es das Gremium gibt, wenn kein Beschluss nötig ist.")  # fmt: skip
    chair_function = text_field("Vorsitz (Funktion)", Length(max=300),
                                description="Zum Beispiel „Leitung des Dezernats“. Leer: nicht angegeben.")  # fmt: skip
    chair_seat_id = SelectField("Vorsitz hat diesen Sitz", coerce=id_or_none)
    chair_organisation_id = OrganisationChoiceField("Vorsitz (Institution)", [Optional()])
    office_function = text_field("Geschäftsführung (Stelle)", Length(max=300))
    office_organisation_id = OrganisationChoiceField("Geschäftsführung (Institution)", [Optional()])
    moderation = text_field("Moderation", Length(max=300))
    minute_taking = text_field("Protokoll", Length(max=300))
    preparation = text_field("Vorbereitung", Length(max=300))
    invitation = text_field("Einladung", Length(max=300))
    cadence_interval = choose_one("Turnus", CadenceInterval, empty="nicht zählbar oder nicht angegeben",
                                  description="Daraus folgt, ob eine Sitzung fällig ist.")  # fmt: skip
    cadence_text = text_field("Turnus im Wortlaut", Length(max=500))
    cadence_as_needed = three_valued("Sitzungen nach Bedarf")
    founded_on = PartialDateField("Gegründet", description=PARTIAL)
    founding_event = text_field("Gründungsanlass", Length(max=500))
    max_size = IntegerField("Höchstgröße (Personen)",
                            [Optional(), NumberRange(1, 10_000, "Bitte eine Zahl ab 1 angeben.")])  # fmt: skip
    max_size_approximate = three_valued("Höchstgröße ist ungefähr gemeint")
    rules_exist = three_valued("Geschäftsordnung vorhanden")
    rules_adopted_on = PartialDateField("Geschäftsordnung vom", description=PARTIAL)
    rules_note = text_field("Anmerkung zur Geschäftsordnung", Length(max=1000))
    tasks = LinesField("Aufgaben", description=ONE_A_LINE)
    competences = LinesField("Entscheidungsbefugnisse", description=ONE_A_LINE)
    composition_rule = TextAreaField("Regel zur Zusammensetzung", [Length(max=10_000)], filters=[tidy])
    guests_rule = TextAreaField("Regel zu Gästen", [Length(max=10_000)], filters=[tidy])
    unresolved_rule = TextAreaField("Was mit Ungelöstem geschieht", [Length(max=10_000)], filters=[tidy])
    minutes_content = LinesField("Was das Protokoll enthält", description=ONE_A_LINE)
    meetings_public = BooleanField("Sitzungen sind in der Regel öffentlich",
                                   description="Öffentlich heißt: Alle Angemeldeten dürfen sie lesen.")  # fmt: skip
    note = TextAreaField("Anmerkung", [Length(max=10_000)], filters=[tidy])

    def offer_seats(self, seats: Iterable[Any]) -> CommitteeForm:
        """Offer the seats of today for the chair."""
        self.chair_seat_id.choices = [("", "kein Sitz auf der Liste"), *((s.id, s.label) for s in seats)]
        return self

    def facts(self) -> dict[str, Any]:
        """What the services take: everything typed but the version and the parent."""
        return {
            name: value
            for name, value in self.values().items()
            if name not in ("version", "parent_id", "opening_resolution_id")
        }


class NewCommitteeForm(CommitteeForm):
    """A new committee says under which one it hangs."""

    parent_id = SelectField("Übergeordnetes Gremium", coerce=id_or_none)
    opening_resolution_id = SelectField(
        "Eingesetzt durch Beschluss",
        coerce=id_or_none,
        description="Beschluss des übergeordneten Gremiums. Nötig, wenn dessen Geschäftsordnung es verlangt.",
    )

    def offer_resolutions(self, resolutions: Iterable[KnownResolution]) -> NewCommitteeForm:
        """Offer the resolutions that may have set it up."""
        self.opening_resolution_id.choices = [("", "keiner"), *((r.id, r.label) for r in resolutions)]
        return self

    def offer_parents(self, parents: Iterable[Committee], *, may_be_top: bool) -> NewCommitteeForm:
        """Offer the committees it may hang under."""
        offer_committees(self.parent_id, parents, "keines (oberste Ebene)" if may_be_top else None)
        return self


class MoveForm(VersionedForm):
    """Another parent from a day on (A8)."""

    parent_id = SelectField("Künftig unter", coerce=id_or_none)
    from_day = date_field("Ab", InputRequired("Bitte den Tag angeben."), description="Erster Tag, höchstens heute.")
    reason = text_field("Grund", Length(max=500))


class RenameForm(VersionedForm):
    """A new name from a day on (A10)."""

    name = StringField("Neuer Name", [DataRequired("Bitte einen Namen angeben."), Length(max=300)])
    short_name = text_field("Kurzname", Length(max=20))
    from_day = date_field("Ab", InputRequired("Bitte den Tag angeben."),
                          description="Erster Tag mit dem neuen Namen, höchstens heute.")  # fmt: skip
    note = text_field("Anmerkung", Length(max=500))

    def facts(self) -> dict[str, Any]:
        """What the service takes."""
        return {name: value for name, value in self.values().items() if name != "version"}


class ShortNameForm(VersionedForm):
    """The short name alone, with a proposal to change or to keep."""

    short_name = StringField(
        "Kurzname", [DataRequired("Bitte einen Kurznamen angeben."), Length(max=20, message="Höchstens 20 Zeichen."),
                     Regexp(r"[^\W_]", message="Bitte mit einem Buchstaben oder einer Ziffer beginnen.")],
        filters=[tidy], description="Steht in Beschlussnummern, zum Beispiel LG-B-2026-07.",
    )  # fmt: skip


class NameForm(GermanForm):
    """A second spelling or a predecessor (A10)."""

    name = StringField("Weiterer Name", [DataRequired("Bitte einen Namen angeben."), Length(max=300)])
    kind = pick_one("Art des Namens", CommitteeNameKind, default=CommitteeNameKind.ALIAS)
    note = text_field("Anmerkung", Length(max=500))

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
        self.kind.choices = [(k.value, k.label) for k in (CommitteeNameKind.ALIAS, CommitteeNameKind.PREDECESSOR)]


class EndForm(VersionedForm):
    """The last day of a committee."""

    ended_on = date_field("Letzter Tag", InputRequired("Bitte den Tag angeben."))


class MergeForm(VersionedForm):
    """Two committees turn out to be one (A19)."""

    into_id = SelectField("Ist dasselbe wie", coerce=id_or_none)
    on = date_field("Letzter Tag als eigenes Gremium", InputRequired("Bitte den Tag angeben."))
    take_seats = BooleanField("Sitze und laufende Mandate in das andere Gremium übernehmen")
    take_children = BooleanField("Untergeordnete Gremien unter das andere hängen")
    reason = text_field("Grund", Length(max=500))


class HighestForm(VersionedForm):
    """Mark as the highest KIM committee; the present one is named so that it is replaced deliberately (A2)."""

    instead_of = HiddenField()


class OfficerForm(GermanForm):
    """Who chairs the committee or acts for its office, from–to."""

    role = pick_one("Aufgabe", OfficerRole, default=OfficerRole.OFFICE)
    person_id = PersonChoiceField("Person", [InputRequired("Bitte eine Person wählen.")])
    starts_on = date_field("von", InputRequired("Bitte den Tag angeben."), default=today)
    ends_on = date_field("bis", description="Letzter Tag. Leer: bis auf Weiteres.")


class RuleForm(GermanForm):
    """A rule that the composition must keep (B15)."""

    text = StringField(
        "Regel", [DataRequired("Bitte die Regel angeben."), Length(max=500)],
        description="Zum Beispiel „Mindestens eine Bürgermeisterin oder ein Bürgermeister“.",
    )  # fmt: skip
    minimum = IntegerField(
        "Mindestens",
        [InputRequired("Bitte eine Zahl angeben."), NumberRange(1, 1000, "Bitte eine Zahl ab 1 angeben.")], default=1,
    )  # fmt: skip
    function_contains = StringField(
        "Wort in der Funktion", [DataRequired("Bitte ein Wort angeben."), Length(max=200)],
        description="Gezählt wird, in wessen Funktion dieses Wort vorkommt, zum Beispiel „Bürgermeister“.",
    )  # fmt: skip
    source = text_field("Quelle", Length(max=500))


class ConfirmForm(GermanForm):
    """One resolution confirms several members (B17)."""

    mandates = SelectMultipleField(
        "Mitglieder",
        coerce=int,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        validate_choice=False,
    )
    resolution_id = SelectField("Bestätigt durch Beschluss", coerce=id_or_none)

    def offer(self, mandates: Iterable[Mandate], resolutions: Iterable[KnownResolution]) -> ConfirmForm:
        """Offer members without a confirmation, and the resolutions of the committees above."""
        self.mandates.choices = [
            (m.id, f"{m.person.name}: {m.seat.label}{' (Stellvertretung)' if m.kind is MandateKind.DEPUTY else ''}")
            for m in mandates
        ]
        self.resolution_id.choices = [("", "bitte wählen"), *((r.id, r.label) for r in resolutions)]
        return self


class DayForm(VersionedForm):
    """A last day, in small forms that end something."""

    ends_on = date_field("Letzter Tag", InputRequired("Bitte den Tag angeben."), default=today)


def offer_committees(field: SelectField, committees: Iterable[Committee], empty: str | None) -> None:
    """Fill a list of choices with committees, network apart."""
    kim: list[tuple[int | str, str]] = []
    network: list[tuple[int | str, str]] = []
    for c in committees:
        (kim if c.is_kim else network).append((c.id, c.name))
    first: list[tuple[int | str, str]] = [("", empty)] if empty else []
    field.choices = [*first, *kim, *((i, f"{name} (Netzwerk)") for i, name in network)]


def _member(kind: Any, value: str | None) -> Any:
    return kind(value) if value in {m.value for m in kind} else None
