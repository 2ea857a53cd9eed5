"""The product keeps no cases: nothing it stores of gaps, matters and effect describes a single person (E-36)."""

from __future__ import annotations

import pytest

from govern.actions import models
from govern.db import Base

OF_A_PERSON = {
    "name", "first_name", "last_name", "given_name", "family_name", "birth_date", "born_on", "birthday", "age", "sex",
    "gender", "nationality", "origin", "residence_status", "azr_number", "file_number", "case_number", "case_id",
    "client_id", "address", "street", "phone", "diagnosis", "children", "iban", "language",
}  # fmt: skip
OF_GAPS = ["gap_report", "report_text", "report_release", "report_event", "matter", "matter_event", "evaluation",
           "evaluation_answer", "evaluation_result", "author_feedback", "municipal_report",
           "project", "project_report"]  # fmt: skip
LINKS = {"user", "organisation", "body", "committee", "matter", "topic", "gap_report", "evaluation", "resolution",
         "evaluation_request", "work_order", "project", "project_report_day", "agenda_item"}  # fmt: skip
"""What a row about gaps may point to: accounts that act, institutions, other things of the chain; never a person."""


@pytest.mark.proves("E-36", "D-35")
@pytest.mark.parametrize("name", OF_GAPS)
def test_no_row_about_gaps_describes_or_points_to_a_person(name: str) -> None:
    table = Base.metadata.tables[name]
    assert {column.name for column in table.columns} & OF_A_PERSON == set()
    pointed = {key.column.table.name for column in table.columns for key in column.foreign_keys}
    assert not {"person", "person_function", "mandate"} & pointed
    assert pointed <= LINKS | {"route", "route_step"}, pointed


@pytest.mark.proves("E-36")
def test_every_table_of_gaps_is_looked_at() -> None:
    """A new table whose texts somebody writes about gaps has to be named above."""
    written = {
        mapper.local_table.name  # type: ignore[attr-defined]
        for mapper in Base.registry.mappers
        if mapper.class_.__module__.startswith(models.__name__)
        and mapper.class_.__module__.rsplit(".", 1)[-1]
        in ("gap_reports", "matters", "evaluations", "feedback", "projects")
        and any(column.name in ("text", "headline", "summary", "reason") for column in mapper.local_table.columns)
    }
    assert written <= {*OF_GAPS, "evaluation_event"}
