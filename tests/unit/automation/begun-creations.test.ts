import type { Deployment } from "@pulumi/pulumi/automation/index.js";
import { describe, expect, it } from "vitest";
import { forgetBegunCreations } from "../../../automation/engine/begun-creations.js";

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

describe("creations that a killed run had begun", () => {
  it("leave the state, and everything else stays in it", async () => {
    const { stack, imported } = stackWith([{ type: "creating" }, { type: "deleting" }]);
    expect(await forgetBegunCreations(stack)).toBe(1);
    expect(imported).toEqual([
      {
        version: 3,
        deployment: {
          manifest: { time: "t" },
          resources: [{ urn: "urn:a" }],
          pending_operations: [{ type: "deleting" }],
        },
      },
    ]);
  });

  it.each([[undefined], [[]], [[{ type: "updating" }]]])(
    "are none where there are none: %j, and nothing is written",
    async (pending) => {
      const { stack, imported } = stackWith(pending);
      expect(await forgetBegunCreations(stack)).toBe(0);
      expect(imported).toEqual([]);
    },
  );
});
