import { afterEach, describe, expect, it } from "vitest";
import { redfishFlavours } from "../../../bmc/config.js";
import { PASSWORD, type Rehearsal, rehearse, USER } from "../../../testing/index.js";
import { agentInput, runClient } from "../../support/run-client.js";

let rehearsal: Rehearsal | undefined;
afterEach(async () => {
  await rehearsal?.end();
  rehearsal = undefined;
});

function fenceRedfish({ port, caFile }: Rehearsal, action: string, password = PASSWORD) {
  const input = agentInput({ action, ip: "127.0.0.1", ipport: port, username: USER, password });
  return runClient("fence_redfish", [], { input, env: { REQUESTS_CA_BUNDLE: caFile } });
}

describe.each(redfishFlavours)("fence_redfish against the flavour %s", (flavour) => {
  it("reads the state, switches off and on again", async () => {
    rehearsal = await rehearse({ kind: "redfish", flavour });
    expect(await fenceRedfish(rehearsal, "status")).toMatchObject({ code: 0 });
    const off = await fenceRedfish(rehearsal, "off");
    expect(off.output).toContain("Success: Powered OFF");
    expect(rehearsal.host.state).toBe("off");
    expect(await fenceRedfish(rehearsal, "status")).toMatchObject({ code: 2 });
    const on = await fenceRedfish(rehearsal, "on");
    expect(on.output).toContain("Success: Powered ON");
    expect(rehearsal.host).toMatchObject({ state: "on", actions: ["off", "on"] });
  });
});

describe("fence_redfish against a misbehaving BMC", () => {
  it("is told that a lying BMC's machine is off while it runs", async () => {
    rehearsal = await rehearse({ kind: "redfish" });
    await rehearsal.fault({ kind: "lies", says: "off" });
    expect(await fenceRedfish(rehearsal, "status")).toMatchObject({ code: 2 });
    expect(rehearsal.host.state).toBe("on");
    await rehearsal.heal();
    expect(await fenceRedfish(rehearsal, "status")).toMatchObject({ code: 0 });
  });

  it("distrusts an expired certificate", async () => {
    rehearsal = await rehearse({ kind: "redfish" });
    await rehearsal.fault({ kind: "expired-certificate" });
    const refused = await fenceRedfish(rehearsal, "status");
    expect(refused.code).toBe(1);
    expect(refused.output).toContain("certificate has expired");
  });

  it("fails with a wrong password", async () => {
    rehearsal = await rehearse({ kind: "redfish" });
    expect(await fenceRedfish(rehearsal, "status", "wrong")).toMatchObject({ code: 1 });
  });
});
