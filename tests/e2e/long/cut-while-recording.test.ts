import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { closeAll } from "../../../twin/testing/index.js";
import { ownFrege } from "../support/own-frege.js";
import { ProgramTwin } from "../support/program-twin.js";

/**
 * A kill between the native provider's call and the engine's record can't be timed from outside. It leaves a storage on the cluster that
 * the state does not know, although the program knows that it was not there before; that is made here by other means.
 */
let twin: ProgramTwin;
const file = ownFrege();
beforeAll(async () => {
  // Nobody has to wait for a server that is gone on purpose.
  file.write([["    ha:\n", "    deadlines: { storage: 15s }\n    ha:\n"]]);
  twin = await ProgramTwin.up("recording");
});
afterAll(() => closeAll(twin, file));

const DEFINED = [
  "pvesm add nfs nfs-vms --server 10.203.3.99 --export /volume1/proxmox/vms --content images,rootdir --options vers=4.2,hard",
  "touch /mnt/pve/nfs-vms/kept",
].join(" && ");

describe("a storage that a cut run has defined and not recorded", () => {
  it("is defined anew and recorded by the next run, with what lies on it untouched", async () => {
    await twin.twin(["fault", twin.name, "nas-gone", "nas"]);
    // The list of storages is recorded, and no storage can be defined yet.
    const { done: cut } = await twin.run("up");
    expect(cut.stdout).toMatch(/gets no answer from 10\.203\.3\.99/);
    await twin.twin(["heal", twin.name]);
    await twin.on("frege", DEFINED);
    const { log } = await twin.runUp();
    expect(log.steps().map(({ verb }) => verb)).toContain(
      "clear /storage/nfs-vms, which a cut run has made",
    );
    expect(await twin.on("russell", "ls /mnt/pve/nfs-vms")).toContain("kept");
    await twin.untilHealthy(60_000);
    const again = await twin.runUp();
    expect(again.done.stdout).toContain("nothing to change");
    expect(again.log.steps()).toEqual([]);
  });
});
