"""A small county for tests that go through everything: three committees, all kinds of things in all states, all roles.

Whatever not everybody may read bears a secret word of its own. `World.words_for(user)` asks the policies which of
these words a person may come across; every other word in an answer is a leak.
"""

from __future__ import annotations

from datetime import date, timedelta

from govern import audit, mail
from govern.committees import policies as committees
from govern.committees.models import (
    ListMail,
    RuleKind,
)
from govern.db import db, now
from govern.formats import today
from govern.meetings.models import (
    JointCommittee,
    Meeting,
)
from govern.overview import policies as overview
from govern.overview.models import TargetGroupCount, TargetGroupYear, YearlyReport
from govern.overview.yearly_content import assemble
from govern.people import policies as people
from govern.people.models import (
    AccessibilityFeedback,
    Feed,
    FeedPurpose,
)
from tests.factories import (
    make,
    make_committee,
    make_municipality,
    make_place,
    make_procedure_rule,
    make_steering_group,
)
from tests.world.in_actions import (
    add_evaluations,
    add_gaps,
    add_local_bodies,
    add_municipal_reports,
    add_needs_analysis,
    add_orders,
    add_publication,
    add_service_chain,
)
from tests.world.in_committees import add_committee, add_documents, add_users
from tests.world.in_documents import add_agreements, add_concepts
from tests.world.in_meetings import (
    STAGES,
    add_circulars,
    add_events,
    add_meeting,
    add_polls,
    add_series,
    add_topics,
    attend,
    keep_minutes,
    minute,
)
from tests.world.roles import ROLES, WORD, World
from tests.world.routes import child_model, children_of, points_to

__all__ = ["ROLES", "WORD", "World", "build_world", "child_model", "children_of", "points_to"]


def build_world() -> World:
    """Make the rows; returns where they are. Needs an application context and an empty database."""
    with audit.silent():
        world = World()
        above = make_steering_group()
        own = make_committee(name="Arbeitskreis Sprache", short_name="AKS", parent_id=above.id)
        elsewhere = make_committee(name="Arbeitskreis Wohnen", short_name="AKW", parent_id=above.id)
        for name, committee in (("above", above), ("own", own), ("elsewhere", elsewhere)):
            world.note(name, committee)
        ours, theirs = make_municipality(name="Stadt Jülich"), make_municipality(name="Stadt Linnich")
        world.note("ours", ours)
        world.note("theirs", theirs)
        add_users(world, above, own, elsewhere, ours, theirs)
        for name, owner in (("body", None), ("own", own), ("elsewhere", elsewhere)):
            later = today() + timedelta(days=400)
            world.note(name, make_procedure_rule(owner, RuleKind.TIE, later, mode="rejected"))
        place = world.note("place", make_place(name="Kreishaus, Raum 128"))
        for name, committee, organisation in (("own", own, ours), ("elsewhere", elsewhere, theirs)):
            add_committee(world, name, committee, organisation)
            for stage in STAGES:
                add_meeting(world, f"{name} {stage}", committee, organisation, place, stage)
            add_topics(world, name, committee)
            add_circulars(world, name, committee)
            add_polls(world, name, committee)
            add_events(world, name, committee)
            add_series(world, name, committee, organisation)
            add_documents(world, name, committee)
            add_concepts(world, name, committee)
            add_agreements(world, name, organisation, committee)
            add_orders(world, name, committee, organisation)
            add_gaps(world, name, committee, organisation)
            add_evaluations(world, name, committee, organisation)
            add_municipal_reports(world, name, organisation)
            add_needs_analysis(world, organisation)
            add_local_bodies(world, name, organisation)
        add_service_chain(world, ours)
        add_publication(world)
        for stage in ("draft", "internal"):
            add_meeting(world, f"joint {stage}", own, ours, place, stage)
            joint = JointCommittee(meeting_id=world.id_of(Meeting, f"joint {stage}"), committee=elsewhere)
            world.note(f"joint {stage}", make(joint))
        attend(world, "own internal", "attending deputy")
        attend(world, "own released", "attending deputy")
        minute(world, "own internal", "minute-taker")
        minute(world, "own closed", "minute-taker")
        for name, identity in world.objects[Meeting]:
            if "released" in name:
                keep_minutes(world, name, db.session.get_one(Meeting, identity))
        report = AccessibilityFeedback(body_id=own.body_id, text="x", sender_email="hilfe@muster.example")
        world.note("report", make(report))
        report.text = f"Hürde {world.word_on(report, overview.can_view_feedback)}"
        report.sender_name = f"Kim {world.word_on(report, overview.can_view_feedback)}"
        sent = mail.queue(
            body_id=own.body_id, to_address="gast@muster.example", to_name=world.word(people.can_read_outbox),
            from_address="kim@muster.example", from_name=None, subject=world.word(people.can_read_outbox),
            text=world.word(lambda user: False), host="muster.example",
        )  # fmt: skip
        sent.state = mail.MailState.SENT
        world.note("sent", make(sent))
        frozen = YearlyReport(body_id=own.body_id, year=2025, edition=1, texts={}, sha256="0" * 64, frozen_at=now(),
                              content={**assemble({}, {}),
                                       "disclaimer": world.word(overview.can_write_yearly_reports)})  # fmt: skip
        world.note("yearly report", make(frozen))
        figures = TargetGroupYear(
            body_id=own.body_id, year=2025, number=1, as_of=date(2025, 12, 31), file_name="zielgruppen.xlsx",
            source=world.word(overview.can_keep_target_groups), function=world.word(overview.can_keep_target_groups),
            counts=[TargetGroupCount(municipality_id=ours.id, target_group="refugees", amount=3, cell="B2")],
        )  # fmt: skip
        world.note("target groups", make(figures))
        listed = ListMail(body_id=own.body_id, subject="x", text="x", committees=[own],
                          sent_by_id=world.users["coordinator"])  # fmt: skip
        world.note("to the list", make(listed))
        listed.subject = f"Rundmail {world.word_on(listed, committees.can_view_list_mail)}"
        for role in ("holder", "nobody"):
            feed = Feed(user_id=world.users[role], purpose=FeedPurpose.PERSONAL, nonce=f"nonce-{role}")
            world.note(role, make(feed))
        db.session.commit()
        return world
