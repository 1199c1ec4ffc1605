import { describe, expect, it } from "vitest";
import {
  crushRules,
  planCrushRule,
} from "../../../../dynamic-providers/pveceph/crush-rule/plan.js";
import { crushRuleInputs } from "../../../../dynamic-providers/pveceph/crush-rule/schema.js";
import { FREGE } from "../../../support/connection.js";

const wanted = crushRuleInputs.parse({
  cluster: "trio",
  connection: FREGE,
  rule: "replicated_nvme",
  failureDomain: "host",
  class: "nvme",
});
/** As `ceph osd crush rule dump` tells one that Ceph has made. */
const [found, wide] = crushRules.parse(
  ["default~nvme", "default"].map((item_name) => ({
    rule_id: 1,
    rule_name: "replicated_nvme",
    type: 1,
    steps: [
      { op: "take", item: -2, item_name },
      { op: "chooseleaf_firstn", num: 0, type: "host" },
      { op: "emit" },
    ],
  })),
);

describe("a CRUSH rule", () => {
  it("that is not there is made", () => {
    expect(planCrushRule(wanted, undefined)).toMatchObject([
      { kind: "add", from: "absent", to: "take default~nvme; chooseleaf_firstn 0 host; emit" },
    ]);
  });

  it("for racks and all disks says so", () => {
    const racks = crushRuleInputs.parse({
      ...wanted,
      rule: "replicated_rack",
      failureDomain: "rack",
      class: undefined,
    });
    expect(planCrushRule(racks, undefined)).toMatchObject([
      { to: "take default; chooseleaf_firstn 0 rack; emit" },
    ]);
  });

  it("that is as wanted is taken over", () => {
    expect(planCrushRule(wanted, found)).toEqual([]);
  });

  it("of the same name that lays copies out otherwise is refused with both", () => {
    expect(() => planCrushRule(wanted, wide)).toThrow(
      /take default; chooseleaf_firstn 0 host; emit -> take default~nvme; /,
    );
  });

  it("that left the file stays", () => {
    expect(planCrushRule(undefined, found)).toEqual([]);
  });
});
