import { afterEach, describe, expect, it } from "vitest";
import {
  type BmcWish,
  type Rehearsal,
  redfishFlavours,
  rehearse,
  UUID,
} from "../../../twin/testing/index.js";
import { askDevice, type DeviceWish, deviceOf } from "./fencer-device.mjs";

let bmc: Rehearsal | undefined;
afterEach(async () => {
  await bmc?.end();
  bmc = undefined;
});

async function start(wish: Omit<Extract<BmcWish, { kind: "redfish" }>, "kind">) {
  const rehearsal = await rehearse({ kind: "redfish", ...wish });
  bmc = rehearsal;
  const ask = (asked: DeviceWish) => askDevice(deviceOf("redfish", rehearsal), asked);
  return { rehearsal, ask };
}

describe("the fencer's Redfish driver", () => {
  it.each(redfishFlavours)("switches %s off by its own ids and answers", async (flavour) => {
    const { rehearsal, ask } = await start({ flavour });
    expect(await ask({ operation: "off-and-wait" })).toMatchObject({ state: "off" });
    expect(rehearsal.host.actions).toEqual(["off"]);
  });

  it("uses a session where Basic is switched off, and closes it", async () => {
    const { rehearsal, ask } = await start({ basicAuth: false });
    expect(await ask({ operation: "read" })).toMatchObject({ state: "on" });
    const notes = (await rehearsal.requests()).map(({ note }) => note);
    expect(notes).toContain("session opened");
    expect(notes.at(-1)).toBe("session closed");
  });

  it("sends a wrong password once, so that the account stays open", async () => {
    for (const basicAuth of [true, false]) {
      const { rehearsal, ask } = await start({
        basicAuth,
        lockout: { threshold: 2, seconds: 300 },
      });
      const wrong = { operation: "off", device: { password: "wrong" } } as const;
      expect(await ask(wrong)).toMatchObject({ failure: "login" });
      expect(await ask({ operation: "read" })).toMatchObject({ state: "on" });
      await rehearsal.end();
      bmc = undefined;
    }
  });

  it("finds the node among two systems by its UUID, and otherwise by the id that is named", async () => {
    const { rehearsal, ask } = await start({});
    await rehearsal.fault({ kind: "second-system" });
    const stranger = "99999999-2222-4333-8444-555555555555";
    const unclear = await ask({ operation: "off", uuid: stranger });
    expect(unclear).toMatchObject({ failure: "wrong-machine", permits: 0 });
    expect(unclear.why).toContain("Self, neighbour");
    const neighbour = { operation: "off", device: { system: "neighbour" } } as const;
    expect(await ask(neighbour)).toMatchObject({ failure: "wrong-machine", permits: 0 });
    expect(rehearsal.host.actions).toEqual([]);
    expect((await ask({ operation: "look" })).report?.identity?.toLowerCase()).toBe(UUID);
    const named = { operation: "off-and-wait", device: { system: "Self" } } as const;
    expect(await ask(named)).toMatchObject({ state: "off" });
  });

  it("takes an accepted task for no proof", async () => {
    const { rehearsal, ask } = await start({ flavour: "ami" });
    await rehearsal.fault({ kind: "ignores-power" });
    expect(await ask({ operation: "off-and-wait" })).toMatchObject({ state: "not off" });
    const asked = await rehearsal.requests();
    expect(asked.map(({ outcome }) => outcome)).toContain(202);
    expect(asked.filter(({ path }) => path.includes("Task"))).toEqual([]);
  });

  it("takes a refused off for done only when the state says so", async () => {
    const { rehearsal, ask } = await start({ flavour: "idrac" });
    rehearsal.host.state = "off";
    rehearsal.host.reads.push("on");
    expect((await ask({ operation: "off" })).failure).toBeUndefined();
    expect((await rehearsal.requests()).map(({ outcome }) => outcome)).toContain(409);
    await rehearsal.fault({ kind: "lies", says: "on" });
    expect(await ask({ operation: "off" })).toMatchObject({ failure: "refused" });
  });
});
