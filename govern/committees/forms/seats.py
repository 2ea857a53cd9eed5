"""What a browser may send to the pages of seats and mandates."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from wtforms import BooleanField, HiddenField, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from govern.committees.forms.fields import choose_one, id_or_none, pick_one
from govern.committees.models import (
    Committee,
    MailTarget,
    MandateKind,
    Participation,
    RepresentsMode,
    Seat,
    Voting,
)
from govern.committees.queries.compositions import FilledSeat
from govern.formats import today
from govern.people.forms.choices import OrganisationsChoiceField, PersonChoiceField
from govern.people.forms.fields import LinesField, VersionedForm, date_field, is_email, text_field, tidy
from govern.people.models import Organisation
from govern.web import GermanForm


class SeatForm(VersionedForm):
    """One entry of the list: institution(s), function, and how it takes part."""

    function = StringField("Funktion", [DataRequired("Bitte eine Funktion angeben."), Length(max=300)],
                           description="In neutraler Form, zum Beispiel „Leitung der Ausländerbehörde“.")  # fmt: skip
    organisation_ids = OrganisationsChoiceField("Institutionen", [Optional()])
    group_id = SelectField("Überschrift", coerce=id_or_none)
    parent_id = SelectField("Steht unter dem Sitz", coerce=id_or_none)
    is_open_number = BooleanField("Zahl der Personen ist offen")
    person_count = IntegerField(
        "Personen", [Optional(), NumberRange(1, 1000, "Bitte eine Zahl von 1 bis 1000 angeben.")], default=1
    )
    participation = pick_one("Teilnahme", Participation, default=Participation.STANDING)
    voting = pick_one("Stimmrecht", Voting, default=Voting.NOT_STATED)
    alternatives = LinesField("Wahlweise Funktionen", description="Je Zeile eine; eine davon nimmt den Sitz wahr.")
    represents_mode = choose_one("Spricht für andere", RepresentsMode, empty="nicht angegeben")
    represents_scope = text_field("Spricht für (Wortlaut)", Length(max=500),
                                  description="Zum Beispiel „alle kreisangehörigen Kommunen“.")  # fmt: skip
    represents_count = IntegerField(
        "Zahl der Vertretenen", [Optional(), NumberRange(1, 10_000, "Bitte eine Zahl ab 1 angeben.")]
    )
    represents_ids = OrganisationsChoiceField("Spricht für diese Institutionen", [Optional()])
    is_example = BooleanField("Das Konzept nennt die Institution nur als Beispiel")
    mailbox = text_field("Funktionspostfach", Length(max=200), is_email,
                         description="Adresse der Funktion; sie bleibt, wenn die Person wechselt.")  # fmt: skip
    mail_target = pick_one("Post geht", MailTarget, default=MailTarget.PERSON)
    note = TextAreaField("Anmerkung", [Length(max=5_000)], filters=[tidy])

    def offer(self, committee: Committee, seats: Iterable[FilledSeat], seat: Seat | None = None) -> SeatForm:
        """Offer the headings of the committee and its seats of today."""
        self.group_id.choices = [("", "ohne Überschrift"), *((g.id, g.name) for g in committee.seat_groups)]
        others = [f for f in seats if f.seat is not seat]
        self.parent_id.choices = [("", "unter keinem"), *((f.seat.id, f.seat.label) for f in others)]
        if seat is not None and seat.parent_id and seat.parent_id not in {f.seat.id for f in others}:
            self.parent_id.choices.append((seat.parent_id, "bisheriger Sitz"))
        return self

    def validate(self, extra_validators: Any = None) -> bool:
        """A number, or the tick that it is open."""
        is_fine = bool(super().validate(extra_validators))
        if self.person_count.data is None and not self.is_open_number.data and not self.person_count.errors:
            return _refuse(self.person_count, "Bitte eine Zahl angeben oder „offen“ ankreuzen.")
        if self.mail_target.data is not MailTarget.PERSON and not self.mailbox.data and not self.mailbox.errors:
            return _refuse(self.mailbox, "Bitte die Adresse des Funktionspostfachs angeben.")
        return is_fine

    def facts(self, organisations: list[Organisation], represents: list[Organisation]) -> dict[str, Any]:
        """What the services take."""
        names = ("function", "group_id", "parent_id", "participation", "voting", "alternatives", "represents_mode",
                 "represents_scope", "represents_count", "is_example", "note", "mailbox", "mail_target")  # fmt: skip
        values = {name: self[name].data for name in names}
        count = None if self.is_open_number.data else self.person_count.data
        return {**values, "person_count": count, "organisations": organisations, "represents": represents}


class NewSeatForm(SeatForm):
    """A new entry, or one for each chosen institution (B4)."""

    one_each = BooleanField("Je gewählter Institution ein eigener Sitz",
                            description="Aus einer Zeile des Konzepts werden mehrere Sitze.")  # fmt: skip
    starts_on = date_field("Ab", description="Erster Tag. Leer: von Anfang an.")


class ChangeSeatForm(SeatForm):
    """Correct a mistake, or change the composition from a day on (B12)."""

    how = RadioField("Was möchten Sie?", choices=[
        ("change", "Die Zusammensetzung ab einem Tag ändern"), ("correct", "Einen Fehler berichtigen"),
    ], default="change")  # fmt: skip
    from_day = date_field("Gilt ab", description="Erster Tag. Davor bleibt die Liste, wie sie war.", default=today)

    def validate(self, extra_validators: Any = None) -> bool:
        """A change needs its day."""
        is_fine = super().validate(extra_validators)
        if self.how.data != "correct" and self.from_day.data is None and not self.from_day.errors:
            return _refuse(self.from_day, "Bitte den Tag angeben.")
        return is_fine


VOTING_WORDS = {Voting.YES: "ja", Voting.NO: "nein (beratend)", Voting.NOT_STATED: "nicht angegeben"}


class SeatVotingForm(GermanForm):
    """The right to vote of one seat of the list; the page's own form carries the token."""

    class Meta(GermanForm.Meta):
        csrf = False

    voting = RadioField(choices=[(v.value, words) for v, words in VOTING_WORDS.items()])
    seen = HiddenField()

    seat: Seat | None = None

    @classmethod
    def of(cls, seat: Seat, *, sent: bool = True) -> SeatVotingForm:
        """The line of ``seat``, filled with what is stored; not ``sent`` does not read what was sent."""
        values: dict[str, Any] = {"prefix": f"sitz{seat.id}-", "data": {"voting": seat.voting, "seen": seat.voting}}
        form = cls(**values) if sent else cls(formdata=None, **values)
        form.seat, form.voting.label.text = seat, seat.label
        return form

    def chosen(self) -> Voting:
        """What was chosen."""
        return Voting(self.voting.data)

    def shown(self) -> Voting | None:
        """What the page showed; None, which counts as stale, where that cannot be read."""
        return next((v for v in Voting if v.value == self.seen.data), None)

    def is_touched(self) -> bool:
        """True if something else was chosen than the page showed."""
        return bool(self.voting.data != self.seen.data)


class VotingRightsForm(GermanForm):
    """From when on the rights to vote of a list hold, or that they were recorded wrongly (B10, B12)."""

    how = RadioField("Was möchten Sie?", choices=[
        ("change", "Das Stimmrecht ab einem Tag ändern"),
        ("correct", "Einen Fehler berichtigen oder Fehlendes nachtragen"),
    ], default="change")  # fmt: skip
    from_day = date_field("Gilt ab", description="Erster Tag. Davor bleibt die Liste, wie sie war.", default=today)
    listed = HiddenField()

    def offer(self, seats: Sequence[Seat]) -> VotingRightsForm:
        """List the seats of the day; what was chosen for one replaced meanwhile is chosen for its successor."""
        sent = {int(i) for i in str(self.listed.data or "").split(",") if i.isascii() and i.isdigit() and len(i) < 10}
        self.lines = [SeatVotingForm.of(seat, sent=seat.id in sent) for seat in seats]
        lost = {i: SeatVotingForm(prefix=f"sitz{i}-") for i in sent - {seat.id for seat in seats}}
        self.lost = {i: line for i, line in lost.items() if line.is_touched() and line.voting.data in VOTING_WORDS}
        for line, seat in zip(self.lines, seats, strict=True):
            earlier = self.lost.get(seat.replaces_id) if seat.replaces_id is not None else None
            if earlier is not None and earlier.chosen() is seat.voting and seat.replaces_id is not None:
                del self.lost[seat.replaces_id]  # as chosen already: the form was sent twice
            elif earlier is not None:
                line.voting.data, line.seen.data = earlier.voting.data, earlier.seen.data
        self.listed.data = ",".join(str(seat.id) for seat in seats)
        return self

    lines: list[SeatVotingForm]
    lost: dict[int, SeatVotingForm]
    """Lines that were touched and whose seats belong to the list no more."""

    def validate(self, extra_validators: Any = None) -> bool:
        """A change needs its day, and every line one of the three values."""
        is_fine = bool(super().validate(extra_validators))
        if not all([line.validate() for line in self.lines]):
            self.form_errors.append("Bitte bei jedem Sitz eine der drei Angaben wählen.")
            is_fine = False
        if self.how.data != "correct" and self.from_day.data is None and not self.from_day.errors:
            return _refuse(self.from_day, "Bitte den Tag angeben.")
        return is_fine

    def choices(self) -> tuple[dict[int, Voting], dict[int, Voting | None]]:
        """What was chosen, and what the page had shown, by seat id."""
        lines = {line.seat.id: line for line in self.lines if line.seat is not None} | self.lost
        return {i: each.chosen() for i, each in lines.items()}, {i: each.shown() for i, each in lines.items()}

    def conflicts(self) -> list[tuple[str, str, str]]:
        """(seat, chosen here, stored meanwhile) where they differ; the next save is then based on what is stored."""
        found = []
        for line in self.lines:
            if line.seat is None:
                continue
            if (line.is_touched() or line.seat.replaces_id in self.lost) and line.chosen() is not line.seat.voting:
                found.append((line.seat.label, VOTING_WORDS[line.chosen()], VOTING_WORDS[line.seat.voting]))
            elif not line.is_touched():
                line.voting.data = line.seat.voting
            line.seen.data = line.seat.voting
        successors = {line.seat.replaces_id for line in self.lines if line.seat is not None}
        gone = [line for i, line in self.lost.items() if i not in successors]
        return found + [("ein Sitz, den die Liste nicht mehr enthält", VOTING_WORDS[g.chosen()], "–") for g in gone]


class GroupForm(VersionedForm):
    """A heading of the list of seats."""

    name = StringField("Überschrift", [DataRequired("Bitte eine Überschrift angeben."), Length(max=300)])


class OrderForm(GermanForm):
    """The new order of a list: ids, separated by commas."""

    order = StringField("Reihenfolge")
    direction = StringField("Richtung")

    @property
    def is_down(self) -> bool:
        """True for „nach unten"."""
        return bool(self.direction.data == "down")

    def ids(self) -> list[int]:
        """The ids; what is no number is left out, the service then refuses the list."""
        parts = (self.order.data or "").split(",")
        return [int(p) for p in parts if p.strip().isascii() and p.strip().isdigit() and len(p) < 19]


class MandateForm(GermanForm):
    """Name a holder or deputy, chosen from the directory or entered here."""

    kind = pick_one("Als", MandateKind, default=MandateKind.HOLDER)
    person_id = PersonChoiceField("Person", [Optional()])
    given_name = text_field("Vorname", Length(max=120))
    family_name = text_field("Nachname", Length(max=120))
    email = text_field("E-Mail (dienstlich)", Length(max=200), is_email)
    new_function = text_field("Funktion der Person", Length(max=200))
    new_organisation_id = SelectField("Institution der Person", coerce=id_or_none)
    function_held = SelectField("Nimmt den Sitz wahr als", default="")
    organisation_id = SelectField("Für die Institution", coerce=id_or_none)
    starts_on = date_field("von", InputRequired("Bitte den Tag angeben."), default=today)
    ends_on = date_field("bis", description="Letzter Tag. Leer: bis auf Weiteres.")
    succeeds = BooleanField("Die bisherige Besetzung endet am Tag davor")
    is_another = BooleanField("Trotzdem eintragen: Es ist eine andere Person.")

    def offer(self, seat: Seat, organisations: Iterable[Organisation], kinds: Iterable[MandateKind]) -> MandateForm:
        """Offer what this seat allows and what this person may name."""
        found = list(organisations)
        self.kind.choices = [(k.value, k.label) for k in kinds]
        if len(self.kind.choices) == 1:
            self.kind.data = MandateKind(self.kind.choices[0][0])
        self.function_held.choices = [("", "nicht angegeben"), *((a, a) for a in seat.alternatives)]
        self.organisation_id.choices = [("", "nicht angegeben"), *((o.id, o.name) for o in found)]
        self.new_organisation_id.choices = [("", "nicht angegeben"), *((o.id, o.name) for o in found)]
        return self

    @property
    def enters_person(self) -> bool:
        """True if a new person is entered instead of chosen."""
        return bool(self.family_name.data or self.given_name.data)

    def validate(self, extra_validators: Any = None) -> bool:
        """A person chosen, or one entered with a family name."""
        is_fine = bool(super().validate(extra_validators))
        if self.enters_person and not self.family_name.data:
            return _refuse(self.family_name, "Bitte den Nachnamen angeben.")
        if self.enters_person and self.person_id.chosen_ids:
            return _refuse(self.person_id, "Bitte eine Person wählen oder unten eine neue eintragen, nicht beides.")
        if not self.enters_person and not self.person_id.chosen_ids and not self.person_id.errors:
            return _refuse(self.person_id, "Bitte eine Person wählen oder unten neu eintragen.")
        return is_fine


def _refuse(field: Any, sentence: str) -> bool:
    field.errors = [*field.errors, sentence]
    return False
