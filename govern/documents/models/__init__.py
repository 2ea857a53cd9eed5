"""Tables of filed documents and of concepts: one module per noun."""

from govern.committees.concept_words import AdoptionResult, ConceptKind, VersionState
from govern.documents.models.agreements import (
    AGREEMENT_TRANSITIONS,
    CONCLUDED_STATES,
    INTERNAL_STATES,
    Agreement,
    AgreementKind,
    AgreementParty,
    AgreementReminder,
    AgreementReview,
    AgreementState,
    AgreementStep,
    AgreementVersion,
    PartyRole,
    ReminderOccasion,
)
from govern.documents.models.agreements import OPEN_STATES as OPEN_AGREEMENT_STATES
from govern.documents.models.annexes import ConceptAnnex
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
from govern.documents.models.images import ConceptImage
from govern.documents.models.imports import ConceptImport
from govern.documents.models.references import ConceptReference
from govern.documents.models.versions import OPEN_STATES, ConceptSection, ConceptSending, ConceptVersion

__all__ = [
    "AGREEMENT_TRANSITIONS",
    "CONCLUDED_STATES",
    "INTERNAL_STATES",
    "OPEN_AGREEMENT_STATES",
    "OPEN_STATES",
    "AdoptionResult",
    "Agreement",
    "AgreementKind",
    "AgreementParty",
    "AgreementReminder",
    "AgreementReview",
    "AgreementState",
    "AgreementStep",
    "AgreementVersion",
    "ChangeKind",
    "Comment",
    "CommentAnswer",
    "Concept",
    "ConceptAnnex",
    "ConceptBasis",
    "ConceptChange",
    "ConceptFiling",
    "ConceptImage",
    "ConceptImport",
    "ConceptKind",
    "ConceptReference",
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
    "PartyRole",
    "ReminderOccasion",
    "VersionState",
]
