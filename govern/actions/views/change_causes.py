"""What led to the changes of a version, for its page; what changed because of a work order, for the order's."""

from __future__ import annotations

from govern.actions.queries.change_causes import causes_of
from govern.documents.contributions import Part
from govern.documents.models import ConceptVersion
from govern.people.models import User
from govern.web import section


def version_part(user: User, version: ConceptVersion) -> Part:
    """The matters, resolutions and work orders behind the changes of a version."""
    causes = causes_of(user, version)
    made = section("anlaesse", "Anlässe", "actions/_change_causes.html", causes=causes, version=version)
    return Part([], made if causes else None)
