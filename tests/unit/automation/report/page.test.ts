import { describe, expect, it } from "vitest";
import { reportPage } from "../../../../automation/report/page.js";
import { read } from "./read.js";
import { HOSTILE, sights } from "./sights.js";

const pages = Object.entries(sights).map(([name, make]) => ({ name, make }));

describe.each(pages)("the report of $name", ({ make }) => {
  const material = make();
  const page = reportPage(material);

  it("names each node, and has each section that it links to once", () => {
    for (const { name } of material.plan.nodes) {
      expect(read(page)).toContain(name);
    }
    const links = [...page.matchAll(/href="#([^"]+)"/g)].map(([, id]) => id);
    for (const id of new Set(links)) {
      expect(page.split(` id="${id}"`)).toHaveLength(2);
    }
  });

  it("has no script, picture, form or frame, and names no other place", () => {
    expect(page).not.toMatch(/<(script|img|iframe|form|object|embed|base)\b/);
    expect(page).not.toMatch(/ on\w+=(?!&quot;)"/);
    expect(page.replaceAll(/&lt;.*?&gt;/g, "")).not.toMatch(/(src|href)="(?!#|data:)/);
    expect(page).not.toMatch(/url\(|@import/);
  });

  it("closes what it opens", () => {
    const open: string[] = [];
    for (const [, close, tag = "", empty] of page
      .replace(/<style>.*<\/style>/s, "")
      .matchAll(/<(\/?)([a-z][a-z0-9]*)[^>]*?(\/?)>/g)) {
      if (close === "/") {
        expect(open.pop()).toBe(tag);
      } else if (empty !== "/" && !["meta", "link"].includes(tag)) {
        open.push(tag);
      }
    }
    expect(open).toEqual([]);
  });
});

it("shows what hosts said as it is written, wherever it comes from", () => {
  const page = reportPage(sights["hostile hosts"]());
  expect(page.match(/&lt;script&gt;alert\(1\)&lt;\/script&gt;/g)?.length).toBeGreaterThan(40);
  expect(page).not.toContain("\u001b");
  expect(read(page)).toContain(HOSTILE.replace("\u001b", "\\u001b"));
});
