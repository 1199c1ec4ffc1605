import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { OUTLET_TABLES } from "../../../config/hardware/outlet-tables.js";
import {
  type BmcFaultInput,
  PASSWORD,
  type Rehearsal,
  rehearse,
  USER,
} from "../../../twin/testing/index.js";
import { askDevice, type DeviceWish, deviceOf } from "./fencer-device.mjs";

/** Each asks several times, and a busy machine takes its time to start a Python. */
const PATIENCE_MS = 240_000;

let bmc: Rehearsal;
beforeEach(async () => {
  bmc = await rehearse({ kind: "redfish" }, { outlets: true });
}, PATIENCE_MS);
afterEach(() => bmc.end());

const unit = (changes = {}) => ({
  kind: "pdu",
  address: "127.0.0.1",
  port: bmc.outlets.port,
  outlets: ["7", "8"],
  table: OUTLET_TABLES["apc-snmp"],
  version: "3",
  user: USER,
  password: PASSWORD,
  authentication: "SHA",
  encryption: "AES",
  ...changes,
});
const ask = (wish: DeviceWish, changes = {}) =>
  askDevice(unit(changes), { patienceS: 60, ...wish });
const controller = () => askDevice(deviceOf("redfish", bmc), { operation: "read", seconds: 5 });

describe("the twin's outlets before the fencer's driver", { timeout: PATIENCE_MS }, () => {
  it("take the power from the host and its controller with the last one, and bring both back", async () => {
    const { report } = await ask({ operation: "look" });
    expect(report).toMatchObject({ power: "on", identity: "alpha" });
    expect(await ask({ operation: "off-and-wait" }, { outlets: ["7"] })).toMatchObject({
      state: "off",
    });
    expect([bmc.host.state, (await controller()).state]).toEqual(["on", "on"]);
    expect(await ask({ operation: "off-and-wait" })).toMatchObject({ state: "off", permits: 1 });
    expect([bmc.host.state, (await controller()).failure]).toEqual(["off", "unreachable"]);
    expect(await ask({ operation: "on-and-wait" })).toMatchObject({ state: "on", permits: 2 });
    expect([bmc.host.state, (await controller()).state]).toEqual(["on", "on"]);
    expect(bmc.host.actions).toEqual(["off", "on"]);
  });

  it("do not heal a controller that is dead of itself", async () => {
    await bmc.fault({ kind: "dead" });
    await ask({ operation: "off-and-wait" });
    await ask({ operation: "on-and-wait" });
    expect((await controller()).failure).toBe("unreachable");
    expect((await bmc.describe()).faults).toEqual([{ kind: "dead" }]);
  });

  const faults: readonly [BmcFaultInput, string][] = [
    [{ kind: "dead" }, "unreachable"],
    [{ kind: "hang" }, "unreachable"],
    [{ kind: "refuses-login" }, "login"],
    [{ kind: "changed-password" }, "login"],
    [{ kind: "forbids-power" }, "forbidden"],
    [{ kind: "wrong-identity" }, "wrong-machine"],
  ];
  it.each(faults)("suffer %o, switch nothing meanwhile, and are healed", async (fault, failure) => {
    await bmc.outlets.fault(fault);
    expect((await ask({ operation: "off" })).failure).toBe(failure);
    expect((await controller()).state).toBe("on");
    await bmc.outlets.heal();
    expect((await ask({ operation: "read" })).state).toBe("on");
    expect(bmc.host.actions).toEqual([]);
  });

  it("take a request and do nothing, lie, and lag behind", async () => {
    await bmc.outlets.fault({ kind: "ignores-power" });
    expect((await ask({ operation: "off" })).failure).toBeUndefined();
    expect((await ask({ operation: "read" })).state).toBe("on");
    await bmc.outlets.heal();
    for (const [says, state] of [
      ["off", "off"],
      ["powering-off", "unknown"],
    ] as const) {
      await bmc.outlets.fault({ kind: "lies", says });
      expect((await ask({ operation: "read" })).state).toBe(state);
    }
    await bmc.outlets.heal();
    expect(bmc.host.actions).toEqual([]);
    await bmc.outlets.fault({ kind: "power-lag", seconds: 3 });
    expect(await ask({ operation: "off-and-wait" })).toMatchObject({ state: "off" });
    expect(bmc.host.state).toBe("off");
  });
});
