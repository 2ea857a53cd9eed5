"""Pages of concepts: the list, one concept with its history, what is in force on a day."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, Response, request, url_for
from flask_login import current_user

from govern import access
from govern.committees.models import Committee
from govern.committees.queries.committees import list_possible_parents
from govern.documents import policies_concepts as policies
from govern.documents.contributions import concept_sections, decisions_of
from govern.documents.forms.concepts import ConceptFilterForm, ConceptForm, day_asked_for
from govern.documents.in_force import version_in_force
from govern.documents.models import Concept
from govern.documents.queries import concepts as queries
from govern.documents.services import concepts as services
from govern.errors import Conflict, DomainError
from govern.formats import date_text, today
from govern.people.models import User
from govern.people.policies import can_coordinate
from govern.web import Section, flash, page_number, redirect, render, section, status_of

PAGES = "documents/concepts/"
bp = Blueprint("concepts", __name__)
SHOWN_FIRST = 10


@bp.get("/konzepte")
@access.signed_in
def index() -> Response:
    """Concepts, as far as the reader may see them, with what is in force."""
    form, page = ConceptFilterForm(), page_number()
    found, total = queries.list_concepts(current_user, text=form.q.data or "", kind=form.kind(), page=page)
    return render(PAGES + "index.html", fragment=PAGES + "_list.html", form=form, listed=found, total=total,
                  number=page, pages=-(-total // queries.PAGE_SIZE),
                  may_create=can_coordinate(current_user))  # fmt: skip


@bp.get("/konzepte/<int:id>")
@access.requires(Concept, policies.can_view_concept, loads=queries.WITH_HISTORY)
def detail(concept: Concept) -> Response:
    """One concept: its versions, who revises it, what it rests on."""
    return _detail(concept)


@bp.get("/konzepte/<int:id>/geltend")
@access.requires(Concept, policies.can_view_concept)
def in_force(concept: Concept) -> Response:
    """The version in force today, or on the day of `?am=` („in seiner jeweiligen Fortschreibung", F3)."""
    day = day_asked_for(today())
    if day is None:
        return _detail(queries.load_concept(concept), "Das ist kein Tag. Bitte schreiben Sie ihn wie ?am=2024-11-18.")
    version = queries.find_in_force(current_user, concept, day)
    if version is None:
        problem = f"Für den {date_text(day)} ist keine geltende Fassung bekannt."
        status = 404 if "am" in request.args else 200  # a reference to what is in force is never a dead end
        return _detail(queries.load_concept(concept), problem, day=day, status=status)
    place = request.args.get("abschnitt") or None
    return redirect(url_for("concept_versions.detail", id=version.id, abschnitt=place,
                            _anchor=f"a-{place}" if place else None))  # fmt: skip


@bp.route("/konzepte/neu", methods=["GET", "POST"])
@access.allowed(can_coordinate)
def create() -> Response:
    """Begin to keep a concept."""
    committees = list_possible_parents(current_user, None, only=None)
    form = ConceptForm().offer(committees, [])
    if form.validate_on_submit():
        try:
            made = services.create_concept(
                current_user.body, form.facts(), _chosen(form, committees), responsible=_lead(form, committees),
                bases=form.state_documents.data or [], by=current_user,
            )  # fmt: skip
            flash(f"„{made.title}“ ist angelegt. Nun folgen seine Fassungen.")
            return redirect(url_for(".detail", id=made.id))
        except DomainError as error:
            form.refuse(error)
    return render(PAGES + "edit.html", status=status_of(form), form=form, concept=None, conflict=None)


@bp.route("/konzepte/<int:id>/bearbeiten", methods=["GET", "POST"])
@access.requires(Concept, policies.can_edit_concept)
def edit(concept: Concept) -> Response:
    """Change what is known of a concept."""
    concept, differences = queries.load_filed(concept), None
    committees, successors = _committees(concept), queries.list_successors(current_user, concept)
    form = _form(concept).offer(committees, successors, kept=concept.merged_into_id)
    if form.validate_on_submit():
        try:
            _save(concept, form, committees, successors)
            flash("Die Änderungen sind gespeichert.")
            return redirect(url_for(".detail", id=concept.id))
        except Conflict:
            differences = form.differences(
                _form(concept, formdata=None).offer(committees, successors, kept=concept.merged_into_id)
            )
        except DomainError as error:
            form.refuse(error)
    return render(PAGES + "edit.html", status=409 if differences is not None else status_of(form), form=form,
                  concept=concept, conflict=differences)  # fmt: skip


def concepts_of_committee(user: User, committee: Committee) -> Section | None:
    """The section „Konzepte" of a committee's page; nothing where none is filed."""
    found, has_more = queries.list_concepts_of_committee(user, committee.id, most=SHOWN_FIRST)
    if not found:
        return None
    return section("konzepte", "Konzepte", PAGES + "_committee.html", listed=found, has_more=has_more)


def _save(concept: Concept, form: ConceptForm, committees: list[Committee], successors: Any) -> None:
    target = next((c for c in successors if c.id == form.merged_into_id.data), None)
    if target is None and form.merged_into_id.data == concept.merged_into_id:
        target = concept.merged_into
    services.update_concept(
        concept, form.facts(), _chosen(form, committees), responsible=_lead(form, committees),
        bases=form.state_documents.data or [], merged_into=target, version=form.seen(), by=current_user,
    )  # fmt: skip


def _form(concept: Concept, **sent: Any) -> ConceptForm:
    return ConceptForm(
        obj=concept, committee_ids=[f.committee_id for f in concept.filings],
        lead_committee_id=next((f.committee_id for f in concept.filings if f.is_responsible), None),
        state_documents=[basis.title for basis in concept.bases], version=services.version_of(concept), **sent,
    )  # fmt: skip


def _committees(concept: Concept) -> list[Committee]:
    """Committees under which it is or may be filed."""
    filed = [f.committee for f in concept.filings]
    only = None if can_coordinate(current_user) else current_user.standing.office_committees
    return [*filed, *(c for c in list_possible_parents(current_user, None, only=only) if c not in filed)]


def _chosen(form: ConceptForm, committees: Any) -> list[Committee]:
    return [c for c in committees if c.id in (form.committee_ids.data or [])]


def _lead(form: ConceptForm, committees: Any) -> Committee | None:
    return next((c for c in committees if c.id == form.lead_committee_id.data), None)


def _detail(
    concept: Concept, problem: str | None = None, *, day: date | None = None, status: int = 404
) -> Response:  # fmt: skip
    """The page of a concept; with a ``problem`` there is no version of the day asked for."""
    versions, with_text = queries.list_versions_and_texts(current_user, concept)
    return render(PAGES + "detail.html", status=status if problem else 200, concept=concept, versions=versions,
                  day=day or today(), problem=problem,
                  successor=policies.successor_of(current_user, concept),
                  predecessors=[c for c in concept.predecessors if policies.can_view_concept(current_user, c)],
                  running=version_in_force(versions, today(), today=today()),
                  with_text=with_text, decisions=decisions_of(current_user, versions),
                  sections=[s for make in concept_sections if (s := make(current_user, concept))],
                  may_edit=policies.can_edit_concept(current_user, concept))  # fmt: skip
