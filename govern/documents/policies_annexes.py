"""Who may see and change annexes of versions of concepts."""

from __future__ import annotations

from govern.access import presumes
from govern.documents.models import ConceptAnnex
from govern.documents.policies_concepts import can_edit_version, can_view_version
from govern.documents.policies_consultations import can_view_consultation
from govern.people.models import User


def can_view_annex(user: User, annex: ConceptAnnex) -> bool:
    """An annex is read by who reads its version, and with a draft that is laid open by who is asked about it."""
    return can_view_version(user, annex.version) or any(
        annex.added_at < laid_open.opened_at and can_view_consultation(user, laid_open)
        for laid_open in annex.version.consultations
    )


@presumes(can_view_annex)
def can_edit_annex(user: User, annex: ConceptAnnex) -> bool:
    """The coordination, and the office of a committee the concept is filed under, change the annexes of a draft."""
    return can_edit_version(user, annex.version)
