"""What a browser may send to the pages of accounts, organisations and persons."""

from __future__ import annotations

from wtforms import PasswordField, StringField
from wtforms.validators import DataRequired

from govern.web import GermanForm


class SignInForm(GermanForm):
    """Address and password; paste and password managers are welcome (C-12)."""

    email = StringField("E-Mail", [DataRequired("Bitte die E-Mail-Adresse angeben.")])
    password = PasswordField("Passwort", [DataRequired("Bitte das Passwort angeben.")])
