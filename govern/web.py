"""Answering requests: full pages, htmx fragments, redirects, downloads."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import MutableMapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any, ClassVar, cast
from urllib.parse import quote, urlsplit

from flask import Response, abort, current_app, g, make_response, render_template, request
from flask import flash as flask_flash
from flask import redirect as plain_redirect
from flask.templating import Environment
from flask_wtf import FlaskForm
from flask_wtf.csrf import generate_csrf
from htmx_flask import make_response as htmx_response
from htmx_flask import request as htmx_request
from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame
from markupsafe import Markup, escape
from markupsafe import _escape_inner as escape_text  # type: ignore[attr-defined]  # `escape` without its wrapping
from werkzeug.datastructures import MultiDict
from werkzeug.routing import IntegerConverter, Map
from wtforms import widgets
from wtforms.widgets import Button, Input, Select
from wtforms.widgets import core as widgets_core

from govern.formats import field_attributes

PASSIVE_HEADER = "X-Govern-Passive"
"""Requests a page makes by itself carry it; they do not prolong a session (D-03)."""


@dataclass(frozen=True)
class NavigationEntry:
    """One line of the navigation; ``count`` says how much work waits there."""

    label: str
    url: str
    count: str | None = None
    is_current: bool = False


@dataclass(frozen=True)
class NavigationSection:
    """Lines of the navigation under a heading (None: the first, unheaded ones)."""

    heading: str | None
    entries: list[NavigationEntry] = field(default_factory=list)


@dataclass(frozen=True)
class Section:
    """A piece of a page contributed by a higher package: rendered HTML under a heading."""

    key: str
    heading: str
    html: Markup


def section(key: str, heading: str, template: str, **values: Any) -> Section:
    """Render one of our own templates as a section; autoescaping has done its work inside it."""
    return Section(key, heading, Markup(render_template(template, **values)))  # noqa: S704


YEARS = range(1800, 3000)
"""Years that a form takes."""


def printable(text: str) -> str:
    """``text`` without control characters, halves of characters and signs that turn the direction of others."""
    return "".join(
        c for c in text if c in "\t\n\r" or (unicodedata.category(c) not in ("Cc", "Cs") and c not in NEVER_TYPED)
    )


NEVER_TYPED = frozenset("\ufffe\uffff\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


class GermanTexts:
    """The messages of WTForms in German, those included that its own translation lacks."""

    MISSING: ClassVar[dict[str, str]] = {
        "Not a valid time value.": "Bitte eine Uhrzeit wie 14:00 angeben.",
        "'%(value)s' is not a valid choice for this field.": "Eine gewählte Angabe steht nicht mehr zur Auswahl.",
        "'%(value)s' are not valid choices for this field.": "Gewählte Angaben stehen nicht mehr zur Auswahl.",
        "Invalid choice(s): one or more data inputs could not be coerced.": "Eine gewählte Angabe gibt es nicht.",
        "Invalid Choice: could not coerce.": "Diese Angabe steht nicht zur Auswahl.",
        "This field is required.": "Bitte ausfüllen.",
    }

    def __init__(self, known: Any) -> None:
        self._known = known

    def gettext(self, text: str) -> str:
        """The German text for ``text``."""
        return self.MISSING.get(text) or str(self._known.gettext(text))

    def ngettext(self, singular: str, plural: str, number: int) -> str:
        """The German text for ``number`` of something."""
        found = self.MISSING.get(singular if number == 1 else plural)
        return found or str(self._known.ngettext(singular, plural, number))


class QuickSelect(Select):
    """A list of choices with the HTML of WTForms, whose options cost a tenth: lists of all institutions are long."""

    @classmethod
    def render_option(cls, choice: Any, **attributes: Any) -> str:
        """One option, escaped; one with attributes of its own as WTForms does it."""
        if choice.render_kw or attributes:
            return str(super().render_option(choice, **attributes))
        return _option(str(choice.value), str(choice.label or choice.value), bool(choice.selected))


@lru_cache(maxsize=4_096)
def _option(value: str, label: str, is_selected: bool) -> str:
    # The same institutions are offered again and again.
    return f'<option {"selected " if is_selected else ""}value="{escape(value)}">{escape(label)}</option>'


# WTForms looks up in these places how attributes are written.
widgets.html_params = widgets_core.html_params = field_attributes
Input.html_params = Button.html_params = staticmethod(field_attributes)


class GermanForm(FlaskForm):
    """Base of every form: German messages, CSRF token, `values()` for the service."""

    class Meta(FlaskForm.Meta):
        locales = ("de_DE", "de")

        def get_translations(self, form: Any) -> GermanTexts:
            """German messages for everything a field can complain about."""
            return GermanTexts(super().get_translations(form))

        def render_field(self, field: Any, render_kw: dict[str, Any]) -> Any:
            """The HTML of a field."""
            if type(field.widget) is Select:
                field.widget = QuickSelect(multiple=field.widget.multiple)
            return super().render_field(field, render_kw)

        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            """What was sent, without what no keyboard makes and no document or calendar can hold.

            What a page keeps together is taken back as it is stored: people copy names from there.
            """
            sent = super().wrap_formdata(form, formdata)
            if sent is None:
                return None
            pairs = sent.items(multi=True)
            return MultiDict([(k, plain(printable(value)) if isinstance(value, str) else value) for k, value in pairs])

    def validate(self, extra_validators: Any = None) -> bool:
        """Check every field; days that no clock knows are refused everywhere.

        What cannot be read as a number or a day gets one sentence, the field's own: what the value must be.
        """
        is_valid = bool(super().validate(extra_validators))
        for entry in self:
            if getattr(entry, "process_errors", None) and len(entry.errors) > 1:
                entry.errors = entry.errors[-1:]
            if isinstance(entry.data, date) and entry.data.year not in YEARS and not entry.errors:
                entry.errors = [*entry.errors, f"Bitte ein Jahr von {YEARS.start} bis {YEARS.stop - 1} angeben."]
                is_valid = False
        return is_valid

    def values(self) -> dict[str, Any]:
        """What was typed, by field name, without token and buttons."""
        return {
            f.name: f.data for f in self if f.type not in ("CSRFTokenField", "SubmitField") and f.name != "csrf_token"
        }

    def refuse(self, error: Exception, field: str | None = None) -> None:
        """Show a broken rule of the business at its field, or above the form."""
        name = getattr(error, "field", None) or field
        if name and name in self._fields:
            errors = self._fields[name].errors
            self._fields[name].errors = [*errors, str(error)]
        else:
            self.form_errors.append(str(error))


def status_of(form: FlaskForm, conflict: Sequence[object] | None = None) -> int:
    """200 for a fresh form, 422 for one that was refused, 409 for one that came too late."""
    return 409 if conflict else 422 if form.errors or form.form_errors else 200


class IdentityConverter(IntegerConverter):
    """Ids in addresses are as large as the database's integers; beyond them there is nothing (404)."""

    def __init__(self, url_map: Map) -> None:
        super().__init__(url_map, max=2**31 - 1)


def written(value: Any) -> str:
    """``value`` as text of a page, escaped unless it is HTML: a page writes thousands of values.

    The parts are put together as text; what a macro returns of them is marked as HTML by Jinja, once.
    """
    kind = type(value)
    if kind is str:
        return escape_text(value)
    return value if kind is Markup else str(value) if kind is int else escape(value)


class TemplateCode(CodeGenerator):
    """The code of a template, which writes values with :func:`written`."""

    def visit_Template(self, node: nodes.Template, frame: Frame | None = None) -> None:
        """The code of a whole template."""
        self.writeline("from govern.web import written")
        super().visit_Template(node, frame)

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: CodeGenerator._FinalizeInfo) -> None:
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape or finalize.src is not None:
            super()._output_child_pre(node, frame, finalize)
        else:
            self.write("written(")


class Templates(Environment):
    """The templates; their globals, asked with every import, lie in one plain dictionary, complete from the start."""

    code_generator_class = TemplateCode

    def make_globals(self, d: MutableMapping[str, Any] | None) -> dict[str, Any]:
        """The globals of a template."""
        return {**self.globals, **(d or {})}


def csrf_token() -> str:
    """The token of the forms of this page: a page has dozens, and the extension looks up its settings for each."""
    made: str | None = g.get("csrf_token")
    return made or str(generate_csrf())


def wants_fragment() -> bool:
    """True when htmx asks for a part of a page, not for a page."""
    htmx = htmx_request.htmx
    return bool(htmx) and not htmx.boosted and not htmx.history_restore_request


ABBREVIATION, KEPT_TOGETHER = "e. V.", "e.\u00a0V."
"""Of a registered association; names are stored as people write them, with a plain space."""
SHOWN_ABBREVIATION = re.compile(r"<(textarea|title)\b.*?</\1>|e\. V\.(?=[^<>]*<)", re.DOTALL)


def keep_together(html: str) -> str:
    """No line of a page ends between „e.“ and „V.“. What a form sends back stays as it was stored, and titles too."""
    if ABBREVIATION not in html:
        return html
    return SHOWN_ABBREVIATION.sub(lambda m: m[0] if m[0] != ABBREVIATION else KEPT_TOGETHER, html)


def plain(text: str) -> str:
    """``text`` as it is stored: the other way round of what pages keep together."""
    return text.replace(KEPT_TOGETHER, ABBREVIATION)


def render(page: str, *, fragment: str | None = None, status: int = 200, **context: Any) -> Response:
    """Render ``page``, or only its ``fragment`` when htmx asks for that."""
    template = fragment if fragment and wants_fragment() else page
    response = make_response(keep_together(render_template(template, **context)), status)
    response.vary.add("HX-Request")
    return response


def redirect(url: str) -> Response:
    """Send the whole browser window to ``url``, with or without htmx."""
    if wants_fragment():
        return cast(Response, htmx_response("", 204, redirect=url))
    return cast(Response, plain_redirect(url, 303))


def flash(message: str, category: str = "success") -> None:
    """Say ``message`` on the next page; categories: success, info, warning, error."""
    flask_flash(message, category)


def download(data: bytes, name: str, media_type: str) -> Response:
    """Answer with a file to keep: attachment, RFC 6266 name, never run in the page (D-15)."""
    response = make_response(data)
    response.headers["Content-Type"] = media_type
    plain = "".join(c if c.isascii() and (c.isalnum() or c in "-_. ") else "_" for c in name)
    response.headers["Content-Disposition"] = (
        f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
    )
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def show_picture(data: bytes, media_type: str) -> Response:
    """Answer with a picture that a page shows: it never changes, and nothing in it is ever run (D-15)."""
    response = make_response(data)
    response.headers["Content-Type"] = media_type
    response.headers["Content-Disposition"] = "inline"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def safe_target(url: str | None, default: str = "/") -> str:
    """A path of our own to go to, or ``default``: no foreign hosts (D-17)."""
    if not url or not url.startswith("/") or url.startswith(("//", "/\\")) or "\\" in url:
        return default
    if any(ord(c) < 32 for c in url) or urlsplit(url).netloc:
        return default
    return url


def page_number() -> int:
    """The page of a list asked for with `?seite=`, from 1; anything else is 404."""
    value = request.args.get("seite", "1")
    if not value.isascii() or not value.isdigit() or len(value) > 6 or not 1 <= int(value) <= 100_000:
        abort(404)
    return int(value)


def number_argument(name: str, prefix: str = "") -> int | None:
    """The id or year asked for with ``?name=``, behind ``prefix``; None without one, or for what no row can have."""
    value = request.args.get(name, "")
    value = value.removeprefix(prefix) if value.startswith(prefix) else ""
    return int(value) if value.isascii() and value.isdigit() and len(value) < 10 else None


def absolute_url(path: str) -> str:
    """The full address of one of our paths, from the configured base URL (never from the request's Host)."""
    return str(current_app.config["SETTINGS"].base_url) + path
