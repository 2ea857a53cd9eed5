"""Pages of what is said to a draft: write, read, change, withdraw."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request, url_for
from flask_login import current_user

from govern import access
from govern.documents import policies_consultations as policies
from govern.documents.forms.consultations import CommentForm
from govern.documents.markdown_text import readable_alone
from govern.documents.models import Comment, Consultation, ConsultedSection
from govern.documents.passages import paragraphs
from govern.documents.queries import comments as queries
from govern.documents.queries import consultations as consultation_queries
from govern.documents.queries.comments import Filter
from govern.documents.queries.consultations import WITH_PARTIES
from govern.documents.queries.images import addresses_in
from govern.documents.services import comments as services
from govern.documents.services.comments import Wish
from govern.errors import Conflict, DomainError, NotFound
from govern.formats import today
from govern.web import flash, number_argument, page_number, redirect, render, status_of

PAGES = "documents/consultations/"
bp = Blueprint("comments", __name__)


@bp.get("/beteiligungen/<int:id>/stellungnahmen")
@access.requires(Consultation, policies.can_view_consultation, loads=WITH_PARTIES)
def index(consultation: Consultation) -> Response:
    """What was said to a draft, as far as the reader may know it, in the order of the draft."""
    page, wanted = page_number(), Filter(request.args.get("abschnitt") or None, "eigene" in request.args)
    number = number_argument("nr")
    if number is not None and "seite" not in request.args:
        page = queries.page_with(current_user, consultation, wanted, number)
    found, total = queries.list_comments(current_user, consultation, wanted, page)
    may_keep = policies.can_keep_consultation(current_user, consultation)
    places = {one.section_id for one in found if one.section_id is not None and one.proposal is not None}
    return render(PAGES + "comments.html", consultation=consultation, version=consultation.version, comments=found,
                  reads_answers=policies.reads_answers(current_user, consultation),
                  collisions=queries.collisions(consultation, places) if may_keep and places else {},
                  section=consultation_queries.find_section(consultation, wanted.section_key), wanted=wanted,
                  total=total, number=page, pages=-(-total // queries.PAGE_SIZE), difference=queries.difference,
                  may_keep=may_keep)  # fmt: skip


@bp.route("/beteiligungen/<int:id>/stellung-nehmen", methods=["GET", "POST"])
@access.requires(Consultation, policies.can_view_consultation, loads=WITH_PARTIES)
def create(consultation: Consultation) -> Response:
    """Say something to a section, or to the draft as a whole."""
    section = _section(consultation)
    form = _new_form(consultation, section)
    if form.validate_on_submit():
        try:
            made = services.write_comment(consultation, section, form.statement(), voice=form.spoken_for(),
                                          by=current_user)  # fmt: skip
            flash(f"Ihre Stellungnahme Nr. {made.number} ist gespeichert.")
            return _back(consultation, section)
        except DomainError as error:
            form.refuse(error)
    return _page(consultation, section, form, None)


@bp.route("/stellungnahmen/<int:id>", methods=["GET", "POST"])
@access.requires(Comment, policies.can_edit_comment)
def edit(comment: Comment) -> Response:
    """Put a comment otherwise, until the last day of the consultation."""
    if request.method == "GET" and comment.withdrawn_at is not None:
        flash(f"Stellungnahme Nr. {comment.number} ist zurückgezogen und lässt sich nicht mehr ändern.", "info")
        return _back(comment.consultation, comment.section)
    form, differences = CommentForm.of(comment), None
    if form.validate_on_submit():
        try:
            services.change_comment(comment, form.statement(), revision=form.based_on())
            flash(f"Ihre Stellungnahme Nr. {comment.number} ist gespeichert.")
            return _back(comment.consultation, comment.section)
        except Conflict as conflict:
            form.refuse(conflict)
            differences = form.differences(CommentForm.of(comment, formdata=None))
        except DomainError as error:
            form.refuse(error)
    return _page(comment.consultation, comment.section, form, comment, differences)


@bp.post("/stellungnahmen/<int:id>/zurueckziehen")
@access.requires(Comment, policies.can_edit_comment)
def withdraw(comment: Comment) -> Response:
    """Take a comment back."""
    try:
        services.withdraw_comment(comment)
        flash(f"Stellungnahme Nr. {comment.number} ist zurückgezogen.")
    except DomainError as error:
        flash(str(error), "warning")
    return _back(comment.consultation, comment.section)


def _section(consultation: Consultation) -> ConsultedSection | None:
    key = request.args.get("abschnitt")
    section = consultation_queries.find_section(consultation, key)
    if key and section is None:
        raise NotFound("Diesen Abschnitt gibt es in dem Entwurf nicht.")
    return section


def _new_form(consultation: Consultation, section: ConsultedSection | None) -> CommentForm:
    voices = consultation_queries.voices_of(
        current_user, consultation, today(), institutions=policies.institutions_of(current_user),
        leads=policies.can_keep_consultation(current_user, consultation),
    )  # fmt: skip
    place = request.args.get("absatz", type=int)
    parts = paragraphs(section.text) if section is not None else []
    values: dict[str, Any] = {"version": "0"}
    if place is not None and 0 < place <= len(parts):
        values = {**values, "wish": Wish.CHANGE, "paragraph": place, "proposal": parts[place - 1].text}
    return CommentForm(data=values).offer(section, voices)


def _page(
    consultation: Consultation, section: ConsultedSection | None, form: CommentForm, comment: Comment | None,
    differences: list[tuple[str, str, str]] | None = None,
) -> Response:  # fmt: skip
    status = 409 if differences is not None else status_of(form)
    text = section.text if section is not None else ""
    return render(PAGES + "comment.html", status=status, form=form, consultation=consultation,
                  version=consultation.version, section=section, comment=comment, conflict=differences,
                  parts=[readable_alone(each.text, text) for each in paragraphs(text)],
                  images=addresses_in(consultation.version, [text]),
                  titles=consultation_queries.titles_of(consultation) if "[[" in text else {})  # fmt: skip


def _back(consultation: Consultation, section: ConsultedSection | None) -> Response:
    key = section.key if section is not None else None
    anchor = f"#a-{key}" if key else ""
    return redirect(url_for("consultations.detail", id=consultation.id, abschnitt=key) + anchor)
