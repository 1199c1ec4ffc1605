import { describe, expect, it } from "vitest";
import { toStruct } from "../../../../dynamic-providers/kit/struct.js";
import { cephGate } from "../../../../dynamic-providers/pveceph/gate/provider.js";
import { FREGE } from "../../../support/connection.js";
import { fakeRuntime } from "../../../support/fake-runtime.js";

const clock = { now: () => 0, sleep: () => Promise.resolve() };
const silent = { node: "frege", run: () => Promise.reject(new Error("nobody is asked")) };
const gate = cephGate.serve(fakeRuntime("gate", silent, clock));
/** As it was kept before there were file systems. */
const earlier = toStruct({
  cluster: "trio",
  connection: FREGE,
  monitors: ["adele"],
  osds: 6,
  pools: ["vm-disks"],
  adopt: false,
  consent: {},
  secretVersions: {},
  saw: ["OSDs: 6, 6 up, 6 in"],
  health: "HEALTH_OK",
  schemaVersion: 1,
});
const wish = (filesystems: readonly object[]) =>
  toStruct({
    cluster: "trio",
    connection: FREGE,
    monitors: ["adele"],
    osds: 6,
    pools: ["vm-disks"],
    filesystems,
  });

describe("the gate of a Ceph that was measured before there were file systems", () => {
  it("stays passed while the file has none", async () => {
    const { inputs } = await gate.check({}, wish([]));
    expect(await gate.diff("trio/ceph-whole", earlier, inputs)).toMatchObject({ changes: false });
  });

  it("is measured again for the first one", async () => {
    const { inputs } = await gate.check({}, wish([{ name: "shared", hotStandby: true }]));
    expect(await gate.diff("trio/ceph-whole", earlier, inputs)).toMatchObject({ changes: true });
  });
});
