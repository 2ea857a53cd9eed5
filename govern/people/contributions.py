"""What higher packages add to the pages of organisations and persons: lists that `govern.app` fills, one line each."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from govern.people.models import Organisation, Person, User
from govern.web import Section

organisation_sections: list[Callable[[User, int], Section | None]] = []
"""Sections on the page of an organisation (by its id): who speaks for it, its seats, its work orders."""

person_sections: list[Callable[[User, Person], Section | None]] = []
"""Sections on the page of a person: seats and mandates. They obey the user's rights."""

before_ending_organisation: list[Callable[[Organisation], list[str]]] = []
"""German sentences on what still hangs on an organisation that is about to end, e.g. its seats; shown as a hint."""

when_person_left: list[Callable[[Person, date, User], None]] = []
"""Called in the transaction in which a person leaves on a day: ends the mandates and offices of that person."""
