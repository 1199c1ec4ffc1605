import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { gateFor, gateIn, mayBegin } from "../../../dynamic-providers/pveceph/osds/leaving.js";
import { closeAll, OwnStack, untilOn } from "../../../twin/testing/index.js";
import { BESIDE_A_LOST_HOST, SITUATIONS, STAGES, VERDICTS } from "../../support/ceph-verdicts.js";
import { ProgramTwin } from "../support/program-twin.js";

/** One Ceph to which everything happens that the twin can do to disks and monitors; what a person then sees, and how long it takes. */
let twin: ProgramTwin;
const stack = new OwnStack(
  path.resolve(__dirname, "..", "..", "fixtures", "stacks", "Pulumi.trio.yaml"),
);
const LATE = 300_000;
const state = (expression: string) =>
  `timeout 20 ceph status -f json | python3 -c '
import json, sys
seen = json.load(sys.stdin)
osds = seen["osdmap"]
states = {one["state_name"] for one in seen["pgmap"].get("pgs_by_state", [])}
checks = set(seen["health"]["checks"])
sys.exit(not (${expression}))'`;
const WHOLE = state(
  'osds["num_up_osds"] == 6 and states == {"active+clean"} and len(seen["quorum_names"]) == 3',
);
const screen = async () => (await twin.run("status")).done;
const fault = (...words: readonly string[]) => twin.twin(["fault", twin.name, ...words]);

/** How long until a member sees it so, in seconds. */
async function secondsUntil(node: string, script: string): Promise<number> {
  const began = performance.now();
  await untilOn(twin, node, script, LATE);
  return Math.round((performance.now() - began) / 1_000);
}

/** What the gates make of a verdict; it is kept for the tests without a Ceph where that is asked for. */
async function verdictAt(node: string, name: string): Promise<readonly string[]> {
  const said = await twin.on(node, gateFor(0).command);
  if (process.env.PROXMOX_HA_RECORD !== undefined) {
    mkdirSync(VERDICTS, { recursive: true });
    writeFileSync(path.join(VERDICTS, `${name}.txt`), said);
  }
  const gate = gateIn(said);
  return STAGES.filter((stage) => mayBegin(stage, gate, false));
}

/** Writes through one member until a write of five seconds comes through; how long that took. */
const SERVES = `echo now > /root/now && timeout 5 rados -p vm-disks put now /root/now`;

async function whole(): Promise<void> {
  await twin.twin(["heal", twin.name]);
  await twin.on("adele", "ceph osd unset nobackfill; ceph osd unset norecover; ceph osd in all");
  await untilOn(twin, "adele", WHOLE, LATE);
}

beforeAll(async () => {
  stack.write();
  twin = await ProgramTwin.up("cephfaults", "trio");
  await twin.runUp();
});
afterAll(() => closeAll(twin, stack));

// What one test leaves behind must not fail the next one.
afterEach(whole, LATE + 60_000);

describe("a Ceph to which something happens", () => {
  it("is healthy on the screen while nothing does", async () => {
    const { status, stdout } = await screen();
    expect(stdout).toMatch(/Ceph\n {2}health +HEALTH_(OK|WARN)\n/);
    expect(stdout).toMatch(/OSDs +6, 6 up, 6 in/);
    expect(status, stdout).toBe(0);
  });

  it("says itself what may be done to an OSD, and is understood", {
    timeout: 900_000,
  }, async () => {
    const tree = await twin.on(
      "adele",
      'ceph osd find 0 | grep -o \'"host": *"[a-z]*"\' | tail -1',
    );
    const home = ["adele", "berta", "clara"].find((node) => tree.includes(`"${node}"`)) ?? "adele";
    for (const { name, may, bring, until } of SITUATIONS) {
      await twin.on(home, bring);
      await untilOn(twin, home, until, LATE);
      expect({ name, may: await verdictAt(home, name) }).toEqual({ name, may });
    }
    const { name, may } = BESIDE_A_LOST_HOST;
    await fault("host-kill", home === "clara" ? "berta" : "clara");
    await untilOn(
      twin,
      home,
      state('osds["num_up_osds"] == 4 and states != {"active+clean"}'),
      LATE,
    );
    expect({ name, may: await verdictAt(home, name) }).toEqual({ name, may });
    await whole();
  });

  it("says which OSDs a dead disk took, and is clean again once its copies are made anew elsewhere", async () => {
    await twin.on("adele", "ceph config set mon mon_osd_down_out_interval 5");
    await fault("disk-dead", "berta", "nvme1n1");
    const down = await secondsUntil("adele", state('osds["num_up_osds"] == 5'));
    const { status, stdout } = await screen();
    expect(stdout).toMatch(/lacks +of 6 OSDs 5 are up/);
    expect(status).toBe(1);
    const clean = await secondsUntil(
      "adele",
      state('osds["num_in_osds"] == 5 and states == {"active+clean"}'),
    );
    console.log(`OSD lost: seen down after ${down} s, active+clean again after ${down + clean} s`);
    await twin.on("adele", "ceph config set mon mon_osd_down_out_interval 900");
    await whole();
  });

  it("goes on serving when a host is lost, and when the monitor goes that led", async () => {
    await fault("host-kill", "clara");
    const served = await secondsUntil("adele", SERVES);
    await untilOn(twin, "adele", state('osds["num_up_osds"] == 4'), LATE);
    const { stdout } = await screen();
    expect(stdout).toMatch(/lacks +monitors that are in no quorum: clara/);
    console.log(`host lost: a write comes through after ${served} s, degraded`);
    await whole();

    const leader = (
      await twin.on(
        "adele",
        "ceph quorum_status -f json | python3 -c 'import json, sys; print(json.load(sys.stdin)[\"quorum_leader_name\"])'",
      )
    ).trim();
    const other = ["adele", "berta", "clara"].find((node) => node !== leader) ?? "berta";
    await fault("daemon-stop", leader, `ceph-mon@${leader}.service`);
    const elected = await secondsUntil(
      other,
      state(`len(seen["quorum_names"]) == 2 and "${leader}" not in seen["quorum_names"]`),
    );
    console.log(`monitor lost (the leader): the others answer after ${elected} s`);
    await whole();
  });

  it("warns of a disk that is slow and of a clock that is off, which stop nobody", async () => {
    await fault("clock-skew", "berta", "2", "ceph-mon@berta.service");
    await untilOn(twin, "adele", state('"MON_CLOCK_SKEW" in checks'), LATE);
    expect((await screen()).stdout).toMatch(/warns +clock skew detected on mon\.berta/);
    await whole();

    await fault("disk-slow", "clara", "nvme2n1", "40");
    // Slow is what takes longer than half a minute; only a write that needs this OSD shows it.
    await twin.on(
      "adele",
      "for one in $(seq 1 40); do (timeout 100 rados -p vm-disks put slow$one /root/now >/dev/null 2>&1 &) ; done",
    );
    await untilOn(twin, "adele", state('"SLOW_OPS" in checks'), LATE);
    expect((await screen()).stdout).toMatch(/warns +\d+ slow ops/);
    await whole();
    await twin.on(
      "adele",
      "for one in $(seq 1 40); do rados -p vm-disks rm slow$one 2>/dev/null; done; true",
    );
  });

  it("whose OSD is full takes no write, which the screen and the next run both say", async () => {
    await fault("osd-full", "adele", "nvme1n1");
    await untilOn(twin, "adele", state('"OSD_FULL" in checks'), LATE);
    const { status, stdout } = await screen();
    expect(stdout).toMatch(/warns +1 full osd/);
    expect(stdout).toMatch(/health +HEALTH_ERR/);
    expect(status).toBe(1);
    await whole();
    await untilOn(twin, "adele", SERVES, LATE);
  });
});
