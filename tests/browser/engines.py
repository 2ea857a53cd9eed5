"""alfa and html-validate: further opinions on what the browser shows and what the server delivered (C-02)."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page

from tests.environment import ENGINES, ROOT, playwright_node

PROGRAM = ROOT / "tests" / "engines" / "check.mjs"
NATIVE = ENGINES / "node_modules" / "@siteimprove" / "alfa-dom" / "dist" / "native.js"


APPLIED = """
(page) => {
  const unstated = /::[\\w-]+|:(hover|active|focus-visible|focus-within|focus|visited|target|checked|invalid|open)\\b/g;
  const applies = (selector) => {
    try {
      return document.querySelector(selector.replace(unstated, '')) !== null;
    } catch {
      return true;
    }
  };
  const kept = (rules) => rules
    .filter((rule) => rule.type !== 'style' || applies(rule.selector))
    .map((rule) => rule.rules && rule.type !== 'keyframes' ? {...rule, rules: kept(rule.rules)} : rule)
    .filter((rule) => rule.type !== 'media' || rule.rules.length > 0);
  page.style = page.style.map((sheet) => ({...sheet, rules: kept(sheet.rules)}));

  const all = (rules) => rules.flatMap((rule) => [rule, ...all(rule.rules || [])]);
  const styled = all(page.style.flatMap((sheet) => sheet.rules)).filter((rule) => rule.style);
  const variables = (text) => [...text.matchAll(/var\\((--[\\w-]+)/g)].map((match) => match[1]);
  const own = /(--[\\w-]+):([^;]*);?\\s*/g;
  const values = new Map();
  for (const {style} of styled)
    for (const [, name, value] of style.matchAll(own)) values.set(name, [...(values.get(name) || []), value]);
  const used = new Set();
  const todo = styled.flatMap(({style}) => variables(style.replace(own, '')));
  todo.push(...[...document.querySelectorAll('[style]')].flatMap((e) => variables(e.getAttribute('style'))));
  for (let name = todo.pop(); name; name = todo.pop())
    if (!used.has(name)) {
      used.add(name);
      todo.push(...(values.get(name) || []).flatMap(variables));
    }
  for (const rule of styled) rule.style = rule.style.replace(own, (whole, name) => (used.has(name) ? whole : ''));
  return page;
}
"""
"""Leaves out the rules of style that speak of nothing on the page, and variables nothing asks for: KERN has thousands,
a page uses a few hundred, and alfa carries each through every element."""


@dataclass(frozen=True)
class Engines:
    """The program that asks both, started once and kept."""

    process: subprocess.Popen[str]
    serialise: str
    """Alfa's own script that writes down the page as it stands, with its styles and boxes.

    One text: Playwright looks at every value of an object on its way out of the browser, which took longer than alfa.
    """

    def faults(self, page: Page, html: str) -> list[str]:
        """What the engines find in the page as it stands and in what the server answered."""
        device = {
            "type": "screen",
            "viewport": {**(page.viewport_size or {}), "orientation": "landscape"},
            "display": {"resolution": 1, "scan": "progressive"},
            "scripting": {"enabled": True},
            "preferences": [],
        }
        return self._ask({"document": page.evaluate(self.serialise), "device": device, "html": html})

    def faults_of_html(self, html: str) -> list[str]:
        """What html-validate finds in what the server answered."""
        return self._ask({"html": html})

    def _ask(self, question: dict[str, Any]) -> list[str]:
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.write(json.dumps(question) + "\n")
        self.process.stdin.flush()
        answer: list[str] = json.loads(self.process.stdout.readline())
        return answer


@contextmanager
def running_engines() -> Iterator[Engines]:
    """Start the program with the Node.js of the playwright wheel, in the folder where its packages lie."""
    program = playwright_node()
    assert program is not None
    script = NATIVE.read_text(encoding="utf-8").replace("export var Native", "var Native").partition("//# source")[0]
    command = [program, "--input-type=module", "--eval", PROGRAM.read_text(encoding="utf-8")]
    with subprocess.Popen(command, cwd=ENGINES, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            written = f"JSON.stringify(({APPLIED})(await Native.fromNode(document)))"
            yield Engines(process, f"async () => {{ {script}\n return {written}; }}")
        finally:
            process.kill()
