import { describe, expect, it } from "vitest";
import {
  type BmcFaultInput,
  bmcFault,
  FaultSet,
  reportedUuid,
  supportedFaults,
} from "../../../../twin/bmc/faults.js";

describe("the faults of a BMC", () => {
  it("each can happen to at least one kind of device", () => {
    const possible = new Set(Object.values(supportedFaults).flat());
    const declared = bmcFault.options.map((option) => option.shape.kind.value);
    expect([...possible].sort()).toEqual([...declared].sort());
  });

  it("add up, replace those of their kind, and are healed one by one or together", () => {
    const faults = new FaultSet();
    faults.add(bmcFault.parse({ kind: "lies" }));
    faults.add(bmcFault.parse({ kind: "lies", says: "unknown" }));
    faults.add(bmcFault.parse({ kind: "dead" }));
    expect(faults.list()).toHaveLength(2);
    expect(faults.get("lies")?.says).toBe("unknown");
    faults.heal("lies");
    expect(faults.list()).toEqual([{ kind: "dead" }]);
    faults.heal();
    expect(faults.list()).toEqual([]);
  });

  it("make a mistaken device claim to be a stranger, unless it is said what is wrong about it", () => {
    const own = "4c4c4544-0042-4a10-8051-b4c04f4d3332";
    const claimed = (fault: BmcFaultInput) => {
      const faults = new FaultSet();
      faults.add(bmcFault.parse(fault));
      return reportedUuid(faults, own);
    };
    expect(reportedUuid(new FaultSet(), own)).toBe(own);
    expect(claimed({ kind: "wrong-identity" })).not.toBe(own);
    expect(claimed({ kind: "wrong-identity", hostname: "kant" })).toBe(own);
    const other = "11111111-2222-4333-8444-555555555555";
    expect(claimed({ kind: "wrong-identity", uuid: other })).toBe(other);
  });

  it("tell whoever listens about every change", () => {
    const faults = new FaultSet();
    const seen: number[] = [];
    faults.onChange(() => seen.push(faults.list().length));
    faults.add({ kind: "dead" });
    faults.heal();
    expect(seen).toEqual([1, 0]);
  });
});
