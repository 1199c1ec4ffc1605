import { afterEach, describe, expect, it, vi } from "vitest";
import { PART_VARIABLE } from "../../config/phases.js";
import { type Registered, runProgram } from "./recording.js";

const dynamic = (resources: readonly Registered[]): Registered[] =>
  resources.filter(({ type }) => type.startsWith("pulumi-nodejs:dynamic/"));

afterEach(() => {
  vi.unstubAllEnvs();
});

describe("a run", () => {
  it.each(["frege", "homelab"])(
    "of %s needs every dynamic resource to be in it, in a preview too",
    async (stack) => {
      const asked = dynamic((await runProgram(stack, { preview: true })).resources);
      expect(asked.length).toBeGreaterThan(20);
      expect(asked.filter(({ hasToBePresent }) => !hasToBePresent)).toEqual([]);
    },
  );

  it("for a part that the command line has judged needs none", async () => {
    vi.stubEnv(PART_VARIABLE, "1");
    const asked = dynamic((await runProgram("frege")).resources);
    expect(asked.length).toBeGreaterThan(20);
    expect(asked.filter(({ hasToBePresent }) => hasToBePresent)).toEqual([]);
  });
});
