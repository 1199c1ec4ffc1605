import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { EXIT } from "../../../automation/engine/exit-status.js";
import type { RunOutcome } from "../../../automation/engine/outcome.js";
import { summary } from "../../../automation/engine/summary.js";

const outcome: RunOutcome = {
  status: EXIT.done,
  verb: "up",
  stack: "frege",
  changes: { create: 60, update: 2, same: 3 },
  errors: [],
  seconds: 12.5,
  outputs: {},
  runLog: "/nowhere/run.jsonl",
};

it("says after the fact what was done, and before it what would be", () => {
  expect(summary(outcome)).toBe("up frege: 60 created, 2 updated, 3 unchanged, 12.5 s.");
  expect(summary({ ...outcome, verb: "preview" })).toBe(
    "preview frege: 60 to create, 2 to update, 3 unchanged, 12.5 s.",
  );
});

it("says whether an up that changed nothing has looked at a host", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "summary-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const same = { ...outcome, changes: { same: 65 } };
  const nothing = "up frege: nothing to change (65 as wanted), 12.5 s.";
  expect(summary(same)).toBe(
    `${nothing} By the records: no host was asked. \`npx proxmox-ha refresh frege\` looks at them.`,
  );
  const runLog = path.join(folder, "run.jsonl");
  writeFileSync(runLog, "{}\n");
  expect(summary({ ...same, runLog })).toBe(nothing);
});

it("says of a refresh what it found, because it changes nothing on a host", () => {
  const refreshed = {
    ...outcome,
    verb: "refresh" as const,
    changes: { update: 1, delete: 1, same: 9 },
  };
  expect(summary(refreshed)).toBe(
    "refresh frege: 1 found different, 1 found gone, 9 unchanged, 12.5 s. `npx proxmox-ha preview frege` says what `up` would do about it.",
  );
});

it("says of a preview that failed what was changed: nothing", () => {
  const failed = { ...outcome, verb: "preview" as const, status: EXIT.failed, errors: ["no"] };
  expect(summary(failed)).toBe("preview frege: failed after 12.5 s; nothing was changed.");
});

it("says of a preview without hosts that nothing was seen", () => {
  const alone = { ...outcome, verb: "preview" as const, status: EXIT.unreachable };
  expect(summary(alone)).toMatch(/60 to create.* No host answers: /);
});

it("ends a failure with the log of the run, when there is one", () => {
  const failed = { ...outcome, status: EXIT.failed, errors: ["no"] };
  expect(summary(failed)).not.toContain("run.jsonl");
  const folder = mkdtempSync(path.join(tmpdir(), "summary-"));
  const runLog = path.join(folder, "run.jsonl");
  writeFileSync(runLog, "{}\n");
  expect(summary({ ...failed, runLog })).toContain(`stands in ${runLog}.`);
  expect(summary({ ...failed, status: EXIT.interrupted, runLog })).toMatch(/interrupted.*jsonl\.$/);
  rmSync(folder, { recursive: true });
});
