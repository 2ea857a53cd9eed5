"""What administrators do with accounts."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
import sqlalchemy as sa

from govern.db import db
from govern.errors import DomainError
from govern.formats import today
from govern.mail import OutgoingMail
from govern.people import policies
from govern.people.models import Person, Role, User
from govern.people.queries.accounts import list_accounts
from govern.people.services import accounts
from govern.people.services.accounts import version_of
from tests.conftest import Client
from tests.factories import (
    PASSWORD,
    make_administrator,
    make_coordinator,
    make_member,
    make_municipality,
    make_person,
    make_steering_group,
    make_user,
)


def invitation(**values: object) -> dict[str, object]:
    return {"email": "neu@muster.example", "given_name": "Robin", "family_name": "Neuhaus", **values}


def newest_account() -> User:
    found = db.session.scalars(sa.select(User).order_by(User.id.desc())).first()
    assert found is not None
    return found


def test_only_administrators_keep_accounts(client: Client) -> None:
    account = make_user()
    paths = ["/konten", "/konten/einladen", f"/konten/{account.id}", f"/konten/{account.id}/bearbeiten", "/verlauf"]
    assert all(client.get(path).status_code == 303 for path in paths)
    for user, answers in [
        (make_administrator(), [200, 200, 200, 200, 200]),
        (make_coordinator(), [403, 403, 404, 404, 403]),
        (account, [403, 403, 403, 403, 403]),
    ]:
        client.sign_in(user)
        assert [client.get(path).status_code for path in paths] == answers


def test_an_administrator_invites_a_new_person(client: Client) -> None:
    by, town = make_administrator(), make_municipality(name="Stadt Musterhausen")
    client.sign_in(by)
    data = invitation(email="Robin.Neuhaus@Muster.example", roles=["coordinator", "case_manager"],
                      organisation_id=town.id)  # fmt: skip
    answer = client.post("/konten/einladen", data=data)
    account = newest_account()
    assert answer.location == f"/konten/{account.id}"
    assert account.email == "robin.neuhaus@muster.example"
    assert account.display_name == "Robin Neuhaus"
    assert account.password_hash is None
    assert [r.label for r in account.roles] == ["Koordination", "Case-Management", "handelt für Stadt Musterhausen"]
    mail = db.session.scalars(sa.select(OutgoingMail)).one()
    assert (mail.to_address, mail.is_secret) == (account.email, True)
    assert mail.text == (
        "Guten Tag, Robin Neuhaus,\n\n"
        "für Sie wurde ein Zugang zu Govern eingerichtet, dem Werkzeug für die\n"
        "Gremienarbeit im Kommunalen Integrationsmanagement (Kreis Muster).\n"
        f"Eingeladen hat Sie: {by.display_name} (Administration).\n\n"
        "Bitte legen Sie auf dieser Seite Ihr Passwort fest:\n\n"
        + mail.text.split("\n\n")[3]
        + "\n\n"
        + mail.text.split("\n\n", 4)[4]
    )
    page = client.get(answer.location).text
    assert "Die Einladung wartet; ihr Link gilt bis" in page
    assert mail.text.split("\n\n")[3] not in page


def test_an_account_is_opened_for_a_person_of_the_directory(client: Client) -> None:
    client.sign_in(make_administrator())
    person = make_person(given_name="Ayşe", family_name="Öztürk")
    data = {"email": "oeztuerk@muster.example", "person_id": person.id}
    assert client.post("/konten/einladen", data=data).status_code == 303
    assert newest_account().person_id == person.id
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Person).where(Person.family_name == "Öztürk")) == 1


@pytest.mark.proves("C-10")
@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"email": ""}, "Bitte die E-Mail-Adresse angeben."),
        ({"email": "keine Adresse"}, "Bitte eine gültige E-Mail-Adresse angeben"),
        ({"email": "vergeben@muster.example"}, "Zu dieser E-Mail-Adresse gibt es schon ein Konto."),
        ({"family_name": "", "given_name": ""}, "Bitte eine Person wählen oder den Namen angeben."),
        ({"roles": ["member"]}, None),
        ({"person_id": "999999", "family_name": ""}, "Diese Person steht nicht zur Auswahl."),
    ],
)
def test_a_faulty_invitation_is_refused_and_keeps_what_was_typed(
    client: Client, changes: dict[str, object], sentence: str | None
) -> None:
    client.sign_in(make_administrator())
    make_user().email = "vergeben@muster.example"
    db.session.commit()
    before = db.session.scalar(sa.select(sa.func.count()).select_from(User))
    answer = client.post("/konten/einladen", data=invitation(**changes))
    assert answer.status_code == 422
    assert sentence is None or sentence in answer.text
    assert 'value="Robin"' in answer.text or "given_name" in changes
    assert db.session.scalar(sa.select(sa.func.count()).select_from(User)) == before
    assert db.session.scalar(sa.select(sa.func.count()).select_from(OutgoingMail)) == 0


def test_one_person_has_one_account(client: Client) -> None:
    client.sign_in(make_administrator())
    taken = make_user().person
    assert taken is not None
    answer = client.post("/konten/einladen", data={"email": "zwei@muster.example", "person_id": taken.id})
    assert answer.status_code == 422
    assert "Diese Person hat schon ein Konto." in answer.text


@pytest.mark.proves("I8")
def test_member_is_no_role_that_could_be_given(client: Client) -> None:
    assert {r.value for r in Role} == {"administrator", "coordinator", "case_manager", "organisation"}
    client.sign_in(make_administrator())
    account = make_user()
    assert client.post(f"/konten/{account.id}/rollen", data={"role": "member"}).status_code == 422
    assert make_member(make_steering_group()).roles == []


def test_roles_add_up_and_can_be_taken_away(client: Client) -> None:
    client.sign_in(make_administrator())
    account, town = make_user(), make_municipality()
    assert client.post(f"/konten/{account.id}/rollen", data={"role": "coordinator"}).status_code == 303
    assert policies.can_coordinate(account)
    assert client.post(f"/konten/{account.id}/rollen", data={"role": "coordinator"}).status_code == 422
    answer = client.post(f"/konten/{account.id}/rollen", data={"role": "organisation"})
    assert (answer.status_code, "Bitte wählen Sie die Institution" in answer.text) == (422, True)
    data = {"role": "organisation", "organisation_id": town.id}
    assert client.post(f"/konten/{account.id}/rollen", data=data).status_code == 303
    db.session.refresh(account)
    assert account.organisations_on(today()) == (town,)
    role = account.roles[0]
    assert client.post(f"/konten/{account.id}/rollen/{role.id}/entziehen").status_code == 303
    db.session.refresh(account)
    assert not policies.can_coordinate(account)
    assert client.post(f"/konten/{account.id}/rollen/{role.id}/entziehen").status_code == 422


def test_the_last_administrator_stays(client: Client) -> None:
    last, invited = make_user(Role.ADMINISTRATOR, password=PASSWORD), make_administrator()
    assert invited.password_hash is None
    client.sign_in(last)
    path = f"/konten/{last.id}/rollen/{last.roles[0].id}/entziehen"
    answer = client.post(path)
    assert answer.status_code == 422
    assert "Das ist das letzte Konto der Administration" in answer.text
    with pytest.raises(DomainError, match="letzte Konto"):
        accounts.lock(last, by=invited)
    make_user(Role.ADMINISTRATOR, password=PASSWORD)
    assert client.post(path).status_code == 303
    assert client.get("/konten").status_code == 403


def test_nobody_locks_their_own_account(client: Client) -> None:
    by = make_administrator()
    client.sign_in(by)
    assert "Konto sperren" not in client.get(f"/konten/{by.id}").text
    assert client.post(f"/konten/{by.id}/sperren").status_code == 422


def test_a_locked_account_cannot_sign_in_until_it_is_freed(client: Client) -> None:
    account = make_user(password=PASSWORD)
    client.sign_in(make_administrator())
    assert client.post(f"/konten/{account.id}/sperren").status_code == 303
    assert "Das Konto ist gesperrt" in client.get(f"/konten/{account.id}").text
    with client.session_transaction() as cookie:
        administrator = dict(cookie)
        cookie.clear()
    credentials = {"email": account.email, "password": PASSWORD}
    assert client.post("/anmelden", data=credentials).status_code == 422
    with client.session_transaction() as cookie:
        cookie.update(administrator)
    assert client.post(f"/konten/{account.id}/freigeben").status_code == 303
    with client.session_transaction() as cookie:
        cookie.clear()
    assert client.post("/anmelden", data=credentials).status_code == 303


def test_an_invitation_is_sent_again_only_while_there_is_no_password(client: Client) -> None:
    client.sign_in(make_administrator())
    invited, active = make_user(), make_user(password=PASSWORD)
    assert client.post(f"/konten/{invited.id}/einladung").status_code == 303
    assert client.post(f"/konten/{active.id}/einladung").status_code == 422
    invited.is_locked = True
    db.session.commit()
    assert client.post(f"/konten/{invited.id}/einladung").status_code == 422
    assert db.session.scalar(sa.select(sa.func.count()).select_from(OutgoingMail)) == 1


def test_address_and_person_can_be_changed(client: Client) -> None:
    client.sign_in(make_administrator())
    account, person = make_user(), make_person()
    page = client.get(f"/konten/{account.id}/bearbeiten").text
    assert f'value="{account.email}"' in page
    data = {"email": "Neue.Adresse@muster.example", "person_id": person.id, "version": version_of(account)}
    assert client.post(f"/konten/{account.id}/bearbeiten", data=data).status_code == 303
    db.session.refresh(account)
    assert (account.email, account.person_id) == ("neue.adresse@muster.example", person.id)
    history = client.get(f"/konten/{account.id}").text
    assert "<ins>neue.adresse@muster.example</ins>" in history
    assert f"<ins>{person.name}</ins>" in history


@pytest.mark.parametrize(
    ("words", "role", "found"),
    [("müll", "", ["Jo Müller"]), ("MUELLER@", "", ["Jo Müller"]), ("jo muller", "", []),
     ("", "coordinator", ["Ali Ahmad"]),
     ("", "locked", ["Zoé Zimmer"]), ("ahmad ali", "", ["Ali Ahmad"]), ("%", "", []), ("", "nonsense", [])],
)  # fmt: skip
def test_accounts_are_found_by_name_address_and_role(app: object, words: str, role: str, found: list[str]) -> None:
    by = make_administrator()
    for given, family, email, roles, locked in [
        ("Jo", "Müller", "mueller@muster.example", [], False),
        ("Ali", "Ahmad", "ahmad@muster.example", [Role.COORDINATOR], False),
        ("Zoé", "Zimmer", "zimmer@muster.example", [], True),
    ]:
        user = make_user(*roles, person=make_person(given_name=given, family_name=family), is_locked=locked)
        user.email = email
    db.session.commit()
    rows, total = list_accounts(by, words=words, role=role)
    assert [u.display_name for u in rows] == found
    assert total == len(found)


def test_others_see_only_their_own_account_in_a_list(app: object) -> None:
    user = make_coordinator()
    make_administrator()
    assert [u.id for u in list_accounts(user)[0]] == [user.id]


def test_the_list_of_accounts_does_not_grow_queries(
    client: Client, count_queries: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    client.sign_in(make_administrator())
    numbers = []
    for more in (2, 10):
        for _ in range(more):
            make_user(Role.COORDINATOR, organisation=make_municipality())
        with count_queries() as statements:
            assert client.get("/konten").status_code == 200
        numbers.append(len(statements))
    assert numbers[0] == numbers[1] <= 12


def test_the_list_has_pages_and_a_fragment(client: Client) -> None:
    client.sign_in(make_administrator())
    for _ in range(51):
        make_user()
    assert "Seite 1 von 2" in client.get("/konten").text
    fragment = client.get("/konten?seite=2&q=kim", headers={"HX-Request": "true"})
    assert fragment.text.lstrip().startswith('<div id="accounts-list"')
    assert client.get("/konten?seite=0").status_code == 404
