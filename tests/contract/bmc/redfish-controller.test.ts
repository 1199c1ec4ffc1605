import { afterEach, describe, expect, it } from "vitest";
import { Secret } from "../../../dynamic-providers/transport/base/secret.js";
import { PowerError } from "../../../dynamic-providers/transport/power/power-error.js";
import {
  type RedfishOptions,
  redfishController,
} from "../../../dynamic-providers/transport/redfish/redfish-controller.js";
import {
  type BmcWish,
  PASSWORD,
  type Rehearsal,
  redfishFlavours,
  rehearse,
  USER,
  UUID,
} from "../../../twin/testing/index.js";

let bmc: Rehearsal | undefined;
afterEach(async () => {
  await bmc?.end();
  bmc = undefined;
});

async function start(
  wish: Omit<Extract<BmcWish, { kind: "redfish" }>, "kind">,
  changes: Partial<RedfishOptions> = {},
) {
  const rehearsal = await rehearse({ kind: "redfish", ...wish });
  bmc = rehearsal;
  const power = redfishController({
    host: "127.0.0.1",
    port: rehearsal.port,
    fingerprints: [rehearsal.fingerprint],
    deadlineMs: 10_000,
    login: { user: USER, password: new Secret(PASSWORD) },
    ...changes,
  });
  return { rehearsal, power };
}

describe.each(redfishFlavours)("flavour %s", (flavour) => {
  it("is read by its own ids and answers, whatever order its UUID has", async () => {
    const { rehearsal, power } = await start({ flavour }, { uuid: UUID });
    expect(await power.state()).toBe("on");
    rehearsal.host.state = "off";
    await expect.poll(() => power.state()).toBe("off");
    expect(rehearsal.host.actions).toEqual([]);
  });
});

describe("a Redfish service", () => {
  it("without Basic is used by a session that is closed again", async () => {
    const { rehearsal, power } = await start({ basicAuth: false });
    expect(await power.state()).toBe("on");
    const notes = (await rehearsal.requests()).map(({ note }) => note);
    expect(notes).toContain("session opened");
    expect(notes.at(-1)).toBe("session closed");
  });

  it("keeps no session open over many operations", async () => {
    const { power } = await start({ basicAuth: false });
    // More than the service has sessions for.
    for (let operation = 0; operation < 8; operation += 1) expect(await power.state()).toBe("on");
  });

  it("sees exactly one attempt with a wrong password, so that the account stays open", async () => {
    const { rehearsal, power } = await start(
      { lockout: { threshold: 2, seconds: 300 } },
      { login: { user: USER, password: new Secret("wrong") } },
    );
    await expect(power.state()).rejects.toMatchObject({ failure: "login" });
    const refused = (await rehearsal.requests()).filter(({ outcome }) => outcome === 401);
    expect(refused).toHaveLength(1);
    const right = redfishController({
      host: "127.0.0.1",
      port: rehearsal.port,
      fingerprints: [rehearsal.fingerprint],
      deadlineMs: 10_000,
      login: { user: USER, password: new Secret(PASSWORD) },
    });
    expect(await right.state()).toBe("on");
  });

  it("with two systems is only used when it is clear which one is meant", async () => {
    const { rehearsal, power } = await start({});
    await rehearsal.fault({ kind: "second-system" });
    await expect(power.state()).rejects.toThrow("the service has the systems Self, neighbour");
    const options = {
      host: "127.0.0.1",
      port: rehearsal.port,
      fingerprints: [rehearsal.fingerprint],
      deadlineMs: 10_000,
      login: { user: USER, password: new Secret(PASSWORD) },
    };
    rehearsal.host.state = "off";
    await expect.poll(() => redfishController({ ...options, uuid: UUID }).state()).toBe("off");
    expect(await redfishController({ ...options, system: "neighbour" }).state()).toBe("on");
    expect(await redfishController({ ...options, system: "Self" }).state()).toBe("off");
    await expect(
      redfishController({ ...options, system: "neighbour", uuid: UUID }).state(),
    ).rejects.toBeInstanceOf(PowerError);
  });
});
