"""What a browser may send to the pages of accounts: signing in, passwords, invitations, roles."""

from __future__ import annotations

from typing import Any

from flask import request
from wtforms import (
    DateField,
    EmailField,
    HiddenField,
    PasswordField,
    SearchField,
    SelectField,
    SelectMultipleField,
    StringField,
)
from wtforms.validators import DataRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from govern.people.forms.choices import OrganisationChoiceField, PersonChoiceField
from govern.people.forms.fields import VersionedForm
from govern.people.models import Role
from govern.people.services.passwords import HINT
from govern.web import GermanForm

GIVEN_ROLES = {r.value: r.label for r in Role if r is not Role.ORGANISATION}
ROLE_HINTS = {
    "administrator": "Lädt Personen ein, vergibt Rollen, sperrt Konten, liest den Verlauf.",
    "coordinator": "Pflegt Gremien, Sitze und Verzeichnis, bereitet Sitzungen vor.",
    "case_manager": "Arbeitet im Case-Management.",
}


class CheckboxesField(SelectMultipleField):
    """Several choices as checkboxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class SignInForm(GermanForm):
    """Address and password; paste and password managers are welcome (C-12)."""

    email = EmailField("E-Mail-Adresse", [DataRequired("Bitte die E-Mail-Adresse angeben.")])
    password = PasswordField("Passwort", [DataRequired("Bitte das Passwort angeben.")])
    kept_input = HiddenField()


class ForgotForm(GermanForm):
    """Ask for a link to set a new password."""

    email = EmailField("E-Mail-Adresse", [DataRequired("Bitte die E-Mail-Adresse angeben.")])


class NewPasswordForm(GermanForm):
    """A new password, typed once: the page can show it instead of asking twice."""

    password = PasswordField("Neues Passwort", [DataRequired("Bitte ein Passwort angeben.")], description=HINT)


class ChangePasswordForm(NewPasswordForm):
    """A new password, with the old one entered again."""

    old_password = PasswordField("Bisheriges Passwort", [DataRequired("Bitte das bisherige Passwort angeben.")])


class AccountForm(GermanForm):
    """Address and person of an account."""

    email = EmailField("E-Mail-Adresse", [DataRequired("Bitte die E-Mail-Adresse angeben."),
                                          Length(max=254, message="Die Adresse ist zu lang.")])  # fmt: skip
    person_id = PersonChoiceField("Person aus dem Verzeichnis")


class ChangeAccountForm(AccountForm, VersionedForm):
    """An account that exists, with the version that was read."""


class InviteForm(AccountForm):
    """A new account: for a person of the directory or a new one, with its roles."""

    given_name = StringField("Vorname", [Length(max=100)])
    family_name = StringField("Nachname", [Length(max=100)])
    roles = CheckboxesField("Rollen", choices=GIVEN_ROLES)
    organisation_id = OrganisationChoiceField("Handelt für eine Institution")

    def validate(self, extra_validators: Any = None) -> bool:
        """Either a person of the directory or a name, not both and not neither."""
        valid: bool = super().validate(extra_validators)
        if self.person_id.is_searching:
            return False
        is_named = bool((self.family_name.data or "").strip())
        if bool(self.person_id.data) is not is_named:
            return valid
        reason = (
            "Bitte entweder eine Person wählen oder einen neuen Namen angeben."
            if is_named
            else "Bitte eine Person wählen oder den Namen angeben."
        )
        self.family_name.errors = [*self.family_name.errors, reason]
        return False

    def account_values(self) -> dict[str, Any]:
        """What the service needs to open the account."""
        return {
            "email": self.email.data,
            "person_id": self.person_id.data,
            "given_name": self.given_name.data or "",
            "family_name": self.family_name.data or "",
            "roles": [Role(value) for value in self.roles.data or []],
            "organisation_ids": [self.organisation_id.data] if self.organisation_id.data else [],
        }


class RoleForm(GermanForm):
    """One more role for an account."""

    role = SelectField(
        "Rolle",
        [DataRequired("Bitte eine Rolle wählen.")],
        choices={"": "Bitte wählen", **{r.value: r.label for r in Role}},
    )
    organisation_id = OrganisationChoiceField("Institution", description="Nur für die Rolle „Organisation“.")

    def role_values(self) -> dict[str, Any]:
        """What the service needs to give the role."""
        return {"role": Role(self.role.data), "organisation_id": self.organisation_id.data}


class AccountFilter(GermanForm):
    """What the list of accounts is narrowed to."""

    class Meta(GermanForm.Meta):
        csrf = False

    q = SearchField("Name oder E-Mail-Adresse")
    rolle = SelectField(
        "Rolle oder Zustand",
        choices={
            "": "alle",
            **{r.value: r.label.split(" (")[0] for r in Role},
            "invited": "noch ohne Passwort",
            "locked": "gesperrt",
        },
    )


class HistoryFilter(GermanForm):
    """What the audit trail is narrowed to."""

    class Meta(GermanForm.Meta):
        csrf = False

    art = SelectField("Art", choices={})
    von = SearchField("Wer (Name oder E-Mail-Adresse)")
    tag = DateField("Tag")


def filter_of(form: type[GermanForm], **choices: Any) -> Any:
    """The filter as the address states it; what it cannot mean counts as not stated."""
    made = form(formdata=None)
    for name, values in choices.items():
        made[name].choices = values
    made.process(request.args)
    for field in made:
        if not field.validate(made):
            field.process_data(None)
            field.errors = ()
    return made
