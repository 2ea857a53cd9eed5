"""What a browser may send to the search."""

from __future__ import annotations

from flask import request
from wtforms import StringField
from wtforms.validators import Length

from govern.web import GermanForm


class SearchForm(GermanForm):
    """The words; part of the address, so without token."""

    q = StringField("Suchbegriff", [Length(max=200)])

    class Meta:
        csrf = False

    def __init__(self) -> None:
        super().__init__(formdata=request.args)
