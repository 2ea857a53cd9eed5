"""The form that sends extracts of resolutions."""

from __future__ import annotations

from collections.abc import Sequence

from wtforms import SelectMultipleField
from wtforms.widgets import CheckboxInput, ListWidget

from govern.meetings.extract_content import ExtractRecipient
from govern.web import GermanForm


class ExtractsForm(GermanForm):
    """Who gets an extract; whoever has none yet is chosen to begin with."""

    recipients = SelectMultipleField(
        "Auszug an", widget=ListWidget(prefix_label=False), option_widget=CheckboxInput(), validate_choice=True
    )

    @classmethod
    def of(cls, found: Sequence[ExtractRecipient]) -> ExtractsForm:
        """The form offering everybody who has an address."""
        form = cls(recipients=[r.key for r in found if r.address and r.sent_at is None])
        form.recipients.choices = [(r.key, r.label) for r in found if r.address]
        return form
