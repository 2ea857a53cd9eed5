"""Set the rules of procedure of a committee or of the whole body from a day on; earlier rows stay (E-19)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from govern.committees.contributions import last_closed_meeting
from govern.committees.models import SINCE_EVER, Committee, ProcedureRule, RuleKind, RuleState
from govern.committees.presets import Preset
from govern.committees.procedures import MODE_NEEDED, MODES, NEEDS_NUMBER, UNITS, Rule
from govern.committees.queries.procedures import list_rows
from govern.db import db, fingerprint
from govern.errors import Conflict, DomainError
from govern.formats import date_text
from govern.people.models import Body, User

STALE = "Diese Regel wurde inzwischen geändert."


def set_rule(
    body: Body,
    committee: Committee | None,
    kind: RuleKind,
    *,
    state: RuleState,
    number: int | None,
    mode: str | None,
    text: str | None,
    source: str | None,
    is_proposal: bool,
    starts_on: date,
    version: str,
    by: User,
) -> ProcedureRule:
    """State a rule of ``committee`` (None: of the whole body) from ``starts_on`` on.

    A row of the same day is corrected, unless a closed meeting relied on it. Raises Conflict when somebody changed
    the rule since ``version``.
    """
    rows = list_rows(body, committee, kind)
    if version != version_of(rows):
        raise Conflict(STALE)
    values = _checked(kind, state, number, mode)
    row = next((r for r in rows if r.starts_on == starts_on), None)
    if row is not None:
        _demand_unused(row)
    else:
        row = _new_row(body, committee, kind, starts_on, by)
    row.state, row.number, row.mode = state, *values
    row.text, row.source = (text or "").strip() or None, (source or "").strip() or None
    row.is_proposal = is_proposal and state is not RuleState.NOT_SETTLED
    row.created_by_id = by.id
    db.session.flush()
    return row


def version_of(rows: Collection[ProcedureRule]) -> str:
    """What a form for a rule is based on: all its rows of that owner."""
    return fingerprint(*(
        (r.id, r.starts_on, r.state, r.number, r.mode, r.text, r.source, r.is_proposal)
        for r in sorted(rows, key=lambda r: r.starts_on)
    ))  # fmt: skip


def withdraw_rule(row: ProcedureRule, *, today: date, by: User) -> None:
    """Take back a row whose day has not come yet; a rule that has held already is replaced by a new one instead."""
    if row.starts_on <= today:
        raise DomainError("Diese Regel gilt schon. Bitte stattdessen eine neue Regel ab einem Tag eintragen.")
    db.session.delete(row)
    db.session.flush()


def apply_preset(
    committee: Committee, preset: Preset, kinds: Collection[RuleKind], *, starts_on: date, by: User
) -> list[ProcedureRule]:
    """Set the chosen rules of a proposal, marked as such, from a day on; returns what was set."""
    made = []
    rows = list_rows(committee.body, committee)
    for rule in preset.rules:
        if rule.kind in kinds:
            row = next((r for r in rows if r.kind is rule.kind and r.starts_on == starts_on), None)
            if row is not None:
                _demand_unused(row)
            row = row or _new_row(committee.body, committee, rule.kind, starts_on, by)
            _take(row, rule, by)
            made.append(row)
    if not made:
        raise DomainError("Bitte mindestens eine Regel auswählen.", field="kinds")
    db.session.flush()
    return made


def decide_proposals(
    committee: Committee, *, source: str, starts_on: date, today: date, by: User
) -> list[ProcedureRule]:
    """The committee decided what was only proposed: the rules hold from ``starts_on`` with their source."""
    if not source.strip():
        raise DomainError("Bitte angeben, wo das beschlossen ist.", field="source")
    rows = list_rows(committee.body, committee)
    made = []
    for kind in RuleKind:
        of_kind = [r for r in rows if r.kind is kind and r.starts_on <= max(starts_on, today)]
        current = max(of_kind, key=lambda r: r.starts_on, default=None)
        if current is None or not current.is_proposal:
            continue
        row = next((r for r in of_kind if r.starts_on == starts_on), None)
        if row is not None:
            _demand_unused(row)
        elif current.starts_on > starts_on:
            raise DomainError(
                f"Der Vorschlag gilt erst ab {date_text(current.starts_on)}. Bitte diesen Tag oder einen späteren "
                "angeben.", field="starts_on",
            )  # fmt: skip
        else:
            row = _new_row(committee.body, committee, kind, starts_on, by)
        row.state, row.number, row.mode, row.text = current.state, current.number, current.mode, current.text
        row.source, row.is_proposal, row.created_by_id = source.strip(), False, by.id
        made.append(row)
    if not made:
        raise DomainError("Hier gibt es keinen Vorschlag, der zu beschließen wäre.")
    db.session.flush()
    return made


def _checked(kind: RuleKind, state: RuleState, number: int | None, mode: str | None) -> tuple[int | None, str | None]:
    if state is not RuleState.ON:
        return None, None
    if kind not in UNITS:
        number = None
    if kind in NEEDS_NUMBER and number is None:
        raise DomainError(f"Bitte eine Zahl angeben ({UNITS[kind]}).", field="number")
    if number is not None and not 0 <= number <= 1000:
        raise DomainError("Bitte eine Zahl von 0 bis 1000 angeben.", field="number")
    if kind in (RuleKind.QUORUM, RuleKind.VOTES_PER_SEAT) and number == 0:
        raise DomainError("Bitte eine Zahl ab 1 angeben.", field="number")
    if kind not in MODES or not mode:
        if kind in MODE_NEEDED:
            raise DomainError("Bitte wählen, wie die Regel gemeint ist.", field="mode")
        return number, None
    if mode not in {m.value for m in MODES[kind]}:
        raise DomainError("Bitte einen Eintrag der Liste wählen.", field="mode")
    return number, mode


def _demand_unused(row: ProcedureRule) -> None:
    last = max((day for find in last_closed_meeting if (day := find(row.committee)) is not None), default=None)
    if last is not None and last >= row.starts_on:
        since = "von Beginn an" if row.starts_on == SINCE_EVER else f"ab {date_text(row.starts_on)}"
        raise DomainError(
            f"Auf die Regel {since} hat sich schon eine abgeschlossene Sitzung gestützt ({date_text(last)}). Bitte "
            "einen späteren Tag angeben, ab dem die neue Regel gilt.",
            field="starts_on",
        )


def _new_row(body: Body, committee: Committee | None, kind: RuleKind, starts_on: date, by: User) -> ProcedureRule:
    row = ProcedureRule(body=body, committee=committee, kind=kind, starts_on=starts_on, created_by_id=by.id)
    db.session.add(row)
    return row


def _take(row: ProcedureRule, rule: Rule, by: User) -> None:
    row.state, row.number, row.mode, row.text = rule.state, rule.number, rule.mode, rule.text
    row.source, row.is_proposal, row.created_by_id = rule.source, rule.is_proposal, by.id
