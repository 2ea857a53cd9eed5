"""The pages a role comes to, found once per run, and which kinds of elements were looked at so far (ADR 0016)."""

from __future__ import annotations

import fcntl
import json
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from lxml import html
from playwright.sync_api import APIRequestContext

NO_PAGE = re.compile(r"\.(ics|docx|pdf|csv|xlsx|yaml|json)$|/datei$|/logo$|/abmelden|/health|^/static/")
ALIKE = {"/sitzungen/…": 2, "/sitzungen/…/protokoll": 2, "/gremien/…": 2}
"""Of which kinds of pages more than one is looked at: a coming and a past meeting, two committees."""
STARTS = ("/", "/profil")


@dataclass(frozen=True, kw_only=True)
class Delivered:
    """A page as the server answers it, before any script has seen it."""

    address: str
    title: str
    source: str


def kind_of(address: str) -> str:
    """What an address has in common with those of things of the same kind."""
    return re.sub(r"\d+", "…", address.split("#")[0].split("?")[0])


def is_page(address: str) -> bool:
    """Whether a link leads to a page of ours, and to none that ends the session or is a file."""
    return address.startswith("/") and not NO_PAGE.search(address.split("#")[0].split("?")[0])


@dataclass(frozen=True, kw_only=True)
class Way:
    """Where links lead from the overview: one page of each kind, those with most that is new first."""

    pages: list[Delivered]
    kinds: set[str]
    """Also of addresses that lead on to another page, or to a file."""


def way_of(role: str | None, folder: Path, window: APIRequestContext) -> Way:
    """The way of a role, found by the first process that asks.

    All have copies of the same demo, in which nothing was changed yet.
    """
    with locked(folder / f"way-{role}.lock"):
        file = folder / f"way-{role}.json"
        if not file.exists():
            found = followed_from_the_overview(window)
            pages = [asdict(page) for page in richest_first(found.pages)]
            file.write_text(json.dumps({"pages": pages, "kinds": sorted(found.kinds)}), encoding="utf-8")
        kept = json.loads(file.read_text(encoding="utf-8"))
    return Way(pages=[Delivered(**page) for page in kept["pages"]], kinds=set(kept["kinds"]))


def followed_from_the_overview(window: APIRequestContext) -> Way:
    todo, seen, pages = list(STARTS), set(STARTS), []
    counts = Counter(map(kind_of, STARTS))
    while todo:
        address = todo.pop(0)
        answer = window.get(address)
        assert answer.status == 200, f"{address}: {answer.status}"
        is_file = "attachment" in answer.headers.get("content-disposition", "")
        if is_file or not answer.headers.get("content-type", "").startswith("text/html"):
            continue
        source = answer.text()
        page = html.fromstring(source)
        if urlsplit(answer.url).path == address:
            title = " ".join((page.findtext(".//title") or "").split())
            pages.append(Delivered(address=address, title=title, source=source))
        for link in page.xpath("//a/@href"):
            path, kind = link.split("#")[0].split("?")[0], kind_of(link)
            if path not in seen and is_page(path) and counts[kind] < ALIKE.get(kind, 1):
                seen.add(path)
                counts[kind] += 1
                todo.append(path)
    return Way(pages=pages, kinds=set(counts))


def richest_first(pages: list[Delivered]) -> list[Delivered]:
    """Put first what holds most kinds of elements that those before do not: so few pages show all kinds there are."""
    left = {page.address: (page, kinds_in(page.source)) for page in pages}
    seen: set[tuple[str, ...]] = set()
    ordered = []
    while left:
        page, kinds = max(left.values(), key=lambda one: len(one[1] - seen))
        seen |= kinds
        ordered.append(page)
        del left[page.address]
    return ordered


def kinds_in(source: str) -> set[tuple[str, ...]]:
    def names(element: html.HtmlElement | None) -> tuple[str, ...]:
        return () if element is None else (str(element.tag), *(element.get(name, "") for name in ("class", "role")))

    return {(*names(e), e.get("type", ""), *names(e.getparent())) for e in html.fromstring(source).iter()}


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """One process of the run after the other."""
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@dataclass
class Seen:
    """The kinds of elements that were looked at in this run, by whichever of its processes."""

    folder: Path
    known: dict[str, set[str]] = field(default_factory=dict)

    def is_new(self, purpose: str, kinds: list[str]) -> bool:
        """Whether one of these has not been looked at for this purpose; whoever asks looks at all of them now."""
        wanted, known = set(kinds), self.known.setdefault(purpose, set())
        if wanted <= known:
            return False
        with locked(self.folder / f"seen-{purpose}.lock"):
            file = self.folder / f"seen-{purpose}.json"
            known |= set(json.loads(file.read_text(encoding="utf-8"))) if file.exists() else set()
            if wanted <= known:
                return False
            known |= wanted
            file.write_text(json.dumps(sorted(known)), encoding="utf-8")
        return True


LOOK = """
() => {
  const classes = e => e?.getAttribute('class') || '';
  const bare = e => `${e.tagName} ${e.type || ''} ${e.role || ''}`;
  const around = e => `${e.parentElement?.tagName} ${classes(e.parentElement)}`;
  const ownWords = new RegExp('^(id|href|value|title|name|for|action|content|src|alt|datetime|data-.*'
    + '|aria-(label|labelledby|describedby|controls|owns|valuetext|valuenow)'
    + '|style|d|points|x|y|cx|cy|r|x1|x2|y1|y2|width|height|transform|viewBox)$');
  const attribute = ({name, value}) =>
    ownWords.test(name) ? `${name}${value.trim() ? '' : ' empty'}` : `${name}=${value.replace(/\\d+/g, '0')}`;
  const full = e => [
    bare(e),
    [...e.attributes].map(attribute).sort().join(' '),
    [...e.childNodes].some(n => n.nodeType === Node.TEXT_NODE && n.textContent.trim()) ? 'words' : '',
    [...new Set([...e.children].map(child => child.tagName))].sort().join(' '),
    e.closest('[aria-hidden=true], [inert]') ? 'hidden' : '',
    around(e),
  ].join(' | ');
  const all = [...document.querySelectorAll('*')];
  const kinds = name => [...new Set(all.map(name))];
  return {
    title: document.title,
    links: [...document.querySelectorAll("a[href^='/']")].map(a => a.getAttribute('href')),
    bare: kinds(e => `${e.parentElement?.tagName} ${bare(e)}`),
    classes: kinds(e => `${bare(e)} ${classes(e)}`),
    nested: kinds(e => `${bare(e)} ${classes(e)} in ${around(e)}`),
    full: kinds(full),
  };
}
"""
"""What a page shows: its title, where it leads, and the kinds of its elements, told apart more and more closely.

Name, type and role with the name of the element around it; with its classes; with those of both; and with all its
attributes (of texts, addresses and places only whether they are empty), whether it holds words, which elements it holds
and whether it is hidden.
"""
