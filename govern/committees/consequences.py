"""What a rule of procedure means in plain German: its value in a few words, and one sentence on what follows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from govern.committees import deadlines
from govern.committees.models import RuleKind, RuleState
from govern.committees.procedures import MODES, UNITS, ApprovalMode, Procedure, QuorumMode, Rule
from govern.formats import count, date_text

GROUPS: list[tuple[str, tuple[RuleKind, ...]]] = [
    ("Einladung", (RuleKind.NOTICE_PERIOD, RuleKind.SHORTENED_NOTICE, RuleKind.TOPIC_DEADLINE, RuleKind.PAPER_DEADLINE,
                   RuleKind.TABLE_PAPERS, RuleKind.URGENT_ITEMS)),
    ("Sitzung", (RuleKind.QUORUM, RuleKind.SECOND_MEETING, RuleKind.DEPUTIES, RuleKind.RECUSAL,
                 RuleKind.MEMBER_REPORTS, RuleKind.RESOLUTION_TRACKING, RuleKind.ORDER_ACKNOWLEDGEMENT)),
    ("Abstimmung", (RuleKind.MAJORITY, RuleKind.TIE, RuleKind.VOTES_PER_SEAT, RuleKind.VOTING,
                    RuleKind.IMPLEMENTER_CONSENT)),
    ("Protokoll", (RuleKind.MINUTES_MODE, RuleKind.MINUTES_DEADLINE, RuleKind.OBJECTION_PERIOD,
                   RuleKind.MINUTES_APPROVAL)),
    ("Umlauf", (RuleKind.CIRCULAR_RESOLUTIONS,)),
    ("Gremien", (RuleKind.SUBGROUP_RESOLUTION, RuleKind.MEMBER_CONFIRMATION)),
]  # fmt: skip
"""The rules in the order and under the headings in which people look for them."""


def value_text(rule: Rule) -> str:
    """How a rule that holds is set: „14 Tage, volle Tage dazwischen"; empty where the state says it all."""
    if not rule.is_on:
        return ""
    words = [_number_text(rule)] if rule.number is not None else []
    if rule.kind is RuleKind.QUORUM and rule.number is None:
        words.append("mehr als die Hälfte")
    if rule.mode:
        words.append(MODES[rule.kind](rule.mode).label)  # type: ignore[attr-defined]
    return ", ".join(words)


def consequence(rule: Rule, meeting_day: date) -> str:
    """One sentence on what the rule means, with the days for a meeting on ``meeting_day`` where it sets a deadline."""
    if rule.state is RuleState.NOT_SETTLED:
        return NOT_SETTLED[rule.kind]
    if rule.state is RuleState.OFF:
        return OFF[rule.kind]
    return ON[rule.kind](rule, meeting_day)


def _number_text(rule: Rule) -> str:
    number = rule.number or 0
    if rule.kind is RuleKind.CIRCULAR_RESOLUTIONS:
        return count(number, "Werktag", "Werktage") + " Frist"
    if rule.kind in (RuleKind.QUORUM, RuleKind.VOTES_PER_SEAT):
        return count(number, "Stimme", "Stimmen")
    return count(number, "Tag", "Tage") + UNITS[rule.kind].removeprefix("Tage")


def _notice(what: str) -> Callable[[Rule, date], str]:
    def sentence(rule: Rule, meeting_day: date) -> str:
        due = deadlines.notice_due(rule, meeting_day)
        if due is None:
            return f"{what} hat eine Frist, deren Länge nicht angegeben ist."
        assumed = " Wie gezählt wird, ist nicht angegeben; gerechnet ist mit vollen Tagen dazwischen."
        return f"{what} spätestens am {date_text(due)} {_for(meeting_day)}." + (
            assumed if deadlines.is_assumed(rule) else ""
        )

    return sentence


def _due(
    what: str, due_of: Callable[[Procedure, date], date | None], of: str = "für eine Sitzung"
) -> Callable[[Rule, date], str]:
    def sentence(rule: Rule, meeting_day: date) -> str:
        due = due_of(Procedure({rule.kind: rule}), meeting_day)
        if due is None:
            return f"{what} mit einer Frist, deren Länge nicht angegeben ist."
        return f"{what} spätestens am {date_text(due)} {of} am {date_text(meeting_day)}."

    return sentence


def _for(meeting_day: date) -> str:
    return f"für eine Sitzung am {date_text(meeting_day)}"


def _quorum(rule: Rule, _day: date) -> str:
    need = "mehr als die Hälfte der stimmberechtigten Sitze" if rule.number is None else (
        f"mindestens {count(rule.number, 'stimmberechtigter Sitz', 'stimmberechtigte Sitze')}")  # fmt: skip
    when = (
        "gilt als gegeben, bis jemand sie anzweifelt"
        if rule.mode == QuorumMode.DEEMED
        else "wird vor jeder Abstimmung geprüft"
    )
    verb = "muss" if rule.number in (None, 1) else "müssen"
    return f"Anwesend sein {verb} {need}; die Beschlussfähigkeit {when}."


def _mode(sentences: dict[str | None, str]) -> Callable[[Rule, date], str]:
    return lambda rule, _day: sentences.get(rule.mode) or sentences[None]


def _always(sentence: str) -> Callable[[Rule, date], str]:
    return lambda _rule, _day: sentence


def _objections(rule: Rule, day: date) -> str:
    sent = day + timedelta(days=14)
    until = deadlines.objections_until(Procedure({rule.kind: rule}), sent)
    if until is None:
        return "Mitglieder können Einwendungen erheben; die Frist ist nicht angegeben."
    return f"Einwendungen bis {date_text(until)}, wenn das Protokoll am {date_text(sent)} versandt wird."


def _circular(rule: Rule, day: date) -> str:
    until = deadlines.circular_until(Procedure({rule.kind: rule}), day)
    if until is None:
        return "Umlaufbeschlüsse sind zulässig; ihre Frist ist nicht angegeben."
    return f"Umlaufbeschlüsse sind zulässig. Geht einer am {date_text(day)} hinaus, läuft er bis {date_text(until)}."


def _votes_per_seat(rule: Rule, _day: date) -> str:
    return f"Jeder stimmberechtigte Sitz hat {count(rule.number or 1, 'Stimme', 'Stimmen')}."


ON: dict[RuleKind, Callable[[Rule, date], str]] = {
    RuleKind.NOTICE_PERIOD: _notice("Einladung"),
    RuleKind.SHORTENED_NOTICE: _notice("In dringenden Fällen, mit Grund: Einladung"),
    RuleKind.TOPIC_DEADLINE: _due("Themen", deadlines.topics_due),
    RuleKind.PAPER_DEADLINE: _due("Unterlagen", deadlines.papers_due),
    RuleKind.TABLE_PAPERS: _mode({
        None: "Tischvorlagen sind zulässig; ob das Gremium zustimmen muss, ist nicht angegeben.",
        "free": "Tischvorlagen werden ohne Weiteres behandelt.",
        "with_consent": "Über Tischvorlagen entscheidet das Gremium nur, wenn es der Behandlung zustimmt.",
    }),
    RuleKind.URGENT_ITEMS: _mode({
        None: "Dringlichkeitsanträge sind zulässig; ob das Gremium zustimmen muss, ist nicht angegeben.",
        "free": "Dringlichkeitsanträge kommen ohne Weiteres auf die Tagesordnung.",
        "with_consent": "Dringlichkeitsanträge kommen auf die Tagesordnung, wenn das Gremium zustimmt.",
    }),
    RuleKind.QUORUM: _quorum,
    RuleKind.SECOND_MEETING: _always(
        "Eine zweite Sitzung zum selben Punkt ist unabhängig von der Zahl der Anwesenden beschlussfähig, wenn die "
        "Einladung darauf hinweist."
    ),
    RuleKind.DEPUTIES: _always("Benannte Stellvertretungen nehmen teil und stimmen ab, solange das Mitglied fehlt."),
    RuleKind.RECUSAL: _mode({
        None: "Wer befangen ist, berät und stimmt bei diesem Punkt nicht mit.",
        "not_counted": "Wer befangen ist, stimmt bei diesem Punkt nicht mit und zählt auch für die Beschlussfähigkeit "
                       "nicht.",
        "counted": "Wer befangen ist, stimmt bei diesem Punkt nicht mit, zählt aber für die Beschlussfähigkeit.",
    }),
    RuleKind.MEMBER_REPORTS: _always(
        "Jede neue Sitzung bekommt den Punkt „Berichte der Mitglieder“ mit Bedarfen und Lücken."
    ),
    RuleKind.RESOLUTION_TRACKING: _always(
        "Jede neue Sitzung bekommt den Punkt „Beschlusskontrolle“ mit offenen Aufträgen und Beschlüssen."
    ),
    RuleKind.ORDER_ACKNOWLEDGEMENT: _always(
        "Ein als erledigt gemeldeter Auftrag ist erst erledigt, wenn das Gremium ihn in der Beschlusskontrolle zur "
        "Kenntnis genommen hat."
    ),
    RuleKind.MAJORITY: _mode({
        None: "Wie die Mehrheit gezählt wird, ist nicht angegeben.",
        "simple": "Ein Beschluss braucht mehr Ja- als Nein-Stimmen; Enthaltungen zählen nicht mit.",
        "absolute": "Ein Beschluss braucht Ja-Stimmen von mehr als der Hälfte aller stimmberechtigten Sitze.",
        "two_thirds": "Ein Beschluss braucht zwei Drittel der abgegebenen Stimmen.",
        "consensus": "Ein Beschluss braucht das Einvernehmen aller Anwesenden.",
    }),
    RuleKind.TIE: _mode({
        None: "Was bei Stimmengleichheit gilt, ist nicht angegeben.",
        "rejected": "Bei Stimmengleichheit ist ein Antrag abgelehnt.",
        "chair_decides": "Bei Stimmengleichheit entscheidet die Stimme der Leitung.",
    }),
    RuleKind.VOTES_PER_SEAT: _votes_per_seat,
    RuleKind.VOTING: _mode({
        None: "Wie abgestimmt wird, ist nicht angegeben.",
        "announced": "Die Leitung sagt das Ergebnis an; gezählt wird nicht.",
        "counted": "Ja, Nein und Enthaltungen werden gezählt.",
        "named": "Zu jedem Sitz wird festgehalten, wie er gestimmt hat.",
        "secret": "Abgestimmt wird geheim; nur die Summen sind bekannt.",
    }),
    RuleKind.IMPLEMENTER_CONSENT: _always(
        "Eine Maßnahme braucht das Einvernehmen der Institutionen, die sie umsetzen sollen."
    ),
    RuleKind.MINUTES_MODE: _mode({
        None: "Die Form des Protokolls ist nicht angegeben.",
        "result": "Das Protokoll hält Ergebnisse, Vereinbarungen und Aufträge fest.",
        "extended": "Das Protokoll hält Ergebnisse und die wesentlichen Gründe fest.",
        "verbatim": "Das Protokoll gibt den Verlauf der Beratung wieder.",
    }),
    RuleKind.MINUTES_DEADLINE: _due("Protokollentwurf", deadlines.minutes_due, "zur Sitzung"),
    RuleKind.OBJECTION_PERIOD: _objections,
    RuleKind.MINUTES_APPROVAL: _mode({
        None: "Das Protokoll wird genehmigt; wie, ist nicht angegeben.",
        ApprovalMode.NEXT_MEETING.value: "Das Gremium genehmigt das Protokoll in seiner nächsten Sitzung.",
        ApprovalMode.SILENCE.value: "Das Protokoll gilt als genehmigt, wenn bis zum Ende der Frist niemand etwas "
                                    "einwendet.",
    }),
    RuleKind.CIRCULAR_RESOLUTIONS: _circular,
    RuleKind.SUBGROUP_RESOLUTION: _always(
        "Ein Gremium darunter lässt sich nur mit dem Beschluss anlegen, der es einsetzt."
    ),
    RuleKind.MEMBER_CONFIRMATION: _always(
        "Mitglieder der Gremien darunter sind „noch nicht bestätigt“, bis ein Beschluss sie bestätigt."
    ),
}  # fmt: skip

OFF: dict[RuleKind, str] = {
    RuleKind.NOTICE_PERIOD: "Eingeladen werden kann jederzeit.",
    RuleKind.SHORTENED_NOTICE: "Die Ladungsfrist lässt sich nicht verkürzen.",
    RuleKind.TOPIC_DEADLINE: "Themen sind bis zur Sitzung willkommen.",
    RuleKind.PAPER_DEADLINE: "Unterlagen dürfen bis zur Sitzung kommen.",
    RuleKind.TABLE_PAPERS: "Tischvorlagen sind nicht zulässig.",
    RuleKind.URGENT_ITEMS: "Dringlichkeitsanträge sind nicht zulässig.",
    RuleKind.QUORUM: "Das Gremium beschließt unabhängig von der Zahl der Anwesenden.",
    RuleKind.SECOND_MEETING: "Auch eine zweite Sitzung zum selben Punkt muss beschlussfähig sein.",
    RuleKind.DEPUTIES: "Mitglieder können sich nicht vertreten lassen.",
    RuleKind.RECUSAL: "Befangenheit schließt nicht von der Abstimmung aus.",
    RuleKind.MEMBER_REPORTS: "Der Punkt „Berichte der Mitglieder“ kommt nicht von selbst auf die Tagesordnung.",
    RuleKind.RESOLUTION_TRACKING: "Der Punkt „Beschlusskontrolle“ kommt nicht von selbst auf die Tagesordnung.",
    RuleKind.ORDER_ACKNOWLEDGEMENT: "Die Geschäftsführung nimmt zur Kenntnis, dass ein Auftrag erledigt ist.",
    RuleKind.MAJORITY: "Dieses Gremium fasst keine Beschlüsse mit Mehrheit.",
    RuleKind.TIE: "Für Stimmengleichheit gilt keine besondere Regel.",
    RuleKind.VOTES_PER_SEAT: "Stimmen werden nicht nach Sitzen gezählt.",
    RuleKind.VOTING: "Dieses Gremium stimmt nicht ab.",
    RuleKind.IMPLEMENTER_CONSENT: "Ein Beschluss gilt auch ohne Einvernehmen derer, die ihn umsetzen.",
    RuleKind.MINUTES_MODE: "Eine Form des Protokolls ist nicht vorgeschrieben.",
    RuleKind.MINUTES_DEADLINE: "Der Protokollentwurf hat keine Frist.",
    RuleKind.OBJECTION_PERIOD: "Für Einwendungen gibt es keine Frist.",
    RuleKind.MINUTES_APPROVAL: "Das Protokoll braucht keine Genehmigung.",
    RuleKind.CIRCULAR_RESOLUTIONS: "Umlaufbeschlüsse sind nicht zulässig.",
    RuleKind.SUBGROUP_RESOLUTION: "Gremien darunter werden bei Bedarf angelegt; der Anlass wird genannt.",
    RuleKind.MEMBER_CONFIRMATION: "Mitglieder der Gremien darunter brauchen keine Bestätigung.",
}

NOT_SETTLED: dict[RuleKind, str] = {
    **dict.fromkeys(RuleKind, "Nicht angegeben; Govern nimmt nichts an."),
    RuleKind.NOTICE_PERIOD: "Nicht angegeben; Govern prüft keine Ladungsfrist.",
    RuleKind.QUORUM: "Nicht angegeben; Govern zählt die Anwesenden, ohne über die Beschlussfähigkeit zu urteilen.",
    RuleKind.ORDER_ACKNOWLEDGEMENT: "Nicht angegeben; die Geschäftsführung oder das Gremium nimmt zur Kenntnis.",
    RuleKind.SUBGROUP_RESOLUTION: "Nicht angegeben; der Anlass eines neuen Gremiums darunter kann, muss aber nicht "
                                  "genannt werden.",
}  # fmt: skip
