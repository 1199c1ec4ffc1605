import { describe, expect, it as plain, vi } from "vitest";
import { amtController } from "../../../dynamic-providers/transport/amt/amt-controller.js";
import { Secret } from "../../../dynamic-providers/transport/base/secret.js";
import { ipmiController } from "../../../dynamic-providers/transport/ipmi/ipmi-controller.js";
import { seeCertificate } from "../../../dynamic-providers/transport/power/pinned-tls.js";
import type { PowerController } from "../../../dynamic-providers/transport/power/power-controller.js";
import { PowerError } from "../../../dynamic-providers/transport/power/power-error.js";
import { redfishController } from "../../../dynamic-providers/transport/redfish/redfish-controller.js";
import {
  type BmcFaultInput,
  type BmcWish,
  NODE,
  OTHER_UUID,
  PASSWORD,
  type Rehearsal,
  rehearse,
  USER,
  UUID,
} from "../../../twin/testing/index.js";
import { untilPowerState } from "../../support/until-power-state.js";

/** Long enough for a busy machine; tests of silence have less patience. */
const PATIENT_MS = 15_000;
const IMPATIENT_MS = 1200;
type Kind = "redfish" | "amt" | "ipmi";

/** Tests with a rehearsal each, so that those which wait can do so at the same time. */
function itWith(wish: BmcWish) {
  return plain.extend<{ bmc: Rehearsal }>({
    bmc: async ({ task: _task }, use) => {
      const bmc = await rehearse(wish);
      await use(bmc);
      await bmc.end();
    },
  });
}

function controllerOf(
  kind: Kind,
  bmc: Rehearsal,
  changes: { password?: string; fingerprints?: readonly string[]; deadlineMs?: number } = {},
): PowerController {
  const common = {
    host: "127.0.0.1",
    port: bmc.port,
    login: { user: USER, password: new Secret(changes.password ?? PASSWORD) },
    uuid: UUID,
    deadlineMs: changes.deadlineMs ?? PATIENT_MS,
  };
  const fingerprints = changes.fingerprints ?? [bmc.fingerprint];
  switch (kind) {
    case "redfish":
      return redfishController({ ...common, fingerprints });
    case "amt":
      return amtController({ ...common, fingerprints });
    case "ipmi":
      return ipmiController({ ...common, cipherSuite: 3 });
  }
}

async function failureOf(work: Promise<unknown>): Promise<PowerError> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof PowerError) return error;
  throw new Error(`expected a PowerError, got ${String(error)}`);
}

const impatient = { deadlineMs: IMPATIENT_MS };
const quickly = { timeoutMs: 15_000, everyMs: 20 };

describe.concurrent.each(["redfish", "amt", "ipmi"] as const)("the %s controller", (kind) => {
  const it = itWith({ kind });

  it("knows the machine", async ({ bmc }) => {
    const identity = await controllerOf(kind, bmc).identity();
    expect(identity).toEqual({ uuid: UUID, ...(kind === "ipmi" ? {} : { hostname: NODE }) });
  });

  it("switches off, on, and cycles", async ({ bmc }) => {
    const power = controllerOf(kind, bmc);
    expect(await power.state()).toBe("on");
    await power.off();
    await untilPowerState(power, "off", quickly);
    expect(bmc.host.state).toBe("off");
    await power.on();
    await untilPowerState(power, "on", quickly);
    await power.cycle();
    await vi.waitFor(() => expect(bmc.host.actions.length).toBeGreaterThan(2));
    expect(bmc.host.actions.slice(0, 2)).toEqual(["off", "on"]);
    await untilPowerState(power, "on", quickly);
  });

  it("asks for nothing when the machine is off already", async ({ bmc }) => {
    bmc.host.state = "off";
    await controllerOf(kind, bmc).off();
    expect(bmc.host.actions).toEqual([]);
  });

  it("refuses a machine with another UUID, and switches nothing", async ({ bmc }) => {
    await bmc.fault({ kind: "wrong-identity", uuid: OTHER_UUID, hostname: "beta" });
    const power = controllerOf(kind, bmc);
    expect((await failureOf(power.off())).failure).toBe("wrong-machine");
    expect((await failureOf(power.state())).failure).toBe("wrong-machine");
    expect((await power.identity()).uuid).toBe(OTHER_UUID);
    expect(bmc.host.actions).toEqual([]);
  });

  it("never takes an ignored request for success", async ({ bmc }) => {
    await bmc.fault({ kind: "ignores-power" });
    const power = controllerOf(kind, bmc);
    await power.off();
    const error = await failureOf(untilPowerState(power, "off", { timeoutMs: 300, everyMs: 50 }));
    expect(error.message).toContain("the last thing it said was: on.");
  });

  it("waits out a reported state that lags behind", async ({ bmc }) => {
    await bmc.fault({ kind: "power-lag", seconds: kind === "ipmi" ? 4 : 1 });
    const power = controllerOf(kind, bmc);
    await power.off();
    expect(await power.state()).toBe("on");
    await untilPowerState(power, "off", quickly);
  });

  it("reports what a lying controller says", async ({ bmc }) => {
    await bmc.fault({ kind: "lies", says: "off" });
    expect(await controllerOf(kind, bmc).state()).toBe("off");
    await bmc.heal();
    expect(await controllerOf(kind, bmc).state()).toBe("on");
  });

  it("finds the controller again after it restarted", async ({ bmc }) => {
    await bmc.fault({ kind: "reboot", seconds: 4 });
    const error = await failureOf(controllerOf(kind, bmc, impatient).state());
    expect(["busy", "unreachable", "timeout"]).toContain(error.failure);
    await untilPowerState(controllerOf(kind, bmc), "on", { timeoutMs: 15_000, everyMs: 100 });
  });

  it("does not ask twice with a refused password, and keeps it out of the error", async ({
    bmc,
  }) => {
    const error = await failureOf(controllerOf(kind, bmc, { password: "not-this-one" }).state());
    expect(error.failure).toBe("login");
    expect(JSON.stringify(error) + error.message + error.stack).not.toContain("not-this-one");
    await bmc.fault({ kind: "refuses-login" });
    expect((await failureOf(controllerOf(kind, bmc).state())).failure).toBe("login");
  });

  const silent: readonly [string, BmcFaultInput, readonly PowerError["failure"][]][] = [
    ["is dead", { kind: "dead" }, ["unreachable", "timeout"]],
    ["hangs", { kind: "hang" }, ["timeout"]],
  ];
  it.for(silent)("ends in time when the controller %s", async ([, fault, failures], { bmc }) => {
    await bmc.fault(fault);
    const startedAt = performance.now();
    const error = await failureOf(controllerOf(kind, bmc, impatient).off());
    expect(failures).toContain(error.failure);
    expect(performance.now() - startedAt).toBeLessThan(PATIENT_MS);
    await bmc.heal();
    expect(await controllerOf(kind, bmc).state()).toBe("on");
    expect(bmc.host.actions).toEqual([]);
  });
});

describe.concurrent.each(["redfish", "amt"] as const)("the %s controller over TLS", (kind) => {
  const it = itWith({ kind });

  const faults: readonly [BmcFaultInput, PowerError["failure"]][] = [
    [{ kind: "hang", where: "handshake" }, "timeout"],
    [{ kind: "hang", where: "after-headers" }, "timeout"],
    [{ kind: "drops-connection" }, "unreachable"],
    [{ kind: "rate-limit", status: 503 }, "busy"],
    [{ kind: "rate-limit", status: 429 }, "busy"],
    [{ kind: "forbids-power" }, "forbidden"],
    [{ kind: "swapped-certificate" }, "certificate"],
  ];
  it.for(faults)(
    "meets %o with a clear failure and recovers",
    async ([fault, failure], { bmc }) => {
      await bmc.fault(fault);
      const patience = fault.kind === "hang" ? impatient : {};
      const error = await failureOf(controllerOf(kind, bmc, patience).off());
      expect(error.failure).toBe(failure);
      expect(error.message).toMatch(/^Failed switching the machine off on 127\.0\.0\.1 port \d+: /);
      await bmc.heal();
      const power = controllerOf(kind, bmc);
      await power.off();
      await untilPowerState(power, "off", quickly);
    },
  );

  it("shows the certificate of a device that has no pin yet", async ({ bmc }) => {
    const peer = { host: "127.0.0.1", port: bmc.port };
    const seen = await seeCertificate(peer, PATIENT_MS);
    expect(seen).toMatchObject({ fingerprint: bmc.fingerprint, subject: `${NODE}-bmc` });
    await bmc.fault({ kind: "expired-certificate" });
    expect((await seeCertificate(peer, PATIENT_MS)).validTo.getTime()).toBeLessThan(Date.now());
  });

  it("sends nothing to a device with another certificate", async ({ bmc }) => {
    await bmc.fault({ kind: "swapped-certificate" });
    await failureOf(controllerOf(kind, bmc).state());
    expect(await bmc.requests()).toEqual([]);
  });

  it("accepts either of two pins, and an expired certificate that is pinned", async ({ bmc }) => {
    const fingerprints = [bmc.fingerprints.swapped ?? "", bmc.fingerprints.expired ?? ""];
    const power = controllerOf(kind, bmc, { fingerprints });
    expect((await failureOf(power.state())).failure).toBe("certificate");
    await bmc.fault({ kind: "swapped-certificate" });
    expect(await power.state()).toBe("on");
    await bmc.heal();
    await bmc.fault({ kind: "expired-certificate" });
    expect(await power.state()).toBe("on");
  });

  it.for(["powering-off", "unknown"] as const)(
    "does not take %s for off",
    async (says, { bmc }) => {
      await bmc.fault({ kind: "lies", says });
      expect(await controllerOf(kind, bmc).state()).toBe("unknown");
    },
  );
});
