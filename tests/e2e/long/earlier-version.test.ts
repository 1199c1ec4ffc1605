import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { z } from "zod";
import { closeAll } from "../../../twin/testing/index.js";
import { sectionWithIds } from "../../support/earlier-state.js";
import { goBackToEarlierState } from "../support/earlier-version.js";
import { ownFrege } from "../support/own-frege.js";
import { ProgramTwin } from "../support/program-twin.js";

/** The cluster of the kept state on a twin; before each test its state is again as version 0.1.0 wrote it. */
let twin: ProgramTwin;
const file = ownFrege();
const section = sectionWithIds();
const storages = z.record(z.string(), z.looseObject({})).parse(section.storage);
const NODES = ["frege", "russell", "wittgenstein"];

const write = (changes: Readonly<Record<string, unknown>> = {}): void =>
  file.put(stringify({ config: { "proxmox-ha:cluster": { ...section, ...changes } } }));
const without = (name: string): Readonly<Record<string, unknown>> => ({
  storage: Object.fromEntries(Object.entries(storages).filter(([other]) => other !== name)),
});

beforeAll(async () => {
  write();
  twin = await ProgramTwin.up("earlier");
  await twin.runUp();
});
beforeEach(async () => {
  await goBackToEarlierState(twin, NODES);
});
afterAll(() => closeAll(twin, file));

/** But for the one file that is another one since. */
const WRITTEN =
  "find /etc/pve /etc/network /etc/frr /etc/ssh /etc/sysctl.d /etc/systemd /etc/hosts /etc/resolv.conf /root/.ssh /etc/corosync -type f ! -name '.*' ! -name '*status' ! -path /etc/frr/daemons ! -path '*/lock/*' -exec md5sum {} + | sort -k 2";
const written = (): Promise<string[]> => Promise.all(NODES.map((node) => twin.on(node, WRITTEN)));

describe("a cluster that version 0.1.0 formed", () => {
  it("is updated without a difference, and no host is asked anything but by the phase that is new", async () => {
    const before = await written();
    const preview = await twin.run("preview");
    expect(preview.done.status).toBe(4);
    // Machines, fencers, and the proof; the component was there and held nothing. A file for the watchdog's driver is new, FRR has
    // two consoles less, and nobody knows what carried the networks when they were measured.
    expect(preview.done.stdout).toMatch(/preview frege: 7 to create, 8 to update, \d+ unchanged/);
    expect(preview.log.steps()).toEqual([]);
    const { done, log } = await twin.runUp();
    expect(done.stdout).toMatch(/up frege: 7 created, 8 updated, \d+ unchanged/);
    expect(
      log
        .ownSteps()
        .filter(({ resource }) => !/fenc|system|host\/paths|the routing of/.test(resource)),
    ).toEqual([]);
    expect(await written()).toEqual(before);
    expect(await twin.on("frege", "grep -c '^[sm].*d_options=.*-A 127' /etc/frr/daemons")).toBe(
      "2\n",
    );
    expect((await twin.runUp()).done.stdout).toContain("nothing to change");
  });

  it("is as its state says, in the eyes of a refresh", async () => {
    const { done } = await twin.run("refresh");
    expect(done.stdout).toContain("nothing to change");
    await twin.runUp();
    expect((await twin.run("refresh")).done.stdout).toContain("nothing to change");
  });

  it("keeps a storage that holds volumes", async () => {
    await twin.on("frege", "pvesm alloc nfs-vms 100 vm-100-disk-0.raw 1M");
    write(without("nfs-vms"));
    const { done } = await twin.run("up");
    expect(done.status).toBe(3);
    expect(done.stdout).toContain("nfs-vms:100/vm-100-disk-0.raw");
    expect(await twin.on("frege", "cat /etc/pve/storage.cfg")).toContain("nfs-vms");
  });

  it("gets a change of its file, and nothing beside it", async () => {
    write(without("nfs-isos"));
    const { done } = await twin.runUp();
    // Gone: storage, guard and their component. The list, the servers and the proof are asked anew; fencing is new.
    for (const count of ["3 deleted", "11 updated", "7 created"]) {
      expect(done.stdout).toContain(count);
    }
    const config = await twin.on("frege", "cat /etc/pve/storage.cfg");
    expect(config).not.toContain("nfs-isos");
    expect(config).toContain("nfs-vms");
    expect((await twin.runUp()).done.stdout).toContain("nothing to change");
    expect((await twin.run("refresh")).done.stdout).toContain("nothing to change");
  });
});
