"""Compiled templates, shared by all the applications and processes of the tests."""

from __future__ import annotations

from flask import Flask
from flask.templating import Environment
from jinja2 import FileSystemBytecodeCache

from tests.proofs import ROOT

FOLDER = ROOT / ".tests" / "templates"


def keep_compiled_templates() -> None:
    """Keep on disk what Jinja compiles from now on: every application would spend seconds on it anew.

    A template that changed is compiled again; Jinja compares its text.
    """
    FOLDER.mkdir(parents=True, exist_ok=True)
    cache = FileSystemBytecodeCache(str(FOLDER))

    def with_cache(app: Flask, made=Flask.create_jinja_environment) -> Environment:  # type: ignore[no-untyped-def]
        environment: Environment = made(app)
        environment.bytecode_cache = cache
        return environment

    Flask.create_jinja_environment = with_cache  # type: ignore[method-assign]
