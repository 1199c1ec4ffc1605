import type { Deployment } from "@pulumi/pulumi/automation/index.js";
import { describe, expect, it } from "vitest";
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

/** What the back-end keeps beside the state, for every machine that uses it. */
function backend() {
  const tags: Record<string, string> = {};
  return {
    listTags: () => Promise.resolve({ ...tags }),
    setTag: async (key: string, value: string) => {
      tags[key] = value;
    },
    removeTag: async (key: string) => {
      delete tags[key];
    },
  };
}

describe("steps that a killed run had begun", () => {
  it("are looked at by every run until one has come to its end", async () => {
    const shared = backend();
    const killed = stackWith([{ type: "creating" }, { type: "updating" }]).stack;
    expect(await forgetBegunSteps(killed, unseenSteps(shared))).toEqual({
      creations: 1,
      others: 1,
    });
    // The look of that run failed; its state names no begun step any more.
    const next = stackWith([]).stack;
    expect(await forgetBegunSteps(next, unseenSteps(shared))).toEqual({ creations: 0, others: 1 });
    const again = stackWith([{ type: "deleting" }]).stack;
    expect(await forgetBegunSteps(again, unseenSteps(shared))).toEqual({ creations: 0, others: 2 });
    await unseenSteps(shared).seen();
    expect(await forgetBegunSteps(next, unseenSteps(shared))).toEqual({ creations: 0, others: 0 });
  });

  it("are on record before the state forgets them", async () => {
    const shared = backend();
    const { stack } = stackWith([{ type: "updating" }]);
    const cut = { ...stack, importStack: () => Promise.reject(new Error("killed")) };
    await expect(forgetBegunSteps(cut, unseenSteps(shared))).rejects.toThrow("killed");
    expect(await unseenSteps(shared).count()).toBe(1);
  });

  it("leave the state, and everything else stays in it", async () => {
    const { stack, imported } = stackWith([
      { type: "creating" },
      { type: "updating" },
      { type: "deleting" },
    ]);
    expect(await forgetBegunSteps(stack, unseenSteps(backend()))).toEqual({
      creations: 1,
      others: 2,
    });
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
      expect(await forgetBegunSteps(stack, unseenSteps(backend()))).toEqual({
        creations: 0,
        others: 0,
      });
      expect(imported).toEqual([]);
    },
  );
});
