import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, it as plain } from "vitest";
import {
  type BmcFaultInput,
  type BmcWish,
  OTHER_UUID,
  type Rehearsal,
  rehearse,
  UUID,
} from "../../../twin/testing/index.js";
import { askDevice, type DeviceWish, deviceOf } from "./fencer-device.mjs";

const IMPATIENT_S = 1.5;
/** The device's limit and what a busy machine takes to start Python. */
const BOUND_S = 8;

/** Tests with a rehearsal each, so that those which wait can do so at the same time. */
function itWith(wish: BmcWish) {
  return plain.extend<{ bmc: Rehearsal; ask: (wish: DeviceWish) => ReturnType<typeof askDevice> }>({
    bmc: async ({ task: _task }, use) => {
      const bmc = await rehearse(wish);
      await use(bmc);
      await bmc.end();
    },
    ask: async ({ bmc }, use) => {
      await use((wanted) => askDevice(deviceOf(wish.kind, bmc), wanted));
    },
  });
}

describe.concurrent.each(["redfish", "amt", "ipmi"] as const)("the fencer's %s driver", (kind) => {
  const it = itWith({ kind });

  it("looks, switches off, sees Off twice, and switches on", async ({ bmc, ask }) => {
    const { report } = await ask({ operation: "look" });
    expect(report).toMatchObject({ power: "on", off_offered: true, identity: UUID });
    expect(await ask({ operation: "off-and-wait" })).toMatchObject({ state: "off", permits: 1 });
    expect((await ask({ operation: "on" })).failure).toBeUndefined();
    await expect.poll(() => bmc.host.actions, { timeout: 10_000 }).toEqual(["off", "on"]);
  });

  it("asks for nothing when the machine is off already", async ({ bmc, ask }) => {
    bmc.host.state = "off";
    expect(await ask({ operation: "off" })).toMatchObject({ permits: 0 });
    expect(bmc.host.actions).toEqual([]);
  });

  it("sends nothing that was withdrawn on its way", async ({ bmc, ask }) => {
    const { failure } = await ask({ operation: "off", withdrawn: true });
    expect(failure).toBe("withdrawn");
    expect(bmc.host.actions).toEqual([]);
  });

  it("refuses a machine with another UUID, and switches nothing", async ({ bmc, ask }) => {
    await bmc.fault({ kind: "wrong-identity", uuid: OTHER_UUID, hostname: "beta" });
    for (const operation of ["off", "read", "look"] as const) {
      expect(await ask({ operation })).toMatchObject({ failure: "wrong-machine", permits: 0 });
    }
    expect(bmc.host.actions).toEqual([]);
  });

  it("never takes an ignored request for success", async ({ bmc, ask }) => {
    await bmc.fault({ kind: "ignores-power" });
    expect((await ask({ operation: "off" })).failure).toBeUndefined();
    expect(await ask({ operation: "read" })).toMatchObject({ state: "on" });
  });

  it("waits out a reported state that lags behind", async ({ bmc, ask }) => {
    await bmc.fault({ kind: "power-lag", seconds: kind === "ipmi" ? 4 : 1 });
    expect(await ask({ operation: "off-and-wait" })).toMatchObject({ state: "off" });
  });

  it("sends a refused password exactly once, also as another process", async ({ bmc, ask }) => {
    const folder = mkdtempSync(path.join(tmpdir(), "fencer-refused-"));
    const refused = path.join(folder, "refused.json");
    const device = { password: "not-this-one" };
    const first = await ask({ operation: "read", device, refused });
    expect(first.failure).toBe("login");
    expect(first.why).not.toContain("not-this-one");
    const before = (await bmc.requests()).length;
    const second = await ask({ operation: "off", device, refused });
    expect(second.failure).toBe("marked-bad");
    expect((await bmc.requests()).length).toBe(before);
    rmSync(folder, { recursive: true });
  });

  const silent: readonly [string, BmcFaultInput][] = [
    ["is dead", { kind: "dead" }],
    ["hangs", { kind: "hang" }],
    ["restarts", { kind: "reboot", seconds: 30 }],
  ];
  it.for(silent)("ends in time when the controller %s", async ([, fault], { bmc, ask }) => {
    await bmc.fault(fault);
    const { failure, seconds } = await ask({ operation: "off", seconds: IMPATIENT_S });
    expect(["unreachable", "timeout", "busy"]).toContain(failure);
    expect(seconds).toBeLessThan(BOUND_S);
    expect(bmc.host.actions).toEqual([]);
  });
});

describe.concurrent.each(["redfish", "amt"] as const)("the fencer's %s driver over TLS", (kind) => {
  const it = itWith({ kind });

  const faults: readonly [BmcFaultInput, string][] = [
    [{ kind: "hang", where: "handshake" }, "timeout"],
    [{ kind: "hang", where: "after-headers" }, "timeout"],
    [{ kind: "drops-connection" }, "unreachable"],
    [{ kind: "rate-limit", status: 503 }, "busy"],
    [{ kind: "rate-limit", status: 429 }, "busy"],
    [{ kind: "forbids-power" }, "forbidden"],
    [{ kind: "swapped-certificate" }, "certificate"],
    [{ kind: "refuses-login" }, "login"],
  ];
  it.for(faults)(
    "meets %o with a clear failure and recovers",
    async ([fault, failure], { bmc, ask }) => {
      await bmc.fault(fault);
      const seconds = fault.kind === "hang" ? { seconds: IMPATIENT_S } : {};
      const failed = await ask({ operation: "off", ...seconds });
      expect(failed.failure).toBe(failure);
      expect(failed.seconds).toBeLessThan(BOUND_S);
      expect(bmc.host.actions).toEqual([]);
      await bmc.heal();
      expect(await ask({ operation: "off-and-wait" })).toMatchObject({ state: "off" });
    },
  );

  it("sends nothing to a device with another certificate", async ({ bmc, ask }) => {
    await bmc.fault({ kind: "swapped-certificate" });
    expect((await ask({ operation: "read" })).why).toContain("nothing secret was sent");
    expect(await bmc.requests()).toEqual([]);
  });

  it("accepts either of two pins, and an expired certificate that is pinned", async ({
    bmc,
    ask,
  }) => {
    const pins = [bmc.fingerprints.swapped ?? "", bmc.fingerprints.expired ?? ""];
    const read = { operation: "read", device: { pins } } as const;
    expect((await ask(read)).failure).toBe("certificate");
    await bmc.fault({ kind: "swapped-certificate" });
    expect((await ask(read)).state).toBe("on");
    await bmc.heal();
    await bmc.fault({ kind: "expired-certificate" });
    expect((await ask(read)).state).toBe("on");
  });

  it.for(["powering-off", "unknown"] as const)(
    "does not take %s for off",
    async (says, { bmc, ask }) => {
      await bmc.fault({ kind: "lies", says });
      expect((await ask({ operation: "read" })).state).toBe("unknown");
    },
  );
});
