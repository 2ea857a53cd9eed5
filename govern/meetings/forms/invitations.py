"""What a browser may send to invite, to answer, and to keep the words of mails."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from wtforms import BooleanField, HiddenField, IntegerField, RadioField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from govern.committees.models import Seat
from govern.meetings.forms.agendas import ManyChoices
from govern.meetings.mails.invitations import ANSWER_WORDS
from govern.meetings.models import InvitationAnswer
from govern.meetings.services.answers import LONGEST_NOTE
from govern.people.forms.fields import VersionedForm, text_field, tidy
from govern.web import GermanForm

TEXT = Length(max=10_000, message="Höchstens 10.000 Zeichen.")
LINE = Length(max=200, message="Höchstens 200 Zeichen.")


class LetterForm(GermanForm):
    """Subject and cover text of one dispatch."""

    subject = text_field("Betreff", LINE)
    cover_text = TextAreaField(
        "Anschreiben", [TEXT],
        description="Anrede, Termin, Ort, Tagesordnung und Antwortlinks stehen von selbst in jeder Mail.",
    )  # fmt: skip

    def letter(self) -> dict[str, str]:
        """What the service takes."""
        return {"subject": self.subject.data or "", "cover_text": self.cover_text.data or ""}


class NoticeForm(LetterForm):
    """A dispatch that may miss the notice period."""

    reason = text_field(
        "Grund der verkürzten Ladungsfrist", Length(max=500, message="Höchstens 500 Zeichen."),
        description="Steht in der Niederschrift.",
    )  # fmt: skip


class TellForm(NoticeForm):
    """What the invited are told of a change; ``seen`` is the change that was told of when the page was opened."""

    seen = HiddenField()

    def is_written_for(self, sequence: int) -> bool:
        """False where time or place changed again meanwhile; whoever sends it once more has seen that."""
        was, self.seen.data = self.seen.data, str(sequence)
        return bool(was == str(sequence))


class InvitationForm(NoticeForm):
    """The invitation before it goes out."""

    informs_deputies = BooleanField("Benannte Vertretungen erhalten die Einladung zur Kenntnis")
    further_seats = ManyChoices("Anlassbezogen einladen", [Optional()], coerce=int)
    seen = HiddenField()
    """Which recipients the preview showed."""

    def __init__(self, *args: Any, seats: Sequence[Seat], **values: Any) -> None:
        super().__init__(*args, **values)
        self.further_seats.choices = [(seat.id, f"{seat.label} ({seat.participation.label})") for seat in seats]
        if not seats:
            del self.further_seats

    @property
    def chosen_seats(self) -> list[int]:
        """Seats invited for this meeting only."""
        return list(self.further_seats.data or []) if "further_seats" in self else []


class AnswerForm(GermanForm):
    """Yes, no, or the deputy comes; with a word to the office."""

    answer = RadioField("Ihre Antwort", choices=[], validate_choice=False)
    note = TextAreaField(  # not one line: Enter there would press the first button, whatever it answers
        "Hinweis an die Geschäftsführung",
        [Optional(), Length(max=LONGEST_NOTE, message=f"Höchstens {LONGEST_NOTE} Zeichen.")],
        filters=[tidy], description="Freiwillig, zum Beispiel „komme 20 Minuten später“.",
    )  # fmt: skip

    @property
    def choice(self) -> InvitationAnswer | None:
        """The answer sent by one of the buttons; None if there is none such."""
        return answer_named(self.answer.data)


def answer_named(word: str | None) -> InvitationAnswer | None:
    """The answer behind the word in an address or button."""
    return next((answer for answer, name in ANSWER_WORDS.items() if name == word), None)


class MailTextForm(VersionedForm):
    """The committee's own words for one kind of dispatch."""

    subject = text_field("Betreff", LINE, description="Leer: die Vorgabe von Govern.")
    text = TextAreaField("Text", [TEXT], description="Leer: die Vorgabe von Govern.")
    informs_deputies = BooleanField(
        "Benannte Vertretungen erhalten die Einladung zur Kenntnis",
        description="Auf der Seite vor dem Versand lässt es sich für die einzelne Sitzung ändern.",
    )
    days_before = IntegerField(
        "Von selbst erinnern, Tage vor der Sitzung",
        [Optional(), NumberRange(1, 60, message="Bitte eine Zahl von 1 bis 60 angeben.")],
        description="Einmal, nur wer noch nicht geantwortet hat. Leer: nur von Hand.",
    )


class HealingForm(GermanForm):
    """Whether a missed notice period is healed (E-02)."""

    healed = RadioField(
        "Ladungsfrist nicht eingehalten",
        [InputRequired("Bitte eine Antwort wählen.")],
        choices=[("ja", "Alle sind anwesend oder vertreten, niemand widerspricht"), ("nein", "nicht geheilt")],
    )
