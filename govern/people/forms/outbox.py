"""What a browser may send to the outbox."""

from __future__ import annotations

from wtforms import SearchField, SelectField

from govern.mail import MailState
from govern.web import GermanForm


class OutboxFilter(GermanForm):
    """Search and state; part of the address, so without token."""

    q = SearchField("Empfänger oder Betreff")
    stand = SelectField("Stand", choices=[("", "alle"), *((s.value, s.label) for s in MailState)], default="")

    class Meta(GermanForm.Meta):
        csrf = False

    @property
    def state(self) -> MailState | None:
        """The chosen state; None for all, and for a word that is none."""
        known = {s.value: s for s in MailState}
        return known.get(self.stand.data or "")
