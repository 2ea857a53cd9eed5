"""What a browser may send to the list of places."""

from __future__ import annotations

from typing import Any

from wtforms import StringField
from wtforms.validators import DataRequired, Length

from govern.people.forms.fields import VersionedForm, text_field


class PlaceForm(VersionedForm):
    """A room, a house or a video link."""

    name = StringField(
        "Name", [DataRequired("Bitte einen Namen angeben."), Length(max=200, message="Höchstens 200 Zeichen.")],
        description="Zum Beispiel „Kreishaus, Raum 130“ oder „Videokonferenz der Koordination“.",
    )  # fmt: skip
    address = text_field("Anschrift", Length(max=300, message="Höchstens 300 Zeichen."))
    video_url = text_field(
        "Videolink", Length(max=500, message="Höchstens 500 Zeichen."),
        description="Wird übernommen, wenn eine Sitzung online oder gemischt hier stattfindet.",
    )  # fmt: skip
    note = text_field(
        "Hinweis", Length(max=500, message="Höchstens 500 Zeichen."),
        description="Zum Beispiel Plätze, Zugang ohne Stufen, wer den Schlüssel hat.",
    )  # fmt: skip

    def facts(self) -> dict[str, Any]:
        """What the services take."""
        return {name: value for name, value in self.values().items() if name != "version"}
