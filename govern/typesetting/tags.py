"""The tags of PDFs that are put together: what says what is a heading, a table or a list (C-19)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from pypdf import PageObject, PdfReader, PdfWriter
from pypdf.errors import PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, NumberObject, TextStringObject

Entry = tuple[int, Any]
"""The number that a page or annotation bears, and the elements its content belongs to."""
MOST_NODES = 100_000
"""Of a tree of numbers; more are not of this world."""
DAMAGED = (
    PyPdfError, AssertionError, AttributeError, LookupError, NotImplementedError, RecursionError, TypeError, ValueError,
)  # fmt: skip
"""What pypdf and our reading of it raise where a file is not what it says."""


def take_tags(writer: PdfWriter, reader: PdfReader, pages: Sequence[PageObject], *, title: str) -> bool:
    """Give the tagged ``writer``, which holds the ``pages`` of ``reader`` already, their tags: a part called ``title``.

    It stands among the tags where the pages stand. False where there are none, or damaged ones: then these pages have
    no tags, and all others keep theirs.
    """
    try:
        for page, original in zip(pages, reader.pages, strict=True):  # what pypdf leaves out of copies of pages
            page.update({NameObject(name): original[name] for name in ("/StructParents", "/Tabs") if name in original})
        numbered = list(_numbered(pages))
        tree = _copied_tree(writer, reader)
        entries = _entries_of(tree, {int(holder[name]) for holder, name in numbered})
        kids = [kid for kid in _list(tree.get("/K")) if "/S" in kid.get_object()]
        roles = DictionaryObject(tree.get("/RoleMap", DictionaryObject()).get_object())
    except DAMAGED:
        entries, kids = [], []
    if not entries or not kids:
        drop_tags(pages)
        return False
    own: Any = writer.root_object["/StructTreeRoot"].get_object()
    first = int(own["/ParentTreeNextKey"])
    for holder, name in numbered:
        holder[NameObject(name)] = NumberObject(int(holder[name]) + first)
    _add_entries(own, [(number + first, elements) for number, elements in entries])
    own[NameObject("/RoleMap")] = DictionaryObject({**roles, **own.get("/RoleMap", DictionaryObject()).get_object()})
    _insert(writer, own, kids, pages, title)
    return True


def _copied_tree(writer: PdfWriter, reader: PdfReader) -> Any:
    # Elements point to their pages; these are copied already, so that the copies point to the copies.
    tree: Any = reader.root_object["/StructTreeRoot"].get_object()
    return tree.clone(writer)


def _entries_of(tree: Any, numbers: set[int]) -> list[Entry]:
    return [entry for entry in _entries(tree["/ParentTree"]) if entry[0] in numbers]


def _entries(tree: Any) -> Iterator[Entry]:
    """The leaves of a tree of numbers, which may be nested."""
    waiting, met = [tree.get_object()], 0
    while waiting:
        node, met = waiting.pop(), met + 1
        if met > MOST_NODES:
            raise ValueError("a tree that does not end")
        waiting += [kid.get_object() for kid in reversed(_list(node.get("/Kids")))]
        leaves = _list(node.get("/Nums"))
        yield from ((int(leaves[n]), leaves[n + 1]) for n in range(0, len(leaves) - 1, 2))


def _add_entries(root: Any, entries: Iterable[Entry]) -> None:
    both = sorted([*_entries(root["/ParentTree"]), *entries], key=lambda entry: entry[0])
    leaves = ArrayObject(part for number, elements in both for part in (NumberObject(number), elements))
    root[NameObject("/ParentTree")] = DictionaryObject({NameObject("/Nums"): leaves})
    root[NameObject("/ParentTreeNextKey")] = NumberObject(both[-1][0] + 1)


def _insert(writer: PdfWriter, root: Any, kids: Sequence[Any], pages: Sequence[PageObject], title: str) -> None:
    """Put ``kids`` before the first of our elements that stands behind ``pages``."""
    document = _list(root["/K"])[0]
    elements = _list(document.get_object()["/K"])
    order = {_identity(page): n for n, page in enumerate(writer.pages)}
    last = order[_identity(pages[-1])]
    place = next((n for n, each in enumerate(elements) if order.get(_page_of(each), -1) > last), len(elements))
    part = writer._add_object(DictionaryObject({
        NameObject("/Type"): NameObject("/StructElem"), NameObject("/S"): NameObject("/Part"),
        NameObject("/P"): document, NameObject("/T"): TextStringObject(title),
        NameObject("/Pg"): pages[0].indirect_reference, NameObject("/K"): ArrayObject(kids),
    }))  # fmt: skip
    for kid in kids:
        kid.get_object()[NameObject("/P")] = part
    document.get_object()[NameObject("/K")] = ArrayObject([*elements[:place], part, *elements[place:]])


def _page_of(element: Any) -> int | None:
    """The page on which an element of ours begins."""
    while isinstance(found := element.get_object(), DictionaryObject):
        if "/Pg" in found:
            return int(found.raw_get("/Pg").idnum)
        kids = _list(found.get("/K"))
        if not kids:
            break
        element = kids[0]
    return None


def _numbered(pages: Sequence[PageObject]) -> Iterator[tuple[Any, str]]:
    """What of these pages bears a number: they themselves, their annotations and drawings; each once."""
    seen: set[int] = set()
    for page in pages:
        resources: Any = page.get("/Resources", DictionaryObject()).get_object()
        drawings = resources.get("/XObject", DictionaryObject())
        for part in (page, *_list(page.get("/Annots")), *drawings.get_object().values()):
            holder = part.get_object()
            if id(holder) in seen or not isinstance(holder, DictionaryObject):
                continue
            seen.add(id(holder))
            yield from ((holder, name) for name in ("/StructParents", "/StructParent") if name in holder)


def drop_tags(pages: Sequence[PageObject]) -> None:
    """Let nothing of ``pages``, copied from elsewhere, point into the tags of the file they came to."""
    try:
        for holder, name in list(_numbered(pages)):
            del holder[name]
    except DAMAGED:
        for page in pages:
            page.pop("/StructParents", None)


def _identity(page: PageObject) -> int | None:
    return page.indirect_reference.idnum if page.indirect_reference is not None else None


def _list(value: Any) -> list[Any]:
    found = None if value is None else value.get_object()
    return [] if found is None else list(found) if isinstance(found, ArrayObject) else [value]
