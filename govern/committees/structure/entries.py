"""What a structure file says, as frozen objects. `None` and an empty tuple mean „nicht angegeben“."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

Precision = Literal["day", "month", "year"]


@dataclass(frozen=True, order=True)
class PartialDate:
    """A date as far as it is known: a day, a month or a year."""

    year: int
    month: int | None = None
    day: int | None = None

    @property
    def precision(self) -> Precision:
        """How exact the date is."""
        if self.day is not None:
            return "day"
        return "year" if self.month is None else "month"

    @property
    def first_day(self) -> date:
        """The first day the date may mean; what a date column holds."""
        return date(self.year, self.month or 1, self.day or 1)

    @classmethod
    def of(cls, day: date, precision: Precision) -> PartialDate:
        """The date as exact as `precision` says."""
        return cls(day.year, None if precision == "year" else day.month, day.day if precision == "day" else None)

    def __str__(self) -> str:
        parts = [f"{self.year:04}"]
        parts += [f"{part:02}" for part in (self.month, self.day) if part is not None]
        return "-".join(parts)


@dataclass(frozen=True, kw_only=True)
class ProcedureRuleEntry:
    """One rule of procedure, from a day on."""

    kind: str
    state: str = "on"
    number: int | None = None
    mode: str | None = None
    text: str | None = None
    source: str | None = None
    is_proposal: bool = False
    starts_on: PartialDate | None = None

    @property
    def content(self) -> tuple[object, ...]:
        """What the rule says, whenever it holds."""
        return (self.state, self.number, self.mode, self.text, self.source, self.is_proposal)


@dataclass(frozen=True, kw_only=True)
class RouteStepEntry:
    """One step of the route of a matter."""

    key: str
    name: str
    text: str | None = None
    phase: str
    direction: str
    place: str
    committee: str | None = None
    committee_kind: str | None = None
    level: str | None = None
    needs_resolution: bool = False
    is_optional: bool = False
    is_local: bool = False
    shortcut_to: tuple[str, ...] = ()
    note: str | None = None
    source: str | None = None


@dataclass(frozen=True, kw_only=True)
class RouteEntry:
    """The way a matter goes, from a day on."""

    name: str
    steps: tuple[RouteStepEntry, ...]
    starts_on: PartialDate | None = None
    note: str | None = None
    source: str | None = None

    @property
    def content(self) -> tuple[object, ...]:
        """What the route says, whenever it holds."""
        return (self.name, self.steps, self.note, self.source)


@dataclass(frozen=True, kw_only=True)
class BodyEntry:
    """The county or city whose structure this is."""

    key: str
    name: str
    short_name: str
    kind: str
    population: int | None = None
    municipality_count: int | None = None
    procedure: tuple[ProcedureRuleEntry, ...] = ()
    routes: tuple[RouteEntry, ...] = ()
    note: str | None = None


@dataclass(frozen=True, kw_only=True)
class MunicipalityEntry:
    """A city or Gemeinde that belongs to the body."""

    key: str
    name: str
    short_name: str | None = None
    kind: str | None = None
    region: str | None = None
    population: int | None = None
    aliases: tuple[str, ...] = ()
    note: str | None = None
    source: str | None = None
    ended_on: PartialDate | None = None


@dataclass(frozen=True, kw_only=True)
class OrganisationEntry:
    """An institution that can hold a seat, or one that the body works with."""

    key: str
    name: str
    short_name: str | None = None
    kind: str
    parent: str | None = None
    belongs_to_body: bool | None = None
    is_collective: bool = False
    aliases: tuple[str, ...] = ()
    note: str | None = None
    source: str | None = None
    ended_on: PartialDate | None = None


@dataclass(frozen=True, kw_only=True)
class NameEntry:
    """Another name of a committee: a second spelling, a former name, a predecessor."""

    name: str
    kind: str = "alias"
    short_name: str | None = None
    starts_on: PartialDate | None = None
    ends_on: PartialDate | None = None
    note: str | None = None


@dataclass(frozen=True, kw_only=True)
class FormerParentEntry:
    """Under which committee this one used to hang."""

    parent: str | None = None
    starts_on: PartialDate | None = None
    ends_on: PartialDate
    reason: str | None = None


@dataclass(frozen=True, kw_only=True)
class ChairEntry:
    """Who leads the meetings; with or without a seat on the list."""

    function: str | None = None
    organisation: str | None = None
    seat: str | None = None


@dataclass(frozen=True, kw_only=True)
class OfficeEntry:
    """Who does the business of the committee (Geschäftsführung)."""

    function: str | None = None
    organisation: str | None = None


@dataclass(frozen=True, kw_only=True)
class CadenceEntry:
    """How often a committee meets: in words and, where it can be counted, as an interval."""

    text: str | None = None
    interval: str | None = None
    is_as_needed: bool | None = None


@dataclass(frozen=True, kw_only=True)
class FoundingEntry:
    """When and by which event a committee came into being."""

    date: PartialDate | None = None
    event: str | None = None


@dataclass(frozen=True, kw_only=True)
class ProcedureEntry:
    """The Geschäftsordnung, as far as the paper speaks of it."""

    exists: bool | None = None
    adopted_on: PartialDate | None = None
    note: str | None = None


@dataclass(frozen=True, kw_only=True)
class MaximumEntry:
    """How many persons a committee should have at most."""

    persons: int
    is_approximate: bool | None = None


@dataclass(frozen=True, kw_only=True)
class RuleEntry:
    """A demand on the holders of seats that can be checked: at least so many persons of one function."""

    key: str
    text: str
    function_contains: str
    minimum: int = 1
    source: str | None = None


@dataclass(frozen=True, kw_only=True)
class RepresentsEntry:
    """For whom a seat speaks."""

    mode: str | None = None
    scope: str | None = None
    count: int | None = None
    organisations: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class SeatEntry:
    """One entry in the list of a committee: institution and function, for one or several persons."""

    key: str
    group: str | None = None
    function: str
    organisations: tuple[str, ...] = ()
    count: int | None
    """How many persons sit here; None means the number is open."""
    participation: str = "standing"
    is_voting: bool | None = None
    represents: RepresentsEntry | None = None
    alternatives: tuple[str, ...] = ()
    nested_under: str | None = None
    is_example: bool = False
    note: str | None = None
    starts_on: PartialDate | None = None
    ends_on: PartialDate | None = None


@dataclass(frozen=True, kw_only=True)
class CommitteeEntry:
    """A committee with its seats in the order of the list."""

    key: str
    name: str
    short_name: str | None = None
    other_names: tuple[NameEntry, ...] = ()
    kind: str
    level: str | None = None
    status: str
    is_kim: bool
    is_highest: bool = False
    parent: str | None = None
    parent_since: PartialDate | None = None
    parent_reason: str | None = None
    former_parents: tuple[FormerParentEntry, ...] = ()
    merged_into: str | None = None
    ended_on: PartialDate | None = None
    purpose: str | None = None
    network_relation: str | None = None
    opening_reason: str | None = None
    chair: ChairEntry | None = None
    office: OfficeEntry | None = None
    preparation: str | None = None
    invitation: str | None = None
    moderation: str | None = None
    minute_taking: str | None = None
    cadence: CadenceEntry | None = None
    founded: FoundingEntry | None = None
    rules_of_procedure: ProcedureEntry | None = None
    procedure: tuple[ProcedureRuleEntry, ...] = ()
    max_size: MaximumEntry | None = None
    meetings_public: bool = False
    tasks: tuple[str, ...] = ()
    competences: tuple[str, ...] = ()
    composition_rule: str | None = None
    rules: tuple[RuleEntry, ...] = ()
    guests_rule: str | None = None
    unresolved_rule: str | None = None
    minutes_content: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    """Headings of the list in their order, where it is not that of the seats."""
    seats: tuple[SeatEntry, ...] = ()
    note: str | None = None
    source: str | None = None

    @property
    def stated_persons(self) -> int:
        """How many persons the seats name; open numbers are not counted."""
        return sum(seat.count or 0 for seat in self.seats)

    @property
    def is_exact(self) -> bool:
        """False when a seat leaves its number open: the total is then „mindestens“."""
        return all(seat.count is not None for seat in self.seats)


@dataclass(frozen=True, kw_only=True)
class SendingEntry:
    """To which office of the Land a version was sent."""

    recipient: str
    sent_on: PartialDate | None = None
    note: str | None = None


@dataclass(frozen=True, kw_only=True)
class VersionEntry:
    """One version of a concept as a fact; its text is not part of the file."""

    key: str
    label: str
    status_date: PartialDate | None = None
    state: str = "not_stated"
    adopted_committee: str | None = None
    adopted_by: str | None = None
    adopted_on: PartialDate | None = None
    result: str | None = None
    proviso: str | None = None
    in_force_from: PartialDate | None = None
    ended_on: PartialDate | None = None
    sendings: tuple[SendingEntry, ...] = ()
    note: str | None = None
    source: str | None = None


@dataclass(frozen=True, kw_only=True)
class ConceptEntry:
    """Something that is revised, with the history of its versions, the oldest first."""

    key: str
    title: str
    kind: str
    responsible: str | None = None
    responsible_words: str | None = None
    revision_rule: str | None = None
    bases: tuple[str, ...] = ()
    committees: tuple[str, ...] = ()
    lead_committee: str | None = None
    is_confidential: bool | None = None
    merged_into: str | None = None
    ended_on: PartialDate | None = None
    versions: tuple[VersionEntry, ...] = ()
    note: str | None = None


@dataclass(frozen=True, kw_only=True)
class Structure:
    """All that one file says about one body."""

    schema_version: int
    body: BodyEntry
    municipalities: tuple[MunicipalityEntry, ...] = ()
    organisations: tuple[OrganisationEntry, ...] = ()
    committees: tuple[CommitteeEntry, ...] = ()
    concepts: tuple[ConceptEntry, ...] = ()

    @property
    def highest_committee(self) -> CommitteeEntry | None:
        """The one committee marked as the highest KIM body, if any."""
        return next((committee for committee in self.committees if committee.is_highest), None)
