"""What a browser may send to call for topics."""

from __future__ import annotations

from wtforms import BooleanField, HiddenField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from govern.web import GermanForm


class TopicCallForm(GermanForm):
    """The words, and whether deputies get them too. ``shown`` says which recipients the preview named."""

    subject = StringField(
        "Betreff", [DataRequired("Bitte einen Betreff angeben."), Length(max=200, message="Höchstens 200 Zeichen.")]
    )
    text = TextAreaField(
        "Text",
        [DataRequired("Bitte einen Text schreiben."), Length(max=10_000, message="Höchstens 10.000 Zeichen.")],
        description="Fristen und Adresse stehen schon darin, wie das Gremium sie geregelt hat.",
    )
    with_deputies = BooleanField("auch an die Stellvertretungen")
    shown = HiddenField()
