"""What a browser may send about attendance: one small form per place of a seat."""

from __future__ import annotations

import hashlib

from wtforms import HiddenField, RadioField, SelectField, StringField
from wtforms.fields import SelectChoice
from wtforms.validators import Length, Optional

from govern.formats import local
from govern.meetings.forms.times import ClockField
from govern.meetings.models import Attendance, AttendanceState
from govern.meetings.queries.attendances import SeatOnTheDay, deputy_label
from govern.meetings.services.attendances import Presence
from govern.web import GermanForm


class PresenceForm(GermanForm):
    """State, deputy and times of one place; the page's own form carries the token."""

    class Meta:
        csrf = False

    state = RadioField(
        "Anwesenheit",
        [Optional()],
        choices=[SelectChoice(s.value, s.label) for s in AttendanceState],
        coerce=lambda value: AttendanceState(value) if value else None,
    )
    deputy_id = SelectField("Benannte Stellvertretung", coerce=lambda value: int(value) if value else None)
    deputy_name = StringField("oder Name", [Length(max=200)])
    arrived = ClockField("da ab", [Optional()])
    left = ClockField("bis", [Optional()])
    seen = HiddenField()

    @classmethod
    def of(cls, row: Attendance, place: SeatOnTheDay, *, fresh: bool = False) -> PresenceForm:
        """The form of one place, filled with what is recorded; ``fresh`` does not read what was sent."""
        is_deputy = row.state is AttendanceState.DEPUTY
        recorded = {
            "state": row.state,
            "deputy_id": row.person_id if is_deputy and row.person_id else None,
            "deputy_name": row.deputy_name if is_deputy and not row.person_id else "",
            "arrived": local(row.arrived_at).time() if row.arrived_at else None,
            "left": local(row.left_at).time() if row.left_at else None,
            "seen": fingerprint(row),
        }
        prefix = f"platz{row.id}-"
        form = cls(formdata=None, prefix=prefix, data=recorded) if fresh else cls(prefix=prefix, data=recorded)
        form.deputy_id.choices = [
            SelectChoice("", "niemand davon"),
            *(SelectChoice(str(p.id), p.name) for p in place.deputies),
        ]
        return form

    def presence(self) -> Presence:
        """What was recorded, for the service; a deputy chosen or typed says that the seat is represented."""
        named = self.deputy_id.data is not None or (self.deputy_name.data or "").strip()
        state = self.state.data
        if state is None and named:
            state = AttendanceState.DEPUTY
        return Presence(
            state=state,
            deputy_id=self.deputy_id.data if not (self.deputy_name.data or "").strip() else None,
            deputy_name=self.deputy_name.data or "",
            arrived=self.arrived.data,
            left=self.left.data,
        )

    def is_changed(self) -> bool:
        """True if something differs from what the page showed: rows nobody touched are left alone."""
        presence = self.presence()
        now_typed = _fingerprint(
            presence.state, presence.deputy_id, presence.deputy_name,
            presence.arrived.strftime("%H:%M") if presence.arrived else "",
            presence.left.strftime("%H:%M") if presence.left else "",
        )  # fmt: skip
        return bool(now_typed != self.seen.data)


def fingerprint(row: Attendance) -> str:
    """What is recorded for a place, in short, to notice a change."""
    is_deputy = row.state is AttendanceState.DEPUTY
    return _fingerprint(
        row.state,
        row.person_id if is_deputy else None,
        (deputy_label(row) or "") if is_deputy and not row.person_id else "",
        local(row.arrived_at).strftime("%H:%M") if row.arrived_at else "",
        local(row.left_at).strftime("%H:%M") if row.left_at else "",
    )


def _fingerprint(state: AttendanceState | None, deputy_id: int | None, name: str, arrived: str, left: str) -> str:
    is_deputy = state is AttendanceState.DEPUTY
    there = state is not None and state.in_the_room
    parts = (state.value if state else "", str(deputy_id or "") if is_deputy else "", name.strip() if is_deputy else "",
             arrived if there else "", left if there else "")  # fmt: skip
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:16]
