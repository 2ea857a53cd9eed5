"""What every page keeps, asked of each one as the coordination sees it: markup, links, forms, words, cost."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from itertools import pairwise
from typing import Any

import pytest
from flask import Flask
from lxml import html
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from govern.app import create_app
from govern.db import db
from tests.conftest import Client, make_settings
from tests.factories import (
    make_committee,
    make_coordinator,
    make_item,
    make_meeting,
    make_member,
    make_organisation,
    make_person,
    make_place,
    make_resolution,
    make_topic,
    make_user,
    make_work_order,
)
from tests.test_access_matrix import build, rules
from tests.world import World, build_world

MOST_STATEMENTS = 12
"""For one page; beside them three find the session, the account and its standing."""
EVERY_REQUEST = 6
ENUM_VALUE = re.compile(r"\b[a-z]+(?:_[a-z]+)+\b")
ENGLISH = re.compile(
    r"\b(None|True|False|undefined|null|Submit|Save|Delete|Cancel|Search|Back|Next|Previous|Invalid|Required|Error|"
    r"active|draft|published|closed|released|present|absent|issued|holder|deputy)\b"
)
BY_ITSELF = re.compile(r"every |[\w-]+ from:body")
"""Triggers of parts that only keep themselves fresh; without scripts the page shows them as they were."""


def pages(app: Flask, world: World, client: Client) -> Iterator[tuple[str, html.HtmlElement]]:
    """Every page that answers the signed-in person with HTML: one for each route, all meetings."""
    for rule in rules(app):
        if "GET" not in (rule.methods or set()) or rule.endpoint in ("accounts.sign_in", "health.health"):
            continue
        model = getattr(app.view_functions[rule.endpoint], "access_model", None)
        if len(rule.arguments) > (1 if model else 0):
            continue
        rows = [identity for _name, identity in world.objects.get(model, [])] if model else [0]
        for identity in rows[: 9 if "sitzungen" in rule.rule else 3]:
            path = build(rule, dict.fromkeys(rule.arguments, identity))
            answer = client.get(path)
            if answer.status_code == 200 and answer.mimetype == "text/html" and answer.data.startswith(b"<!"):
                yield path, html.fromstring(answer.get_data(as_text=True))


@pytest.fixture
def crawled(app: Flask, client: Client) -> list[tuple[str, html.HtmlElement]]:
    world = build_world()
    client.sign_in(world.user("coordinator"))
    found = list(pages(app, world, client))
    assert len(found) > 30
    return found


on_sqlite = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


@on_sqlite
@pytest.mark.slow
@pytest.mark.proves("C-06", "C-14", "E-12")
def test_every_page_is_sound(app: Flask, crawled: list[tuple[str, html.HtmlElement]]) -> None:
    """One crawl, all faults of all pages at once."""
    faults = [f"{path}: {fault}" for path, page in crawled for fault in (*frame(page), *links(app, page), *words(page))]
    titles: dict[str, str] = {}
    for path, page in crawled:
        title, kind = page.findtext(".//title") or "", re.sub(r"\d+", "…", path)
        if titles.setdefault(title, kind) != kind:
            faults.append(f"{path}: the title „{title}“ is that of {titles[title]}")
    assert not faults, "\n" + "\n".join(sorted(set(faults)))


def frame(page: html.HtmlElement) -> Iterator[str]:
    """Language, one heading, ids, labels, headings in order."""
    if page.get("lang") != "de":
        yield "lang"
    levels = [int(h.tag[1]) for h in page.iter("h1", "h2", "h3", "h4", "h5", "h6")]
    if levels.count(1) != 1:
        yield f"{levels.count(1)} h1"
    if any(b > a + 1 for a, b in pairwise(levels)):
        yield f"headings jump: {levels}"
    ids = [e.get("id") for e in page.xpath("//*[@id]")]
    yield from (f"id {i} twice" for i in sorted(set(ids)) if ids.count(i) > 1)
    known = set(ids)
    for attribute in ("for", "aria-labelledby", "aria-describedby", "aria-controls"):
        for element in page.xpath(f"//*[@{attribute}]"):
            missing = [i for i in element.get(attribute).split() if i not in known]
            if missing:
                yield f"{attribute}={missing} leads nowhere"
    first = next((a for a in page.iter("a")), None)
    if first is None or not first.get("href", "").startswith("#"):
        yield "the first link is no skip link"


def links(app: Flask, page: html.HtmlElement) -> Iterator[str]:
    """Every address is a route; every htmx element works without scripts."""
    for element in page.xpath("//a[@href]"):
        href = element.get("href")
        if href.startswith("/") and not href.startswith("/static/") and not is_route(app, href, "GET"):
            yield f"link to {href}"
        elif not re.match(r"/|#|\?|https?://|mailto:|tel:|webcal:", href):
            yield f"link to „{href}“"
    for form in page.xpath("//form"):
        method = (form.get("method") or "get").upper()
        action = form.get("action")
        if action and not is_route(app, action, method):
            yield f"form to {method} {action}"
        if method == "POST" and not form.xpath(".//input[@name='csrf_token']") and app.config["WTF_CSRF_ENABLED"]:
            yield f"form to {action} without a token"
    for verb in ("get", "post", "put", "delete", "patch"):
        for element in page.xpath(f"//*[@data-hx-{verb}]"):
            yield from enhanced(app, element, verb)


def enhanced(app: Flask, element: html.HtmlElement, verb: str) -> Iterator[str]:
    url = element.get(f"data-hx-{verb}")
    if verb not in ("get", "post") or not is_route(app, url, verb.upper()):
        yield f"data-hx-{verb}={url} is no route"
    trigger = element.get("data-hx-trigger") or ""
    works = (
        (element.tag == "a" and element.get("href"))
        or (element.tag == "form" and element.get("action", "") in ("", url))
        or (element.tag in ("button", "input", "select", "textarea") and (element.get("form") or in_form(element)))
        or (trigger.startswith(("load", "revealed")) and element.xpath(".//a[@href]|.//form"))
        or (verb == "get" and BY_ITSELF.match(trigger))
        or (verb == "get" and element.get("data-on-submit") is not None and in_form(element))
    )
    if not works:
        yield f"<{element.tag}> with data-hx-{verb}={url} does nothing without scripts"


def in_form(element: html.HtmlElement) -> bool:
    return any(e.tag == "form" for e in element.iterancestors())


def is_route(app: Flask, url: str, method: str) -> bool:
    path = url.partition("#")[0].partition("?")[0]
    try:
        app.url_map.bind("127.0.0.1").match(path or "/", method)
    except RequestRedirect:
        return False
    except HTTPException:
        return path == ""
    return True


def words(page: html.HtmlElement) -> Iterator[str]:
    """No value of a table's column and no English word is shown."""
    for element in page.xpath("//script|//style|//code|//pre|//textarea"):
        element.drop_tree()
    text = " ".join(page.xpath("string(//body)").split())
    yield from (f"shows the value „{m}“" for m in set(ENUM_VALUE.findall(text)))
    yield from (f"shows the word „{m}“" for m in set(ENGLISH.findall(text)))
    if re.search(r"\d{4}-\d{2}-\d{2}", re.sub(r"\w-B-\d{4}-\d{2}", "", text)):
        yield "shows a date as in ISO"
    yield from (f"straight quotes: {m}" for m in re.findall('.{0,15}".{0,15}', text)[:2])


# --- cost -------------------------------------------------------------------------------------------------------------
LISTS: dict[str, Callable[[], Any]] = {
    "/": make_meeting,
    "/arbeitsauftraege": make_work_order,
    "/beschluesse": make_resolution,
    "/gremien": make_committee,
    "/kalender": make_committee,
    "/konten": make_user,
    "/orte": make_place,
    "/organisationen": make_organisation,
    "/personen": make_person,
    "/sitzungen": make_meeting,
    "/suche?q=amt": make_organisation,
    "/themen": make_topic,
    "/gremien/organigramm": make_committee,
}
"""Lists and what makes another row of them."""


@on_sqlite
@pytest.mark.parametrize("path", sorted(LISTS))
def test_lists_cost_the_same_for_one_row_and_for_twenty(
    app: Flask, client: Client, count_queries: Callable[[], AbstractContextManager[list[str]]], path: str
) -> None:
    user = make_coordinator()
    make_administrator_too(user)
    client.sign_in(user)
    make = LISTS[path]
    make()
    client.get(path)  # what is remembered between requests is remembered now
    with count_queries() as few:
        assert client.get(path).status_code == 200
    for _ in range(19):
        make()
    with count_queries() as many:
        assert client.get(path).status_code == 200
    assert len(many) <= len(few), "\n".join(many)
    assert len(many) <= MOST_STATEMENTS + EVERY_REQUEST, "\n".join(many)


def make_administrator_too(user: Any) -> None:
    from_role = type(user.roles[0])
    user.roles.append(from_role(role="administrator"))
    db.session.commit()


@on_sqlite
@pytest.mark.parametrize("kind", ["meeting", "committee"])
def test_pages_of_one_thing_cost_the_same_however_much_it_holds(
    app: Flask, client: Client, count_queries: Callable[[], AbstractContextManager[list[str]]], kind: str
) -> None:
    client.sign_in(make_coordinator())
    committee = make_committee()
    meeting = make_meeting(committee)
    path = f"/sitzungen/{meeting.id}" if kind == "meeting" else f"/gremien/{committee.id}"

    def grow() -> None:
        make_item(meeting)
        make_member(committee)
        make_meeting(committee)

    grow()
    client.get(path)
    with count_queries() as few:
        assert client.get(path).status_code == 200
    for _ in range(12):
        grow()
    with count_queries() as many:
        assert client.get(path).status_code == 200
    assert len(many) <= len(few), "\n".join(sorted(many))


# --- tokens -----------------------------------------------------------------------------------------------------------
@pytest.mark.slow
@pytest.mark.proves("D-08")
def test_every_change_needs_a_token(tmp_path: Any) -> None:
    """With the check switched on, as in the product, no POST without a token gets past it."""
    app = create_app(make_settings(tmp_path, f"sqlite:///{tmp_path / 'test.sqlite'}"), TESTING=True)
    with app.app_context():
        db.create_all()
    client = app.test_client()
    faults = []
    for rule in rules(app):
        if "POST" in (rule.methods or set()):
            path = build(rule, dict.fromkeys(rule.arguments, 1))
            status = client.post(path, data={"text": "x"}).status_code
            if status not in (400, 401, 303) or (status == 303 and rule.endpoint == "accounts.sign_in"):
                faults.append(f"{path}: {status}")
    assert faults == []
