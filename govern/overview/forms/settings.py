"""What a browser may send to the settings and the feedback form."""

from __future__ import annotations

from typing import Any

from flask_wtf.file import FileField
from wtforms import BooleanField, IntegerField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from govern.people.forms.fields import VersionedForm, date_field, is_email, text_field, tidy
from govern.web import GermanForm

MARKDOWN = "Mit Markdown: Leerzeile für einen Absatz, **fett**, - für Listen."


def _long_text(label: str, hint: str) -> TextAreaField:
    return TextAreaField(label, [Optional(), Length(max=50_000)], filters=[tidy], description=hint)


def _days(label: str) -> IntegerField:
    return IntegerField(
        label,
        [InputRequired("Bitte eine Zahl angeben."), NumberRange(1, 365, "Bitte eine Zahl von 1 bis 365.")],
        description="Tage nach der Frist.",
    )


class SettingsForm(VersionedForm):
    """The settings of the body."""

    name = StringField("Name", [DataRequired("Bitte den Namen angeben."), Length(max=200)],
                       description="Zum Beispiel „Kreis Musterland“.")  # fmt: skip
    short_name = StringField("Kurzname", [DataRequired("Bitte den Kurznamen angeben."), Length(max=60)],
                             description="Steht im Titel jeder Seite.")  # fmt: skip
    logo = FileField("Logo", description="PNG oder JPG, höchstens 1 MB. Ohne Logo steht dort „Govern“.")
    remove_logo = BooleanField("Logo entfernen")
    sender_name = text_field("Name des Absenders", Length(max=120))
    sender_email = text_field("Adresse des Absenders", is_email)
    small_count_threshold = IntegerField(
        "Kleinste ausgewiesene Zahl",
        [InputRequired("Bitte eine Zahl ab 3 angeben."), NumberRange(3, 50, "Bitte eine Zahl von 3 bis 50 angeben.")],
        description="Zahlen darunter sieht nur die Koordination. Mindestens 3, empfohlen 5.",
    )
    rounds_counts = BooleanField(
        "Zahlen auf Vielfache von 5 runden, statt kleine zu verdecken",
        description="Gilt für Tabellen über Lückenmeldungen, die danach freigegeben werden. Alle Zahlen "
        "erscheinen dann, aber jede für sich gerundet.",
    )
    publishes_matters = BooleanField(
        "Öffentliche Seite gelöster Lücken einschalten",
        description="Ohne Anmeldung zu lesen; zeigt nur, was die Koordination an einer gelösten Lücke veröffentlicht.",
    )
    publications_indexed = BooleanField("Suchmaschinen dürfen diese Seite aufnehmen")
    order_remind_days = _days("Erinnerung an die zuständige Stelle")
    order_escalate_days = _days("Meldung an die Geschäftsführung")
    order_agenda_days = _days("Vorgemerkt für die nächste Sitzung")
    imprint = _long_text("Impressum", MARKDOWN)
    privacy_notice = _long_text("Datenschutz", "Ergänzt die Angaben, die Govern selbst macht. " + MARKDOWN)
    accessibility_status = _long_text(
        "Weitere Teile, die nicht barrierefrei sind",
        "Je Teil: was, warum, welche Alternative es gibt. Was für Govern allgemein gilt, steht schon in der Erklärung.",
    )
    accessibility_contact = _long_text("Stelle, die antwortet", "Name der Stelle und Anschrift, keine Person.")
    accessibility_email = text_field("Adresse für Rückmeldungen", is_email, description="Dorthin geht das Formular.")
    accessibility_reviewed_on = date_field("Zuletzt geprüft am", description="Mindestens einmal im Jahr.")

    def settings(self) -> dict[str, Any]:
        """What the service takes: everything typed but the version and the logo."""
        return {name: value for name, value in self.values().items() if name not in ("version", "logo", "remove_logo")}


class FeedbackForm(GermanForm):
    """A report of a barrier, or a question for an accessible version; name and address are voluntary."""

    text = TextAreaField("Welche Barriere haben Sie gefunden, oder was brauchen Sie?",
                         [DataRequired("Bitte beschreiben Sie kurz, worum es geht."), Length(max=5000)])  # fmt: skip
    page = text_field("Seite", Length(max=300), description="Adresse oder Name der Seite, wenn es eine bestimmte ist.")
    sender_name = text_field("Ihr Name", Length(max=120), description="Freiwillig.")
    sender_email = text_field("Ihre E-Mail-Adresse", is_email, description="Nur nötig, wenn Sie eine Antwort wünschen.")
