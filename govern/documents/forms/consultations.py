"""What a browser may send to lay a draft open, and to say something to it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from wtforms import BooleanField, HiddenField, RadioField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from govern.committees.forms.fields import id_or_none
from govern.committees.models import Committee
from govern.documents.models import Comment, ConceptSection, Consultation, ConsultedSection, Outcome
from govern.documents.passages import paragraphs
from govern.documents.services.comment_answers import LONGEST_REASON
from govern.documents.services.comments import LONGEST_COMMENT, Statement, Voice, Wish
from govern.documents.services.consultations import Audience, fingerprint_of_terms
from govern.documents.services.drafts import LONGEST_TEXT
from govern.formats import one_line
from govern.people.forms.choices import OrganisationsChoiceField
from govern.people.forms.fields import VersionedForm, date_field, tidy
from govern.people.queries.organisations import find_organisations
from govern.web import GermanForm

UNTIL = DataRequired("Bitte angeben, bis wann Stellungnahmen möglich sind.")
QUESTION = TextAreaField(
    "Worum es Ihnen geht", [Length(max=2_000, message="Höchstens 2.000 Zeichen.")], filters=[tidy],
    description="Steht über dem Entwurf und in der Einladung. Zum Beispiel, welche Fragen noch offen sind.",
)  # fmt: skip
SHOWS_OTHERS = "Alle Beteiligten lesen die Stellungnahmen der anderen"


class OpenForm(GermanForm):
    """Who is asked until when. ``shown`` says which addresses the preview named."""

    committee_ids = SelectMultipleField(
        "Gremien", coerce=int, option_widget=CheckboxInput(), widget=ListWidget(prefix_label=False),
        description="Wer dort heute einen Sitz hat oder den Vorsitz führt, wird eingeladen; auch Stellvertretungen "
                    "können Stellung nehmen.",
    )  # fmt: skip
    organisation_ids = OrganisationsChoiceField("Institutionen und Kommunen")
    all_members = BooleanField("Alle Mitglieder aller Gremien")
    until = date_field("Stellungnahmen bis einschließlich", UNTIL)
    question = QUESTION
    shows_others = BooleanField(SHOWS_OTHERS, description="Sonst liest jede Institution nur ihre eigenen.")
    shown = HiddenField()

    def offer(self, committees: Sequence[Committee]) -> OpenForm:
        """Offer these committees."""
        self._committees = {one.id: one for one in committees}
        self.committee_ids.choices = [(one.id, one.name) for one in committees]
        return self

    def audience(self) -> Audience:
        """Who was chosen."""
        chosen = [self._committees[i] for i in dict.fromkeys(self.committee_ids.data or []) if i in self._committees]
        return Audience(
            committees=chosen, organisations=find_organisations(sorted(self.organisation_ids.chosen_ids)),
            all_members=bool(self.all_members.data),
        )  # fmt: skip


class TermsForm(VersionedForm):
    """The last day of a consultation, its question, and who reads what."""

    until = date_field("Stellungnahmen bis einschließlich", UNTIL)
    question = QUESTION
    shows_others = BooleanField(SHOWS_OTHERS)

    @classmethod
    def of(cls, consultation: Consultation, **sent: Any) -> TermsForm:
        """The form with what is stored."""
        values = {name: getattr(consultation, name) for name in ("until", "question", "shows_others")}
        return cls(data={**values, "version": fingerprint_of_terms(consultation)}, **sent)


class CommentForm(VersionedForm):
    """What somebody says to a section, for whom, with which wish."""

    voice = SelectField("Sie schreiben für")
    wish = RadioField("Sie möchten", [InputRequired("Bitte wählen.")], choices=[(w.value, w.label) for w in Wish],
                      coerce=lambda value: Wish(value), default=Wish.REMARK)  # fmt: skip
    paragraph = SelectField("Stelle", coerce=id_or_none)
    quote = StringField("Genauer: diese Wörter", [Length(max=1_000)],
                        description="Nur wenn es um wenige Wörter geht: aus dem Text hierher kopieren.")  # fmt: skip
    proposal = TextAreaField("Ihr Vorschlag", [Length(max=LONGEST_COMMENT)],
                             description="Was dort stehen soll. Leer lassen, wenn Sie nur anmerken.")  # fmt: skip
    text = TextAreaField("Anmerkung oder Begründung", [Length(max=LONGEST_COMMENT)],
                         description="Bitte keine Angaben zu einzelnen Menschen.")  # fmt: skip

    def offer(self, section: ConsultedSection | None, voices: Iterable[tuple[str, str]]) -> CommentForm:
        """Offer the paragraphs of the section, and for whom one may speak."""
        self._voices = dict(voices)
        self.voice.choices = list(self._voices.items())
        parts = paragraphs(section.text) if section is not None else []
        self.paragraph.choices = [("", "der Abschnitt als Ganzes")] + [
            (n, f"Absatz {n}: {one_line(part.text, 70)}") for n, part in enumerate(parts, start=1)
        ]
        return self

    def spoken_for(self) -> Voice:
        """For whom it was written."""
        key = self.voice.data or ""
        return Voice(self._voices[key], int(key[1:]) if key.startswith("i") else None)

    def statement(self) -> Statement:
        """What was typed, for the service."""
        return Statement(wish=self.wish.data, paragraph=self.paragraph.data, quote=self.quote.data or "",
                         proposal=self.proposal.data or "", text=self.text.data or "")  # fmt: skip

    @classmethod
    def of(cls, comment: Comment, **sent: Any) -> CommentForm:
        """The form with what is stored."""
        wish = Wish.REMARK if comment.proposal is None else Wish.CHANGE if comment.proposal else Wish.STRIKE
        parts = paragraphs(comment.section.text) if comment.section is not None else []
        start = -1 if comment.starts_at is None else comment.starts_at
        end = start + len(comment.passage or "")
        place = next((n for n, part in enumerate(parts, 1) if part.starts_at <= start and end <= part.ends_at), None)
        is_whole = place is not None and parts[place - 1].text == comment.passage
        quote = "" if is_whole else " ".join((comment.passage or "").split())  # a field of one line drops line ends
        values = {"wish": wish, "paragraph": place, "quote": quote,
                  "proposal": comment.proposal or "", "text": comment.text, "voice": "kept",
                  "version": str(comment.revision)}  # fmt: skip
        return cls(data=values, **sent).offer(comment.section, [("kept", comment.on_behalf_of)])


class AnswerForm(GermanForm):
    """What becomes of a comment, and why; by hand also the text of the section."""

    outcome = RadioField("Was daraus wird", [Optional()], choices=[(o.value, o.label) for o in Outcome],
                         coerce=lambda value: Outcome(value) if value else None)  # fmt: skip
    reason = TextAreaField(
        "Begründung",
        [Length(max=LONGEST_REASON)],
        filters=[tidy],
        description="Die Institution liest sie nach der Freigabe; sie steht in der Abwägungstabelle.",
    )
    text = TextAreaField("Text des Abschnitts", [Length(max=LONGEST_TEXT)])
    seen = HiddenField()
    """How many answers there were."""
    revision = HiddenField()
    """Of the section, where its text is written by hand."""

    @classmethod
    def of(cls, comment: Comment, section: ConceptSection | None) -> AnswerForm:
        """The form with the latest answer, and the section as it is stored."""
        answer = comment.answer
        return cls(data={
            "outcome": answer.outcome if answer else None, "reason": answer.reason if answer else None,
            "text": section.text if section else "", "revision": str(section.revision if section else 0),
            "seen": str(len(comment.answers)),
        })  # fmt: skip

    def number(self, name: str) -> int:
        """A hidden number as it was sent; what cannot be read counts as stale."""
        text = str(self[name].data or "")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1
