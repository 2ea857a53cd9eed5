"""What higher packages add to a committee's page: a list that `govern.app` fills, one visible line each."""

from __future__ import annotations

from collections.abc import Callable

from govern.committees.models import Committee
from govern.people.models import User
from govern.web import Section

committee_sections: list[Callable[[User, Committee], Section | None]] = []
"""Sections below the committee's own facts (meetings, documents, work orders), in order; obey the user's rights."""

organisation_sections: list[Callable[[User, int], Section | None]] = []
"""Sections on the page of an organisation (by its id): seats, who speaks for it, its work orders."""
