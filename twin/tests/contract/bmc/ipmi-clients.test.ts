import { afterEach, describe, expect, it } from "vitest";
import {
  OTHER_UUID,
  PASSWORD,
  type Rehearsal,
  rehearse,
  USER,
  UUID,
} from "../../../testing/index.js";
import { agentInput, runClient } from "../../support/run-client.js";

let rehearsal: Rehearsal | undefined;
afterEach(async () => {
  await rehearsal?.end();
  rehearsal = undefined;
});

function ipmitool(rehearsal: Rehearsal, ...command: readonly string[]) {
  return ipmitoolWith(rehearsal, 3, command);
}

function ipmitoolWith({ port }: Rehearsal, cipherSuite: number, command: readonly string[]) {
  const suite = ["-C", String(cipherSuite)];
  const session = ["-v", "-I", "lanplus", ...suite, "-L", "OPERATOR", "-H", "127.0.0.1"];
  const account = ["-p", String(port), "-U", USER, "-E", "-N", "1", "-R", "1"];
  return runClient("ipmitool", [...session, ...account, ...command], {
    env: { IPMI_PASSWORD: PASSWORD },
  });
}

function fenceIpmilan({ port }: Rehearsal, action: string) {
  const input = agentInput({
    action,
    ip: "127.0.0.1",
    ipport: port,
    username: USER,
    password: PASSWORD,
    lanplus: 1,
    cipher: 3,
    privlvl: "operator",
    power_wait: 0,
  });
  return runClient("fence_ipmilan", [], { input });
}

describe("independent IPMI clients", () => {
  it("ipmitool reads and switches the power, and reads the UUID as SMBIOS means it", async () => {
    rehearsal = await rehearse({ kind: "ipmi" });
    expect((await ipmitool(rehearsal, "chassis", "power", "status")).output).toContain(
      "Power is on",
    );
    expect(await ipmitool(rehearsal, "chassis", "power", "off")).toMatchObject({ code: 0 });
    await expect.poll(() => rehearsal?.host.state).toBe("off");
    expect((await ipmitool(rehearsal, "chassis", "power", "status")).output).toContain(
      "Power is off",
    );
    expect(await ipmitool(rehearsal, "chassis", "power", "on")).toMatchObject({ code: 0 });
    await expect.poll(() => rehearsal?.host.state).toBe("on");
    expect((await ipmitool(rehearsal, "mc", "guid")).output).toContain(UUID);
  });

  it("fence_ipmilan switches off and on again", async () => {
    rehearsal = await rehearse({ kind: "ipmi" });
    expect((await fenceIpmilan(rehearsal, "off")).output).toContain("Success: Powered OFF");
    expect(rehearsal.host.state).toBe("off");
    expect(await fenceIpmilan(rehearsal, "status")).toMatchObject({ code: 2 });
    expect((await fenceIpmilan(rehearsal, "on")).output).toContain("Success: Powered ON");
    expect(rehearsal.host.actions).toEqual(["off", "on"]);
  });

  it("ipmitool finds no cipher suite with SHA-256, as the twin's documentation says", async () => {
    rehearsal = await rehearse({ kind: "ipmi" });
    const read = ["chassis", "power", "status"];
    const refused = await ipmitoolWith(rehearsal, 17, read);
    expect(refused.code).not.toBe(0);
    expect(refused.output).toMatch(/open session response message : .*(algorithm|cipher suite)/);
    for (const suite of [1, 2, 3]) {
      expect(await ipmitoolWith(rehearsal, suite, read), `suite ${suite}`).toMatchObject({
        code: 0,
      });
    }
  });

  it("ipmitool meets a dead, a locked and a mistaken controller, and each healed", async () => {
    rehearsal = await rehearse({ kind: "ipmi" });
    const status = () => ipmitool(rehearsal ?? never(), "chassis", "power", "status");
    for (const fault of [{ kind: "dead" }, { kind: "hang" }, { kind: "refuses-login" }] as const) {
      await rehearsal.fault(fault);
      expect((await status()).code, fault.kind).not.toBe(0);
      await rehearsal.heal();
      expect((await status()).code, `${fault.kind} healed`).toBe(0);
    }
    await rehearsal.fault({ kind: "wrong-identity", uuid: OTHER_UUID });
    expect((await ipmitool(rehearsal, "mc", "guid")).output).toContain(OTHER_UUID);
  });
});

function never(): never {
  throw new Error("there is no rehearsal");
}
