"""Tables of filed documents and of concepts: one module per noun."""

from govern.committees.concept_words import AdoptionResult, ConceptKind, VersionState
from govern.documents.models.concepts import Concept, ConceptBasis, ConceptFiling
from govern.documents.models.consultations import (
    Comment,
    CommentAnswer,
    Consultation,
    ConsultationInvitation,
    ConsultationParty,
    ConsultedSection,
    Outcome,
)
from govern.documents.models.documents import Document, DocumentFiling, DocumentKind
from govern.documents.models.drafts import ChangeKind, ConceptChange, LateText
from govern.documents.models.imports import ConceptImport
from govern.documents.models.versions import OPEN_STATES, ConceptSection, ConceptSending, ConceptVersion

__all__ = [
    "OPEN_STATES",
    "AdoptionResult",
    "ChangeKind",
    "Comment",
    "CommentAnswer",
    "Concept",
    "ConceptBasis",
    "ConceptChange",
    "ConceptFiling",
    "ConceptImport",
    "ConceptKind",
    "ConceptSection",
    "ConceptSending",
    "ConceptVersion",
    "Consultation",
    "ConsultationInvitation",
    "ConsultationParty",
    "ConsultedSection",
    "Document",
    "DocumentFiling",
    "DocumentKind",
    "LateText",
    "Outcome",
    "VersionState",
]
