"""How things read in German: dates, sizes, safe Markdown; the Jinja filters."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo

import markdown
import nh3
from flask import Flask
from jinja2.utils import urlize
from markupsafe import Markup, escape
from wtforms.widgets.core import clean_key

from govern import search
from govern.db import More

BERLIN = ZoneInfo("Europe/Berlin")
MONTHS = ("Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November",
          "Dezember")  # fmt: skip
WEEKDAYS = ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag")
DASH = "–"


def local(moment: datetime) -> datetime:
    """``moment`` as the clock in Berlin shows it."""
    return moment.astimezone(BERLIN)


_SAME_DAY_BEFORE = 21
"""Before this hour UTC it is the same day in Berlin, in winter and every summer there was."""


def local_day(moment: datetime) -> date:
    """The date in Berlin at ``moment``."""
    if moment.tzinfo is UTC and moment.hour < _SAME_DAY_BEFORE:
        return moment.date()  # a page of figures asks for thousands
    return moment.astimezone(BERLIN).date()


def today() -> date:
    """The date in Berlin."""
    return datetime.now(BERLIN).date()


def at(day: date, clock: time) -> datetime:
    """The moment (UTC) at which clocks in Berlin show ``clock`` on ``day``."""
    return datetime.combine(day, clock, BERLIN).astimezone(UTC)


def _day(value: date | datetime) -> date:
    return local(value).date() if isinstance(value, datetime) else value


def date_text(value: date | datetime | None) -> str:
    """„26. Mai 2026"."""
    if value is None:
        return DASH
    day = _day(value)
    return f"{day.day}. {MONTHS[day.month - 1]} {day.year}"


def date_short(value: date | datetime | None) -> str:
    """„Di., 26. Mai 2026"."""
    return DASH if value is None else f"{WEEKDAYS[_day(value).weekday()][:2]}., {date_text(value)}"


def date_numeric(value: date | datetime | None) -> str:
    """„26.05.2026", for tables."""
    return DASH if value is None else _day(value).strftime("%d.%m.%Y")


def clock_time(value: datetime | time | None) -> str:
    """„14:00" in Berlin."""
    if value is None:
        return DASH
    return (local(value) if isinstance(value, datetime) else value).strftime("%H:%M")


def datetime_short(value: datetime | None) -> str:
    """„Di., 26. Mai 2026, 14:00"."""
    return DASH if value is None else f"{date_short(value)}, {clock_time(value)}"


def timespan(start: datetime, end: datetime) -> str:
    """„Di., 26. Mai 2026, 14:00–16:30"; with the second date when it ends on another day."""
    last = clock_time(end) if _day(start) == _day(end) else datetime_short(end)
    return f"{datetime_short(start)}–{last}"


def partial_date(value: str | None) -> str:
    """„26. Mai 2026", „Mai 2026" or „2026" from an ISO date to the day, month or year."""
    if not value:
        return "nicht angegeben"
    parts = [int(p) for p in value.split("-")]
    if len(parts) == 3:
        return date_text(date(*parts))
    return f"{MONTHS[parts[1] - 1]} {parts[0]}" if len(parts) == 2 else str(parts[0])


def parse_partial_date(text: str) -> str:
    """Read „2021", „03.2021", „März 2021", „17.03.2021" or ISO as ISO of the same precision.

    Raises ValueError when it is none of them or the day does not exist.
    """
    text = text.strip()
    if re.fullmatch(r"\d{4}", text):
        return f"{date(int(text), 1, 1).year:04}"
    if match := re.fullmatch(r"(\d{4})-(\d{1,2})(?:-(\d{1,2}))?", text):
        year, month, day = match.group(1), match.group(2), match.group(3)
    elif match := re.fullmatch(r"(?:(\d{1,2})\.\s*)?(\d{1,2})\.\s*(\d{4})", text):
        day, month, year = match.group(1), match.group(2), match.group(3)
    elif match := re.fullmatch(r"(?:(\d{1,2})\.\s*)?([A-Za-zäÄ]+)\s+(\d{4})", text):
        day, year = match.group(1), match.group(3)
        names = [m.lower() for m in MONTHS]
        month = str(names.index(match.group(2).lower()) + 1)
    else:
        raise ValueError(text)
    first = date(int(year), int(month), int(day or 1))
    return first.isoformat() if day else first.isoformat()[:7]


def minutes_text(value: int | None) -> str:
    """„5 min", „2 h 05 min"."""
    if value is None:
        return DASH
    hours, minutes = divmod(value, 60)
    return f"{hours} h {minutes:02d} min" if hours else f"{minutes} min"


def file_size(value: int) -> str:
    """„340 KB", „1,2 MB"."""
    if value < 1_000_000:
        return f"{max(1, round(value / 1000))} KB"
    return f"{value / 1_000_000:.1f}".replace(".", ",") + " MB"


def number(value: int | float | None) -> str:
    """German thousands: „1.234"; „mehr als 1.000" where counting stopped."""
    if isinstance(value, More):
        return f"mehr als {number(value // 100 * 100)}"
    if type(value) is int and -1_000 < value < 1_000:
        return str(value)  # most are
    return DASH if value is None else f"{value:,}".replace(",", "\N{NO-BREAK SPACE}").replace(".", ",").replace(
        "\N{NO-BREAK SPACE}", ".")  # fmt: skip


def count(value: int, one: str, many: str) -> str:
    """„1 Sitz", „2 Sitze", „mehr als 1.000 Sitze"."""
    return f"{number(value)} {one if value == 1 else many}"


def relative_day(value: date | datetime | None, *, reference: date | None = None) -> str:
    """„heute", „morgen", „in 4 Tagen", „seit 9 Tagen" (past)."""
    if value is None:
        return DASH
    days = (_day(value) - (reference or today())).days
    if days == 0:
        return "heute"
    if days == 1:
        return "morgen"
    if days == -1:
        return "seit gestern"
    return f"in {days} Tagen" if days > 0 else f"seit {-days} Tagen"


TAGS = {"p", "br", "strong", "em", "ul", "ol", "li", "h3", "h4", "h5", "h6", "blockquote", "code", "pre", "a", "table",
        "thead", "tbody", "tr", "th", "td", "hr", "del", "sup", "sub"}  # fmt: skip


_IMAGE = re.compile(r'<img (?:alt="([^"<>]*)"|[^<>"]|"[^"<>]*")*+>')
"""Pictures are not kept; their words are."""


@lru_cache(maxsize=2048)
def markdown_html(text: str) -> Markup:
    """Markdown as safe HTML: the one place where people's text becomes markup. Headings start at h3.

    Text that would keep the parser busy for minutes, or deeper than it can go, is shown as it was typed.
    """
    if _is_tangled(text):
        return Markup("<p>{}</p>").format(Markup("<br>\n").join(text.splitlines()))
    html = markdown.markdown(text, extensions=["tables", "sane_lists", "nl2br"], output_format="html")
    html = _IMAGE.sub(lambda m: f"(Abbildung: {m[1]})" if m[1] else "(Abbildung)", html)
    html = re.sub(r"<(/?)h([1-6])>", lambda m: f"<{m.group(1)}h{min(6, int(m.group(2)) + 2)}>", html)
    return Markup(  # noqa: S704 - sanitised on this line
        nh3.clean(html, tags=TAGS, attributes={"a": {"href"}, "th": {"scope"}}, url_schemes={"http", "https", "mailto"},
                  link_rel="noopener noreferrer")
    )  # fmt: skip


REFERENCE = re.compile(r"\[\[abschnitt:([a-z0-9-]{1,40})\]\]")
"""A reference to a section of a concept by its key: it survives renumbering."""
TAG = r"<(?:[^<>\"]|\"[^\"]*\")*+>"
"""A tag of sanitised HTML."""
_TAG_OR_REFERENCE = re.compile(TAG + r"|\[\[abschnitt:(?P<key>[a-z0-9-]{1,40})\]\]")


_PICTURE = re.compile(
    r'<img src="bild:(?P<key>[a-z0-9-]{1,40})" alt="(?P<alt>[^"]*)"(?: width="(?P<width>\d{1,3})%")?>'
)
_TEXT_WIDTH = 736
"""CSS pixels: how wide a text is on a large screen (`.prose`); a smaller one shows pictures as wide as it can."""


def with_references(
    html: str, titles: Mapping[str, str] | None = None, address: str = "", *, images: Mapping[str, str] | None = None
) -> Markup:
    """HTML of :func:`markdown_html` with every reference as a link that says number and heading of its section.

    Without ``titles`` references stay as they were typed. ``images`` holds the addresses of pictures by their key; of
    others stands the alternative text.
    """

    def link(found: re.Match[str]) -> str:
        key = found["key"]
        if picture := _PICTURE.fullmatch(found[0]):
            place = (images or {}).get(picture["key"])
            if place is None:
                return f"<em>(Abbildung: {picture['alt']})</em>" if picture["alt"] else "<em>(Abbildung)</em>"
            sized = f' width="{int(picture["width"]) * _TEXT_WIDTH // 100}"' if picture["width"] else ""
            return f'<img src="{escape(place)}" alt="{picture["alt"]}"{sized} loading="lazy">'
        if key is None or titles is None:  # a tag: what stands in its attributes is no text
            return found[0]
        if key not in titles:
            return "<em>(Abschnitt entfallen)</em>"
        return str(Markup('<a href="{0}?abschnitt={1}#a-{1}">{2}</a>').format(address, key, titles[key]))

    return Markup(_TAG_OR_REFERENCE.sub(link, html))  # noqa: S704 - sanitised before, links are escaped above


MARKS = re.compile(r"[ \t]*(?:(?:[-+*>]|\d{1,9}[.)])[ \t]*)+")
MARK = re.compile(r"[-+*>]|\d+[.)]")
PARAGRAPHS = re.compile(r"\r?\n\r?\n")
"""What separates paragraphs; browsers send line ends of two signs."""
EMPHASIS, MOST_EMPHASIS = "*_`", 4_000
"""Marks inside a line, and so many of them a paragraph may have."""


def _is_tangled(text: str) -> bool:
    # Time grows with the square of these, depth with the marks at the start of a line.
    if text.count("[") > 400 or text.count("<") > 800 or text.count("\n=") > 1_500:
        return True
    if any(sum(map(part.count, EMPHASIS)) > MOST_EMPHASIS for part in PARAGRAPHS.split(text)):
        return True
    starts = (found for line in text.splitlines() if (found := MARKS.match(line)) and found.end() < len(line))
    return any(len(MARK.findall(found.group())) > 12 for found in starts)


def one_line(text: str, length: int = 160) -> str:
    """The beginning of a Markdown text as one plain line."""
    plain = " ".join(re.sub(r"[#*_`>|\[\]]|\(https?:[^)]*\)", "", text).split())
    return plain if len(plain) <= length else plain[: length - 1].rsplit(" ", 1)[0] + " …"


_PROVISO = re.compile(r"unter\s+(?:dem\s+)?vorbehalt\b,?", re.IGNORECASE)


def proviso_words(text: str) -> tuple[str, str]:
    """How a proviso is introduced, and its words: „Unter Vorbehalt:“ stands before it unless it says so itself."""
    own = _PROVISO.match(text)
    if own is None:
        return "Unter Vorbehalt:", text
    return own.group()[0].upper() + own.group()[1:], text[own.end() :].strip()


def under_proviso(text: str, length: int | None = None) -> str:
    """A proviso within a sentence: „unter Vorbehalt: Zustimmung des Rates“, „unter Vorbehalt der Mittel“."""
    lead, words = proviso_words(text if length is None else one_line(text, length))
    return f"{lead[0].lower()}{lead[1:]} {words}".strip()


_OFFICIAL_NUMBER = re.compile(r"\b(?:\w+-)*[A-ZÄÖÜ]{1,4}-\d{4}-\d+\b")


_NUMBERED = re.compile(
    rf"{_OFFICIAL_NUMBER.pattern}|\b\d{{1,4}}\. [A-ZÄÖÜ][\w-]{{0,20}}(?![\w-])"
    r"|\b(?:Ausgabe|Beschluss|Fassung|Jahresbericht|Stand|TOP) \d[\d./]*\b"
)


def unbroken(text: str, *, with_word: bool = False) -> Markup:
    """Plain text whose official numbers („LG-B-2026-07“) each stay on one line; browsers break at hyphens.

    ``with_word`` keeps numbers beside what they count as well: „9. Sitzung“, „Fassung 3“.
    """
    if isinstance(text, Markup):
        return text
    numbers = _NUMBERED if with_word else _OFFICIAL_NUMBER
    return Markup(numbers.sub(r'<span class="nowrap">\g<0></span>', str(escape(text))))  # noqa: S704 - escaped


def unless_too_short(sentence: str, text: str) -> str:
    """What is said where nothing was found: ``sentence``, or what to type where ``text`` is too short to look for."""
    if not search.is_too_short(text):
        return sentence
    return "Einzelne Buchstaben genügen nicht. Bitte geben Sie mindestens zwei Buchstaben oder eine Zahl ein."


def address_text(address: str) -> Markup:
    """A mail address that breaks before its @, and within its host only where that alone is too long for a line."""
    name, at_sign, host = address.rpartition("@")
    return Markup('<span class="address">{}<wbr><span class="address__host">{}{}</span></span>').format(
        name, at_sign, host
    )


_MAY_BE_LINK = re.compile(r"://|www\.|@|mailto:|\.(?:com|net|int|edu|gov|org|info|mil)", re.IGNORECASE)


def with_links(text: str) -> Markup:
    """Plain text whose addresses are links, as `urlize` makes them; it need not look at every word of a mail."""
    lines = [
        urlize(line, rel="noopener") if _MAY_BE_LINK.search(line) else escape(line)
        for line in text.splitlines(keepends=True)
    ]
    return Markup("".join(lines))  # noqa: S704 - both escape


def attributes(values: Mapping[str, object]) -> Markup:
    """Further HTML attributes of a component: ``{"data_hx_post": "/x"}`` → ` data-hx-post="/x"`.

    True writes the bare name; False and None write nothing.
    """
    words = []
    for name, value in values.items():
        if value is None or value is False:
            continue
        plain = escape(name.strip("_").replace("_", "-"))
        words.append(f" {plain}" if value is True else f' {plain}="{escape(value)}"')
    return Markup("".join(words))  # noqa: S704 - every part is escaped above


def field_attributes(**values: object) -> Markup:
    """The attributes of a field as WTForms writes them, at a tenth of the cost: a page has dozens of fields."""
    words = []
    for name, value in sorted(values.items()):
        key = escape(clean_key(name))
        if value is True:
            words.append(str(key))
        elif value is not False:
            quoted = str(escape(value)).replace('"', "&quot;")
            words.append(f'{key}="{quoted}"')
    return Markup(" ".join(words))  # noqa: S704 - every part is escaped above


def init_app(app: Flask) -> None:
    """Make the formats known to the templates."""
    app.jinja_env.filters.update(
        date=date_text, date_short=date_short, date_numeric=date_numeric, time=clock_time,
        datetime_short=datetime_short, partial_date=partial_date, markdown=markdown_html, minutes=minutes_text,
        filesize=file_size, number=number, relative_day=relative_day, one_line=one_line,
        with_links=with_links, proviso_words=proviso_words, under_proviso=under_proviso, unbroken=unbroken,
        address=address_text, unless_too_short=unless_too_short,
    )  # fmt: skip
    app.jinja_env.globals.update(timespan=timespan, count_text=count, attributes=attributes)
