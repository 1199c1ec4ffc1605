import { describe, expect, it } from "vitest";
import {
  type BmcFaultInput,
  type BmcKind,
  bmcFault,
  FaultSet,
  refusalOf,
  reportedUuid,
  supportedFaults,
} from "../../../bmc/faults.js";

describe("the faults of a BMC", () => {
  it("each can happen to at least one kind of device", () => {
    const possible = new Set(Object.values(supportedFaults).flat());
    const declared = bmcFault.options.map((option) => option.shape.kind.value);
    expect([...possible].sort()).toEqual([...declared].sort());
  });

  it("that a kind of device cannot suffer are refused with those that it can", () => {
    expect(refusalOf("rate-limit", "hume", ["ipmi"])).toBe(
      '"rate-limit" cannot happen to IPMI; the IPMI controller of hume can suffer dead, lies, ' +
        "ignores-power, power-lag, wrong-identity, refuses-login, reboot, hang",
    );
    expect(refusalOf("sleeps", "hume", ["redfish"])).toContain("the Redfish controller of hume");
    expect(refusalOf("second-system", "hume", ["amt", "ipmi"])).toMatch(
      /^"second-system" cannot happen to AMT or IPMI; the AMT .*; the IPMI /,
    );
  });

  it("are accepted where one of a node's devices can suffer them", () => {
    expect(refusalOf("rate-limit", "hume", ["ipmi", "redfish"])).toBeUndefined();
    for (const [kind, faults] of Object.entries(supportedFaults)) {
      for (const fault of faults) {
        expect(refusalOf(fault, "hume", [kind].flatMap(kindOf))).toBeUndefined();
      }
    }
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

function kindOf(name: string): BmcKind[] {
  return name === "redfish" || name === "amt" || name === "ipmi" || name === "pdu" ? [name] : [];
}
