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
    vi.stubEnv(PART_VARIABLE, "backup");
    const asked = dynamic((await runProgram("frege")).resources);
    expect(asked.length).toBeGreaterThan(20);
    expect(asked.filter(({ hasToBePresent }) => hasToBePresent)).toEqual([]);
  });

  it("for a part that ends before others declares nothing behind that, and has the outputs so far", async () => {
    vi.stubEnv(PART_VARIABLE, "network");
    const { resources, outputs } = await runProgram("frege");
    const names = resources.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(["nodes", "frege-reboot", "ring-paths"]));
    expect(names).not.toContain("ms01-founded");
    expect(Object.keys(outputs)).toEqual(expect.arrayContaining(["addresses", "bonds"]));
    expect(Object.keys(outputs)).not.toContain("endpoint");
  });

  it("for a part whose end is no phase says so", async () => {
    vi.stubEnv(PART_VARIABLE, "1");
    await expect(runProgram("frege")).rejects.toThrow(/PROXMOX_HA_PART is 1, which is no phase/);
  });
});
