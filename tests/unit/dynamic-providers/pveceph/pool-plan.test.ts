import { describe, expect, it } from "vitest";
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
});
