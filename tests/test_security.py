"""What holds for every answer and every route, whoever wrote it."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup
from flask import Flask, Response
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from govern import audit
from govern.app import create_app
from govern.config import PROJECT_ROOT, SettingsError, load_settings
from govern.db import db, in_one_transaction
from govern.formats import markdown_html
from govern.headers import CONTENT_SECURITY_POLICY
from govern.mail import OutgoingMail
from govern.people.models import Body, BodyKind, Organisation, Role, User
from govern.people.services import sessions
from tests.conftest import SECRET, Client, make_settings
from tests.factories import (
    PASSWORD,
    make_body,
    make_coordinator,
    make_meeting,
    make_municipality,
    make_organisation,
    make_user,
)

EVERYWHERE = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "X-Frame-Options": "DENY",
    "Cache-Control": "no-store",
}
HTTPS = "https://govern.muster.example"


@pytest.fixture
def all_powers(app: Flask) -> User:
    """An account that may do everything."""
    return make_user(Role.ADMINISTRATOR, Role.COORDINATOR, password=PASSWORD)


@pytest.fixture
def with_tokens(app: Flask) -> Iterator[None]:
    """Form tokens are asked for, as in real life."""
    app.config["WTF_CSRF_ENABLED"] = True
    yield
    app.config["WTF_CSRF_ENABLED"] = False


@pytest.fixture(scope="module")
def https_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """An installation as it runs at a county: under an https address."""
    instance = tmp_path_factory.mktemp("https")
    sessions.use_cheap_passwords()
    settings = make_settings(instance, f"sqlite:///{instance / 'test.sqlite'}", base_url=HTTPS)
    app = create_app(settings, TESTING=True, WTF_CSRF_ENABLED=False)
    with app.app_context():
        db.create_all()
        audit.acting(None)
        body = Body(key="muster", name="Kreis Muster", short_name="Muster", kind=BodyKind.COUNTY)
        db.session.add(body)
        db.session.flush()
        db.session.add(
            User(body_id=body.id, email="kim@muster.example", password_hash=sessions.hash_password(PASSWORD))
        )
        db.session.commit()
        db.session.remove()
    yield app
    with app.app_context():
        db.engine.dispose()


def boom() -> Response:
    """A view with a fault in it, after it changed something."""
    db.session.scalars(sa.select(Organisation)).one().name = "halb gespeichert"
    db.session.flush()
    raise RuntimeError("SELECT geheim FROM tresor")


def address(rule: Rule) -> str:
    """An address of ``rule`` with something for its parameters."""
    return re.sub(r"<(\w+:)?\w+>", lambda m: "1" if m.group(1) in ("int:", None) else "x", rule.rule)


def routes(app: Flask, method: str) -> list[str]:
    return sorted({address(rule) for rule in app.url_map.iter_rules() if method in (rule.methods or ())})


# Headers --------------------------------------------------------------------------------------------------------------


@pytest.mark.proves("D-13", "D-14")
@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/anmelden", 200), ("GET", "/profil", 303), ("GET", "/gibt-es-nicht", 404), ("POST", "/profil", 405),
     ("POST", "/anmelden", 422), ("GET", "/health", 200), ("GET", "/passwort/neu/x", 404)],
)  # fmt: skip
def test_every_answer_carries_the_headers(client: Client, method: str, path: str, status: int) -> None:
    answer = client.open(path, method=method)
    assert answer.status_code == status
    assert {name: answer.headers.get(name) for name in EVERYWHERE} == EVERYWHERE
    assert "Server" not in answer.headers
    assert "X-Powered-By" not in answer.headers


@pytest.mark.proves("D-13", "D-14")
def test_signed_in_pages_and_refusals_carry_them_too(client: Client) -> None:
    client.sign_in(make_user())
    for path, status in (("/profil", 200), ("/konten", 403)):
        answer = client.get(path)
        assert answer.status_code == status
        assert {name: answer.headers.get(name) for name in EVERYWHERE} == EVERYWHERE


@pytest.mark.proves("D-13", "D-14")
def test_static_files_carry_their_own(client: Client) -> None:
    with client.get("/static/css/base.css") as answer:
        assert answer.status_code == 200
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert "session" not in str(answer.headers.get("Set-Cookie"))


@pytest.mark.proves("D-13")
def test_the_policy_allows_nothing_inline_and_nothing_foreign() -> None:
    directives = dict(part.strip().split(" ", 1) for part in CONTENT_SECURITY_POLICY.split(";"))
    assert "unsafe" not in CONTENT_SECURITY_POLICY
    assert "http" not in CONTENT_SECURITY_POLICY
    assert "*" not in CONTENT_SECURITY_POLICY
    assert {directives[n] for n in ("default-src", "object-src", "base-uri", "frame-ancestors")} == {"'none'"}
    assert {directives[n] for n in ("script-src", "style-src", "form-action", "connect-src")} == {"'self'"}


@pytest.mark.proves("D-13")
def test_no_page_needs_anything_inline(client: Client, all_powers: User) -> None:
    pages = [client.get("/anmelden"), client.get("/gibt-es-nicht")]
    client.sign_in(all_powers)
    pages += [client.get(path) for path in ("/profil", "/konten", "/konten/einladen", "/verlauf", "/postausgang")]
    for page in pages:
        tree = BeautifulSoup(page.text, "html.parser")
        assert not [script for script in tree.find_all("script") if not script.get("src") or script.string]
        assert not tree.find_all("style")
        for element in tree.find_all(True):
            assert not [name for name in element.attrs if name == "style" or name.startswith("on")], element


@pytest.mark.proves("D-14")
def test_signing_out_clears_what_the_browser_keeps(client: Client) -> None:
    client.sign_in(make_user())
    assert client.post("/abmelden").headers["Clear-Site-Data"] == '"cache", "storage"'


# Cookies and transport ------------------------------------------------------------------------------------------------


def cookies(answer: object) -> dict[str, list[str]]:
    lines = answer.headers.getlist("Set-Cookie")  # type: ignore[attr-defined]
    return {line.split("=", 1)[0]: sorted(part.strip() for part in line.split(";")[1:]) for line in lines}


@pytest.mark.proves("D-01")
def test_cookies_belong_to_the_host_and_travel_encrypted(https_app: Flask) -> None:
    browser = https_app.test_client()
    data = {"email": "kim@muster.example", "password": PASSWORD}
    answer = browser.post("/anmelden", data=data, base_url=HTTPS)
    assert answer.status_code == 303
    found = cookies(answer)
    assert found["__Host-session"] == ["HttpOnly", "Path=/", "SameSite=Lax", "Secure"]
    assert set(found) == {"__Host-session", "__Host-browser"}
    kept = [part for part in found["__Host-browser"] if not part.startswith(("Expires", "Max-Age"))]
    assert kept == ["HttpOnly", "Path=/", "SameSite=Lax", "Secure"]
    assert browser.get("/profil", base_url=HTTPS).status_code == 200


@pytest.mark.proves("D-01")
def test_on_this_machine_alone_the_cookie_needs_no_encryption(client: Client) -> None:
    assert cookies(client.get("/anmelden")) == {"session": ["HttpOnly", "Path=/", "SameSite=Lax"]}


@pytest.mark.proves("D-14")
def test_https_is_insisted_on_for_a_year(https_app: Flask, client: Client) -> None:
    browser: FlaskClient = https_app.test_client()
    for path in ("/anmelden", "/gibt-es-nicht", "/static/css/base.css"):
        with browser.get(path, base_url=HTTPS) as answer:
            assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    assert "Strict-Transport-Security" not in client.get("/anmelden").headers


@pytest.mark.parametrize("host", ["evil.example", "govern.muster.example.evil.example", "127.0.0.1"])
def test_a_foreign_host_is_refused(https_app: Flask, host: str) -> None:
    assert https_app.test_client().get("/anmelden", base_url=f"https://{host}").status_code == 400


def test_links_in_mails_never_follow_the_request(client: Client) -> None:
    user = make_user(password=PASSWORD)
    client.post("/passwort/vergessen", data={"email": user.email}, headers={"X-Forwarded-Host": "evil.example"},
                base_url="http://localhost:8000")  # fmt: skip
    text = db.session.scalars(sa.select(OutgoingMail)).one().text
    assert "evil.example" not in text
    assert "http://127.0.0.1:8000/passwort/neu/" in text


# Changes --------------------------------------------------------------------------------------------------------------


@pytest.mark.proves("D-08")
def test_no_route_changes_anything_without_a_token(
    app: Flask, client: Client, all_powers: User, with_tokens: None,
    count_queries: Callable[[], AbstractContextManager[list[str]]],
) -> None:  # fmt: skip
    client.sign_in(all_powers)
    paths = routes(app, "POST")
    assert len(paths) > 15
    with count_queries() as statements:
        answers = {path: client.post(path).status_code for path in paths}
    assert {path: status for path, status in answers.items() if status != 400} == {}
    assert not [s for s in statements if re.match(r"\s*(INSERT|UPDATE|DELETE)", s)]


@pytest.mark.proves("D-08")
def test_htmx_sends_the_token_as_a_header(client: Client, all_powers: User, with_tokens: None) -> None:
    client.sign_in(all_powers)
    found = BeautifulSoup(client.get("/profil").text, "html.parser").select_one("meta[name=csrf-token]")
    assert found is not None
    headers = {"HX-Request": "true", "X-CSRFToken": str(found["content"])}
    assert client.post("/anmelden/verlaengern", headers=headers).status_code == 204
    headers["X-CSRFToken"] += "x"
    assert client.post("/anmelden/verlaengern", headers=headers).status_code == 400


@pytest.mark.proves("D-08")
def test_a_token_of_one_browser_is_worthless_in_another(app: Flask, client: Client, with_tokens: None) -> None:
    client.get("/anmelden")
    other = app.test_client()
    token = BeautifulSoup(other.get("/anmelden").text, "html.parser").select_one("input[name=csrf_token]")
    assert token is not None
    user = make_user(password=PASSWORD)
    data = {"email": user.email, "password": PASSWORD, "csrf_token": str(token["value"])}
    assert client.post("/anmelden", data=data).status_code == 400


@pytest.mark.proves("D-08")
def test_reading_changes_nothing(
    app: Flask, client: Client, all_powers: User, count_queries: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    client.sign_in(all_powers)
    paths = sorted(
        rule.rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ()) and not rule.arguments
    )
    for path in paths:
        with count_queries() as statements:
            status = client.get(path).status_code
        assert status < 500, path
        if status == 403:
            continue  # the refusal is noted
        assert not [s for s in statements if re.match(r"\s*(INSERT|UPDATE|DELETE)", s)], path


@pytest.mark.parametrize("method", ["TRACE", "PUT", "DELETE", "PATCH", "CONNECT"])
@pytest.mark.proves("D-18")
def test_other_methods_are_refused(client: Client, method: str) -> None:
    assert client.open("/anmelden", method=method).status_code == 405


# Faults ---------------------------------------------------------------------------------------------------------------


@pytest.mark.proves("D-21", "D-13", "D-14")
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_fault_shows_a_number_and_leaves_nothing_behind(
    app: Flask, client: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, method: str
) -> None:
    organisation = make_organisation(name="vorher")
    endpoint = "profile.show" if method == "GET" else "profile.change_password"
    monkeypatch.setitem(app.view_functions, endpoint, in_one_transaction(boom))
    client.sign_in(make_coordinator())
    answer = client.open("/profil" if method == "GET" else "/profil/passwort", method=method)
    assert answer.status_code == 500
    assert "geheim" not in answer.text
    assert "Traceback" not in answer.text
    assert "RuntimeError" not in answer.text
    number = re.search(r"Kennung ([0-9a-f]{8})", answer.text)
    assert number is not None
    assert number.group(1) in caplog.text
    assert {name: answer.headers.get(name) for name in EVERYWHERE} == EVERYWHERE
    db.session.expire_all()
    assert organisation.name == "vorher"


@pytest.mark.proves("D-21")
def test_error_pages_are_german_and_say_what_to_do(client: Client) -> None:
    page = BeautifulSoup(client.get("/gibt-es-nicht").text, "html.parser")
    assert page.html is not None
    assert page.html["lang"] == "de"
    assert page.select_one("h1") is not None
    assert "Not Found" not in page.text


@pytest.mark.parametrize(
    "path",
    ["/konten/999999", "/konten/99999999999999999999", "/konten/-1", "/konten/1x", "/konten?seite=x",
     "/konten?seite=-1", "/konten?seite=99999999999", "/konten?rolle=%27"],
)  # fmt: skip
def test_nonsense_in_an_address_is_no_fault(client: Client, all_powers: User, path: str) -> None:
    assert client.sign_in(all_powers).get(path).status_code in (200, 404)


@pytest.mark.parametrize("value", ["\ud800", "😀" * 50, "' OR 1=1 --", "%", "_"], ids=ascii)
@pytest.mark.proves("D-16")
def test_no_input_breaks_signing_in_or_searching(client: Client, all_powers: User, value: str) -> None:
    sent = value.encode("utf-8", "surrogatepass")
    assert client.post("/anmelden", data={"email": sent, "password": sent}).status_code == 422
    assert client.post("/passwort/vergessen", data={"email": sent}).status_code == 303
    client.sign_in(all_powers)
    answer = client.get("/konten", query_string={"q": sent})
    assert answer.status_code == 200
    assert all_powers.email not in answer.text


@pytest.mark.parametrize("path", ["/%00", "/konten?q=%00", "/konten?%00=x", "/passwort/neu/%00", "/verlauf?von=a%00b"])
def test_a_null_byte_reaches_no_database(client: Client, all_powers: User, path: str) -> None:
    assert client.sign_in(all_powers).get(path).status_code == 400
    assert client.post("/passwort/vergessen", data={"email": "a\x00b@muster.example"}).status_code == 400


# Text that must stay text ---------------------------------------------------------------------------------------------


@pytest.mark.proves("D-16")
@pytest.mark.parametrize("path", [
    "/arbeitsauftraege?gremium=9223372036854775808", "/arbeitsauftraege?an=99999999999", "/verlauf?tag=9999-12-31",
    "/beschluesse?gremium=9223372036854775808", "/beschluesse?jahr=99999999999", "/verlauf?tag=0001-01-01",
    *(f"{page}?q={'a+' * 1500}" for page in ("/suche", "/personen", "/organisationen", "/gremien", "/dokumente",
                                            "/beschluesse", "/arbeitsauftraege", "/konten")),
    "/verlauf?von=" + "a+" * 1500, "/personen/auswahl?feld=person_id&person_id_q=" + "a+" * 1500,
    "/organisationen/auswahl?feld=organisation_id&organisation_id_q=" + "a+" * 1500,
    "/personen/auswahl?feld=person_id&person_id=3000000000", "/suche?q=" + "a" * 60_000,
    "/organisationen?q=" + "a" * 60_000, "/personen?q=" + "a" * 60_000,
])  # fmt: skip
def test_what_no_database_takes_never_reaches_it(client: Client, all_powers: User, path: str) -> None:
    assert client.sign_in(all_powers).get(path).status_code == 200


def test_a_page_number_as_long_as_a_book_is_no_page(client: Client, all_powers: User) -> None:
    assert client.sign_in(all_powers).get("/suche?seite=" + "9" * 5000).status_code == 404


@pytest.mark.proves("D-16")
def test_what_no_keyboard_makes_is_not_stored(client: Client, all_powers: User) -> None:
    typed = "Raum\x01 \x0b\ufffe\u202eEins"
    client.sign_in(all_powers).post("/orte/neu", data={"name": typed, "kind": "room"})
    assert "Raum Eins" in client.get("/orte").text


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_days_that_no_clock_knows_are_refused_at_the_field(client: Client, all_powers: User, day: str) -> None:
    town = make_municipality()
    answer = client.sign_in(all_powers).post(f"/organisationen/{town.id}/aufloesen", data={"on": day})
    assert answer.status_code == 422
    assert "Bitte ein Jahr von 1800 bis 2999 angeben." in answer.text


def test_every_complaint_of_a_field_is_german(client: Client, all_powers: User) -> None:
    answer = client.sign_in(all_powers).post(
        f"/sitzungen/{make_meeting().id}/verschieben", data={"day": "31.02.2026", "starts": "25:00", "ends": "½"}
    )
    assert answer.status_code == 422
    assert "Bitte eine Uhrzeit wie 14:00 angeben." in answer.text
    assert "Not a valid" not in answer.text


@pytest.mark.proves("D-16")
@pytest.mark.parametrize("text", ["[" * 20_000, "![" * 10_000, "- " * 3_000 + "a", "1. " * 3_000 + "a", "<a " * 6_000])
def test_tangled_markdown_is_shown_as_typed_and_at_once(text: str) -> None:
    begun = time.process_time()
    assert "a" in markdown_html(f"{text} <b>a</b>")
    assert "<b>" not in markdown_html(text + "<b>")
    assert time.process_time() - begun < 10  # it took minutes


@pytest.mark.proves("D-16")
def test_more_marks_than_anybody_types_in_a_paragraph_are_shown_as_typed() -> None:
    assert markdown_html("*a* " * 2_000).count("<em>") == 2_000
    for line_end in ("\n", "\r\n"):  # browsers send the second
        assert markdown_html((2 * line_end).join(["*a* " * 1_500] * 2)).count("<em>") == 3_000
    assert "<em>" not in markdown_html("*a* " * 2_001)


@pytest.mark.proves("D-16")
def test_names_are_shown_as_text(client: Client, all_powers: User) -> None:
    assert all_powers.person is not None
    all_powers.person.given_name = '"><script>alert(1)</script>'
    make_body().name = "<img src=x onerror=alert(1)>"
    db.session.commit()
    client.sign_in(all_powers)
    for path in ("/profil", "/konten", f"/konten/{all_powers.id}", "/verlauf"):
        page = client.get(path).text
        assert "<script>alert" not in page
        assert "<img src=x" not in page


@pytest.mark.proves("D-16")
@pytest.mark.parametrize(
    "text",
    ["<script>alert(1)</script>", "[x](javascript:alert(1))", "<img src=x onerror=alert(1)>",
     "![x](https://evil.example/x.png)",
     '<a href="data:text/html,x">x</a>', "<style>*{}</style>", '<p style="color:red" onclick="x()">y</p>',
     "<svg/onload=alert(1)>", "[x](&#106;avascript:alert(1))", "<iframe src=/></iframe>",
     "<form action=//evil.example>"],
)  # fmt: skip
def test_markdown_gives_harmless_markup(text: str) -> None:
    html = str(markdown_html(text)).lower()
    tree = BeautifulSoup(html, "html.parser")
    assert not tree.find_all(["script", "img", "style", "svg", "iframe", "form"])
    for element in tree.find_all(True):
        assert set(element.attrs) <= {"href", "rel", "scope"}
        assert str(element.get("href", "https:")).startswith(("http:", "https:", "mailto:"))


@pytest.mark.proves("D-16")
def test_no_template_switches_escaping_off() -> None:
    templates = (PROJECT_ROOT / "templates").rglob("*.html")
    bad = [str(path) for path in templates if re.search(r"\|\s*safe\b|autoescape\s+false", path.read_text("utf-8"))]
    assert bad == []


@pytest.mark.proves("D-21")
@pytest.mark.parametrize("path", ["/anmelden", "/gibt-es-nicht", "/impressum", "/gast/a.b"])
def test_without_a_database_there_is_still_a_german_page(tmp_path: Path, path: str) -> None:
    lost = create_app(make_settings(tmp_path, f"sqlite:///{tmp_path / 'empty.sqlite'}"))
    answer = lost.test_client().get(path)
    assert answer.status_code == 503
    assert "Govern ist gerade nicht erreichbar" in answer.text
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


# Start ----------------------------------------------------------------------------------------------------------------


@pytest.mark.proves("D-18")
@pytest.mark.parametrize(
    ("env", "named"),
    [({"GOVERN_BASE_URL": HTTPS}, "GOVERN_SECRET_KEY"),
     ({"GOVERN_BASE_URL": HTTPS, "GOVERN_SECRET_KEY": "kurz"}, "kurz"),
     ({"GOVERN_BASE_URL": "http://govern.muster.example", "GOVERN_SECRET_KEY": SECRET}, "https"),
     ({"GOVERN_BASE_URL": "http://[::1"}, "GOVERN_BASE_URL"),
     ({"GOVERN_BASE_URL": "http://127.0.0.1:99999999"}, "GOVERN_BASE_URL"),
     ({"GOVERN_MAIL_URL": "quatsch"}, "GOVERN_MAIL_URL"),
     ({"GOVERN_INSTANCE": "/dev/null/govern"}, "GOVERN_INSTANCE"),
     ({"GOVERN_BASE_URL": HTTPS, "GOVERN_SECRET_KEY": SECRET, "FLASK_DEBUG": "1"}, "FLASK_DEBUG")],
)  # fmt: skip
def test_an_unsafe_installation_does_not_start(tmp_path: Path, env: dict[str, str], named: str) -> None:
    with pytest.raises(SettingsError, match=named):
        load_settings({"GOVERN_INSTANCE": str(tmp_path), **env})


@pytest.mark.proves("D-18")
def test_the_key_of_a_demo_is_its_own_and_kept_private(tmp_path: Path) -> None:
    first = load_settings({"GOVERN_INSTANCE": str(tmp_path / "a")})
    assert first.secret_key == load_settings({"GOVERN_INSTANCE": str(tmp_path / "a")}).secret_key
    assert first.secret_key != load_settings({"GOVERN_INSTANCE": str(tmp_path / "b")}).secret_key
    assert len(first.secret_key) >= 32
    assert (tmp_path / "a" / "secret_key").stat().st_mode & 0o077 == 0
    assert first.secret_key not in repr(first)


@pytest.mark.proves("D-18")
@pytest.mark.parametrize("path", ["/static/", "/static/css/", "/static/../govern/config.py", "/static/%2e%2e/config.py",
                                  "/.git/config", "/instance/secret_key", "/static//etc/passwd"])  # fmt: skip
def test_no_folder_is_listed_and_nothing_else_is_served(client: Client, path: str) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.proves("D-18")
def test_debugging_is_off(app: Flask, https_app: Flask) -> None:
    assert not app.debug
    assert not https_app.debug
