"""Pages of answers: say what becomes of a comment, take a proposal over, release; „Was wurde daraus“."""

from __future__ import annotations

from flask import Blueprint, Response, request, url_for
from flask_login import current_user

from govern import access
from govern.documents import policies_consultations as policies
from govern.documents.forms.consultations import AnswerForm
from govern.documents.models import Comment, ConceptSection, Consultation
from govern.documents.queries import comments as queries
from govern.documents.services import comment_answers as services
from govern.documents.word_diff import compare_texts
from govern.errors import Conflict, DomainError
from govern.formats import count
from govern.web import flash, page_number, redirect, render, status_of

PAGES = "documents/consultations/"
bp = Blueprint("comment_answers", __name__)


@bp.get("/meine-stellungnahmen")
@access.signed_in
def mine() -> Response:
    """What became of everything the reader and the institutions of the reader said to drafts."""
    page = page_number()
    found, total = queries.list_own_comments(current_user, page)
    return render(PAGES + "mine.html", comments=found, total=total, number=page, pages=-(-total // queries.PAGE_SIZE),
                  difference=queries.difference)  # fmt: skip


@bp.route("/stellungnahmen/<int:id>/antwort", methods=["GET", "POST"])
@access.requires(Comment, policies.can_answer_comment, loads=queries.WITH_DRAFT)
def answer(comment: Comment) -> Response:
    """Say what becomes of a comment; take what it proposes over with one click, or by hand."""
    section = queries.current_section(comment)
    form, is_late = AnswerForm.of(comment, section), False
    if form.validate_on_submit():
        try:
            _answer(comment, form)
            flash(f"Die Antwort zu Nr. {comment.number} ist gespeichert.")
            return _back(comment)
        except Conflict as conflict:
            is_late = True
            form.refuse(conflict)
        except DomainError as error:
            form.refuse(error)
    return _page(comment, section, form, is_late=is_late)


@bp.post("/beteiligungen/<int:id>/antworten-freigeben")
@access.requires(Consultation, policies.can_keep_consultation)
def release(consultation: Consultation) -> Response:
    """Let all who commented read what became of it."""
    try:
        told = services.release_answers(consultation, by=current_user)
        flash(f"Die Antworten sind freigegeben; {count(told, 'Mail liegt', 'Mails liegen')} im Postausgang.")
    except DomainError as error:
        flash(str(error), "warning")
    return redirect(url_for("comments.index", id=consultation.id))


def _answer(comment: Comment, form: AnswerForm) -> None:
    seen, reason = form.number("seen"), form.reason.data
    if "take_over" in request.form:
        services.take_proposal_over(comment, reason, seen=seen, by=current_user)
        return
    if form.outcome.data is None:
        raise DomainError("Bitte wählen, was daraus wird.", field="outcome")
    if "by_hand" in request.form:
        services.work_in_by_hand(comment, form.text.data or "", form.outcome.data, reason,
                                 revision=form.number("revision"), seen=seen, by=current_user)  # fmt: skip
    else:
        services.answer_comment(comment, form.outcome.data, reason, seen=seen, by=current_user)


def _page(comment: Comment, section: ConceptSection | None, form: AnswerForm, *, is_late: bool) -> Response:
    """After a conflict the section as it is stored stands beside what was proposed, to be worked in by hand."""
    if is_late:
        if section is not None and "by_hand" not in request.form:
            form.text.data = section.text
        form.seen.data, form.revision.data = str(len(comment.answers)), str(section.revision if section else 0)
    consultation, laid_open = comment.consultation, comment.section
    near = queries.collisions(consultation, [laid_open.id]).get(comment.id, []) if laid_open else []
    meanwhile = compare_texts(laid_open.text, section.text, None) if laid_open and section else ()
    return render(
        PAGES + "answer.html", status=409 if is_late else status_of(form), form=form, comment=comment,
        consultation=consultation, version=consultation.version, section=section, difference=queries.difference,
        neighbours=queries.load_comments([one.comment_id for one in near]),
        meanwhile=meanwhile if laid_open and section and laid_open.text != section.text else (),
        by_hand=section is not None and (is_late or "by_hand" in request.form or "von-hand" in request.args),
    )  # fmt: skip


def _back(comment: Comment) -> Response:
    key = comment.section.key if comment.section is not None else None
    return redirect(
        url_for("comments.index", id=comment.consultation_id, abschnitt=key, nr=comment.number) + f"#s-{comment.number}"
    )
