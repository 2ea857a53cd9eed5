"""Calendars as bytes (RFC 5545, 7986): feeds, single entries, invitations by mail. No database, no request.

Three traps are avoided here: the library's own VTIMEZONE lists single transitions, and some readers then show summer
meetings one hour wrong; a UID on the calendar makes one client take the whole feed for one entry; X-WR-CALNAME
is already written with the name.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache

from icalendar import Calendar, Event, Timezone, Todo, vCalAddress, vText
from icalendar.parser import Contentline

from govern.formats import local

PRODID = "-//Govern//Gremien und Sitzungen//DE"
REFRESH = timedelta(hours=4)

BERLIN_RULES = b"""BEGIN:VTIMEZONE\r
TZID:Europe/Berlin\r
BEGIN:DAYLIGHT\r
TZOFFSETFROM:+0100\r
TZOFFSETTO:+0200\r
TZNAME:CEST\r
DTSTART:19700329T020000\r
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\r
END:DAYLIGHT\r
BEGIN:STANDARD\r
TZOFFSETFROM:+0200\r
TZOFFSETTO:+0100\r
TZNAME:CET\r
DTSTART:19701025T030000\r
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\r
END:STANDARD\r
END:VTIMEZONE\r
"""
"""The rules of Central European Time as every reader understands them."""


class EventStatus(StrEnum):
    """States a calendar entry may have (RFC 5545, 3.8.1.11)."""

    TENTATIVE = "TENTATIVE"
    CONFIRMED = "CONFIRMED"
    CANCELLED = "CANCELLED"


class CalendarMethod(StrEnum):
    """What a calendar object in a mail asks for (RFC 5546)."""

    REQUEST = "REQUEST"
    CANCEL = "CANCEL"


@dataclass(frozen=True, kw_only=True)
class CalendarEntry:
    """One event. Moments are aware; `changed_at` is its last change, not the time of the request (B-08)."""

    uid: str
    title: str
    starts_at: datetime
    ends_at: datetime
    changed_at: datetime
    sequence: int
    url: str
    status: EventStatus = EventStatus.CONFIRMED
    location: str | None = None
    description: str | None = None
    is_private: bool = True
    categories: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Deadline:
    """Something due on a day: an all-day event for calendars, and a task for those who keep tasks."""

    uid: str
    title: str
    day: date
    changed_at: datetime
    sequence: int
    url: str
    description: str | None = None
    done_at: datetime | None = None
    is_started: bool = False
    is_cancelled: bool = False
    percent: int | None = None
    is_urgent: bool = False


def calendar_bytes(
    name: str, entries: Sequence[CalendarEntry], *, deadlines: Sequence[Deadline] = (), source: str | None = None
) -> bytes:
    """A calendar without METHOD, so that it can be subscribed to and opened alike (B-05).

    Equal entries give equal bytes: nothing in it depends on the time of the call.
    """
    calendar = Calendar.new(prodid=PRODID, name=name, language="de", source=source)
    del calendar["UID"]
    calendar.add("REFRESH-INTERVAL", REFRESH, parameters={"VALUE": "DURATION"})  # RFC 7986, 5.7: VALUE is not implied
    calendar.add("CALSCALE", "GREGORIAN")
    calendar.add("X-PUBLISHED-TTL", "PT4H")
    calendar.add("X-WR-TIMEZONE", "Europe/Berlin")
    calendar.add_component(Timezone.from_ical(BERLIN_RULES))
    for entry in entries:
        calendar.add_component(_event(entry))
    for deadline in deadlines:
        calendar.add_component(_due_day(deadline))
        calendar.add_component(_task(deadline))
    data: bytes = calendar.to_ical()
    return data


def invitation_object(
    *,
    method: CalendarMethod,
    uid: str,
    sequence: int,
    changed_at: datetime,
    starts_at: datetime,
    ends_at: datetime,
    summary: str,
    description: str | None,
    location: str | None,
    url: str,
    organizer_address: str,
    organizer_name: str | None,
    attendee_address: str,
    attendee_name: str | None,
    is_private: bool = True,
) -> str:
    """The calendar object of a mail that invites one person, or takes the invitation back (iMIP, RFC 6047).

    ``organizer_address`` must be the sender of the mail. One attendee only, so that no addresses leak. A change has
    the same ``uid`` and a higher ``sequence``; so has a cancellation (B-20, B-21). No reminder is set (B-24): the
    person's own program does that.
    """
    before, after = _around_attendee(
        method,
        CalendarEntry(
            uid=uid, title=summary, starts_at=starts_at, ends_at=ends_at, changed_at=changed_at, sequence=sequence,
            url=url, location=location, description=description, is_private=is_private,
            status=EventStatus.CANCELLED if method is CalendarMethod.CANCEL else EventStatus.CONFIRMED,
        ),
        organizer_address,
        organizer_name,
    )  # fmt: skip
    attendee = _calendar_address(attendee_address, attendee_name)
    attendee.params["ROLE"] = vText("REQ-PARTICIPANT")
    attendee.params["PARTSTAT"] = vText("NEEDS-ACTION")
    attendee.params["RSVP"] = vText("FALSE" if method is CalendarMethod.CANCEL else "TRUE")
    line = Contentline.from_parts("ATTENDEE", attendee.params, attendee).to_ical().decode()
    return f"{before}{line}\r\n{after}"


@lru_cache(maxsize=16)
def _around_attendee(
    method: CalendarMethod, entry: CalendarEntry, organizer_address: str, organizer_name: str | None
) -> tuple[str, str]:
    """What stands before and after the attendee: the same in all mails of a dispatch, so it is written once."""
    calendar = Calendar()
    for name, value in (("PRODID", PRODID), ("VERSION", "2.0"), ("CALSCALE", "GREGORIAN"), ("METHOD", method.value)):
        calendar.add(name, value)
    calendar.add_component(Timezone.from_ical(BERLIN_RULES))
    event = _event(entry)
    event.add("ORGANIZER", _calendar_address(organizer_address, organizer_name), encode=False)
    calendar.add_component(event)
    before, end, after = calendar.to_ical().decode().rpartition("END:VEVENT")
    return before, end + after


def _calendar_address(address: str, name: str | None) -> vCalAddress:
    found = vCalAddress(f"mailto:{address}")
    if name:
        # A parameter cannot hold double quotes (RFC 5545, 3.1).
        found.params["CN"] = vText(name.replace('"', "'"))
    return found


def _event(entry: CalendarEntry) -> Event:
    event = Event.new(
        uid=entry.uid,
        stamp=entry.changed_at,
        last_modified=entry.changed_at,
        start=local(entry.starts_at),
        end=local(entry.ends_at),
        summary=entry.title,
        location=entry.location,
        description=entry.description,
        sequence=entry.sequence,
        url=entry.url,
        categories=entry.categories,
    )
    event.add("STATUS", entry.status.value)
    event.add("CLASS", "PRIVATE" if entry.is_private else "PUBLIC")
    return event


def _due_day(deadline: Deadline) -> Event:
    event = Event()
    _fill(event, deadline, "frist")
    event.add("DTSTART", deadline.day)
    event.add("DTEND", deadline.day + timedelta(days=1))
    event.add("TRANSP", "TRANSPARENT")  # nobody is busy because something is due
    event.add("STATUS", (EventStatus.CANCELLED if deadline.is_cancelled else EventStatus.CONFIRMED).value)
    return event


def _task(deadline: Deadline) -> Todo:
    task = Todo()
    _fill(task, deadline, "aufgabe")
    task.add("DUE", deadline.day)
    task.add("PRIORITY", 1 if deadline.is_urgent else 5)
    if deadline.is_cancelled:
        status = "CANCELLED"
    elif deadline.done_at is not None:
        status = "COMPLETED"
        task.add("COMPLETED", deadline.done_at)
    else:
        status = "IN-PROCESS" if deadline.is_started else "NEEDS-ACTION"
    task.add("STATUS", status)
    if deadline.percent is not None and not deadline.is_cancelled:
        task.add("PERCENT-COMPLETE", 100 if deadline.done_at is not None else deadline.percent)
    return task


def _fill(component: Event | Todo, deadline: Deadline, kind: str) -> None:
    values = {
        "UID": f"{kind}-{deadline.uid}", "DTSTAMP": deadline.changed_at, "LAST-MODIFIED": deadline.changed_at,
        "SEQUENCE": deadline.sequence, "SUMMARY": deadline.title, "URL": deadline.url,
        "DESCRIPTION": deadline.description, "CLASS": "PRIVATE",
    }  # fmt: skip
    for name, value in values.items():
        if value is not None:
            component.add(name, value)
