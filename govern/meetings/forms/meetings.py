"""What a browser may send to plan, change, move and cancel a meeting."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from wtforms import BooleanField, IntegerField, RadioField, SelectField, SelectMultipleField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from govern.committees.models import Committee
from govern.formats import date_text, local
from govern.free_days import day_words
from govern.meetings.forms.past import confirmation_field, demand_confirmed
from govern.meetings.forms.persons import PersonNearField, offer
from govern.meetings.forms.times import ClockField, within_reach
from govern.meetings.models import DateOption, Meeting, MeetingMode, MeetingRoleKind, Place
from govern.meetings.queries.choices import PersonsAround
from govern.meetings.queries.meetings import Proposal
from govern.people.forms.fields import VersionedForm, date_field, text_field
from govern.web import GermanForm

NOBODY = (0, "noch offen")


class TimeForm(VersionedForm):
    """Day and times of a meeting."""

    day = date_field("Tag", InputRequired("Bitte einen Tag angeben."), within_reach)
    starts = ClockField("Beginn", [InputRequired("Bitte eine Uhrzeit wie 14:00 angeben.")])
    ends = ClockField("Ende", [InputRequired("Bitte eine Uhrzeit wie 16:30 angeben.")])
    is_past = confirmation_field()

    def validate_is_past(self, field: BooleanField) -> None:
        """A day that is over is asked back for."""
        demand_confirmed(field, [self.day.data])

    @property
    def day_note(self) -> str | None:
        """What to think of before planning on this day: weekend, public and school holidays. Nothing is refused."""
        words = day_words(self.day.data) if self.day.data else []
        return f"Hinweis zum {date_text(self.day.data)}: {', '.join(words)}." if words else None

    def with_day_note(self, sentence: str) -> str:
        """``sentence`` of what is done, and what is special about the day, if anything."""
        return f"{sentence} {self.day_note}" if self.day_note else sentence

    def differences(self, stored: GermanForm) -> list[tuple[str, str, str]]:
        """As ever; the answer to the question is nothing that is stored."""
        return [pair for pair in super().differences(stored) if pair[0] != self.is_past.label.text]


class MeetingForm(VersionedForm):
    """Everything stated of a meeting except its time."""

    title = text_field(
        "Eigener Titel", Length(max=200, message="Höchstens 200 Zeichen."),
        description="Nur wenn „9. Sitzung …“ nicht passt, zum Beispiel „Klausurtagung“.",
    )  # fmt: skip
    number = IntegerField(
        "Nummer der Sitzung", [Optional(), NumberRange(1, 9999, message="Bitte eine Zahl von 1 bis 9999 angeben.")],
        description="Wird je Gremium gezählt. Leer lassen, wenn die Sitzung nicht mitzählt.",
    )  # fmt: skip
    mode = RadioField("Form", choices=[(m.value, m.label) for m in MeetingMode], coerce=MeetingMode)
    place_id = SelectField("Ort", coerce=int)
    place_note = text_field("Raum oder Zusatz", Length(max=200, message="Höchstens 200 Zeichen."))
    video_url = text_field(
        "Videolink", Length(max=500, message="Höchstens 500 Zeichen."),
        description="Adresse der Videokonferenz. Leer lassen, um den Link des Ortes zu nehmen.",
    )  # fmt: skip
    joint_ids = SelectMultipleField(
        "Gemeinsam mit", coerce=int, widget=ListWidget(prefix_label=False), option_widget=CheckboxInput(),
        description="Die Sitzung erscheint bei allen Gremien. Beschlussfähigkeit und Abstimmung zählen je Gremium.",
    )  # fmt: skip
    is_public = BooleanField(
        "Öffentliche Sitzung",
        description="Alle Angemeldeten dürfen Termin, Tagesordnung und Protokoll der öffentlichen Punkte lesen.",
    )
    chair_function = text_field("Leitung (Funktion)", Length(max=200, message="Höchstens 200 Zeichen."))
    chair_id = PersonNearField("Leitung (Person)")
    moderator_function = text_field("Moderation (Funktion)", Length(max=200, message="Höchstens 200 Zeichen."))
    moderator_id = PersonNearField("Moderation (Person)")
    minute_taker_1 = PersonNearField("Protokollführung")
    minute_taker_2 = PersonNearField("Zweite Protokollführung")
    minute_taker_3 = PersonNearField("Dritte Protokollführung")

    def __init__(self, *args: Any, places: Sequence[Place], persons: PersonsAround, persons_path: str,
                 joinable: Sequence[Committee], **values: Any) -> None:  # fmt: skip
        super().__init__(*args, **values)
        self._places = {place.id: place for place in places}
        self._joinable = {committee.id: committee for committee in joinable}
        self.joint_ids.choices = [(committee.id, committee.name) for committee in joinable]
        self.place_id.choices = [NOBODY, *((p.id, p.name) for p in places)]
        offer(list(self), persons, persons_path)

    def facts(self) -> dict[str, Any]:
        """What the service takes."""
        takers = [self.minute_taker_1.person, self.minute_taker_2.person, self.minute_taker_3.person]
        return {
            "number": self.number.data,
            "title": self.title.data,
            "mode": self.mode.data,
            "place": self._places.get(self.place_id.data),
            "place_note": self.place_note.data,
            "video_url": self.video_url.data,
            "is_public": self.is_public.data,
            "chair_function": self.chair_function.data,
            "chair": self.chair_id.person,
            "moderator_function": self.moderator_function.data,
            "moderator": self.moderator_id.person,
            "minute_takers": [person for person in dict.fromkeys(takers) if person is not None],
            "joint": [self._joinable[i] for i in self.joint_ids.data or []],
        }


class PlanForm(TimeForm, MeetingForm):
    """A new meeting: its time, everything else, and what its agenda starts with."""

    with_standing_items = BooleanField("Standard-TOP einfügen")
    with_left_over = BooleanField(
        "Vertagte Punkte aufnehmen",
        description="Was frühere Sitzungen nicht zu Ende beraten haben, kommt auf diese Tagesordnung.",
    )
    copy_last = BooleanField(
        "Gliederung der letzten Sitzung übernehmen",
        description="Titel, Art, Dauer und Reihenfolge; keine Texte, Unterlagen und Ergebnisse.",
    )


class CancelForm(VersionedForm):
    """Why a meeting is called off."""

    reason = TextAreaField("Grund", [DataRequired("Bitte einen Grund nennen; er steht bei der abgesagten Sitzung.")])


class MoveForm(TimeForm):
    """The new time of a meeting, and why."""

    reason = text_field(
        "Grund", Length(max=500, message="Höchstens 500 Zeichen."),
        description="Steht zusammen mit dem bisherigen Termin auf der Seite der Sitzung.",
    )  # fmt: skip


def start_values(committee: Committee, proposal: Proposal, option: DateOption | None = None) -> dict[str, Any]:
    """What the form for a new meeting starts with: defaults of the committee, habits of its last meeting.

    ``option`` is the date of a poll that is taken.
    """
    last = proposal.last
    values: dict[str, Any] = {
        "day": proposal.day,
        "starts": proposal.starts,
        "ends": proposal.ends,
        "number": proposal.number,
        "mode": last.mode if last else MeetingMode.ON_SITE,
        "place_id": (last.place_id if last else None) or 0,
        "place_note": last.place_note if last else None,
        "is_public": committee.meetings_public,
        "chair_function": committee.chair_function,
        "moderator_function": committee.moderation,
        "with_standing_items": True,
        "with_left_over": True,
        "copy_last": False,
    }
    if option is not None:
        starts, ends = local(option.starts_at), local(option.ends_at)
        values |= {"day": starts.date(), "starts": starts.time(), "ends": ends.time()}
    return values


def stored_values(meeting: Meeting) -> dict[str, Any]:
    """What the form for an existing meeting starts with."""
    of: dict[MeetingRoleKind, list[int | None]] = {
        kind: [role.person_id for role in meeting.roles if role.kind is kind] for kind in MeetingRoleKind
    }
    takers = [*of[MeetingRoleKind.MINUTE_TAKER][:3], None, None, None]
    return {
        "version": str(meeting.version),
        "number": meeting.number,
        "title": meeting.title,
        "mode": meeting.mode,
        "place_id": meeting.place_id or 0,
        "place_note": meeting.place_note,
        "video_url": meeting.video_url,
        "joint_ids": [joint.committee_id for joint in meeting.joint_committees],
        "is_public": meeting.is_public,
        "chair_function": meeting.chair_function,
        "chair_id": (of[MeetingRoleKind.CHAIR] or [None])[0],
        "moderator_function": meeting.moderator_function,
        "moderator_id": (of[MeetingRoleKind.MODERATOR] or [None])[0],
        **{f"minute_taker_{n}": takers[n - 1] for n in (1, 2, 3)},
    }


def stored_time(meeting: Meeting) -> dict[str, Any]:
    """What the form for moving a meeting starts with."""
    starts, ends = local(meeting.starts_at), local(meeting.ends_at)
    return {"version": str(meeting.version), "day": starts.date(), "starts": starts.time(), "ends": ends.time()}
