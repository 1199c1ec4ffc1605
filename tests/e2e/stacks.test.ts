import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { OwnStack, untilOn } from "../../twin/testing/index.js";
import type { ProgramTwin } from "./support/program-twin.js";
import { expectStackToForm, FORMED_MS } from "./support/stack-scenario.js";

/** homelab with a file system beside its pools, which its file has no use for. */
let stack: OwnStack;
const POOLS = "      pools:\n        vm-disks: { size: 3,";
const FILESYSTEM = `      filesystems:\n        shared: { pgs: 16 }\n${POOLS}`;
const LATE = 300_000;
const [FIRST, SECOND, LOST] = ["pve-ms01-01", "pve-ms01-02", "pve-aimax-01"] as const;
const upOsds = (count: number) =>
  `timeout 20 ceph status -f json | python3 -c '
import json, sys
seen = json.load(sys.stdin)
states = {one["state_name"] for one in seen["pgmap"]["pgs_by_state"]}
clean = states == {"active+clean"} and len(seen["quorum_names"]) == 3
sys.exit(seen["osdmap"]["num_up_osds"] != ${count} or (${count} == 6 and not clean))'`;

beforeAll(() => {
  stack = new OwnStack(path.resolve(__dirname, "..", "..", "Pulumi.homelab.yaml"));
  stack.write([[POOLS, FILESYSTEM]]);
});
afterAll(() => stack.close());

/** Six OSDs on three hosts: a write comes through without one of them, and the host has it when it is back. */
async function expectDataToSurvive(twin: ProgramTwin): Promise<void> {
  await twin.on(FIRST, "echo before > /root/kept && rados -p vm-disks put kept /root/kept");
  await twin.on(FIRST, "echo seen > /mnt/pve/shared/template/iso/one.iso");
  await twin.twin(["fault", twin.name, "host-kill", LOST]);
  await untilOn(twin, FIRST, upOsds(4), LATE);
  await twin.on(
    SECOND,
    "echo without > /root/more && timeout 60 rados -p vm-disks put more /root/more",
  );
  expect(await twin.on(SECOND, "timeout 60 rados -p vm-disks get kept -")).toBe("before\n");
  await untilOn(twin, SECOND, "timeout 20 cat /mnt/pve/shared/template/iso/one.iso", LATE);
  expect((await twin.run("status")).done.stdout).toMatch(/lacks +of 6 OSDs 4 are up/);
  await twin.twin(["heal", twin.name]);
  await untilOn(twin, LOST, upOsds(6), LATE);
  expect(await twin.on(LOST, "timeout 60 rados -p vm-disks get more -")).toBe("without\n");
}

describe("a stack with bonds, VLANs, a corosync network of its own, and Ceph", () => {
  it(
    "forms from fresh hosts, is healthy, is left alone afterwards, and serves its data without one of its hosts",
    () => expectStackToForm("homelab", expectDataToSurvive),
    FORMED_MS,
  );
});
