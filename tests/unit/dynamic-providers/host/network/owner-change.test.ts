import { describe, expect, it } from "vitest";
import { hostNetwork } from "../../../../../dynamic-providers/host/network/provider.js";
import { toStruct } from "../../../../../dynamic-providers/kit/struct.js";
import { fakeRuntime } from "../../../../support/fake-runtime.js";
import { FakeClock } from "../../pvecm/fake-cluster.js";

const unasked = {
  node: "frege",
  run: () => Promise.reject(new Error("no host is asked")),
};
const provider = hostNetwork.serve(fakeRuntime("network", unasked, new FakeClock()));
const wish = (more: object) =>
  toStruct({
    connection: {
      host: "10.203.3.11",
      node: "frege",
      port: 22,
      user: "root",
      hostKey: "trust-first-use",
      knownHostsFile: "/dev/null",
      auth: { keyFile: "/dev/null" },
    },
    part: "interfaces",
    files: [
      { path: "/etc/network/interfaces", content: "auto lo\n", mode: "0644", owner: "root:root" },
    ],
    managementAddress: "10.203.3.11",
    addresses: ["10.203.3.11"],
    rollbackMs: 120_000,
    ...more,
  });
const reasons = async (before: object, wanted: object): Promise<string[]> =>
  (await provider.check(wish(before), wish(wanted))).failures.map(({ reason }) => reason);

describe("another owner of a live ring", () => {
  it("is refused before the interfaces change, which come first", async () => {
    const [reason] = await reasons({ ringOwner: "sdn-fabric" }, { ringOwner: "frr" });
    expect(reason).toMatch(/refused, nothing was changed: the ring would have no routes/);
  });

  it("is refused for the routing itself", async () => {
    const frr = (owner: string) => ({ part: "routing", frr: { owner, major: 9 } });
    const [reason] = await reasons(frr("frr"), frr("sdn-fabric"));
    expect(reason).toMatch(/to change the owner of the ring's routing from frr to sdn-fabric/);
  });

  it("is none where the owner stays, or a ring comes or goes", async () => {
    expect(await reasons({ ringOwner: "frr" }, { ringOwner: "frr" })).toEqual([]);
    expect(await reasons({}, { ringOwner: "frr" })).toEqual([]);
    expect(await reasons({ ringOwner: "frr" }, {})).toEqual([]);
  });
});
