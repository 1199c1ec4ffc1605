import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { closeAll } from "../../../twin/testing/index.js";
import { installBootLoader } from "../support/boot-loader.js";
import { ProgramTwin } from "../support/program-twin.js";
import { expectEachSettingOfSolo, soloStack } from "../support/solo-stack.js";

const folder = mkdtempSync(path.join(tmpdir(), "hosts-on-8-"));
let twin: ProgramTwin;

beforeAll(async () => {
  process.env.PROXMOX_HA_PROJECT = folder;
  writeFileSync(path.join(folder, "Pulumi.alone.yaml"), soloStack(8));
  twin = await ProgramTwin.up("hosts-on-8", "alone");
  await installBootLoader(twin, { solo: "systemd-boot" });
});
afterAll(() => closeAll(twin, folder));

describe("a fresh host with Proxmox VE 8", () => {
  it("restarts once, is as the stack file says, and is left alone afterwards", async () => {
    const { log } = await twin.runUp();
    expect(log.steps().filter(({ verb }) => verb === "reboot")).toHaveLength(1);
    await expectEachSettingOfSolo(twin, 8);
    const again = await twin.runUp();
    expect(again.done.stdout).toMatch(/nothing to change/);
    expect(again.log.steps()).toEqual([]);
  });
});
