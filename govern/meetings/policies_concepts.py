"""Who may submit drafts of concepts to committees, and say to which concepts resolutions refer."""

from __future__ import annotations

from govern.access import presumes
from govern.committees.policies import is_office
from govern.documents.models import ConceptVersion
from govern.documents.policies_concepts import can_edit_version, can_view_version
from govern.meetings.models import Resolution
from govern.meetings.policies import can_view_resolution
from govern.people.models import User


@presumes(can_view_version)
def can_submit(user: User, version: ConceptVersion) -> bool:
    """Whoever writes the draft of a concept submits it, renews its papers and takes over what was decided."""
    return can_edit_version(user, version)


@presumes(can_view_resolution)
def can_refer(user: User, resolution: Resolution) -> bool:
    """The office says to which concepts a resolution refers, also long after it was taken."""
    return is_office(user, resolution.committee_id)
