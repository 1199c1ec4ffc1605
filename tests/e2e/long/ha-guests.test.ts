import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { closeAll, eventually } from "../../../twin/testing/index.js";
import { fregeWithoutGuests } from "../support/own-frege.js";
import { ProgramTwin } from "../support/program-twin.js";

/** A cluster on Proxmox VE 8 with guests under HA, which is upgraded to 9 half-way through the file. */
let twin: ProgramTwin;
const folder = mkdtempSync(path.join(tmpdir(), "ha-guests-"));
const committed = fregeWithoutGuests();
const nodes = ["frege", "russell", "wittgenstein"];
const PLACEMENTS = "ms01-cluster: { frege: 100, russell: 50, wittgenstein: 50 }\n";
/** The rehearsed upgrade leaves the packages of 8, whose OpenFabric does not announce these loopbacks; a changed protocol would be proved, and fail. */
const RING = "thunderbolt: { ports: [en05, en06]";

/** The committed file with guests that it only places. */
function stack(major: 8 | 9, more = ""): string {
  return withoutGuests(major).replace(
    PLACEMENTS,
    [
      `${PLACEMENTS}      resources:`,
      "        vm:100: { placement: ms01-cluster }",
      "        vm:101: {}",
      "        vm:102: {}",
      `${more}\n`,
    ].join("\n"),
  );
}

function withoutGuests(major: 8 | 9): string {
  for (const part of ["major: 9", PLACEMENTS, RING]) {
    expect(committed).toContain(part);
  }
  return committed.replace("major: 9", `major: ${major}`).replace(RING, `${RING}, protocol: ospf`);
}
const write = (text: string): void => writeFileSync(path.join(folder, "Pulumi.frege.yaml"), text);
const haConfig = async (): Promise<string> =>
  await twin.on("frege", "cat /etc/pve/ha/resources.cfg /etc/pve/ha/rules.cfg 2>/dev/null || true");

/**
 * What the upgrade of a node leaves behind, without the packages: it says 9, and Proxmox's daemons have been restarted.
 * Guests run on.
 */
const UPGRADE = [
  `sed -i 's/"major": 8/"major": 9/; s/"version": "[^"]*"/"version": "9.2.11"/' /etc/twin/host.json`,
  "systemctl list-units --plain --no-legend 'pve*.service' | cut -d' ' -f1 | grep -v ^pve-guest | xargs systemctl restart",
].join("\n");

beforeAll(async () => {
  process.env.PROXMOX_HA_PROJECT = folder;
  write(stack(8));
  twin = await ProgramTwin.up("ha-guests");
  await twin.runUp();
});
afterAll(() => closeAll(twin, folder));

describe("guests under HA on Proxmox VE 8", () => {
  it("are waited for while they do not exist, by a look at one host and nothing else", async () => {
    const { done, log } = await twin.runUp();
    expect(done.stdout).toMatch(/vm:100, vm:101, vm:102 wait to come under HA/);
    expect(done.stdout).toContain("nothing to change");
    expect(Object.keys(log.roundTrips())).toEqual(["frege"]);
    expect(await haConfig()).not.toContain("vm:");
  });

  it("come under HA by the first up after somebody made them, as the preview says", async () => {
    await twin.on(
      "frege",
      "qm create 100 --name a --memory 128 && qm create 101 --name b --memory 128",
    );
    const preview = await twin.run("preview");
    expect(preview.done.status).toBe(4);
    expect(preview.done.stdout).toMatch(/High availability(, .*)?\n +update +ha: guests/);
    expect(preview.done.stdout).toMatch(/vm:102 waits to come under HA/);
    await twin.runUp();
    const config = await haConfig();
    expect(config).toMatch(/vm: 100\n\tgroup ms01-cluster/);
    expect(config).toContain("vm: 101");
    expect(config).not.toContain("vm: 102");
  });

  it("may be moved by HA without any drift", async () => {
    await eventually(
      async () => (await twin.on("frege", "ha-manager status")).includes("vm:101 (frege, started)"),
      () => "vm:101 does not start under HA",
      120_000,
    );
    await twin.on("frege", "ha-manager crm-command migrate vm:101 russell");
    await eventually(
      async () =>
        (await twin.on("frege", "ha-manager status")).includes("vm:101 (russell, started)"),
      () => "HA does not move vm:101",
      120_000,
    );
    const refresh = await twin.run("refresh");
    expect(refresh.done.stdout).toContain("nothing to change");
  });
});

describe("the upgrade to Proxmox VE 9", () => {
  it("turns groups into the file's own rules, and nothing shows afterwards", async () => {
    for (const node of nodes) {
      await twin.on(node, UPGRADE);
    }
    write(stack(9));
    const { log } = await twin.runUp();
    // Proxmox turns them by itself, before or while the run looks; the rule that it makes then has to go in either case.
    expect(log.changes()).toContainEqual(
      expect.stringMatching(/^(groups: groups -> rules|.*ha-group-ms01-cluster)/),
    );
    const config = await haConfig();
    expect(config).toMatch(/node-affinity: ms01-cluster\n/);
    expect(config).not.toContain("ha-group-");
    expect(config).not.toContain("\tgroup ");
    expect((await twin.runUp()).done.stdout).toContain("nothing to change");
    expect((await twin.run("refresh")).done.stdout).toContain("nothing to change");
  });

  it("brings rules between guests, and what people set by hand is shown and put back", async () => {
    write(stack(9, "      apart: { dns: [vm:101, vm:102] }"));
    await twin.on("wittgenstein", "qm create 102 --name c --memory 128");
    await twin.runUp();
    expect(await haConfig()).toMatch(/resource-affinity: dns\n/);
    await twin.on("frege", "ha-manager set vm:100 --max_restart 5");
    expect((await twin.run("refresh")).done.stdout).toContain("1 found different");
    const preview = await twin.run("preview");
    expect(preview.done.stdout).toContain("guests[vm:100]: max_restart 5 -> max_restart 1");
    await twin.runUp();
    expect(await haConfig()).not.toContain("max_restart 5");
  });

  it("lets guests leave HA that the file no longer has", async () => {
    write(withoutGuests(9));
    await twin.runUp();
    expect(await haConfig()).not.toContain("vm:");
    expect(await twin.on("frege", "qm list")).toMatch(/100 a/);
  });
});
