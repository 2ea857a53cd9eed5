"""Release figures: once for each half-year, kept as they were shown."""

from __future__ import annotations

import sqlalchemy as sa

from govern.actions.periods import Period
from govern.actions.queries.vocabularies import terms_of
from govern.db import db
from govern.errors import DomainError
from govern.formats import today
from govern.overview.models import FigureRelease
from govern.overview.queries.report_figures import count_reports, figures_to_publish
from govern.overview.report_figures import to_content
from govern.people.models import Body, User


def release_figures(body: Body, period: Period, *, by: User) -> FigureRelease:
    """Let everybody read the masked figures of a half-year that is over; there is no second version."""
    if not period.is_half_year or not period.is_over(today()):
        raise DomainError("Freigegeben wird nur ein Halbjahr, das vorbei ist.")
    db.session.execute(sa.select(Body.id).where(Body.id == body.id).with_for_update())
    known = sa.select(FigureRelease.id).where(
        FigureRelease.body_id == body.id, FigureRelease.starts_on == period.starts_on
    )
    if db.session.scalar(known) is not None:
        raise DomainError("Dieses Halbjahr ist schon freigegeben. Eine zweite Fassung würde verdeckte Zahlen verraten.")
    figures = figures_to_publish(body, count_reports(body, terms_of(body), period, today()))
    release = FigureRelease(
        body_id=body.id, starts_on=period.starts_on, ends_on=period.ends_on, threshold=body.small_count_threshold,
        is_rounded=body.rounds_counts, content=to_content(figures), released_by_id=by.id,
    )  # fmt: skip
    db.session.add(release)
    db.session.flush()
    return release
