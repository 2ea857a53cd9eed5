"""Calendars to subscribe to, and single entries to take along."""

from __future__ import annotations

import hashlib

from flask import Blueprint, Response, abort, current_app, make_response, request, url_for
from flask_login import current_user

from govern import access, tokens
from govern.actions.exports.deadlines import deadline_of, deadline_of_evaluation, deadline_of_request, last_change
from govern.actions.queries.evaluations import list_own_days
from govern.actions.queries.order_lists import list_own_deadlines
from govern.calendars import calendar_bytes
from govern.committees.models import Committee
from govern.committees.queries.names import committee_names
from govern.config import Settings
from govern.documents.exports.agreement_deadlines import deadlines_of_agreement
from govern.documents.queries import agreements as agreement_queries
from govern.formats import today
from govern.meetings import policies as meeting_policies
from govern.meetings import policies_dates
from govern.meetings.exports.entries import event_entry, meeting_entry
from govern.meetings.models import Meeting
from govern.meetings.queries import feeds as meeting_feeds
from govern.overview.standings import load_standing
from govern.people import policies as people_policies
from govern.people.models import Feed, FeedPurpose
from govern.people.queries import feeds as queries
from govern.people.services import feeds as services
from govern.web import download, flash, redirect, render

bp = Blueprint("feeds", __name__)


@bp.get("/kalender")
@access.signed_in
def index() -> Response:
    """Offer the personal feed and one for each committee."""
    feeds = queries.list_feeds(current_user)
    by_committee = {f.committee_id: f for f in feeds if f.committee_id is not None}
    return render(
        "overview/feeds.html",
        personal=next((f for f in feeds if f.purpose is FeedPurpose.PERSONAL), None),
        deadlines=next((f for f in feeds if f.purpose is FeedPurpose.WORK_ORDERS), None),
        feeds=by_committee,
        committees=meeting_feeds.list_committees_to_follow(current_user, by_committee),
        feed_url=_feed_url,
    )


@bp.post("/kalender/adresse")
@access.signed_in
def create_personal() -> Response:
    """Give out the personal address."""
    services.open_feed(current_user, committee_id=None)
    return redirect(url_for(".index"))


@bp.post("/kalender/auftraege")
@access.signed_in
def create_for_orders() -> Response:
    """Give out an address for the due dates of one's work orders."""
    services.open_feed(current_user, committee_id=None, purpose=FeedPurpose.WORK_ORDERS)
    return redirect(url_for(".index") + "#auftraege")


@bp.post("/kalender/gremien/<int:id>")
@access.requires(Committee, policies_dates.can_follow)
def create_for_committee(committee: Committee) -> Response:
    """Give out an address for the meetings of one committee."""
    services.open_feed(current_user, committee_id=committee.id)
    return redirect(url_for(".index") + f"#gremium-{committee.id}")


@bp.post("/kalender/<int:id>/erneuern")
@access.requires(Feed, people_policies.can_keep_feed)
def renew(feed: Feed) -> Response:
    """Replace an address that may have become known to others."""
    services.renew_feed(feed)
    flash("Die alte Adresse gilt nicht mehr. Bitte abonnieren Sie den Kalender mit der neuen Adresse.")
    return redirect(url_for(".index"))


@bp.post("/kalender/<int:id>/widerrufen")
@access.requires(Feed, people_policies.can_keep_feed)
def revoke(feed: Feed) -> Response:
    """Make an address worthless."""
    services.revoke_feed(feed)
    flash("Die Adresse gilt nicht mehr.")
    return redirect(url_for(".index"))


@bp.get("/kalender/<token>.ics")
@access.by_token
def feed(token: str) -> Response:
    """The calendar behind an address: what its owner may see now. Unknown and revoked addresses are 404."""
    nonce = tokens.verify("feed", token, _settings().secret_key)
    found = queries.find_feed(nonce) if nonce else None
    if found is None:
        abort(404)
    load_standing(found.user, today())
    if found.purpose is FeedPurpose.WORK_ORDERS:
        return _deadlines(found)
    if found.committee_id is None:
        name, meetings = f"Meine Sitzungen ({found.user.body.short_name})", meeting_feeds.list_personal_feed(found.user)
    else:
        names = dict(committee_names(found.user))
        name = names.get(found.committee_id, "Sitzungen")
        meetings = meeting_feeds.list_committee_feed(found.user, found.committee_id)
    events = meeting_feeds.list_events_of_feed(found.user, found.committee_id)
    base = _settings().base_url
    entries = [*(meeting_entry(m, base) for m in meetings), *(event_entry(e, base) for e in events)]
    return _calendar(calendar_bytes(name, entries, source=_feed_url(found)))


@bp.get("/sitzungen/<int:id>/termin.ics")
@access.requires(Meeting, meeting_policies.can_view)
def entry(meeting: Meeting) -> Response:
    """One meeting to take into one's own calendar."""
    data = calendar_bytes(meeting.committee.name, [meeting_entry(meeting, _settings().base_url)])
    return download(data, f"sitzung-{meeting.id}.ics", "text/calendar; charset=utf-8")


def _deadlines(feed: Feed) -> Response:
    base, host = _settings().base_url, _settings().host
    found = [deadline_of(o, last_change(o, event), base, host) for o, event in list_own_deadlines(feed.user)]
    evaluations, asked = list_own_days(feed.user)
    found += [deadline_of_evaluation(evaluation, base, host) for evaluation in evaluations]
    found += [deadline_of_request(request, base, host) for request in asked]
    for agreement in agreement_queries.list_own_days(feed.user):
        found += deadlines_of_agreement(agreement, base, host)
    name = f"Fristen ({feed.user.body.short_name})"
    return _calendar(calendar_bytes(name, [], deadlines=[d for d in found if d is not None], source=_feed_url(feed)))


def _calendar(data: bytes) -> Response:
    response = make_response(data)
    response.headers["Content-Type"] = "text/calendar; charset=utf-8"
    response.headers["Content-Disposition"] = 'inline; filename="sitzungen.ics"'
    response.headers["Cache-Control"] = "private, no-cache"  # keep it, but ask each time
    response.headers["Referrer-Policy"] = "no-referrer"
    response.set_etag(hashlib.sha256(data).hexdigest()[:32])
    response.make_conditional(request)
    return response


def _feed_url(feed: Feed) -> str:
    token = tokens.sign("feed", feed.nonce, _settings().secret_key)
    return _settings().base_url + url_for("feeds.feed", token=token)


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings
