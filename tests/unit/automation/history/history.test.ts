import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { NOTHING_SEEN } from "../../../../automation/drill/report.js";
import { DriftSeen } from "../../../../automation/history/drift.js";
import { keepDrill, pastDrills } from "../../../../automation/history/drills.js";
import { keepRun, pastRuns } from "../../../../automation/history/runs.js";
import { hideText } from "../../../../config/failure/hidden-text.js";

let folder = "";
let said: string[] = [];
const say = (line: string): void => void said.push(line);
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "history-"));
  said = [];
});
afterEach(() => rmSync(folder, { recursive: true }));

const outcome = {
  status: 0,
  verb: "refresh",
  stack: "frege",
  changes: { same: 40, update: 1 },
  errors: [],
  seconds: 12.5,
  outputs: { token: "never written down" },
  runLog: "/runs/one.jsonl",
} as const;

const metadata = (op: string, drift?: readonly string[]) => ({
  op,
  urn: "urn:pulumi:frege::proxmox-ha::pulumi-nodejs:dynamic/host:Files::russell-ssh",
  type: "pulumi-nodejs:dynamic/host:Files",
  provider: "",
  new: { parent: "", inputs: {}, outputs: { drift } },
});
/** A look at a resource, and how it ended; the engine has more in its events than is read of them. */
function looked(op: string, drift?: readonly string[]): DriftSeen {
  const seen = new DriftSeen();
  const events: readonly unknown[] = [
    { resourcePreEvent: { metadata: metadata("refresh") } },
    { resOutputsEvent: { metadata: metadata(op, drift) } },
  ];
  for (const event of events) {
    if (isEvent(event)) {
      seen.event(event);
    }
  }
  return seen;
}
const isEvent = (event: unknown): event is EngineEvent =>
  typeof event === "object" && event !== null;

describe("drift", () => {
  it("is what a look found different, in the resource's words", () => {
    expect(looked("update", ["/etc/hosts was changed"]).differences).toEqual([
      {
        name: "russell-ssh",
        kind: "host/Files",
        isGone: false,
        what: ["/etc/hosts was changed"],
      },
    ]);
  });

  it("is what a look found gone, and nothing where all is as recorded", () => {
    expect(looked("delete").differences[0]?.isGone).toBe(true);
    const same = looked("same");
    expect([same.looked, same.differences]).toEqual([1, []]);
  });

  it("is not what a run itself changes", () => {
    const seen = new DriftSeen();
    const event: unknown = { resOutputsEvent: { metadata: metadata("update", ["x"]) } };
    if (isEvent(event)) {
      seen.event(event);
    }
    expect([seen.looked, seen.differences]).toEqual([0, []]);
  });
});

describe("the history of a stack", () => {
  it("has runs with what they found, for the owner alone, and without outputs", () => {
    keepRun(folder, outcome, looked("update", ["it differs"]), say);
    const { entries, unread } = pastRuns(folder, 10);
    expect(entries).toMatchObject([
      { stack: "frege", verb: "refresh", looked: 1, differences: [{ what: ["it differs"] }] },
    ]);
    expect(unread).toEqual([]);
    const runs = path.join(folder, "history", "runs");
    const [file = ""] = readdirSync(runs);
    expect(statSync(path.join(runs, file)).mode & 0o077).toBe(0);
    expect(readFileSync(path.join(runs, file), "utf8")).not.toContain("never written down");
  });

  it("has no value of a secret, whoever said it", () => {
    hideText("hunter2-of-this-test");
    const errors = ["the login with hunter2-of-this-test was refused"];
    keepRun(folder, { ...outcome, status: 1, errors }, new DriftSeen(), say);
    expect(pastRuns(folder, 10).entries[0]?.errors).toEqual([
      "the login with [secret] was refused",
    ]);
  });

  it("has no previews: they change nothing", () => {
    keepRun(folder, { ...outcome, verb: "preview" }, new DriftSeen(), say);
    expect(readdirSync(folder)).toEqual([]);
  });

  it("has drills with what they proved, and no lit lamps", () => {
    keepDrill(
      folder,
      "frege",
      {
        status: 0,
        drill: "crash",
        node: "russell",
        lostTheMaster: false,
        times: { ...NOTHING_SEEN, absentS: 3.2, guestsUpS: { "vm:100": 130 } },
        guests: ["vm:100"],
        changed: [],
        restored: [],
        interrupted: false,
        floorS: 120,
        at: undefined,
        problems: [],
      },
      say,
    );
    keepDrill(
      folder,
      "frege",
      { status: 0, drill: "identify", node: "russell", lit: true, heard: [] },
      say,
    );
    expect(pastDrills(folder, 10).entries).toMatchObject([
      { outcome: { drill: "crash", times: { absentS: 3.2, guestsUpS: { "vm:100": 130 } } } },
    ]);
  });

  it("has what a drill of security has found, with places that have a node and such that have none", () => {
    const findings = [
      { severity: "error", node: "russell", at: "tcp 4444", found: "open", fix: "close it" },
      { severity: "warning", at: "user root@pam", found: "one factor", fix: "add one" },
    ] as const;
    const security = { drill: "security", nodes: ["russell"], unreachable: [], findings } as const;
    keepDrill(folder, "frege", { status: 1, ...security }, say);
    expect(pastDrills(folder, 10).entries).toMatchObject([{ status: 1, outcome: security }]);
  });

  it("names what lies there and is no entry, and reads the rest", () => {
    keepRun(folder, outcome, new DriftSeen(), say);
    const foreign = path.join(folder, "history", "runs", "0000.json");
    writeFileSync(foreign, '{"version": 2}');
    const { entries, unread } = pastRuns(folder, 10);
    expect([entries.length, unread]).toEqual([1, [foreign]]);
  });

  it("forgets the oldest, so that a run each night does not fill a disk", () => {
    keepRun(folder, outcome, new DriftSeen(), say);
    const runs = path.join(folder, "history", "runs");
    const oldest = Array.from(
      { length: 505 },
      (_, at) => `1999-${String(at).padStart(4, "0")}.json`,
    );
    for (const name of oldest) {
      writeFileSync(path.join(runs, name), "{}");
    }
    keepRun(folder, outcome, new DriftSeen(), say);
    const left = readdirSync(runs);
    expect(left).toHaveLength(500);
    expect(left).not.toContain(oldest[0]);
    expect(left).toContain(oldest.at(-1));
    expect(pastRuns(folder, 10).entries.length).toBeGreaterThan(0);
  });

  it("that cannot be written is told, and the run goes on", () => {
    writeFileSync(path.join(folder, "history"), "a file where the folder would be");
    keepRun(folder, outcome, new DriftSeen(), say);
    expect(said.join()).toMatch(/not in the stack's history: /);
  });
});
