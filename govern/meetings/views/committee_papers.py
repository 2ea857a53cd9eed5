"""The page „Unterlagen“ of a committee: rules, forms and papers of its meetings in one place (I3)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response
from flask_login import current_user

from govern import access
from govern.committees import policies as committee_policies
from govern.committees.contributions import CommitteeTab
from govern.committees.models import Committee
from govern.committees.queries.committees import describe, load_committee
from govern.documents.queries import documents
from govern.formats import today
from govern.meetings.forms.committee_papers import CommitteePapersForm
from govern.meetings.queries.committee_papers import list_committee_papers
from govern.web import page_number, render

bp = Blueprint("committee_papers", __name__)
TAB = CommitteeTab("papers", "Unterlagen", "committee_papers.index")
SHOWN_FIRST = 10
"""So many documents stand above the papers before one asks for all of them."""


@bp.get("/gremien/<int:id>/unterlagen")
@access.requires(Committee, committee_policies.can_view)
def index(committee: Committee) -> Response:
    """What a committee has in one place, as far as the reader may see it; searched, filtered and paged."""
    committee, form = load_committee(committee), CommitteePapersForm()
    found = _documents(committee, form) if form.is_of_documents else _papers(committee, form)
    return render(
        "meetings/committee_papers.html", fragment="meetings/_committee_papers.html", committee=committee, form=form,
        line=describe(committee, today(), today=today()), is_today=True, is_wrong_day=False, number=page_number(),
        **found,
    )  # fmt: skip


def _documents(committee: Committee, form: CommitteePapersForm) -> dict[str, Any]:
    found, total = documents.list_documents(
        current_user, text=form.q.data or "", kind=form.kind(), committee_id=committee.id, page=page_number()
    )
    pages = -(-total // documents.PAGE_SIZE)
    return {"documents": found, "total": total, "pages": pages, "papers": None, "has_more": False}


def _papers(committee: Committee, form: CommitteePapersForm) -> dict[str, Any]:
    text, shows_documents = form.q.data or "", not form.is_of_papers and page_number() == 1
    page = list_committee_papers(current_user, committee.id, text=text, number=page_number())
    found, has_more = (
        documents.list_committee_documents(current_user, committee.id, text=text, most=SHOWN_FIRST)
        if shows_documents
        else ([], False)
    )
    return {"documents": found, "total": page.total, "pages": page.pages, "papers": page, "has_more": has_more}
