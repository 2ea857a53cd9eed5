"""Which two versions the page of the Synopse compares."""

from __future__ import annotations

from collections.abc import Iterable

from flask import request
from wtforms import BooleanField, SelectField

from govern.committees.forms.fields import id_or_none
from govern.documents.models import AgreementVersion, ConceptVersion
from govern.web import GermanForm


class SynopsisForm(GermanForm):
    """Two versions and how much of them; part of the address, so without token."""

    alt = SelectField("Bisherige Fassung", coerce=id_or_none)
    neu = SelectField("Neue Fassung", coerce=id_or_none)
    alle = BooleanField("Auch unveränderte Abschnitte")

    class Meta:
        csrf = False

    def __init__(self) -> None:
        super().__init__(formdata=request.args)

    def offer(self, versions: Iterable[ConceptVersion | AgreementVersion], old: int, new: int) -> SynopsisForm:
        """Offer the versions that have a text; ``old`` and ``new`` are compared now."""
        choices = [(version.id, version.label) for version in versions]
        self.alt.choices, self.neu.choices = choices, choices
        self.alt.data, self.neu.data = old, new
        return self


def version_asked_for(name: str) -> int | None:
    """The version `?alt=` or `?neu=` names; 0, which no version has, where it is no number."""
    value = request.args.get(name, "")
    if not value:
        return None
    return int(value) if value.isascii() and value.isdecimal() and len(value) < 10 else 0
