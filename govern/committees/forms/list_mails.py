"""What a browser may send to the pages of mailing lists."""

from __future__ import annotations

from collections.abc import Iterable

from wtforms import BooleanField, HiddenField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from govern.people.forms.accounts import CheckboxesField
from govern.web import GermanForm


class ListMailForm(GermanForm):
    """To whom, and what. ``shown`` says which recipients the preview named."""

    committee_ids = CheckboxesField("An die Mitglieder von", coerce=int)
    with_deputies = BooleanField("auch an die Stellvertretungen")
    to_case_managers = BooleanField("an alle im Case-Management, bei allen Trägern")
    subject = StringField("Betreff", [DataRequired("Bitte einen Betreff angeben."), Length(max=200)])
    text = TextAreaField("Text", [DataRequired("Bitte einen Text schreiben."), Length(max=20_000)])
    shown = HiddenField()

    def offer(self, committees: Iterable[tuple[int, str]], *, with_case_managers: bool) -> ListMailForm:
        """Offer the lists to which this person may write."""
        self.committee_ids.choices = list(committees)
        if not with_case_managers:
            del self.to_case_managers
        return self

    @property
    def goes_to_case_managers(self) -> bool:
        """True if that was offered and chosen."""
        return bool("to_case_managers" in self and self.to_case_managers.data)
