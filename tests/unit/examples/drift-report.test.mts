import { describe, expect, it } from "vitest";
import { runIn } from "../../../examples/ci/answers.mjs";
import { driftOf } from "../../../examples/ci/drift-report.mjs";
import { previewJson } from "./told.js";

function told(status: number, json: unknown): string[] {
  return driftOf({ stack: "frege", status, run: runIn(json, "preview") });
}

describe("the report of a nightly look", () => {
  it("is one line where all is as it was", () => {
    expect(told(0, previewJson({ changes: { same: 84 } }))).toEqual(["frege: no drift"]);
  });

  it("says drift with each step, and why it would be done", () => {
    const step = {
      phase: "host",
      title: "Hosts",
      of: "russell",
      action: "update",
      name: "russell-names",
      kind: "host/Files",
      why: ["/etc/hosts: 120 bytes -> 98 bytes"],
    };
    const lines = told(4, previewJson({ status: 4, changes: { update: 1 } }, { steps: [step] }));
    expect(lines[0]).toContain("frege: DRIFT");
    expect(lines).toContain("  update russell-names (host/Files, Hosts)");
    expect(lines).toContain("    /etc/hosts: 120 bytes -> 98 bytes");
  });

  it("does not take silence for drift, nor for its absence", () => {
    const lines = told(5, previewJson({ status: 5, errors: ["russell (10.203.3.12) is silent"] }));
    expect(lines[0]).toBe("frege: UNREACHABLE. Whether there is drift is not known.");
    expect(lines[1]).toContain("russell");
  });

  it.each([1, 2, 3, 130])("gives status %i its number and its reasons", (status) => {
    expect(told(status, { status, errors: ["the stack is currently locked"] })).toEqual([
      `frege: the look failed with status ${status}.`,
      "the stack is currently locked",
    ]);
  });
});
