"""Who may submit drafts of concepts to committees."""

from __future__ import annotations

from govern.access import presumes
from govern.documents.models import ConceptVersion
from govern.documents.policies_concepts import can_edit_version, can_view_version
from govern.people.models import User


@presumes(can_view_version)
def can_submit(user: User, version: ConceptVersion) -> bool:
    """Whoever writes the draft of a concept submits it, renews its papers and takes over what was decided."""
    return can_edit_version(user, version)
