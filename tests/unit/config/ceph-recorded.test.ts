import { describe, expect, it } from "vitest";
import { loadStack } from "../../../config/load/index.js";
import { planCeph } from "../../../config/plan/ceph.js";
import { type CephNames, planCephNames } from "../../../config/plan/ceph-names.js";
import { planNodes } from "../../../config/plan/nodes.js";
import { type Patch, patched, TODAY } from "./wrong/wrong-stack.js";

const HOMELAB = {
  "ceph/pools": { "vm-disks": { size: 3, minSize: 2 }, "vm-data": { size: 3, minSize: 2 } },
  "ceph/filesystems": { shared: {} },
};
const load = (patch: Patch, recorded?: CephNames) =>
  loadStack({
    file: "Pulumi.homelab.yaml",
    text: patched("homelab", { ...HOMELAB, ...patch }),
    today: TODAY,
    ...(recorded === undefined ? {} : { recorded }),
  });

/** As the last run wrote it down. */
function record(): CephNames {
  const { spec } = load({});
  const ceph = spec && planCeph(spec, planNodes(spec));
  if (ceph === undefined) {
    throw new Error("homelab has Ceph");
  }
  return planCephNames(ceph);
}
const BEFORE = record();
const found = (patch: Patch, recorded: CephNames | undefined = BEFORE) =>
  load(patch, recorded).findings.filter(({ code }) =>
    ["ceph/renamed", "ceph/another-kind"].includes(code),
  );
const pools = (...names: readonly string[]) => ({
  "ceph/pools": Object.fromEntries(names.map((name) => [name, { size: 3, minSize: 2 }])),
});

describe("pools and file systems, beside what the last run wrote down", () => {
  it("are refused under another name, at that name, with every way out", () => {
    const [finding, ...others] = found(pools("vm-disks", "vm-files"));
    expect(others).toEqual([]);
    expect(finding).toMatchObject({
      code: "ceph/renamed",
      severity: "error",
      path: "ceph.pools.vm-files",
    });
    expect(finding?.line).toBeGreaterThan(0);
    expect(finding?.what).toMatch(/pool vm-data, which the file no longer has; vm-files would be/);
    expect(finding?.fix).toMatch(/Call it vm-data again\./);
    expect(finding?.fix).toMatch(/take vm-data out in one run and add vm-files in the next/);
    expect(finding?.fix).toMatch(/`consent: \{"pool\.vm-data": <last day>\}`/);
    expect(found({ "ceph/filesystems": { files: {} } })).toMatchObject([
      { code: "ceph/renamed", path: "ceph.filesystems.files" },
    ]);
  });

  it("may come, may leave, and may do both by consent", () => {
    expect(found({})).toEqual([]);
    expect(found(pools("vm-disks", "vm-data", "vm-files"))).toEqual([]);
    expect(found(pools("vm-disks"))).toEqual([]);
    const both = pools("vm-disks", "vm-files");
    expect(found({ ...both, consent: { "pool.vm-data": "2026-11-30" } })).toEqual([]);
    expect(found({ ...both, consent: { "pool.vm-data": "2026-11-20" } })).toHaveLength(1);
  });

  it("are refused as another kind", () => {
    const kinds = { ...BEFORE.kinds, "vm-disks": "2 + 1 parts, each on another host, for rbd" };
    expect(found({}, { ...BEFORE, kinds })).toMatchObject([
      { code: "ceph/another-kind", path: "ceph.pools.vm-disks" },
    ]);
  });

  it("are compared with nothing where no record is at hand", () => {
    expect(load(pools("others")).findings.map(({ code }) => code)).not.toContain("ceph/renamed");
  });
});
