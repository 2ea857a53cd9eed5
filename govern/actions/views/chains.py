"""The whole chain of an object, as a section of its page."""

from __future__ import annotations

from govern.actions.queries.chain_links import StageLinks
from govern.actions.queries.chains import Start, whole_chain
from govern.people.models import User
from govern.web import Section, section

HEADING = "Die ganze Kette"


def chain_section(user: User, start: Start) -> Section | None:
    """From gap report to work order, both ways, as far as ``user`` may see it; None where nothing else hangs on it."""
    return shown_chain(whole_chain(user, start))


def shown_chain(stages: list[StageLinks], *, reports_below: bool = False) -> Section | None:
    """The same of what was read already; with ``reports_below`` it leads to the list of reports on the same page."""
    if not any(not link.is_here for stage in stages for link in stage.links):
        return None
    return section("chain", HEADING, "actions/_chain.html", stages=stages, reports_below=reports_below)
