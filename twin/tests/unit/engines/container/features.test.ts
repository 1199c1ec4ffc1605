import { describe, expect, it } from "vitest";
import { type Features, replacementsFor } from "../../../../engines/container/features.js";

const able: Features = {
  bonding: true,
  vlan: true,
  vlanFiltering: true,
  netem: true,
  nfsClient: true,
  dummy: true,
  ifb: true,
};
const told = (features: Features) => replacementsFor(features).map(({ what }) => what);

describe("what a twin of containers replaces", () => {
  it.each([
    ["bonding", "bonding (802.3ad) in the kernel"],
    ["vlan", "802.1Q in the kernel"],
    ["vlanFiltering", "VLAN filtering of bridges"],
    ["netem", "netem"],
    ["nfsClient", "NFS client in the kernel"],
    ["dummy", "dummy devices in the kernel (they hold a fabric's address)"],
  ] as const)("names %s on a kernel without it, and only there", (feature, what) => {
    expect(told({ ...able, [feature]: false })).toContain(what);
    expect(told(able)).not.toContain(what);
  });

  it("names ifb devices as what takes the place of dummy ones", () => {
    const by = (ifb: boolean) =>
      replacementsFor({ ...able, dummy: false, ifb }).find(({ what }) => what.startsWith("dummy"))
        ?.by;
    expect(by(true)).toMatch(/^ifb devices/);
    expect(by(false)).toMatch(/^nothing/);
  });

  it("names on every kernel what containers share or lack", () => {
    expect(told(able)).toEqual([
      "a kernel for each host",
      "a clock for each host",
      "/dev/watchdog (the hardware's timer or softdog)",
      "disks",
      "KVM",
      "kernel modules and kernel settings",
      "Thunderbolt cables",
    ]);
  });
});
