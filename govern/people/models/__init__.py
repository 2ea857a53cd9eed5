"""Tables of the body, organisations, persons, accounts and calendar feeds."""

from govern.people.models.accounts import (
    BROWSERS,
    SYSTEMS,
    Attempt,
    BrowserSession,
    Role,
    Standing,
    TokenPurpose,
    User,
    UserRole,
    UserToken,
)
from govern.people.models.bodies import AccessibilityFeedback, Body, BodyKind, NumberRange
from govern.people.models.feeds import Feed, FeedPurpose
from govern.people.models.organisations import ORGANISATION_KINDS, Organisation, OrganisationAlias
from govern.people.models.persons import POSTAL_CODE, POSTAL_CODE_HINT, Person, PersonFunction

__all__ = [
    "BROWSERS",
    "ORGANISATION_KINDS",
    "POSTAL_CODE",
    "POSTAL_CODE_HINT",
    "SYSTEMS",
    "AccessibilityFeedback",
    "Attempt",
    "Body",
    "BodyKind",
    "BrowserSession",
    "Feed",
    "FeedPurpose",
    "NumberRange",
    "Organisation",
    "OrganisationAlias",
    "Person",
    "PersonFunction",
    "Role",
    "Standing",
    "TokenPurpose",
    "User",
    "UserRole",
    "UserToken",
]
