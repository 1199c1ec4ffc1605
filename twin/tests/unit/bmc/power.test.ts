import { describe, expect, it } from "vitest";
import { FaultSet } from "../../../bmc/faults.js";
import { HostPower, type PowerState, type PowerSwitch } from "../../../bmc/power.js";
import { effectOf } from "../../../bmc/redfish/flavours.js";

function fakeSwitch(fail = false) {
  const actions: string[] = [];
  let state: PowerState = "on";
  const powerSwitch: PowerSwitch = {
    state: async () => state,
    act: async (action) => {
      if (fail) throw new Error("the engine is gone");
      actions.push(action);
      state = action === "off" ? "off" : "on";
    },
  };
  return { powerSwitch, actions };
}

describe("the power of a host at its BMC", () => {
  it("carries out requests in their order", async () => {
    const { powerSwitch, actions } = fakeSwitch();
    const power = new HostPower(powerSwitch, new FaultSet());
    await power.request("off");
    await power.request("on");
    await power.settled();
    expect(actions).toEqual(["off", "on"]);
  });

  it("lies about the state and still switches", async () => {
    const { powerSwitch, actions } = fakeSwitch();
    const faults = new FaultSet();
    const power = new HostPower(powerSwitch, faults);
    faults.add({ kind: "lies", says: "off" });
    expect([await power.reported(), await power.real()]).toEqual(["off", "on"]);
    await power.request("cycle");
    await power.settled();
    expect(actions).toEqual(["cycle"]);
  });

  it("drops requests when it ignores them", async () => {
    const { powerSwitch, actions } = fakeSwitch();
    const faults = new FaultSet();
    faults.add({ kind: "ignores-power" });
    const power = new HostPower(powerSwitch, faults);
    await power.request("off");
    await power.settled();
    expect(actions).toEqual([]);
  });

  it("keeps the old state in sight while it lags", async () => {
    const { powerSwitch } = fakeSwitch();
    const faults = new FaultSet();
    faults.add({ kind: "power-lag", seconds: 60 });
    const power = new HostPower(powerSwitch, faults);
    await power.request("off");
    await power.settled();
    expect([await power.reported(), await power.real()]).toEqual(["on", "off"]);
    faults.heal();
    expect(await power.reported()).toBe("off");
  });

  it("remembers that a request could not be carried out, and goes on", async () => {
    const power = new HostPower(fakeSwitch(true).powerSwitch, new FaultSet());
    await power.request("off");
    await power.settled();
    expect(power.lastError).toBe("the engine is gone");
  });
});

describe("a Redfish reset type", () => {
  it.each([
    ["On", "off", "on"],
    ["On", "on", "none"],
    ["ForceOff", "on", "off"],
    ["ForceOff", "off", "none"],
    ["ForceRestart", "on", "reset"],
    ["ForceRestart", "off", "none"],
    ["PowerCycle", "on", "cycle"],
    ["PushPowerButton", "on", "off"],
    ["PushPowerButton", "off", "on"],
    ["Nmi", "on", "none"],
  ] as const)("%s on a host that is %s means %s", (type, state, effect) => {
    expect(effectOf(type, state)).toBe(effect);
  });
});
