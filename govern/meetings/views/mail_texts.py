"""The committee's own words for invitations, reminders, changes, cancellations, supplements, minutes
and the call for topics."""

from __future__ import annotations

from flask import Blueprint, Response, abort, request, url_for
from flask_login import current_user

from govern import access
from govern.committees.models import Committee
from govern.errors import Conflict, DomainError
from govern.meetings import policies_invitations
from govern.meetings.forms.invitations import MailTextForm
from govern.meetings.models import MailText, TextKind
from govern.meetings.queries import invitations as queries
from govern.meetings.services import mail_texts as services
from govern.meetings.words import DEFAULTS, Words, example_values, fill, placeholders_of
from govern.web import flash, redirect, render, status_of

bp = Blueprint("mail_texts", __name__)


@bp.get("/gremien/<int:id>/anschreiben")
@access.requires(Committee, policies_invitations.can_edit_mail_texts)
def index(committee: Committee) -> Response:
    """All kinds of mails of a committee and whether it has words of its own."""
    own = queries.mail_texts_of(committee.id)
    return render("meetings/mail_texts.html", committee=committee, own=own, kinds=list(TextKind))


@bp.route("/gremien/<int:id>/anschreiben/bearbeiten", methods=["GET", "POST"])
@access.requires(Committee, policies_invitations.can_edit_mail_texts)
def edit(committee: Committee) -> Response:
    """Change the words of one kind (`?anlass=…`), with a preview."""
    wanted = _wanted()
    row = queries.mail_text_of(committee.id, wanted)
    form, differences = MailTextForm(data=_stored(row)), None
    if form.validate_on_submit() and "vorschau" not in request.form:
        try:
            services.save_mail_text(
                committee, wanted, version=form.based_on(), subject=form.subject.data, text=form.text.data or "",
                informs_deputies=form.informs_deputies.data, days_before=form.days_before.data, by=current_user,
            )  # fmt: skip
            flash("Gespeichert.")
            return redirect(url_for(".index", id=committee.id))
        except Conflict as error:
            differences = form.differences(MailTextForm(formdata=None, data=_stored(row)))
            form.refuse(error)
        except DomainError as error:
            form.refuse(error)
    return render(
        "meetings/mail_text.html", status=status_of(form, differences), form=form, committee=committee, kind=wanted,
        differences=differences, default=DEFAULTS[wanted], placeholders=placeholders_of(wanted),
        preview=_preview(committee, wanted, form),
    )  # fmt: skip


def _wanted() -> TextKind:
    kind = request.args.get("anlass", TextKind.INVITATION.value)
    return next((k for k in TextKind if k.value == kind), None) or abort(404)


def _stored(row: MailText | None) -> dict[str, object]:
    if row is None:
        return {"version": "0"}
    return {"version": str(row.version), "subject": row.subject, "text": row.text,
            "informs_deputies": row.informs_deputies, "days_before": row.days_before}  # fmt: skip


def _preview(committee: Committee, kind: TextKind, form: MailTextForm) -> Words:
    default, values = DEFAULTS[kind], example_values(committee.name)
    subject, text = (form.subject.data or "").strip(), (form.text.data or "").strip()
    return Words(fill(subject or default.subject, values), fill(text or default.text, values))
