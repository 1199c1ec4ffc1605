import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { PART_VARIABLE } from "../../config/phases.js";
import { ProviderProcess } from "../support/provider-process.js";

/** The provider's process as the engine starts it for a whole run, and for a part. */
let whole: ProviderProcess;
let inPart: ProviderProcess;
const folder = mkdtempSync(path.join(tmpdir(), "proxmox-ha-parts-"));

/** A gate that is met at once: nobody has a path. */
const NOBODY = { name: "lan", hosts: [] };

beforeAll(async () => {
  const env = { PROXMOX_HA_RUN_LOG: "/dev/null" };
  whole = await ProviderProcess.start({ env: { ...env, [PART_VARIABLE]: "" } });
  inPart = await ProviderProcess.start({ env: { ...env, [PART_VARIABLE]: "network" } });
});
afterAll(async () => {
  await Promise.all([whole.stop(), inPart.stop()]);
  rmSync(folder, { recursive: true, force: true });
});

it("leaves word that a resource is in the run, and nothing of it in what is kept", async () => {
  const word = path.join(folder, "lan-gate");
  const without = await whole.check("host/paths", NOBODY);
  expect(existsSync(word)).toBe(false);
  const checked = await whole.check("host/paths", { ...NOBODY, __presence: word });
  expect(existsSync(word)).toBe(true);
  expect(checked).toEqual(without);
  expect(checked.failures).toEqual([]);
});

it("leaves word even of what it refuses", async () => {
  const word = path.join(folder, "wrong");
  const { failures } = await whole.check("host/paths", { hosts: [], __presence: word });
  expect(failures.map(({ property }) => property)).toEqual(["name"]);
  expect(existsSync(word)).toBe(true);
});

it("measures again in the next whole run what was passed in a part, and then no more", async () => {
  const { inputs } = await whole.check("host/paths", NOBODY);
  const { id, outs } = await inPart.create(inputs);
  expect(await whole.diff(id, outs, inputs)).toMatchObject({ changes: true });
  const { outs: proved } = await whole.update(id, outs, inputs);
  expect(await whole.diff(id, proved, inputs)).toMatchObject({ changes: false });
});
