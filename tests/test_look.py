"""The frame and the components: what every page relies on."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from flask import Flask, render_template, render_template_string
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from lxml import html
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, RadioField, SelectChoice, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from govern.web import GermanForm, keep_together

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = ROOT / "templates"
STYLES = ROOT / "govern" / "static" / "css"
PUBLICITY = [SelectChoice("y", "öffentlich"), SelectChoice("n", "nicht öffentlich")]
LEGAL_PAGES = {"/impressum", "/datenschutz", "/barrierefreiheit", "/hilfe"}


class PointForm(GermanForm):
    """A form with one field of each kind that needs its own markup."""

    title = StringField("Titel", [InputRequired(), Length(max=5)], description="So steht es in der Tagesordnung.")
    reason = TextAreaField("Begründung")
    publicity = RadioField("Öffentlichkeit", [InputRequired()], choices=PUBLICITY)
    seats = SelectMultipleField("Sitze", choices=[SelectChoice("1", "Stadt Düren")])
    notify = BooleanField("Benachrichtigen")


FORM_PAGE = """
{% from "components/form.html" import form_tag, buttons %}{% from "components/field.html" import fields %}
{% call form_tag(form, id="punkt", keep=True) %}
  {{ fields(form) }}{{ buttons("Speichern", cancel_url="/") }}
{% endcall %}
"""


def refused_form(app: Flask) -> html.HtmlElement:
    """The form as it comes back after a wrong entry."""
    with app.test_request_context(method="POST"):
        form = PointForm(MultiDict({"title": "Zu langer Titel", "reason": "Weil <b>das</b> so ist", "notify": "y"}))
        assert not form.validate()
        return html.fromstring(render_template_string(FORM_PAGE, form=form))


@pytest.mark.proves("C-10")
def test_a_refused_form_says_what_is_wrong_and_keeps_what_was_typed(app: Flask) -> None:
    form = refused_form(app)
    title = form.get_element_by_id("title")
    assert title.get("value") == "Zu langer Titel"
    assert title.get("aria-invalid") == "true"
    assert title.get("aria-describedby").split() == ["title-error", "title-hint"]
    assert "Fehler" in form.get_element_by_id("title-error").text_content()
    assert form.get_element_by_id("reason").text.strip() == "Weil <b>das</b> so ist"
    assert form.get_element_by_id("reason").get("aria-invalid") is None
    assert form.get_element_by_id("notify").get("checked") is not None


@pytest.mark.proves("C-10")
def test_the_summary_leads_to_every_wrong_field(app: Flask) -> None:
    form = refused_form(app)
    [summary] = form.xpath(".//*[@data-error-summary]")
    assert summary.get("role") == "alert"
    targets = [link.get("href") for link in summary.xpath(".//a")]
    assert targets == ["#title", "#publicity-0"]
    assert all(form.get_element_by_id(target[1:]).tag == "input" for target in targets)


@pytest.mark.proves("C-10")
def test_every_field_has_a_name_and_says_in_words_that_it_is_required(app: Flask) -> None:
    form = refused_form(app)
    labels = {label.get("for"): label.text_content() for label in form.xpath(".//label")}
    controls = form.xpath(".//input[not(@type='hidden')] | .//textarea | .//select")
    assert [control.get("id") for control in controls if control.get("id") not in labels] == []
    assert "(Pflichtfeld)" in labels["title"]
    assert "(Pflichtfeld)" not in labels["reason"]
    assert "(Pflichtfeld)" in form.xpath(".//legend")[0].text_content()


def test_ids_are_unique_in_a_form(app: Flask) -> None:
    ids = refused_form(app).xpath("//@id")
    assert len(ids) == len(set(ids))


@pytest.mark.proves("C-14")
@pytest.mark.parametrize("code", [400, 401, 403, 404, 405, 409, 413, 422, 429])
def test_error_pages_are_whole_pages(app: Flask, code: int) -> None:
    words = {"title": "Seite nicht gefunden", "message": "Satz.", "error_id": None}
    with app.test_request_context("/"):
        page = html.fromstring(render_template(f"errors/{code}.html", code=code, **words))
    assert page.get("lang") == "de"
    assert len(page.xpath("//h1")) == len(page.xpath("//main")) == 1
    assert page.xpath("//body//a")[0].get("href") == "#" + page.xpath("//main")[0].get("id")
    assert {link.get("href") for link in page.xpath("//footer//a")} == LEGAL_PAGES
    assert page.xpath("//title")[0].text.startswith("Seite nicht gefunden")


@pytest.mark.parametrize("code", [500, 503])
def test_pages_for_a_broken_house_need_nothing_of_it(code: int) -> None:
    bare = Environment(loader=FileSystemLoader(TEMPLATES), undefined=StrictUndefined, autoescape=True)
    page = html.fromstring(bare.get_template(f"errors/{code}.html").render())
    assert page.get("lang") == "de"
    assert len(page.xpath("//h1")) == 1
    assert {link.get("href") for link in page.xpath("//footer//a")} == LEGAL_PAGES


def test_htmx_evaluates_nothing_stores_nothing_and_shows_refusals(app: Flask) -> None:
    with app.test_request_context("/"):
        page = html.fromstring(render_template("errors/404.html", code=404, title="x", message="x", error_id=None))
    [meta] = page.xpath("//meta[@name='htmx-config']")
    config = json.loads(meta.get("content"))
    assert config["allowEval"] is config["includeIndicatorStyles"] is config["historyRestoreAsHxRequest"] is False
    assert config["historyCacheSize"] == 0
    assert config["selfRequestsOnly"] is config["refreshOnHistoryMiss"] is True

    def swaps(status: str) -> bool:
        return bool(next(rule["swap"] for rule in config["responseHandling"] if re.search(rule["code"], status)))

    assert [swaps(status) for status in ("200", "422", "409", "204", "404", "500")] == 3 * [True] + 3 * [False]


def test_templates_hold_no_inline_script_or_style_and_no_bare_buttons() -> None:
    faults = []
    for path in sorted(TEMPLATES.rglob("*.html")):
        text = re.sub(r"{#.*?#}", "", path.read_text(encoding="utf-8"), flags=re.S)
        for name, pattern in {
            "style": r"<style|\sstyle\s*=",
            "script": r"<script(?![^>]*\ssrc=)|\son[a-z]+\s*=\s*[\"']|javascript:",
            "htmx": r"\shx-|hx-on|\bjs:",
            "button": r"class=\"kern-btn(?! kern-btn--)",
        }.items():
            faults += [f"{path.name}: {name}: {found.group()}" for found in re.finditer(pattern, text)]
    assert faults == []


def test_every_variant_and_helper_named_in_a_template_has_a_style() -> None:
    """Blocks and their parts may be names only; a variant (`facts--stacked`) or helper must do something."""
    styles = "".join(path.read_text(encoding="utf-8") for path in STYLES.parent.rglob("*.css"))
    known = set(re.findall(r"\.([a-z][\w-]*)", styles))
    named = {
        (name, path.name)
        for path in TEMPLATES.rglob("*.html")
        for names in re.findall(r'\sclass="([^"{]+)"', path.read_text(encoding="utf-8"))
        for name in names.split()
        if "-" in name and "__" not in name and not name.startswith("kern-") and name not in known
    }
    assert named == set()


def test_styles_load_nothing_from_elsewhere() -> None:
    for path in STYLES.glob("*.css"):
        for address in re.findall(r"url\(\"?([^)\"]+)", path.read_text(encoding="utf-8")):
            assert address.startswith("../vendor/"), path.name
            assert (path.parent / address).resolve().is_file(), address


PAGER = """
{% from "components/pager.html" import pager %}{{ pager(4, 12, "/x", {"q": "Ä & B", "leer": None}, target="t") }}
"""


def test_the_pager_keeps_the_filters_and_names_its_place(app: Flask) -> None:
    with app.test_request_context("/"):
        nav = html.fromstring(render_template_string(PAGER))
    links = [link.get("href") for link in nav.xpath(".//a")]
    assert links[0] == "/x?q=%C3%84+%26+B&seite=3"
    assert all(link.get("href") == link.get("data-hx-get") for link in nav.xpath(".//a"))
    assert nav.xpath(".//*[@aria-current='page']")[0].text_content() == "Seite 4"


CRUMBS = """
{% from "components/page_head.html" import crumbs %}
{{ crumbs([("Sitzungen", "/x"), ("9. Sitzung: <b>", "/y"), ("LG-B-2026-07", None)]) }}
"""


def test_numbers_in_the_path_are_not_broken(app: Flask) -> None:
    with app.test_request_context("/"):
        path = html.fromstring(render_template_string(CRUMBS))
    assert [whole.text for whole in path.xpath(".//*[@class='nowrap']")] == ["9. Sitzung", "LG-B-2026-07"]
    assert [crumb.text_content() for crumb in path.xpath(".//li")] == ["Sitzungen", "9. Sitzung: <b>", "LG-B-2026-07"]


def test_no_line_ends_within_an_abbreviated_registered_association() -> None:
    name = "Hilfe e. V."
    page = (
        f"<title>{name}</title>"
        f'<h1 title="{name}">{name}</h1><input value="{name}"><option value="{name}">{name}</option>'
        f"<textarea name=a>\n{name}\n{name}</textarea><p>{name}: Vorsitz <b>{name}</b></p>"
    )
    shown = "Hilfe e.\u00a0V."
    kept = (
        f"<title>{name}</title>"
        f'<h1 title="{name}">{shown}</h1><input value="{name}"><option value="{name}">{shown}</option>'
        f"<textarea name=a>\n{name}\n{name}</textarea><p>{shown}: Vorsitz <b>{shown}</b></p>"
    )
    assert keep_together(page) == kept  # what a form sends back stays as it was stored
    assert keep_together("<p>e.V.</p>") == "<p>e.V.</p>"


def test_a_name_copied_from_a_page_is_taken_back_as_it_is_stored(app: Flask) -> None:
    with app.test_request_context("/", method="POST", data={"reason": "Hilfe e.\u00a0V."}):
        assert PointForm().reason.data == "Hilfe e. V."


BAR = """
{% from "components/progress_bar.html" import progress_bar %}{{ progress_bar("11 von 19", 11, total, needed=10) }}
"""


@pytest.mark.parametrize("total", [0, 11, 19])
def test_the_bar_never_leaves_its_ground(app: Flask, total: int) -> None:
    with app.test_request_context("/"):
        bar = html.fromstring(render_template_string(BAR, total=total))
    widths = [float(rect.get("width")) for rect in bar.iter("rect")]
    assert max(widths) <= 100
    assert bar.xpath(".//p")[0].text == "11 von 19"
