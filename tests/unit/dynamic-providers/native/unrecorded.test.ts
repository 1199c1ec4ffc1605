import { describe, expect, it } from "vitest";
import type { Host } from "../../../../dynamic-providers/kit/runtime.js";
import type { NativeWish } from "../../../../dynamic-providers/native/native-schema.js";
import { clearUnrecorded } from "../../../../dynamic-providers/native/unrecorded.js";
import { answered } from "../../../support/said.js";

const wished: NativeWish = {
  kind: "storage",
  name: "nfs-vms",
  fixed: { type: "nfs", server: "10.203.3.99", export: "/volume1/vms" },
  keys: { content: "images" },
  adopt: false,
};
const pool: NativeWish = { kind: "resourcePool", name: "lab", fixed: {}, keys: {}, adopt: false };
const asWished = { storage: "nfs-vms", ...wished.fixed, content: "images" };

/** A member with these storages and pools, which remembers what it was told. */
function member(storages: readonly object[], pools: readonly object[] = []) {
  const told: string[] = [];
  const host: Host = {
    node: "frege",
    place: "frege (10.203.3.11)",
    run: async (script) =>
      answered(script, (command) => {
        const list = /pvesh get (\S+)/.exec(command)?.[1];
        const change = /attempt (pvesh .*) < /.exec(command)?.[1];
        if (change !== undefined) told.push(change);
        const lists: Record<string, readonly object[]> = { "/storage": storages, "/pools": pools };
        return { text: list === undefined ? "" : JSON.stringify(lists[list]) };
      }),
    once: (_name, ask) => ask(),
    forget: () => undefined,
  };
  return { host, told };
}

describe("what a cut run has made and not recorded", () => {
  it("goes when it is as wished, so that it can be made and recorded", async () => {
    const { host, told } = member([asWished], [{ poolid: "lab" }]);
    const gone = await clearUnrecorded(host, [wished, pool]);
    expect(gone).toEqual(["/storage/nfs-vms", "/pools/lab"]);
    expect(told).toEqual(["pvesh delete /storage/nfs-vms", "pvesh delete /pools/lab"]);
  });

  it("is nothing where nothing of the name is there", async () => {
    const { host, told } = member([{ storage: "local", type: "dir", path: "/var/lib/vz" }]);
    expect(await clearUnrecorded(host, [wished, pool])).toEqual([]);
    expect(told).toEqual([]);
  });

  it("stays, and is named with the difference, when somebody else made it", async () => {
    const { host, told } = member([{ ...asWished, content: "backup" }]);
    await expect(clearUnrecorded(host, [wished])).rejects.toThrow(
      /storage nfs-vms: content: backup -> images/,
    );
    expect(told).toEqual([]);
  });
});
