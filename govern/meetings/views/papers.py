"""Papers: download as attachment, attach, withdraw."""

from __future__ import annotations

from flask import Blueprint, Response, url_for
from flask_login import current_user

from govern import access, files
from govern.errors import DomainError
from govern.meetings import policies, policies_papers
from govern.meetings.forms.papers import PapersForm
from govern.meetings.models import AgendaItem, Paper
from govern.meetings.services import papers as services
from govern.meetings.views.pages import paper_store, while_open
from govern.web import download, flash, redirect, render, status_of

bp = Blueprint("papers", __name__)


@bp.get("/unterlagen/<int:id>")
@access.requires(Paper, policies_papers.can_view_paper)
def fetch(paper: Paper) -> Response:
    """The file itself, as attachment under its own name (D-15)."""
    return download(files.read(paper_store().folder, paper.stored_name), paper.file_name, paper.media_type)


@bp.route("/tagesordnungspunkte/<int:id>/unterlagen", methods=["GET", "POST"])
@access.requires(AgendaItem, policies.can_edit_item)
@while_open
def attach(item: AgendaItem) -> Response:
    """Attach papers to an item, several at once."""
    form = PapersForm()
    if form.validate_on_submit():
        try:
            uploads = form.papers.uploads()
            if not uploads:
                raise DomainError("Bitte mindestens eine Datei auswählen.", field="papers")
            services.add_papers(item, uploads, kind=form.paper_kind.data, store=paper_store(), by=current_user)
            flash("1 Unterlage ist angehängt." if len(uploads) == 1 else f"{len(uploads)} Unterlagen sind angehängt.")
            return redirect(url_for("agendas.detail", id=item.id))
        except DomainError as error:
            form.refuse(error)
    return render("meetings/paper_attach.html", status=status_of(form), form=form, item=item, meeting=item.meeting)


@bp.post("/unterlagen/<int:id>/zurueckziehen")
@access.requires(Paper, policies_papers.can_edit_paper)
def withdraw(paper: Paper) -> Response:
    """Take a paper back."""
    services.withdraw_paper(paper, by=current_user)
    flash(f"„{paper.file_name}“ ist zurückgezogen.")
    return redirect(_owner_url(paper))


@bp.post("/unterlagen/<int:id>/wieder-bereitstellen")
@access.requires(Paper, policies_papers.can_edit_paper)
def lay_out_again(paper: Paper) -> Response:
    """Make a withdrawn paper available again."""
    services.lay_out_again(paper, by=current_user)
    flash(f"„{paper.file_name}“ ist wieder bereitgestellt.")
    return redirect(_owner_url(paper))


def _owner_url(paper: Paper) -> str:
    if paper.item is not None:
        return url_for("meetings.papers", id=paper.item.meeting_id)
    return url_for("topics.detail", id=paper.topic_id)
