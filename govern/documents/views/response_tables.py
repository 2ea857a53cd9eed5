"""The table of all comments and answers of a consultation (Abwägungstabelle): page, Word document, workbook."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from flask import Blueprint, Response, current_app
from flask_login import current_user

from govern import access
from govern.documents import policies_consultations as policies
from govern.documents.exports import response_tables
from govern.documents.exports.response_tables import ResponseRow, ResponseTable
from govern.documents.models import Comment, Consultation
from govern.documents.queries import comments as queries
from govern.documents.queries.comments import Filter
from govern.documents.queries.consultations import WITH_PARTIES
from govern.documents.queries.sections import outline
from govern.documents.word_diff import lines_of
from govern.files import clean_name
from govern.formats import date_text
from govern.web import download, page_number, render

bp = Blueprint("response_tables", __name__)


@bp.get("/beteiligungen/<int:id>/abwaegung")
@access.requires(Consultation, policies.can_view_consultation, loads=WITH_PARTIES)
def detail(consultation: Consultation) -> Response:
    """What was said and what became of it, as far as the reader may know it, one page of the table at a time."""
    page = page_number()
    found, total = queries.list_comments(current_user, consultation, Filter(is_valid=True), page)
    return render("documents/consultations/table.html", consultation=consultation, version=consultation.version,
                  rows=_rows(consultation, found), total=total, number=page,
                  pages=-(-total // queries.PAGE_SIZE))  # fmt: skip


@bp.get("/beteiligungen/<int:id>/abwaegung.docx")
@access.requires(Consultation, policies.can_view_consultation, loads=WITH_PARTIES)
def docx(consultation: Consultation) -> Response:
    """The whole table as a Word document."""
    data = response_tables.as_docx(_content(consultation), folder=current_app.config["SETTINGS"].office_templates)
    return download(data, _name(consultation, "docx"), response_tables.DOCX)


@bp.get("/beteiligungen/<int:id>/abwaegung.xlsx")
@access.requires(Consultation, policies.can_view_consultation, loads=WITH_PARTIES)
def xlsx(consultation: Consultation) -> Response:
    """The whole table as a workbook."""
    return download(response_tables.as_xlsx(_content(consultation)), _name(consultation, "xlsx"), response_tables.XLSX)


def _content(consultation: Consultation) -> ResponseTable:
    version = consultation.version
    rows = _rows(consultation, queries.list_all_comments(current_user, consultation))
    return ResponseTable(body=current_user.body.name, title=f"{version.concept.title}: {version.label}",
                         until=date_text(consultation.until), rows=rows)  # fmt: skip


def _rows(consultation: Consultation, comments: Iterable[Comment]) -> list[ResponseRow]:
    reads_answers = policies.reads_answers(current_user, consultation)
    titles = {line.row.key: line.title for line in outline(consultation.version)}
    return [_row(comment, titles, reads_answers=reads_answers) for comment in comments]


def _words(text: str | None, titles: Mapping[str, str]) -> str:
    """Markdown as it is read, for what shows no footnotes and references."""
    return "\n".join(lines_of(text or "", titles))


def _row(comment: Comment, titles: Mapping[str, str], *, reads_answers: bool) -> ResponseRow:
    answer = comment.answer if reads_answers else None
    return ResponseRow(
        section_key=comment.section.key if comment.section is not None else None,
        number=comment.number, institution=comment.on_behalf_of, passage=_words(comment.passage, titles),
        text=comment.text, place=comment.section.title if comment.section is not None else "zum Entwurf als Ganzem",
        proposal="" if comment.proposal is None else _words(comment.proposal, titles) or "(entfällt)",
        outcome=answer.outcome.label if answer else "", reason=(answer.reason or "") if answer else "",
    )  # fmt: skip


def _name(consultation: Consultation, ending: str) -> str:
    return clean_name(f"Abwägungstabelle Beteiligung {consultation.id}.{ending}")
