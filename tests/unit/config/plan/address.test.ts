import { describe, expect, it } from "vitest";
import {
  canonical,
  contains,
  hostInNetwork,
  isLinkLocal,
  networkOf,
} from "../../../../config/plan/address.js";

describe("addresses", () => {
  it.each([
    ["169.254.1.0/24", 1, "169.254.1.1"],
    ["10.0.0.80/28", 1, "10.0.0.81"],
    ["10.0.255.0/16", 300, "10.0.1.44"],
    ["fd00:255::/64", 81, "fd00:255::51"],
  ])("host %s number %i is %s", (cidr, host, expected) => {
    expect(hostInNetwork(cidr, host)).toBe(expected);
  });

  it("refuses a host number that the network does not have, and says what to do", () => {
    expect(() => hostInNetwork("10.0.0.80/28", 16)).toThrow(/has no host number 16; widen/);
  });

  it("clears host bits of a network", () => {
    expect(networkOf("10.0.0.81/28")).toBe("10.0.0.80/28");
    expect(networkOf("fd00:255::7/64")).toBe("fd00:255::/64");
    expect(networkOf("0.0.0.0/0")).toBe("0.0.0.0/0");
  });

  it("compares spellings and families", () => {
    expect(canonical("FD00:0:0::81")).toBe("fd00::81");
    expect(contains("10.0.0.0/8", "fd00::1")).toBe(false);
    expect(isLinkLocal("169.254.1.0/24")).toBe(true);
    expect(isLinkLocal("10.255.255.0/24")).toBe(false);
  });
});
