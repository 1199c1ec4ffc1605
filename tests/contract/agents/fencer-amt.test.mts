import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Rehearsal, rehearse } from "../../../twin/testing/index.js";
import { askDevice, type DeviceWish, deviceOf } from "./fencer-device.mjs";

let bmc: Rehearsal;
beforeEach(async () => {
  bmc = await rehearse({ kind: "amt" });
});
afterEach(() => bmc.end());

const ask = (wish: DeviceWish) => askDevice(deviceOf("amt", bmc), wish);

describe("the fencer's AMT driver", () => {
  it("answers a second challenge when the engine forgot its nonce", async () => {
    await bmc.fault({ kind: "forgets-nonces" });
    expect(await ask({ operation: "off-and-wait" })).toMatchObject({ state: "off" });
    expect(bmc.host.actions).toEqual(["off"]);
  });

  it("reports an open session that blocks off, before and at the request", async () => {
    await bmc.fault({ kind: "redirection-open" });
    expect((await ask({ operation: "look" })).report?.remark).toContain("redirection");
    expect(await ask({ operation: "off" })).toMatchObject({ failure: "refused" });
    expect(bmc.host.actions).toEqual([]);
  });

  it("wakes a sleeping engine and asks again", async () => {
    await bmc.fault({ kind: "sleeps", idleSeconds: 3600 });
    expect(await ask({ operation: "read" })).toMatchObject({ state: "on" });
  });

  it("is refused by an account whose password somebody has changed, until it is changed back", async () => {
    await bmc.fault({ kind: "changed-password" });
    expect(await ask({ operation: "read" })).toMatchObject({ failure: "login" });
    await bmc.heal();
    expect(await ask({ operation: "read" })).toMatchObject({ state: "on" });
  });

  it("knows its machine in the other byte order", async () => {
    const turned = "44454c4c-4200-104a-8051-b4c04f4d3332";
    expect(await ask({ operation: "read", uuid: turned })).toMatchObject({ state: "on" });
  });
});
