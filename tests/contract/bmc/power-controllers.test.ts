import { describe, expect, it as plain } from "vitest";
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

describe.concurrent.each(["redfish", "amt", "ipmi"] as const)("the %s controller", (kind) => {
  const it = itWith({ kind });

  it("knows the machine", async ({ bmc }) => {
    const identity = await controllerOf(kind, bmc).identity();
    expect(identity).toEqual({ uuid: UUID, ...(kind === "ipmi" ? {} : { hostname: NODE }) });
  });

  it("refuses a machine with another UUID", async ({ bmc }) => {
    await bmc.fault({ kind: "wrong-identity", uuid: OTHER_UUID, hostname: "beta" });
    const power = controllerOf(kind, bmc);
    expect((await failureOf(power.state())).failure).toBe("wrong-machine");
    expect((await power.identity()).uuid).toBe(OTHER_UUID);
    expect(bmc.host.actions).toEqual([]);
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
    await expect
      .poll(() => controllerOf(kind, bmc).state().catch(String), { timeout: 15_000, interval: 100 })
      .toBe("on");
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
    const error = await failureOf(controllerOf(kind, bmc, impatient).state());
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
    [{ kind: "swapped-certificate" }, "certificate"],
  ];
  it.for(faults)(
    "meets %o with a clear failure and recovers",
    async ([fault, failure], { bmc }) => {
      await bmc.fault(fault);
      const patience = fault.kind === "hang" ? impatient : {};
      const error = await failureOf(controllerOf(kind, bmc, patience).state());
      expect(error.failure).toBe(failure);
      expect(error.message).toMatch(/^Failed reading the power state on 127\.0\.0\.1 port \d+: /);
      await bmc.heal();
      expect(await controllerOf(kind, bmc).state()).toBe("on");
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
