import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { PHASE_NAMES } from "../../../config/phases.js";
import { componentSources } from "../../support/component-sources.js";
import { saidBySources } from "../../support/source-texts.js";

const PAGES = path.resolve(__dirname, "..", "..", "..", "docs", "components");
const components = componentSources().map((one) => [one.name, one] as const);

/** What stands below a title of the page. */
function sectionOf(name: string, title: string): string {
  const [, behind = ""] = readFileSync(path.join(PAGES, `${name}.md`), "utf8").split(
    `## ${title}\n`,
  );
  return behind.split("\n## ")[0] ?? "";
}

describe("the page of each component", () => {
  it("is there, and no other one", () => {
    const pages = readdirSync(PAGES).map((file) => path.basename(file, ".md"));
    expect(pages.sort()).toEqual(components.map(([name]) => name).sort());
  });

  it.each(components)("begins with the type that states have for it: %s", (name, { token }) => {
    const text = readFileSync(path.join(PAGES, `${name}.md`), "utf8");
    expect(text.startsWith(`# ${name}\n\n\`${token}\`, `)).toBe(true);
  });

  it.each(components)("lists what it makes, as its source does: %s", (name, { makes }) => {
    const rows = sectionOf(name, "What it makes").matchAll(/^\| `([\w:]+)` \| .+ \|$/gm);
    expect([...rows].flatMap(([, resource]) => resource ?? []).sort()).toEqual([...makes]);
  });

  it.each(components)("quotes failures in words that the sources have: %s", (name) => {
    const quotes = [...sectionOf(name, "How it fails").matchAll(/^\| "(.+?)" \| .+ \|$/gm)];
    expect(quotes.length).toBeGreaterThan(0);
    expect(quotes.flatMap(([, quote = ""]) => (saidBySources(quote) ? [] : [quote]))).toEqual([]);
  });

  it.each(components)("says what happens when it leaves, and why it is so: %s", (name) => {
    expect(sectionOf(name, "When it leaves").trim()).not.toBe("");
    expect(sectionOf(name, "Order and needs").trim()).not.toBe("");
    expect(sectionOf(name, "Decisions")).toMatch(/^- \[.+\]\(\.\.\/adr\/\d{4}-[\w-]+\.md\)$/m);
  });
});

describe("docs/concepts.md", () => {
  const text = readFileSync(path.join(PAGES, "..", "concepts.md"), "utf8");

  it("has the phases in their order, each with its components", () => {
    const [, behind = ""] = text.split("| phase | components |\n");
    const rows = [...(behind.split("\n\n")[0] ?? "").matchAll(/^\| (\w+) \| (\[.+) \|$/gm)];
    expect(rows.map(([, phase]) => phase)).toEqual(PHASE_NAMES);
    for (const [, phase = "", links = ""] of rows) {
      for (const [, name = ""] of links.matchAll(/\(components\/(\w+)\.md\)/g)) {
        const page = readFileSync(path.join(PAGES, `${name}.md`), "utf8");
        expect(page).toMatch(name === "NetworkedHosts" ? "programs of others" : `phase ${phase}`);
      }
    }
  });

  it("leads to every component", () => {
    expect(components.filter(([name]) => !text.includes(`](components/${name}.md)`))).toEqual([]);
  });

  it("has the states that a node may be in", () => {
    const source = readFileSync(
      path.join(PAGES, "..", "..", "automation", "status", "cluster-view.ts"),
      "utf8",
    );
    const [, union = ""] = /type NodeState =([^;]+);/.exec(source) ?? [];
    const states = [...union.matchAll(/"([^"]+)"/g)].flatMap(([, state]) => state ?? []);
    expect(states.length).toBeGreaterThan(3);
    expect(states.filter((state) => !text.includes(`\`${state}\``))).toEqual([]);
  });
});
