"""Who may see pictures in texts of concepts."""

from __future__ import annotations

from govern.documents.models import ConceptImage
from govern.documents.policies_concepts import can_edit_import, can_view_version
from govern.documents.policies_consultations import can_view_consultation
from govern.people.models import User


def can_view_image(user: User, image: ConceptImage) -> bool:
    """A picture is seen by who reads its version, is asked about it as a draft, or mends the text just read in."""
    if image.read_in is not None:
        return can_edit_import(user, image.read_in)
    version = image.version
    return version is not None and (
        can_view_version(user, version) or any(can_view_consultation(user, one) for one in version.consultations)
    )
