import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { closeAll, OwnStack, untilOn } from "../../../twin/testing/index.js";
import { SOON } from "../../support/days.js";
import { ProgramTwin } from "../support/program-twin.js";

/** One cluster for the whole file; adele has a third disk, so that one can take another's place. */
let twin: ProgramTwin;
const stack = new OwnStack(
  path.resolve(__dirname, "..", "..", "fixtures", "stacks", "Pulumi.trio.yaml"),
);
const LATE = 300_000;
const withDisks = (count: number, consent = "") =>
  [
    [
      "        everyNode:\n",
      `        allowUneven: true
        nodes:
          adele:
            - select: { model: "DATA*", atLeast: 19GB, atMost: 20GB }
              count: ${count}
        everyNode:
`,
    ],
    [
      "    ceph:\n",
      `${consent === "" ? "" : `    consent: { "${consent}": ${SOON} }\n`}    ceph:\n`,
    ],
  ] as const;

/** Numbers of adele's OSDs by their disks. */
const osds = async (): Promise<ReadonlyMap<string, string>> => {
  const said = await twin.on(
    "adele",
    'for one in /var/lib/ceph/osd/ceph-*; do echo "$(readlink "$one/block") $(basename "$one")"; done',
  );
  return new Map(
    said
      .trim()
      .split("\n")
      .map((line) => /^(\S+) ceph-(\d+)$/.exec(line) ?? [])
      .map(([, device = "", osd = ""]) => [device, osd]),
  );
};
const upAndIn = (count: number) =>
  `ceph status -f json | python3 -c '
import json, sys
seen = json.load(sys.stdin)
states = {one["state_name"] for one in seen["pgmap"]["pgs_by_state"]}
sys.exit((seen["osdmap"]["num_up_osds"], seen["osdmap"]["num_in_osds"], states) != (${count}, ${count}, {"active+clean"}))'`;
/** A disk of another machine, with one partition on it. */
const OLD_TABLE = `python3 -c '
table = bytearray(512)
table[446:462] = bytes([0, 0, 0, 0, 0x83, 0, 0, 0, 0, 8, 0, 0, 0, 0, 1, 0])
table[510:] = bytes([0x55, 0xAA])
with open("/dev/nvme2n1", "r+b") as disk:
    disk.write(table)'`;
const kept = () => twin.on("berta", "timeout 60 rados -p vm-disks get kept -");

beforeAll(async () => {
  stack.write(withDisks(3));
  twin = await ProgramTwin.up("cephdisks", "trio");
});
afterAll(() => closeAll(twin, stack));

describe("disks of Ceph", () => {
  it("are found by a range of sizes, and one with old data is wiped by the consent that names it", async () => {
    await twin.on("adele", OLD_TABLE);
    const refused = await twin.run("preview");
    const said = `${refused.done.stdout}${refused.done.stderr}`.replaceAll(/\s+/g, " ");
    const [, consent = ""] = /with the consent `(wipe\.adele\.\w+)` it is wiped/.exec(said) ?? [];
    expect(consent).not.toBe("");
    stack.write(withDisks(3, consent));
    await twin.runUp();
    expect([...(await osds()).keys()].toSorted()).toEqual([
      "/dev/nvme1n1",
      "/dev/nvme2n1",
      "/dev/nvme3n1",
    ]);
    await twin.on("adele", "echo before > /root/kept && rados -p vm-disks put kept /root/kept");
  });

  it("stay when a rule means fewer of them, until a consent names the OSD that leaves", async () => {
    const osd = (await osds()).get("/dev/nvme1n1");
    stack.write(withDisks(2));
    const refused = await twin.run("preview");
    expect(refused.done.status).not.toBe(0);
    stack.write(withDisks(2, `osd.${osd}`));
    await twin.runUp();
    expect([...(await osds()).keys()]).toEqual(["/dev/nvme2n1", "/dev/nvme3n1"]);
    await untilOn(twin, "berta", upAndIn(6), LATE);
    expect(await kept()).toBe("before\n");
  });

  it("are replaced while they live, and the number goes to the disk that takes the place", async () => {
    const before = await osds();
    const osd = before.get("/dev/nvme2n1");
    stack.write(withDisks(2, `osd.${osd}`));
    await twin.runUp();
    expect(await osds()).toEqual(
      new Map([
        ["/dev/nvme1n1", osd],
        ["/dev/nvme3n1", before.get("/dev/nvme3n1")],
      ]),
    );
    await untilOn(twin, "berta", upAndIn(6), LATE);
    expect(await kept()).toBe("before\n");
    // A consent names no host: while it stands in the file, each of the others looks whether the OSD is its own.
    const used = await twin.runUp();
    expect(used.done.stdout).toMatch(/nothing to change/);
    expect(used.log.roundTrips()).toEqual({ berta: 1, clara: 1 });
    // That it was taken back is recorded, so that it cannot end a work that was cut.
    stack.write(withDisks(2));
    expect((await twin.runUp()).done.stdout).toMatch(/: 1 updated/);
    const { done, log } = await twin.runUp();
    expect(done.stdout).toMatch(/nothing to change/);
    expect(log.roundTrips()).toEqual({});
  });

  it("are named when they are dead, and replaced by the one that is put in", async () => {
    const osd = (await osds()).get("/dev/nvme3n1");
    await twin.on(
      "adele",
      `systemctl kill -s KILL ceph-osd@${osd}; systemctl disable --now ceph-osd@${osd}; echo nvme3n1 > /run/pve-standin-pulled-disks`,
    );
    await untilOn(twin, "berta", "ceph status -f json | grep -q '\"num_up_osds\":5'", LATE);
    const told = await twin.run("preview");
    expect(told.done.stdout).toContain(`is gone, and osd.${osd} lies on no disk`);
    expect(told.done.stdout).toMatch(/a rule means .*, which is not taken by itself/);
    await twin.run("refresh");
    const seen = await twin.run("preview");
    expect(seen.done.stdout).toContain(`gone with osd.${osd} -> OSD`);
    stack.write(withDisks(2, `osd.${osd}`));
    await twin.runUp();
    expect((await osds()).get("/dev/nvme2n1")).toBe(osd);
    await untilOn(twin, "berta", upAndIn(6), LATE);
    expect(await kept()).toBe("before\n");
  });
});

describe("daemons of Ceph that have left the file", () => {
  const SERVERS = "      metadataServers: [adele, berta]\n";
  const FEWER = [
    SERVERS,
    "      managers: [adele, berta]\n      metadataServers: [adele, clara]\n",
  ] as const;
  const consents = [
    "    ceph:\n",
    `    consent: { manager.clara: ${SOON}, metadataServer.berta: ${SOON} }\n    ceph:\n`,
  ] as const;
  const folders = async (host: string): Promise<string[]> =>
    (
      await twin.on(
        host,
        "ls -d /var/lib/ceph/mgr/ceph-* /var/lib/ceph/mds/ceph-* 2>/dev/null || true",
      )
    )
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => line.split("/")[4] ?? "");

  it("stay without a consent, which the run names", async () => {
    stack.write([...withDisks(2), FEWER]);
    const { done } = await twin.runUp();
    const said = done.stdout.replaceAll(/\s+/g, " ");
    expect(said).toContain("`manager.clara`");
    expect(said).toContain("`metadataServer.berta`");
    expect(await folders("berta")).toEqual(["mds", "mgr"]);
    expect(await folders("clara")).toEqual(["mds", "mgr"]);
  });

  it("go by consent, once another serves in their place, and a second run asks nobody", async () => {
    stack.write([...withDisks(2), FEWER, consents]);
    await twin.runUp();
    expect(await folders("berta")).toEqual(["mgr"]);
    expect(await folders("clara")).toEqual(["mds"]);
    const state = await twin.on("adele", "ceph status -f json");
    expect(state).toMatch(/"up":1/);
    expect(await kept()).toBe("before\n");
    expect((await twin.runUp()).log.roundTrips()).toEqual({});
  });
});
