import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Deployment } from "@pulumi/pulumi/automation/index.js";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  begunLine,
  forgetBegunSteps,
  unseenSteps,
} from "../../../automation/engine/begun-steps.js";

function stackWith(pending: readonly { type: string }[] | undefined) {
  const imported: Deployment[] = [];
  const stack = {
    exportStack: (): Promise<Deployment> =>
      Promise.resolve({
        version: 3,
        deployment: {
          manifest: { time: "t" },
          resources: [{ urn: "urn:a" }],
          ...(pending === undefined ? {} : { pending_operations: pending }),
        },
      }),
    importStack: (state: Deployment): Promise<void> => {
      imported.push(state);
      return Promise.resolve();
    },
  };
  return { stack, imported };
}

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "begun-steps-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("steps that a killed run had begun", () => {
  it("are looked at by every run until one has come to its end", async () => {
    const killed = stackWith([{ type: "creating" }, { type: "updating" }]).stack;
    expect(await forgetBegunSteps(killed, unseenSteps(folder))).toEqual({
      creations: 1,
      others: 1,
    });
    // The look of that run failed; its state names no begun step any more.
    const next = stackWith([]).stack;
    expect(await forgetBegunSteps(next, unseenSteps(folder))).toEqual({ creations: 0, others: 1 });
    const again = stackWith([{ type: "deleting" }]).stack;
    expect(await forgetBegunSteps(again, unseenSteps(folder))).toEqual({ creations: 0, others: 2 });
    unseenSteps(folder).seen();
    expect(await forgetBegunSteps(next, unseenSteps(folder))).toEqual({ creations: 0, others: 0 });
  });

  it("are on record before the state forgets them", async () => {
    const { stack } = stackWith([{ type: "updating" }]);
    const cut = { ...stack, importStack: () => Promise.reject(new Error("killed")) };
    await expect(forgetBegunSteps(cut, unseenSteps(folder))).rejects.toThrow("killed");
    expect(unseenSteps(folder).count()).toBe(1);
  });

  it("leave the state, and everything else stays in it", async () => {
    const { stack, imported } = stackWith([
      { type: "creating" },
      { type: "updating" },
      { type: "deleting" },
    ]);
    expect(await forgetBegunSteps(stack, unseenSteps(folder))).toEqual({ creations: 1, others: 2 });
    expect(imported).toEqual([
      {
        version: 3,
        deployment: {
          manifest: { time: "t" },
          resources: [{ urn: "urn:a" }],
          pending_operations: [],
        },
      },
    ]);
  });

  it("are told in one line, with what the run does about them", () => {
    expect(begunLine({ creations: 0, others: 0 })).toEqual([]);
    expect(begunLine({ creations: 2, others: 0 })).toEqual([
      "Of 2 steps it is not known how far they came, so this run looks at what it makes first.",
    ]);
    expect(begunLine({ creations: 0, others: 1 })).toEqual([
      "Of 1 step it is not known how far it came, so this run looks at every resource first.",
    ]);
  });

  it.each([[undefined], [[]]])(
    "are none where there are none: %j, and nothing is written",
    async (pending) => {
      const { stack, imported } = stackWith(pending);
      expect(await forgetBegunSteps(stack, unseenSteps(folder))).toEqual({
        creations: 0,
        others: 0,
      });
      expect(imported).toEqual([]);
    },
  );
});
