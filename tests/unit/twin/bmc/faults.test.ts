import { describe, expect, it } from "vitest";
import { bmcFault, FaultSet, supportedFaults } from "../../../../twin/bmc/faults.js";

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

  it("tell whoever listens about every change", () => {
    const faults = new FaultSet();
    const seen: number[] = [];
    faults.onChange(() => seen.push(faults.list().length));
    faults.add({ kind: "dead" });
    faults.heal();
    expect(seen).toEqual([1, 0]);
  });
});
