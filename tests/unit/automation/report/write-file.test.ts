import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { GENERATOR } from "../../../../automation/report/page.js";
import { ownFile, refuseForeign, writeReport } from "../../../../automation/report/write-file.js";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "report-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

it("a report is for its owner, and takes the place of the one before", () => {
  const file = path.join(folder, "records", "frege.html");
  writeReport(file, `first ${GENERATOR}`);
  refuseForeign(file);
  writeReport(file, `second ${GENERATOR}`);
  expect(readFileSync(file, "utf8")).toContain("second");
  expect(statSync(file).mode & 0o077).toBe(0);
});

it("a file that is no report is not overwritten, and a folder is none", () => {
  const file = path.join(folder, "Pulumi.frege.yaml");
  writeFileSync(file, "config: {}");
  expect(() => refuseForeign(file)).toThrow(/is there already and is no report/);
  const place = path.join(folder, "reports");
  mkdirSync(place);
  expect(() => refuseForeign(place)).toThrow(/is a folder\. Name a file/);
});

it("a report without a name of its own is named after its moment, so that each is kept", () => {
  expect(ownFile("/keys/frege", 0)).toBe("/keys/frege/reports/1970-01-01T00-00-00-000Z.html");
});
