"""What differs between the counties in the demo: addresses, who is meant by a word, which committees meet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from govern.committees import structure

FILES = Path(structure.__file__).parent / "counties"


@dataclass(frozen=True, kw_only=True)
class County:
    """One county of the demo. Organisations, committees and seats are named by their keys in its structure file."""

    key: str
    name: str
    domain: str
    house: str
    """What the building with the meeting rooms is called."""
    organisations: Mapping[str, str]
    """Word of the example year → organisation, e.g. `youth` → the Jugendamt."""
    circles: tuple[str, str]
    """Two further committees that meet."""
    member_seat: str
    """The seat in the highest committee whose holder has an account."""
    deputy_seat: str
    """The seat whose deputy has an account."""
    deputy_seats: tuple[str, ...]
    """Further seats with a named deputy."""
    vacant_seats: tuple[str, ...] = ()
    organisation_account: str
    """Address of the account that acts for the first addressee (`m1`)."""

    @property
    def file(self) -> Path:
        """The structure file."""
        return FILES / f"{self.key}.yaml"


COUNTIES = {
    county.key: county
    for county in (
        County(
            key="dueren",
            name="Kreis Düren",
            domain="kreis-dueren.example",
            house="Kreishaus",
            organisations={
                "ki": "ki",
                "youth": "amt_jugend",
                "language": "vhs_rureifel",
                "jobs": "job_com",
                "social": "sozialamt",
                "welfare": "caritas_dueren_juelich",
                "m1": "stadt_juelich",
                "m2": "stadt_dueren",
                "m3": "niederzier",
            },
            circles=("ak_migration", "ak_frauen"),
            member_seat="amt_jugend",
            deputy_seat="caritas",
            deputy_seats=("job_com", "abh", "ev_gemeinde", "bamf"),
            organisation_account="integration@stadt-juelich.example",
        ),
        County(
            key="neuss",
            name="Rhein-Kreis Neuss",
            domain="rhein-kreis-neuss.example",
            house="Kreishaus",
            organisations={
                "ki": "ki",
                "youth": "jugendamt_kreis",
                "language": "vhs",
                "jobs": "jobcenter",
                "social": "sozialamt",
                "welfare": "wohlfahrtsverbaende",
                "m1": "dormagen",
                "m2": "grevenbroich",
                "m3": "juechen",
            },
            circles=("austausch_cm", "ak_wohlfahrt"),
            member_seat="dezernat_schule_jugend",
            deputy_seat="jobcenter",
            deputy_seats=("arbeitsagentur", "bamf", "wohlfahrt"),
            vacant_seats=("wirtschaft",),
            organisation_account="integration@stadt-dormagen.example",
        ),
        County(
            key="euskirchen",
            name="Kreis Euskirchen",
            domain="kreis-euskirchen.example",
            house="Kreishaus",
            organisations={
                "ki": "ki",
                "youth": "abt51",
                "language": "kbz",
                "jobs": "jobcenter",
                "social": "sozialamt",
                "welfare": "caritas_euskirchen",
                "m1": "mechernich",
                "m2": "stadt_euskirchen",
                "m3": "hellenthal",
            },
            circles=("ag_wohnen", "ak_antidiskriminierung"),
            member_seat="abt51",
            deputy_seat="caritas_eifel",
            deputy_seats=("jobcenter", "abt32", "drk"),
            organisation_account="integration@stadt-mechernich.example",
        ),
        County(
            key="aachen",
            name="Stadt Aachen",
            domain="stadt-aachen.example",
            house="Verwaltungsgebäude",
            organisations={
                "ki": "ki",
                "youth": "fb_kinder",
                "language": "sprachkurstraeger",
                "jobs": "jobcenter",
                "social": "fb56",
                "welfare": "caritas",
                "m1": "abh_ebh",
                "m2": "jobcenter",
                "m3": "fb_kinder",
            },
            circles=("kim_beraterteam", "kooperationstreffen_kbm"),
            member_seat="arbeitsplattform",
            deputy_seat="jobcenter",
            deputy_seats=("ki_staedteregion", "integrationsrat"),
            organisation_account="integration@staedteregion-aachen.example",
        ),
        County(
            key="paderborn",
            name="Kreis Paderborn",
            domain="kreis-paderborn.example",
            house="Kreishaus",
            organisations={
                "ki": "ki",
                "youth": "jugendamt_kreis",
                "language": "bildungsbuero",
                "jobs": "jobcenter",
                "social": "sozialamt",
                "welfare": "wohlfahrtsverbaende",
                "m1": "stadt_paderborn",
                "m2": "koordinierung_flucht",
                "m3": "jugendamt_stadt",
            },
            circles=("austausch_regionalteams", "austausch_abh"),
            member_seat="gesundheitsamt",
            deputy_seat="jobcenter",
            deputy_seats=("jugendamt", "schulaufsicht", "sozialamt"),
            organisation_account="integration@stadt-paderborn.example",
        ),
    )
}
"""The five counties whose structure files ship with the product."""
