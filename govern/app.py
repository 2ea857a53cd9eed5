"""Build the application: settings, extensions, routes, headers; refuses to start when a view has no access rule."""

from __future__ import annotations

import hashlib
import logging
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, Flask, abort, current_app, g, request
from flask_login import LoginManager
from flask_migrate import Migrate
from flask_wtf import CSRFProtect
from htmx_flask import Htmx
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix
from whitenoise import WhiteNoise

from govern import access, audit, cli, failures, formats, headers, jobs, search_merging
from govern import db as database
from govern import search as search_index
from govern.actions.queries import matters as matter_queries
from govern.actions.queries import meeting_orders
from govern.actions.queries import trackings as order_trackings
from govern.actions.queries import work_orders as order_queries
from govern.actions.queries.change_causes import links_of
from govern.actions.queries.charges import charges
from govern.actions.services.change_causes import reason_of
from govern.actions.services.evaluations import follow_up_evaluations
from govern.actions.services.forwardings import follow_up_forwardings
from govern.actions.services.order_life import acknowledge_tracked
from govern.actions.services.order_reminders import follow_up_orders
from govern.actions.services.projects import follow_up_projects
from govern.actions.services.work_orders import issue_orders
from govern.actions.views import (
    adjustments,
    change_causes,
    evaluations,
    feedback,
    forwardings,
    gap_reports,
    local_bodies,
    matter_steps,
    matters,
    municipal_reports,
    needs_analyses,
    order_files,
    order_giving,
    order_steps,
    projects,
    publications,
    service_chains,
    work_orders,
)
from govern.actions.views import concept_references as order_references
from govern.actions.views.chains import chain_section
from govern.committees import contributions as committees_contributions
from govern.committees.queries.seats import what_hangs_on
from govern.committees.services.mandates import end_all_of
from govern.committees.views import changes as committee_changes
from govern.committees.views import committees, list_mails, mandates, procedures, rosters, routes, seats, structures
from govern.committees.views.sections import seats_of_organisation, seats_of_person
from govern.config import PROJECT_ROOT, Settings, load_settings
from govern.db import TextEnum, UtcDateTime, db
from govern.documents import contributions as documents_contributions
from govern.documents.jobs import drop_old_imports
from govern.documents.services.agreements import follow_up_agreements
from govern.documents.services.consultations import follow_up_consultations
from govern.documents.services.structure_concepts import CONCEPT_STORE
from govern.documents.services.versions import put_in_force
from govern.documents.views import (
    agreement_steps,
    agreement_texts,
    agreements,
    annexes,
    comment_answers,
    comments,
    concept_texts,
    concept_versions,
    concepts,
    consultations,
    documents,
    draft_sections,
    drafts,
    imports,
    response_tables,
)
from govern.meetings import contributions as meetings_contributions
from govern.meetings.jobs import remind_unanswered
from govern.meetings.queries.concept_submissions import decisions
from govern.meetings.queries.meetings import dates_of
from govern.meetings.queries.procedures import last_closed_day
from govern.meetings.queries.resolutions import adopted_resolutions
from govern.meetings.services.circulars import end_circulars
from govern.meetings.services.concept_publicity import why_stays_public
from govern.meetings.services.implementer_consents import ask_implementers
from govern.meetings.services.minutes_life import approve_minutes
from govern.meetings.views import (
    agendas,
    agreement_resolutions,
    answers,
    attendances,
    circulars,
    closing,
    committee_papers,
    concept_submissions,
    consents,
    events,
    extracts,
    folders,
    guests,
    invitations,
    mail_texts,
    meetings,
    minutes,
    minutes_life,
    objections,
    papers,
    places,
    polls,
    resolutions,
    room_papers,
    rooms,
    series,
    standing_items,
    supplements,
    topic_calls,
    topics,
    trackings,
    trash,
    votes,
)
from govern.meetings.views import concept_references as resolution_references
from govern.meetings.views.sections import asked_consents, resolution_link
from govern.meetings.views.sections import committee_section as meetings_of_committee
from govern.meetings.views.sections import organisation_section as meetings_of_municipality
from govern.overview import navigation
from govern.overview.services.kept_figures import keep_figures
from govern.overview.standings import load_standing
from govern.overview.views import (
    feeds,
    figures,
    health,
    notices,
    search,
    settings,
    start,
    target_groups,
    yearly_reports,
)
from govern.people import contributions as people_contributions
from govern.people.models import Body, User
from govern.people.queries.accounts import find_body, find_browser_session
from govern.people.services.outbox import send_waiting
from govern.people.services.sessions import note_activity
from govern.people.views import (
    accounts,
    administration,
    history,
    organisations,
    outbox,
    passwords,
    persons,
    profile,
)
from govern.rules import POLICIES
from govern.web import PASSIVE_HEADER, IdentityConverter, Templates, csrf_token

log = logging.getLogger("govern")
login = LoginManager()
csrf = CSRFProtect()
STATIC = Path(__file__).parent / "static"

BLUEPRINTS: list[Blueprint] = [
    concept_texts.bp, imports.bp, feeds.bp, health.bp, start.bp, search.bp, settings.bp, figures.bp, yearly_reports.bp,
    notices.bp, accounts.bp, administration.bp, history.bp, outbox.bp, passwords.bp, profile.bp, organisations.bp,
    persons.bp, rosters.bp, committees.bp, committee_changes.bp, procedures.bp, routes.bp, seats.bp, mandates.bp,
    list_mails.bp, meetings.bp, agendas.bp, supplements.bp, papers.bp, committee_papers.bp, events.bp, folders.bp,
    guests.bp, series.bp, polls.bp, invitations.bp, answers.bp, mail_texts.bp, topic_calls.bp, topics.bp, places.bp,
    standing_items.bp, trackings.bp, trash.bp, minutes.bp, attendances.bp, resolutions.bp, votes.bp, rooms.bp,
    room_papers.bp, closing.bp, consents.bp, extracts.bp, minutes_life.bp, circulars.bp, objections.bp, work_orders.bp,
    order_files.bp, gap_reports.bp, matters.bp, evaluations.bp, feedback.bp, municipal_reports.bp, needs_analyses.bp,
    adjustments.bp, matter_steps.bp, forwardings.bp, projects.bp, order_giving.bp, order_steps.bp, local_bodies.bp,
    service_chains.bp, structures.bp, documents.bp, concepts.bp, concept_versions.bp, drafts.bp, draft_sections.bp,
    publications.bp, target_groups.bp, concept_submissions.bp, consultations.bp, comments.bp, comment_answers.bp,
    response_tables.bp, agreements.bp, agreement_resolutions.bp, agreement_steps.bp, agreement_texts.bp,
    resolution_references.bp, order_references.bp, annexes.bp,
]  # fmt: skip
"""Every blueprint of the product."""

committees_contributions.committee_dates.append(dates_of)
committees_contributions.adopted_resolutions.append(adopted_resolutions)
committees_contributions.resolution_links.append(resolution_link)
committees_contributions.last_closed_meeting.append(last_closed_day)
committees_contributions.committee_sections += [meetings_of_committee, documents.documents_of_committee]
committees_contributions.committee_sections += [
    concepts.concepts_of_committee, projects.committee_section, work_orders.committee_section,
]  # fmt: skip
committees_contributions.concept_stores.append(CONCEPT_STORE)
committees_contributions.committee_tabs.append(committee_papers.TAB)
people_contributions.person_sections.append(seats_of_person)
people_contributions.before_ending_organisation += [what_hangs_on, order_queries.orders_left_with]
people_contributions.when_person_left.append(end_all_of)
people_contributions.organisation_sections += [
    seats_of_organisation, work_orders.organisation_section, needs_analyses.organisation_section,
    agreements.agreements_of_organisation, meetings_of_municipality, asked_consents,
]  # fmt: skip
documents_contributions.version_parts += [
    concept_submissions.version_part, change_causes.version_part, order_references.version_part,
]  # fmt: skip
documents_contributions.agreement_sections.append(agreement_resolutions.agreement_section)
documents_contributions.change_reasons.append(reason_of)
documents_contributions.change_causes.append(links_of)
documents_contributions.concept_sections += [
    agreements.agreements_on_concept, resolution_references.concept_section, order_references.concept_section,
]  # fmt: skip
documents_contributions.decisions.append(decisions)
documents_contributions.before_confidential.append(why_stays_public)
meetings_contributions.item_sections += [order_queries.item_sections, matter_queries.item_sections]
meetings_contributions.topic_sections.append(adjustments.topic_section)
meetings_contributions.chains.append(chain_section)
meetings_contributions.resolution_sections.append(order_queries.resolution_sections)
meetings_contributions.resolution_actions.append(order_giving.resolution_actions)
meetings_contributions.charges.append(charges)
meetings_contributions.minuting_forms.append(work_orders.minuting_section)
meetings_contributions.readiness_checks.append(meeting_orders.readiness_checks)
meetings_contributions.open_lines.append(meeting_orders.open_lines)
meetings_contributions.tracking_sources.append(order_trackings.ORDERS)
jobs.daily.extend((remind_unanswered, approve_minutes, end_circulars, follow_up_orders, follow_up_evaluations,
                   follow_up_forwardings, follow_up_projects, put_in_force, drop_old_imports,
                   follow_up_consultations, follow_up_agreements, search_index.index_missing,
                   search_merging.put_together, keep_figures))  # fmt: skip
meetings_contributions.after_closing.extend((issue_orders, acknowledge_tracked, ask_implementers))
jobs.at_start.append(search_index.complete)
jobs.every_minute.append(lambda is_stopping: send_waiting(_settings(), is_stopping))


def create_app(settings: Settings | None = None, **config: Any) -> Flask:
    """Assemble settings, extensions, routes and templates.

    Raises SettingsError when a setting is missing, RuntimeError when a view has no access rule.
    """
    settings = settings or load_settings()
    settings.instance.mkdir(parents=True, exist_ok=True)
    app = Flask("govern", template_folder="../templates", static_folder=None)
    app.config.from_mapping(
        SETTINGS=settings,
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS={
            "query_cache_size": 3_000,  # more than the product has statements
            **database.pool_options(settings.database_url),
        },
        SESSION_COOKIE_NAME="session" if settings.is_loopback else "__Host-session",
        SESSION_COOKIE_SECURE=not settings.is_loopback,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
        MAX_CONTENT_LENGTH=(settings.upload_megabytes * 5 + 1) * 1_000_000,
        MAX_FORM_MEMORY_SIZE=2_000_000,
        MAX_FORM_PARTS=3_000,
        TRUSTED_HOSTS=["127.0.0.1", "localhost", "[::1]"] if settings.is_loopback else [settings.host],
        WTF_CSRF_TIME_LIMIT=None,  # bound to the session; an hour would fail long agendas
        WTF_I18N_ENABLED=False,
    )
    app.config.from_mapping(config)
    app.jinja_environment = Templates
    app.jinja_options = {**app.jinja_options, "undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True,
                         "cache_size": -1}  # fmt: skip

    database.init_app(app)
    Migrate(app, db, directory=str(PROJECT_ROOT / "migrations"), render_as_batch=True, render_item=_render_item,
            compare_type=True)  # fmt: skip
    login.init_app(app)
    csrf.init_app(app)
    Htmx(app)
    formats.init_app(app)
    audit.init_app()
    search_index.init_app()
    cli.init_app(app)
    jobs.init_app(app)

    app.url_map.converters["int"] = IdentityConverter
    _register_blueprints(app)
    navigation.init_app(app)
    failures.register(app)
    _register_template_values(app, settings)
    app.before_request(_before_request)
    app.teardown_request(lambda _error: database.open_reading(reads_only=False))
    app.after_request(headers.protect)

    access.check_every_view_has_a_rule(app)
    database.one_transaction_per_view(app)
    _serve_static(app, settings)
    return app


def _register_blueprints(app: Flask) -> None:
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)


def _before_request() -> None:
    if "\0" in request.path or any("\0" in text for pair in request.values.items(multi=True) for text in pair):
        abort(400)  # PostgreSQL cannot hold it, and no keyboard makes it
    database.open_reading(reads_only=request.method in ("GET", "HEAD", "OPTIONS"))
    user = access.reader()
    if user.is_authenticated:
        audit.acting(user)
        if not request.headers.get(PASSIVE_HEADER):
            g.browser_session_seen_at = note_activity(g.browser_session_id, g.browser_session_seen_at)
        g.session_ends_at = _session_end(g.browser_session_created_at, g.browser_session_seen_at, _settings())
    else:
        audit.acting(None)


@login.user_loader
def load_user(token: str) -> User | None:
    """The person of a session token, with mandates and offices of today."""
    settings = _settings()
    found = find_browser_session(
        token, at=database.now(), idle=timedelta(minutes=settings.session_idle_minutes),
        longest=timedelta(hours=settings.session_hours),
    )  # fmt: skip
    if found is None or not found.user.is_active:
        return None
    user = found.user
    g.browser_session_id, g.browser_session_seen_at = found.id, found.last_seen_at
    g.browser_session_created_at = found.created_at
    load_standing(user, formats.today())
    return user


def _session_end(created_at: datetime, seen_at: datetime, settings: Settings) -> datetime:
    idle_end = seen_at + timedelta(minutes=settings.session_idle_minutes)
    return min(idle_end, created_at + timedelta(hours=settings.session_hours))


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings


def _register_template_values(app: Flask, settings: Settings) -> None:
    app.jinja_env.globals.update(
        static_url=_static_url, base_url=settings.base_url, policies=POLICIES, csrf_token=csrf_token,
        bundle=SimpleNamespace, committee_tabs=committees_contributions.committee_tabs,
    )  # fmt: skip

    @app.context_processor
    def values() -> dict[str, Any]:
        return {
            "body": _body(),
            "navigation": navigation.Navigation(),
            "session_ends_at": g.get("session_ends_at"),
        }


def _body() -> Body | None:
    if "body" not in g:
        user = access.reader()
        g.body = user.body if user.is_authenticated else find_body()
    return g.body  # type: ignore[no-any-return]


@lru_cache(maxsize=256)
def _static_address(path: str, _modified: float) -> str:
    return f"/static/{path}?v={hashlib.sha256((STATIC / path).read_bytes()).hexdigest()[:12]}"


def _static_url(path: str) -> str:
    """The address of one of our static files; it changes when the file changes, so browsers may keep it for ever."""
    # In service files change only with a restart, as WhiteNoise supposes too.
    modified = (STATIC / path).stat().st_mtime if current_app.debug or current_app.testing else 0
    return _static_address(path, modified)


def _serve_static(app: Flask, settings: Settings) -> None:
    app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]
        app.wsgi_app,
        root=str(STATIC),
        prefix="static/",
        max_age=31_536_000,
        autorefresh=bool(app.config.get("TESTING") or app.debug),
        add_headers_function=lambda fields, _path, _url: headers.protect_static(
            fields, is_loopback=settings.is_loopback
        ),
    )
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops)  # type: ignore[method-assign]


def _render_item(kind: str, item: Any, _context: Any) -> str | bool:
    # Own column types appear in migrations as what they are to the database.
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, TextEnum):
        return f"sa.{item!r}".replace("TextEnum(", "Enum(", 1)
    if kind == "type" and isinstance(item, sa.Text) and item._variant_mapping:
        return 'sa.Text().with_variant(sa.Text(collation="C"), "postgresql")'
    arg = getattr(item, "arg", None)
    if kind == "server_default" and isinstance(arg, sa.sql.elements.False_ | sa.sql.elements.True_):
        return f"sa.{type(arg).__name__.rstrip('_').lower()}()"  # each database has its own spelling
    return False
