"""Tables of committees, their names, parents, seats and mandates."""

from govern.committees.models.committees import (
    COMMITTEE_KIND_LABELS,
    CadenceInterval,
    Committee,
    CommitteeKind,
    CommitteeName,
    CommitteeNameKind,
    CommitteeParent,
    CommitteeStatus,
    Level,
)
from govern.committees.models.list_mails import ListMail, ListMailRecipient, list_mail_committee
from govern.committees.models.mandates import CommitteeOfficer, Mandate, MandateKind, OfficerRole
from govern.committees.models.routes import Route, RoutePhase, RouteStep, StepDirection, StepPlace
from govern.committees.models.rules import SINCE_EVER, ProcedureRule, RuleKind, RuleState
from govern.committees.models.seats import (
    CompositionRule,
    MailTarget,
    Participation,
    RepresentsMode,
    Seat,
    SeatGroup,
    Voting,
    seat_label,
    seat_organisation,
    seat_represents,
)

__all__ = [
    "COMMITTEE_KIND_LABELS",
    "SINCE_EVER",
    "CadenceInterval",
    "Committee",
    "CommitteeKind",
    "CommitteeName",
    "CommitteeNameKind",
    "CommitteeOfficer",
    "CommitteeParent",
    "CommitteeStatus",
    "CompositionRule",
    "Level",
    "ListMail",
    "ListMailRecipient",
    "MailTarget",
    "Mandate",
    "MandateKind",
    "OfficerRole",
    "Participation",
    "ProcedureRule",
    "RepresentsMode",
    "Route",
    "RoutePhase",
    "RouteStep",
    "RuleKind",
    "RuleState",
    "Seat",
    "SeatGroup",
    "StepDirection",
    "StepPlace",
    "Voting",
    "list_mail_committee",
    "seat_label",
    "seat_organisation",
    "seat_represents",
]
