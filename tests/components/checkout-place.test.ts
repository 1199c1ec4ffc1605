import { tmpdir } from "node:os";
import path from "node:path";
import { expect, it, vi } from "vitest";
import { type Run, runProgram } from "./recording.js";

/** The program as it declares itself where the checkout and the folder of its state lie somewhere else. */
async function runAt(place: string): Promise<Run> {
  vi.stubEnv("PROXMOX_HA_STATE", path.join(place, "state"));
  const { resources, outputs } = await runProgram("frege");
  vi.unstubAllEnvs();
  return { resources, outputs };
}

it("declares the same wherever its files lie, so that a moved checkout changes nothing", async () => {
  const one = path.join(tmpdir(), "of-a-person");
  const [here, there] = [await runAt(one), await runAt(path.join(tmpdir(), "of-a-runner"))];
  expect(there.resources).toEqual(here.resources);
  expect(there.outputs).toEqual(here.outputs);
  expect(JSON.stringify(here.resources)).not.toContain(one);
});
