import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { closeAll, OwnStack, untilOn } from "../../../twin/testing/index.js";
import { ProgramTwin } from "../support/program-twin.js";

/** One cluster for the whole file: three hosts with two disks each, and real daemons of Ceph on them. */
let twin: ProgramTwin;
const stack = new OwnStack(
  path.resolve(__dirname, "..", "..", "fixtures", "stacks", "Pulumi.trio.yaml"),
);
const NODES = ["adele", "berta", "clara"];
const LATE = 300_000;

const status = z.object({
  quorum_names: z.array(z.string()),
  osdmap: z.object({ num_osds: z.number(), num_up_osds: z.number(), num_in_osds: z.number() }),
  pgmap: z.object({
    pgs_by_state: z.array(z.object({ state_name: z.string(), count: z.number() })),
  }),
});
const cephStatus = async (node: string) =>
  status.parse(JSON.parse(await twin.on(node, "timeout 20 ceph status -f json")));
/** Ends well once all are up and every placement group is clean. */
const whole = `ceph status -f json | python3 -c '
import json, sys
seen = json.load(sys.stdin)
states = {one["state_name"] for one in seen["pgmap"]["pgs_by_state"]}
sys.exit(seen["osdmap"]["num_up_osds"] != 6 or states != {"active+clean"} or len(seen["quorum_names"]) != 3)'`;

beforeAll(async () => {
  stack.write();
  twin = await ProgramTwin.up("ceph", "trio");
});
afterAll(() => closeAll(twin, stack));

describe("Ceph on three hosts", () => {
  it("is refused in the preview while a disk holds something, which is named and left alone", async () => {
    await twin.on("berta", "mkswap -q /dev/nvme2n1");
    const { done } = await twin.run("preview");
    expect(done.status).not.toBe(0);
    const said = `${done.stdout}${done.stderr}`.replaceAll(/\s+/g, " ");
    expect(said).toMatch(
      /berta.*\/dev\/nvme2n1 \(DATATWIN, serial \w+, 20 GB, swap\) is in use: swap/,
    );
    expect(said).toContain("No disk was touched");
    expect(await twin.on("berta", "blkid -o value -s TYPE /dev/nvme2n1")).toBe("swap\n");
    await twin.on("berta", "wipefs --all --quiet /dev/nvme2n1");
  });

  it("comes up with monitors, managers, OSDs and a pool that serves", async () => {
    const { done } = await twin.runUp();
    console.log(`up with Ceph: ${done.seconds} s`);
    const seen = await cephStatus("clara");
    expect(seen.quorum_names.toSorted()).toEqual(NODES);
    expect(seen.osdmap).toMatchObject({ num_osds: 6, num_up_osds: 6, num_in_osds: 6 });
    expect(seen.pgmap.pgs_by_state.map(({ state_name }) => state_name)).toEqual(["active+clean"]);
    expect(await twin.on("adele", "ceph osd pool get vm-disks all")).toMatch(
      /size: 3\nmin_size: 2\npg_num: 16\n/,
    );
    expect(await twin.on("adele", "ceph osd crush tree")).toMatch(/nvme +\S+ +osd\.0/);
    expect(await twin.on("adele", "ceph osd pool get vm-disks crush_rule")).toBe(
      "crush_rule: replicated_nvme\n",
    );
    expect(await twin.on("adele", "ceph osd pool get-quota vm-disks -f json")).toContain(
      '"quota_max_bytes":5000000000',
    );
    const settings = await twin.on("adele", "ceph config dump -f json");
    for (const [option, value] of [
      ["osd_memory_target", "4294967296"],
      ["mon_osd_down_out_interval", "900"],
      ["osd_mclock_profile", "high_client_ops"],
      ["osd_max_backfills", "2"],
    ]) {
      expect(settings).toContain(`"name":"${option}","value":"${value}"`);
    }
    expect(await twin.on("adele", "ceph mgr module ls -f json")).toMatch(
      /"enabled_modules":\[[^\]]*"prometheus"/,
    );
    // The probe of the gate has gone again.
    expect(await twin.on("adele", "rados -p vm-disks ls")).toBe("");
    expect(await twin.on("berta", "cat /etc/pve/storage.cfg")).toMatch(
      /rbd: vm-disks\n(\t.*\n)*\tpool vm-disks\n/,
    );
    const { storages } = await twin.status();
    const states = Object.fromEntries(storages.map((one) => [one.storage, one.states]));
    expect(states["vm-disks"]).toEqual({ adele: "active", berta: "active", clara: "active" });
    expect(states.shared).toEqual({ adele: "active", berta: "active", clara: "active" });
  });

  it("has a file system that every host mounts, with a server that follows the active one", async () => {
    const filesystems = await twin.on("clara", "ceph fs dump -f json");
    expect(filesystems).toMatch(/"fs_name":"shared"/);
    expect(filesystems).toMatch(/"state":"up:active"/);
    expect(filesystems).toMatch(/"state":"up:standby-replay"/);
    await twin.on("adele", "echo seen > /mnt/pve/shared/snippets/one");
    expect(await twin.on("clara", "cat /mnt/pve/shared/snippets/one")).toBe("seen\n");
  });

  it("is left alone by the second up, which asks nobody", async () => {
    const { done, log } = await twin.runUp();
    expect(done.stdout).toMatch(/nothing to change/);
    expect(log.roundTrips()).toEqual({});
  });

  it("serves without one of its hosts, and is whole again with it", async () => {
    await twin.on("adele", "echo before > /root/kept && rados -p vm-disks put kept /root/kept");
    await twin.twin(["fault", twin.name, "host-kill", "berta"]);
    await untilOn(twin, "adele", "ceph status -f json | grep -q '\"num_up_osds\":4'", LATE);
    await twin.on(
      "clara",
      "echo without > /root/more && timeout 60 rados -p vm-disks put more /root/more",
    );
    expect(await twin.on("clara", "timeout 60 rados -p vm-disks get kept -")).toBe("before\n");
    await untilOn(twin, "clara", "timeout 20 cat /mnt/pve/shared/snippets/one", LATE);

    await twin.twin(["heal", twin.name]);
    await untilOn(twin, "berta", whole, LATE);
    expect(await twin.on("berta", "timeout 60 rados -p vm-disks get more -")).toBe("without\n");
  });

  it("shows what a hand has changed of its pool, and puts it back", async () => {
    await twin.on(
      "adele",
      "ceph osd pool set vm-disks pg_autoscale_mode warn && ceph osd pool set-quota vm-disks max_bytes 0",
    );
    await twin.on("adele", "ceph config set osd osd_max_backfills 7");
    await twin.run("refresh");
    const { done } = await twin.run("preview");
    expect(done.stdout).toMatch(/pool-vm-disks: autoscale: warn -> on/);
    expect(done.stdout).toMatch(/settings: recovery\.backfills: 7 -> 2/);
    await twin.runUp();
    expect(await twin.on("adele", "ceph osd pool get vm-disks pg_autoscale_mode")).toBe(
      "pg_autoscale_mode: on\n",
    );
    expect(await twin.on("adele", "ceph osd pool get-quota vm-disks -f json")).toContain(
      '"quota_max_bytes":5000000000',
    );
    expect(await twin.on("adele", "ceph config dump -f json")).toContain(
      '"name":"osd_max_backfills","value":"2"',
    );
  });
});
