"""Every field of the format in one place: the reader, the JSON Schema and the documentation are made from it."""

from __future__ import annotations

from typing import Final

from govern.committees.structure import entries, vocabulary
from govern.committees.structure.concept_fields import CONCEPT
from govern.committees.structure.shapes import Choice, DateText, Entry, Field, Flag, Key, ListOf, Number, Text

SCHEMA_VERSION: Final = 1

_TEXTS: Final = ListOf(Text())
_NAMES: Final = ListOf(Text(is_name=True), is_set=True)
_DAY: Final = DateText(is_day=True)
_NOTE: Final = Field("note", Text(), "Anmerkung.")
_SOURCE: Final = Field("source", Text(), "Fundstelle, z. B. „Abschnitt 2.3.2“.")
_SHORT: Final = Field("short_name", Text(is_name=True), "Kurzname.")
_ALIASES: Final = Field("aliases", _NAMES, "Andere Schreibweisen, unter denen man den Eintrag findet.")
_ENDED: Final = Field("ended_on", _DAY, "Tag, an dem der Eintrag endete.")
_POPULATION: Final = Field("population", Number(1, 100_000_000), "Zahl der Einwohnerinnen und Einwohner.")
_KEY: Final = Field("key", Key(), "Kürzel, eindeutig unter Kommunen und Organisationen.", is_required=True)

PROCEDURE_RULE: Final = Entry(
    "eine Regel der Geschäftsordnung",
    entries.ProcedureRuleEntry,
    (
        Field("kind", Choice(vocabulary.RULE_KINDS), "Was die Regel regelt.", is_required=True),
        Field("state", Choice(vocabulary.RULE_STATES), "Ob sie gilt; ohne Angabe `on`.", default="on"),
        Field("number", Number(0, 1_000), "Tage, Stimmen oder Werktage, je nach Regel."),
        Field(
            "mode", Choice(vocabulary.RULE_MODES), "Wie sie gemeint ist; welche Wörter passen, hängt von der Regel ab."
        ),
        Field("text", Text(), "Die Regel in Worten."),
        _SOURCE,
        Field("is_proposal", Flag(), "`true`, wenn die Regel nur vorgeschlagen ist.", default=False),
        Field("starts_on", _DAY, "Erster Tag, an dem sie gilt; ohne Angabe ist der Beginn nicht bekannt."),
    ),
)

ROUTE_STEP: Final = Entry(
    "ein Schritt des Weges",
    entries.RouteStepEntry,
    (
        Field("key", Key(), "Kürzel, eindeutig unter den Schritten des Weges.", is_required=True),
        Field("name", Text(), "Kurzer Name des Schritts, z. B. „Lenkungsgruppe“.", is_required=True),
        Field("text", Text(), "Was in diesem Schritt geschieht."),
        Field("phase", Choice(vocabulary.ROUTE_PHASES), "Phase, zu der der Schritt gehört.", is_required=True),
        Field("direction", Choice(vocabulary.STEP_DIRECTIONS), "Wohin die Lücke mit ihm geht.", is_required=True),
        Field("place", Choice(vocabulary.STEP_PLACES), "Bei wem die Lücke dann liegt.", is_required=True),
        Field("committee", Key("committees"), "Das Gremium, wenn es ein bestimmtes ist."),
        Field("committee_kind", Choice(vocabulary.COMMITTEE_KINDS), "Sonst: jedes Gremium dieser Art."),
        Field("level", Choice(vocabulary.LEVELS), "Sonst: jedes Gremium dieser Ebene."),
        Field("needs_resolution", Flag(), "`true`, wenn der Schritt einen Beschluss des höchsten KIM-Gremiums braucht.",
              default=False),
        Field("is_optional", Flag(), "`true`, wenn der Schritt nur bei Bedarf gegangen wird.", default=False),
        Field("is_local", Flag(), "`true`, wenn zuerst vor Ort eine Lösung versucht wird; weiter geht nur, was dort "
              "nicht gelöst wird oder überörtlich ist.", default=False),
        Field("shortcut_to", ListOf(Key("steps"), is_set=True), "Spätere Schritte, die von hier direkt erreichbar "
              "sind."),
        _NOTE,
        _SOURCE,
    ),
)  # fmt: skip

ROUTE: Final = Entry(
    "ein Weg",
    entries.RouteEntry,
    (
        Field("name", Text(), "Name des Weges.", is_required=True),
        Field("steps", ListOf(ROUTE_STEP), "Die Schritte in ihrer Reihenfolge.", is_required=True),
        Field("starts_on", _DAY, "Erster Tag, an dem der Weg gilt; ohne Angabe ist der Beginn nicht bekannt."),
        _NOTE,
        _SOURCE,
    ),
)

BODY: Final = Entry(
    "die Körperschaft",
    entries.BodyEntry,
    (
        Field("key", Key(), "Kürzel der Körperschaft.", is_required=True),
        Field("name", Text(is_name=True), "Voller Name, z. B. „Kreis Düren“.", is_required=True),
        Field("short_name", Text(is_name=True), "Kurzname, z. B. „Düren“.", is_required=True),
        Field("kind", Choice(vocabulary.BODY_KINDS), "Art der Körperschaft.", is_required=True),
        _POPULATION,
        Field(
            "municipality_count", Number(0), "Zahl der kreisangehörigen Kommunen, auch wenn nicht alle genannt sind."
        ),
        Field("procedure", ListOf(PROCEDURE_RULE), "Regeln, die für alle Gremien gelten, die nichts Eigenes regeln."),
        Field("routes", ListOf(ROUTE), "Der Weg, den eine Lücke geht, in seinen Fassungen."),
        _NOTE,
    ),
)

MUNICIPALITY: Final = Entry(
    "eine Kommune",
    entries.MunicipalityEntry,
    (
        _KEY,
        Field("name", Text(is_name=True), "Name, z. B. „Stadt Jülich“.", is_required=True),
        _SHORT,
        Field("kind", Choice(vocabulary.MUNICIPALITY_KINDS), "Stadt oder Gemeinde."),
        Field("region", Text(), "Region, zu der die Kommune gehört."),
        _POPULATION,
        _ALIASES,
        _NOTE,
        _SOURCE,
        _ENDED,
    ),
)

ORGANISATION: Final = Entry(
    "eine Organisation",
    entries.OrganisationEntry,
    (
        _KEY,
        Field("name", Text(is_name=True), "Name der Organisation.", is_required=True),
        _SHORT,
        Field("kind", Choice(vocabulary.ORGANISATION_KINDS), "Art der Organisation.", is_required=True),
        Field("parent", Key("organisations"), "Organisation oder Kommune, zu der sie gehört."),
        Field("belongs_to_body", Flag(), "`false`, wenn sie zu einer anderen Behörde oder Körperschaft gehört."),
        Field("is_collective", Flag(), "`true`, wenn der Eintrag für viele gleichartige Stellen steht.", default=False),
        _ALIASES,
        _NOTE,
        _SOURCE,
        _ENDED,
    ),
)

NAME: Final = Entry(
    "ein weiterer Name",
    entries.NameEntry,
    (
        Field("name", Text(is_name=True), "Der Name.", is_required=True),
        Field("kind", Choice(vocabulary.NAME_KINDS), "Art des Namens; ohne Angabe `alias`.", default="alias"),
        _SHORT,
        Field("starts_on", _DAY, "Erster Tag, an dem der Name galt."),
        Field("ends_on", _DAY, "Letzter Tag, an dem der Name galt."),
        _NOTE,
    ),
)

FORMER_PARENT: Final = Entry(
    "eine frühere Zuordnung",
    entries.FormerParentEntry,
    (
        Field("parent", Key("committees"), "Gremium, unter dem dieses stand; ohne Angabe stand es unter keinem."),
        Field("starts_on", _DAY, "Erster Tag."),
        Field("ends_on", _DAY, "Letzter Tag.", is_required=True),
        Field("reason", Text(), "Anlass der Änderung."),
    ),
)

CHAIR: Final = Entry(
    "der Vorsitz",
    entries.ChairEntry,
    (
        Field("function", Text(is_name=True), "Funktion, die den Vorsitz hat; kein Personenname."),
        Field("organisation", Key("organisations"), "Organisation, der die Funktion angehört."),
        Field("seat", Key("seats"), "Sitz, zu dem der Vorsitz gehört; ohne Angabe ein Vorsitz ohne Sitz."),
    ),
)

OFFICE: Final = Entry(
    "die Geschäftsführung",
    entries.OfficeEntry,
    (
        Field("function", Text(is_name=True), "Funktion oder Stelle, die die Geschäfte führt."),
        Field("organisation", Key("organisations"), "Organisation, die die Geschäfte führt."),
    ),
)

CADENCE: Final = Entry(
    "der Turnus",
    entries.CadenceEntry,
    (
        Field("text", Text(), "Der Turnus im Wortlaut, z. B. „zweimal im Jahr“."),
        Field("interval", Choice(vocabulary.INTERVALS), "Der Turnus, mit dem „fällig“ gerechnet wird."),
        Field("is_as_needed", Flag(), "Ob das Gremium (auch) nach Bedarf tagt."),
    ),
)

FOUNDING: Final = Entry(
    "die Gründung",
    entries.FoundingEntry,
    (
        Field("date", DateText(), "Tag, Monat oder Jahr der Gründung."),
        Field("event", Text(), "Ereignis, z. B. „konstituierende Sitzung“."),
    ),
)

RULES_OF_PROCEDURE: Final = Entry(
    "die Geschäftsordnung",
    entries.ProcedureEntry,
    (
        Field("exists", Flag(), "Ob es eine Geschäftsordnung gibt."),
        Field("adopted_on", DateText(), "Tag, Monat oder Jahr des Beschlusses."),
        _NOTE,
    ),
)

MAX_SIZE: Final = Entry(
    "die Höchstgröße",
    entries.MaximumEntry,
    (
        Field("persons", Number(1, 10_000), "Höchstens so viele Personen.", is_required=True),
        Field("is_approximate", Flag(), "`true`, wenn die Zahl ungefähr gemeint ist."),
    ),
)

RULE: Final = Entry(
    "eine Regel zur Besetzung",
    entries.RuleEntry,
    (
        Field("key", Key(), "Kürzel, eindeutig im Gremium.", is_required=True),
        Field("text", Text(), "Die Regel in Worten.", is_required=True),
        Field(
            "function_contains",
            Text(),
            "Wort, das in der Funktion vorkommen muss, z. B. „Bürgermeister“.",
            is_required=True,
        ),
        Field("minimum", Number(1, 1_000), "Wie viele Personen mindestens; ohne Angabe eine.", default=1),
        _SOURCE,
    ),
)

REPRESENTS: Final = Entry(
    "die Vertretung",
    entries.RepresentsEntry,
    (
        Field("mode", Choice(vocabulary.REPRESENTS_MODES), "Wie der Sitz für andere spricht."),
        Field("scope", Text(), "Für wen, in Worten."),
        Field("count", Number(1, 10_000), "Für wie viele Stellen; ohne Angabe ist die Zahl offen."),
        Field(
            "organisations", ListOf(Key("organisations"), is_set=True), "Die Kommunen und Organisationen im Einzelnen."
        ),
    ),
)

SEAT: Final = Entry(
    "ein Sitz",
    entries.SeatEntry,
    (
        Field("key", Key(), "Kürzel, eindeutig im Gremium.", is_required=True),
        Field("group", Text(), "Überschrift, unter der der Sitz in der Liste steht."),
        Field("function", Text(is_name=True), "Funktion; kein Personenname.", is_required=True),
        Field(
            "organisations",
            ListOf(Key("organisations"), is_set=True),
            "Kommunen und Organisationen, denen der Sitz gehört.",
        ),
        Field(
            "count",
            Number(1, 10_000, word="open"),
            "Zahl der Personen oder `open`, wenn sie offen ist.",
            is_required=True,
        ),
        Field(
            "participation",
            Choice(vocabulary.PARTICIPATIONS),
            "Art der Teilnahme; ohne Angabe `standing`.",
            default="standing",
        ),
        Field("is_voting", Flag(), "Ob der Sitz stimmberechtigt ist; ohne Angabe „nicht angegeben“."),
        Field("represents", REPRESENTS, "Für wen der Sitz spricht."),
        Field("alternatives", _NAMES, "Funktionen, von denen eine genügt."),
        Field("nested_under", Key("seats"), "Sitz, unter dem dieser Sitz steht."),
        Field("is_example", Flag(), "`true`, wenn die Quelle den Sitz nur als Beispiel nennt.", default=False),
        _NOTE,
        Field("starts_on", _DAY, "Erster Tag des Sitzes; ohne Angabe von Anfang an."),
        Field("ends_on", _DAY, "Letzter Tag des Sitzes; ohne Angabe bis auf Weiteres."),
    ),
)

COMMITTEE: Final = Entry(
    "ein Gremium",
    entries.CommitteeEntry,
    (
        Field("key", Key(), "Kürzel, eindeutig unter den Gremien.", is_required=True),
        Field("name", Text(is_name=True), "Name des Gremiums.", is_required=True),
        Field("short_name", Text(is_name=True), "Kurzname; er steht in den Nummern der Beschlüsse."),
        Field("other_names", ListOf(NAME), "Andere Schreibweisen, frühere Namen und Vorgänger."),
        Field("kind", Choice(vocabulary.COMMITTEE_KINDS), "Art des Gremiums.", is_required=True),
        Field("level", Choice(vocabulary.LEVELS), "Ebene."),
        Field("status", Choice(vocabulary.STATUSES), "Status.", is_required=True),
        Field("is_kim", Flag(), "`true` für KIM-Gremien, `false` für Netzwerkgremien.", is_required=True),
        Field("is_highest", Flag(), "`true` für das höchste KIM-Gremium; höchstens einmal.", default=False),
        Field("parent", Key("committees"), "Gremium, unter dem dieses steht."),
        Field("parent_since", _DAY, "Seit wann es dort steht; ohne Angabe von Anfang an."),
        Field("parent_reason", Text(), "Warum es dort steht."),
        Field("former_parents", ListOf(FORMER_PARENT), "Frühere Zuordnungen."),
        Field("merged_into", Key("committees"), "Gremium, in dem dieses aufging."),
        _ENDED,
        Field("purpose", Text(), "Zweck."),
        Field("network_relation", Text(), "Bei Netzwerkgremien: die Beziehung zu KIM."),
        Field("opening_reason", Text(), "Anlass der Einrichtung."),
        Field("chair", CHAIR, "Vorsitz."),
        Field("office", OFFICE, "Geschäftsführung."),
        Field("preparation", Text(), "Wer die Sitzungen vorbereitet."),
        Field("invitation", Text(), "Wer einlädt."),
        Field("moderation", Text(), "Wer moderiert."),
        Field("minute_taking", Text(), "Wer das Protokoll führt."),
        Field("cadence", CADENCE, "Turnus."),
        Field("founded", FOUNDING, "Gründung."),
        Field("rules_of_procedure", RULES_OF_PROCEDURE, "Geschäftsordnung."),
        Field("procedure", ListOf(PROCEDURE_RULE), "Einzelne Regeln der Geschäftsordnung."),
        Field("max_size", MAX_SIZE, "Höchstgröße."),
        Field("meetings_public", Flag(), "`true`, wenn neue Sitzungen öffentlich sind.", default=False),
        Field("tasks", _TEXTS, "Aufgaben."),
        Field("competences", _TEXTS, "Was das Gremium entscheidet."),
        Field("composition_rule", Text(), "Wie das Gremium zusammengesetzt wird, in Worten."),
        Field("rules", ListOf(RULE), "Regeln zur Besetzung, die geprüft werden."),
        Field("guests_rule", Text(), "Regel für Gäste."),
        Field("unresolved_rule", Text(), "Was mit nicht Geklärtem geschieht."),
        Field("minutes_content", _TEXTS, "Was das Protokoll festhält."),
        Field(
            "groups",
            _NAMES,
            "Überschriften der Sitzliste; nur nötig, wenn ihre Reihenfolge von der der Sitze abweicht.",
        ),
        Field("seats", ListOf(SEAT), "Sitze in der Reihenfolge der Liste."),
        _NOTE,
        _SOURCE,
    ),
)

STRUCTURE: Final = Entry(
    "die Struktur",
    entries.Structure,
    (
        Field(
            "schema_version",
            Number(SCHEMA_VERSION, SCHEMA_VERSION),
            "Fassung dieses Formats, zurzeit `1`.",
            is_required=True,
        ),
        Field("body", BODY, "Der Kreis oder die kreisfreie Stadt.", is_required=True),
        Field("municipalities", ListOf(MUNICIPALITY), "Die kreisangehörigen Kommunen."),
        Field("organisations", ListOf(ORGANISATION), "Die Organisationen."),
        Field("committees", ListOf(COMMITTEE), "Die Gremien."),
        Field("concepts", ListOf(CONCEPT), "Die Konzepte mit der Geschichte ihrer Fassungen; ohne Angabe bleiben sie, "
              "wie sie sind."),
    ),
)  # fmt: skip
