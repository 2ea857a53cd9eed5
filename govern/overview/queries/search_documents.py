"""Documents, concepts and agreements as the search finds them."""

from __future__ import annotations

import sqlalchemy as sa

from govern.documents.models import (
    Agreement,
    AgreementParty,
    AgreementState,
    Concept,
    ConceptKind,
    Document,
    DocumentKind,
)
from govern.documents.policies import viewable_by as documents_viewable_by
from govern.documents.policies_agreements import agreements_viewable_by
from govern.documents.policies_concepts import concepts_viewable_by
from govern.formats import date_text
from govern.overview.queries.search_lines import Kind, Statement, columns, together
from govern.people.models import Organisation


def _document_line() -> Statement:
    return columns(Document.id, Document.title, first=Document.kind, at=Document.filed_at)


def _concept_line() -> Statement:
    return columns(Concept.id, Concept.title, first=Concept.kind, second=Concept.responsible_words)


DOCUMENTS = Kind(
    "dokumente", "Dokumente", Document,
    sa.select(Document.id, Document.title, Document.file_name),
    lambda statement, user: statement.where(documents_viewable_by(user), Document.withdrawn_at.is_(None)),
    _document_line, (Document.sort_title, Document.id), "/dokumente/",
    lambda row: together(DocumentKind(row.first).label, f"abgelegt {date_text(row.at)}"),
    begins=Document.sort_title,
)  # fmt: skip

CONCEPTS = Kind(
    "konzepte", "Konzepte", Concept,
    sa.select(Concept.id, Concept.title, Concept.responsible_words, Concept.revision_rule),
    lambda statement, user: statement.where(concepts_viewable_by(user)),
    _concept_line, (Concept.sort_title, Concept.id), "/konzepte/",
    lambda row: together(ConceptKind(row.first).label, row.second),
    begins=Concept.sort_title,
)  # fmt: skip


def _agreement_line() -> Statement:
    return columns(Agreement.id, Agreement.title, first=Agreement.number, second=Agreement.state)


AGREEMENTS = Kind(
    "vereinbarungen", "Vereinbarungen", Agreement,
    sa.select(Agreement.id, Agreement.title, Agreement.number, Agreement.kind_words, Organisation.name)
    .outerjoin(AgreementParty, AgreementParty.agreement_id == Agreement.id)
    .outerjoin(Organisation, Organisation.id == AgreementParty.organisation_id),
    lambda statement, user: statement.where(agreements_viewable_by(user)),
    _agreement_line, (Agreement.sort_title, Agreement.id), "/vereinbarungen/",
    lambda row: together(row.first, AgreementState(row.second).label),
    follows={AgreementParty: lambda party: [party.agreement_id], Organisation: lambda organisation: sa.select(
        AgreementParty.agreement_id).where(AgreementParty.organisation_id == organisation.id)},
    begins=Agreement.sort_title,
)  # fmt: skip
