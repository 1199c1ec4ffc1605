import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { type MeasuredRun, measuredRuns } from "./measured.js";
import { renderPage } from "./page.js";

const docs = path.resolve(__dirname, "..", "..", "docs");
const FIGURES = path.join(docs, "generated", "performance.json");
const PAGE = path.join(docs, "performance.md");

/** As many as the page compares: one that says something about a machine is not yet one about the program. */
const KEPT = 2;

/** Puts a run at the top of the figures, and makes the page from them; nothing in it is written by hand. */
export function keepRun(run: MeasuredRun): void {
  const earlier = existsSync(FIGURES) ? readRuns() : [];
  const runs = [run, ...earlier].slice(0, KEPT);
  writeFileSync(FIGURES, `${JSON.stringify(measuredRuns.parse({ runs }), null, 2)}\n`);
  writeFileSync(PAGE, renderPage(runs));
}

export const readRuns = (): MeasuredRun[] =>
  measuredRuns.parse(JSON.parse(readFileSync(FIGURES, "utf8"))).runs;
export const readPage = (): string => readFileSync(PAGE, "utf8");
