"""What the decision paper on a matter says; only what everybody may read who may read the matter."""

from __future__ import annotations

from govern.actions.decision_papers import DecisionPaper
from govern.actions.masking import about
from govern.actions.models import Matter, MatterStep
from govern.actions.queries.matter_steps import matter_steps
from govern.actions.queries.matters import told_of_reports
from govern.actions.queries.vocabularies import terms_of
from govern.committees.models import Committee
from govern.formats import date_text


def decision_paper(
    matter: Matter, *, purpose: str, proposal: str = "", committee: Committee | None = None
) -> DecisionPaper:
    """Fill the paper from the matter; counts are rounded, no resolution that may be confidential is named."""
    terms = terms_of(matter.body)
    number, examples = told_of_reports(matter)
    further = [name for key in matter.further_fields if (name := terms.action_field(key))]
    facts = [
        ("Handlungsfeld", terms.action_field(matter.action_field) or ""),
        ("Weitere Handlungsfelder", ", ".join(further)),
        ("Rechtskreis", terms.legal_areas(matter.legal_area_from, matter.legal_area_to) or ""),
        ("Zielgruppe", terms.target_group(matter.target_group) or ""),
        ("Art der Lücke", matter.gap_kind.label),
        ("Stelle in der Kette", matter.chain_place.label if matter.chain_place else ""),
        ("Meldungen", about(number, matter.body.small_count_threshold) if number else ""),
    ]
    return DecisionPaper(
        matter=matter, committee=committee, proposal=proposal, purpose=purpose, facts=facts, examples=examples,
        way=[_line(step) for step in matter_steps(matter)],
    )  # fmt: skip


def _line(step: MatterStep) -> str:
    where = step.committee.name if step.committee is not None and step.committee.name != step.step.name else ""
    facts = [step.kind.label, where, step.outcome.label if step.outcome else "", step.reason or ""]
    return f"{date_text(step.taken_on)}, {step.step.name}: {'; '.join(fact for fact in facts if fact)}"
