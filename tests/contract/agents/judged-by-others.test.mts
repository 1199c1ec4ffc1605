import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { OUTLET_TABLES } from "../../../config/hardware/outlet-tables.js";
import { OTHER_UUID, start, UUID } from "../../../twin/testing/index.js";
import { askDevice, type DeviceWish } from "./fencer-device.mjs";
import {
  JUDGED_COMMUNITY,
  JUDGED_PASSWORD,
  JUDGED_USER,
  outletJudge,
  redfishJudge,
} from "./judges.mjs";

/** Each asks several times, and a busy machine takes its time to start a Python. */
const PATIENCE_MS = 240_000;

/** What a fence agent of Debian makes of the same controller. */
async function agent(name: string, ...options: readonly string[]): Promise<string> {
  const input = `${options.join("\n")}\n`;
  const { stdout, stderr } = await start([name], { input, deadlineMs: 60_000 }).finished;
  return stdout + stderr;
}

describe("the Redfish driver before OpenStack's emulator", { timeout: PATIENCE_MS }, () => {
  let judge: Awaited<ReturnType<typeof redfishJudge>>;
  beforeAll(async () => {
    judge = await redfishJudge();
  }, PATIENCE_MS);
  afterAll(() => judge.end());

  const device = () => ({
    kind: "redfish",
    address: "127.0.0.1",
    port: judge.port,
    user: JUDGED_USER,
    password: JUDGED_PASSWORD,
    pins: [judge.pin],
  });
  const ask = (wish: DeviceWish) => askDevice(device(), { patienceS: 30, ...wish });
  const status = (uuid: string) =>
    agent(
      "fence_redfish",
      "ip=127.0.0.1",
      `ipport=${judge.port}`,
      `username=${JUDGED_USER}`,
      `password=${JUDGED_PASSWORD}`,
      `systems_uri=/redfish/v1/Systems/${uuid}`,
      "ssl_insecure=1",
      "action=status",
    );

  it("finds the node among two systems, switches it off and on, and nothing else", async () => {
    const { report } = await ask({ operation: "look" });
    expect(report).toMatchObject({ power: "on", off_offered: true, identity: UUID });
    expect(await status(UUID)).toContain("Status: ON");
    expect(await ask({ operation: "off-and-wait" })).toMatchObject({ state: "off", permits: 1 });
    expect(await status(UUID)).toContain("Status: OFF");
    expect(await status(OTHER_UUID)).toContain("Status: ON");
    expect(await ask({ operation: "off" })).toMatchObject({ permits: 0 });
    expect(await ask({ operation: "on-and-wait" })).toMatchObject({ state: "on", permits: 1 });
    expect(await status(UUID)).toContain("Status: ON");
  });

  it("refuses a machine that it does not have", async () => {
    const stranger = await ask({ operation: "off", uuid: "99999999-2222-4333-8444-555555555555" });
    expect(stranger).toMatchObject({ failure: "wrong-machine", permits: 0 });
  });

  it("sends nothing under another certificate, and a wrong password once", async () => {
    const pinned = await ask({ operation: "off", device: { pins: ["ab".repeat(32)] } });
    expect(pinned).toMatchObject({ failure: "certificate", permits: 0 });
    const folder = mkdtempSync(path.join(tmpdir(), "fencer-refused-"));
    const refused = path.join(folder, "refused.json");
    const wrong = { operation: "off", device: { password: "not-this-one" }, refused } as const;
    expect(await ask(wrong)).toMatchObject({ failure: "login", permits: 0 });
    expect(await ask(wrong)).toMatchObject({ failure: "marked-bad", permits: 0 });
    rmSync(folder, { recursive: true });
  });
});

describe("the outlet driver before snmpsim", { timeout: PATIENCE_MS }, () => {
  let judge: Awaited<ReturnType<typeof outletJudge>>;
  beforeAll(async () => {
    judge = await outletJudge();
  }, PATIENCE_MS);
  afterAll(() => judge.end());
  beforeEach(async () => {
    expect((await askDevice(inClear(), { operation: "on" })).failure).toBeUndefined();
  }, PATIENCE_MS);

  const unit = () => ({
    kind: "pdu",
    address: "127.0.0.1",
    port: judge.port,
    outlets: ["7", "8"],
    table: OUTLET_TABLES["apc-snmp"],
  });
  const inClear = () => ({ ...unit(), version: "2c", community: JUDGED_COMMUNITY });
  const secured = (changes = {}) => ({
    ...unit(),
    version: "3",
    user: JUDGED_USER,
    password: JUDGED_PASSWORD,
    authentication: "SHA",
    encryption: "AES",
    ...changes,
  });
  const states = () => [judge.state("7"), judge.state("8")];
  const ofAgent = (plug: string, action: string) =>
    agent(
      "fence_apc_snmp",
      "ip=127.0.0.1",
      `ipport=${judge.port}`,
      "snmp_version=2c",
      `community=${JUDGED_COMMUNITY}`,
      `plug=${plug}`,
      `action=${action}`,
    );

  it.each([
    ["version 3", secured],
    ["a community", inClear],
  ])("switches every outlet off and on again over %s", async (_, device) => {
    const { report } = await askDevice(device(), { operation: "look" });
    expect(report).toMatchObject({ power: "on", identity: "alpha" });
    const off = await askDevice(device(), { operation: "off-and-wait" });
    expect(off).toMatchObject({ state: "off", permits: 2 });
    expect(states()).toEqual(["2", "2"]);
    expect(await ofAgent("7", "status")).toContain("Status: OFF");
    expect(await askDevice(device(), { operation: "on-and-wait" })).toMatchObject({ state: "on" });
    expect(states()).toEqual(["1", "1"]);
  });

  it("sees what Debian's agent has switched, and calls one outlet of two not off", async () => {
    expect(await ofAgent("7", "off")).toContain("Success: Powered OFF");
    expect(await askDevice(secured(), { operation: "read" })).toMatchObject({ state: "on" });
    expect(await ofAgent("8", "off")).toContain("Success: Powered OFF");
    expect(await askDevice(secured(), { operation: "read" })).toMatchObject({ state: "off" });
  });

  it("fails clearly with another password, another community and an outlet that is not there", async () => {
    const login = await askDevice(secured({ password: "not-this-one" }), { operation: "off" });
    expect(login.failure).toBe("login");
    const silence = { ...inClear(), community: "not-this-one" };
    expect((await askDevice(silence, { operation: "off" })).failure).toBe("unreachable");
    const absent = await askDevice(secured({ outlets: ["9"] }), { operation: "off" });
    expect(absent.failure).toBe("wrong-machine");
    expect(states()).toEqual(["1", "1"]);
  });
});
