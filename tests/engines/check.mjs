// Looks at pages with two programs that do not know of axe: alfa sees the page as the browser built it,
// html-validate the page as it was delivered. Runs where its packages lie (see tests/browser/engines.py).
// In comes one JSON object per line, {html, document, device}, in which html and document (JSON in a text) may be missing;
// out goes one per line, a list of faults.
import { createInterface } from "node:readline";

import { Audit, Outcome } from "@siteimprove/alfa-act";
import { Device } from "@siteimprove/alfa-device";
import { Node } from "@siteimprove/alfa-dom";
import { Request, Response } from "@siteimprove/alfa-http";
import rules from "@siteimprove/alfa-rules";
import { Criterion } from "@siteimprove/alfa-wcag";
import { Page } from "@siteimprove/alfa-web";
import { HtmlValidate, StaticConfigLoader } from "html-validate";

// Whether the focus is in sight (sia-r65) takes alfa as long as all other rules together; C-04 is proved by pictures.
const SLOW = "/sia-r65";

// Everything alfa asks for but what stands in criteria of level AAA only.
const asked = [...rules].filter((rule) => {
  const criteria = [...rule.requirements].filter(Criterion.isCriterion);
  const isOnlyAAA = criteria.length > 0 && criteria.every((criterion) => [...criterion.level].every(([level]) => level === "AAA"));
  return !isOnlyAAA && !rule.uri.endsWith(SLOW);
});

const validator = new HtmlValidate(
  new StaticConfigLoader({
    extends: ["html-validate:standard", "html-validate:document", "html-validate:a11y"],
    rules: {
      "aria-label-misuse": ["error", { allowAnyNamable: true }], // lists and groups may be named
      "require-sri": "off", // nothing comes from elsewhere (D-36)
    },
  }),
);

const plain = (value) => String(value).replace(/\s+/g, " ").trim();

async function withAlfa(text, on) {
  if (!text) return [];
  const device = Device.from(on);
  const page = Page.of(Request.empty(), Response.empty(), Node.from(JSON.parse(text), device), device);
  return [...(await Audit.of(page, asked).evaluate())].filter(Outcome.isFailed).map((outcome) => {
    const reasons = [...outcome.expectations].filter(([, result]) => result.isErr()).map(([, r]) => r.getErrUnsafe().message);
    return `alfa ${outcome.rule.uri.split("/").pop()}: ${plain(outcome.target).slice(0, 160)} (not so: ${reasons.join("; ")})`;
  });
}

async function withHtmlValidate(html) {
  if (!html) return [];
  const lines = html.split("\n");
  const { results } = await validator.validateString(html);
  return results.flatMap(({ messages }) =>
    messages.map((m) => `html-validate ${m.ruleId}: ${m.message}, line ${m.line}: ${plain(lines[m.line - 1]).slice(0, 160)}`),
  );
}

for await (const line of createInterface({ input: process.stdin })) {
  const { html, document, device } = JSON.parse(line);
  console.log(JSON.stringify([...(await withAlfa(document, device)), ...(await withHtmlValidate(html))]));
}
