"""What the house insists on everywhere, read from the code: addresses, views, models, labels, templates.

What pages must keep while they are shown stands in `test_pages.py`.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from enum import StrEnum
from functools import cache
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from jinja2 import StrictUndefined
from lxml import html

import govern.app  # noqa: F401 - imports the whole product
from govern.calendars import CalendarMethod, EventStatus
from govern.db import Base
from govern.meetings.policies_agendas import TrackingScope
from govern.people.models import FeedPurpose, TokenPurpose
from tests.proofs import ROOT

PACKAGE = ROOT / "govern"
TEMPLATES = ROOT / "templates"
NEVER_SHOWN: set[type[StrEnum]] = {CalendarMethod, EventStatus, FeedPurpose, TokenPurpose, TrackingScope}
"""Values that appear on no page and therefore need no German word."""
SECRET_FIELDS = re.compile(r"token|hash|nonce|password|stored_name|internal|ballot|recusal")
ADDRESS = re.compile(r"(/[a-z0-9-]+(\.[a-z0-9]+)?|/<(int:)?[a-z_]+>(\.[a-z0-9]+)?|/<token>(\.[a-z0-9]+)?)*/?")
LAYOUTS = ('{% extends "base.html" %}', '{% extends "base_plain.html" %}', '{% extends "base_live.html" %}')
VIEW_LINES = 25


@cache
def modules() -> list[tuple[Path, ast.Module]]:
    return [(path, ast.parse(path.read_text(encoding="utf-8"))) for path in sorted(PACKAGE.rglob("*.py"))]


def functions(tree: ast.Module) -> Iterator[ast.FunctionDef]:
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            yield node
        elif isinstance(node, ast.ClassDef):
            yield from (n for n in node.body if isinstance(n, ast.FunctionDef))


def is_view_module(path: Path) -> bool:
    return "views" in path.parts or path.name == "views.py"


def place(path: Path, node: ast.AST) -> str:
    return f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}"


def all_enums() -> list[type[StrEnum]]:
    return sorted((e for e in StrEnum.__subclasses__() if e.__module__.startswith("govern.")), key=lambda e: e.__name__)


# --- addresses --------------------------------------------------------------------------------------------------------
def test_addresses_are_lower_case_words_with_typed_ids(app: Flask) -> None:
    """Kebab-case, and every id an integer; only tokens are free text."""
    faults = []
    for rule in app.url_map.iter_rules():
        typed = re.findall(r"<([^>]+)>", rule.rule)
        if not ADDRESS.fullmatch(rule.rule) or any(p != "token" and not p.startswith("int:") for p in typed):
            faults.append(rule.rule)
    assert faults == []


@pytest.mark.proves("D-08")
def test_reading_never_shares_a_method_with_deleting(app: Flask) -> None:
    methods = {method for rule in app.url_map.iter_rules() for method in rule.methods or ()}
    assert methods == {"GET", "HEAD", "OPTIONS", "POST"}


# --- code -------------------------------------------------------------------------------------------------------------
def test_views_are_short() -> None:
    faults = []
    for path, tree in modules():
        for view in functions(tree) if is_view_module(path) else ():
            body = view.body[1:] if ast.get_docstring(view) else view.body
            if body and (body[-1].end_lineno or 0) - body[0].lineno + 1 > VIEW_LINES:
                faults.append(f"{place(path, view)} {view.name}")
    assert faults == []


def test_views_and_forms_leave_the_database_alone() -> None:
    faults = []
    for path, _tree in modules():
        if is_view_module(path) or "forms" in path.parts or path.name == "forms.py":
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
                if re.search(r"db\.session|\bselect\(|\.query\(|\.commit\(|\.flush\(", line):
                    faults.append(f"{path.relative_to(ROOT)}:{number}")
    assert faults == []


def test_services_neither_commit_nor_check_permissions() -> None:
    """The request commits (one transaction per view); whoever calls a service has been checked."""
    faults = []
    for path, _tree in modules():
        if "services" in path.parts or path.name == "services.py":
            text = path.read_text(encoding="utf-8")
            faults += [f"{path.relative_to(ROOT)}: {word}" for word in (".commit(", "abort(") if word in text]
    assert faults == []


def test_nothing_is_imported_inside_functions() -> None:
    faults = [
        place(path, inner)
        for path, tree in modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
        for inner in ast.walk(node)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    ]
    assert faults == []


def test_every_module_and_public_function_says_what_it_promises() -> None:
    faults = []
    for path, tree in modules():
        if tree.body and not ast.get_docstring(tree):
            faults.append(place(path, tree))
        faults += [
            f"{place(path, node)} {node.name}"
            for node in tree.body
            if isinstance(node, ast.FunctionDef | ast.ClassDef)
            if not node.name.startswith("_") and not ast.get_docstring(node)
        ]
    assert faults == []


def test_no_module_outgrows_its_folder() -> None:
    """Beyond 400 lines a file is split by noun; a package's tables stand together."""
    limits = {"models.py": 900}
    faults = [
        f"{path.relative_to(ROOT)}: {lines}"
        for path, _tree in modules()
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > limits.get(path.name, 420)
    ]
    assert faults == []


def test_no_module_is_called_by_an_empty_name() -> None:
    names = {path.stem for path, _tree in modules()}
    assert not names & {"utils", "util", "helpers", "common", "misc", "manager", "tools"}


# --- models and words -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("mapper", sorted(Base.registry.mappers, key=lambda m: m.class_.__name__), ids=str)
def test_every_table_says_what_its_history_may_hold(mapper: sa.orm.Mapper[Base]) -> None:
    model = mapper.class_
    assert "__audit__" in vars(model), "declare __audit__, or None"
    for field, label in (model.__audit__ or {}).items():
        assert field in mapper.columns, field
        assert not SECRET_FIELDS.search(field), field
        assert label and "_" not in label
    root = getattr(model, "__audit_root__", None)
    if root is not None:
        assert root[0] in Base.metadata.tables
        assert hasattr(model, root[1])


@pytest.mark.parametrize("enum", all_enums(), ids=lambda enum: enum.__name__)
def test_every_value_has_a_german_word(enum: type[StrEnum]) -> None:
    if enum in NEVER_SHOWN:
        assert not hasattr(enum, "label")
        return
    labels = [member.label for member in enum]  # type: ignore[attr-defined]
    assert len(set(labels)) == len(labels)
    same_in_both = {"online", "coordinator", "jour fixe", "analyse"}
    for member, label in zip(enum, labels, strict=True):
        assert label.strip() == label != ""
        assert "_" not in label
        words = member.value.replace("_", " ")
        assert label.casefold() != words or words in same_in_both


# --- templates --------------------------------------------------------------------------------------------------------
def templates(pattern: str) -> list[Path]:
    return [path for path in sorted(TEMPLATES.rglob(pattern)) if "components" not in path.parts]


def without_jinja(text: str) -> str:
    text = re.sub(r"{#.*?#}", "", text, flags=re.S)
    text = re.sub(r"{%-?\s*(set|macro)\b[^=]*?%}.*?{%-?\s*end\1\s*-?%}", "", text, flags=re.S)
    return re.sub(r"{%.*?%}", "", re.sub(r"{{.*?}}", "x", text, flags=re.S), flags=re.S)


def test_undefined_names_are_errors(app: Flask) -> None:
    assert app.jinja_env.undefined is StrictUndefined
    assert app.jinja_env.autoescape


@pytest.mark.parametrize("path", templates("_*.html"), ids=lambda p: str(p.relative_to(TEMPLATES)))
def test_fragments_have_one_root_named_after_their_file(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    if "<" not in without_jinja(text):
        return  # nothing but a macro of `components/`
    roots = html.fragments_fromstring(without_jinja(text).strip())
    roots = [root for root in roots if not isinstance(root, str) or root.strip()]
    assert len(roots) == 1
    identity = re.search(r"<[a-z]+[^<>]*?\bid=\"([^\"]+)\"", re.sub(r"{#.*?#}", "", text, flags=re.S))
    assert identity is not None
    folders = path.parent.relative_to(TEMPLATES).parts
    name = path.stem[1:]
    names = {"-".join((*folders[i:], name)) for i in range(len(folders))}
    found = identity[1].replace("_", "-")
    assert (
        "{{" in found
        or found in {n.replace("_", "-") for n in names}
        or any(found.startswith(n.replace("_", "-") + "-") for n in names)
    )


def test_every_page_has_a_title_and_a_heading() -> None:
    faults = []
    for path in templates("*.html"):
        text = path.read_text(encoding="utf-8")
        if not text.lstrip().startswith(LAYOUTS):
            continue
        if "{% block title %}" not in text:
            faults.append(f"{path.relative_to(TEMPLATES)}: title")
    assert faults == []


def test_pages_lie_in_the_folder_of_their_package() -> None:
    folders = {path.relative_to(TEMPLATES).parts[0] for path in templates("*.html")}
    packages = {path.name for path in PACKAGE.iterdir() if (path / "__init__.py").exists()}
    assert {f for f in folders if not f.endswith(".html")} <= packages | {"errors", "mail"}


@pytest.mark.proves("D-16")
def test_only_one_place_turns_text_into_markup() -> None:
    """Markdown is cleaned in `formats`; nothing else may mark text as safe, and no template may."""
    faults = [
        f"{path.relative_to(ROOT)}"
        for path in TEMPLATES.rglob("*.html")
        if re.search(r"\|\s*safe\b|autoescape\s+false|\|\s*tojson\b(?!.*data-)", path.read_text(encoding="utf-8"))
    ]
    assert faults == []
    trusting = {
        str(path.relative_to(PACKAGE))
        for path, _tree in modules()
        if re.search(r"\bMarkup\((?!render_template\()", path.read_text(encoding="utf-8"))
    }
    # The comparison of two texts escapes every word before it marks it.
    assert trusting <= {"formats.py", "meetings/word_changes.py"}


@pytest.mark.proves("D-16")
def test_sql_is_never_put_together_from_text() -> None:
    faults = []
    for path, tree in modules():
        for call in (n for n in ast.walk(tree) if isinstance(n, ast.Call) and n.args):
            name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
            if name in ("text", "exec_driver_sql", "literal_column") and isinstance(
                call.args[0], ast.JoinedStr | ast.BinOp
            ):
                faults.append(place(path, call))
    assert faults == []


@pytest.mark.proves("D-19")
def test_nothing_but_the_mail_server_is_called() -> None:
    """No HTTP client in the product; sockets only where mails are delivered."""
    clients = {
        "requests",
        "httpx",
        "urllib.request",
        "urllib3",
        "aiohttp",
        "http.client",
        "ftplib",
        "socket",
        "smtplib",
    }
    found = {
        (str(path.relative_to(PACKAGE)), name)
        for path, tree in modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([node.module] if isinstance(node, ast.ImportFrom) else [a.name for a in node.names])
        if name in clients
    }
    # The demo binds a socket, to see whether its port is free.
    assert found <= {("delivery.py", "smtplib"), ("delivery.py", "socket"), ("demo/commands.py", "socket")}
