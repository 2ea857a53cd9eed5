"""What templates write is escaped once and only once; what columns hold is read as what it is."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum

import pytest
import sqlalchemy as sa
from flask import Flask
from markupsafe import Markup

from govern.db import UtcDateTime, db, text_enum
from govern.web import written

TAGS = "<b>\"A\" & 'B'</b>"
HTML = Markup("<b>\"A\" & 'B'</b>")
ESCAPED = "&lt;b&gt;&#34;A&#34; &amp; &#39;B&#39;&lt;/b&gt;"


class Signal(StrEnum):
    RED = "red & hot"


class Name(str):
    """A text of a kind of its own."""


class Drawing:
    def __html__(self) -> str:
        return "<svg></svg>"


@pytest.mark.parametrize(
    ("value", "expected"),
    [(TAGS, ESCAPED), (Name(TAGS), ESCAPED), (HTML, TAGS), (Drawing(), "<svg></svg>"), (17, "17"),
     (True, "True"), (None, "None"), (Signal.RED, "red &amp; hot")],
)  # fmt: skip
def test_values_are_escaped_unless_they_are_html(value: object, expected: str) -> None:
    assert written(value) == expected


def test_macros_blocks_and_loops_escape_once(app: Flask) -> None:
    template = app.jinja_env.from_string(
        "{% macro cell(text) %}<i>{{ text }}</i>{% endmacro %}{% set kept %}{{ cell(text) }}{{ text }}{% endset %}"
        "{% for word in [text] %}{{ word }}|{{ cell(word) }}|{{ kept }}|{{ word ~ cell(word) }}{% endfor %}"
    )
    assert template.render(text="<&>") == (
        "&lt;&amp;&gt;|<i>&lt;&amp;&gt;</i>|<i>&lt;&amp;&gt;</i>&lt;&amp;&gt;|&lt;&amp;&gt;<i>&lt;&amp;&gt;</i>"
    )


def test_moments_and_states_are_read_as_what_they_are(app: Flask) -> None:
    at = datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    state = text_enum(Signal)
    read = db.session.execute(
        sa.select(
            sa.literal(at, UtcDateTime), sa.null().cast(UtcDateTime), sa.type_coerce(sa.literal("red & hot"), state),
            sa.type_coerce(sa.null(), state),
        )
    ).one()  # fmt: skip
    assert tuple(read) == (at, None, Signal.RED, None)
    assert read[0].tzinfo is UTC
    assert read[2] is Signal.RED
    with pytest.raises(LookupError):
        db.session.execute(sa.select(sa.type_coerce(sa.literal("blue"), state))).all()
