"""Compile every template (`make check`): a syntax error or an unknown filter shows before a page is asked for."""

from __future__ import annotations

import sys
import tempfile

from jinja2 import TemplateSyntaxError

from govern.app import create_app
from govern.config import load_settings


def main() -> int:
    """Print each fault as `file:line: message`; returns the exit status."""
    faults: list[str] = []
    with tempfile.TemporaryDirectory(prefix="govern-check-") as instance:
        templates = create_app(load_settings({"GOVERN_INSTANCE": instance})).jinja_env
        for name in templates.list_templates():
            try:
                templates.get_template(name)
            except TemplateSyntaxError as error:
                faults.append(f"templates/{name}:{error.lineno}: {error.message}")
            except UnicodeDecodeError:
                faults.append(f"templates/{name}:1: not UTF-8")
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    raise SystemExit(main())
