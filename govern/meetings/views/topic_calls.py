"""Call for topics: the office asks the members what a coming meeting is to treat, and sees first who gets the mail."""

from __future__ import annotations

from flask import Blueprint, Response, request, url_for
from flask_login import current_user

from govern import access
from govern.committees.models import Committee
from govern.committees.policies import can_view_list_mail
from govern.committees.queries.list_mails import Recipient, list_recipients
from govern.errors import DomainError
from govern.formats import count, today
from govern.meetings import policies
from govern.meetings.forms.topic_calls import TopicCallForm
from govern.meetings.models import Meeting
from govern.meetings.queries import topic_calls as queries
from govern.meetings.queries.meetings import load_parts
from govern.meetings.queries.procedures import procedure_of_meeting
from govern.meetings.services import topic_calls as services
from govern.meetings.views.pages import settings, while_open
from govern.people.mails import sender
from govern.web import absolute_url, flash, redirect, render, status_of

bp = Blueprint("topic_calls", __name__)


@bp.route("/sitzungen/<int:id>/themenaufruf", methods=["GET", "POST"])
@access.requires(Meeting, policies.can_edit)
@while_open
def call(meeting: Meeting) -> Response:
    """Words and recipients; `senden` sends exactly what was shown. Below: the calls sent before."""
    meeting = load_parts(meeting)
    form = _form(meeting)
    committees, recipients = _chosen(meeting, form)
    if form.validate_on_submit() and "senden" in request.form:
        try:
            return _send(meeting, form, committees, recipients)
        except DomainError as error:
            form.refuse(error)
    calls = queries.calls_of(meeting)
    form.shown.data = services.shown_to(recipients, calls)
    return render("meetings/topic_call.html", status=status_of(form), form=form, meeting=meeting,
                  recipients=recipients, calls=calls, sender=sender(current_user.body),
                  can_view_list_mail=can_view_list_mail)  # fmt: skip


def _form(meeting: Meeting) -> TopicCallForm:
    link = absolute_url(url_for("topics.propose", id=meeting.committee_id))
    words = queries.proposed_words(meeting, procedure_of_meeting(meeting), link)
    return TopicCallForm(data={"subject": words.subject, "text": words.text})


def _chosen(meeting: Meeting, form: TopicCallForm) -> tuple[list[Committee], list[Recipient]]:
    committees, with_deputies = meeting.committees, bool(form.with_deputies.data)
    return committees, list_recipients(committees, today(), with_deputies=with_deputies, to_case_managers=False)


def _send(meeting: Meeting, form: TopicCallForm, committees: list[Committee], found: list[Recipient]) -> Response:
    sent = services.send_topic_call(
        meeting, committees, found, subject=form.subject.data or "", text=form.text.data or "",
        with_deputies=bool(form.with_deputies.data), procedure=procedure_of_meeting(meeting),
        shown=form.shown.data or "", sender=sender(current_user.body), host=settings().host, by=current_user,
    )  # fmt: skip
    flash(f"Der Aufruf an {count(sent.addresses, 'Adresse', 'Adressen')} liegt im Postausgang.")
    return redirect(url_for("meetings.detail", id=meeting.id))
