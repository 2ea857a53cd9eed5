"""The page on which something is said to refer to a concept; resolutions and work orders use it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import Response
from flask_login import current_user

from govern.documents.forms.references import ReferenceForm
from govern.documents.queries import references as queries
from govern.documents.services.references import Target
from govern.errors import DomainError
from govern.web import flash, number_argument, redirect, render, status_of

PAGES = "documents/references/"


@dataclass(frozen=True)
class Referrer:
    """What refers, for the head of the page and the way back."""

    name: str
    """„Beschluss LG-B-2026-07"."""
    list_name: str
    list_url: str
    back: str


def reference_page(referrer: Referrer, keep: Callable[[Target], object]) -> Response:
    """Choose a concept, then its version and section."""
    concept = queries.find_referable(current_user, number_argument("konzept"))
    if concept is None:
        return render(PAGES + "choose.html", referrer=referrer, concepts=queries.list_referable(current_user))
    choices = queries.choices_of(current_user, concept)
    form = ReferenceForm().offer(choices)
    try:
        if form.validate_on_submit():
            keep(form.target(concept, choices))
            flash(f"Der Bezug auf „{concept.title}“ ist eingetragen.")
            return redirect(referrer.back)
    except DomainError as error:
        form.refuse(error)
    return render(PAGES + "edit.html", status=status_of(form), referrer=referrer, form=form, concept=concept,
                  running=choices.running)  # fmt: skip


def removed_page(is_removed: bool, back: str) -> Response:
    """Back to what referred, with a word on what happened."""
    if is_removed:
        flash("Der Bezug ist entfernt.")
    else:
        flash("Diesen Bezug gibt es nicht mehr.", "warning")
    return redirect(back)
