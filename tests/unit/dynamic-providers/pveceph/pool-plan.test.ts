import { describe, expect, it } from "vitest";
import { planErasurePool } from "../../../../dynamic-providers/pveceph/pool/erasure-plan.js";
import { planPool, poolParameters } from "../../../../dynamic-providers/pveceph/pool/plan.js";
import { cephPoolInputs } from "../../../../dynamic-providers/pveceph/pool/schema.js";
import { FREGE } from "../../../support/connection.js";

const wanted = cephPoolInputs.parse({
  cluster: "trio",
  connection: FREGE,
  pool: "vm-disks",
  size: 3,
  minSize: 2,
  pgs: 32,
  autoscale: "on",
  share: 0.6,
  application: "rbd",
  poolDeadlineMs: 60_000,
});
const found = {
  pool_name: "vm-disks",
  type: "replicated",
  size: 3,
  min_size: 2,
  pg_num: 64,
  pg_autoscale_mode: "on",
  target_size_ratio: 0.6000000238,
  application_metadata: { rbd: {} },
  crush_rule_name: "replicated_rule",
  quotaBytes: 0,
  options: {},
};

describe("a pool", () => {
  it("that is not there is made with all that the file says, and without a storage", () => {
    expect(planPool(wanted, undefined)).toMatchObject([{ kind: "add", step: { do: "create" } }]);
    expect(poolParameters(wanted)).toEqual({
      name: "vm-disks",
      size: 3,
      min_size: 2,
      pg_num: 32,
      pg_autoscale_mode: "on",
      target_size_ratio: 0.6,
      application: "rbd",
      add_storages: false,
    });
  });

  it("that is as wanted stays, with as many placement groups as Ceph has come to", () => {
    expect(planPool(wanted, found)).toEqual([]);
  });

  it("has its number of placement groups for good where nobody else may change it", () => {
    const fixed = { ...wanted, autoscale: "off" } as const;
    expect(planPool(fixed, { ...found, pg_autoscale_mode: "off" })).toMatchObject([
      { kind: "change", path: "pgs", from: "64", to: "32" },
    ]);
  });

  it("that differs shows each difference by the file's own words", () => {
    const changes = planPool(wanted, {
      ...found,
      size: 2,
      min_size: 1,
      pg_autoscale_mode: "warn",
      application_metadata: {},
    });
    expect(changes.map(({ kind, path, from, to }) => [kind, path, from, to])).toEqual([
      ["change", "size", "2", "3"],
      ["change", "minSize", "1", "2"],
      ["change", "autoscale", "warn", "on"],
      ["change", "application", "not set", "rbd"],
    ]);
  });

  it("keeps the rule and the limit that somebody gave it, where the file names none", () => {
    const theirs = { ...found, crush_rule_name: "by-hand", quotaBytes: 5e12 };
    expect(planPool(wanted, theirs)).toEqual([]);
  });

  it("with another rule or limit than the file's shows both", () => {
    const bound = { ...wanted, crushRule: "replicated_nvme", quotaBytes: 10e12 };
    expect(
      planPool(bound, found).map(({ kind, path, from, to }) => [kind, path, from, to]),
    ).toEqual([
      ["change", "class", "replicated_rule", "replicated_nvme"],
      ["change", "quota", "none", "10000000000000 bytes"],
    ]);
    expect(
      planPool(bound, { ...found, crush_rule_name: "replicated_nvme", quotaBytes: 10e12 }),
    ).toEqual([]);
    expect(poolParameters(bound)).toMatchObject({ crush_rule: "replicated_nvme" });
  });

  it("is compressed as the file says, and as it is where the file says nothing of it", () => {
    const theirs = { ...found, options: { compression_mode: "force" } };
    expect(planPool(wanted, theirs)).toEqual([]);
    const dense = { ...wanted, compression: { mode: "aggressive", algorithm: "zstd" } } as const;
    expect(planPool(dense, theirs)).toMatchObject([
      {
        path: "compression.mode",
        from: "force",
        to: "aggressive",
        step: { words: ["set", "vm-disks", "compression_mode", "aggressive"] },
      },
      { path: "compression.algorithm", from: "not set", to: "zstd" },
    ]);
    expect(
      planPool(dense, {
        ...found,
        options: { compression_mode: "aggressive", compression_algorithm: "zstd" },
      }),
    ).toEqual([]);
    expect(planPool({ ...wanted, compression: { mode: "none" } }, found)).toEqual([]);
  });

  it("that is used for something else is refused, and one that has a second use is not", () => {
    const theirs = { ...found, application_metadata: { cephfs: {} } };
    expect(() => planPool(wanted, theirs)).toThrow(/used for cephfs, and the stack file says rbd/);
    const both = { ...found, application_metadata: { "my-tool": {}, rbd: {} } };
    expect(planPool(wanted, both)).toEqual([]);
  });

  it("that left the file is left alone", () => {
    expect(planPool(undefined, found)).toEqual([]);
  });

  it("of another kind is refused", () => {
    expect(() => planPool(wanted, { ...found, type: "erasure" })).toThrow(/type erasure/);
  });

  it("whose name stands for one by an erasure code is refused, and not made beside it", () => {
    const data = { ...found, pool_name: "vm-disks-data", type: "erasure" };
    expect(() => planPool(wanted, undefined, data)).toThrow(/type erasure, as vm-disks-data/);
    expect(planPool(wanted, undefined, { ...data, type: "replicated" })).toHaveLength(1);
  });
});

describe("a pool by an erasure code", () => {
  const erasure = { data: 4, parity: 2, failureDomain: "rack", class: "hdd" } as const;
  const coded = { ...wanted, pool: "archive", crushRule: "replicated_rack_hdd", erasure };
  const profile = {
    k: "4",
    m: "2",
    "crush-failure-domain": "rack",
    "crush-device-class": "hdd",
  };
  const profiles = { pve_ec_archive: profile };
  const data = {
    ...found,
    pool_name: "archive-data",
    type: "erasure",
    size: 6,
    min_size: 5,
    profile: "pve_ec_archive",
  };
  const metadata = {
    ...found,
    pool_name: "archive-metadata",
    crush_rule_name: "replicated_rack_hdd",
  };
  const plan = (facts: Partial<Parameters<typeof planErasurePool>[2]>) =>
    planErasurePool(coded, erasure, { data, metadata, profiles, ...facts });

  it("is made by Proxmox, and again where a run that was cut has left one pool out", () => {
    const made = [{ kind: "add", step: { do: "create" } }];
    expect(plan({ data: undefined, metadata: undefined, profiles: {} })).toMatchObject(made);
    expect(plan({ metadata: undefined })).toMatchObject(made);
    expect(poolParameters(coded)).toMatchObject({
      "erasure-coding": "k=4,m=2,failure-domain=rack,device-class=hdd",
      crush_rule: "replicated_rack_hdd",
    });
    expect(poolParameters(coded)).not.toHaveProperty("target_size_ratio");
  });

  it("that is as wanted stays", () => {
    expect(plan({})).toEqual([]);
  });

  it("writes with one part more than it takes to read, and keeps copies of its metadata", () => {
    const changes = plan({ data: { ...data, min_size: 4 }, metadata: { ...metadata, size: 2 } });
    expect(changes).toMatchObject([
      { path: "minSize", from: "4", to: "5", step: { pool: "archive-data" } },
      { path: "metadata.size", from: "2", to: "3", step: { pool: "archive-metadata" } },
    ]);
  });

  it("has its limit and its share on the pool for data alone", () => {
    const limited = { ...coded, quotaBytes: 5e12, share: 0.3 };
    expect(planErasurePool(limited, erasure, { data, metadata, profiles })).toMatchObject([
      { path: "share", step: { pool: "archive-data" } },
      {
        path: "quota",
        step: { words: ["set-quota", "archive-data", "max_bytes", "5000000000000"] },
      },
    ]);
  });

  it.each<[string, Partial<Parameters<typeof planErasurePool>[2]>, RegExp]>([
    ["cut otherwise", { profiles: { pve_ec_archive: { ...profile, m: "1" } } }, /m 1 -> 2/],
    [
      "on other disks",
      { profiles: { pve_ec_archive: { ...profile, "crush-device-class": "" } } },
      /class any -> hdd/,
    ],
    ["whose data is copied", { data: { ...data, type: "replicated" } }, /type replicated/],
    [
      "whose name a pool of copies has",
      { pool: found, data: undefined, metadata: undefined, profiles: {} },
      /a pool of this name is there, of the type replicated/,
    ],
    ["with metadata and no data", { data: undefined }, /without a pool for data/],
  ])("%s is refused", (_what, facts, said) => {
    expect(() => plan(facts)).toThrow(said);
  });
});
