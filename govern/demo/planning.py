"""What the demo plans with: a service chain, needs analyses of some municipalities, figures of target groups."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import yaml

from govern.actions.models import ChainPlace, FindingSort, LocalBodyRegistration
from govern.actions.queries.service_chains import organisation_names
from govern.actions.services import needs_analyses, service_chains
from govern.actions.services.gap_reports import Confirmation
from govern.actions.services.service_chains import Description, Interface, Station
from govern.committees.models import CommitteeKind
from govern.db import db
from govern.demo.meetings import Surroundings
from govern.demo.texts import Text
from govern.formats import today
from govern.overview.exports.target_groups_xlsx import template_csv
from govern.overview.queries.target_groups import list_choices
from govern.overview.services import target_groups
from govern.people.models import Organisation, User

FILE = Path(__file__).with_name("planning.yaml")


def make_planning(around: Surroundings, accounts: Mapping[str, User]) -> None:
    """Everything that `planning.yaml` describes."""
    data: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    by = accounts["coordinator"]
    directory = organisation_names(by)
    towns = sorted({o.id: o for o in directory.values() if o.is_municipality}.values(), key=lambda o: o.sort_name)
    for text, town in zip(data["analyses"], towns, strict=False):
        _write_analyses(text, town, around.today, by)
    for text in data["chains"]:
        service_chains.describe_chain(
            _description(text, list(directory.values())), directory,
            confirmation=Confirmation(known=[o.name for o in directory.values()]), by=by,
        )  # fmt: skip
    _count_target_groups(data["target_groups"], around.today, by)
    town = around.organisations["m1"]
    if town.is_municipality:
        db.session.add(_registration(data["local_body"], town))
    db.session.flush()


def _registration(text: Text, town: Organisation) -> LocalBodyRegistration:
    """A municipality has registered its local body; the coordination has not decided yet."""
    return LocalBodyRegistration(
        municipality=town, name=f"{text['name']} {town.short_name or town.name}", kind=CommitteeKind.ROUND_TABLE,
        is_existing=True, purpose=text["purpose"], members=text["members"], chair_function=text["chair"],
        cadence=text["cadence"], since=text["since"], function=town.name,
    )  # fmt: skip


def _count_target_groups(text: Text, day: date, by: User) -> None:
    """Two years, brought as a table each; the first is released for everybody."""
    _choices, towns, groups = list_choices(by.body)
    if not towns:
        return
    towns = sorted(towns, key=lambda town: not town[1].startswith("Stadt "))  # the larger ones first
    shown = [line for line in groups if line[0] in text["groups"]]
    last = min(day, today()).year - 1
    for year, factor in ((last - 1, 0.93), (last, 1)):
        known = {
            (town, group): int(amount * factor)
            for group, amounts in text["groups"].items() for (town, _words), amount in zip(towns, amounts, strict=False)
            if amount is not None
        }  # fmt: skip
        told = target_groups.Told(year=year, as_of=date(year, 12, 31), source=text["source"],
                                  file_name=f"zielgruppen-{year}.csv")  # fmt: skip
        target_groups.take_over_table(by.body, template_csv(towns, shown, known), told, based_on=0, by=by)
    target_groups.release_year(by.body, last - 1, seen=1, by=by)


def _write_analyses(text: Text, town: Organisation, day: date, by: User) -> None:
    """Two versions, half a year apart: the second has what came since."""
    for version, months in enumerate((8, 1)):
        lines = [
            needs_analyses.Line(sort=FindingSort(line["sort"]), action_field=line["field"], text=line["text"],
                                target_group=line.get("group"), provider=line.get("provider", ""))
            for line in text["lines"] if line.get("since", 0) <= version
        ]  # fmt: skip
        wanted = needs_analyses.Analysis(
            as_of=min(day, today()) - timedelta(days=30 * months), lines=lines, sources=text["sources"],
            summary=" ".join(text["summary"].split()),
        )  # fmt: skip
        needs_analyses.write_analysis(
            town, wanted, confirmation=Confirmation(known=[town.name]), version=version, by=by
        )


def _description(text: Text, organisations: list[Organisation]) -> Description:
    stations = [
        Station(number=number, name=s["name"], text=s["text"], place=ChainPlace(s["place"]),
                organisations=_responsible(s["kinds"], organisations))
        for number, s in enumerate(text["stations"], 1)
    ]  # fmt: skip
    interfaces = [
        Interface(start=i["from"], end=i["to"], text=i["text"], place=ChainPlace(i.get("place", "handover")))
        for i in text["interfaces"]
    ]
    return Description(name=text["name"], purpose=" ".join(text["purpose"].split()), action_field=text["field"],
                       stations=stations, interfaces=interfaces)  # fmt: skip


def _responsible(kinds: list[str], organisations: list[Organisation]) -> list[str]:
    """The first institution of each kind the county has."""
    found = (min((o for o in organisations if o.kind == kind), key=lambda o: o.id, default=None) for kind in kinds)
    return [organisation.name for organisation in found if organisation is not None]
