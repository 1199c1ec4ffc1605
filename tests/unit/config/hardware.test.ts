import { describe, expect, it } from "vitest";
import { resolveHardware } from "../../../config/hardware/index.js";
import { HARDWARE_PROFILES } from "../../../config/schema/hardware.js";

const GIB = 2 ** 30;

describe("resolveHardware", () => {
  it.each(HARDWARE_PROFILES)("knows %s", (profile) => {
    const hardware = resolveHardware(profile);
    expect(hardware.profile).toBe(profile);
    expect(hardware.reserve.memory).toBeGreaterThan(0);
    expect(hardware.ringMtu).toBeGreaterThanOrEqual(1500);
  });

  it("names the Thunderbolt ports of an MS-01 by their controllers", () => {
    expect(resolveHardware("ms-01").thunderboltPorts).toEqual([
      { name: "en05", path: "pci-0000:00:0d.2" },
      { name: "en06", path: "pci-0000:00:0d.3" },
    ]);
  });

  it("carries large packets on Intel and what fits one frame on AMD", () => {
    expect(resolveHardware("ms-01").ringMtu).toBe(65_520);
    expect(resolveHardware("gtr7").ringMtu).toBe(4_000);
  });

  it("takes what a node says otherwise, and the rest from the profile", () => {
    const hardware = resolveHardware("genoa-a16", {
      memory: 384 * GIB,
      nics: [{ name: "eno1", speed: 1_000 }],
    });
    expect(hardware.memory).toBe(384 * GIB);
    expect(hardware.nics).toEqual([{ name: "eno1", speedMbit: 1_000 }]);
    expect(hardware.watchdog).toBe("ipmi_watchdog");
  });

  it("assumes no memory where machines of a kind differ", () => {
    expect(resolveHardware("ai-max").memory).toBeUndefined();
    expect(resolveHardware("generic").memory).toBeUndefined();
  });
});
