import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { OUTLET_TABLES } from "../../../config/hardware/outlet-tables.js";
import { start } from "../../../twin/testing/index.js";
import { askDevice, type DeviceWish } from "./fencer-device.mjs";
import { COMMUNITY, ODD_PASSWORD, PASSWORD, rehearseStrip, type Strip } from "./strip.mjs";

const IMPATIENT_S = 3;
/** The device's limit and what a busy machine takes to start Python. */
const BOUND_S = 12;

/** Each asks several times, and a busy machine takes its time to start a Python. */
const PATIENCE_MS = 240_000;

let strip: Strip;
beforeEach(async () => {
  strip = await rehearseStrip();
});
afterEach(() => strip.end());

function device() {
  return {
    kind: "pdu",
    address: "127.0.0.1",
    port: strip.port,
    outlets: ["7", "8"],
    table: OUTLET_TABLES["apc-snmp"],
    version: "3",
    user: "fence",
    password: PASSWORD,
    authentication: "SHA",
    encryption: "AES",
  };
}

const ask = (wish: DeviceWish) => askDevice(device(), wish);
const states = () => [strip.state("7"), strip.state("8")];

describe("the fencer's outlet driver", { timeout: PATIENCE_MS }, () => {
  it("looks, switches every outlet off, sees Off twice, and switches on", async () => {
    const { report } = await ask({ operation: "look" });
    expect(report).toMatchObject({ power: "on", off_offered: null, identity: "alpha" });
    expect(await ask({ operation: "off-and-wait" })).toMatchObject({ state: "off", permits: 2 });
    expect(states()).toEqual(["2", "2"]);
    expect((await ask({ operation: "on" })).failure).toBeUndefined();
    expect(states()).toEqual(["1", "1"]);
  });

  it("waits for a unit that is slow", async () => {
    strip.set("slow");
    expect(await ask({ operation: "off-and-wait" })).toMatchObject({ state: "off" });
  });

  it("never takes an ignored request for success", async () => {
    strip.set("stuck");
    expect((await ask({ operation: "off" })).failure).toBeUndefined();
    expect(await ask({ operation: "read" })).toMatchObject({ state: "on" });
  });

  it("refuses outlets that are named after another machine", async () => {
    strip.name("8", "beta psu 2");
    const refused = await ask({ operation: "off" });
    expect(refused).toMatchObject({ failure: "wrong-machine", permits: 0 });
    expect(refused.why).toContain("outlet 8 is called beta psu 2");
    expect(states()).toEqual(["1", "1"]);
  });

  it("sends nothing that was withdrawn on its way", async () => {
    expect((await ask({ operation: "off", withdrawn: true })).failure).toBe("withdrawn");
    expect(states()).toEqual(["1", "1"]);
  });

  it("speaks SHA-256 and AES-256 with two passwords of every letter", async () => {
    const strong = {
      user: "strong",
      encryptionPassword: ODD_PASSWORD,
      authentication: "SHA-256",
      encryption: "AES-256",
    };
    const off = await ask({ operation: "off-and-wait", device: strong });
    expect(off).toMatchObject({ state: "off" });
  });

  it.each([
    ["another password", { password: "not-this-one" }, "login"],
    ["an unknown user", { user: "nobody" }, "login"],
    ["another encryption password", { encryptionPassword: "not-this-one" }, "unreachable"],
    ["a password that is too short", { password: "short" }, "unsupported"],
  ])("fails clearly with %s, without telling it", async (_, changes, failure) => {
    const failed = await ask({ operation: "off", device: changes });
    expect(failed.failure).toBe(failure);
    expect(failed.why).not.toMatch(/not-this-one|short"/);
    expect(states()).toEqual(["1", "1"]);
  });

  it("says of an account that may only read that it is forbidden", async () => {
    const reader = { user: "reader" };
    expect((await ask({ operation: "read", device: reader })).state).toBe("on");
    expect((await ask({ operation: "off", device: reader })).failure).toBe("forbidden");
    expect(states()).toEqual(["1", "1"]);
  });

  it("sends a refused password exactly once, also as another process", async () => {
    const folder = mkdtempSync(path.join(tmpdir(), "fencer-refused-"));
    const refused = path.join(folder, "refused.json");
    const wrong = { operation: "off", device: { password: "not-this-one" }, refused } as const;
    expect((await ask(wrong)).failure).toBe("login");
    expect((await ask(wrong)).failure).toBe("marked-bad");
    rmSync(folder, { recursive: true });
  });

  it("ends in time when the unit hangs", async () => {
    strip.pause();
    const { failure, seconds } = await ask({ operation: "off", seconds: IMPATIENT_S });
    expect(failure).toBe("unreachable");
    expect(seconds).toBeLessThan(BOUND_S);
  });
});

describe("outlets behind a community", { timeout: PATIENCE_MS }, () => {
  function inClear(community: string) {
    const {
      user: _user,
      password: _password,
      authentication: _a,
      encryption: _e,
      ...rest
    } = device();
    return { ...rest, version: "2c", community };
  }

  it("are switched, and a fence agent of Debian sees the same", async () => {
    const agent = async () =>
      await start(["fence_apc_snmp"], {
        input: [
          "ip=127.0.0.1",
          `ipport=${strip.port}`,
          "snmp_version=2c",
          `community=${COMMUNITY}`,
          "plug=7",
          "action=status\n",
        ].join("\n"),
      }).finished;
    expect((await agent()).stdout).toContain("Status: ON");
    const off = await askDevice(inClear(COMMUNITY), { operation: "off-and-wait" });
    expect(off).toMatchObject({ state: "off" });
    expect((await agent()).stdout).toContain("Status: OFF");
  });

  it("are out of reach with another one", async () => {
    const failed = await askDevice(inClear("not-this-one"), { operation: "off" });
    expect(failed.failure).toBe("unreachable");
    expect(failed.why).toContain("a wrong community");
    expect(failed.why).not.toContain("not-this-one");
  });
});
