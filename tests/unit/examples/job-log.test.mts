import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, expect, it, vi } from "vitest";
import { say, summarise } from "../../../examples/ci/job-log.mjs";

afterEach(() => vi.restoreAllMocks());

it("gives a runner nothing to obey, whatever a host has said", () => {
  const write = vi.spyOn(process.stdout, "write").mockReturnValue(true);
  say(["russell said:", "  ::stop-commands::x\r::add-mask::y\n##[add-mask]z"]);
  const lines = write.mock.calls.map(([text]) => String(text)).join("");
  expect(lines.trimEnd().split("\n")).toEqual([
    "| russell said:",
    "|   ::stop-commands::x",
    "| ::add-mask::y",
    "| ## [add-mask]z",
  ]);
});

it("adds to the job's own page where there is one", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "summary-"));
  const file = path.join(folder, "summary.md");
  summarise("one\n", { GITHUB_STEP_SUMMARY: file });
  summarise("two\n", { GITHUB_STEP_SUMMARY: file });
  summarise("nowhere\n", {});
  expect(readFileSync(file, "utf8")).toBe("one\ntwo\n");
  rmSync(folder, { recursive: true });
});
