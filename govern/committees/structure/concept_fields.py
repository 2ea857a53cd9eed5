"""The fields of concepts and of their versions in a structure file."""

from __future__ import annotations

from typing import Final

from govern.committees.structure import entries, vocabulary
from govern.committees.structure.shapes import Choice, DateText, Entry, Field, Flag, Key, ListOf, Text

_NOTE: Final = Field("note", Text(), "Anmerkung.")

SENDING: Final = Entry(
    "ein Versand",
    entries.SendingEntry,
    (
        Field("recipient", Text(is_name=True), "Stelle des Landes, an die die Fassung ging.", is_required=True),
        Field("sent_on", DateText(), "Tag, Monat oder Jahr des Versands; ohne Angabe nicht bekannt."),
        _NOTE,
    ),
)

VERSION: Final = Entry(
    "eine Fassung",
    entries.VersionEntry,
    (
        Field("key", Key(), "Kürzel, eindeutig unter den Fassungen des Konzepts.", is_required=True),
        Field("label", Text(), "Wie die Fassung heißt, z. B. „Fortschreibung Januar 2025“.", is_required=True),
        Field("status_date", DateText(), "Stand, auf Tag, Monat oder Jahr; ohne Angabe undatiert."),
        Field("state", Choice(vocabulary.VERSION_STATES), "Was von ihrer Geltung bekannt ist; ohne Angabe "
              "`not_stated`.", default="not_stated"),
        Field("adopted_committee", Key("committees"), "Gremium, das sie beschlossen hat."),
        Field("adopted_by", Text(), "Wer sie beschlossen hat, in Worten, wenn es kein Gremium der Datei ist."),
        Field("adopted_on", DateText(), "Tag, Monat oder Jahr des Beschlusses."),
        Field("result", Choice(vocabulary.ADOPTION_RESULTS), "Wie beschlossen wurde."),
        Field("proviso", Text(), "Vorbehalt, unter dem beschlossen wurde."),
        Field("in_force_from", DateText(), "Seit wann sie gilt, wenn das angegeben ist."),
        Field("ended_on", DateText(), "Ab wann sie nicht mehr galt, wenn das angegeben ist."),
        Field("sendings", ListOf(SENDING), "An welche Stellen des Landes sie ging."),
        _NOTE,
        Field("source", Text(), "Fundstelle, z. B. „Abschnitt 2.3.2“."),
    ),
)  # fmt: skip

CONCEPT: Final = Entry(
    "ein Konzept",
    entries.ConceptEntry,
    (
        Field("key", Key(), "Kürzel, eindeutig unter den Konzepten.", is_required=True),
        Field("title", Text(), "Titel des Konzepts.", is_required=True),
        Field("kind", Choice(vocabulary.CONCEPT_KINDS), "Art des Konzepts.", is_required=True),
        Field("responsible", Key("organisations"), "Stelle, die es fortschreibt."),
        Field("responsible_words", Text(), "Dieselbe in den Worten der Quelle, z. B. „Koordinierungsstelle 1“."),
        Field("revision_rule", Text(), "Wann und wie es fortgeschrieben wird."),
        Field("bases", ListOf(Text(), is_set=True), "Papiere des Landes, auf denen es beruht."),
        Field("committees", ListOf(Key("committees"), is_set=True), "Gremien, unter denen es abgelegt ist; ohne "
              "Angabe bleibt die Ablage, wie sie ist."),
        Field("lead_committee", Key("committees"), "Dasjenige von ihnen, das verantwortlich ist."),
        Field("is_confidential", Flag(), "`true`, wenn es nicht öffentlich ist; ohne Angabe bleibt es, wie es ist."),
        Field("merged_into", Key("concepts"), "Konzept, in dem dieses aufging."),
        Field("ended_on", DateText(is_day=True), "Tag, an dem der Eintrag endete."),
        Field("versions", ListOf(VERSION), "Die Fassungen, die älteste zuerst."),
        _NOTE,
    ),
)  # fmt: skip
