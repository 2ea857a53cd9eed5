"""One small form for everything that ends on a day: a mandate, a task, a seat."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import Response

from govern.committees.forms.committees import DayForm
from govern.committees.models import CommitteeOfficer, Mandate, Seat
from govern.committees.services.versions import refuse_stale, version_of
from govern.errors import Conflict, DomainError
from govern.formats import today
from govern.web import redirect, render, status_of


def end_on_a_day(
    template: str, row: Mandate | CommitteeOfficer | Seat, change: Callable[[date], str], **context: Any
) -> Response:
    """Show the form and end ``row``; ``change`` returns where to go. Whoever comes too late sees what is stored."""
    form, conflict = _form(row), None
    if form.validate_on_submit():
        try:
            refuse_stale(row, form.seen())
            return redirect(change(form.ends_on.data))
        except Conflict:
            conflict = form.differences(_form(row, formdata=None))
        except DomainError as error:
            form.refuse(error)
    status = 409 if conflict is not None else status_of(form)
    return render(template, status=status, form=form, conflict=conflict, **context)


def _form(row: Mandate | CommitteeOfficer | Seat, **sent: Any) -> DayForm:
    return DayForm(ends_on=row.ends_on or today(), version=version_of(row), **sent)
