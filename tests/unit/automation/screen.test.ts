import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { RunOutcome } from "../../../automation/engine/outcome.js";
import { PreviewView } from "../../../automation/engine/preview-view.js";
import { type Manner, screenFor } from "../../../automation/engine/screen.js";
import { groundsOf } from "../../../automation/preview/grounds.js";
import { ringCluster } from "../config/plan/stacks.js";

const type = "pulumi-nodejs:dynamic/pvecm:Member";
const metadata = { op: "create", urn: `urn:pulumi:frege::proxmox-ha::${type}::ms01-russell`, type };
const event = (part: object): EngineEvent => Object.assign({ sequence: 1, timestamp: 1 }, part);
const begins = event({ resourcePreEvent: { metadata } });
const said = (severity: string, message: string) =>
  event({ diagnosticEvent: { severity, message, color: "" } });

const outcome = (part: Partial<RunOutcome>): RunOutcome => ({
  status: 0,
  verb: "up",
  stack: "frege",
  changes: {},
  errors: [],
  seconds: 3,
  outputs: {},
  runLog: "/nowhere/one.jsonl",
  ...part,
});

function screen(manner: Manner, verb: RunOutcome["verb"] = "up") {
  const output = {
    text: "",
    write(text: string) {
      this.text += text;
    },
  };
  const preview = () =>
    new PreviewView(() => groundsOf(ringCluster(3), { today: "2026-11-30", diff: false }));
  return { output, ...screenFor({ verb, manner, output, now: Date.now, preview }) };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("a log without a terminal", () => {
  it("hears after a minute of silence what is still waited for, and nothing once the run is over", () => {
    const { output, event: hear, end } = screen("lines");
    hear(begins);
    output.text = "";
    vi.advanceTimersByTime(59_000);
    expect(output.text).toBe("");
    vi.advanceTimersByTime(2_000);
    expect(output.text).toBe(
      "  still      create ms01-russell (pvecm/Member), 1 min; waits for the node to be a member with quorum\n",
    );
    vi.advanceTimersByTime(58_000);
    expect(output.text.split("\n")).toHaveLength(2);
    end(outcome({ changes: { create: 1 } }));
    output.text = "";
    vi.advanceTimersByTime(600_000);
    expect(output.text).toBe("");
  });
});

describe("quiet", () => {
  it("tells failures as they come and the last line, and no more of a preview either", () => {
    const up = screen("quiet");
    for (const one of [begins, said("warning", "one NAS"), said("error", "it was refused")]) {
      up.event(one);
    }
    up.end(outcome({ status: 3, errors: ["it was refused"] }));
    expect(up.output.text.split("\n")).toEqual([
      "  error      it was refused",
      "up frege: failed after 3 s. What was done is recorded; run it again to go on.",
      "",
    ]);
    const preview = screen("quiet", "preview");
    preview.event(begins);
    preview.end(outcome({ verb: "preview", changes: { create: 1 } }));
    expect(preview.output.text).toBe("preview frege: 1 to create, 0 unchanged, 3 s.\n");
  });
});

describe("an engine that ends before it says anything", () => {
  const held = outcome({ status: 1, errors: ["the stack is currently locked"] });

  it.each(["lines", "quiet"] as const)("is told of by what came back: %s", (manner) => {
    const { output, end } = screen(manner);
    end(held);
    expect(output.text).toContain("  error      the stack is currently locked\n");
  });

  it("is told of in the outcome where a program reads it", () => {
    for (const manner of ["json", "json lines"] as const) {
      const { output, end, say } = screen(manner, "preview");
      say(["Of 1 step it is not known how far it came."]);
      end({ ...held, verb: "preview" });
      const lines = output.text.trimEnd().split("\n");
      expect(lines).toHaveLength(manner === "json" ? 1 : 2);
      expect(lines.at(-1)).toContain('"errors":["the stack is currently locked"]');
      expect(lines.at(-1)).toContain('"version":1');
    }
  });
});
