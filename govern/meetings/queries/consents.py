"""Whether the committee has to agree before it treats something late: urgent items, table papers (E-05)."""

from __future__ import annotations

from dataclasses import dataclass

from govern.committees.models import RuleKind
from govern.committees.procedures import Admission, Procedure, Rule
from govern.formats import local
from govern.meetings.models import AgendaItem, MeetingState, PaperKind, SupplementKind
from govern.meetings.queries.notices import notice_of


@dataclass(frozen=True)
class ConsentQuestion:
    """Why something is late, and what the rules say about it."""

    why: tuple[str, ...]
    """„Dringlichkeitsantrag: Frist des Landes", „Tischvorlage: zahlen.pdf"."""
    rules: tuple[Rule, ...]
    """The rules that ask for consent; empty: it may be recorded, nothing depends on it."""

    @property
    def is_needed(self) -> bool:
        return bool(self.rules)

    @property
    def source(self) -> str:
        """Where the rules stand."""
        return ", ".join(rule.source for rule in self.rules if rule.source)


def consent_question(item: AgendaItem, procedure: Procedure) -> ConsentQuestion | None:
    """What the committee has to agree to before it decides on ``item``; None where nothing of it is late."""
    urgent, papers = _late_item(item, procedure), _table_papers(item)
    if not urgent and not papers:
        return None
    asked = [(RuleKind.URGENT_ITEMS, urgent), (RuleKind.TABLE_PAPERS, papers)]
    rules = [procedure.rule(kind) for kind, why in asked if why and procedure.mode(kind) is Admission.WITH_CONSENT]
    return ConsentQuestion((*urgent, *papers), tuple(rules))


def _late_item(item: AgendaItem, procedure: Procedure) -> tuple[str, ...]:
    supplement = item.supplement
    if supplement is not None and supplement.sent_at is not None:
        reason = f": {supplement.reason}" if supplement.reason else ""
        if supplement.kind is SupplementKind.URGENT:
            return (f"{supplement.kind.label}{reason}",)
        if not notice_of(item.meeting, procedure, local(supplement.sent_at).date()).is_kept:
            return (f"{supplement.number}. Nachtrag, nach Ablauf der Ladungsfrist{reason}",)
    is_late_topic = item.topic_id is not None and item.consent_note is not None
    return ("nach der Frist für Themen eingebracht",) if is_late_topic else ()


def _table_papers(item: AgendaItem) -> tuple[str, ...]:
    if item.meeting.state is MeetingState.PREPARING:
        return ()
    papers = [p for p in item.papers if p.kind is PaperKind.TABLE_PAPER and p.withdrawn_at is None]
    return tuple(f"Tischvorlage: {paper.file_name}" for paper in papers)
