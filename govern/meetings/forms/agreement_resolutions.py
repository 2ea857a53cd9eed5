"""What a browser may send to name the resolution behind an agreement."""

from __future__ import annotations

from wtforms import StringField
from wtforms.validators import DataRequired, Length

from govern.web import GermanForm


class ResolutionNumberForm(GermanForm):
    """A resolution by its number."""

    number = StringField("Nummer des Beschlusses", [DataRequired("Bitte eine Nummer angeben."), Length(max=60)],
                         description="Wie sie im Register steht, zum Beispiel LG-B-2026-07.")  # fmt: skip
