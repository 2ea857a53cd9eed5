"""What a browser may send to register a local body, and to decide on it (A6)."""

from __future__ import annotations

from collections.abc import Sequence

from wtforms import RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from govern.actions.services.local_bodies import KINDS, LocalBody
from govern.committees.contributions import KnownResolution
from govern.committees.forms.committees import offer_committees
from govern.committees.forms.fields import id_or_none
from govern.committees.models import Committee, CommitteeKind
from govern.people.models import Organisation
from govern.web import GermanForm

_SHORT = Length(max=300, message="Höchstens 300 Zeichen.")
_LONG = Length(max=5_000, message="Höchstens 5.000 Zeichen.")


class RegistrationForm(GermanForm):
    """A local body as its municipality tells it."""

    municipality_id = SelectField("Kommune", coerce=id_or_none)
    name = StringField("Name des Gremiums", [DataRequired("Bitte den Namen angeben."), _SHORT])
    kind = SelectField("Art", choices=[(kind.value, kind.label) for kind in KINDS], coerce=CommitteeKind)
    wish = RadioField("Was möchten Sie?", choices=[("existing", "Ein bestehendes Gremium anmelden"),
                                                   ("new", "Eines gemeinsam mit der Koordination gründen")],
                      default="existing")  # fmt: skip
    purpose = TextAreaField("Wozu es da ist", [DataRequired("Bitte schreiben Sie, wozu es da ist."), _LONG])
    members = TextAreaField("Wer dabei ist", [_LONG], description="Institutionen und Funktionen, keine Namen.")
    chair_function = StringField("Leitung (Funktion)", [_SHORT], description="Zum Beispiel „Leitung des Sozialamts“.")
    cadence = StringField("Wie oft es sich trifft", [_SHORT])
    since = StringField("Seit wann", [_SHORT], description="So genau, wie es bekannt ist.")

    def offer(self, towns: Sequence[Organisation]) -> RegistrationForm:
        """The municipalities the account acts for."""
        self.municipality_id.choices = [(town.id, town.name) for town in towns]
        return self

    def told(self) -> LocalBody:
        """What was typed, for the service."""
        return LocalBody(
            name=_line(self.name.data), kind=self.kind.data or KINDS[0], is_existing=self.wish.data == "existing",
            purpose=(self.purpose.data or "").strip(), since=_line(self.since.data),
            members=(self.members.data or "").strip(), chair_function=_line(self.chair_function.data),
            cadence=_line(self.cadence.data),
        )  # fmt: skip


class DecisionForm(GermanForm):
    """Take in, or say why not."""

    decision = RadioField("Entscheidung", choices=[("accept", "aufnehmen"), ("decline", "nicht aufnehmen")],
                          default="accept")  # fmt: skip
    parent_id = SelectField("Übergeordnetes Gremium", coerce=id_or_none)
    opening_resolution_id = SelectField(
        "Eingesetzt durch Beschluss", coerce=id_or_none,
        description="Nur nötig, wenn das übergeordnete Gremium Untergruppen durch Beschluss einrichtet.",
    )  # fmt: skip
    answer = TextAreaField("Antwort an die Kommune", [_LONG], description="Nötig, wenn Sie es nicht aufnehmen.")

    def offer(self, parents: Sequence[Committee], resolutions: Sequence[KnownResolution]) -> DecisionForm:
        """Where it may hang, and what may have set it up."""
        offer_committees(self.parent_id, parents, "keines")
        self.opening_resolution_id.choices = [("", "keiner"), *((r.id, r.label) for r in resolutions)]
        return self


def _line(text: str | None) -> str:
    return " ".join((text or "").split())
