"""What a browser may send of the texts of the yearly report."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from wtforms import TextAreaField
from wtforms.validators import Length

from govern.actions.forms.gap_reports import GuardedForm
from govern.overview.queries.yearly_reports import Preparation
from govern.overview.yearly_content import TITLES
from govern.people.forms.fields import VersionedForm


def _text(chapter: str) -> TextAreaField:
    return TextAreaField(f"Text: {TITLES[chapter]}", [Length(max=20_000, message="Höchstens 20.000 Zeichen.")])


class YearlyReportForm(GuardedForm, VersionedForm):
    """The text of each chapter, in Markdown."""

    WORDS = tuple(TITLES)
    foreword = _text("foreword")
    meetings = _text("meetings")
    resolutions = _text("resolutions")
    orders = _text("orders")
    reports = _text("reports")
    matters = _text("matters")
    projects = _text("projects")
    evaluations = _text("evaluations")
    forwardings = _text("forwardings")
    chains = _text("chains")
    outlook = _text("outlook")

    @classmethod
    def of(cls, values: Mapping[str, Any], known: Collection[str], *, fresh: bool = False) -> YearlyReportForm:
        """The form; ``fresh`` does not read what was sent."""
        form = cls(formdata=None, data=values) if fresh else cls(data=values)
        form.guard(known)
        return form

    def texts(self) -> dict[str, str]:
        """What was written, by chapter."""
        return {chapter: (self[chapter].data or "").replace("\r\n", "\n").strip() for chapter in TITLES}


def stored_values(found: Preparation) -> dict[str, str]:
    """What the form starts with: the draft, and the proposals where nothing was written yet."""
    texts = {chapter["key"]: chapter["text"] for chapter in found.content["chapters"]}
    return {**texts, "version": str(found.draft.version if found.draft else 0)}
