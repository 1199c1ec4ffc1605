import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, it } from "vitest";
import type { Tested } from "../../../../automation/accept/tested.js";
import {
  keepAcceptance,
  type PastAcceptance,
  pastAcceptances,
} from "../../../../automation/history/acceptance.js";
import { acceptance } from "../../../../automation/report/sections/acceptance.js";
import { specOf } from "../../config/plan/stacks.js";
import { materialOf } from "./material.js";
import { read, row } from "./read.js";

const tested = (name: string, given: Partial<PastAcceptance["tests"][number]> = {}) => ({
  name,
  title: `about ${name}`,
  isDestructive: false,
  seconds: 2,
  verdict: "passed" as const,
  figures: [{ what: "votes", value: "3", limit: "all 3" }],
  why: [],
  ...given,
});
const run = (day: number, tests: PastAcceptance["tests"]): PastAcceptance => ({
  version: 1,
  stack: "frege",
  on: "workbench",
  endedAt: `2026-11-${day}T10:00:00.000Z`,
  status: 0,
  tests,
});
const section = (...entries: readonly PastAcceptance[]) =>
  acceptance(materialOf(specOf("frege"), { material: { acceptances: { entries, unread: [] } } }));

it("has each test with its figures and thresholds as it was tried last, and when that was", () => {
  const notAsked = { verdict: "not asked" as const, figures: [], why: ["`--destructive`"] };
  const html = section(
    run(20, [tested("links"), tested("failover", notAsked)]),
    run(10, [tested("links", { verdict: "failed" }), tested("failover")]),
  );
  expect(row(html, "links: about links")).toMatch(/passed 2026-11-20 .* votes: 3 \(all 3\)/);
  expect(row(html, "failover: about failover")).toMatch(/passed 2026-11-10/);
});

it("never shows as passed what was not tested, and says so where nothing was", () => {
  const html = section(
    run(20, [tested("gpus", { verdict: "not tested", figures: [], why: ["nothing applies it"] })]),
  );
  expect(html.markup).not.toContain('class="badge good');
  expect(row(html, "gpus: about gpus")).toContain("nothing applies it");
  expect(read(section())).toContain("No acceptance is recorded");
});

it("is read from the history as it was written there", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "acceptance-"));
  try {
    const figures = [{ what: "votes", value: "3", limit: "all 3" }];
    const tests: Tested[] = [{ ...tested("links"), figures }];
    keepAcceptance(folder, "frege", { status: 0, interrupted: false, tests }, () => undefined);
    expect(pastAcceptances(folder, 5)).toMatchObject({ entries: [{ tests }], unread: [] });
  } finally {
    rmSync(folder, { recursive: true });
  }
});
